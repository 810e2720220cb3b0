//! Every change in a site's folder is reported, however it is saved, and nothing else is.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use handbill::dev_server::watch::{Changes, FileWatcher, POLL, PollReason, WatchMode};

use crate::project::Project;

/// What is never reached on a machine that does its work.
const PATIENCE: Duration = Duration::from_secs(10);

const ARTICLE: &str = "content/articles/a.md";

/// A site of one article, watched by events.
fn watched() -> (Project, FileWatcher) {
    watched_by(WatchMode::Events)
}

fn watched_by(mode: WatchMode) -> (Project, FileWatcher) {
    let project = Project::new("-- content/articles/a.md --\n---\ntitle: A\n---\n");
    let mut watcher = FileWatcher::start(&project.root(), mode).unwrap();
    settle(&mut watcher);
    (project, watcher)
}

/// Takes the reported changes until there are no more.
fn settle(watcher: &mut FileWatcher) {
    let quiet = if watcher.polls().is_some() { POLL } else { Duration::from_millis(60) };
    while watcher.next(quiet).is_some() {}
}

/// Waits until a path is reported, or a folder that contains it.
#[track_caller]
fn expect(watcher: &mut FileWatcher, path: &str) -> Changes {
    let end = Instant::now() + PATIENCE;
    let mut reported = Vec::new();
    while Instant::now() < end {
        let Some(changes) = watcher.next(PATIENCE) else { break };
        if changes.everything || changes.paths.iter().any(|hint| Path::new(path).starts_with(hint.as_str())) {
            return changes;
        }
        reported.push(changes);
    }
    panic!("nothing was reported of `{path}`, but {reported:?}");
}

/// Expects that a change is reported at a path.
#[track_caller]
fn check(watcher: &mut FileWatcher, path: &str, act: impl FnOnce()) {
    settle(watcher);
    act();
    expect(watcher, path);
}

/// Expects that a change is not reported: the next report is of a change made after it.
#[track_caller]
fn check_silent(project: &Project, watcher: &mut FileWatcher, act: impl FnOnce()) {
    settle(watcher);
    act();
    project.write("content/pages/bell.md", Instant::now().elapsed().as_nanos().to_string() + "bell");
    let changes = watcher.next(PATIENCE).expect("the bell is heard");
    let others = changes.paths.iter().filter(|path| !path.as_str().starts_with("content/pages"));
    assert!(!changes.everything && others.count() == 0, "{changes:?}");
}

#[test]
fn every_way_of_saving_is_noticed() {
    let (project, mut watcher) = watched();
    let article = project.path(ARTICLE);
    check(&mut watcher, ARTICLE, || fs::write(&article, "in place").unwrap());
    check(&mut watcher, ARTICLE, || {
        fs::write(project.path("content/articles/.a.md.new"), "renamed over").unwrap();
        fs::rename(project.path("content/articles/.a.md.new"), &article).unwrap();
    });
    // vim: a probe of the folder, the old file aside as a backup, a new one in its place.
    check(&mut watcher, ARTICLE, || {
        fs::write(project.path("content/articles/4913"), "").unwrap();
        fs::remove_file(project.path("content/articles/4913")).unwrap();
        fs::rename(&article, project.path("content/articles/a.md~")).unwrap();
        fs::write(&article, "vim").unwrap();
        fs::remove_file(project.path("content/articles/a.md~")).unwrap();
    });
    check(&mut watcher, ARTICLE, || {
        fs::remove_file(&article).unwrap();
        fs::write(&article, "again").unwrap();
    });
    // JetBrains: a new file, the old one aside, the new one in its place.
    check(&mut watcher, ARTICLE, || {
        fs::write(project.path("content/articles/a.md___jb_tmp___"), "jb").unwrap();
        fs::rename(&article, project.path("content/articles/a.md___jb_old___")).unwrap();
        fs::rename(project.path("content/articles/a.md___jb_tmp___"), &article).unwrap();
        fs::remove_file(project.path("content/articles/a.md___jb_old___")).unwrap();
    });
    check(&mut watcher, ARTICLE, || {
        fs::File::options().append(true).open(&article).unwrap().write_all(b"more").unwrap()
    });
    check(&mut watcher, ARTICLE, || fs::remove_file(&article).unwrap());
}

