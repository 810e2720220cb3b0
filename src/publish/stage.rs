//! The staging folder: where new files are complete before anything in the output changes.
//!
//! It lies beside the output under a dot-name, so that nobody who looks at the output ever sees it; inside the
//! output only when it must, because the output is a mount or its parent cannot be written to. A file that the
//! output does not have yet is staged in `tree/` at its own path, so that a folder of new files moves as one; a file
//! that replaces another, and later the file replaced, is in `loose/` under a number. The folder is made when
//! something is first staged, and dropping a [`Stage`] removes it.

use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::fs_ops;
use super::stamp::Stamp;
use crate::path::OutputPath;

/// The staging folder's name when it is inside the output.
const NAME_INSIDE: &str = ".handbill-stage";

/// Files in how many folders, so that threads making files do not wait for one folder.
const LOOSE_FOLDERS: usize = 64;

/// The staging folder of one output folder.
#[derive(Debug)]
pub(super) struct Stage {
    output: PathBuf,
    folder: OnceLock<PathBuf>,
    /// Folders that are made, by their paths from the staging folder. Each is made once.
    folders: Mutex<HashSet<String>>,
    added: AtomicUsize,
    loose: AtomicUsize,
}

impl Stage {
    /// The staging folder of an output folder; nothing is made yet.
    pub(super) fn new(output: &Path) -> Stage {
        let (added, loose) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Stage { output: output.to_owned(), folder: OnceLock::new(), folders: Mutex::default(), added, loose }
    }

    /// Removes what a build that was killed has left.
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

    /// How many files that the output does not have were staged.
    pub(super) fn added(&self) -> usize {
        self.added.load(Ordering::Relaxed)
    }

    /// Stages a file that takes the place of another.
    pub(super) fn replace(&self, bytes: &[u8]) -> io::Result<(PathBuf, Stamp)> {
        let path = self.slot()?;
        let stamp = fs_ops::write_new(&path, bytes)?;
        Ok((path, stamp))
    }

    /// A new name in `loose/`.
    pub(super) fn slot(&self) -> io::Result<PathBuf> {
        let number = self.loose.fetch_add(1, Ordering::Relaxed);
        let parent = format!("loose/{}", number % LOOSE_FOLDERS);
        let folder = self.folder()?;
        self.make(folder, &parent)?;
        Ok(folder.join(parent).join(number.to_string()))
    }

    /// Where a file or folder of `tree/` is; the empty text is all of it.
    ///
    /// # Panics
    /// When nothing was staged.
    pub(super) fn in_tree(&self, path: &str) -> PathBuf {
        let folder = self.folder.get().expect("what is looked for was staged before");
        match path {
            "" => folder.join("tree"),
            path => folder.join("tree").join(path),
        }
    }

    /// Makes a folder of the staging folder, once; `parent` is its path from there.
    fn make(&self, folder: &Path, parent: &str) -> io::Result<()> {
        let lock_made = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if lock_made().contains(parent) {
            return Ok(());
        }
        fs_ops::make_folders(&folder.join(parent))?;
        lock_made().insert(parent.to_owned());
        Ok(())
    }

    /// The staging folder, made when it is first asked for.
    fn folder(&self) -> io::Result<&Path> {
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        // The lock keeps two threads from making it each.
        let _made = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        let folder = self.settle()?;
        Ok(self.folder.get_or_init(|| folder))
    }

    /// Makes the staging folder beside the output, or inside when it cannot be there.
    fn settle(&self) -> io::Result<PathBuf> {
        let beside = self.beside();
        if !self.output.exists() {
            fs_ops::make_folders(beside.parent().expect("an output folder is never the root"))?;
            return fs_ops::make_folder(&beside).map(|()| beside);
        }
        match fs_ops::make_folder(&beside) {
            Ok(()) if self.is_one_mount(&beside) => return Ok(beside),
            Ok(()) => drop(fs_ops::remove_if_empty(&beside)?),
            Err(error) if is_closed(&error) => {}
            Err(error) => return Err(error),
        }
        let inside = self.inside();
        fs_ops::make_folder(&inside).map(|()| inside)
    }

    /// Whether files can be renamed from a folder into the output. Found out by renaming a file that is not there:
    /// two mounts, even of one file system, are refused before the file is looked for.
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
            // Should this fail, the next build removes it.
            let _ = fs_ops::remove_tree(folder);
        }
    }
}

/// Whether an error says that a folder does not take this one.
fn is_closed(error: &io::Error) -> bool {
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
