//! Builds after builds: what is kept, replaced, restored and removed.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use super::*;
use crate::publish::stamp::Stamp;
use crate::publish::{Cache, CacheFile, Manifest, RemovedFile, clean};

const SITE: [(&str, &str); 4] =
    [("index.html", "front"), ("news/a/index.html", "A"), ("news/b/index.html", "B"), ("feed.xml", "feed")];

fn names(files: &[RemovedFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn fresh_output_gets_everything() {
    let fixture = Fixture::new();
    let report = fixture.expect(&SITE, &[]);
    assert_eq!(report, Report { written: 4, unchanged: 0, removed: Vec::new() });
    let manifest = Manifest::peek(&fixture.output, &fixture.site.join(".handbill"), &fixture.site).unwrap();
    let known = manifest.known(&path_of("news/a/index.html")).unwrap();
    assert_eq!((manifest.len(), &known.trace, known.length()), (4, &trace_of("A"), 1));
    assert_eq!(fs::read_to_string(fixture.site.join(".handbill/.gitignore")).unwrap(), "*\n");
}

#[test]
fn empty_folder_is_filled_and_stays_the_same_folder() {
    let fixture = Fixture::new();
    fs::create_dir(&fixture.output).unwrap();
    let opened = File::open(&fixture.output).unwrap();
    fixture.expect(&SITE, &[]);
    assert!(Stamp::of(&opened.metadata().unwrap()).is_same_file(&Stamp::of(&fs::metadata(&fixture.output).unwrap())));
}

#[test]
fn second_build_touches_nothing() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let stamps = || {
        let walk = walkdir::WalkDir::new(&fixture.site);
        let stamp = |entry: walkdir::DirEntry| (entry.path().to_owned(), Stamp::of(&entry.metadata().unwrap()));
        walk.into_iter().filter_map(Result::ok).map(stamp).collect::<Vec<_>>()
    };
    // The first build may find stamps too recent to be trusted, and stores them again.
    fixture.expect(&SITE, &[]);
    wait_for_a_tick(&fixture);
    fixture.expect(&SITE, &[]);
    let before = stamps();
    let report = fixture.expect(&SITE, &[]);
    assert_eq!(report, Report { written: 0, unchanged: 4, removed: Vec::new() });
    assert_eq!(stamps(), before);
}

/// Waits until the file system's clock has advanced.
fn wait_for_a_tick(fixture: &Fixture) {
    let probe = fixture.site.join("probe");
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
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let stamp = |path: &str| Stamp::of_file(&fixture.output.join(path)).unwrap();
    let kept = stamp("news/b/index.html");
    let mut site = SITE;
    site[1].1 = "A, corrected";
    assert_eq!(fixture.expect(&site, &[]), Report { written: 1, unchanged: 3, removed: Vec::new() });
    assert_eq!(stamp("news/b/index.html"), kept);
    assert_eq!(fixture.expect(&site, &[]).written, 0);
}

#[test]
fn same_bytes_from_another_trace_are_not_written() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let publication = fixture.open().unwrap();
    let (path, trace) = (path_of("feed.xml"), Trace(vec![Digest::of_bytes(b"new theme")]));
    assert!(publication.fresh(&path, &trace).is_none());
    let staged = publication.stage(&path, b"feed").unwrap();
    assert_eq!(staged.state, StagedState::Same);
    let layout = OutputLayout::Folders;
    let file = PublishedFile { path: path.clone(), layout, trace: trace.clone(), staged };
    let report = publication.commit(vec![file]).unwrap();
    assert_eq!((report.written, report.unchanged), (0, 1));
    assert!(fixture.open().unwrap().fresh(&path, &trace).is_some());
}

#[test]
fn pages_no_longer_made_go_with_their_folders() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let report = fixture.expect(&SITE[..1], &[]);
    assert_eq!(names(&report.removed), ["feed.xml", "news/a/index.html", "news/b/index.html"]);
    assert_eq!(fixture.tree(), files(&SITE[..1]));
}

