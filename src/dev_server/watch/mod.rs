//! Watches a site's folder and reports which of its sources may have changed.
//!
//! The reported paths are hints: the files must be read again, by stamp and digest, and often nothing has changed.
//! [`crate::source`] decides what is part of the site; changes elsewhere (`.git`, `public/`, `.handbill/`, editors'
//! temporary files …) are neither watched nor reported.
//!
//! Invariant: a change that ends after [`FileWatcher::start`] has returned is reported by [`FileWatcher::next`] at
//! least once after it has ended. A new folder is reported after the folders in it are watched, so that a reader who
//! walks it then misses nothing.

#![allow(clippy::disallowed_methods, reason = "watching is about files as they are now, and about time")]

mod events;
mod mounts;
mod pending;
mod poll;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::diagnostic::Diagnostic;
use crate::path::SourcePath;
use crate::source::SourceTree;
use events::{Events, WatchError};
use pending::PendingChanges;
use poll::Poll;

/// Polling interval if there are no events.
pub const POLL: Duration = Duration::from_millis(300);

/// Interval at which a missing site folder is looked for.
const RETRY: Duration = Duration::from_millis(200);

/// How to detect changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// By events of the operating system.
    Events,
    /// By comparing the stamps of all files at this interval.
    Poll(Duration),
    /// By events if they are reliable, else by polling at [`POLL`].
    Auto,
}

/// Why files are polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollReason {
    /// The user asked for it.
    Asked,
    /// The site is on a file system of this name, which reports no changes made by other machines.
    FileSystem(&'static str),
    /// The operating system provides no events, for this reason.
    NoEvents(String),
}

/// Sources that may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files and folders that may have been created, changed or removed. Each path includes everything below it, so a
    /// folder must be walked again.
    pub paths: BTreeSet<SourcePath>,
    /// Whether events were lost or the site's folder was replaced, so that everything must be read again.
    pub everything: bool,
}

/// Watcher of a site's folder.
#[derive(Debug)]
pub struct FileWatcher {
    root: PathBuf,
    pending: Arc<PendingChanges>,
    backend: Backend,
    notices: Vec<Diagnostic>,
}

/// How the watcher detects changes.
#[derive(Debug)]
enum Backend {
    /// Not opened yet; holds the files as they were at the start.
    Unopened(Box<SourceTree>),
    Events(Box<Events>),
    Poll(Poll),
    /// The site's folder does not exist.
    Lost,
}

/// Access to a [`FileWatcher`] for other threads.
#[derive(Clone, Debug)]
pub struct WatchHandle(Arc<PendingChanges>);

impl WatchHandle {
    /// Returns whether changes are pending, so that work on older ones may be cancelled.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.0.is_pending()
    }

    /// Stops the watcher: [`FileWatcher::next`] returns `None` at once from now on.
    pub fn stop(&self) {
        self.0.stop();
    }
}

impl FileWatcher {
    /// Begins to watch a site's folder.
    ///
    /// This takes one walk. The first [`FileWatcher::next`] registers the folders with the system, and also reports
    /// what has changed in between.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn start(root: &Path, mode: WatchMode) -> io::Result<FileWatcher> {
        let folder = SourceTree::walk(root)?;
        let root = folder.root().to_owned();
        let pending = Arc::new(PendingChanges::default());
        let poll = match mode {
            WatchMode::Events => None,
            WatchMode::Poll(every) => Some((every, PollReason::Asked)),
            WatchMode::Auto => mounts::without_events(&folder).map(|name| (POLL, PollReason::FileSystem(name))),
        };
        let backend = match poll {
            Some((every, why)) => Backend::Poll(Poll::start(folder, every, why, &pending)?),
            None => Backend::Unopened(Box::new(folder)),
        };
        Ok(FileWatcher { root, pending, backend, notices: Vec::new() })
    }

    /// Waits for changes, for at most `timeout` and the few milliseconds in which the events of one save arrive.
    ///
    /// `None` if nothing has changed, or if the watcher was stopped.
    pub fn next(&mut self, timeout: Duration) -> Option<Changes> {
        let deadline = Instant::now() + timeout;
        loop {
            self.open();
            let left = deadline.saturating_duration_since(Instant::now());
            let wait = if matches!(self.backend, Backend::Lost) { left.min(RETRY) } else { left };
            match self.pending.wait(wait, &self.root) {
                Some(batch) => {
                    if batch.is_root_removed {
                        self.backend = Backend::Lost;
                    }
                    self.follow(&batch.changes);
                    return Some(batch.changes);
                }
                None if left > wait && !self.pending.is_stopped() => {}
                None => return None,
            }
        }
    }

    /// Returns whether newer changes are pending.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending.is_pending()
    }

    /// Returns access to this watcher for other threads.
    #[must_use]
    pub fn signal(&self) -> WatchHandle {
        WatchHandle(Arc::clone(&self.pending))
    }

    /// Returns interval and reason of polling; `None` if events are used.
    #[must_use]
    pub fn polls(&self) -> Option<(Duration, &PollReason)> {
        match &self.backend {
            Backend::Poll(poll) => Some((poll.every, &poll.why)),
            Backend::Unopened(_) | Backend::Events(_) | Backend::Lost => None,
        }
    }

    /// Returns diagnostics of the watcher itself, each once.
    pub fn notices(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.notices)
    }

    /// Registers the folders with the system, unless that is done.
    fn open(&mut self) {
        let before = match std::mem::replace(&mut self.backend, Backend::Lost) {
            Backend::Unopened(folder) => *folder,
            Backend::Lost => match SourceTree::walk(&self.root) {
                // How the folder changed while it was missing is unknown.
                Ok(folder) => {
                    self.pending.events_lost();
                    folder
                }
                Err(_) => return,
            },
            backend => {
                self.backend = backend;
                return;
            }
        };
        match Events::open(&before, &self.pending) {
            Ok(events) => self.backend = Backend::Events(Box::new(events)),
            // The loss is reported when the folder is back.
            Err(WatchError::Gone) => {}
            Err(error) => self.fall_back(before, &error),
        }
    }

    /// Watches what these changes have created.
    fn follow(&mut self, changes: &Changes) {
        let Backend::Events(events) = &mut self.backend else { return };
        let followed = match changes.everything {
            // It is unknown which watches are left. Registering all again costs less than finding out.
            true => None,
            false => Some(changes.paths.iter().try_for_each(|path| events.watch_path(path, &self.pending))),
        };
        if let Some(Ok(())) = followed {
            return;
        }
        match (followed, SourceTree::walk(&self.root)) {
            (None, Ok(now)) => self.backend = Backend::Unopened(Box::new(now)),
            (Some(Err(error)), Ok(now)) if !matches!(error, WatchError::Gone) => self.fall_back(now, &error),
            _ => {
                self.backend = Backend::Lost;
                self.pending.events_lost();
            }
        }
    }

    /// Polls from now on, and reports why.
    fn fall_back(&mut self, before: SourceTree, error: &WatchError) {
        let (reason, help) = error.describe();
        let message = format!("{reason}: looking for changes every {} ms instead", POLL.as_millis());
        self.notices.push(Diagnostic::warning("watch", message).help(help));
        match Poll::start(before, POLL, PollReason::NoEvents(reason), &self.pending) {
            Ok(poll) => self.backend = Backend::Poll(poll),
            // If no thread can be started, the next wait tries again.
            Err(_) => self.backend = Backend::Lost,
        }
    }
}

impl Drop for FileWatcher {
    fn drop(&mut self) {
        self.pending.stop();
    }
}
