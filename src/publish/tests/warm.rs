//! Builds after builds: what is kept, replaced, restored, removed.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use super::*;
use crate::publish::stamp::Stamp;
use crate::publish::{Cache, CacheFile, Manifest, clean};

const SITE: [(&str, &str); 4] =
    [("index.html", "front"), ("news/a/index.html", "A"), ("news/b/index.html", "B"), ("feed.xml", "feed")];

fn names(paths: &[OutputPath]) -> Vec<&str> {
    paths.iter().map(OutputPath::as_str).collect()
}

#[test]
fn fresh_output_gets_everything() {
    let desk = Desk::new();
    let report = desk.expect(&SITE, &[]);
    assert_eq!(report, Report { written: 4, unchanged: 0, removed: Vec::new() });
    let manifest = Manifest::peek(&desk.output, &desk.site.join(".handbill"), &desk.site).unwrap();
    let known = manifest.known(&path_of("news/a/index.html")).unwrap();
    assert_eq!((manifest.len(), &known.trace, known.length()), (4, &trace_of("A"), 1));
    assert_eq!(fs::read_to_string(desk.site.join(".handbill/.gitignore")).unwrap(), "*\n");
}

#[test]
fn empty_folder_is_filled_and_stays_the_same_folder() {
    let desk = Desk::new();
    fs::create_dir(&desk.output).unwrap();
    let opened = File::open(&desk.output).unwrap();
    desk.expect(&SITE, &[]);
    assert!(Stamp::of(&opened.metadata().unwrap()).is_same_file(&Stamp::of(&fs::metadata(&desk.output).unwrap())));
}

#[test]
fn second_build_touches_nothing() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let stamps = || {
        let walk = walkdir::WalkDir::new(&desk.site);
        let stamp = |entry: walkdir::DirEntry| (entry.path().to_owned(), Stamp::of(&entry.metadata().unwrap()));
        walk.into_iter().filter_map(Result::ok).map(stamp).collect::<Vec<_>>()
    };
    // The first look may find stamps too young to trust, and remembers them again.
    desk.expect(&SITE, &[]);
    wait_for_a_tick(&desk);
    desk.expect(&SITE, &[]);
    let before = stamps();
    let report = desk.expect(&SITE, &[]);
    assert_eq!(report, Report { written: 0, unchanged: 4, removed: Vec::new() });
    assert_eq!(stamps(), before);
}

/// Lets the file system's clock go on, by looking at it.
fn wait_for_a_tick(desk: &Desk) {
    let probe = desk.site.join("probe");
    let tick = || {
        fs::write(&probe, "").unwrap();
        Stamp::of_file(&probe).unwrap().newest()
    };
    let start = tick();
    while tick() <= start + 10_000_000 {}
    fs::remove_file(&probe).unwrap();
}

#[test]
fn changed_page_alone_is_written() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let stamp = |path: &str| Stamp::of_file(&desk.output.join(path)).unwrap();
    let kept = stamp("news/b/index.html");
    let mut site = SITE;
    site[1].1 = "A, corrected";
    assert_eq!(desk.expect(&site, &[]), Report { written: 1, unchanged: 3, removed: Vec::new() });
    assert_eq!(stamp("news/b/index.html"), kept);
    assert_eq!(desk.expect(&site, &[]).written, 0);
}

#[test]
fn same_bytes_from_another_trace_are_not_written() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let publication = desk.open().unwrap();
    let (path, trace) = (path_of("feed.xml"), Trace(vec![Digest::of_bytes(b"new theme")]));
    assert!(publication.fresh(&path, &trace).is_none());
    let staged = publication.stage(&path, b"feed").unwrap();
    assert_eq!(staged.state, StagedState::Same);
    let report = publication.commit(vec![PublishedFile { path: path.clone(), trace: trace.clone(), staged }]).unwrap();
    assert_eq!((report.written, report.unchanged), (0, 1));
    assert!(desk.open().unwrap().fresh(&path, &trace).is_some());
}

