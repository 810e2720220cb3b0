//! Change events of the operating system, through the crate notify.
//!
//! Where the system can watch whole trees (macOS, Windows), it watches the site's. inotify watches single folders:
//! notify would add new folders by itself, but too late, and files put into a folder before it is watched would be
//! missed. So each folder is watched by us, and the tree is walked again until a walk finds no new folder. kqueue would
//! have to keep every file open; there, files are polled.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind};

use super::pending::PendingChanges;
use super::poll::differences;
use crate::path::SourcePath;
use crate::source::{SourceTree, io_error_text};

/// Greatest number of walks at once. If folders are created faster than they can be watched, the next change catches
/// up.
const ROUNDS: usize = 8;

/// Why there are no events.
#[derive(Debug)]
pub(super) enum WatchError {
    /// The system's limit of watches is reached.
    Limit,
    /// The site's folder does not exist.
    Gone,
    /// The system refuses, with its message.
    Refused(String),
}

impl WatchError {
    /// Returns the message and help of a diagnostic.
    pub(super) fn describe(&self) -> (String, &'static str) {
        match self {
            WatchError::Limit => (
                "the system watches no more folders".to_owned(),
                "raise its limit: `sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024`",
            ),
            WatchError::Gone => ("the site's folder does not exist".to_owned(), "restore it"),
            WatchError::Refused(words) => (
                format!("the system does not report changes ({words})"),
                "no action is needed; `--poll` avoids this warning",
            ),
        }
    }

    fn of(error: &notify::Error) -> WatchError {
        match &error.kind {
            ErrorKind::MaxFilesWatch => WatchError::Limit,
            ErrorKind::PathNotFound => WatchError::Gone,
            // 24 is `EMFILE`: inotify instances count as open files.
            ErrorKind::Io(error) if error.raw_os_error() == Some(24) && cfg!(unix) => WatchError::Limit,
            ErrorKind::Io(error) => WatchError::Refused(io_error_text(error)),
            _ => WatchError::Refused(error.to_string().to_lowercase()),
        }
    }
}

/// A watcher with the folders that it watches.
#[derive(Debug)]
pub(super) struct Events {
    root: PathBuf,
    watcher: RecommendedWatcher,
    /// Watched folders without symlinks; `None` if one watch covers the whole tree.
    watched: Option<BTreeSet<PathBuf>>,
    links: BTreeMap<SourcePath, PathBuf>,
    /// While this exists, the handler accepts events. If thousands of watched folders were removed, notify is busy for
    /// seconds after it is dropped.
    _listening: Arc<()>,
}

impl Events {
    /// Watches a site, and records in `pending` what has changed since the walk `before`.
    pub(super) fn open(before: &SourceTree, pending: &Arc<PendingChanges>) -> Result<Events, WatchError> {
        let root = before.root().to_owned();
        let listening = Arc::new(());
        let (pending_changes, top, is_listening) = (Arc::clone(pending), root.clone(), Arc::downgrade(&listening));
        let handler = move |event| {
            if is_listening.strong_count() > 0 {
                handle_event(&pending_changes, &top, event);
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
            pending.set_links(&events.links);
            if events.watch_all(&after)? == 0 || round == ROUNDS {
                pending.add(differences(before, &after));
                break;
            }
        }
        Ok(events)
    }

    /// Watches what is at a changed path, if it is a folder or a link to one.
    pub(super) fn watch_path(&mut self, path: &SourcePath, pending: &PendingChanges) -> Result<(), WatchError> {
        let target_path = self.root.join(path.as_str());
        let kind = target_path.symlink_metadata().map(|metadata| metadata.file_type());
        self.forget(&target_path);
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
                    pending.add([path.clone()]);
                    break;
                }
            }
        }
        pending.set_links(&self.links);
        Ok(())
    }

    /// Returns the targets of the links at a path and below it. Links that no longer exist are forgotten; one whose
    /// target is missing is kept, since the target may come back.
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

    /// Forgets the watches at a path and below it: the system removes those of removed folders, notify those of moved
    /// ones.
    fn forget(&mut self, target_path: &Path) {
        let Some(watched) = &mut self.watched else { return };
        let below = watched.range(target_path.to_owned()..).take_while(|watched| watched.starts_with(target_path));
        let below: Vec<PathBuf> = below.cloned().collect();
        for folder in below {
            watched.remove(&folder);
        }
    }

    /// Watches the folders of a walk; returns how many are new.
    fn watch_all(&mut self, folder: &SourceTree) -> Result<usize, WatchError> {
        self.links.extend(folder.links.iter().map(|(link, target)| (link.clone(), target.clone())));
        let folders_to_watch = self.folders_to_watch(folder);
        let Some(watched) = &mut self.watched else { return Ok(0) };
        let mut new = 0;
        for target_path in folders_to_watch {
            if watched.contains(&target_path) {
                continue;
            }
            new += 1;
            match self.watcher.watch(&target_path, RecursiveMode::NonRecursive) {
                Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return Err(WatchError::Limit),
                // A folder that is gone needs no watch. One that cannot be read has a diagnostic of its own, and a
                // change of its permissions is an event of its parent.
                _ => watched.insert(target_path),
            };
        }
        Ok(new)
    }

    /// Returns the folders to watch for all changes in a walked tree.
    fn folders_to_watch(&self, folder: &SourceTree) -> BTreeSet<PathBuf> {
        // The target of a link may be replaced by a rename, which only its parent folder reports.
        let parents = folder.links.values().filter_map(|target| target.parent()).map(Path::to_owned);
        folder.folders.iter().map(|path| self.real(path)).chain(parents).collect()
    }

    /// Resolves the symlinks in the path of a folder.
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

/// Records what an event may mean. Called on notify's thread, which must not block.
fn handle_event(pending: &PendingChanges, root: &Path, event: notify::Result<notify::Event>) {
    let Ok(event) = event else { return pending.events_lost() };
    if event.need_rescan() {
        return pending.events_lost();
    }
    // Events of readers, and of a writer that only opens a file, carry no change.
    if matches!(&event.kind, EventKind::Access(kind) if *kind != AccessKind::Close(AccessMode::Write)) {
        return;
    }
    for path in &event.paths {
        match path == root {
            true if matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) => {
                pending.root_removed();
            }
            true => {}
            false => pending.record(root, path),
        }
    }
}
