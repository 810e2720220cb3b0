//! How fast publication is beside the bare writing of the same files.
//!
//! `cargo bench --bench publish` (or with a folder on the disk to measure, after `--`): 13,000 files of 9.5 KB from
//! memory, two threads, each way in turn; then a build that finds nothing changed, one page, and all pages.

#![allow(clippy::disallowed_types, reason = "a benchmark counts in a lock")]
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and prints it")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use handbill::digest::Digest;
use handbill::path::{OutputLayout, OutputPath};
use handbill::publish::{Publication, PublishedFile, Report, Trace};
use rayon::prelude::*;

const FILES: usize = 13_000;
const LENGTH: usize = 9_500;
const ROUNDS: usize = 5;
const NEEDS: u64 = 8;

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(2).build_global().expect("the pool is made once");
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let parent = given.map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    let folder = tempfile::tempdir_in(parent).expect("a folder to measure in");
    let paths: Vec<OutputPath> = (0..FILES).map(path).collect();
    let site = |round: usize| folder.path().join(format!("site-{round}"));

    // Nothing is deleted in between: after a deletion the disk is slow for a while.
    let (mut bare_times, mut times) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        settle();
        bare_times.push(time(|| write_bare(&folder.path().join(format!("bare-{round}")), &paths)));
        fs::create_dir(site(round)).expect("a site's folder");
        settle();
        times.push(time(|| assert_eq!(publish(&site(round), &paths, |_| 0).written, FILES)));
        println!("fresh: bare {:.3} s, published {:.3} s", bare_times[round], times[round]);
    }
    let (bare, published) = (median(&mut bare_times), median(&mut times));
    println!("fresh, median: bare {bare:.3} s, published {published:.3} s, ratio {:.3}", published / bare);
    let least = times[0] / bare_times[0];
    println!("fresh, best: bare {:.3} s, published {:.3} s, ratio {least:.3}", bare_times[0], times[0]);

    let site = site(0);
    publish(&site, &paths, |_| 0); // Stamps that were too young to trust are remembered again.
    for _ in 0..ROUNDS {
        let publication = open(&site);
        let traces: Vec<Trace> = (0..FILES).map(|file| trace(file, 0)).collect();
        let check = time(|| {
            let is_fresh = |(path, trace)| publication.fresh(path, trace).is_some();
            assert!(paths.par_iter().zip(&traces).all(is_fresh));
        });
        drop(publication);
        let whole = time(|| assert_eq!(publish(&site, &paths, |_| 0).written, 0));
        println!("nothing changed: check {check:.4} s, with open and commit {whole:.4} s");
    }
    for round in 1..=ROUNDS as u64 {
        settle();
        let one = time(|| assert_eq!(publish(&site, &paths, |file| if file == 77 { round } else { 0 }).written, 1));
        println!("one changed: {one:.4} s");
    }
    for round in 100..100 + ROUNDS as u64 {
        settle();
        let all = time(|| drop(publish(&site, &paths, |_| round)));
        println!("all changed: {all:.3} s");
    }
}

fn path(file: usize) -> OutputPath {
    let section = ["news", "opinion", "local", "labor", "housing", "world"][file % 6];
    let (year, month) = (2010 + file % 15, 1 + file % 12);
    let text = match file {
        0..10_000 => format!("{section}/{year}/{month:02}/article-number-{file}-has-a-slug/index.html"),
        _ => format!("topics/topic-{:02}/page/{file}/index.html", file % 60),
    };
    OutputPath::new(&text).expect("a path")
}

fn trace(file: usize, edit: u64) -> Trace {
    Trace((0..NEEDS).map(|need| Digest::of(&(file as u64, need, edit))).collect())
}

fn bytes(file: usize, edit: u64) -> Vec<u8> {
    let mut bytes = vec![b'x'; LENGTH];
    bytes[..16].copy_from_slice(format!("{file:08}{edit:08}").as_bytes());
    bytes
}

fn open(site: &Path) -> Publication {
    Publication::open(&site.join("public"), &site.join(".handbill"), site).expect("a folder like any other")
}

/// A build whose rendering costs nothing; `edit` says which version a file has.
fn publish(site: &Path, paths: &[OutputPath], edit: impl Fn(usize) -> u64 + Sync) -> Report {
    let publication = open(site);
    let entry = |(file, path): (usize, &OutputPath)| {
        let trace = trace(file, edit(file));
        let staged = match publication.fresh(path, &trace) {
            Some(staged) => staged,
            None => publication.stage(path, &bytes(file, edit(file))).expect("room on the disk"),
        };
        PublishedFile { path: path.clone(), layout: OutputLayout::Folders, trace, staged }
    };
    let entries = paths.par_iter().enumerate().map(entry).collect();
    publication.commit(entries).expect("nothing in the way")
}

/// The same files by the shortest way: each folder made once, each file written.
fn write_bare(folder: &Path, paths: &[OutputPath]) {
    let made = Mutex::new(HashSet::new());
    paths.par_iter().enumerate().for_each(|(file, path)| {
        if made.lock().expect("no panics").insert(path.folder()) {
            fs::create_dir_all(folder.join(path.folder())).expect("a folder");
        }
        fs::write(folder.join(path.as_str()), bytes(file, 0)).expect("room on the disk");
    });
}

/// Lets the disk finish what came before.
fn settle() {
    #[cfg(unix)]
    rustix::fs::sync();
}

fn time(act: impl FnOnce()) -> f64 {
    let start = Instant::now();
    act();
    start.elapsed().as_secs_f64()
}

/// The middle of the times; they are sorted then.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