#[test]
fn save_is_reported_within_milliseconds_and_whole() {
    let (project, mut watcher) = watched();
    let mut times = Vec::new();
    for round in 0..20 {
        settle(&mut watcher);
        project.write(ARTICLE, format!("round {round}"));
        let saved = Instant::now();
        let changes = watcher.next(PATIENCE).unwrap();
        times.push(saved.elapsed());
        assert_eq!(changes.paths.iter().map(|path| path.as_str()).collect::<Vec<_>>(), [ARTICLE]);
    }
    times.sort();
    assert!(times[10] < Duration::from_millis(25), "{times:?}");
}

#[test]
fn every_part_of_a_site_is_watched() {
    let (project, mut watcher) = watched();
    for path in [
        "site.yaml",
        "content/data/x.yaml",
        "content/comments/a.yaml",
        "templates/base.html",
        "themes/mine/templates/base.html",
        "static/x.css",
        "static/.well-known/security.txt",
        "i18n/en.yaml",
        "assets/site.css",
    ] {
        check(&mut watcher, path, || _ = project.write(path, "first"));
        check(&mut watcher, path, || _ = project.write(path, "second"));
    }
}

#[test]
fn folders_that_come_and_go_are_noticed() {
    let (project, mut watcher) = watched();
    let deep = "content/articles/2026/06/b/index.md";
    // Folders and a file in them in one go, faster than any watch is set.
    check(&mut watcher, deep, || _ = project.write(deep, "at once"));
    check(&mut watcher, deep, || _ = project.write(deep, "later"));
    check(&mut watcher, deep, || _ = project.remove("content/articles/2026"));
    check(&mut watcher, deep, || _ = project.write(deep, "again"));
    check(&mut watcher, deep, || _ = project.write(deep, "and later"));
    let moved = "content/articles/2027/06/b/index.md";
    check(&mut watcher, moved, || _ = project.rename("content/articles/2026", "content/articles/2027"));
    check(&mut watcher, moved, || _ = project.write(moved, "in its new place"));
    check(&mut watcher, ARTICLE, || _ = project.remove("content"));
    check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "back"));
    check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "still watched"));
}

#[test]
fn file_put_into_a_new_folder_at_any_moment_is_reported_after_it_exists() {
    let (project, mut watcher) = watched();
    let root = project.root();
    let (folders_reported, reported) = std::sync::mpsc::channel();
    let writer = std::thread::spawn(move || {
        for number in 0..60 {
            let folder = root.join(format!("content/articles/{number}/deep"));
            fs::create_dir_all(&folder).unwrap();
            // At once, while many other folders are created, or after the folder itself is reported.
            for other in 0..number % 8 {
                fs::create_dir(root.join(format!("content/articles/{number}/other{other}"))).unwrap();
            }
            if number % 8 == 7 {
                assert!(reported.iter().any(|folder| folder == number), "folder {number} is not reported");
            }
            fs::write(folder.join("index.md"), "here").unwrap();
        }
    });
    // Reads only what is reported.
    let mut seen = std::collections::BTreeSet::new();
    let end = Instant::now() + PATIENCE;
    while seen.len() < 60 && Instant::now() < end {
        let Some(changes) = watcher.next(Duration::from_secs(2)) else { break };
        for number in 0..60 {
            let file = format!("content/articles/{number}/deep/index.md");
            let is_reported = changes.paths.iter().any(|hint| Path::new(&file).starts_with(hint.as_str()));
            if changes.everything || is_reported {
                // Sending fails once the writer is done.
                let _ = folders_reported.send(number);
                if project.path(&file).is_file() {
                    seen.insert(number);
                }
            }
        }
    }
    drop(folders_reported);
    writer.join().unwrap();
    assert_eq!(seen.len(), 60, "{seen:?}");
}

#[test]
fn what_is_no_part_of_the_site_causes_nothing() {
    let (project, mut watcher) = watched();
    project.write("content/pages/bell.md", "first").write("themes/mine/theme.yaml", "name: Mine");
    for path in [
        "public/content/a.md",
        ".handbill/sources",
        ".git/index",
        "target/debug/x",
        "node_modules/x/index.js",
        "README.md",
        "content/articles/.a.md.swp",
        "content/articles/a.md~",
        "content/articles/#a.md#",
        "content/articles/4913",
        "content/.obsidian/workspace.json",
        "themes/.git/HEAD",
    ] {
        check_silent(&project, &mut watcher, || _ = project.write(path, "x"));
    }
    check_silent(&project, &mut watcher, || {
        for _ in 0..100 {
            project.read(ARTICLE);
            fs::read_dir(project.path("content/articles")).unwrap().for_each(drop);
        }
    });
}