#[test]
fn pages_no_longer_made_go_with_their_folders() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let report = desk.expect(&SITE[..1], &[]);
    assert_eq!(names(&report.removed), ["feed.xml", "news/a/index.html", "news/b/index.html"]);
    assert_eq!(desk.tree(), files(&SITE[..1]));
}

#[test]
fn folders_that_hold_something_foreign_stay() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    desk.put("news/notes.txt", "mine");
    fs::create_dir(desk.output.join("news/b/empty")).unwrap();
    desk.expect(&SITE[..1], &[("news/notes.txt", "mine")]);
    let left =
        [("index.html", "front"), ("news/", ""), ("news/b/", ""), ("news/b/empty/", ""), ("news/notes.txt", "mine")];
    assert_eq!(desk.tree(), files(&left));
}

#[test]
fn folders_that_were_there_before_us_stay() {
    let desk = Desk::new();
    fs::create_dir_all(desk.output.join("news")).unwrap();
    desk.expect(&SITE, &[]);
    desk.expect(&SITE[..1], &[]);
    assert_eq!(desk.tree(), files(&[("index.html", "front"), ("news/", "")]));
}

#[test]
fn file_becomes_folder_and_folder_becomes_file() {
    let desk = Desk::new();
    desk.expect(&[("about", "text"), ("news/a/index.html", "A"), ("news/b", "B")], &[]);
    let report = desk.expect(&[("about/index.html", "page"), ("news", "all")], &[]);
    assert_eq!(names(&report.removed), ["about", "news/a/index.html", "news/b"]);
    desk.expect(&[("about", "text"), ("news/a/index.html", "A"), ("news/b", "B")], &[]);
}

#[test]
fn dropped_publication_leaves_the_output_alone() {
    let desk = Desk::new();
    stage(&desk.open().unwrap(), &files(&SITE)).unwrap();
    assert!(!desk.output.exists());
    desk.expect_tidy();
    desk.expect(&SITE, &[]);
    stage(&desk.open().unwrap(), &files(&[("index.html", "other"), ("new.html", "new")])).unwrap();
    assert_eq!(desk.files(), files(&SITE));
    desk.expect_tidy();
}

#[test]
fn page_changed_or_deleted_by_hand_is_restored() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    wait_for_a_tick(&desk);
    let page = desk.output.join("index.html");
    let modified = fs::metadata(&page).unwrap().modified().unwrap();
    fs::write(&page, "FRONT").unwrap();
    File::options().write(true).open(&page).unwrap().set_modified(modified).unwrap();
    fs::remove_dir_all(desk.output.join("news/a")).unwrap();
    assert!(desk.open().unwrap().intact(&path_of("index.html")).is_none());
    assert_eq!(desk.expect(&SITE, &[]).written, 2);
}

#[test]
fn page_touched_by_hand_is_kept_and_known_again() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let past = SystemTime::now() - Duration::from_secs(1000);
    File::options().write(true).open(desk.output.join("index.html")).unwrap().set_modified(past).unwrap();
    let manifest = fs::read(desk.cache_file("manifest")).unwrap();
    assert_eq!(desk.expect(&SITE, &[]).written, 0);
    assert_ne!(fs::read(desk.cache_file("manifest")).unwrap(), manifest);
}

#[test]
fn emptied_output_is_filled_again() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    fs::remove_dir_all(&desk.output).unwrap();
    assert_eq!(desk.expect(&SITE, &[]).written, 4);
}

#[test]
fn damaged_manifest_costs_time_and_nothing_else() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let manifest = desk.cache_file("manifest");
    let whole = fs::read(&manifest).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() - 3] ^= 1;
    for damaged in [&flipped[..], &whole[..whole.len() / 2], b"", b"handbill manifest 2 \n\n"] {
        fs::write(&manifest, damaged).unwrap();
        assert!(desk.open().unwrap().known(&path_of("index.html")).is_none());
        assert_eq!(desk.expect(&SITE, &[]).written, 0);
        fs::write(&manifest, damaged).unwrap();
        let report = desk.expect(&[("index.html", "other")], &[]);
        assert_eq!((report.written, report.removed.len()), (1, 3));
        desk.expect(&SITE, &[]);
    }
}

