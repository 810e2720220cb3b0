//! Stamp of a source: what `stat` says of it, so that an unchanged file is recognized without opening it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// Length, times and inode of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub length: u64,
    modified: (u64, u32),
    changed: (i64, i64),
    inode: u64,
}

impl Stamp {
    /// Takes the stamp from a file's metadata.
    #[must_use]
    pub fn of(metadata: &std::fs::Metadata) -> Stamp {
        let modified = metadata.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let modified = modified.map_or((0, 0), |since| (since.as_secs(), since.subsec_nanos()));
        let (changed, inode) = change_of(metadata);
        Stamp { length: metadata.len(), modified, changed, inode }
    }

    /// Returns whether any later write must change the stamp: `now` is later than the last change by more than the
    /// coarsest clock tick of a file system.
    #[must_use]
    pub fn is_settled(&self, now: SystemTime) -> bool {
        let longest_tick = Duration::from_millis(2100); // FAT counts in steps of two seconds
        let latest = now.checked_sub(longest_tick).and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let changed = u64::try_from(self.changed.0).unwrap_or(0);
        latest.is_some_and(|latest| self.modified.0 < latest.as_secs() && changed < latest.as_secs())
    }
}

#[cfg(unix)]
fn change_of(metadata: &std::fs::Metadata) -> ((i64, i64), u64) {
    use std::os::unix::fs::MetadataExt;
    ((metadata.ctime(), metadata.ctime_nsec()), metadata.ino())
}

#[cfg(not(unix))]
fn change_of(_: &std::fs::Metadata) -> ((i64, i64), u64) {
    ((0, 0), 0)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Stamp;

    #[test]
    fn young_files_are_not_known_by_their_times() {
        let stamp = Stamp { length: 1, modified: (1_000, 0), changed: (1_001, 0), inode: 1 };
        let at = |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(!stamp.is_settled(at(1_000)) && !stamp.is_settled(at(1_003)));
        assert!(stamp.is_settled(at(1_005)));
    }
}
