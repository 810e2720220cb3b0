//! Two sources of one URL are an error with a hint.

use crate::project::Project;

#[test]
fn advice_on_a_collision_fits_what_collides() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\naliases: [/feed.xml]", "Text.");
    project.write("static/about/index.html", "x").write("content/pages/about.md", "---\ntitle: About\n---\n");
    let built = project.build();
    built.expect_exit(1);
    let helps: Vec<&str> = built.diagnostics.iter().map(|reported| reported["help"].as_str().unwrap()).collect();
    assert_eq!(
        helps,
        [
            "remove the URL from `aliases`: a page is published there",
            "give the file another name, or the text another `slug`",
        ],
    );
}

#[test]
fn collisions_are_reported_where_the_url_is_written() {
    let project = Project::new(
        "
        -- content/pages/about.md --
        ---
        title: About
        ---
        -- content/pages/who.md --
        ---
        title: Who we are
        slug: about
        ---
        ",
    );
    project.article("a", "date: 2026-06-01\naliases: [/x/, /about/]", "Text.");
    project.article("b", "date: 2026-06-01\nslug: c", "Text.");
    project.article("c", "date: 2026-06-01", "Text.");
    project.article("d/e", "date: 2026-06-01", "Text.");
    project.article("e", "date: 2026-06-01", "Text.");
    let built = project.build();
    built.expect_exit(1);
    built.expect_error("collision", "content/articles/a.md", 4, 16, "`/about/`");
    built.expect_error("collision", "content/articles/b.md", 4, 7, "`/news/2026/06/c/`");
    built.expect_error("collision", "content/articles/e.md", 2, 1, "`/news/2026/06/e/`");
    built.expect_error("collision", "content/pages/who.md", 3, 7, "`/about/`");
    assert_eq!(built.diagnostics.len(), 4, "{:#?}", built.diagnostics);
}
