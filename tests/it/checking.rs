//! `handbill check`: the diagnostics of a build, and those of finished pages.

use serde_json::Value;

use crate::project::Project;
use crate::run::Run;

/// A site with something of its own in the head of every page.
fn sample_site(head: &str) -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "## Part\n\nText.").article("b", "date: 2026-06-02", "Text.");
    let template = format!("{{% extends \"broadsheet/base.html\" %}}{{% block head %}}{head}{{% endblock head %}}");
    project.write("templates/base.html", template);
    project
}

fn check(project: &Project, flags: &[&str]) -> Run {
    project.run(&[&["check", "--format", "json", "--as-of", "2026-06-15"], flags].concat())
}

/// The diagnostics, each with its level, and the summary.
#[track_caller]
fn diagnostics_of(run: &Run) -> (Vec<(String, String)>, Value) {
    let mut lines = run.json_lines();
    let summary = lines.pop().expect("a summary")["summary"].clone();
    let text = |reported: &Value, key: &str| reported[key].as_str().unwrap().to_owned();
    (lines.iter().map(|reported| (text(reported, "level"), text(reported, "message"))).collect(), summary)
}

#[test]
fn site_without_problems_is_fine_and_nothing_is_written() {
    let project = sample_site("<link rel=\"preload\" href=\"/news/2026/06/a/#part\">");
    let run = check(&project, &["--strict"]);
    let (reported, summary) = diagnostics_of(&run);
    assert_eq!((run.code, reported), (0, Vec::new()), "{run:?}");
    assert_eq!((&summary["written"], &summary["warnings"]), (&0.into(), &0.into()));
    let pages = summary["pages"].clone();
    assert!(!project.path("public").exists() && !project.path(".handbill").exists());
    assert_eq!(pages, project.build_args(&["--as-of", "2026-06-15"]).summary["pages"], "all pages are looked at");
}

#[test]
fn problems_of_finished_pages_are_reported_once_each() {
    let cases = [
        ("<link rel=\"icon\" href=\"/nope.png\">", "error", "links to `/nope.png`, which is not a URL of this site"),
        ("<a href=\"/abuot/\">x</a>", "error", "links to `/abuot/`, which is not a URL of this site"),
        ("<a href=\"https://paper.example/nope/\">x</a>", "error", "links to `https://paper.example/nope/`"),
        ("<a href=\"/news/2026/06/a/#nope\">x</a>", "error", "links to `/news/2026/06/a/#nope`"),
        ("<meta id=\"main\">", "error", "has the id `main` twice"),
        ("<img src=\"/news/\">", "warning", "shows `/news/` without a description"),
        (
            "<script src=\"https://spy.example/s.js\"></script>",
            "warning",
            "requests something from `https://spy.example`",
        ),
    ];
    for (head, level, text) in cases {
        let run = check(&sample_site(head), &[]);
        let (reported, _) = diagnostics_of(&run);
        assert_eq!(reported.len(), 1, "{head}: {reported:#?}");
        assert!(reported[0].0 == level && reported[0].1.contains(text), "{head}: {reported:#?}");
        assert!(reported[0].1.contains("other pages"), "it is on every page: {reported:#?}");
        assert_eq!(run.code, i32::from(level == "error"), "{head}");
        assert_eq!(check(&sample_site(head), &["--strict"]).code, 1, "{head}");
    }
}

#[test]
fn what_leads_somewhere_is_no_problem() {
    let good = "<a href=\"/news\"></a><a href=\"/news/index.html\"></a><a href=\"#\"></a><a href=\"#top\"></a>\
                <a href=\"/news/2026/06/a/#:~:text=x\"></a><a href=\"?page=2\"></a><a href=\"https://other.example/\"></a>\
                <a href=\"mailto:a@b.example\"></a><a href=\"/news/2026/06/a/?from=feed#part\"></a>";
    let (reported, _) = diagnostics_of(&check(&sample_site(good), &["--strict"]));
    assert!(reported.is_empty(), "{reported:#?}");
}

#[test]
fn sites_below_a_path_are_checked_there() {
    let project = sample_site("<a href=\"/paper/news/\"></a><a href=\"/news/\"></a>");
    project.edit("site.yaml", "https://paper.example/", "https://paper.example/paper/");
    let (reported, _) = diagnostics_of(&check(&project, &[]));
    assert_eq!(reported.len(), 1, "{reported:#?}");
    assert!(reported[0].1.contains("links to `/news/`"), "{reported:#?}");
}

#[test]
fn host_that_the_settings_name_may_be_asked() {
    let project = sample_site("<script src=\"https://spy.example/s.js\"></script>");
    project.settings("security: { allow: { script-src: [\"*.example\", \"https://spy.example.org\"] } }");
    assert_eq!(check(&project, &["--strict"]).code, 0);
    project.edit("site.yaml", "\"*.example\", ", "");
    assert_eq!(check(&project, &["--strict"]).code, 1, "a host whose name begins alike is another");
}

#[test]
fn errors_of_sources_are_reported_and_pages_then_not_looked_at() {
    let project = sample_site("<a href=\"/nope/\">x</a>");
    project.article("b", "date: 2026-06-02\nsumary: x", "Text.");
    let run = check(&project, &[]);
    let (reported, summary) = diagnostics_of(&run);
    assert_eq!((run.code, reported.len(), &summary["errors"]), (1, 1, &1.into()), "{reported:#?}");
    assert!(reported[0].1.contains("sumary"));
}
