//! The variants of pictures, kept between builds by what they are made of.
//!
//! An entry's name is the digest of everything that decides its bytes, so that an entry is never wrong, whatever became
//! of the site since. It is written when it is encoded: a build that is stopped keeps what it had.

use std::collections::HashSet;
use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::fs_ops;
use crate::digest::Digest;

/// The time after which an entry that no build has used is removed.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The age from which the time of an entry that is used is set to that of the build.
const TOUCHED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A folder with variants.
#[derive(Clone, Debug)]
pub struct PictureCache {
    folder: PathBuf,
}

impl PictureCache {
    /// Refers to a folder, which is created at the first write.
    #[must_use]
    pub fn new(folder: &Path) -> PictureCache {
        PictureCache { folder: folder.to_owned() }
    }

    /// Returns the bytes of an entry; `None` if there is none, or it cannot be read.
    #[must_use]
    pub fn load(&self, key: Digest) -> Option<Vec<u8>> {
        fs::read(self.path(key)).ok().filter(|bytes| !bytes.is_empty())
    }

    /// Stores an entry. If that fails, the next build encodes the variant again.
    pub fn store(&self, key: Digest, bytes: &[u8]) {
        let path = self.path(key);
        let folder = path.parent().expect("a file in a folder");
        let _ = fs_ops::make_folders(folder).and_then(|()| fs_ops::write_over(&path, bytes));
    }

    /// Notes which entries a build used, and removes those that none has used for 90 days.
    pub fn prune(&self, used: &HashSet<Digest>, now: SystemTime) {
        for folder in entries(&self.folder) {
            for path in entries(&folder) {
                let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
                let age = modified.ok().and_then(|modified| now.duration_since(modified).ok()).unwrap_or_default();
                let key = path.file_name().and_then(|name| name.to_str()).and_then(Digest::parse);
                match key {
                    Some(key) if used.contains(&key) && age <= TOUCHED => {}
                    Some(key) if used.contains(&key) => {
                        let file = File::options().append(true).open(&path);
                        let _ = file.and_then(|file| file.set_times(FileTimes::new().set_modified(now)));
                    }
                    _ if age > KEPT => drop(fs_ops::remove_if_there(&path)),
                    _ => {} // another branch of the site may use it tomorrow
                }
            }
        }
    }

    /// Removes all entries, and nothing else.
    pub(super) fn clear(&self) -> std::io::Result<()> {
        for folder in entries(&self.folder) {
            let is_ours =
                |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).and_then(Digest::parse).is_some();
            for path in entries(&folder).into_iter().filter(is_ours) {
                fs_ops::remove_if_there(&path)?;
            }
            fs_ops::remove_if_empty(&folder)?;
        }
        fs_ops::remove_if_empty(&self.folder).map(drop)
    }

    fn path(&self, key: Digest) -> PathBuf {
        self.folder.join(key.short(2)).join(key.to_string())
    }
}

/// Returns the paths in a folder; none if it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
