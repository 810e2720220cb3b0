//! The publish room: the only writer of the output.
//!
//! A build opens a [`Publication`], asks what is still fresh, stages what is not, and commits. Until the commit
//! nothing in the output changes; the commit is a list of renames, each of which puts a complete file in place and
//! can be undone. A build that fails leaves the output as it was; after one that was killed at any instant every
//! page is complete, the old one or the new, and the next build gives exactly what a clean one gives.
//!
//! Only what is ours is ever replaced or removed ([`owned`]); the rest of the output is looked at as far as it
//! stands in the way, and then it is an error. What a page says, and which pages there are, is decided elsewhere.
//! Power cuts are left to the file system: what it loses, the next build finds missing and writes again.

#![allow(clippy::disallowed_methods, reason = "this room writes the output")]

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
pub use commit::Report;
pub use error::PublishError;
pub use manifest::{Manifest, ManifestEntry, Trace};

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::OutputPath;
use cache::OutputCache;
use error::io_error;
use lock::Lock;
use output_folder::OutputFolder;
use output_tree::is_same_file;
use owned::OwnedPaths;
use stage::Stage;
use stamp::Stamp;

/// One build's publication into one output folder. Nothing of the output changes before [`Publication::commit`];
/// dropping it instead removes what was staged.
#[derive(Debug)]
pub struct Publication {
    folder: OutputFolder,
    /// Whether the output holds nothing at all, so that nothing need be compared.
    is_fresh: bool,
    manifest: Manifest,
    owned: OwnedPaths,
    // In this order: the staging folder goes before the lock.
    stage: Stage,
    /// What is left behind by the commit.
    proof: Option<Vec<u8>>,
    /// Nothing is remembered where the site's folder cannot be written to; then the reason.
    memory: Result<LockedCache, PublishError>,
}

/// Where a publication is remembered, and the right to do so.
#[derive(Debug)]
struct LockedCache {
    cache: OutputCache,
    _lock: Lock,
}

/// A file that the site has now, for [`Publication::commit`].
#[derive(Clone, Debug)]
pub struct PublishedFile {
    /// Where it is in the output.
    pub path: OutputPath,
    /// What it was made from.
    pub trace: Trace,
    /// Its bytes.
    pub staged: Staged,
}

/// A file's bytes, ready to be published: staged, or in the output already.
#[derive(Clone, Debug)]
#[must_use = "everything that is staged must be committed"]
pub struct Staged {
    content: Digest,
    stamp: Stamp,
    state: StagedState,
}

/// Where the bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum StagedState {
    /// In the output; the manifest need not change.
    Kept,
    /// In the output; the manifest knows less of it, or nothing.
    Same,
    /// Staged; the output has no such file.
    New,
    /// Staged under this name; the output has another file of ours.
    Replaces(PathBuf),
    /// Nowhere: the output has a file with other bytes that is not ours.
    Foreign,
}

impl Publication {
    /// Begins a publication into `output`, of the site in `site` with its cache folder in `cache`.
    ///
    /// The output folder need not be there. What a killed build has left is removed. Where the cache folder may not be
    /// written to, nothing is known and nothing remembered, and other builds are not kept apart.
    ///
    /// # Errors
    /// [`PublishError::Refused`] when the output may not be such a folder: the root, a home, what holds the site or
    /// lies among its sources, a file, a symlink. [`PublishError::Machine`] when another build is publishing into
    /// it, or the cache or the output cannot be read or written.
    pub fn open(output: &Path, cache: &Path, site: &Path) -> Result<Publication, PublishError> {
        let folder = OutputFolder::check(output, cache, site)?;
        let memory = LockedCache::open(cache, folder.key(), output)?;
        let stage = Stage::new(&folder.path);
        stage.clear().map_err(|error| io_error("remove what a stopped build left beside", output, &error))?;
        let (manifest, owned) = match &memory {
            Ok(LockedCache { cache, .. }) => {
                rayon::join(|| Manifest::load(&cache.manifest()), || OwnedPaths::load(&cache.owned()))
            }
            Err(_) => (Manifest::default(), None),
        };
        let owned = owned.unwrap_or_else(|| OwnedPaths::of(&manifest));
        let is_fresh = is_fresh(&folder.path).map_err(|error| io_error("list", output, &error))?;
        Ok(Publication { folder, is_fresh, manifest, owned, stage, proof: None, memory })
    }

