//! Builds that fail or die at every act, and builds killed at any moment.
//!
//! The builds run in a process of their own: this very test binary, started again for one test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;
use crate::publish::fs_ops::acts_so_far;

/// The site's folder, for the tests that are other tests' child processes.
const CHILD: &str = "HANDBILL_TEST_SITE";

/// A process of this test binary that runs one test.
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

/// A desk on which the old site is published, beside foreign files.
fn desk_with_old_site() -> Desk {
    let desk = Desk::in_memory();
    desk.put("CNAME", "example.org");
    desk.put("news/notes.txt", "mine");
    desk.publish(&old_site()).unwrap();
    desk
}

fn with_foreign(site: &Files) -> Files {
    let mut site = site.clone();
    site.extend(files(&[("CNAME", "example.org"), ("news/notes.txt", "mine")]));
    site
}

/// Every file is whole: the old one, the new one or foreign. What is in both sites is there.
fn expect_whole(found: &Files) {
    let (old, new) = (with_foreign(&old_site()), with_foreign(&new_site()));
    for (path, text) in found.iter().filter(|(path, _)| !path.contains("-stage/")) {
        assert!(old.get(path) == Some(text) || new.get(path) == Some(text), "`{path}` holds `{text}`");
    }
    for path in old.keys().filter(|path| new.contains_key(*path)) {
        assert!(found.contains_key(path), "`{path}` is missing");
    }
}

/// The next build gives what a clean one gives, folders included.
fn expect_mended(desk: &Desk) {
    desk.publish(&new_site()).unwrap();
    let clean = Desk::in_memory();
    clean.put("CNAME", "example.org");
    clean.put("news/notes.txt", "mine");
    clean.publish(&new_site()).unwrap();
    assert_eq!(desk.tree(), clean.tree());
    desk.expect_tidy();
}

/// In a child process: publishes the new site; whether it went well is printed.
#[test]
fn child_publishes_the_new_site() {
    let Some(site) = std::env::var_os(CHILD) else { return };
    let result = Desk::at(Path::new(&site)).publish(&new_site());
    println!("\nRESULT {} {}", result.is_ok(), acts_so_far());
}

/// Variables that make the child a process on another kind of system.
const SYSTEMS: [&[(&str, &str)]; 2] = [&[], &[("HANDBILL_PLAIN_RENAMES", "")]];

/// What the child said: whether it published, and how many acts it did; nothing when it died.
fn run(desk: &Desk, system: &[(&str, &str)], variable: &str, act: usize) -> Option<(bool, usize)> {
    let mut child = child("child_publishes_the_new_site", &desk.site);
    let output = child.envs(system.iter().copied()).env(variable, act.to_string()).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let result = output.lines().find_map(|line| line.strip_prefix("RESULT "))?;
    let (is_ok, acts) = result.split_once(' ').unwrap();
    Some((is_ok == "true", acts.parse().unwrap()))
}

#[test]
fn build_that_dies_at_any_act_is_mended_by_the_next() {
    for system in SYSTEMS {
        for act in 1.. {
            let desk = desk_with_old_site();
            let ended = run(&desk, system, "HANDBILL_DIE_AT", act);
            expect_whole(&desk.files());
            expect_mended(&desk);
            if ended.is_some() {
                assert!(act > 30, "only {act} acts");
                break;
            }
        }
    }
}

#[test]
fn first_build_that_dies_at_any_act_is_mended_by_the_next() {
    for act in 1.. {
        let desk = Desk::in_memory();
        let ended = run(&desk, SYSTEMS[0], "HANDBILL_DIE_AT", act);
        assert!(!desk.output.exists() || desk.files() == new_site());
        desk.publish(&new_site()).unwrap();
        assert_eq!(desk.files(), new_site());
        desk.expect_tidy();
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
            let desk = desk_with_old_site();
            let before = desk.tree();
            let (is_ok, acts) = run(&desk, system, "HANDBILL_FAIL_AT", act).expect("a failure is no crash");
            if is_ok {
                assert_eq!(desk.files(), with_foreign(&new_site()));
            } else {
                failures += 1;
                assert_eq!(desk.tree(), before, "after the failure of act {act}");
                desk.expect_tidy();
            }
            expect_mended(&desk);
            if act > acts {
                break;
            }
        }
        assert!(failures > 25, "only {failures} acts failed");
    }
}

/// Pages large enough for their writing to last a while, in both sites, and small ones in one of them only.
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
    let desk = Desk::at(Path::new(&site));
    for is_new in [true, false].into_iter().cycle() {
        println!("\nBUILD");
        desk.publish(&large_site(is_new)).unwrap();
    }
}

#[test]
fn build_killed_at_any_moment_is_mended_by_the_next() {
    const ROUNDS: usize = 24;
    let (old, new) = (large_site(false), large_site(true));
    let desk = Desk::in_memory();
    desk.publish(&old).unwrap();
    for round in 0..ROUNDS {
        let mut builds = child("child_publishes_without_end", &desk.site);
        builds.env("RAYON_NUM_THREADS", "2").env("HANDBILL_PRINT_ACTS", "");
        let mut builds = builds.spawn().unwrap();
        wait_within_third_build(&mut builds, |acts| acts * round / ROUNDS);
        builds.kill().unwrap();
        builds.wait().unwrap();

        let found = desk.files();
        let is_whole = |(path, text): (&String, &String)| old.get(path) == Some(text) || new.get(path) == Some(text);
        assert!(found.iter().all(is_whole), "a page is neither the old one nor the new");
        assert!(old.keys().filter(|path| new.contains_key(*path)).all(|path| found.contains_key(path)));
        let next = if round % 2 == 0 { &new } else { &old };
        desk.publish(next).unwrap();
        assert_eq!(desk.files(), *next);
        desk.expect_tidy();
    }
}

/// Waits until a child that builds without end has begun its third build and so many acts of it, as counted from the
/// number of acts of the second.
fn wait_within_third_build(builds: &mut Child, share: impl FnOnce(usize) -> usize) {
    let lines = BufReader::new(builds.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok).filter(|line| line == "BUILD" || line == "ACT");
    let mut next_build = || lines.by_ref().take_while(|line| line != "BUILD").count();
    next_build();
    next_build();
    let acts = next_build();
    assert!(acts > 100, "only {acts} acts");
    lines.by_ref().take(share(acts)).for_each(drop);
    // The child must be able to go on printing.
    std::thread::spawn(move || lines.for_each(drop));
}