#[test]
fn five_hundred_files_at_once_are_all_reported() {
    let (project, mut watcher) = watched();
    for round in 0..2 {
        settle(&mut watcher);
        let mut left: std::collections::BTreeSet<String> =
            (0..500).map(|number| format!("content/articles/{}/{number}.md", number % 7)).collect();
        for path in &left {
            project.write(path, format!("round {round}"));
        }
        let end = Instant::now() + PATIENCE;
        while !left.is_empty() && Instant::now() < end {
            let Some(changes) = watcher.next(PATIENCE) else { break };
            left.retain(|path| {
                !changes.everything && !changes.paths.iter().any(|hint| Path::new(path).starts_with(hint.as_str()))
            });
        }
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn file_written_without_a_pause_is_reported_all_the_same() {
    let (project, mut watcher) = watched();
    let (path, done) = (project.path(ARTICLE), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let stop = std::sync::Arc::clone(&done);
    let writer = std::thread::spawn(move || {
        let mut file = fs::File::create(path).unwrap();
        while !stop.load(std::sync::atomic::Ordering::Relaxed) {
            file.write_all(b"x").unwrap();
            std::thread::yield_now();
        }
    });
    let start = Instant::now();
    for _ in 0..3 {
        expect(&mut watcher, ARTICLE);
    }
    let took = start.elapsed();
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    writer.join().unwrap();
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn truncated_file_is_waited_for() {
    let (project, mut watcher) = watched();
    // An empty file is reported after the bound.
    let bound = Duration::from_millis(30);
    let start = Instant::now();
    let mut file = fs::File::create(project.path(ARTICLE)).unwrap();
    expect(&mut watcher, ARTICLE);
    assert!(start.elapsed() >= bound, "reported an empty file after {:?}", start.elapsed());
    file.write_all(b"the text").unwrap();
    expect(&mut watcher, ARTICLE);

    settle(&mut watcher);
    let start = Instant::now();
    let mut file = fs::File::create(project.path(ARTICLE)).unwrap();
    let handle = watcher.signal();
    while !handle.is_pending() && start.elapsed() < PATIENCE {
        std::thread::yield_now();
    }
    let writer = std::thread::spawn(move || file.write_all(b"the text").unwrap());
    expect(&mut watcher, ARTICLE);
    let length = fs::metadata(project.path(ARTICLE)).unwrap().len();
    writer.join().unwrap();
    // On a machine that is slow today the text may come later than anybody waits.
    assert!(length > 0 || start.elapsed() > bound, "reported an empty file");
}

#[test]
fn names_that_differ_in_case_are_reported() {
    let (project, mut watcher) = watched();
    check(&mut watcher, "content/articles/A.md", || _ = project.rename(ARTICLE, "content/articles/A.md"));
}

#[test]
fn newer_changes_are_seen_to_be_waiting() {
    let (project, mut watcher) = watched();
    assert!(!watcher.is_pending());
    let signal = watcher.signal();
    project.write(ARTICLE, "new");
    let end = Instant::now() + PATIENCE;
    while !signal.is_pending() && Instant::now() < end {
        std::thread::yield_now();
    }
    assert!(signal.is_pending());
    settle(&mut watcher);
    assert!(!watcher.is_pending());
}

#[test]
fn watch_that_is_stopped_returns_at_once() {
    let (_project, mut watcher) = watched();
    let signal = watcher.signal();
    let stopper = std::thread::spawn(move || signal.stop());
    let start = Instant::now();
    assert_eq!(watcher.next(PATIENCE), None);
    assert!(start.elapsed() < PATIENCE / 2);
    stopper.join().unwrap();
}

#[test]
fn what_changes_before_the_first_wait_is_reported() {
    let project = Project::new("-- content/articles/a.md --\n---\ntitle: A\n---\n");
    for mode in [WatchMode::Events, WatchMode::Poll(Duration::from_millis(20))] {
        let mut watcher = FileWatcher::start(&project.root(), mode).unwrap();
        project.write("content/articles/c/index.md", format!("{mode:?}"));
        expect(&mut watcher, "content/articles/c/index.md");
    }
}

#[test]
fn polling_notices_without_events() {
    let (project, mut watcher) = watched_by(WatchMode::Poll(Duration::from_millis(20)));
    assert_eq!(watcher.polls(), Some((Duration::from_millis(20), &PollReason::Asked)));
    let article = project.path(ARTICLE);
    check(&mut watcher, ARTICLE, || fs::write(&article, "in place").unwrap());
    check(&mut watcher, ARTICLE, || {
        fs::write(project.path("content/articles/.new"), "in plaze").unwrap();
        fs::rename(project.path("content/articles/.new"), &article).unwrap();
    });
    let deep = "content/articles/2026/06/b/index.md";
    check(&mut watcher, deep, || _ = project.write(deep, "new"));
    check(&mut watcher, deep, || _ = project.remove("content/articles/2026"));
    check(&mut watcher, ARTICLE, || _ = project.remove("content"));
    check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "back"));
    check(&mut watcher, "site.yaml", || _ = project.write("site.yaml", "title: Other\nbase_url: https://x.example/\n"));
}

#[test]
fn local_site_is_watched_by_events_of_its_own_accord() {
    let (project, mut watcher) = watched_by(WatchMode::Auto);
    // Where the temporary folder is on a network it polls, and says why.
    assert!(watcher.polls().is_none_or(|(_, why)| matches!(why, PollReason::FileSystem(_))));
    assert_eq!(watcher.notices(), []);
    check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "new"));
}

