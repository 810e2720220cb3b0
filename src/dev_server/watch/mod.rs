//! Watching a site's folder: which of its files may have changed.
//!
//! Whoever watches is told paths and nothing more. They are hints: the files have to be looked at again, by length,
//! times and digest, and often nothing is new. What is part of the site is decided by [`crate::source`]; the rest
//! (`.git`, `public/`, `.handbill/`, editors' temporary files …) causes nothing and is not watched.
//!
//! Invariant: a change that ends after [`Watch::start`] has returned is told by [`Watch::next`] after it has ended,
//! at least once. Of a folder that came, the folders are watched before it is told, so whoever looks into it then
//! misses nothing.

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

/// How often files are looked at where there are no events.
pub const POLL: Duration = Duration::from_millis(300);

/// How long to wait before looking again for a site's folder that is gone.
const RETRY: Duration = Duration::from_millis(200);

/// How to learn of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// By the system's events.
    Events,
    /// By looking at all files, so often.
    Poll(Duration),
    /// By events where they arrive, else by looking every [`POLL`].
    Auto,
}

/// Why files are looked at again and again instead of waiting for events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollReason {
    /// It was asked for.
    Asked,
    /// The site lies on a file system of this name, which tells nothing of changes made elsewhere.
    FileSystem(&'static str),
    /// The system gives no events, for this reason.
    NoEvents(String),
}

/// What may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files and folders that may have come, changed or gone. A path stands for itself and all that is or was below
    /// it: one of a folder means that the folder has to be walked again.
    pub paths: BTreeSet<SourcePath>,
    /// Events were lost, or the site's folder itself was exchanged: everything has to be looked at again.
    pub everything: bool,
}

/// A watch over a site's folder.
#[derive(Debug)]
pub struct FileWatcher {
    root: PathBuf,
    waiting: Arc<PendingChanges>,
    means: Backend,
    notices: Vec<Diagnostic>,
}

/// What the watch sees with.
#[derive(Debug)]
enum Backend {
    /// Nothing yet, but for the files as they were at the start.
    Unopened(Box<SourceTree>),
    Events(Box<Events>),
    Poll(Poll),
    /// The site's folder is gone.
    Lost,
}

/// A part of a [`Watch`] for other threads.
#[derive(Clone, Debug)]
pub struct WatchHandle(Arc<PendingChanges>);

impl WatchHandle {
    /// Whether changes are waiting to be told, so that what is made of older ones may be given up.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.0.is_pending()
    }

    /// Ends the watch: [`Watch::next`] returns `None` at once, now and later.
    pub fn stop(&self) {
        self.0.stop();
    }
}

impl FileWatcher {
    /// Begins to watch a site's folder.
    ///
    /// It takes one walk; the folders are given to the system by the first [`Watch::next`], which then also tells
    /// what changed in between.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn start(root: &Path, mode: WatchMode) -> io::Result<FileWatcher> {
        let folder = SourceTree::walk(root)?;
        let root = folder.root().to_owned();
        let waiting = Arc::new(PendingChanges::default());
        let poll = match mode {
            WatchMode::Events => None,
            WatchMode::Poll(every) => Some((every, PollReason::Asked)),
            WatchMode::Auto => mounts::without_events(&folder).map(|name| (POLL, PollReason::FileSystem(name))),
        };
        let means = match poll {
            Some((every, why)) => Backend::Poll(Poll::start(folder, every, why, &waiting)?),
            None => Backend::Unopened(Box::new(folder)),
        };
        Ok(FileWatcher { root, waiting, means, notices: Vec::new() })
    }

    /// Waits for changes, for at most `timeout` and the few milliseconds in which the events of one save arrive.
    ///
    /// `None` when nothing changed, or the watch was stopped.
    pub fn next(&mut self, timeout: Duration) -> Option<Changes> {
        let deadline = Instant::now() + timeout;
        loop {
            self.open();
            let left = deadline.saturating_duration_since(Instant::now());
            let wait = if matches!(self.means, Backend::Lost) { left.min(RETRY) } else { left };
            match self.waiting.wait(wait, &self.root) {
                Some(heard) => {
                    if heard.is_uprooted {
                        self.means = Backend::Lost;
                    }
                    self.follow(&heard.changes);
                    return Some(heard.changes);
                }
                None if left > wait && !self.waiting.is_stopped() => {}
                None => return None,
            }
        }
    }

    /// Whether newer changes are waiting already.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.waiting.is_pending()
    }

    /// What other threads need of the watch.
    #[must_use]
    pub fn signal(&self) -> WatchHandle {
        WatchHandle(Arc::clone(&self.waiting))
    }

    /// How often and why files are looked at; `None` when the system's events tell.
    #[must_use]
    pub fn polls(&self) -> Option<(Duration, &PollReason)> {
        match &self.means {
            Backend::Poll(poll) => Some((poll.every, &poll.why)),
            Backend::Unopened(_) | Backend::Events(_) | Backend::Lost => None,
        }
    }

    /// What the user should know of the watch itself, each thing once.
    pub fn notices(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.notices)
    }

    /// Gives the folders to the system, unless that is done.
    fn open(&mut self) {
        let before = match std::mem::replace(&mut self.means, Backend::Lost) {
            Backend::Unopened(folder) => *folder,
            Backend::Lost => match SourceTree::walk(&self.root) {
                // Whatever was there before, nobody saw how it became what it is.
                Ok(folder) => {
                    self.waiting.events_lost();
                    folder
                }
                Err(_) => return,
            },
            means => {
                self.means = means;
                return;
            }
        };
        match Events::open(&before, &self.waiting) {
            Ok(events) => self.means = Backend::Events(Box::new(events)),
            // It is told when the folder is back.
            Err(WatchError::Gone) => {}
            Err(trouble) => self.fall_back(before, &trouble),
        }
    }

    /// Watches what came with these changes.
    fn follow(&mut self, changes: &Changes) {
        let Backend::Events(events) = &mut self.means else { return };
        let followed = match changes.everything {
            // What is watched is not known any more. A new watch costs less than finding out.
            true => None,
            false => Some(changes.paths.iter().try_for_each(|path| events.watch_path(path, &self.waiting))),
        };
        if let Some(Ok(())) = followed {
            return;
        }
        match (followed, SourceTree::walk(&self.root)) {
            (None, Ok(now)) => self.means = Backend::Unopened(Box::new(now)),
            (Some(Err(trouble)), Ok(now)) if !matches!(trouble, WatchError::Gone) => self.fall_back(now, &trouble),
            _ => {
                self.means = Backend::Lost;
                self.waiting.events_lost();
            }
        }
    }

    /// Looks at the files from now on, having said why.
    fn fall_back(&mut self, before: SourceTree, trouble: &WatchError) {
        let (words, help) = trouble.describe();
        let message = format!("{words}: looking for changes every {} ms instead", POLL.as_millis());
        self.notices.push(Diagnostic::warning("watch", message).help(help));
        match Poll::start(before, POLL, PollReason::NoEvents(words), &self.waiting) {
            Ok(poll) => self.means = Backend::Poll(poll),
            // No thread can be had now; the next wait tries again.
            Err(_) => self.means = Backend::Lost,
        }
    }
}

impl Drop for FileWatcher {
    fn drop(&mut self) {
        self.waiting.stop();
    }
}
