//! The staging folder, in which new files are completed before anything in the output changes.
//!
//! It is beside the output under a name with a dot, so that it is not published; it is inside the output only if the
//! output is a mount or its parent cannot be written. A file that the output does not have is staged in `tree/` at its
//! own path, so that a folder of new files moves by one rename. A file that replaces another, and later the replaced
//! one, is in `loose/` under a number. The folder is created when something is first staged; dropping a [`Stage`]
//! removes it.

#![allow(clippy::disallowed_types, reason = "threads that stage files make each folder once")]

use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::fs_ops;
use super::stamp::Stamp;
use crate::path::OutputPath;

/// Name of the staging folder if it is inside the output.
const NAME_INSIDE: &str = ".handbill-stage";

/// Number of folders in `loose/`, so that threads creating files do not contend for one folder.
const LOOSE_FOLDERS: usize = 64;

/// The staging folder of one output folder.
#[derive(Debug)]
pub(super) struct Stage {
    output: PathBuf,
    folder: OnceLock<PathBuf>,
    /// Folders created so far, by their paths in the staging folder; each is created once.
    folders: Mutex<HashSet<String>>,
    added: AtomicUsize,
    next_loose: AtomicUsize,
}

impl Stage {
    /// Refers to the staging folder of an output folder; creates nothing.
    pub(super) fn new(output: &Path) -> Stage {
        let (added, next_loose) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Stage { output: output.to_owned(), folder: OnceLock::new(), folders: Mutex::default(), added, next_loose }
    }

    /// Removes the staging folder of a killed build.
    pub(super) fn clear(&self) -> io::Result<()> {
        let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        let mut left = [self.beside(), self.inside()].into_iter().filter(|path| is_folder(path));
        left.try_for_each(|path| fs_ops::remove_tree(&path))
    }

    /// Stages a file that the output does not have.
    pub(super) fn add(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<Stamp> {
        let folder = self.folder()?;
        self.make(folder, &format!("tree/{}", path.folder()))?;
        self.added.fetch_add(1, Ordering::Relaxed);
        fs_ops::write_new(&self.in_tree(path.as_str()), bytes)
    }

    /// Returns the number of files staged that the output does not have.
    pub(super) fn added(&self) -> usize {
        self.added.load(Ordering::Relaxed)
    }

    /// Stages a file that replaces another; returns its path in the staging folder.
    pub(super) fn replace(&self, bytes: &[u8]) -> io::Result<(PathBuf, Stamp)> {
        let path = self.loose_path()?;
        let stamp = fs_ops::write_new(&path, bytes)?;
        Ok((path, stamp))
    }

    /// Returns an unused path in `loose/`.
    pub(super) fn loose_path(&self) -> io::Result<PathBuf> {
        let number = self.next_loose.fetch_add(1, Ordering::Relaxed);
        let parent = format!("loose/{}", number % LOOSE_FOLDERS);
        let folder = self.folder()?;
        self.make(folder, &parent)?;
        Ok(folder.join(parent).join(number.to_string()))
    }

    /// Returns the path of a file or folder in `tree/`; the empty text is `tree/` itself.
    ///
    /// # Panics
    /// If nothing was staged.
    pub(super) fn in_tree(&self, path: &str) -> PathBuf {
        let folder = self.folder.get().expect("what is looked for was staged before");
        match path {
            "" => folder.join("tree"),
            path => folder.join("tree").join(path),
        }
    }

    /// Creates a folder of the staging folder, once; `parent` is its path from there.
    fn make(&self, folder: &Path, parent: &str) -> io::Result<()> {
        let lock_made = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if lock_made().contains(parent) {
            return Ok(());
        }
        fs_ops::make_folders(&folder.join(parent))?;
        lock_made().insert(parent.to_owned());
        Ok(())
    }

    /// Returns the staging folder, and creates it at the first call.
    fn folder(&self) -> io::Result<&Path> {
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        // Under the lock, only one thread creates the folder.
        let _made = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        let folder = self.create()?;
        Ok(self.folder.get_or_init(|| folder))
    }

    /// Creates the staging folder beside the output, or inside if it cannot be there.
    fn create(&self) -> io::Result<PathBuf> {
        let beside = self.beside();
        if !self.output.exists() {
            fs_ops::make_folders(beside.parent().expect("an output folder is never the root"))?;
            return fs_ops::make_folder(&beside).map(|()| beside);
        }
        match fs_ops::make_folder(&beside) {
            Ok(()) if self.is_one_mount(&beside) => return Ok(beside),
            Ok(()) => drop(fs_ops::remove_if_empty(&beside)?),
            Err(error) if is_not_writable(&error) => {}
            Err(error) => return Err(error),
        }
        let inside = self.inside();
        fs_ops::make_folder(&inside).map(|()| inside)
    }

    /// Returns whether files can be renamed from a folder into the output. Tested by renaming a file that does not
    /// exist: a rename between two mounts, even of one file system, fails before the file is looked up.
    fn is_one_mount(&self, folder: &Path) -> bool {
        let rename = fs::rename(folder.join("nothing"), self.output.join(".handbill-nothing"));
        rename.is_err_and(|error| error.kind() == ErrorKind::NotFound) && is_one_device(folder, &self.output)
    }

    fn beside(&self) -> PathBuf {
        let name = self.output.file_name().unwrap_or_default().to_string_lossy();
        self.output.with_file_name(format!(".{name}.handbill-stage"))
    }

    fn inside(&self) -> PathBuf {
        self.output.join(NAME_INSIDE)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.get() {
            // If this fails, the next build removes the folder.
            let _ = fs_ops::remove_tree(folder);
        }
    }
}

/// Returns whether an error means that no entry can be created in a folder.
fn is_not_writable(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::InvalidFilename)
}

#[cfg(unix)]
fn is_one_device(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
    matches!((device(one), device(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn is_one_device(_: &Path, _: &Path) -> bool {
    true
}
