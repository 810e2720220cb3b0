//! A folder of a target's own below `.handbill/deploy/`, which can be removed at any time.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Result, error};
use crate::build::cache_folder;
use crate::source::io_error_text;

/// A folder that one deployment has to itself until this is dropped, or the process ends in any way.
pub(super) struct DeployCache {
    /// Its absolute path. It may not exist.
    pub(super) folder: PathBuf,
    lock: File,
}

impl DeployCache {
    /// Takes a folder, in the site's folder `root`. Its lock has a byte while it is held: if it has one before, the last
    /// deployment was killed, and the folder, in which something may be half done, is removed.
    ///
    /// # Errors
    /// If another deployment has it, or it cannot be written.
    pub(super) fn take(root: &Path, name: &str) -> Result<DeployCache> {
        let above = cache_folder(root).join("deploy");
        let failed = |cause: io::Error| {
            error(format!("cannot write in `{}`: {}", above.display(), io_error_text(&cause)))
                .help("check the permissions of the folder, and the space there")
        };
        let open = || {
            fs::create_dir_all(&above)?;
            let above = std::path::absolute(&above)?;
            let lock = above.join(format!("{name}.lock"));
            let lock = File::options().create(true).write(true).truncate(false).open(lock)?;
            Ok((above.join(name), lock))
        };
        let (folder, mut lock) = open().map_err(failed)?;
        // Some network file systems have no locks; two deployments from one folder are not kept apart there.
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            let message = format!("another deployment from this folder is running: it uses `{}`", folder.display());
            return Err(error(message).help("wait until it has ended"));
        }
        let mut prepare = || {
            if lock.metadata()?.len() > 0 && folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            lock.write_all(b"1")
        };
        prepare().map_err(failed)?;
        Ok(DeployCache { folder, lock })
    }
}

impl Drop for DeployCache {
    fn drop(&mut self) {
        _ = self.lock.set_len(0);
        // Closing the file would release the lock too, unless a program that is being started still has a copy of it.
        _ = self.lock.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_of_a_killed_deployment_is_removed_and_that_of_a_running_one_is_refused() {
        let site = tempfile::tempdir().unwrap();
        let take = || DeployCache::take(site.path(), "live");
        let cache = take().unwrap();
        let folder = cache.folder.clone();
        assert!(take().err().unwrap().message.contains("another deployment"));
        fs::create_dir(&folder).unwrap();
        drop(cache);
        drop(take().unwrap());
        assert!(folder.is_dir());
        fs::write(site.path().join(".handbill/deploy/live.lock"), "1").unwrap();
        drop(take().unwrap());
        assert!(!folder.exists());
    }
}
