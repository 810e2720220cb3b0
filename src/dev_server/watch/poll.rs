//! Looking at all files again and again, where the system tells nothing.
//!
//! The house's own walk gives a stamp for each file. A stamp that was too young to be trusted when it was taken is
//! looked at once more when it has settled, since a second write within one tick of the file system's clock leaves
//! the same one.

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

/// Looking takes at most a fifth of the time.
const PAUSE: u32 = 4;

/// A thread that looks, until this is dropped.
#[derive(Debug)]
pub(super) struct Poll {
    pub(super) every: Duration,
    pub(super) why: PollReason,
    _stop: Sender<()>,
}

impl Poll {
    /// Compares the files from now on with what they were `before`.
    pub(super) fn start(
        before: SourceTree,
        every: Duration,
        why: PollReason,
        waiting: &Arc<PendingChanges>,
    ) -> io::Result<Poll> {
        let (stop, stopped) = channel::<()>();
        let waiting = Arc::clone(waiting);
        let mut looked = Looked::new(before);
        let thread = std::thread::Builder::new().name("handbill poll".to_owned());
        thread.spawn(move || {
            let mut pause = every;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let start = Instant::now();
                looked.again(&waiting);
                pause = every.max(start.elapsed() * PAUSE);
            }
        })?;
        Ok(Poll { every, why, _stop: stop })
    }
}

/// The files as they were when they were last looked at.
struct Looked {
    folder: SourceTree,
    /// Files whose stamp could not be trusted yet.
    young: BTreeSet<SourcePath>,
    is_lost: bool,
}

impl Looked {
    fn new(folder: SourceTree) -> Looked {
        let now = SystemTime::now();
        let young = folder.files.iter().filter(|(_, stamp)| !stamp.is_settled(now)).map(|(path, _)| path.clone());
        Looked { young: young.collect(), folder, is_lost: false }
    }

    fn again(&mut self, waiting: &PendingChanges) {
        let Ok(folder) = SourceTree::walk(self.root()) else {
            if !self.is_lost {
                self.is_lost = true;
                waiting.events_lost();
            }
            return;
        };
        if std::mem::take(&mut self.is_lost) {
            waiting.events_lost();
        }
        let now = SystemTime::now();
        let (settled, young) = std::mem::take(&mut self.young)
            .into_iter()
            .partition(|path| folder.files.get(path).is_none_or(|stamp| stamp.is_settled(now)));
        self.young = young;
        let changed = differences(&self.folder, &folder);
        self.young.extend(changed.iter().cloned());
        self.folder = folder;
        waiting.add(changed.into_iter().chain(settled));
    }

    fn root(&self) -> &Path {
        self.folder.root()
    }
}

/// The files that came, changed or went between two walks.
pub(super) fn differences(before: &SourceTree, after: &SourceTree) -> BTreeSet<SourcePath> {
    let changed = after.files.iter().filter(|(path, stamp)| before.files.get(*path) != Some(*stamp));
    let gone = before.files.iter().filter(|(path, _)| !after.files.contains_key(*path));
    changed.chain(gone).map(|(path, _)| path.clone()).collect()
}
