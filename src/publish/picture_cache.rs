//! The variants of pictures, kept between builds by what they are made of.
//!
//! An entry's name is the digest of everything that decides its bytes, so that an entry is never wrong, whatever became
//! of the site since. It ends with the digest of its bytes, so that a damaged one is found. It is written when it is
//! encoded: a build that is stopped keeps what it had.

use std::collections::HashSet;
use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::fs_ops;
use crate::digest::Digest;

/// Length of the digest at the end of an entry, in hexadecimal digits.
const DIGEST_LENGTH: usize = 32;

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

    /// Returns the bytes of an entry; `None` if there is none, or it is not whole.
    #[must_use]
    pub fn load(&self, key: Digest) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.path(key)).ok()?;
        let end = bytes.len().checked_sub(DIGEST_LENGTH)?;
        let is_whole = bytes[end..] == *Digest::of_bytes(&bytes[..end]).to_string().as_bytes();
        bytes.truncate(end);
        is_whole.then_some(bytes)
    }

    /// Stores an entry. If that fails, the next build encodes the variant again.
    pub fn store(&self, key: Digest, bytes: &[u8]) {
        let path = self.path(key);
        let folder = path.parent().expect("a file in a folder");
        let digest = Digest::of_bytes(bytes).to_string();
        let write = |()| fs_ops::write_over_in_pieces(&path, [bytes, digest.as_bytes()]);
        let _ = fs_ops::make_folders(folder).and_then(write);
    }

    /// Notes which entries a build used, and removes those that none has used for 90 days.
    pub fn prune(&self, used: &HashSet<Digest>, now: SystemTime) {
        for folder in entries(&self.folder) {
            for path in entries(&folder) {
                let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
                let age = modified.ok().and_then(|modified| now.duration_since(modified).ok()).unwrap_or_default();
                match self.key_of(&path) {
                    Some(key) if used.contains(&key) && age <= TOUCHED => {}
                    Some(key) if used.contains(&key) => {
                        let file = File::options().append(true).open(&path);
                        let _ = file.and_then(|file| file.set_times(FileTimes::new().set_modified(now)));
                    }
                    Some(_) if age > KEPT => drop(fs_ops::remove_if_there(&path)),
                    Some(_) => {} // another branch of the site may use it tomorrow
                    None => {}    // not one of ours
                }
            }
        }
    }

    /// Removes all entries, and nothing else.
    pub(super) fn clear(&self) -> std::io::Result<()> {
        for folder in entries(&self.folder) {
            for path in entries(&folder).into_iter().filter(|path| self.key_of(path).is_some()) {
                fs_ops::remove_if_there(&path)?;
            }
            fs_ops::remove_if_empty(&folder)?;
        }
        fs_ops::remove_if_empty(&self.folder).map(drop)
    }

    /// Returns the key of an entry; `None` for a file that is none, whoever put it there.
    fn key_of(&self, path: &Path) -> Option<Digest> {
        let key = Digest::parse(path.file_name()?.to_str()?)?;
        (self.path(key) == path).then_some(key)
    }

    fn path(&self, key: Digest) -> PathBuf {
        self.folder.join(key.short(2)).join(key.to_string())
    }
}

/// Returns the paths in a folder; none if it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
