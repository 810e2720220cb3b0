//! The site's cache folder `.handbill/`, in which data is kept between builds.
//!
//! ```text
//! .handbill/.gitignore             keeps the folder out of version control
//! .handbill/sources                the parse cache ([`CacheFile`])
//! .handbill/external-urls.json     what other hosts answered about their URLs
//! .handbill/outbox/                copies of forms posted to the dev server ([`Cache::keep_copy`])
//! .handbill/pictures/              variants of pictures ([`super::PictureCache`])
//! .handbill/outputs/KEY/lock       held while a build publishes into one output folder
//! .handbill/outputs/KEY/manifest   every file of that output with its trace, digest and stamp
//! .handbill/outputs/KEY/owned      the owned paths, one a line
//! .handbill/outputs/KEY/record     the build record
//! ```
//!
//! Invariant: anything missing or damaged here costs time and never changes a page. Each file is replaced by one
//! rename.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::PictureCache;
use super::error::{PublishError, io_error};
use super::fs_ops;

const OUTPUTS: &str = "outputs";
const OUTBOX: &str = "outbox";
const PICTURES: &str = "pictures";

/// Returns the file names of the stored copies in an outbox, in order.
pub(crate) fn copies(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort_unstable();
    names
}

/// A file in which another module keeps data between builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheFile {
    /// The parse cache.
    Sources,
    /// What other hosts answered about their URLs.
    ExternalUrls,
}

impl CacheFile {
    const ALL: [CacheFile; 2] = [CacheFile::Sources, CacheFile::ExternalUrls];

    fn name(self) -> &'static str {
        match self {
            CacheFile::Sources => "sources",
            CacheFile::ExternalUrls => "external-urls.json",
        }
    }
}

/// The cache folder of a site.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Refers to a cache folder, which is created at the first write.
    #[must_use]
    pub fn new(folder: &Path) -> Cache {
        Cache { folder: folder.to_owned() }
    }

    /// Reads a file; `None` if it does not exist or cannot be read.
    #[must_use]
    pub fn load(&self, file: CacheFile) -> Option<Vec<u8>> {
        fs::read(self.folder.join(file.name())).ok()
    }

    /// Replaces a file, in one rename, by the concatenated `pieces`.
    ///
    /// # Errors
    /// If the file cannot be written; the old one is then kept.
    pub fn store(&self, file: CacheFile, pieces: &[impl AsRef<[u8]>]) -> Result<(), PublishError> {
        let path = self.folder.join(file.name());
        let write = |()| fs_ops::write_over_in_pieces(&path, pieces.iter().map(AsRef::as_ref));
        self.make().and_then(write).map_err(|error| io_error("write", &path, &error))
    }

    /// Stores a copy of a form in the outbox, then removes the oldest copies beyond `newest`. Names end in `.json` and
    /// sort by time.
    ///
    /// # Errors
    /// If the copy cannot be written. Old copies that cannot be removed are kept without an error.
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

    /// Returns the part of the cache for one output folder, and creates it if needed.
    pub(super) fn output(&self, key: &str) -> io::Result<OutputCache> {
        self.make()?;
        let folder = self.folder.join(OUTPUTS).join(key);
        fs_ops::make_folders(&folder)?;
        Ok(OutputCache { folder })
    }

    /// Returns the part of the cache for one output folder, for reading; creates nothing.
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

    /// Removes all files and outbox copies and, once no output folder has a part here, the folder itself.
    pub(super) fn clear(&self) -> io::Result<()> {
        for file in CacheFile::ALL {
            fs_ops::remove_if_there(&self.folder.join(file.name()))?;
        }
        PictureCache::new(&self.folder.join(PICTURES)).clear()?;
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

/// The part of the cache for one output folder.
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

    pub(super) fn record(&self) -> PathBuf {
        self.folder.join("record")
    }

    /// Removes this part. The lock must have been released.
    pub(super) fn clear(&self) -> io::Result<()> {
        for file in [self.manifest(), self.owned(), self.record(), self.lock()] {
            fs_ops::remove_if_there(&file)?;
        }
        fs_ops::remove_if_empty(&self.folder).map(drop)
    }
}
