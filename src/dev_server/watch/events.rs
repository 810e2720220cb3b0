//! The system's events, by way of notify.
//!
//! Where the system watches whole trees (macOS, Windows) it watches the site's. inotify watches one folder at a time;
//! there notify would follow new folders on its own, but too late: what is put into a folder before it is watched is
//! never told. So each folder is watched by us, and the tree is walked again until a walk finds no folder that was
//! not watched before it began. kqueue would have to hold every file open; there files are looked at instead.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind};

use super::pending::PendingChanges;
use super::poll::differences;
use crate::path::SourcePath;
use crate::source::{SourceTree, io_error_text};

/// Whoever makes folders faster than they can be watched is caught up with in the next round.
const ROUNDS: usize = 8;

/// Why there are no events.
#[derive(Debug)]
pub(super) enum WatchError {
    /// The system has no more watches to give.
    Limit,
    /// The site's folder is not there.
    Gone,
    /// The system refuses, in its words.
    Refused(String),
}

impl WatchError {
    /// What happened and what to do, in words.
    pub(super) fn describe(&self) -> (String, &'static str) {
        match self {
            WatchError::Limit => (
                "the system watches no more folders".to_owned(),
                "raise its limit: `sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024`",
            ),
            WatchError::Gone => ("the site's folder is gone".to_owned(), "put it back"),
            WatchError::Refused(words) => (
                format!("the system tells of no changes ({words})"),
                "nothing need be done; with `--poll` this is not said",
            ),
        }
    }

    fn of(error: &notify::Error) -> WatchError {
        match &error.kind {
            ErrorKind::MaxFilesWatch => WatchError::Limit,
            ErrorKind::PathNotFound => WatchError::Gone,
            // inotify's instances are counted like open files.
            ErrorKind::Io(error) if error.raw_os_error() == Some(24) && cfg!(unix) => WatchError::Limit,
            ErrorKind::Io(error) => WatchError::Refused(io_error_text(error)),
            _ => WatchError::Refused(error.to_string().to_lowercase()),
        }
    }
}

/// A watcher and what it watches.
#[derive(Debug)]
pub(super) struct Events {
    root: PathBuf,
    watcher: RecommendedWatcher,
    /// The folders that are watched, as they are without links; `None` when one watch sees the whole tree.
    watched: Option<BTreeSet<PathBuf>>,
    links: BTreeMap<SourcePath, PathBuf>,
    /// While this is there its thread is listened to. Where thousands of watched folders were removed, notify is busy
    /// for seconds.
    _listening: Arc<()>,
}

impl Events {
    /// Watches a site, and tells `waiting` what changed in it since it was walked.
    pub(super) fn open(before: &SourceTree, waiting: &Arc<PendingChanges>) -> Result<Events, WatchError> {
        let root = before.root().to_owned();
        let listening = Arc::new(());
        let (reported, top, is_heard) = (Arc::clone(waiting), root.clone(), Arc::downgrade(&listening));
        let handler = move |event| {
            if is_heard.strong_count() > 0 {
                hear(&reported, &top, event);
            }
        };
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(handler, config).map_err(|error| WatchError::of(&error))?;
        let (mode, watched) = match RecommendedWatcher::kind() {
            WatcherKind::Inotify => (RecursiveMode::NonRecursive, Some(BTreeSet::new())),
            WatcherKind::Fsevent | WatcherKind::ReadDirectoryChangesWatcher => (RecursiveMode::Recursive, None),
            _ => return Err(WatchError::Refused("not without opening every file".to_owned())),
        };
        watcher.watch(&root, mode).map_err(|error| WatchError::of(&error))?;
        let mut events = Events { root, watcher, watched, links: BTreeMap::new(), _listening: listening };
        events.watch_all(before)?;
        for round in 1.. {
            let after = SourceTree::walk(&events.root).map_err(|_| WatchError::Gone)?;
            waiting.set_links(&events.links);
            if events.watch_all(&after)? == 0 || round == ROUNDS {
                waiting.add(differences(before, &after));
                break;
            }
        }
        Ok(events)
    }

