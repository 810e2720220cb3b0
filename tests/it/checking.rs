//! `handbill check`: the diagnostics of a build, and those of finished pages.

use serde_json::Value;

use crate::project::Project;
use crate::run::Run;

/// A site with something of its own in the head of every page.
fn sample_site(head: &str) -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "## Part\n\nText.").article("b", "date: 2026-06-02", "More.");
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

/// A site with an error that can be accepted in each place: a link, a fragment, an image and an id of a text, and a link
/// of all finished pages.
fn old_archive() -> Project {
    let project = sample_site("<a href=\"/abuot/\">x</a>");
    let text = "[a](gone.md), [b](#gone), [c](b.md#gone), [d](/gone/), ![e](gone.png)\n\n## One {#x}\n\n## Two {#x}";
    project.article("old", "date: 2026-06-03", text);
    project
}

#[test]
fn known_problems_stop_no_build_and_no_check_and_new_ones_do() {
    let project = old_archive();
    assert_eq!(project.build_args(&["--as-of", "2026-06-15"]).run.code, 1);
    let run = check(&project, &["--accept"]);
    let (reported, summary) = diagnostics_of(&run);
    assert_eq!((run.code, reported, &summary["known"]), (0, Vec::new(), &9.into()), "{run:?}");
    let file = project.read("known-problems.yaml");
    assert!(file.contains("until: 2026-09-13") && file.contains("# there is no file"), "{file}");
    assert_eq!(check(&project, &["--strict"]).code, 0);
    for built in [project.build(), project.build()] {
        built.expect_exit(0).expect_file("news/2026/06/old/index.html", ["<h2 id=\"x\"", "<h2 id=\"x-2\""]);
        assert_eq!((&built.summary["known"], built.diagnostics.len()), (&6.into(), 0));
    }
    project.edit("content/articles/old.md", "[a](gone.md)", "[a](gone.md) [n](new.md)");
    let built = project.build();
    built.expect_exit(1);
    assert_eq!(built.diagnostics.len(), 1, "{:#?}", built.diagnostics);
    project.edit("content/articles/old.md", "[n](new.md)", "[n](gone.md)");
    project.build().expect_exit(1);
}

#[test]
fn errors_of_a_group_are_warnings_if_the_settings_say_so() {
    let project = old_archive();
    let levels = |run: &Run| {
        let (reported, _) = diagnostics_of(run);
        ["error", "warning"].map(|level| reported.iter().filter(|(reported, _)| reported == level).count())
    };
    project.settings("checks: { fragments: warn, images: warn, ids: warn }");
    assert_eq!(levels(&check(&project, &[])), [2, 4], "links are errors still");
    project.build().expect_exit(1);
    project.settings("checks: { links: warn, fragments: warn, images: warn, ids: warn, files: warn }");
    let run = check(&project, &[]);
    assert_eq!((run.code, levels(&run)), (0, [0, 9]), "{run:?}");
    for built in [project.build(), project.build()] {
        built.expect_exit(0).expect_file("news/2026/06/old/index.html", ["<h2 id=\"x\"", "<h2 id=\"x-2\""]);
    }
    assert_eq!(check(&project, &["--strict"]).code, 1);
    project.edit("content/articles/old.md", "date: 2026-06-03", "date: 2026-06-03\nsumary: x");
    project.build().expect_exit(1);
}

#[test]
fn known_problems_apply_until_their_date_and_what_is_gone_is_a_note() {
    let project = old_archive();
    assert_eq!(check(&project, &["--accept", "--until", "2026-07-01"]).code, 0);
    assert_eq!(project.build_args(&["--as-of", "2026-06-30"]).run.code, 0);
    assert_eq!(project.build_args(&["--as-of", "2026-07-01"]).run.code, 1);
    assert_eq!(check(&project, &["--accept", "--until", "2026-06-15"]).code, 2);
    project.edit("content/articles/old.md", "[d](/gone/)", "d");
    project.edit("templates/base.html", "/abuot/", "/news/");
    let (reported, _) = diagnostics_of(&check(&project, &["--strict"]));
    assert!(reported.len() == 3 && reported.iter().all(|(level, _)| level == "note"), "{reported:#?}");
    assert_eq!(project.build().diagnostics.len(), 1, "a build does not look at finished pages");
    assert_eq!(check(&project, &["--accept"]).code, 0);
    assert!(diagnostics_of(&check(&project, &[])).0.is_empty());
}

#[test]
fn errors_that_leave_no_site_to_publish_are_not_accepted() {
    let script = "![x](<javascript:alert(1)>)";
    for (keys, text) in [("date: 2026-06-03\nsumary: x", "Text."), ("date: 2026-06-03", script)] {
        let project = old_archive();
        project.article("new", keys, text);
        assert_eq!(check(&project, &["--accept"]).code, 1);
        assert!(!project.path("known-problems.yaml").exists());
    }
    let project = old_archive();
    project.write("known-problems.yaml", "problems: [{ file: site.yaml }]");
    assert_eq!(project.build().run.code, 1);
}

#[test]
fn problem_of_an_unpublished_text_is_not_known() {
    let project = old_archive();
    assert_eq!(check(&project, &["--accept"]).code, 0);
    project.edit("content/articles/old.md", "date: 2026-06-03", "date: 2026-06-20");
    assert_eq!(project.build().run.code, 1);
}
