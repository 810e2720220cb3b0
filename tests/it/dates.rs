//! Dates as readers see them.

use std::time::SystemTime;

use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
use handbill::digest::Digest;
use handbill::plan::next_change;
use jiff::Timestamp;

use crate::project::Project;

#[test]
fn a_date_without_a_time_shows_none() {
    let project = Project::new("");
    project.article("day", "date: 2026-06-01", "Text.").article("hour", "date: 2026-06-01 18:30", "Text.");
    let built = project.build();
    built.expect_file("news/2026/06/hour/index.html", ["June 1, 2026, 6:30 p.m.</time>"]);
    built.expect_file("news/2026/06/day/index.html", ["June 1, 2026</time>"]);
    built.expect_file_without("news/2026/06/day/index.html", ["midnight"]);
}

/// The times at which a site changes by itself, from the start of 2026-06-01 on.
fn changes(project: &Project, count: usize) -> Vec<i64> {
    let mut clock = "2026-06-01T00:00:00Z".parse::<Timestamp>().expect("a time").as_second();
    let mut times = vec![clock];
    while times.len() < count {
        let options =
            BuildOptions::of(project.root(), Clock::At(clock), Digest::of_bytes(b"program"), SystemTime::now());
        let planned = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a sound site");
        clock = next_change(&planned.site).expect("there is always a next day");
        times.push(clock);
    }
    times
}

#[test]
fn every_time_of_front_matter_and_settings_may_be_the_next_change() {
    let project = Project::new("");
    project.settings("promos: [{ text: Come, starts: 2026-06-01 01:00, ends: 2026-06-01 02:00 }]");
    project.article("dated", "date: 2026-06-01 03:00", "Text.");
    project.article("held", "date: 2026-05-01\nembargo: 2026-06-01 04:00\nexpires: 2026-06-01 05:00", "Text.");
    project.article("updated", "date: 2026-05-01\nupdated: 2026-06-01 06:00", "Text.");
    project.article("corrected", "date: 2026-05-01\ncorrections: [{ date: 2026-06-01 07:00, text: x }]", "Text.");
    project.write("content/pages/about.md", "---\ntitle: About\nupdated: 2026-06-01 08:00\n---\n");
    let times = changes(&project, 9);
    let hours: Vec<i64> = times.iter().map(|time| (time - times[0]) / 3600).collect();
    assert_eq!(hours, (0..9).collect::<Vec<_>>());
}

#[test]
fn output_changes_without_an_edit_only_at_known_times() {
    let project = Project::new("");
    project.settings(
        "time_zone: America/Los_Angeles\npromos: [{ text: Come, starts: 2026-06-02 10:00, ends: 2026-06-02 12:00 }]",
    );
    project.article("old", "date: 2026-05-31T20:30:00Z", "Text.");
    project.article("coming", "date: 2026-06-02T03:15:00Z", "Text.");
    project.article("embargo", "date: 2026-06-01\nembargo: 2026-06-02T18:30:00Z", "Text.");
    project.article("expiring", "date: 2026-06-01\nexpires: 2026-06-03T01:00:00Z", "Text.");
    let at = |time: i64| {
        let clock = Timestamp::from_second(time).expect("a time").to_string();
        let built = project.build_args(&["--as-of", &clock]);
        built.expect_exit(0);
        built.files()
    };
    let times = changes(&project, 14);
    for pair in times.windows(2) {
        assert!(pair[0] < pair[1], "{times:?}");
        let difference = at(pair[0]).difference(&at(pair[1] - 1));
        assert!(difference.is_none(), "between {} and {}: {}", pair[0], pair[1], difference.unwrap_or_default());
    }
    for time in ["2026-06-02T03:15:00Z", "2026-06-02T20:30:00Z", "2026-06-04T03:15:00Z"] {
        let time = time.parse::<Timestamp>().expect("a time").as_second();
        assert!(times.contains(&time), "{time} is not among {times:?}");
        assert!(at(time - 1).difference(&at(time)).is_some(), "nothing happens at {time}");
    }
}
