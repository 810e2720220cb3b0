//! Stamp of an output file: what `stat` says of it, so that a file that we wrote is recognized without reading it.
//!
//! The method, and its care about files changed within one clock tick, are those of Git's index
//! (`Documentation/technical/racy-git.txt` there).

use std::fs::{self, Metadata};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Length, times and inode of a regular file. Times are nanoseconds since 1970; a value that the system lacks is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// Length in bytes.
    pub(super) length: u64,
    modified: i64,
    /// Time of the last change of the inode, names included; programs cannot set it.
    changed: i64,
    inode: u64,
}

impl Stamp {
    /// Takes the stamp from a file's metadata.
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        let (changed, inode) = identity(metadata);
        Stamp { length: metadata.len(), modified: modified(metadata), changed, inode }
    }

    /// Takes the stamp of the regular file at a path; `None` if there is none.
    pub(super) fn of_file(path: &Path) -> Option<Stamp> {
        let metadata = fs::symlink_metadata(path).ok()?;
        metadata.is_file().then(|| Stamp::of(&metadata))
    }

    /// Returns the later of both times.
    pub(super) fn newest(&self) -> i64 {
        self.modified.max(self.changed)
    }

    /// Returns whether both stamps are of one file, under one name or two. Always false on a system without inodes.
    pub(super) fn is_same_file(&self, other: &Stamp) -> bool {
        self.inode != 0 && self == other
    }
}

/// Returns the modification time, in nanoseconds since 1970.
pub(super) fn modified(metadata: &Metadata) -> i64 {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (i64, u64) {
    use std::os::unix::fs::MetadataExt;
    let changed = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
    (changed, metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (i64, u64) {
    (0, 0)
}
