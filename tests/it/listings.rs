//! The articles of each listing, and their order.

use crate::built::Built;
use crate::crawl::expect_sound;
use crate::html::Html;
use crate::project::Project;

/// The articles `a1` to `a9` that a page links to within its main part, each once, in order.
fn linked(built: &Built, page: &str) -> Vec<String> {
    let html = Html::read(&built.file(page));
    let mut found = Vec::new();
    for (_, _, url) in html.urls() {
        let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if name.len() == 2 && name.starts_with('a') && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

#[test]
fn listings_are_paged() {
    let project = Project::new("");
    project.settings("listing: { page_size: 2 }");
    for day in 1..=5 {
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}\ntopics: [housing]"), "Text.");
    }
    let built = project.build();
    let [first, second, third] =
        ["topics/housing/index.html", "topics/housing/page/2/index.html", "topics/housing/page/3/index.html"];
    built.expect_exit(0).expect_file(first, ["Title of a5", "Title of a4", "/topics/housing/page/2/"]);
    built.expect_file(second, ["Title of a3", "Title of a2", "/topics/housing/page/3/", "href=\"/topics/housing/\""]);
    built.expect_file(third, ["Title of a1", "/topics/housing/page/2/"]);
    built.expect_no_file("topics/housing/page/4").expect_no_file("topics/housing/page/1");
    built.expect_file("page/3/index.html", ["Title of a1"]).expect_file("news/page/3/index.html", ["Title of a1"]);
    built.expect_file_without("sitemap.xml", ["/page/"]);
    expect_sound(&built.files(), "https://paper.example/");
}

#[test]
fn pinned_articles_come_first_on_every_listing() {
    let project = Project::new("");
    project.settings("listing: { page_size: 2 }");
    for day in 1..=3 {
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}\ntopics: [t]"), "Text.");
    }
    project.edit("content/articles/a1.md", "topics:", "pinned: 2\ntopics:").edit(
        "content/articles/a2.md",
        "topics:",
        "pinned: 1\ntopics:",
    );
    let built = project.build();
    for page in ["index.html", "news/index.html", "topics/t/index.html"] {
        let text = built.file(page);
        let place = |title: &str| text.find(title).unwrap_or(usize::MAX);
        assert!(place("Title of a2") < place("Title of a1"), "{page}");
        assert!(place("Title of a1") < place("Title of a3"), "{page}");
    }
    // Feeds are in the order of time.
    let feed = built.file("feed.xml");
    assert!(feed.find("Title of a3") < feed.find("Title of a2"), "{feed}");
}

#[test]
fn related_articles_are_those_that_share_most() {
    let project = Project::new("");
    project.settings("listing: { latest: 0, related: 2 }");
    let keys = |day: u8, more: &str| format!("date: 2026-06-0{day}\n{more}");
    project.article("a1", &keys(1, "topics: [wages, strikes]"), "Text.");
    project.article("a2", &keys(2, "topics: [wages, strikes]"), "Text.");
    project.article("a3", &keys(3, "topics: [wages]"), "Text.");
    project.article("a4", &keys(4, "topics: [wages]"), "Text.");
    project.article("a5", &keys(5, ""), "Text.");
    let built = project.build();
    // The canonical URL and the like name the page itself first.
    assert_eq!(linked(&built, "news/2026/06/a1/index.html"), ["a1", "a2", "a4"]);
    assert_eq!(linked(&built, "news/2026/06/a2/index.html"), ["a2", "a1", "a4"]);
    assert_eq!(
        linked(&built, "news/2026/06/a5/index.html"),
        ["a5", "a4", "a3"],
        "of its section, where it shares nothing"
    );
}

#[test]
fn article_among_the_latest_is_not_offered_to_its_own_readers() {
    let project = Project::new("");
    project.settings("listing: { latest: 2, related: 0 }");
    for day in 1..=4 {
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}"), "Text.");
    }
    let built = project.build();
    assert_eq!(linked(&built, "news/2026/06/a4/index.html"), ["a4", "a3", "a2"]);
    assert_eq!(linked(&built, "news/2026/06/a1/index.html"), ["a1", "a4", "a3"]);
}

#[test]
fn series_leads_from_part_to_part_in_its_order() {
    let project = Project::new("-- content/series/mill.md --\n---\ntitle: The mill\n---\n");
    project.settings("listing: { latest: 0, related: 0 }");
    for day in 1..=3 {
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}\nseries: [mill]"), "Text.");
    }
    let built = project.build();
    assert_eq!(linked(&built, "series/mill/index.html"), ["a1", "a2", "a3"]);
    let neighbours = linked(&built, "news/2026/06/a2/index.html");
    assert!(neighbours.contains(&"a1".to_owned()) && neighbours.contains(&"a3".to_owned()), "{neighbours:?}");
    project.edit("content/series/mill.md", "title:", "order: newest-first\ntitle:");
    assert_eq!(linked(&project.build(), "series/mill/index.html"), ["a3", "a2", "a1"]);
}

