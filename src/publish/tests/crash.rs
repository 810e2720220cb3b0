//! Builds that fail or die at every operation, and builds that are killed at any moment.
//!
//! The builds run in processes of their own: this test binary, started again for one test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;
use crate::publish::fs_ops::operation_count;

/// Folder of the site, for tests that run as child processes of others.
const CHILD: &str = "HANDBILL_TEST_SITE";

/// Starts this test binary for one test.
fn child(test: &str, site: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--nocapture", &format!("publish::tests::crash::{test}")]).env(CHILD, site);
    command.env("RAYON_NUM_THREADS", "1").stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn old_site() -> Files {
    files(&[
        ("index.html", "old front"),
        ("kept/index.html", "kept"),
        ("news/a/index.html", "old A"),
        ("news/b/index.html", "old B"),
        ("was-file", "text"),
        ("was-folder/deep/index.html", "deep"),
        ("gone/deep/index.html", "gone"),
    ])
}

fn new_site() -> Files {
    files(&[
        ("index.html", "new front"),
        ("kept/index.html", "kept"),
        ("news/a/index.html", "new A"),
        ("news/c/index.html", "new C"),
        ("topics/housing/index.html", "housing"),
        ("was-file/index.html", "page"),
        ("was-folder", "file"),
    ])
}

/// Makes a fixture with the old site published beside foreign files.
fn fixture_with_old_site() -> Fixture {
    let fixture = Fixture::in_memory();
    fixture.put("CNAME", "example.org");
    fixture.put("news/notes.txt", "mine");
    fixture.publish(&old_site()).unwrap();
    fixture
}

fn with_foreign(site: &Files) -> Files {
    let mut site = site.clone();
    site.extend(files(&[("CNAME", "example.org"), ("news/notes.txt", "mine")]));
    site
}

/// Checks that every file is complete, old, new or foreign, and that files of both sites exist.
fn expect_whole(found: &Files) {
    let (old, new) = (with_foreign(&old_site()), with_foreign(&new_site()));
    for (path, text) in found.iter().filter(|(path, _)| !path.contains("-stage/")) {
        assert!(old.get(path) == Some(text) || new.get(path) == Some(text), "`{path}` holds `{text}`");
    }
    for path in old.keys().filter(|path| new.contains_key(*path)) {
        assert!(found.contains_key(path), "`{path}` is missing");
    }
}

/// Checks that the next build gives what a clean one gives, folders included.
fn expect_fixed(fixture: &Fixture) {
    fixture.publish(&new_site()).unwrap();
    let clean = Fixture::in_memory();
    clean.put("CNAME", "example.org");
    clean.put("news/notes.txt", "mine");
    clean.publish(&new_site()).unwrap();
    assert_eq!(fixture.tree(), clean.tree());
    fixture.expect_tidy();
}

/// In a child process: publishes the new site and prints whether it succeeded.
#[test]
fn child_publishes_the_new_site() {
    let Some(site) = std::env::var_os(CHILD) else { return };
    let result = Fixture::at(Path::new(&site)).publish(&new_site());
    println!("\nRESULT {} {}", result.is_ok(), operation_count());
}

/// Variables that make the child behave as on another kind of system.
const SYSTEMS: [&[(&str, &str)]; 2] = [&[], &[("HANDBILL_PLAIN_RENAMES", "")]];

/// Runs the child; returns whether it published, and its number of operations; `None` if it died.
fn run(fixture: &Fixture, system: &[(&str, &str)], variable: &str, act: usize) -> Option<(bool, usize)> {
    let mut child = child("child_publishes_the_new_site", &fixture.site);
    let output = child.envs(system.iter().copied()).env(variable, act.to_string()).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let result = output.lines().find_map(|line| line.strip_prefix("RESULT "))?;
    let (is_ok, operations) = result.split_once(' ').unwrap();
    Some((is_ok == "true", operations.parse().unwrap()))
}

#[test]
fn build_that_dies_at_any_act_is_fixed_by_the_next() {
    for system in SYSTEMS {
        for act in 1.. {
            let fixture = fixture_with_old_site();
            let ended = run(&fixture, system, "HANDBILL_DIE_AT", act);
            expect_whole(&fixture.files());
            expect_fixed(&fixture);
            if ended.is_some() {
                assert!(act > 30, "only {act} operations");
                break;
            }
        }
    }
}

#[test]
fn first_build_that_dies_at_any_act_is_fixed_by_the_next() {
    for act in 1.. {
        let fixture = Fixture::in_memory();
        let ended = run(&fixture, SYSTEMS[0], "HANDBILL_DIE_AT", act);
        assert!(!fixture.output.exists() || fixture.files() == new_site());
        fixture.publish(&new_site()).unwrap();
        assert_eq!(fixture.files(), new_site());
        fixture.expect_tidy();
        if ended.is_some() {
            break;
        }
    }
}

#[test]
fn build_that_fails_at_any_act_leaves_the_output_as_it_was() {
    for system in SYSTEMS {
        let mut failures = 0;
        for act in 1.. {
            let fixture = fixture_with_old_site();
            let before = fixture.tree();
            let (is_ok, operations) = run(&fixture, system, "HANDBILL_FAIL_AT", act).expect("a failure is no crash");
            if is_ok {
                assert_eq!(fixture.files(), with_foreign(&new_site()));
            } else {
                failures += 1;
                assert_eq!(fixture.tree(), before, "after the failure of act {act}");
                fixture.expect_tidy();
            }
            expect_fixed(&fixture);
            if act > operations {
                break;
            }
        }
        assert!(failures > 25, "only {failures} operations failed");
    }
}

/// Pages large enough for writing them to take a while, in both sites, and small ones in one of them only.
fn large_site(is_new: bool) -> Files {
    let (name, text) = if is_new { ("new", "n".repeat(300_000)) } else { ("old", "o".repeat(200_000)) };
    let both = (0..40).map(|page| (format!("both/{page}/index.html"), text.clone()));
    let one = (0..60).map(|page| (format!("{name}/{page}/index.html"), name.to_owned()));
    both.chain(one).collect()
}

/// In a child process: publishes both large sites in turn until it is killed.
#[test]
fn child_publishes_without_end() {
    let Some(site) = std::env::var_os(CHILD) else { return };
    let fixture = Fixture::at(Path::new(&site));
    for is_new in [true, false].into_iter().cycle() {
        println!("\nBUILD");
        fixture.publish(&large_site(is_new)).unwrap();
    }
}

#[test]
fn build_killed_at_any_moment_is_fixed_by_the_next() {
    const ROUNDS: usize = 24;
    let (old, new) = (large_site(false), large_site(true));
    let fixture = Fixture::in_memory();
    fixture.publish(&old).unwrap();
    for round in 0..ROUNDS {
        let mut builds = child("child_publishes_without_end", &fixture.site);
        builds.env("RAYON_NUM_THREADS", "2").env("HANDBILL_PRINT_OPERATIONS", "");
        let mut builds = builds.spawn().unwrap();
        wait_within_third_build(&mut builds, |operations| operations * round / ROUNDS);
        builds.kill().unwrap();
        builds.wait().unwrap();

        let found = fixture.files();
        let is_whole = |(path, text): (&String, &String)| old.get(path) == Some(text) || new.get(path) == Some(text);
        assert!(found.iter().all(is_whole), "a page is neither the old one nor the new");
        assert!(old.keys().filter(|path| new.contains_key(*path)).all(|path| found.contains_key(path)));
        let next = if round % 2 == 0 { &new } else { &old };
        fixture.publish(next).unwrap();
        assert_eq!(fixture.files(), *next);
        fixture.expect_tidy();
    }
}

/// Waits until a child that builds without end has begun its third build and so many operations of it, as counted from the
/// number of operations of the second.
fn wait_within_third_build(builds: &mut Child, share: impl FnOnce(usize) -> usize) {
    let lines = BufReader::new(builds.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok).filter(|line| line == "BUILD" || line == "OPERATION");
    let mut next_build = || lines.by_ref().take_while(|line| line != "BUILD").count();
    next_build();
    next_build();
    let operations = next_build();
    assert!(operations > 100, "only {operations} operations");
    lines.by_ref().take(share(operations)).for_each(drop);
    // The child must be able to go on printing.
    std::thread::spawn(move || lines.for_each(drop));
}
