//! One build at a time for each output folder.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{CODE, PublishError, io_error};
use crate::diagnostic::Diagnostic;

/// The right to change one output folder, until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Opens the lock's file, which is made when it is not there.
    pub(super) fn open(path: &Path) -> io::Result<File> {
        File::options().create(true).append(true).open(path)
    }

    /// Takes the lock of a file at a path; `shown` is the output folder's name for the message.
    ///
    /// Some network file systems know no locks; there builds are not kept apart.
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
        // Closing the file would do, but for a process that is just being started and still holds a copy of it.
        let _ = self.file.unlock();
    }
}
