//! One edit renders just what it must, and a second build nothing.

use crate::project::Project;

/// Eight articles on eight days. The first is old: only the listings of its topic and its author show it.
fn sample_site() -> Project {
    let project = Project::new(
        "
        -- site.yaml --
        title: The Paper
        base_url: https://paper.example/
        listing: { page_size: 3, latest: 2, related: 0 }
        feeds: { items: 3 }
        sections: [{ id: news, title: News }, { id: views, title: Views }]
        -- content/topics/housing.md --
        ---
        title: Housing
        ---
        -- content/authors/jane.md --
        ---
        name: Jane Doe
        ---
        -- content/pages/about.md --
        ---
        title: About
        ---
        ",
    );
    project.article("a1", "date: 2026-01-01\nsummary: One\nauthors: [jane]\ntopics: [housing]", "The oldest.");
    for day in 2..=8 {
        let section = if day == 2 { "section: views\n" } else { "" };
        project.article(&format!("a{day}"), &format!("date: 2026-02-{day:02}\n{section}summary: S{day}"), "Text.");
    }
    project.build().expect_clean();
    project
}

/// The three feeds of a page.
fn feeds(pages: &[&str]) -> Vec<String> {
    let formats = ["feed.xml", "atom.xml", "feed.json"];
    pages.iter().flat_map(|page| formats.iter().map(move |feed| format!("{page}{feed}"))).collect()
}

fn urls<'a>(pages: &[&'a str], feeds: &'a [String]) -> Vec<&'a str> {
    pages.iter().copied().chain(feeds.iter().map(String::as_str)).collect()
}

const ARTICLES: [&str; 8] = [
    "/news/2026/01/a1/",
    "/views/2026/02/a2/",
    "/news/2026/02/a3/",
    "/news/2026/02/a4/",
    "/news/2026/02/a5/",
    "/news/2026/02/a6/",
    "/news/2026/02/a7/",
    "/news/2026/02/a8/",
];

/// The pages that show the headline of the first article. The front page does in the block of its section.
const SHOW_A1: [&str; 7] =
    ["/", "/news/2026/01/a1/", "/topics/housing/", "/authors/jane/", "/archive/2026/01/", "/page/3/", "/news/page/3/"];

#[test]
fn second_build_renders_and_writes_nothing() {
    let project = sample_site();
    project.build().expect_clean().expect_idle();
    project.build_args(&["--as-of", "2026-06-15T18:00:00Z"]).expect_clean().expect_idle();
}

#[test]
fn the_next_day_renders_only_what_shows_the_day() {
    let project = sample_site();
    project.build_args(&["--as-of", "2026-06-16T09:00:00Z"]).expect_rendered_urls(["/"]);
}

#[test]
fn edited_body_of_an_old_article_renders_its_page_and_the_feeds_that_carry_it() {
    let project = sample_site();
    project.edit("content/articles/a1.md", "The oldest.", "The eldest.");
    let feeds = feeds(&["/topics/housing/", "/authors/jane/"]);
    let built = project.build();
    built.expect_rendered_urls(urls(&["/news/2026/01/a1/"], &feeds)).expect_written(7);
    built.expect_file("topics/housing/feed.xml", ["The eldest."]);
}

#[test]
fn edited_title_rerenders_its_topic_and_author_pages() {
    let project = sample_site();
    project.edit("content/articles/a1.md", "Title of a1", "Renamed");
    let feeds = feeds(&["/topics/housing/", "/authors/jane/"]);
    project.build().expect_rendered_urls(urls(&SHOW_A1, &feeds));
}

#[test]
fn edited_title_of_the_newest_rerenders_listings_feeds_and_whatever_shows_the_latest() {
    let project = sample_site();
    project.edit("content/articles/a8.md", "Title of a8", "Renamed");
    let feeds = feeds(&["/", "/news/"]);
    // Every article shows the latest; the newest does not show itself, but its own page has the title too.
    let listings = ["/", "/news/", "/archive/2026/02/", "/404.html"];
    let pages: Vec<&str> = ARTICLES.into_iter().chain(listings).collect();
    let built = project.build();
    built.expect_rendered_urls(urls(&pages, &feeds));
    built.expect_file("news/2026/01/a1/index.html", ["Renamed"]);
}

#[test]
fn renamed_author_rerenders_what_carries_the_name() {
    let project = sample_site();
    project.edit("content/authors/jane.md", "Jane Doe", "Jane Roe");
    let feeds = feeds(&["/topics/housing/", "/authors/jane/"]);
    project.build().expect_rendered_urls(urls(&SHOW_A1, &feeds)).expect_absent_everywhere("Jane Doe");
}