#[test]
fn lost_list_is_made_from_the_manifest() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    fs::remove_file(desk.cache_file("owned")).unwrap();
    fs::remove_file(desk.owned_copy()).unwrap();
    assert_eq!(desk.expect(&[("index.html", "other")], &[]).removed.len(), 3);
}

#[test]
fn hostile_list_removes_nothing_outside() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    fs::write(desk.site.join("secret"), "kept").unwrap();
    fs::write(desk.cache_file("owned"), "../secret\n/etc/hostname\nnews/../../secret\n").unwrap();
    desk.expect(&SITE, &[]);
    assert_eq!(fs::read_to_string(desk.site.join("secret")).unwrap(), "kept");
}

#[test]
fn moved_site_knows_its_output() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let moved = desk.site.with_file_name("moved");
    fs::rename(&desk.site, &moved).unwrap();
    let moved = Desk::at(&moved);
    let report = moved.expect(&[("index.html", "other")], &[]);
    assert_eq!((report.written, report.removed.len()), (1, 3));
}

#[test]
fn moved_output_is_adopted_where_it_is_the_same() {
    let mut desk = Desk::new();
    desk.expect(&SITE, &[]);
    let moved = desk.site.with_file_name("elsewhere");
    fs::rename(&desk.output, &moved).unwrap();
    desk.output = moved;
    assert_eq!(desk.expect(&SITE, &[]).written, 0);
    assert_eq!(desk.expect(&SITE[1..], &[]).removed.len(), 1);
}

#[test]
fn forgetting_makes_everything_again_and_writes_what_differs() {
    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let mut publication = desk.open().unwrap();
    publication.ignore_manifest();
    assert!(publication.fresh(&path_of("index.html"), &trace_of("front")).is_none());
    let entries = stage(&publication, &files(&SITE[..3])).unwrap();
    let report = publication.commit(entries).unwrap();
    assert_eq!((report.written, report.unchanged, names(&report.removed)), (0, 3, vec!["feed.xml"]));
}

#[test]
fn clean_takes_back_what_was_written_and_only_that() {
    let desk = Desk::new();
    let cache = desk.site.join(".handbill");
    desk.expect(&SITE, &[]);
    Cache::new(&cache).store(CacheFile::Sources, &[b"parsed"]).unwrap();
    assert_eq!(Cache::new(&cache).load(CacheFile::Sources).as_deref(), Some(&b"parsed"[..]));
    desk.put("CNAME", "example.org");
    desk.put("news/a/notes.txt", "mine");
    let cleaned = clean(&desk.output, &cache, &desk.site).unwrap();
    assert_eq!((cleaned.removed.len(), cleaned.left), (4, vec!["CNAME".to_owned(), "news".to_owned()]));
    assert_eq!(desk.files(), files(&[("CNAME", "example.org"), ("news/a/notes.txt", "mine")]));
    assert!(!cache.exists());

    let desk = Desk::new();
    desk.expect(&SITE, &[]);
    let cleaned = clean(&desk.output, &desk.site.join(".handbill"), &desk.site).unwrap();
    assert!(cleaned.left.is_empty() && !desk.output.exists() && !desk.site.join(".handbill").exists());
}

#[test]
fn clean_keeps_what_is_remembered_of_other_outputs() {
    let mut desk = Desk::new();
    desk.expect(&SITE, &[]);
    desk.output = desk.site.join("preview");
    desk.expect(&SITE, &[]);
    clean(&desk.output, &desk.site.join(".handbill"), &desk.site).unwrap();
    desk.output = desk.site.join("public");
    assert_eq!(desk.expect(&SITE, &[]).written, 0);
    assert_eq!(desk.expect(&SITE[..1], &[]).removed.len(), 3);
}
