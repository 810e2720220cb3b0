//! Changes that are detected while earlier ones are being planned.

#![allow(clippy::disallowed_methods, reason = "these tests write a site and wait for its events")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::cancel::MAX_CANCELLED;
use super::*;
use crate::dev_server::watch::{FileWatcher, WatchMode};

const SETTINGS: &str = "base_url: https://paper.example/\ntitle: ";

fn options(root: &Path) -> BuildOptions {
    BuildOptions::of(root.to_owned(), Clock::At(1_781_524_800), Digest::of_bytes(b"program"), SystemTime::now())
}

fn title(live: &LiveSite) -> String {
    live.snapshot().as_ref().map(|snapshot| snapshot.planned.site.model.config.title.to_string()).unwrap_or_default()
}

#[test]
fn planning_is_cancelled_for_newer_changes_but_not_for_ever() {
    let site = tempfile::tempdir().unwrap();
    let root = site.path().canonicalize().unwrap();
    let settings = SourcePath::new("site.yaml").unwrap();
    fs::write(root.join("site.yaml"), format!("{SETTINGS}One")).unwrap();
    let mut watcher = FileWatcher::start(&root, WatchMode::Poll(Duration::from_millis(10))).unwrap();
    let live =
        LiveSite::open(options(&root), SystemTime::now, watcher.signal(), Editor::parse("vscode").unwrap(), false);
    assert_eq!(title(&live), "One");

    fs::write(root.join("site.yaml"), format!("{SETTINGS}The second")).unwrap();
    let began = Instant::now();
    while !watcher.is_pending() {
        assert!(began.elapsed() < Duration::from_secs(60), "the change is not noticed");
        std::thread::yield_now();
    }
    let changes = Changes { paths: BTreeSet::from([settings]), everything: false };
    for _ in 0..MAX_CANCELLED {
        assert_eq!(live.apply_changes(&changes), UpdateOutcome::Cancelled);
        assert_eq!(title(&live), "One");
    }
    assert_eq!(
        live.apply_changes(&changes),
        UpdateOutcome::Updated,
        "an author who saves all the time sees something too"
    );
    assert_eq!(title(&live), "The second");

    // Cancelled changes are not lost, whatever the newer changes are.
    fs::write(root.join("site.yaml"), format!("{SETTINGS}Number three")).unwrap();
    assert_eq!(live.apply_changes(&changes), UpdateOutcome::Cancelled);
    let mut outcome = UpdateOutcome::Cancelled;
    while outcome == UpdateOutcome::Cancelled {
        while watcher.next(Duration::from_millis(20)).is_some() {}
        outcome = live.apply_changes(&Changes::default());
    }
    assert_eq!(outcome, UpdateOutcome::Updated);
    assert_eq!(title(&live), "Number three");
}
