//! Publishing: the only module that writes the output.
//!
//! A build opens a [`Publication`], asks which files are up to date, stages the others, and commits. Before the commit
//! nothing in the output changes; the commit is a list of renames, each of which puts a complete file in place and can
//! be undone. A failed build leaves the output unchanged. After a build that was killed, every file is complete, old or
//! new, and the next build gives exactly what a clean one gives.
//!
//! Only files of ours are ever replaced or removed ([`owned`]); a foreign entry that is in the way is an error. Which
//! files there are, and their bytes, is decided by the callers, `build` and `cli`. After a power failure, the next
//! build finds what the file system lost and writes it again.

#![allow(clippy::disallowed_methods, reason = "this module writes the output")]

mod build_record;
mod cache;
mod clean;
mod commit;
mod error;
mod fs_ops;
mod lock;
mod manifest;
mod obstruction;
mod output_folder;
mod output_tree;
mod owned;
mod owned_copy;
mod picture_cache;
mod rename_plan;
mod stage;
mod stamp;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

#[cfg(test)]
pub(crate) use cache::copies;
pub use cache::{Cache, CacheFile};
pub use clean::{Cleaned, clean};
pub use commit::{RemovedFile, Report};
pub use error::PublishError;
pub use manifest::{Manifest, ManifestEntry, Trace};
pub use picture_cache::PictureCache;

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath};
use cache::OutputCache;
use error::io_error;
use lock::Lock;
use output_folder::OutputFolder;
use output_tree::is_same_file;
use owned::OwnedPaths;
use owned_copy::OwnedCopy;
use stage::Stage;
use stamp::Stamp;

/// Publication of one build into one output folder. The output does not change before [`Publication::commit`]; dropping
/// a publication removes what was staged.
///
/// ```
/// use handbill::path::{OutputLayout, OutputPath};
/// use handbill::publish::{Publication, PublishedFile, Trace};
///
/// let site = tempfile::tempdir()?;
/// let (output, cache) = (site.path().join("public"), site.path().join(".handbill"));
/// let publication = Publication::open(&output, &cache, site.path()).expect("a folder of its own");
/// let path = OutputPath::new("about/index.html").expect("a valid path");
/// let staged = publication.stage(&path, b"<h1>About</h1>").expect("space on the disk");
/// let (layout, trace) = (OutputLayout::Folders, Trace::default());
/// let report = publication.commit(vec![PublishedFile { path, layout, trace, staged }]).expect("no obstruction");
/// assert_eq!(report.written, 1);
/// assert_eq!(std::fs::read(output.join("about/index.html"))?, b"<h1>About</h1>");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Publication {
    folder: OutputFolder,
    /// Whether the output is empty, so that no file needs comparing.
    is_fresh: bool,
    manifest: Manifest,
    /// The manifest, if no file may be up to date.
    ignored: Manifest,
    owned: OwnedPaths,
    // Fields are dropped in order of declaration: the staging folder must be removed before the lock is released.
    stage: Stage,
    /// Build record that the commit writes.
    record: Option<Vec<u8>>,
    /// Cache and lock; an error if the cache folder cannot be written, and then nothing is kept for the next build.
    cache: Result<LockedCache, PublishError>,
}

/// The cache of one output folder, locked.
#[derive(Debug)]
struct LockedCache {
    cache: OutputCache,
    _lock: Lock,
}

/// A file of the site, for [`Publication::commit`].
#[derive(Clone, Debug)]
pub struct PublishedFile {
    /// Path in the output.
    pub path: OutputPath,
    /// The layout by which the file's URL comes from its path.
    pub layout: OutputLayout,
    /// Trace of the file.
    pub trace: Trace,
    /// Where the file's bytes are.
    pub staged: Staged,
}

/// The bytes of a file, ready to be published: staged, or already in the output.
#[derive(Clone, Debug)]
#[must_use = "everything that is staged must be committed"]
pub struct Staged {
    content: Digest,
    stamp: Stamp,
    state: StagedState,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum StagedState {
    /// In the output, with an up-to-date manifest entry.
    Kept,
    /// In the output, with an outdated manifest entry or none.
    Same,
    /// Staged; the output has no file at this path.
    New,
    /// Staged at this path of the staging folder; the output has another file of ours.
    Replaces(PathBuf),
    /// Not staged: the output has a foreign file with other bytes.
    Foreign,
}

impl Publication {
    /// Begins a publication into `output` of the site in `site`, with its cache folder in `cache`.
    ///
    /// The output folder need not exist. The staging folder of a killed build is removed. If the cache folder cannot be
    /// written, the manifest is empty, nothing is kept for the next build, and concurrent builds are not prevented.
    ///
    /// # Errors
    /// [`PublishError::Refused`] if the output may not be this folder: the root of the file system, a home folder, a
    /// folder that contains the site or is among its sources, a file, a symlink. [`PublishError::Io`] if another build
    /// is publishing into it, or the cache or the output cannot be read or written.
    pub fn open(output: &Path, cache: &Path, site: &Path) -> Result<Publication, PublishError> {
        let folder = OutputFolder::check(output, cache, site)?;
        let cache = LockedCache::open(cache, folder.key(), output)?;
        let stage = Stage::new(&folder.path);
        stage.clear().map_err(|error| io_error("remove what a stopped build left beside", output, &error))?;
        let (manifest, owned) = match &cache {
            Ok(LockedCache { cache, .. }) => rayon::join(
                || Manifest::load(&cache.manifest()),
                || OwnedPaths::load(&cache.owned()).or_else(|| OwnedCopy::beside(&folder).load()),
            ),
            Err(_) => (Manifest::default(), None),
        };
        let owned = owned.unwrap_or_else(|| OwnedPaths::of(&manifest));
        let is_fresh = is_fresh(&folder.path).map_err(|error| io_error("list", output, &error))?;
        Ok(Publication { folder, is_fresh, manifest, ignored: Manifest::default(), owned, stage, record: None, cache })
    }

