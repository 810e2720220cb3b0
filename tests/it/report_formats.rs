//! Diagnostics in the formats that systems of continuous integration read.

use serde_json::{Value, json};

use crate::project::{NOW, Project};
use crate::run::Run;
use crate::xml::Element;

/// A site with an error at a line, and a warning without a file.
fn site() -> Project {
    let project = Project::new("");
    project.article("a, b", "slug: a\ndate: 2026-06-01", "One.\n\n[100%](<gone\" & b.md>)");
    project.write("templates/base.html", "{% extends \"broadsheet/base.html\" %}");
    project
}

/// A site whose only problem is a warning about its pages.
fn warned() -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let head = "{% block head %}<script src=\"https://spy.example/s.js\"></script>{% endblock head %}";
    project.write("templates/base.html", format!("{{% extends \"broadsheet/base.html\" %}}{head}"));
    project
}

fn check(project: &Project, format: &str, flags: &[&str]) -> Run {
    project.run(&[&["check", "--as-of", NOW, "--format", format], flags].concat())
}

#[test]
fn github_shows_each_diagnostic_at_its_line() {
    let project = site();
    let run = check(&project, "github", &[]);
    let command = "::error file=content/articles/a%2C b.md,line=9,col=9,title=link::there is no file \
                   `content/articles/gone\" & b.md`";
    assert!(run.code == 1 && run.stdout.starts_with(command), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
    let root = project.root();
    let above = project.program(&["build", "--as-of", NOW, "--format", "github", "--root", "site"]);
    let above = above.within(root.parent().unwrap()).run();
    assert!(above.stdout.starts_with("::error file=site/content/articles/a%2C b.md,"), "{above:?}");
    let warned = check(&warned(), "github", &[]);
    assert!(warned.stdout.starts_with("::warning title=page::`/") && warned.stdout.contains("%0Ahelp: "), "{warned:?}");
}

#[test]
fn sarif_has_the_members_that_its_readers_need() {
    let read =
        |run: &Run| serde_json::from_str::<Value>(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let log = read(&check(&site(), "sarif", &[]));
    assert_eq!((&log["version"], &log["runs"][1]), (&json!("2.1.0"), &Value::Null));
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "Handbill");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "link");
    assert!(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"].is_string());
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("link"), &json!("error")));
    assert!(result["message"]["text"].as_str().unwrap().starts_with("there is no file"), "{result}");
    let place = &result["locations"][0]["physicalLocation"];
    let uri = "content/articles/a,%20b.md";
    assert_eq!(place["artifactLocation"], json!({ "uri": uri, "uriBaseId": "%SRCROOT%" }));
    assert_eq!(place["region"], json!({ "startLine": 9, "startColumn": 9 }));
    let log = read(&check(&warned(), "sarif", &[]));
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["level"], &log["runs"][0]["results"][1]), (&json!("warning"), &Value::Null));
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "site.yaml");
    assert_eq!(read(&check(&Project::new(""), "sarif", &[]))["runs"][0]["results"], json!([]));
}

#[test]
fn junit_fails_a_test_case_for_what_fails_the_run() {
    let suite = |run: &Run| Element::read(&run.stdout).one("testsuite").clone();
    let failed = suite(&check(&site(), "junit", &[]));
    assert_eq!((failed.get("tests"), failed.get("failures")), (Some("1"), Some("1")));
    let case = failed.one("testcase");
    let failure = case.one("failure");
    assert_eq!((case.get("classname"), failure.get("type")), (Some("content/articles/a, b.md"), Some("link")));
    assert!(failure.text.starts_with("content/articles/a, b.md:9\nthere is no file `content/articles/gone\" & b.md`"));
    let warned = warned();
    let passed = suite(&check(&warned, "junit", &[]));
    assert_eq!((passed.get("tests"), passed.get("failures")), (Some("1"), Some("0")));
    assert!(passed.one("testcase").text_of("system-out").starts_with("warning:"), "{passed:?}");
    assert_eq!(suite(&check(&warned, "junit", &["--strict"])).get("failures"), Some("1"));
    let empty = suite(&check(&Project::new(""), "junit", &[]));
    assert_eq!((empty.all("testcase").count(), empty.get("failures")), (1, Some("0")));
}

#[test]
fn documents_are_for_commands_that_report_once() {
    let project = Project::new("");
    for format in ["sarif", "junit"] {
        let run = project.run(&["list", "--format", format]);
        run.expect_exit(2).expect_stderr(["are for `build` and `check`"]);
        assert_eq!(run.stdout, "");
        project.run(&["build", "--format", format]).expect_exit(0);
    }
    project.run(&["list", "--format", "github"]).expect_exit(0);
}
