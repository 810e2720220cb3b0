//! The site's cache folder, `.handbill/`: what is remembered from one build to the next.
//!
//! ```text
//! .handbill/.gitignore             everything here stays out of version control
//! .handbill/sources                what other rooms remember ([`Memo`])
//! .handbill/outbox/                copies of what was posted in the preview ([`Cache::keep_copy`])
//! .handbill/outputs/KEY/lock       held while a build publishes into one output folder
//! .handbill/outputs/KEY/manifest   every file of that output: its trace, its bytes' digest, its stamp
//! .handbill/outputs/KEY/owned      the paths that are ours, one a line
//! .handbill/outputs/KEY/proof      what decided that output, for a build that finds nothing changed
//! ```
//!
//! Whatever is missing or damaged here costs time, never a wrong page. Files are replaced in one step.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{PublishError, io_error};
use super::fs_ops;

const OUTPUTS: &str = "outputs";
const OUTBOX: &str = "outbox";

/// The names of the copies in an outbox, in order.
pub(crate) fn copies(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort_unstable();
    names
}

/// What other rooms remember in the cache folder, each in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheFile {
    /// The sources as they were parsed.
    Sources,
}

impl CacheFile {
    const ALL: [CacheFile; 1] = [CacheFile::Sources];

    fn name(self) -> &'static str {
        match self {
            CacheFile::Sources => "sources",
        }
    }
}

/// A site's cache folder.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in a folder, which is made when something is first written.
    #[must_use]
    pub fn new(folder: &Path) -> Cache {
        Cache { folder: folder.to_owned() }
    }

    /// The bytes last remembered; `None` when there are none, or they cannot be read.
    #[must_use]
    pub fn load(&self, memo: CacheFile) -> Option<Vec<u8>> {
        fs::read(self.folder.join(memo.name())).ok()
    }

    /// Remembers bytes, which may come in pieces, in one step.
    ///
    /// # Errors
    /// When the machine refuses; what was there before is kept.
    pub fn store(&self, memo: CacheFile, pieces: &[impl AsRef<[u8]>]) -> Result<(), PublishError> {
        let path = self.folder.join(memo.name());
        let write = |()| fs_ops::write_over_in_pieces(&path, pieces.iter().map(AsRef::as_ref));
        self.make().and_then(write).map_err(|error| io_error("write", &path, &error))
    }

    /// Keeps a copy of something for the site's author to look at, in one step, and as many as `newest` in all. Names
    /// end in `.json` and come in the order of time.
    ///
    /// # Errors
    /// When the machine refuses to write; what is too much and cannot be removed stays.
    pub fn keep_copy(&self, name: &str, bytes: &[u8], newest: usize) -> Result<(), PublishError> {
        let folder = self.folder.join(OUTBOX);
        let path = folder.join(name);
        let kept =
            self.make().and_then(|()| fs_ops::make_folders(&folder)).and_then(|()| fs_ops::write_over(&path, bytes));
        kept.map_err(|error| io_error("write", &path, &error))?;
        let names = copies(&folder);
        for old in &names[..names.len().saturating_sub(newest)] {
            let _ = fs_ops::remove_if_there(&folder.join(old));
        }
        Ok(())
    }

    /// The part of the cache that is about one output folder, made when it is not there.
    pub(super) fn output(&self, key: &str) -> io::Result<OutputCache> {
        self.make()?;
        let folder = self.folder.join(OUTPUTS).join(key);
        fs_ops::make_folders(&folder)?;
        Ok(OutputCache { folder })
    }

    /// The same part, for reading only.
    pub(super) fn peek(&self, key: &str) -> OutputCache {
        OutputCache { folder: self.folder.join(OUTPUTS).join(key) }
    }

    fn make(&self) -> io::Result<()> {
        let ignore = self.folder.join(".gitignore");
        match ignore.exists() {
            true => Ok(()),
            false => fs_ops::make_folders(&self.folder).and_then(|()| fs_ops::write_over(&ignore, b"*\n")),
        }
    }

    /// Forgets every memo and every copy and, when no output is remembered any more, the folder itself.
    pub(super) fn clear(&self) -> io::Result<()> {
        for memo in CacheFile::ALL {
            fs_ops::remove_if_there(&self.folder.join(memo.name()))?;
        }
        let outbox = self.folder.join(OUTBOX);
        for copy in copies(&outbox) {
            fs_ops::remove_if_there(&outbox.join(copy))?;
        }
        if fs_ops::remove_if_empty(&outbox)? && fs_ops::remove_if_empty(&self.folder.join(OUTPUTS))? {
            fs_ops::remove_if_there(&self.folder.join(".gitignore"))?;
            fs_ops::remove_if_empty(&self.folder)?;
        }
        Ok(())
    }
}

/// What is remembered of one output folder.
#[derive(Clone, Debug)]
pub(super) struct OutputCache {
    folder: PathBuf,
}

impl OutputCache {
    pub(super) fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    pub(super) fn manifest(&self) -> PathBuf {
        self.folder.join("manifest")
    }

    pub(super) fn owned(&self) -> PathBuf {
        self.folder.join("owned")
    }

    pub(super) fn proof(&self) -> PathBuf {
        self.folder.join("proof")
    }

    /// Forgets all of it. The lock must have been let go.
    pub(super) fn clear(&self) -> io::Result<()> {
        for file in [self.manifest(), self.owned(), self.proof(), self.lock()] {
            fs_ops::remove_if_there(&file)?;
        }
        fs_ops::remove_if_empty(&self.folder).map(drop)
    }
}
