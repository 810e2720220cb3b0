//! Invariant 1: after any sequence of edits, a build that remembers gives byte for byte what a build from nothing
//! gives, and says the same about it. Invariant 5: a build that fails leaves the output as it was.
//!
//! The cases are the same on each run. `HANDBILL_CASES=1000` tries so many others, chosen at random.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use handbill::build::{Clock, Options, Outcome, Unwatched, build};
use handbill::digest::Digest;
use handbill::site::Preview;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::project::Project;
use crate::world::{ALL, ARTICLES, CLOCKS, VALUES, What, World};

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
    if let Err(fault) = checked {
        panic!("{fault}");
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
    let options = Options {
        root: project.root(),
        output: None,
        base_url: None,
        clock: Clock::At(CLOCKS[clock]),
        preview: Preview::default(),
        force: false,
        strict: false,
        program: Digest::of_bytes(b"this program"),
        now,
    };
    build(&options, &Unwatched)
}
