//! The commands around `build`, as people and scripts use them.

use serde_json::Value;

use crate::project::{NOW, Project};
use crate::snapshot::Snapshot;

/// A project with an article in each state.
fn sample_site() -> Project {
    let project = Project::new("");
    project.article("published", "date: 2026-06-01", "Text.");
    project.article("draft", "date: 2026-06-01\ndraft: true", "Text.");
    project.article("scheduled", "date: 2026-06-20", "Text.");
    project.article("embargoed", "date: 2026-06-01\nembargo: 2026-06-21", "Text.");
    project.article("expired", "date: 2026-06-01\nexpires: 2026-06-02", "Text.");
    project
}

#[test]
fn new_site_builds_at_once() {
    let project = Project::new("");
    for name in ["my-paper", "It's \"ours\"", "Éxito & más"] {
        let run = project.program(&["init", name]).within(&project.home()).run();
        run.expect_exit(0).expect_stderr(["Next:"]);
        let folder = project.home().join(name);
        let built = project.program(&["build", "--format", "json"]).within(&folder).run();
        built.expect_exit(0);
        let lines = built.json_lines();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(lines[0]["summary"]["pages"].as_u64() > Some(20), "{lines:#?}");
        let front_page = std::fs::read_to_string(folder.join("public/index.html")).unwrap();
        assert!(front_page.contains("A first article"), "{front_page}");
        let again = project.program(&["build", "--format", "json"]).within(&folder).run();
        assert_eq!(again.json_lines()[0]["summary"]["rendered"], 0);
    }
}

#[test]
fn init_in_the_current_folder_suggests_no_change_of_folder() {
    let project = Project::new("");
    for (folder, dir, title) in [("the-daily-bread", ".", "The Daily Bread"), ("new-day", "../new-day/", "New Day")] {
        let here = project.home().join(folder);
        std::fs::create_dir(&here).unwrap();
        let run = project.program(&["init", dir]).within(&here).run();
        run.expect_exit(0).expect_stderr([
            folder,
            "is ready. Next:\n  handbill serve --open   ",
            "\n  handbill build   ",
        ]);
        assert!(!run.stderr.contains("cd "), "{}", run.stderr);
        assert!(std::fs::read_to_string(here.join("site.yaml")).unwrap().contains(title));
    }
}

#[test]
fn init_takes_no_folder_that_holds_something() {
    let project = sample_site();
    project.run(&["init", "."]).expect_exit(2).expect_stderr(["exists already, and is not empty"]);
    project.run(&["init", "site.yaml"]).expect_exit(2);
    std::fs::create_dir(project.path("empty")).unwrap();
    project.run(&["init", "empty"]).expect_exit(0);
    project.run(&["init", "deep/er/site", "--format", "json"]).expect_exit(0).expect_stdout(["deep/er/site"]);
}

#[test]
fn new_files_are_filled_in_and_build() {
    let project = Project::new("-- content/pages/privacy.md --\n---\ntitle: Privacy\n---\n");
    project.settings("organization: { policies: { privacy: pages/privacy.md } }");
    let cases: [&[&str]; 9] = [
        &["article", "The \"Nurses'\" Strike: Day 2 \\ & <more>"],
        &["article", "With pictures", "--bundle", "--author", "jane-doe", "--section", "news"],
        &["page", "Über uns"],
        &["author", "Jane Doe"],
        &["topic", "Wages & Hours"],
        &["series", "The long strike"],
        &["newsletter", "The Weekly"],
        &["issue", "the-weekly", "No. 1: it begins"],
        &["author", "李小龍"],
    ];
    for case in cases {
        let run = project.run(&[&["new"], case].concat());
        run.expect_exit(0);
        let path = run.stdout.trim_end();
        assert!(project.path(path).is_file(), "{path:?}");
        let again = project.run(&[&["new"], case].concat());
        again.expect_exit(2).expect_stderr(["cannot write", "choose another title"]);
    }
    let run = project.run(&["build"]);
    run.expect_exit(1).expect_stderr([
        "the provider `buttondown` requires the setting `username`",
        "no `consent`",
        "3 errors",
    ]);
    let newsletter = "content/newsletters/the-weekly.md";
    project.edit(newsletter, "kind: buttondown", "kind: buttondown, username: our-list");
    project.edit(newsletter, "# frequency:", "frequency:").edit(newsletter, "# consent:", "consent:");
    let run = project.run(&["build", "--drafts", "--future", "--format", "json"]);
    run.expect_exit(0);
    let diagnostics: Vec<Value> = run.json_lines();
    assert!(diagnostics.iter().all(|line| line["level"] != "error"), "{diagnostics:#?}");
    let names: Vec<String> = project.output().0.into_keys().collect();
    for part in [
        "the-nurses-strike-day-2-more/index.html",
        "with-pictures/index.html",
        "uber-uns/index.html",
        "newsletters/the-weekly/index.html",
    ] {
        assert!(names.iter().any(|name| name.ends_with(part)), "{part}: {names:?}");
    }
    project.run(&["build"]).expect_exit(0);
    assert!(project.output().holding("nurses").is_empty(), "a new article is a draft");
    assert!(project.output().holding("uber-uns").is_empty(), "a new page is a draft");
}

