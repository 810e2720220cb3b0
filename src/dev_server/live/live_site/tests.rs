//! Changes that come while others are worked on.

#![allow(clippy::disallowed_methods, reason = "these tests write a site and wait for its events")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::cancel::GIVEN_UP;
use super::*;
use crate::dev_server::watch::{FileWatcher, WatchMode};

const SETTINGS: &str = "base_url: https://paper.example/\ntitle: ";

fn options(root: &Path) -> BuildOptions {
    BuildOptions::of(root.to_owned(), Clock::At(1_781_524_800), Digest::of_bytes(b"program"), SystemTime::now())
}

fn title(desk: &LiveSite) -> String {
    desk.snapshot().as_ref().map(|edition| edition.planned.site.config.title.to_string()).unwrap_or_default()
}

#[test]
fn work_on_a_plan_is_given_up_for_newer_changes_but_not_for_ever() {
    let site = tempfile::tempdir().unwrap();
    let root = site.path().canonicalize().unwrap();
    let settings = SourcePath::new("site.yaml").unwrap();
    fs::write(root.join("site.yaml"), format!("{SETTINGS}One")).unwrap();
    let mut watcher = FileWatcher::start(&root, WatchMode::Poll(Duration::from_millis(10))).unwrap();
    let desk =
        LiveSite::open(options(&root), SystemTime::now, watcher.signal(), Editor::parse("vscode").unwrap(), false);
    assert_eq!(title(&desk), "One");

    fs::write(root.join("site.yaml"), format!("{SETTINGS}The second")).unwrap();
    let began = Instant::now();
    while !watcher.is_pending() {
        assert!(began.elapsed() < Duration::from_secs(60), "the change is not noticed");
        std::thread::sleep(Duration::from_millis(1));
    }
    let changes = Changes { paths: BTreeSet::from([settings]), everything: false };
    for _ in 0..GIVEN_UP {
        assert_eq!(desk.apply_changes(&changes), UpdateOutcome::GivenUp);
        assert_eq!(title(&desk), "One");
    }
    assert_eq!(
        desk.apply_changes(&changes),
        UpdateOutcome::Edition,
        "somebody who saves all the time sees something too"
    );
    assert_eq!(title(&desk), "The second");

    // What was given up is not lost, whatever the newer changes are of.
    fs::write(root.join("site.yaml"), format!("{SETTINGS}Number three")).unwrap();
    assert_eq!(desk.apply_changes(&changes), UpdateOutcome::GivenUp);
    let mut taken = UpdateOutcome::GivenUp;
    while taken == UpdateOutcome::GivenUp {
        while watcher.next(Duration::from_millis(20)).is_some() {}
        taken = desk.apply_changes(&Changes::default());
    }
    assert_eq!(taken, UpdateOutcome::Edition);
    assert_eq!(title(&desk), "Number three");
}
