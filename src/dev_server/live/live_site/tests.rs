//! Changes that come while others are worked on.

#![allow(clippy::disallowed_methods, reason = "these tests write a site and wait for its events")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::cancel::GIVEN_UP;
use super::*;
use crate::dev_server::watch::{Mode, Watch};

const SETTINGS: &str = "base_url: https://paper.example/\ntitle: ";

fn options(root: &Path) -> Options {
    Options::of(root.to_owned(), Clock::At(1_781_524_800), Digest::of_bytes(b"program"), SystemTime::now())
}

fn title(desk: &Desk) -> String {
    desk.edition().as_ref().map(|edition| edition.planned.site.config.title.clone()).unwrap_or_default()
}

#[test]
fn work_on_a_plan_is_given_up_for_newer_changes_but_not_for_ever() {
    let site = tempfile::tempdir().unwrap();
    let root = site.path().canonicalize().unwrap();
    let settings = ContentPath::new("site.yaml").unwrap();
    fs::write(root.join("site.yaml"), format!("{SETTINGS}One")).unwrap();
    let mut watch = Watch::start(&root, Mode::Poll(Duration::from_millis(10))).unwrap();
    let desk = Desk::open(options(&root), SystemTime::now, watch.signal(), Editor::parse("vscode").unwrap(), false);
    assert_eq!(title(&desk), "One");

    fs::write(root.join("site.yaml"), format!("{SETTINGS}The second")).unwrap();
    let began = Instant::now();
    while !watch.is_pending() {
        assert!(began.elapsed() < Duration::from_secs(60), "the change is not noticed");
        std::thread::yield_now();
    }
    let changes = Changes { paths: BTreeSet::from([settings]), everything: false };
    for _ in 0..GIVEN_UP {
        assert_eq!(desk.take_in(&changes), Taken::GivenUp);
        assert_eq!(title(&desk), "One");
    }
    assert_eq!(desk.take_in(&changes), Taken::Edition, "somebody who saves all the time sees something too");
    assert_eq!(title(&desk), "The second");

    // What was given up is not lost, whatever the newer changes are of.
    fs::write(root.join("site.yaml"), format!("{SETTINGS}Number three")).unwrap();
    assert_eq!(desk.take_in(&changes), Taken::GivenUp);
    let mut taken = Taken::GivenUp;
    while taken == Taken::GivenUp {
        while watch.next(Duration::from_millis(20)).is_some() {}
        taken = desk.take_in(&Changes::default());
    }
    assert_eq!(taken, Taken::Edition);
    assert_eq!(title(&desk), "Number three");
}
