//! Two things at one address are an error, with advice on what can be done about it.

use crate::project::Project;

#[test]
fn advice_on_a_collision_fits_what_collides() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\naliases: [/feed.xml]", "Text.");
    project.write("static/about/index.html", "x").write("content/pages/about.md", "---\ntitle: About\n---\n");
    let built = project.build();
    built.expect_exit(1);
    let helps: Vec<&str> = built.diagnostics.iter().map(|told| told["help"].as_str().unwrap()).collect();
    assert_eq!(
        helps,
        [
            "take the address out of `aliases`: nothing can lead on from where there is something else",
            "give the file another name, or the text another `slug`",
        ],
    );
}
