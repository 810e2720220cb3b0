//! Dates as readers see them.

use crate::project::Project;

#[test]
fn a_date_without_a_time_shows_none() {
    let project = Project::new("");
    project.article("day", "date: 2026-06-01", "Text.").article("hour", "date: 2026-06-01 18:30", "Text.");
    let built = project.build();
    built.expect_file("news/2026/06/hour/index.html", ["June 1, 2026, 6:30 p.m.</time>"]);
    built.expect_file("news/2026/06/day/index.html", ["June 1, 2026</time>"]);
    built.expect_file_without("news/2026/06/day/index.html", ["midnight"]);
}
