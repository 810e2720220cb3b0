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
use events::{Events, Trouble};
use pending::Waiting;
use poll::Poll;

/// How often files are looked at where there are no events.
pub const POLL: Duration = Duration::from_millis(300);

/// How long to wait before looking again for a site's folder that is gone.
const RETRY: Duration = Duration::from_millis(200);

/// How to learn of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By the system's events.
    Events,
    /// By looking at all files, so often.
    Poll(Duration),
    /// By events where they arrive, else by looking every [`POLL`].
    Auto,
}

/// Why files are looked at again and again instead of waiting for events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
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
pub struct Watch {
    root: PathBuf,
    waiting: Arc<Waiting>,
    means: Means,
    notices: Vec<Diagnostic>,
}

/// What the watch sees with.
#[derive(Debug)]
enum Means {
    /// Nothing yet, but for the files as they were at the start.
    Unopened(Box<SourceTree>),
    Events(Box<Events>),
    Poll(Poll),
    /// The site's folder is gone.
    Lost,
}

/// A part of a [`Watch`] for other threads.
#[derive(Clone, Debug)]
pub struct Signal(Arc<Waiting>);

impl Signal {
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

impl Watch {
    /// Begins to watch a site's folder.
    ///
    /// It takes one walk; the folders are given to the system by the first [`Watch::next`], which then also tells
    /// what changed in between.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn start(root: &Path, mode: Mode) -> io::Result<Watch> {
        let folder = SourceTree::walk(root)?;
        let root = folder.root().to_owned();
        let waiting = Arc::new(Waiting::default());
        let poll = match mode {
            Mode::Events => None,
            Mode::Poll(every) => Some((every, Why::Asked)),
            Mode::Auto => mounts::without_events(&folder).map(|name| (POLL, Why::FileSystem(name))),
        };
        let means = match poll {
            Some((every, why)) => Means::Poll(Poll::start(folder, every, why, &waiting)?),
            None => Means::Unopened(Box::new(folder)),
        };
        Ok(Watch { root, waiting, means, notices: Vec::new() })
    }

    /// Waits for changes, for at most `timeout` and the few milliseconds in which the events of one save arrive.
    ///
    /// `None` when nothing changed, or the watch was stopped.
    pub fn next(&mut self, timeout: Duration) -> Option<Changes> {
        let deadline = Instant::now() + timeout;
        loop {
            self.open();
            let left = deadline.saturating_duration_since(Instant::now());
            let wait = if matches!(self.means, Means::Lost) { left.min(RETRY) } else { left };
            match self.waiting.wait(wait, &self.root) {
                Some(heard) => {
                    if heard.is_uprooted {
                        self.means = Means::Lost;
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
    pub fn signal(&self) -> Signal {
        Signal(Arc::clone(&self.waiting))
    }

    /// How often and why files are looked at; `None` when the system's events tell.
    #[must_use]
    pub fn polls(&self) -> Option<(Duration, &Why)> {
        match &self.means {
            Means::Poll(poll) => Some((poll.every, &poll.why)),
            Means::Unopened(_) | Means::Events(_) | Means::Lost => None,
        }
    }

    /// What the user should know of the watch itself, each thing once.
    pub fn notices(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.notices)
    }

    /// Gives the folders to the system, unless that is done.
    fn open(&mut self) {
        let before = match std::mem::replace(&mut self.means, Means::Lost) {
            Means::Unopened(folder) => *folder,
            Means::Lost => match SourceTree::walk(&self.root) {
                // Whatever was there before, nobody saw how it became what it is.
                Ok(folder) => {
                    self.waiting.lose();
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
            Ok(events) => self.means = Means::Events(Box::new(events)),
            // It is told when the folder is back.
            Err(Trouble::Gone) => {}
            Err(trouble) => self.fall_back(before, &trouble),
        }
    }

    /// Watches what came with these changes.
    fn follow(&mut self, changes: &Changes) {
        let Means::Events(events) = &mut self.means else { return };
        let followed = match changes.everything {
            // What is watched is not known any more. A new watch costs less than finding out.
            true => None,
            false => Some(changes.paths.iter().try_for_each(|path| events.cover(path, &self.waiting))),
        };
        if let Some(Ok(())) = followed {
            return;
        }
        match (followed, SourceTree::walk(&self.root)) {
            (None, Ok(now)) => self.means = Means::Unopened(Box::new(now)),
            (Some(Err(trouble)), Ok(now)) if !matches!(trouble, Trouble::Gone) => self.fall_back(now, &trouble),
            _ => {
                self.means = Means::Lost;
                self.waiting.lose();
            }
        }
    }

    /// Looks at the files from now on, having said why.
    fn fall_back(&mut self, before: SourceTree, trouble: &Trouble) {
        let (words, help) = trouble.describe();
        let message = format!("{words}: looking for changes every {} ms instead", POLL.as_millis());
        self.notices.push(Diagnostic::warning("watch", message).help(help));
        match Poll::start(before, POLL, Why::NoEvents(words), &self.waiting) {
            Ok(poll) => self.means = Means::Poll(poll),
            // No thread can be had now; the next wait tries again.
            Err(_) => self.means = Means::Lost,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.waiting.stop();
    }
}