#[test]
fn new_refuses_what_gives_no_name() {
    let project = Project::new("");
    project.run(&["new", "article", "!!!"]).expect_exit(2).expect_stderr(["results in an empty file name"]);
    project.run(&["new", "article", ""]).expect_exit(2);
    let elsewhere = project.program(&["new", "article", "T"]).within(&project.home()).run();
    elsewhere.expect_exit(2).expect_stderr(["there is no `site.yaml` here"]);
}

#[test]
fn new_refuses_what_names_nothing_that_is_there() {
    let project = Project::new("");
    let refused = |arguments: &[&str], words: [&str; 2]| {
        let before = Snapshot::of(&project.root());
        project.run(&[&["new"], arguments].concat()).expect_exit(2).expect_stderr(words);
        Snapshot::of(&project.root()).expect_same(&before);
    };
    refused(&["article", "T", "--section", "nws"], ["there is no section `nws`", "did you mean `news`?"]);
    refused(&["article", "T", "--section", "sport"], ["there is no section `sport`", "known: news"]);
    refused(&["issue", "weekly"], ["there is no newsletter `weekly`", "handbill new newsletter"]);
    project.write("content/newsletters/weekly.md", "---\ntitle: Weekly\nprovider: { kind: form }\n---\n");
    refused(&["issue", "wekly"], ["there is no newsletter `wekly`", "did you mean `weekly`?"]);
    refused(&["issue", "../weekly"], ["there is no newsletter `../weekly`", ""]);
    project.run(&["new", "issue", "weekly"]).expect_exit(0);
    project.run(&["new", "article", "T", "--author", "nobody"]).expect_exit(0);
    project.write("site.yaml", "title: T\nbase_url: https://paper.example/\nsections: sport\n");
    project.run(&["new", "article", "U", "--section", "sport"]).expect_exit(0);
}

#[test]
fn first_article_has_appeared_in_every_zone() {
    let project = Project::new("");
    for (name, zone) in [("west", "Etc/GMT+12"), ("east", "Pacific/Kiritimati")] {
        let folder = project.home().join(name);
        project.program(&["init", name]).within(&project.home()).run().expect_exit(0);
        let settings = std::fs::read_to_string(folder.join("site.yaml")).unwrap();
        std::fs::write(folder.join("site.yaml"), settings.replace("time_zone: UTC", &format!("time_zone: {zone}")))
            .unwrap();
        let run = project.program(&["list", "published", "--format", "json"]).within(&folder).run();
        assert_eq!(run.expect_exit(0).json_lines().len(), 1, "{zone}");
    }
}

#[test]
fn list_shows_the_state_of_each_article() {
    let project = sample_site();
    let listed = |which: &str| -> Vec<String> {
        let run = project.run(&["list", which, "--as-of", NOW, "--format", "json"]);
        run.expect_exit(0);
        run.json_lines()
            .iter()
            .map(|row| format!("{}: {}", row["path"].as_str().unwrap(), row["state"].as_str().unwrap()))
            .collect()
    };
    let path = |name: &str, state: &str| format!("content/articles/{name}.md: {state}");
    assert_eq!(listed("published"), [path("published", "published")]);
    assert_eq!(listed("drafts"), [path("draft", "draft")]);
    assert_eq!(listed("scheduled"), [path("scheduled", "scheduled"), path("embargoed", "embargoed")]);
    assert_eq!(listed("expired"), [path("expired", "expired")]);
    assert_eq!(listed("all").len(), 5);
    let run = project.run(&["list", "--as-of", NOW]);
    run.expect_exit(0).expect_stdout(["Title of published", "until 2026-06-21T00:00:00"]);
    assert_eq!(run.stdout.lines().count(), 5);
    project.article("broken", "date: soon", "Text.");
    project.run(&["list"]).expect_exit(1).expect_stderr(["is not a time"]);
}

