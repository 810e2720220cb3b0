//! The invariant of the dev server: after any edits it serves for every page the bytes that a build from nothing
//! writes; while the site has errors, the bytes of the last snapshot without errors.
//!
//! The edits are the same on each run. `HANDBILL_CASES=100` tries so many other sequences, chosen at random.

use std::collections::{BTreeMap, BTreeSet};

use handbill::path::{OutputLayout, OutputPath};
use handbill::pictures::FOLDER;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use crate::dev_server::{DevServer, diagnostics, until};
use crate::incremental::write;
use crate::project::{NOW, Project};
use crate::site_model::{ALL, ARTICLES, CLOCKS, VALUES, What, World};
use crate::snapshot::Snapshot;

/// The arguments with which a build shows what the dev server shows.
const SHOWN: [&str; 2] = ["--drafts", "--future"];

type Edit = (What, usize, usize);

/// A few edits at once; edits of display text, which have a short path, are more frequent than others.
fn edits() -> impl Strategy<Value = Vec<Edit>> {
    use What::{Asset, Body, Byline, Dateline, Fragment, Image, Summary, Template, Title, Translations};
    let quick = vec![Title, Body, Summary, Dateline, Byline, Image, Template, Fragment, Asset, Translations];
    let what = prop_oneof![proptest::sample::select(ALL), proptest::sample::select(quick)];
    proptest::collection::vec((what, 0..ARTICLES, 0..VALUES), 1..3)
}