#[test]
fn term_without_articles_makes_no_page() {
    let project = Project::new(
        "
        -- content/topics/empty.md --
        ---
        title: Empty
        ---
        -- content/authors/gone.md --
        ---
        name: Gone
        ---
        ",
    );
    project.settings("sections: [{ id: news, title: News }, { id: empty, title: Nothing here }]");
    project.article("a1", "date: 2026-06-01", "Text.");
    let built = project.build();
    built.expect_clean().expect_no_file("topics").expect_no_file("authors").expect_no_file("empty");
    built.expect_absent_everywhere("Nothing here");
    expect_sound(&built.files(), "https://paper.example/");
}

#[test]
fn site_without_articles_builds() {
    let project = Project::new("");
    let built = project.build();
    built.expect_clean().expect_file("index.html", ["The Paper"]).expect_no_file("archive");
    expect_sound(&built.files(), "https://paper.example/");
}

#[test]
fn archive_lists_every_article_by_year_and_month() {
    let project = Project::new("");
    project.settings("time_zone: America/Los_Angeles");
    for (name, date) in
        [("a1", "2025-12-31"), ("a2", "2026-01-01T07:59:59Z"), ("a3", "2026-01-01T08:00:00Z"), ("a4", "2026-03-05")]
    {
        project.article(name, &format!("date: {date}"), "Text.");
    }
    let built = project.build();
    built.expect_clean().expect_file("archive/index.html", ["/archive/2025/", "/archive/2026/03/"]);
    assert_eq!(linked(&built, "archive/2025/12/index.html"), ["a2", "a1"]);
    assert_eq!(linked(&built, "archive/2026/01/index.html"), ["a3"]);
    built.expect_file("archive/2025/12/index.html", ["/archive/2026/01/"]).expect_no_file("archive/2026/02");
}

#[test]
fn no_article_appears_twice_on_the_front_page() {
    let project = Project::new("");
    project.settings(
        "listing: { page_size: 3 }\nsections: [{ id: news, title: N }, { id: views, title: V, label: opinion }]",
    );
    for day in 1..=9 {
        let section = if day % 3 == 0 { "views" } else { "news" };
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}\nsection: {section}"), "Text.");
    }
    let built = project.build();
    let text = Html::read(&built.file("index.html")).text;
    for day in 1..=9 {
        assert!(text.matches(&format!("Title of a{day}")).count() <= 1, "a{day} appears twice");
    }
    // The latest is opinion, which leads only when it is pinned.
    let leads = |built: &Built| linked(built, "index.html").first().cloned();
    assert_eq!(leads(&built).as_deref(), Some("a8"));
    project.article("a9", "date: 2026-06-09\nsection: views\npinned: 1", "Text.");
    assert_eq!(leads(&project.build()).as_deref(), Some("a9"));
}

#[test]
fn settings_determine_what_the_front_page_shows() {
    let project = Project::new("");
    let sections =
        "sections: [{ id: news, title: N }, { id: work, title: W }, { id: views, title: V, label: opinion }]";
    for day in 1..=9 {
        let section = ["news", "work", "views"][day % 3];
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}\nsection: {section}"), "Text.");
    }
    let front_page = |settings: &str| {
        project.settings(&format!("{sections}\nlisting: {{ page_size: 3 }}\nfront_page: {settings}"));
        let built = project.build();
        built.expect_clean();
        linked(&built, "index.html")
    };
    // Lead, beside it, opinion, then a group for each section.
    assert_eq!(front_page("{ secondary: 1, opinion: 2 }"), ["a9", "a7", "a8", "a5", "a6", "a3", "a4", "a1"]);
    assert_eq!(front_page("{ secondary: 0, opinion: 0, sections: [] }"), ["a9", "a8", "a7"]);
    assert_eq!(front_page("{ opinion: 1, per_section: 1, sections: [work, news] }"), ["a9", "a7", "a8", "a4", "a6"]);
}

#[test]
fn section_that_is_missing_or_twice_on_the_front_page_is_reported() {
    let project = Project::new("");
    project.settings("sections: [{ id: news, title: N }]\nfront_page: { sections: [news, sport, news] }");
    let built = project.build();
    built.expect_reported(["there is no section `sport`", "the section `news` is given twice"]);
}

#[test]
fn announcement_is_shown_from_its_start_to_its_end() {
    let project = Project::new("");
    project.settings("promos: [{ text: Come to the hall, starts: 2026-06-10, ends: 2026-06-20 }]");
    project.article("a1", "date: 2026-06-01", "Text.");
    let is_shown = |clock: &str| {
        let built = project.build_args(&["--as-of", clock]);
        built.expect_clean();
        !built.files().holding("Come to the hall").is_empty()
    };
    assert!(!is_shown("2026-06-09T23:59:59Z") && is_shown("2026-06-10"));
    assert!(is_shown("2026-06-19T23:59:59Z") && !is_shown("2026-06-20"));
}