#[test]
fn site_folder_that_is_exchanged_is_looked_at_again() {
    let (project, mut watcher) = watched();
    let aside = project.root().with_extension("old");
    fs::rename(project.root(), &aside).unwrap();
    assert!(expect(&mut watcher, "nothing").everything);
    assert_eq!(watcher.next(Duration::from_millis(50)), None);
    project.write(ARTICLE, "of another site");
    assert!(expect(&mut watcher, "nothing").everything);
    check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "watched again"));
}

#[test]
fn thousands_of_saves_are_merged() {
    let (project, mut watcher) = watched();
    for number in 0..2_000 {
        project.write(ARTICLE, number.to_string());
    }
    let changes = expect(&mut watcher, ARTICLE);
    assert!(changes.everything || changes.paths.len() == 1, "{changes:?}");
    settle(&mut watcher);
    check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "the last"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_within_the_site_are_followed_and_others_are_not() {
        let project = Project::new("-- shared/b.md --\nb\n-- texts/c.md --\nc\n-- content/articles/a.md --\na\n");
        let outside = tempfile::tempdir().unwrap();
        symlink(project.path("shared"), project.path("content/articles/shared")).unwrap();
        symlink(project.path("texts/c.md"), project.path("content/articles/c.md")).unwrap();
        symlink(outside.path(), project.path("content/articles/outside")).unwrap();
        let mut watcher = FileWatcher::start(&project.root(), WatchMode::Events).unwrap();
        check(&mut watcher, "content/articles/shared/b.md", || _ = project.write("shared/b.md", "new"));
        check(&mut watcher, "content/articles/shared/d/e.md", || _ = project.write("shared/d/e.md", "new"));
        check(&mut watcher, "content/articles/shared/d/e.md", || _ = project.write("shared/d/e.md", "newer"));
        check(&mut watcher, "content/articles/shared/b.md", || _ = project.remove("shared"));
        check(&mut watcher, "content/articles/shared/b.md", || _ = project.write("shared/b.md", "back"));
        check(&mut watcher, "content/articles/shared/b.md", || _ = project.write("shared/b.md", "watched"));
        check(&mut watcher, "content/articles/c.md", || {
            project.write("texts/.c", "renamed over").rename("texts/.c", "texts/c.md");
        });
        project.write("content/pages/bell.md", "first");
        check_silent(&project, &mut watcher, || fs::write(outside.path().join("x.md"), "x").unwrap());
        // A link that comes later.
        check(&mut watcher, "content/articles/late", || {
            symlink(project.path("texts"), project.path("content/articles/late")).unwrap();
        });
        check(&mut watcher, "content/articles/late/new.md", || _ = project.write("texts/new.md", "new"));
    }

    #[test]
    fn folder_that_may_be_read_again_is_watched_again() {
        let (project, mut watcher) = watched();
        let folder = project.path("content/articles");
        let permit = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        check(&mut watcher, ARTICLE, || permit(0o000));
        check(&mut watcher, ARTICLE, || permit(0o755));
        check(&mut watcher, ARTICLE, || _ = project.write(ARTICLE, "new"));
    }
}
