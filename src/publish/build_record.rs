//! The build record: bytes kept beside the manifest, by which a later build recognizes that it has nothing to do.
//!
//! [`crate::build`] decides what they contain; a record is valid only with the manifest that was written with it.

use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::cache::Cache;
use super::output_folder::OutputFolder;
use super::stamp::Stamp;
use super::{LockedCache, Publication};
use crate::digest::Digest;

/// A build record as stored, with the digest of the manifest that it belongs to.
#[derive(Debug)]
pub(super) struct StoredRecord {
    manifest: Digest,
    bytes: Vec<u8>,
}

impl StoredRecord {
    fn load(path: &Path) -> Option<StoredRecord> {
        let (manifest, bytes) = postcard::from_bytes(&fs::read(path).ok()?).ok()?;
        Some(StoredRecord { manifest, bytes })
    }

    pub(super) fn encode(manifest: Digest, bytes: &[u8]) -> Vec<u8> {
        postcard::to_stdvec(&(manifest, bytes)).expect("plain bytes encode")
    }
}

impl Publication {
    /// Returns the build record of the last build into an output folder; `None` if there is none. Takes no lock, so a
    /// build may be running.
    #[must_use]
    pub fn peek_build_record(output: &Path, cache: &Path, site: &Path) -> Option<Vec<u8>> {
        let folder = OutputFolder::check(output, cache, site).ok()?;
        StoredRecord::load(&Cache::new(cache).peek(folder.key()).record()).map(|record| record.bytes)
    }

    /// Sets the build record that the commit writes beside the manifest.
    pub fn set_build_record(&mut self, record: Vec<u8>) {
        self.record = Some(record);
    }

    /// Returns the number of files in the output if `record` is the stored one, belongs to this manifest, and every
    /// file still has its stamp; else `None`.
    #[must_use]
    pub fn verify_build_record(&self, record: &[u8]) -> Option<usize> {
        let Ok(LockedCache { cache, .. }) = &self.cache else { return None };
        let stored = StoredRecord::load(&cache.record())?;
        let is_current = stored.manifest == self.manifest.digest() && stored.bytes == record;
        let is_ours = self.owned.files.len() == self.manifest.len();
        let is_intact = || {
            self.manifest.entries().par_iter().all(|(path, known)| {
                let stamp = Stamp::of_file(&self.folder.inside(path.as_str()));
                stamp.is_some_and(|stamp| self.manifest.is_unmodified(known, stamp))
            })
        };
        (is_current && is_ours && is_intact()).then(|| self.manifest.len())
    }
}
