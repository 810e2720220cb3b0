//! A build that is killed or stopped at any moment leaves whole pages, and the next one gives what a clean one gives.

use std::path::Path;

use crate::project::Project;
use crate::snapshot::Snapshot;

/// A site of a few hundred files, so that a publication takes a while.
fn sample_site() -> Project {
    let project = Project::new("");
    for number in 0..60 {
        let text = format!("Text of {number}. ").repeat(200);
        project.article(&format!("a{number}"), &format!("date: 2026-06-01\nsummary: S\ntopics: [t{number}]"), &text);
    }
    project
}

/// Waits until a file is there that says something, or the process has ended.
fn wait_for(child: &mut std::process::Child, file: &Path, word: &str) {
    while child.try_wait().expect("it can be asked").is_none() {
        if std::fs::read_to_string(file).is_ok_and(|text| text.contains(word)) {
            return;
        }
        std::thread::yield_now();
    }
}

/// Expects that every file is the one of before or the one of after, whole.
#[track_caller]
fn expect_whole(now: &Snapshot, before: &Snapshot, after: &Snapshot) {
    for (path, bytes) in &now.0 {
        let known = [before, after].iter().any(|whole| whole.0.get(path) == Some(bytes));
        assert!(known, "`{path}` is neither the old page nor the new: {} bytes", bytes.len());
    }
    for path in before.0.keys().filter(|path| after.0.contains_key(*path)) {
        assert!(now.0.contains_key(path), "`{path}` is missing");
    }
}

/// Stops a build that changes every page when the file at `watched` has changed, by `stop`.
#[track_caller]
fn interrupt(watched: &str, stop: impl Fn(&mut std::process::Child)) {
    let project = sample_site();
    project.build().expect_exit(0);
    let before = project.output();
    project.settings("description: Another day");
    project.edit("site.yaml", "The Paper", "The Newspaper");
    let after = project.cold_output(&[]);
    let mut child = project.build_program(&[]).start();
    wait_for(&mut child, &project.path(watched), "The Newspaper");
    stop(&mut child);
    child.wait().expect("it ends");
    expect_whole(&project.output(), &before, &after);
    project.build().expect_exit(0);
    project.output().expect_same(&after);
    let names: Vec<_> = std::fs::read_dir(project.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let known = ["content", "site.yaml", "public", ".public.handbill-owned.txt", ".handbill"];
    assert_eq!(names.len(), known.len(), "nothing is left beside {known:?}: {names:?}");
}

#[test]
fn killed_build_leaves_whole_pages_and_the_next_fixes_it() {
    // At once, when the first page, one in the middle and the last page are there, and after the end.
    for watched in ["site.yaml", "public/404.html", "public/index.html", "public/topics/t9/index.html", "nothing"] {
        interrupt(watched, |child| child.kill().expect("it can be killed"));
    }
}

#[cfg(unix)]
#[test]
fn stopped_build_leaves_a_complete_output_and_is_reported() {
    use rustix::process::{Pid, Signal, kill_process};
    for signal in [Signal::INT, Signal::TERM] {
        interrupt("public/404.html", |child| {
            let process = Pid::from_child(child);
            // It may have ended by itself.
            let _ = kill_process(process, signal);
        });
    }
}
