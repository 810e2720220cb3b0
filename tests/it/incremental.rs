//! Invariant 1: after any sequence of edits, a build that remembers gives byte for byte what a build from nothing
//! gives, and says the same about it. Invariant 5: a build that fails leaves the output as it was.
//!
//! The cases are the same on each run. `HANDBILL_CASES=1000` tries so many others, chosen at random.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use handbill::build::{BuildObserver, BuildOptions, Clock, NoObserver, Outcome, build};
use handbill::digest::Digest;
use handbill::site::IncludeUnpublished;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::project::Project;
use crate::site_model::{ALL, ARTICLES, CLOCKS, VALUES, What, World};

/// Some edits, then a build.
#[derive(Clone, Debug)]
struct Step {
    edits: Vec<(What, usize, usize)>,
    /// Whether the build takes every file for old enough to be known by its times.
    settled: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit = (proptest::sample::select(ALL), 0..ARTICLES, 0..VALUES);
    let step = (proptest::collection::vec(edit, 1..4), any::<bool>());
    proptest::collection::vec(step.prop_map(|(edits, settled)| Step { edits, settled }), 1..8)
}

#[test]
fn warm_equals_cold_after_any_edits() {
    let explored = std::env::var("HANDBILL_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: explored.unwrap_or(24), failure_persistence: None, ..Config::default() };
    let mut runner = match explored {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let checked = runner.run(&steps(), |steps| {
        check(&steps);
        Ok(())
    });
    if let Err(problems) = checked {
        panic!("{problems}");
    }
}

/// Builds a site after each step, warm and cold.
#[track_caller]
fn check(steps: &[Step]) {
    let (project, mut world) = (Project::new(""), World::new());
    let mut files = BTreeMap::new();
    let start = Step { edits: Vec::new(), settled: true };
    for step in std::iter::once(&start).chain(steps) {
        for &(what, which, value) in &step.edits {
            world.apply(what, which, value);
        }
        files = write(&project, &files, world.files());
        let before = project.output();
        let warm = built(&project, world.clock, step.settled);
        let copy = project.fresh_copy();
        let cold = built(&copy, world.clock, false);
        assert_eq!(warm.diagnostics, cold.diagnostics, "what it says after {step:?}");
        let expected = if cold.published.is_some() { copy.output() } else { before };
        if let Some(difference) = project.output().difference(&expected) {
            panic!("warm and cold differ after {step:?}: {difference}");
        }
        if let Some(cold) = cold.published {
            let rendered = warm.published.expect("the same as cold").rendered;
            assert!(rendered <= cold.pages, "{rendered} of {} rendered", cold.pages);
            let again = built(&project, world.clock, step.settled).published.expect("the same as before");
            assert_eq!((again.rendered, again.written), (0, 0), "rendered again: {:?}", again.rendered_urls);
        }
    }
}

/// Makes the folder hold just these files: writes those that differ, removes those that are gone.
pub(crate) fn write(
    project: &Project,
    before: &BTreeMap<String, Vec<u8>>,
    files: BTreeMap<String, Vec<u8>>,
) -> BTreeMap<String, Vec<u8>> {
    for gone in before.keys().filter(|path| !files.contains_key(*path)) {
        project.remove(gone);
    }
    for (path, bytes) in files.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)) {
        project.write(path, bytes);
    }
    files
}

/// Builds in this process, which takes a third of the time.
fn built(project: &Project, clock: usize, settled: bool) -> Outcome {
    let now = SystemTime::now() + if settled { Duration::from_secs(3600) } else { Duration::ZERO };
    build(&BuildOptions { now, ..options(project, CLOCKS[clock]) }, &NoObserver)
}

fn options(project: &Project, clock: i64) -> BuildOptions {
    BuildOptions::of(project.root(), Clock::At(clock), Digest::of_bytes(b"this program"), SystemTime::now())
}