#[test]
fn explain_shows_what_a_source_becomes_and_what_a_page_is_rendered_from() {
    let project = sample_site();
    project.article("published", "date: 2026-06-01\nsummary: S\ntopics: [wages]", "Text.");
    let explain = |what: &str| project.run(&["explain", what, "--as-of", NOW]);
    let article = "content/articles/published.md";
    explain(article)
        .expect_exit(0)
        .expect_stdout(["https://paper.example/news/2026/06/published/", "not published yet"]);
    project.build().expect_exit(0);
    for what in [
        "/news/2026/06/published/",
        "https://paper.example/news/2026/06/published/",
        "/news/2026/06/published",
        article,
    ] {
        explain(what).expect_exit(0).expect_stdout(["article.html", "published, and unchanged since", article]);
    }
    explain("/topics/wages/").expect_exit(0).expect_stdout(["listing.html", "articles"]);
    explain("/feed.xml").expect_exit(0).expect_stdout(["feed (RSS)"]);
    explain("public/topics/wages/index.html").expect_exit(0).expect_stdout(["listing.html", "articles"]);
    explain("/robots.txt").expect_exit(0);
    project.edit(article, "Text.", "Other.");
    explain(article).expect_exit(0).expect_stdout(["would be rendered again: content changed"]);
    for (name, why) in [
        ("draft", "it has `draft: true`"),
        ("scheduled", "its date is 2026-06-20"),
        ("embargoed", "under embargo until 2026-06-21"),
        ("expired", "it expired at 2026-06-02"),
    ] {
        explain(&format!("content/articles/{name}.md")).expect_exit(0).expect_stdout(["is unpublished", why]);
    }
    explain("/nowhere/").expect_exit(2).expect_stderr(["there is no file or URL `/nowhere/`"]);
    let within =
        project.program(&["explain", "published.md", "--as-of", NOW]).within(&project.path("content/articles"));
    within.run().expect_exit(0).expect_stdout([article]);
}

#[test]
fn explain_reads_the_output_folder_of_a_build_elsewhere() {
    let project = sample_site();
    project.build_args(&["--output", "dist"]).expect_exit(0);
    let explain = |arguments: &[&str]| project.run(&[&["explain", "--as-of", NOW], arguments].concat());
    explain(&["/feed.xml"]).expect_exit(0).expect_stdout(["not published yet"]);
    for what in ["/feed.xml", "dist/feed.xml"] {
        let run = explain(&[what, "--output", "dist"]);
        run.expect_exit(0).expect_stdout(["feed (RSS)", "published, and unchanged since"]);
    }
    explain(&["dist/feed.xml"]).expect_exit(2);
}

#[test]
fn clean_removes_what_handbill_wrote_and_only_that() {
    let project = sample_site();
    project.build().expect_exit(0);
    project.write("public/mine.txt", "mine").write("public/news/mine.txt", "mine");
    let run = project.run(&["clean", "--format", "json"]);
    run.expect_exit(0);
    let reported = &run.json_lines()[0];
    assert!(reported["removed"].as_array().unwrap().len() > 20, "{reported}");
    assert_eq!(project.output().0.into_keys().collect::<Vec<_>>(), ["mine.txt", "news/mine.txt"]);
    project.remove("public/mine.txt").remove("public/news");
    project.run(&["clean"]).expect_exit(0);
    project.build().expect_exit(0);
    project.run(&["clean"]).expect_exit(0);
    assert!(!project.path(".handbill").exists(), "nothing is left behind");
    project.program(&["clean"]).within(&project.home()).run().expect_exit(2);
}

#[test]
fn completions_are_made_for_every_shell() {
    let project = Project::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        project.run(&["completions", shell]).expect_exit(0).expect_stdout(["handbill", "explain"]);
    }
}

#[test]
fn every_command_explains_itself() {
    let project = Project::new("");
    for command in ["init", "new", "build", "list", "explain", "theme", "clean", "schema", "completions"] {
        let run = project.run(&[command, "--help"]);
        run.expect_exit(0).expect_stdout(["Usage:", "--root"]);
        assert_eq!(run.stderr, "");
    }
    project.run(&["--help"]).expect_exit(0).expect_stdout(["handbill init my-paper"]);
    project.run(&["--version"]).expect_exit(0).expect_stdout([env!("CARGO_PKG_VERSION")]);
}