    /// Watches what is at a path where something happened, if that is a folder or leads to one.
    pub(super) fn watch_path(&mut self, path: &SourcePath, waiting: &PendingChanges) -> Result<(), WatchError> {
        let place = self.root.join(path.as_str());
        let kind = place.symlink_metadata().map(|metadata| metadata.file_type());
        self.forget(&place);
        for target in self.links_at(path) {
            self.forget(&target);
        }
        if kind.is_ok_and(|kind| kind.is_dir() || kind.is_symlink()) {
            for round in 1.. {
                let folder = SourceTree::walk_subtree(&self.root, path).map_err(|_| WatchError::Gone)?;
                if self.watch_all(&folder)? == 0 {
                    break;
                }
                if round == ROUNDS {
                    waiting.add([path.clone()]);
                    break;
                }
            }
        }
        waiting.set_links(&self.links);
        Ok(())
    }

    /// Where the links at a path and below it lead. Those that are links no more are forgotten; one that leads nowhere
    /// is not, for its target may come back.
    fn links_at(&mut self, path: &SourcePath) -> Vec<PathBuf> {
        let is_below = |link: &SourcePath| Path::new(link.as_str()).starts_with(path.as_str());
        let below: Vec<(SourcePath, PathBuf)> =
            self.links.iter().filter(|(link, _)| is_below(link)).map(|(link, to)| (link.clone(), to.clone())).collect();
        for (link, _) in &below {
            if !self.root.join(link.as_str()).is_symlink() {
                self.links.remove(link);
            }
        }
        below.into_iter().map(|(_, target)| target).collect()
    }

    /// What was at a path and below it is watched no more, as far as is known: the system takes its watch off what is
    /// removed, notify off what is moved.
    fn forget(&mut self, place: &Path) {
        let Some(watched) = &mut self.watched else { return };
        let below = watched.range(place.to_owned()..).take_while(|watched| watched.starts_with(place));
        let below: Vec<PathBuf> = below.cloned().collect();
        for folder in below {
            watched.remove(&folder);
        }
    }

    /// Watches the folders that a walk found; says how many of them are new.
    fn watch_all(&mut self, folder: &SourceTree) -> Result<usize, WatchError> {
        self.links.extend(folder.links.iter().map(|(link, target)| (link.clone(), target.clone())));
        let places = self.places(folder);
        let Some(watched) = &mut self.watched else { return Ok(0) };
        let mut new = 0;
        for place in places {
            if watched.contains(&place) {
                continue;
            }
            new += 1;
            match self.watcher.watch(&place, RecursiveMode::NonRecursive) {
                Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return Err(WatchError::Limit),
                // What is gone by now needs no watch; what may not be read has a diagnostic of its own, and a change of
                // its permissions is an event of the folder around it.
                _ => watched.insert(place),
            };
        }
        Ok(new)
    }

    /// The folders to watch so that all changes in a walked folder are seen.
    fn places(&self, folder: &SourceTree) -> BTreeSet<PathBuf> {
        // What is behind a link may be exchanged by a rename, which only the folder around it sees.
        let around = folder.links.values().filter_map(|target| target.parent()).map(Path::to_owned);
        folder.folders.iter().map(|path| self.real(path)).chain(around).collect()
    }

    /// Where a folder is without links.
    fn real(&self, path: &SourcePath) -> PathBuf {
        let path = Path::new(path.as_str());
        let link = path.ancestors().find_map(|above| {
            let link = SourcePath::new(above.to_str()?).ok()?;
            self.links.get(&link).map(|target| (above, target))
        });
        match link {
            _ if self.links.is_empty() => self.root.join(path),
            Some((above, target)) => target.join(path.strip_prefix(above).expect("an ancestor is a prefix")),
            None => self.root.join(path),
        }
    }
}

/// Tells what an event may mean. It is called by notify's thread, which must not be kept waiting.
fn hear(waiting: &PendingChanges, root: &Path, event: notify::Result<notify::Event>) {
    let Ok(event) = event else { return waiting.events_lost() };
    if event.need_rescan() {
        return waiting.events_lost();
    }
    // Of those that read, and open before they write, nothing can be learnt.
    if matches!(&event.kind, EventKind::Access(kind) if *kind != AccessKind::Close(AccessMode::Write)) {
        return;
    }
    for path in &event.paths {
        match path == root {
            true if matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) => {
                waiting.root_removed();
            }
            true => {}
            false => waiting.record(root, path),
        }
    }
}