#[test]
fn folders_that_hold_something_foreign_stay() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    fixture.put("news/notes.txt", "mine");
    fs::create_dir(fixture.output.join("news/b/empty")).unwrap();
    fixture.expect(&SITE[..1], &[("news/notes.txt", "mine")]);
    let left =
        [("index.html", "front"), ("news/", ""), ("news/b/", ""), ("news/b/empty/", ""), ("news/notes.txt", "mine")];
    assert_eq!(fixture.tree(), files(&left));
}

#[test]
fn folders_that_were_there_before_us_stay() {
    let fixture = Fixture::new();
    fs::create_dir_all(fixture.output.join("news")).unwrap();
    fixture.expect(&SITE, &[]);
    fixture.expect(&SITE[..1], &[]);
    assert_eq!(fixture.tree(), files(&[("index.html", "front"), ("news/", "")]));
}

#[test]
fn file_becomes_folder_and_folder_becomes_file() {
    let fixture = Fixture::new();
    fixture.expect(&[("about", "text"), ("news/a/index.html", "A"), ("news/b", "B")], &[]);
    let report = fixture.expect(&[("about/index.html", "page"), ("news", "all")], &[]);
    assert_eq!(names(&report.removed), ["about", "news/a/index.html", "news/b"]);
    fixture.expect(&[("about", "text"), ("news/a/index.html", "A"), ("news/b", "B")], &[]);
}

#[test]
fn dropped_publication_leaves_the_output_alone() {
    let fixture = Fixture::new();
    stage(&fixture.open().unwrap(), &files(&SITE)).unwrap();
    assert!(!fixture.output.exists());
    fixture.expect_tidy();
    fixture.expect(&SITE, &[]);
    stage(&fixture.open().unwrap(), &files(&[("index.html", "other"), ("new.html", "new")])).unwrap();
    assert_eq!(fixture.files(), files(&SITE));
    fixture.expect_tidy();
}

#[test]
fn page_changed_or_deleted_by_hand_is_restored() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    wait_for_a_tick(&fixture);
    let page = fixture.output.join("index.html");
    let modified = fs::metadata(&page).unwrap().modified().unwrap();
    fs::write(&page, "FRONT").unwrap();
    File::options().write(true).open(&page).unwrap().set_modified(modified).unwrap();
    fs::remove_dir_all(fixture.output.join("news/a")).unwrap();
    assert!(fixture.open().unwrap().intact(&path_of("index.html")).is_none());
    assert_eq!(fixture.expect(&SITE, &[]).written, 2);
}

#[test]
fn page_touched_by_hand_is_kept_and_known_again() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let past = SystemTime::now() - Duration::from_secs(1000);
    File::options().write(true).open(fixture.output.join("index.html")).unwrap().set_modified(past).unwrap();
    let manifest = fs::read(fixture.cache_file("manifest")).unwrap();
    assert_eq!(fixture.expect(&SITE, &[]).written, 0);
    assert_ne!(fs::read(fixture.cache_file("manifest")).unwrap(), manifest);
}

#[test]
fn emptied_output_is_filled_again() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    fs::remove_dir_all(&fixture.output).unwrap();
    assert_eq!(fixture.expect(&SITE, &[]).written, 4);
}

#[test]
fn damaged_manifest_costs_time_and_nothing_else() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let manifest = fixture.cache_file("manifest");
    let whole = fs::read(&manifest).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() - 3] ^= 1;
    for damaged in [&flipped[..], &whole[..whole.len() / 2], b"", b"handbill manifest 2 \n\n"] {
        fs::write(&manifest, damaged).unwrap();
        assert!(fixture.open().unwrap().known(&path_of("index.html")).is_none());
        assert_eq!(fixture.expect(&SITE, &[]).written, 0);
        fs::write(&manifest, damaged).unwrap();
        let report = fixture.expect(&[("index.html", "other")], &[]);
        assert_eq!((report.written, report.removed.len()), (1, 3));
        fixture.expect(&SITE, &[]);
    }
}

