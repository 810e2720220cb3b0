//! Edits that reach a page by a way that is easily forgotten: each is built warm and compared with a build from
//! nothing.

use crate::project::Project;

/// Builds what there is, lets `edit` change it, and expects that a warm build says it as a cold one does.
#[track_caller]
fn check(project: &Project, edit: impl FnOnce(&Project)) {
    project.build().expect_exit(0);
    let before = project.output();
    edit(project);
    project.build().expect_exit(0);
    let after = project.output();
    assert!(after.difference(&before).is_some(), "the edit changed nothing");
    after.expect_same(&project.cold_output(&[]));
}

#[test]
fn fewer_feed_items_shorten_the_feed_of_corrections() {
    let project = Project::new("");
    let corrections = "corrections: [{ date: 2026-06-02, text: One }, { date: 2026-06-03, text: Two }]";
    project.article("a", &format!("date: 2026-06-01\n{corrections}"), "Text.");
    check(&project, |project| {
        project.settings("feeds: { items: 1 }");
    });
}

#[test]
fn feed_without_items_is_named_after_its_term() {
    let project = Project::new("-- content/topics/t.md --\n---\ntitle: Wages\n---\n");
    project.settings("feeds: { items: 0 }").article("a", "date: 2026-06-01\ntopics: [t]", "Text.");
    check(&project, |project| {
        project.edit("content/topics/t.md", "Wages", "Pay");
    });
}

#[test]
fn corrections_in_another_order_keep_their_ids() {
    let project = Project::new("");
    let (one, two) = ("{ date: 2026-06-02, text: One }", "{ date: 2026-06-03, text: Two }");
    project.article("a", &format!("date: 2026-06-01\ncorrections: [{one}, {two}]"), "Text.");
    check(&project, |project| {
        project.article("a", &format!("date: 2026-06-01\ncorrections: [{two}, {one}]"), "Text.");
    });
}

#[test]
fn own_keys_of_an_article_reach_the_listings_that_show_them() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\nextra: { desk: labor }", "Text.");
    project.write("templates/fragments/section_card.html", "<li>{{ card.title }}, {{ card.extra.desk }}</li>");
    check(&project, |project| {
        project.build().expect_file("news/index.html", ["Title of a, labor"]);
        project.edit("content/articles/a.md", "labor", "housing");
    });
}

#[test]
fn another_time_zone_reaches_the_sitemap() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01T12:00:00Z", "Text.");
    check(&project, |project| {
        project.settings("time_zone: Asia/Tokyo");
    });
}

#[test]
fn switched_off_html_and_typography_reach_every_text() {
    for setting in ["raw_html: false", "smart_punctuation: false"] {
        let project = Project::new("-- content/pages/about.md --\n---\ntitle: About\n---\n\n\"Quoted\" <b>bold</b>.\n");
        project.article("a", "date: 2026-06-01\nsummary: S", "\"Quoted\" <b>bold</b>.");
        check(&project, |project| {
            project.settings(&format!("markdown: {{ {setting} }}"));
        });
    }
}

#[test]
fn comments_that_are_off_change_nothing() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\ncomments: \"off\"", "Text.").build().expect_clean();
    project.write("content/comments/a.yaml", "- { id: c1, author: Reader, date: 2026-06-02, text: Marrowlight. }\n");
    project.build().expect_idle().expect_absent_everywhere("marrowlight");
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn structured_data_follow_what_the_template_does_not_name() {
    let own =
        "{% extends \"base.html\" %}{% block main %}<h1>{{ page.heading }}</h1>{{ content | safe }}{% endblock %}";
    let project = Project::new("");
    project.write("templates/article.html", own).article("a", "date: 2026-06-01\nsummary: S", "Text.");
    check(&project, |project| {
        project.article("a", "date: 2026-06-01\nsummary: S\ndateline: ALDER", "Text.");
        let built = project.build();
        built.expect_file("news/2026/06/a/index.html", ["\"NewsArticle\"", "\"dateline\":\"ALDER\""]);
    });
}

#[test]
fn file_replaced_within_the_same_second_is_noticed() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "One text.");
    for text in ["Two text.", "Six text.", "Ten text."] {
        project.article("a", "date: 2026-06-01", text);
        project.build().expect_file("news/2026/06/a/index.html", [text]);
    }
}

#[test]
fn two_files_that_change_places_are_noticed() {
    let project = Project::new("");
    project.article("a", "title: Same\ndate: 2026-06-01", "Text of one.");
    project.article("b", "title: Same\ndate: 2026-06-01", "Text of two.");
    check(&project, |project| {
        project.rename("content/articles/a.md", "content/articles/c.md");
        project.rename("content/articles/b.md", "content/articles/a.md");
        project.rename("content/articles/c.md", "content/articles/b.md");
    });
}

#[test]
fn author_page_drops_an_image_that_is_gone() {
    let project =
        Project::new("-- content/authors/jane.md --\n---\nname: Jane\nimage: { src: jane.svg, alt: Jane }\n---\n");
    let image = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    project.write("content/authors/jane.svg", image);
    project.article("a", "date: 2026-06-01\nauthors: [jane]", "Text.");
    check(&project, |project| {
        project.write("content/authors/jane.svg", image.replace('9', "8"));
    });
    check(&project, |project| {
        project.write("content/authors/jane.md", "---\nname: Jane\n---\n");
    });
    assert!(project.output().holding("jane.svg").is_empty());
}
