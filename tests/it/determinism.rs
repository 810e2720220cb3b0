//! Invariant 8: two builds of one site are the same byte for byte, whatever the machine, its zone, language and number
//! of threads; and invariant 6: all errors are reported in one run, in the order of their paths.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use handbill::build::{BuildOptions, Clock, NoObserver, build};
use handbill::digest::Digest;

use crate::built::Built;
use crate::project::{Project, copy_folder};

/// The sample site of this repository.
pub(crate) fn common_cause() -> Project {
    let project = Project::new("");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["content", "static", "themes"] {
        copy_folder(&here.join(folder), &project.path(folder), &[]);
    }
    std::fs::copy(here.join("site.yaml"), project.path("site.yaml")).expect("the settings are there");
    project
}

#[test]
fn builds_are_the_same_in_any_zone_language_and_number_of_threads() {
    let project = common_cause();
    let expected = project.cold_output(&["--jobs", "1"]);
    let machines = [("UTC", "C", "2"), ("Asia/Kolkata", "de_DE.UTF-8", "1"), ("America/St_Johns", "tr_TR.UTF-8", "7")];
    for (zone, language, jobs) in machines {
        let copy = project.fresh_copy();
        let program = copy.build_program(&["--jobs", jobs]);
        let program = program.env("TZ", zone).env("LANG", language).env("LC_ALL", language).env("USER", "somebody");
        copy.built(program).expect_exit(0);
        copy.output().expect_same(&expected);
    }
}

#[test]
fn diagnostics_are_the_same_with_any_number_of_threads() {
    let project = ten_errors();
    let say = |jobs: &str| project.build_args(&["--jobs", jobs]).diagnostics;
    assert_eq!(say("1"), say("2"));
    assert_eq!(say("1"), say("8"));
}

#[test]
fn output_does_not_depend_on_the_folder_in_which_the_site_is_built() {
    let project = common_cause();
    let expected = project.cold_output(&[]);
    let root = project.root();
    let from_above = project.build_program(&["--root", "site"]).within(root.parent().expect("it is in a folder"));
    project.built(from_above).expect_exit(0);
    project.output().expect_same(&expected);
    project.built(project.build_program(&[]).within(&project.path("content/articles"))).expect_idle();
}

#[test]
fn another_program_makes_every_file_again() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let built = |program: &[u8]| {
        let options =
            BuildOptions::of(project.root(), Clock::At(1_781_524_800), Digest::of_bytes(program), SystemTime::now());
        build(&options, &NoObserver).published.expect("a sound site")
    };
    built(b"one");
    assert_eq!(built(b"one").rendered, 0);
    let other = built(b"other");
    // What is made of its bytes alone (robots.txt, assets) is compared by its bytes.
    let urls: Vec<_> = other.rendered_urls.iter().map(|url| url.as_str()).collect();
    for url in ["/", "/feed.xml", "/sitemap.xml", "/news-sitemap.xml", "/news/2026/06/a/"] {
        assert!(urls.contains(&url), "{urls:?}");
    }
    assert_eq!(other.written, 0);
}