#[test]
fn lost_list_is_made_from_the_manifest() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    fs::remove_file(fixture.cache_file("owned")).unwrap();
    fs::remove_file(fixture.owned_copy()).unwrap();
    assert_eq!(fixture.expect(&[("index.html", "other")], &[]).removed.len(), 3);
}

#[test]
fn hostile_list_removes_nothing_outside() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    fs::write(fixture.site.join("secret"), "kept").unwrap();
    fs::write(fixture.cache_file("owned"), "../secret\n/etc/hostname\nnews/../../secret\n").unwrap();
    fixture.expect(&SITE, &[]);
    assert_eq!(fs::read_to_string(fixture.site.join("secret")).unwrap(), "kept");
}

#[test]
fn moved_site_knows_its_output() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let moved = fixture.site.with_file_name("moved");
    fs::rename(&fixture.site, &moved).unwrap();
    let moved = Fixture::at(&moved);
    let report = moved.expect(&[("index.html", "other")], &[]);
    assert_eq!((report.written, report.removed.len()), (1, 3));
}

#[test]
fn moved_output_is_adopted_where_it_is_the_same() {
    let mut fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let moved = fixture.site.with_file_name("elsewhere");
    fs::rename(&fixture.output, &moved).unwrap();
    fixture.output = moved;
    assert_eq!(fixture.expect(&SITE, &[]).written, 0);
    assert_eq!(fixture.expect(&SITE[1..], &[]).removed.len(), 1);
}

#[test]
fn forgetting_makes_everything_again_and_writes_what_differs() {
    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let mut publication = fixture.open().unwrap();
    publication.ignore_manifest();
    assert!(publication.fresh(&path_of("index.html"), &trace_of("front")).is_none());
    let entries = stage(&publication, &files(&SITE[..3])).unwrap();
    let report = publication.commit(entries).unwrap();
    assert_eq!((report.written, report.unchanged, names(&report.removed)), (0, 3, vec!["feed.xml"]));
}

#[test]
fn clean_takes_back_what_was_written_and_only_that() {
    let fixture = Fixture::new();
    let cache = fixture.site.join(".handbill");
    fixture.expect(&SITE, &[]);
    Cache::new(&cache).store(CacheFile::Sources, &[b"parsed"]).unwrap();
    assert_eq!(Cache::new(&cache).load(CacheFile::Sources).as_deref(), Some(&b"parsed"[..]));
    fixture.put("CNAME", "example.org");
    fixture.put("news/a/notes.txt", "mine");
    let cleaned = clean(&fixture.output, &cache, &fixture.site).unwrap();
    assert_eq!((cleaned.removed.len(), cleaned.left), (4, vec!["CNAME".to_owned(), "news".to_owned()]));
    assert_eq!(fixture.files(), files(&[("CNAME", "example.org"), ("news/a/notes.txt", "mine")]));
    assert!(!cache.exists());

    let fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    let cleaned = clean(&fixture.output, &fixture.site.join(".handbill"), &fixture.site).unwrap();
    assert!(cleaned.left.is_empty() && !fixture.output.exists() && !fixture.site.join(".handbill").exists());
}

#[test]
fn clean_keeps_what_is_remembered_of_other_outputs() {
    let mut fixture = Fixture::new();
    fixture.expect(&SITE, &[]);
    fixture.output = fixture.site.join("preview");
    fixture.expect(&SITE, &[]);
    clean(&fixture.output, &fixture.site.join(".handbill"), &fixture.site).unwrap();
    fixture.output = fixture.site.join("public");
    assert_eq!(fixture.expect(&SITE, &[]).written, 0);
    assert_eq!(fixture.expect(&SITE[..1], &[]).removed.len(), 3);
}