/// The stages that a build went through.
#[derive(Default)]
struct Stages(Mutex<Vec<&'static str>>);

impl BuildObserver for Stages {
    fn stage(&self, name: &'static str) {
        self.0.lock().expect("no panic in a stage").push(name);
    }
}

#[test]
fn build_without_changes_plans_nothing_and_reports_the_same() {
    let project = Project::new("");
    project.settings("time_zone: America/Los_Angeles");
    project.article("one", "date: 2026-06-01\nauthors: [nobody-known]", "Text.");
    // Found after the unknown author, and sorted before it.
    project.article("a", "date: 2026-06-01", "[Kept](kept.md).");
    project.article("kept", "date: 2026-06-01\ndraft: true", "Text.");
    // What is found later is of a file that comes first.
    project.article("first", "date: 2026-06-01", "See [it](kept.md).");
    project.article("coming", "date: 2026-06-03 10:00", "Text.");
    project.write("content/articles/one.md~", "Left out.");
    let noon = "2026-06-02T12:00:00-07:00".parse::<jiff::Timestamp>().expect("a time").as_second();
    let options = |clock: i64| BuildOptions {
        clock: Clock::At(clock),
        now: SystemTime::now() + Duration::from_secs(3600),
        ..options(&project, noon)
    };
    let build = |options: &BuildOptions| {
        let stages = Stages::default();
        let outcome = build(options, &stages);
        let planned = stages.0.into_inner().expect("no panic in a stage").contains(&"plan");
        (outcome, planned)
    };
    let is_idle = |options: &BuildOptions| {
        let (outcome, planned) = build(options);
        assert!(outcome.published.is_some(), "{:?}", outcome.diagnostics);
        !planned
    };
    let (first, planned) = build(&options(noon));
    assert!(planned);
    // What was written in the tick of the clock in which the manifest was is looked at once more.
    let again = (0..3).map(|_| build(&options(noon + 60))).find(|(_, planned)| !planned);
    let (again, _) = again.expect("nothing changed, and it is planned again and again");
    assert_eq!(again.diagnostics, first.diagnostics);
    assert!(!again.diagnostics.is_empty() && !again.ignored.is_empty() && again.unpublished.len() == 2);
    let reported = |outcome: &Outcome| format!("{:?} {:?} {:?}", outcome.unpublished, outcome.ignored, outcome.zone);
    assert_eq!(reported(&again), reported(&first));
    let (first, again) = (first.published.expect("sound"), again.published.expect("sound"));
    assert_eq!((again.pages, again.rendered, again.written), (first.pages, 0, 0));

    // Whatever may make a difference is looked into, and nothing more after that.
    let changes: [(&str, &dyn Fn()); 6] = [
        ("a text", &|| {
            project.edit("content/articles/one.md", "Text.", "Other text.");
        }),
        ("a new file", &|| {
            project.write("static/new.txt", "New.");
        }),
        ("a file that goes", &|| {
            project.remove("static/new.txt");
        }),
        ("the settings", &|| {
            project.edit("site.yaml", "America", "America");
        }),
        ("a page that somebody changed", &|| {
            project.write("public/index.html", "Mine.");
        }),
        ("a page that somebody removed", &|| {
            project.remove("public/404.html");
        }),
    ];
    for (what, change) in changes {
        change();
        assert!(!is_idle(&options(noon)), "{what} is passed over");
        assert!((0..3).any(|_| is_idle(&options(noon))), "{what} is looked into for ever");
    }
    for (what, time) in [("the next day", noon + 12 * 3600), ("a scheduled article", noon + 22 * 3600)] {
        assert!(!is_idle(&options(time)), "{what} is passed over");
        assert!((0..3).any(|_| is_idle(&options(time))), "{what} is looked into for ever");
    }
    assert!(!is_idle(&options(noon)), "a clock that goes back is passed over");
    assert!((0..3).any(|_| is_idle(&options(noon))));
    for other in [
        BuildOptions { base_url: Some("https://other.example/".into()), ..options(noon) },
        BuildOptions { program: Digest::of_bytes(b"another program"), ..options(noon) },
        BuildOptions { include: IncludeUnpublished { drafts: true, ..IncludeUnpublished::default() }, ..options(noon) },
        BuildOptions { force: true, ..options(noon) },
        BuildOptions { now: SystemTime::now(), ..options(noon) },
    ] {
        assert!(!is_idle(&other), "{other:?}");
        build(&options(noon));
    }
}