/// A site with ten errors of different kinds, in six files.
fn ten_errors() -> Project {
    let project = Project::new(
        "
        -- content/articles/a.md --
        ---
        title: A
        date: 2026-06-01
        sumary: S
        section: nws
        ---
        -- content/articles/b.md --
        ---
        title: B
        date: 2026-06-01
        draft: \"yes\"
        ---
        -- content/articles/c.md --
        ---
        title: C: and more
        date: 2026-06-01
        ---
        -- content/articles/d.md --
        ---
        title: D
        date: 2026-06-01
        ---

        ## Part

        [one](a.md#x), [two](nowhere.md), [three](#prat).

        ::: fact-bx
        Fact.
        :::

        ::: fact-box {titel=\"x\"}
        Fact.
        :::
        -- content/comments/d.yaml --
        - { id: c1, author: A, date: 2026-06-01, text: T, reply_to: c2 }
        -- content/newsletters/weekly.md --
        ---
        title: Weekly
        provider: { kind: buttondwn }
        ---
        ",
    );
    project.build_args(&["--output", "elsewhere"]);
    project
}

fn by_file(built: &Built) -> BTreeMap<String, usize> {
    let mut files = BTreeMap::new();
    for found in &built.diagnostics {
        *files.entry(found["file"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    files
}

#[test]
fn ten_errors_are_reported_in_one_run_in_path_order() {
    let project = ten_errors();
    let built = project.build();
    built.expect_exit(1).expect_no_file("");
    let reported = [
        "unknown key `sumary`",
        "there is no section `nws`",
        "`draft`",
        "a colon inside a text without quotes",
        "there is no file `content/articles/nowhere.md`",
        "id `prat`",
        "there is no block `fact-bx`",
        "has no argument `titel`",
        "`reply_to` names `c2`",
        "there is no provider `buttondwn`",
    ];
    for text in reported {
        let error = built.only(text);
        assert!(error["line"].is_u64() && error["column"].is_u64(), "{error}");
        assert!(error["help"].is_string(), "{error}");
    }
    let files = by_file(&built);
    assert_eq!(files.len(), 6, "{files:?}");
    let order: Vec<_> = built.diagnostics.iter().map(|found| found["file"].as_str().unwrap_or_default()).collect();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(built.count("errors"), built.diagnostics.len());
}

#[test]
fn errors_within_a_file_are_reported_in_the_order_of_their_lines() {
    let built = ten_errors().build();
    let places: Vec<_> = built
        .diagnostics
        .iter()
        .map(|found| (found["file"].as_str(), found["line"].as_u64(), found["column"].as_u64()))
        .collect();
    assert!(places.is_sorted(), "{places:#?}");
}

#[test]
fn errors_of_settings_theme_and_texts_are_reported_together() {
    let project = Project::new(
        "
        -- site.yaml --
        title: The Paper
        base_url: https://paper.example/
        subtitel: X
        theme_settings: { acent: \"#123\" }
        -- content/articles/a.md --
        ---
        title: A
        date: 2026-06-01
        sumary: S
        ---

        [one](nowhere.md), [two](/nowhere/), [three](/broken/).

        ::: fact-bx
        :::

        ::: fact-box {titel=\"x\"}
        :::

        ::: own {whatever=\"x\"}
        :::
        -- content/pages/broken.md --
        ---
        titel: Broken
        ---
        -- templates/own.html --
        {% component block.own(title: string) %}{{ title }}{% endcomponent block.own %}{% if %}
        ",
    );
    let built = project.build();
    built.expect_exit(1).expect_no_file("");
    let reported = [
        "unknown key `subtitel`",
        "has no setting `acent`",
        "unknown key `sumary`",
        "there is no file `content/articles/nowhere.md`",
        "`/nowhere/` is not a URL of this site",
        "there is no block `fact-bx`",
        "the block `fact-box` has no argument `titel`",
        "unknown key `titel`",
        "expected one of",
    ];
    for text in reported {
        built.only(text);
    }
    assert_eq!(
        built.count("errors"),
        reported.len(),
        "nothing is reported that is not an error: {:#?}",
        built.diagnostics
    );
    project.edit("site.yaml", "theme_settings: { acent: \"#123\" }", "theme: broadshet");
    let built = project.build();
    built.only("there is no theme `broadshet`");
    built.only("there is no file `content/articles/nowhere.md`");
    assert_eq!(built.count("errors"), 6, "of blocks nothing is known without the theme: {:#?}", built.diagnostics);
    for command in ["list", "explain"] {
        let arguments: &[&str] = if command == "list" { &["list"] } else { &["explain", "/"] };
        project.run(arguments).expect_exit(1).expect_stderr(["broadshet"]);
    }
}