#[test]
fn added_biography_rerenders_the_author_and_their_articles() {
    let project = sample_site();
    project.write("content/authors/jane.md", "---\nname: Jane Doe\n---\n\nShe counts votes.\n");
    let built = project.build();
    built.expect_rendered_urls(["/authors/jane/", "/news/2026/01/a1/"]);
    built.expect_file("authors/jane/index.html", ["She counts votes."]);
}

#[test]
fn second_comment_rerenders_the_article_and_the_listings_that_count_it() {
    let project = sample_site();
    let comment = |id: &str| format!("- {{ id: {id}, author: Reader, date: 2026-03-01, text: Well said. }}\n");
    project.write("content/comments/a1.yaml", comment("c1")).build().expect_clean();
    project.write("content/comments/a1.yaml", comment("c1") + &comment("c2"));
    let feeds = feeds(&["/topics/housing/", "/authors/jane/"]);
    let built = project.build();
    let rendered = built.list("rendered_urls");
    let allowed = urls(&SHOW_A1, &feeds);
    let is_theirs = |url: &str| url.starts_with("/comments/") || allowed.contains(&url);
    assert!(rendered.iter().all(|url| is_theirs(url)), "{rendered:?}");
    assert!(rendered.iter().any(|url| url == "/news/2026/01/a1/"), "{rendered:?}");
}

#[test]
fn new_promo_rerenders_only_pages_with_promos() {
    let project = sample_site();
    let settings = project.read("site.yaml");
    let promo = "promos:\n  - { text: Come to the meeting, ends: 2026-07-01 }\n";
    project.write("site.yaml", settings + promo);
    let built = project.build();
    built.expect_clean().expect_file("news/2026/01/a1/index.html", ["Come to the meeting"]);
    let rendered = built.list("rendered_urls");
    assert!(!rendered.iter().any(|url| url.ends_with(".xml") || url.ends_with(".json") || url == "/about/"));
    let over = project.build_args(&["--as-of", "2026-07-02"]);
    over.expect_absent_everywhere("Come to the meeting").expect_rendered(rendered.len());
}

#[test]
fn edited_page_renders_itself() {
    let project = sample_site();
    project.write("content/pages/about.md", "---\ntitle: About\n---\n\nWho we are.\n");
    project.build().expect_rendered_urls(["/about/"]).expect_written(1);
}

#[test]
fn added_static_file_is_copied_and_a_removed_one_is_removed() {
    let project = sample_site();
    project.write("static/notes/plan.txt", "a plan");
    project.build().expect_rendered_urls(["/notes/plan.txt"]).expect_file("notes/plan.txt", ["a plan"]);
    project.remove("static/notes/plan.txt");
    project.build().expect_rendered(0).expect_removed(["/notes/plan.txt"]).expect_no_file("notes");
}

#[test]
fn removed_article_is_removed_and_named() {
    let project = sample_site();
    project.remove("content/articles/a1.md");
    let removed = feeds(&["/topics/housing/", "/authors/jane/"]);
    let pages = ["/news/2026/01/a1/", "/topics/housing/", "/authors/jane/", "/archive/2026/01/", "/news/page/3/"];
    let built = project.build();
    built.expect_clean().expect_removed(urls(&pages, &removed)).expect_absent_everywhere("Title of a1");
}

#[test]
fn force_renders_everything_and_writes_nothing() {
    let project = sample_site();
    let built = project.build_args(&["--force"]);
    built.expect_clean().expect_written(0).expect_rendered(built.count("pages"));
}

#[test]
fn changed_setting_of_the_theme_reaches_the_stylesheet() {
    let project = sample_site();
    let settings = project.read("site.yaml");
    project.write("site.yaml", settings + "theme_settings: { accent: \"#123456\" }\n");
    let built = project.build();
    built.expect_exit(0);
    assert!(!built.files().holding("#123456").is_empty());
}

#[test]
fn overridden_template_rerenders_its_kind_and_its_removal_again() {
    let project = sample_site();
    let before = project.output();
    project
        .write("templates/404.html", "{% extends \"broadsheet/404.html\" %}{% block main %}Gone fishing{% endblock %}");
    project.build().expect_clean().expect_file("404.html", ["Gone fishing"]);
    project.remove("templates/404.html");
    project.build().expect_clean();
    project.output().expect_same(&before);
}