#[test]
fn dev_server_serves_what_a_build_from_nothing_writes_after_any_edits() {
    let explored = std::env::var("HANDBILL_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: explored.unwrap_or(2), failure_persistence: None, ..Config::default() };
    // A smaller sequence takes as long as patience lasts to fail.
    let config = Config { max_shrink_iters: if explored.is_some() { 40 } else { 0 }, ..config };
    let mut runner = match explored {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let checked = runner.run(&proptest::collection::vec(edits(), 20..30), |steps| {
        check(&steps);
        Ok(())
    });
    if let Err(problems) = checked {
        panic!("{}", problems.to_string().split("minimal failing input").next().unwrap_or_default());
    }
}

#[test]
fn dev_server_serves_what_a_build_from_nothing_writes_after_each_edit_alone() {
    // The article has an image and a picture, so that every kind of edit has an effect.
    let first = vec![(What::ImageFile, 1, 1), (What::Image, 1, 1), (What::Picture, 1, 1), (What::Newsletter, 0, 1)];
    let each = ALL.iter().flat_map(|what| (0..VALUES).rev().map(|value| vec![(*what, 1, value)]));
    let (image, others): (Vec<_>, Vec<_>) =
        each.partition(|edits| matches!(edits[0].0, What::ImageFile | What::Picture | What::Exists));
    check(&std::iter::once(first).chain(others).chain(image).collect::<Vec<_>>());
}

#[track_caller]
fn check(steps: &[Vec<Edit>]) {
    let (project, mut world) = (Project::new(""), World::new());
    let mut walk = Walk { files: write(&project, &BTreeMap::new(), world.files()), base: "/", shown: None };
    let server = DevServer::with(&project, &["--as-of", &time(0)]);
    walk.expect_same(&project, &server, &world, &[]);
    for step in steps {
        let clock = world.clock;
        for &(what, which, value) in step {
            world.apply(what, which, value);
        }
        let files = world.files();
        if clock == world.clock && files == walk.files {
            continue;
        }
        walk.files = write(&project, &walk.files, files);
        if clock != world.clock {
            // The site may be about to move to another path.
            let fields = format!("as_of={}", time(world.clock));
            let set = |base: &&str| server.post(&format!("{base}.handbill/clock"), &fields).status == 200;
            assert!(until(|| ["/", "/sub/"].into_iter().find(set)).is_some());
        }
        walk.expect_same(&project, &server, &world, step);
    }
}

/// The state of a walk through snapshots.
struct Walk {
    files: BTreeMap<String, Vec<u8>>,
    /// The path of the base URL of the snapshot that was shown last.
    base: &'static str,
    /// All files of that snapshot, if all could be rendered.
    shown: Option<Snapshot>,
}

impl Walk {
    #[track_caller]
    fn expect_same(&mut self, project: &Project, server: &DevServer, world: &World, step: &[Edit]) {
        let clock = time(world.clock);
        let arguments = [SHOWN.as_slice(), &["--as-of", &clock]].concat();
        let copy = project.fresh_copy();
        let built = copy.build_args(&arguments);
        let lines = built.run.json_lines();
        let errors: Vec<&Value> = lines.iter().filter(|line| line["level"] == "error").collect();
        // What a template cannot do with one page shows on that page; a build gives up for it.
        let is_sound =
            errors.iter().all(|error| error["file"].as_str().is_some_and(|file| file.starts_with("templates/")));
        let reported = lines.iter().filter(|line| line.get("code").is_some()).map(place).collect();
        if !is_sound {
            self.expect_diagnostics(server, &reported, step);
            return self.expect_last(server, step);
        }
        let before = std::mem::replace(&mut self.base, base(world));
        self.expect_diagnostics(server, &BTreeSet::new(), step);
        let gone = self.shown.take().filter(|_| before == self.base);
        if !errors.is_empty() {
            return;
        }
        let (mut built, base) = (by_url(built.files(), layout(world)), self.base);
        // Compressed files have no URL of their own, and a dev server compresses nothing.
        built.0.retain(|path, _| !path.ends_with(".gz") && !path.ends_with(".br"));
        let gone = gone.map(|gone| gone.0).unwrap_or_default();
        // A dev server makes each variant that a page may name; a build writes those that one names.
        let is_variant = |path: &String| path.starts_with(&format!("{FOLDER}/"));
        let gone: Vec<&String> = gone.keys().filter(|path| !built.0.contains_key(*path) && !is_variant(path)).collect();
        let mut last = String::new();
        let is_same = until(|| {
            let pages = built.0.iter().find_map(|(path, bytes)| differs(server, &format!("{base}{path}"), bytes));
            let others = || gone.iter().find_map(|path| remains(server, &format!("{base}{path}")));
            last = pages.or_else(others).unwrap_or_default();
            last.is_empty().then_some(())
        });
        assert!(is_same.is_some(), "after {step:?} {last}\n{}", server.output());
        self.shown = Some(built);
    }

    /// Waits until exactly these diagnostics are reported, and the last step was applied.
    #[track_caller]
    fn expect_diagnostics(&self, server: &DevServer, reported: &BTreeSet<String>, step: &[Edit]) {
        let base = self.base;
        // While the base URL changes, its events have no URL for a moment.
        let events = until(|| server.events_if_any(base));
        let events = events.unwrap_or_else(|| panic!("no events below {base} after {step:?}\n{}", server.output()));
        let seen = || -> BTreeSet<String> { diagnostics(&events.last("diagnostics")).iter().map(place).collect() };
        let is_reported = until(|| (seen() == *reported).then_some(()));
        assert!(is_reported.is_some(), "after {step:?} a build reports {reported:#?}, the dev server {:#?}", seen());
    }

    /// Expects that the last snapshot without errors is served, except files that no longer exist, and copied files.
    #[track_caller]
    fn expect_last(&self, server: &DevServer, step: &[Edit]) {
        let (Some(last), base) = (&self.shown, self.base) else { return };
        let is_page = |path: &str| path.is_empty() || path.ends_with('/') || path.ends_with(".html");
        for (path, bytes) in last.0.iter().filter(|(path, _)| is_page(path)) {
            let answer = server.get(&format!("{base}{path}"));
            if answer.status == 200 {
                let (seen, expected) = (turned_back(&answer.without_script()), String::from_utf8_lossy(bytes));
                assert!(
                    seen == expected,
                    "{path} changed while the site has errors after {step:?}:\n{}",
                    difference(&seen, &expected)
                );
            } else {
                assert!([301, 404].contains(&answer.status), "{path} after {step:?}: {}", answer.head);
            }
        }
    }
}

fn time(clock: usize) -> String {
    jiff::Timestamp::from_second(CLOCKS[clock]).expect("a time").to_string()
}

/// In what a page differs from the one that a build wrote.
fn differs(server: &DevServer, url: &str, bytes: &[u8]) -> Option<String> {
    let (answer, expected) = (server.get(url), String::from_utf8_lossy(bytes));
    if answer.status == 301 {
        let to = answer.header("location").unwrap_or_default();
        return (!expected.to_lowercase().contains(to)).then(|| format!("{url} leads to {to}, not as in\n{expected}"));
    }
    if answer.status != 200 {
        return Some(format!("{url} has the status {}", answer.status));
    }
    let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    let seen = if is_page { turned_back(&answer.without_script()) } else { answer.text() };
    (seen != expected).then(|| format!("{url} differs:\n{}", difference(&seen, &expected)))
}

/// Whether something is answered where nothing is any more.
fn remains(server: &DevServer, url: &str) -> Option<String> {
    let status = server.get(url).status;
    (![301, 404].contains(&status)).then(|| format!("{url} is gone, and still answered with {status}"))
}

/// The path that the world's settings put the site below.
fn base(world: &World) -> &'static str {
    let settings = world.files().remove("site.yaml").expect("a site has settings");
    if String::from_utf8_lossy(&settings).contains("/sub/") { "/sub/" } else { "/" }
}

/// Where the world's settings put the files of pages.
fn layout(world: &World) -> OutputLayout {
    let settings = world.files().remove("site.yaml").expect("a site has settings");
    match String::from_utf8_lossy(&settings).contains("urls: files") {
        true => OutputLayout::Files,
        false => OutputLayout::Folders,
    }
}

/// An output by the URLs of its files, from the base URL. Besides the 404 page, all HTML files of the world are pages.
fn by_url(files: Snapshot, layout: OutputLayout) -> Snapshot {
    let url = |path: &str| match path {
        "404.html" => path.to_owned(),
        _ => OutputPath::new(path).expect("an output path").url(layout)[1..].to_owned(),
    };
    Snapshot(files.0.into_iter().map(|(path, bytes)| (url(&path), bytes)).collect())
}

/// A page whose forms post to where they do in the built site.
fn turned_back(page: &str) -> String {
    let own = ".handbill/outbox/newsletter/weekly/";
    page.replace(&format!("/sub/{own}"), "https://lists.example/").replace(&format!("/{own}"), "https://lists.example/")
}

/// Where a diagnostic is and what it says.
fn place(diagnostic: &Value) -> String {
    let get = |name: &str| diagnostic[name].to_string();
    [get("file"), get("line"), get("column"), get("message")].join(" ")
}

fn difference(one: &str, other: &str) -> String {
    let snapshot = |text: &str| Snapshot(BTreeMap::from([("page".to_owned(), text.as_bytes().to_vec())]));
    snapshot(one).difference(&snapshot(other)).unwrap_or_default()
}

#[test]
fn dev_server_changes_neither_output_nor_manifest() {
    let world = World::new();
    let (project, untouched) = (Project::new(""), Project::new(""));
    for project in [&project, &untouched] {
        write(project, &BTreeMap::new(), world.files());
        project.build().expect_exit(0);
    }
    let before = [Snapshot::of(&project.path("public")), Snapshot::of(&project.path(".handbill"))];
    {
        let server = DevServer::with(&project, &["--as-of", NOW]);
        let paths = by_url(before[0].clone(), OutputLayout::Folders).0.into_keys();
        let paths: Vec<String> = paths.map(|path| format!("/{path}")).collect();
        paths.iter().for_each(|path| drop(server.get(path)));
        project.edit("content/articles/a0.md", "Title 0", "Another title");
        untouched.edit("content/articles/a0.md", "Title 0", "Another title");
        server.shows("/", ["Another title"]);
        paths.iter().for_each(|path| drop(server.get(path)));
    }
    let after = [Snapshot::of(&project.path("public")), Snapshot::of(&project.path(".handbill"))];
    before.iter().zip(&after).for_each(|(before, after)| after.expect_same(before));
    let (with, without) = (project.build(), untouched.build());
    assert_eq!(with.list("rendered_urls"), without.list("rendered_urls"));
    project.output().expect_same(&untouched.output());
    project.output().expect_same(&project.cold_output(&[]));
}
