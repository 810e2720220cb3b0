//! Copy of the owned paths in a file beside the output folder.
//!
//! It is read if the cache folder has no list, so that a build after the loss of `.handbill/` still replaces and
//! removes what earlier builds wrote. Its first line names the site and the output folder; a list written by another
//! site is ignored. There is no copy if the parent of the output folder cannot be written.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::fs_ops;
use super::output_folder::OutputFolder;
use super::owned::OwnedPaths;

/// The copy beside an output folder.
#[derive(Clone, Debug)]
pub(super) struct OwnedCopy {
    path: PathBuf,
    /// First line, with its line end.
    head: String,
}

impl OwnedCopy {
    /// Returns the copy beside `folder`, which need not exist.
    pub(super) fn beside(folder: &OutputFolder) -> OwnedCopy {
        let name = folder.path.file_name().unwrap_or_default().to_string_lossy();
        let path = folder.path.with_file_name(format!(".{name}.handbill-owned.txt"));
        OwnedCopy { path, head: format!("handbill owned 1 {}\n", folder.owner()) }
    }

    /// Loads the list; `None` if there is none of this site, or it has no valid line.
    pub(super) fn load(&self) -> Option<OwnedPaths> {
        OwnedPaths::parse(&self.read()?)
    }

    /// Replaces the list. A failure is ignored: no build must fail because the copy cannot be written.
    pub(super) fn store(&self, list: &str) {
        let _ = fs_ops::write_over_in_pieces(&self.path, [self.head.as_bytes(), list.as_bytes()]);
    }

    /// Removes the list if it is one of this site.
    pub(super) fn remove(&self) -> io::Result<()> {
        match self.read() {
            Some(_) => fs_ops::remove_if_there(&self.path),
            None => Ok(()),
        }
    }

    /// Reads what follows the first line; `None` if the file does not exist or another site wrote it.
    fn read(&self) -> Option<String> {
        let bytes = fs::read(&self.path).ok()?;
        Some(String::from_utf8_lossy(bytes.strip_prefix(self.head.as_bytes())?).into_owned())
    }
}