    /// Returns the diagnostic to report if nothing will be kept for the next build.
    #[must_use]
    pub fn cache_warning(&self) -> Option<Diagnostic> {
        let Err(PublishError::Io(why)) = &self.cache else { return None };
        let message = format!("nothing is remembered of this build: {}", why.message);
        let help = "the next one makes everything anew, and needs an empty output folder";
        Some(Diagnostic::note(error::CODE, message).help(help))
    }

    /// Empties the manifest, so that no file is up to date; ownership stays known.
    pub fn ignore_manifest(&mut self) {
        self.ignored = std::mem::take(&mut self.manifest);
    }

    /// Returns the manifest entry of a file, whether or not the file has changed since.
    #[must_use]
    pub fn known(&self, path: &OutputPath) -> Option<&ManifestEntry> {
        self.manifest.known(path)
    }

    /// Returns the file in the output if its trace is `trace` and its bytes are unchanged, so that it need not be
    /// rendered.
    #[must_use]
    pub fn fresh(&self, path: &OutputPath, trace: &Trace) -> Option<Staged> {
        self.known(path).filter(|known| known.trace == *trace)?;
        self.intact(path)
    }

    /// Returns the file in the output if its bytes are those that we last wrote.
    ///
    /// The stamp decides, which costs one `stat`; the bytes are read only if the stamp has changed or is too recent.
    fn intact(&self, path: &OutputPath) -> Option<Staged> {
        let known = self.known(path)?;
        let file = self.folder.inside(path.as_str());
        let stamp = Stamp::of_file(&file)?;
        let staged = |state| Staged { content: known.content, stamp, state };
        if self.manifest.is_unmodified(known, stamp) {
            return Some(staged(StagedState::Kept));
        }
        let is_same = stamp.length == known.length() && Digest::of_bytes(&fs::read(file).ok()?) == known.content;
        is_same.then(|| staged(StagedState::Same))
    }

    /// Stages the bytes of a file. Nothing is written if the output has a file with the same bytes. Can be called from
    /// several threads.
    ///
    /// # Errors
    /// If the operating system refuses an operation, for example because the disk is full. A foreign file in the way is
    /// an error of the commit, which finds all of them.
    pub fn stage(&self, path: &OutputPath, bytes: &[u8]) -> Result<Staged, PublishError> {
        let content = Digest::of_bytes(bytes);
        let failed = |error| io_error("write", &self.folder.show(path.as_str()), &error);
        let existing = match self.is_fresh {
            true => None,
            false => Stamp::of_file(&self.folder.inside(path.as_str())),
        };
        let Some(existing) = existing else {
            let stamp = self.stage.add(path, bytes).map_err(failed)?;
            return Ok(Staged { content, stamp, state: StagedState::New });
        };
        if self.has_bytes(path, existing, content, bytes) {
            return Ok(Staged { content, stamp: existing, state: StagedState::Same });
        }
        if !self.is_ours(path) {
            return Ok(Staged { content, stamp: existing, state: StagedState::Foreign });
        }
        let (name, stamp) = self.stage.replace(bytes).map_err(failed)?;
        Ok(Staged { content, stamp, state: StagedState::Replaces(name) })
    }

    /// Returns whether the file in the output, with stamp `existing`, has these bytes.
    fn has_bytes(&self, path: &OutputPath, existing: Stamp, content: Digest, bytes: &[u8]) -> bool {
        if existing.length != bytes.len() as u64 {
            return false;
        }
        match self.known(path) {
            Some(known) if self.manifest.is_unmodified(known, existing) => known.content == content,
            _ => fs::read(self.folder.inside(path.as_str())).is_ok_and(|found| found == bytes),
        }
    }

    fn is_ours(&self, path: &OutputPath) -> bool {
        self.owned.files.contains(path)
            || self.known(path).is_some()
            || self.owned.in_other_case(path).is_some_and(|other| is_same_file(&self.folder, path, other))
    }
}

impl LockedCache {
    /// Opens and locks the cache of one output folder. The inner error means that the cache cannot be written, the
    /// outer one any other failure.
    fn open(cache: &Path, key: &str, output: &Path) -> Result<Result<LockedCache, PublishError>, PublishError> {
        let found = Cache::new(cache).output(key);
        match found.and_then(|found| Ok((Lock::open(&found.lock())?, found))) {
            Ok((file, found)) => {
                let lock = Lock::take(file, &found.lock(), output)?;
                Ok(Ok(LockedCache { cache: found, _lock: lock }))
            }
            Err(error) => {
                let failure = io_error("write to the cache folder", cache, &error);
                match error.kind() {
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Ok(Err(failure)),
                    _ => Err(failure),
                }
            }
        }
    }
}

impl Manifest {
    /// Returns the manifest of `output`, without a lock; empty if there is none.
    ///
    /// # Errors
    /// Those of [`Publication::open`] if the folder may not be an output folder.
    pub fn peek(output: &Path, cache: &Path, site: &Path) -> Result<Manifest, PublishError> {
        let folder = OutputFolder::check(output, cache, site)?;
        Ok(Manifest::load(&Cache::new(cache).peek(folder.key()).manifest()))
    }
}

/// Returns whether a folder does not exist or is empty.
fn is_fresh(output: &Path) -> io::Result<bool> {
    match fs::read_dir(output) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