    /// What is to be said of a publication that will not be remembered.
    #[must_use]
    pub fn cache_warning(&self) -> Option<Diagnostic> {
        let Err(PublishError::Io(why)) = &self.memory else { return None };
        let message = format!("nothing is remembered of this build: {}", why.message);
        let help = "the next one makes everything anew, and needs an empty output folder";
        Some(Diagnostic::note(error::CODE, message).help(help))
    }

    /// Forgets what is known of every file but whose it is: nothing is fresh any more.
    pub fn ignore_manifest(&mut self) {
        self.manifest = Manifest::default();
    }

    /// What is known of a file that an earlier build published, whatever became of it since.
    #[must_use]
    pub fn known(&self, path: &OutputPath) -> Option<&ManifestEntry> {
        self.manifest.known(path)
    }

    /// The file in the output, if it was made from this and is still as we left it; then it need not be made again.
    #[must_use]
    pub fn fresh(&self, path: &OutputPath, trace: &Trace) -> Option<Staged> {
        self.known(path).filter(|known| known.trace == *trace)?;
        self.intact(path)
    }

    /// The file in the output, if it is the one that we last wrote there, byte for byte.
    ///
    /// By its stamp, which costs one look at the file; its bytes are read only when the stamp has changed or is too
    /// young to tell.
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

    /// Stages a file's bytes. Nothing is written when the output has a file with the same bytes. From any thread.
    ///
    /// # Errors
    /// When the machine refuses, for want of room say. A foreign file in the way is an error of the commit, which
    /// finds all of them.
    pub fn stage(&self, path: &OutputPath, bytes: &[u8]) -> Result<Staged, PublishError> {
        let content = Digest::of_bytes(bytes);
        let failed = |error| io_error("write", &self.folder.show(path.as_str()), &error);
        let there = match self.is_fresh {
            true => None,
            false => Stamp::of_file(&self.folder.inside(path.as_str())),
        };
        let Some(there) = there else {
            let stamp = self.stage.add(path, bytes).map_err(failed)?;
            return Ok(Staged { content, stamp, state: StagedState::New });
        };
        if self.has_bytes(path, there, content, bytes) {
            return Ok(Staged { content, stamp: there, state: StagedState::Same });
        }
        if !self.is_ours(path) {
            return Ok(Staged { content, stamp: there, state: StagedState::Foreign });
        }
        let (name, stamp) = self.stage.replace(bytes).map_err(failed)?;
        Ok(Staged { content, stamp, state: StagedState::Replaces(name) })
    }

    /// Whether the file in the output, whose stamp is `there`, has these bytes.
    fn has_bytes(&self, path: &OutputPath, there: Stamp, content: Digest, bytes: &[u8]) -> bool {
        if there.length != bytes.len() as u64 {
            return false;
        }
        match self.known(path) {
            Some(known) if self.manifest.is_unmodified(known, there) => known.content == content,
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
    /// The cache of one output folder, and its lock. That the cache may not be written to is inside; whatever else goes
    /// wrong is outside.
    fn open(cache: &Path, key: &str, output: &Path) -> Result<Result<LockedCache, PublishError>, PublishError> {
        let found = Cache::new(cache).output(key);
        match found.and_then(|found| Ok((Lock::open(&found.lock())?, found))) {
            Ok((file, found)) => {
                let lock = Lock::take(file, &found.lock(), output)?;
                Ok(Ok(LockedCache { cache: found, _lock: lock }))
            }
            Err(error) => {
                let refusal = io_error("write to the cache folder", cache, &error);
                match error.kind() {
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Ok(Err(refusal)),
                    _ => Err(refusal),
                }
            }
        }
    }
}

impl Manifest {
    /// What is known of the files in `output`, without taking part in any build. Nothing known is an empty manifest.
    ///
    /// # Errors
    /// As for [`Publication::open`], when the folder cannot be an output folder.
    pub fn peek(output: &Path, cache: &Path, site: &Path) -> Result<Manifest, PublishError> {
        let folder = OutputFolder::check(output, cache, site)?;
        Ok(Manifest::load(&Cache::new(cache).peek(folder.key()).manifest()))
    }
}

/// Whether a folder is not there or empty.
fn is_fresh(output: &Path) -> io::Result<bool> {
    match fs::read_dir(output) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
