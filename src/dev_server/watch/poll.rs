//! Polling: compares the stamps of all files at intervals, for systems without events.
//!
//! The stamps come from the walk of [`crate::source`]. A stamp too recent to be trusted is checked once more when it
//! has settled, since a second write within one tick of the file system's clock leaves the same stamp.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use super::PollReason;
use super::pending::PendingChanges;
use crate::path::SourcePath;
use crate::source::SourceTree;

/// Pause after a walk, as a multiple of its duration, so that polling takes at most a fifth of the time.
const PAUSE: u32 = 4;

/// A polling thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Poll {
    pub(super) every: Duration,
    pub(super) why: PollReason,
    _stop: Sender<()>,
}

impl Poll {
    /// Compares the files from now on with the walk `before`.
    pub(super) fn start(
        before: SourceTree,
        every: Duration,
        why: PollReason,
        pending: &Arc<PendingChanges>,
    ) -> io::Result<Poll> {
        let (stop, stopped) = channel::<()>();
        let pending = Arc::clone(pending);
        let mut last_walk = LastWalk::new(before);
        let thread = std::thread::Builder::new().name("handbill poll".to_owned());
        thread.spawn(move || {
            let mut pause = every;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let start = Instant::now();
                last_walk.compare(&pending);
                pause = every.max(start.elapsed() * PAUSE);
            }
        })?;
        Ok(Poll { every, why, _stop: stop })
    }
}

/// The files as they were at the last walk.
struct LastWalk {
    folder: SourceTree,
    /// Files whose stamps are too recent to be trusted.
    young: BTreeSet<SourcePath>,
    is_lost: bool,
}

impl LastWalk {
    fn new(folder: SourceTree) -> LastWalk {
        let now = SystemTime::now();
        let young = folder.files.iter().filter(|(_, stamp)| !stamp.is_settled(now)).map(|(path, _)| path.clone());
        LastWalk { young: young.collect(), folder, is_lost: false }
    }

    fn compare(&mut self, pending: &PendingChanges) {
        let Ok(folder) = SourceTree::walk(self.root()) else {
            if !self.is_lost {
                self.is_lost = true;
                pending.events_lost();
            }
            return;
        };
        if std::mem::take(&mut self.is_lost) {
            pending.events_lost();
        }
        let now = SystemTime::now();
        let (settled, young) = std::mem::take(&mut self.young)
            .into_iter()
            .partition(|path| folder.files.get(path).is_none_or(|stamp| stamp.is_settled(now)));
        self.young = young;
        let changed = differences(&self.folder, &folder);
        self.young.extend(changed.iter().cloned());
        self.folder = folder;
        pending.add(changed.into_iter().chain(settled));
    }

    fn root(&self) -> &Path {
        self.folder.root()
    }
}

/// Returns the files that were created, changed or removed between two walks.
pub(super) fn differences(before: &SourceTree, after: &SourceTree) -> BTreeSet<SourcePath> {
    let changed = after.files.iter().filter(|(path, stamp)| before.files.get(*path) != Some(*stamp));
    let gone = before.files.iter().filter(|(path, _)| !after.files.contains_key(*path));
    changed.chain(gone).map(|(path, _)| path.clone()).collect()
}
