//! Lock of an output folder: one build at a time.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{CODE, PublishError, io_error};
use crate::diagnostic::Diagnostic;

/// Exclusive lock for changing one output folder, released when dropped or when the process ends in any way.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Opens the lock file, and creates it if needed.
    pub(super) fn open(path: &Path) -> io::Result<File> {
        File::options().create(true).append(true).open(path)
    }

    /// Locks the file at `path`. `shown` is the output folder as messages name it.
    ///
    /// Some network file systems support no locks; there, concurrent builds are not prevented.
    pub(super) fn take(file: File, path: &Path, shown: &Path) -> Result<Lock, PublishError> {
        match file.try_lock() {
            Ok(()) => Ok(Lock { file }),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(Lock { file }),
            Err(TryLockError::Error(error)) => Err(io_error("lock", path, &error)),
            Err(TryLockError::WouldBlock) => {
                let message = format!("another build is publishing into `{}`", shown.display());
                let help = "wait until it has ended, or choose another folder with `--output`";
                Err(PublishError::Io(Box::new(Diagnostic::error(CODE, message).help(help))))
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file would release the lock too, unless a child process that is being started still holds a copy
        // of it.
        let _ = self.file.unlock();
    }
}
