//! A file's stamp: what `stat` tells, by which a file is known to be the one we wrote without reading it.
//!
//! The same idea, and the same care about files changed within one tick of the clock, as in Git's index
//! (`Documentation/technical/racy-git.txt` there).

use std::fs::{self, Metadata};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What `stat` tells of a regular file. Times are in nanoseconds since 1970; what a system lacks is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// Bytes.
    pub(super) length: u64,
    modified: i64,
    /// Of the inode, names included: no program can set it back.
    changed: i64,
    inode: u64,
}

impl Stamp {
    /// The stamp in a file's metadata.
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        let (changed, inode) = identity(metadata);
        Stamp { length: metadata.len(), modified: modified(metadata), changed, inode }
    }

    /// The stamp of the regular file at a path; `None` when there is none, or something else.
    pub(super) fn of_file(path: &Path) -> Option<Stamp> {
        let metadata = fs::symlink_metadata(path).ok()?;
        metadata.is_file().then(|| Stamp::of(&metadata))
    }

    /// The later of its times.
    pub(super) fn newest(&self) -> i64 {
        self.modified.max(self.changed)
    }

    /// Whether both are of one file, under one name or two. Never, where a system has no inodes.
    pub(super) fn is_same_file(&self, other: &Stamp) -> bool {
        self.inode != 0 && self == other
    }
}

/// When a file's bytes last changed, in nanoseconds since 1970.
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