#[test]
fn wrong_usage_exits_with_two() {
    let project = sample_site();
    let wrong: [&[&str]; 9] = [
        &[],
        &["biuld"],
        &["build", "--as-of", "tomorrow"],
        &["build", "--as-of", "2026-02-30"],
        &["build", "--jobs", "0"],
        &["build", "--jobs", "many"],
        &["build", "--wrong"],
        &["list", "everything"],
        &["schema", "everything"],
    ];
    for arguments in wrong {
        let run = project.run(arguments);
        run.expect_exit(2);
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
    assert!(!project.path("public").exists());
}

#[test]
fn build_without_a_site_suggests_what_to_do() {
    let project = Project::new("");
    let run = project.program(&["build"]).within(&project.home()).run();
    run.expect_stderr(["there is no `site.yaml` here", "handbill init my-paper"]);
    assert_ne!(run.code, 0);
    let run = project.run(&["build", "--root", "nowhere"]);
    assert_ne!(run.code, 0);
    project.run(&["build", "--base-url", "nonsense"]).expect_exit(2).expect_stderr(["is not an absolute URL"]);
}

#[test]
fn quiet_build_reports_errors_only() {
    let project = sample_site();
    project.article("warned", "date: 2026-06-01\ntopics: [nobody-knows]", "Text.");
    let run = project.run(&["build", "--quiet", "--as-of", NOW]);
    run.expect_exit(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    project.article("broken", "date: soon", "Text.");
    let run = project.run(&["build", "--quiet", "--as-of", NOW]);
    run.expect_exit(1).expect_stderr(["is not a time"]);
    assert!(!run.stderr.contains("nobody-knows"), "{}", run.stderr);
}

#[test]
fn colours_are_used_where_they_are_asked_for() {
    let project = sample_site();
    project.article("broken", "date: soon", "Text.");
    let build = |arguments: &[&str], no_color: Option<&str>| {
        let program = project.program(&[&["build"], arguments].concat());
        let program = match no_color {
            Some(value) => program.env("NO_COLOR", value),
            None => program,
        };
        program.run().stderr.contains('\x1b')
    };
    assert!(!build(&[], None), "standard error is no terminal");
    assert!(build(&["--color", "always"], None));
    assert!(build(&["--color", "always"], Some("1")), "what is asked for outweighs the environment");
    assert!(!build(&["--color", "never"], None) && !build(&[], Some("1")));
}

#[test]
fn strict_build_fails_on_warnings_and_changes_nothing() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\ntopics: [nobody-knows]", "Text.");
    project.build_args(&["--strict"]).expect_exit(1).expect_no_file("");
    project.build().expect_exit(0).expect_warning("there is no topic with the id `nobody-knows`");
    project.run(&["build", "--strict"]).expect_exit(1).expect_stderr(["which --strict does not allow"]);
}

#[test]
fn strict_build_goes_on_when_an_article_expires_that_others_link_to() {
    let project = Project::new("");
    project.article("gone", "date: 2026-06-01\nexpires: 2026-06-10", "Marrowlight.");
    project.article("a", "date: 2026-06-02", "See [it](gone.md).");
    project.build_args(&["--strict", "--as-of", "2026-06-09"]).expect_file("news/2026/06/gone/index.html", []);
    let built = project.build_args(&["--strict", "--as-of", "2026-06-11"]);
    built.expect_exit(0).expect_no_file("news/2026/06/gone").expect_absent_everywhere("marrowlight");
}

#[test]
fn data_that_would_be_lost_is_reported() {
    let project = Project::new("");
    let data = |path: &str, text: &str| {
        project.write(path, text);
    };
    data("content/data/rents.yaml", "a: 1\na: 2\n");
    project.build().expect_exit(1).only("`a` is given twice");
    data("content/data/rents.yaml", "a: 1\n");
    data("content/data/old/rents.yaml", "a: 2\n");
    project.build().expect_exit(1).only("are both `site.data.rents`");
    project.remove("content/data/old/rents.yaml").article("a", "date: 2026-06-01\nextra: { b: 1, b: 2 }", "Text.");
    project.build().expect_exit(1).only("given twice");
}

#[test]
fn number_is_a_title_whatever_else_is_wrong() {
    let project = Project::new("");
    project.write("content/articles/a.md", "---\ntitle: 1984\ndate: 2026-06-01\n---\n");
    project.build().expect_clean().expect_file("news/2026/06/a/index.html", ["<h1>1984</h1>"]);
    project.edit("content/articles/a.md", "date:", "sumary: x\ndate:");
    project.build().expect_exit(1).expect_reported(["unknown key `sumary`"]);
}

#[test]
fn promo_for_an_unpublished_page_is_shown_without_its_link() {
    let project = Project::new("");
    project.settings("promos: [{ text: Come all, url: /news/2026/06/gone/ }]");
    project.article("gone", "date: 2026-06-01\nexpires: 2026-06-10", "Marrowlight.");
    let at = |time: &str| project.build_args(&["--strict", "--as-of", time]);
    at("2026-06-09").expect_clean().expect_file("index.html", ["<a href=\"/news/2026/06/gone/\">Come all"]);
    let built = at("2026-06-11");
    built.expect_exit(0).expect_absent_everywhere("/gone/").expect_file("index.html", ["Come all"]);
    built.only("the promo has no link");
}

#[test]
fn explain_finds_what_is_meant_however_it_is_named() {
    let project = sample_site();
    project.write("content/pages/soon.md", "---\ntitle: Soon\ndraft: true\n---\n");
    project.write("content/articles/b/index.md", "---\ntitle: B\ndate: 2026-07-01\n---\n");
    let explain = |what: &str| project.run(&["explain", what, "--as-of", NOW]);
    for what in ["content/pages/soon.md", "/soon/", "https://paper.example/soon/?x#y"] {
        explain(what).expect_exit(0).expect_stdout(["content/pages/soon.md is unpublished: it has `draft: true`"]);
    }
    for what in ["content/articles/b/", "content/articles/../articles/b/index.md", "/news/2026/07/b/"] {
        explain(what)
            .expect_exit(0)
            .expect_stdout(["content/articles/b/index.md is unpublished: its date is 2026-07-01"]);
    }
    for what in ["/index.html", "index.html", "http://paper.example/#top"] {
        explain(what).expect_exit(0).expect_stdout(["kind      page, rendered by index.html"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn result_that_cannot_be_written_is_no_success() {
    let project = sample_site();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut list = std::process::Command::new(env!("CARGO_BIN_EXE_handbill"));
    let list = list.arg("list").current_dir(project.root()).stdout(full).output().unwrap();
    assert_eq!(list.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&list.stderr).contains("the result cannot be written"), "{list:?}");
}

#[test]
fn profile_shows_the_time_of_each_phase() {
    let run = sample_site().run(&["build", "--profile", "--as-of", NOW]);
    run.expect_exit(0).expect_stderr(["parse", "render", "article.html"]);
}

#[test]
fn report_for_scripts_is_one_object_a_line() {
    let project = sample_site();
    project.article("warned", "date: 2026-06-01\ntopics: [nobody-knows]", "A [link](draft.md).");
    let built = project.build();
    assert_eq!(built.run.stderr, "", "scripts read standard output");
    for reported in &built.diagnostics {
        for key in ["level", "code", "message", "file", "line", "column", "help"] {
            assert!(reported.get(key).is_some(), "no `{key}` in {reported}");
        }
    }
    for key in ["pages", "rendered", "written", "removed", "unpublished", "warnings", "errors"] {
        assert!(built.summary[key].is_u64(), "no `{key}` in {}", built.summary);
    }
    assert!(built.summary["seconds"].is_f64());
    assert_eq!((built.count("unpublished"), built.count("warnings"), built.count("errors")), (4, 1, 0));
    assert_eq!(built.count("pages"), built.files().0.len());
    let unpublished = &built.summary["unpublished_articles"];
    let scheduled =
        unpublished.as_array().unwrap().iter().find(|unpublished| unpublished["state"] == "scheduled").unwrap();
    assert_eq!(scheduled["time"], "2026-06-20T00:00:00+00:00");
}

#[test]
fn report_for_people_lists_unpublished_articles_with_their_times() {
    let run = sample_site().run(&["build", "--as-of", NOW]);
    run.expect_exit(0).expect_stderr([
        "pages in public",
        "unpublished  content/articles/draft.md: draft",
        "unpublished  content/articles/scheduled.md: scheduled until 2026-06-20",
        "unpublished  content/articles/embargoed.md: embargoed until 2026-06-21",
        "unpublished  content/articles/expired.md: expired since 2026-06-02",
    ]);
    assert_eq!(run.stdout, "");
}
