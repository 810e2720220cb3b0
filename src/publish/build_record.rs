//! What a build leaves behind so that a later one can tell that it would come to the same.
//!
//! What is in it is decided elsewhere; here it is kept beside the manifest, and good for that manifest alone.

use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::cache::Cache;
use super::output_folder::OutputFolder;
use super::stamp::Stamp;
use super::{LockedCache, Publication};
use crate::digest::Digest;

/// What was left, with the digest of the manifest that it belongs to.
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
    /// What the last build into an output folder left behind, without waiting for one that is at work.
    #[must_use]
    pub fn peek_build_record(output: &Path, cache: &Path, site: &Path) -> Option<Vec<u8>> {
        let folder = OutputFolder::check(output, cache, site).ok()?;
        StoredRecord::load(&Cache::new(cache).peek(folder.key()).proof()).map(|proof| proof.bytes)
    }

    /// Leaves something behind, once this publication is committed.
    pub fn set_build_record(&mut self, proof: Vec<u8>) {
        self.proof = Some(proof);
    }

    /// The number of files in the output, if all are as the build left them that left this proof, and it left no others.
    #[must_use]
    pub fn verify_build_record(&self, proof: &[u8]) -> Option<usize> {
        let Ok(LockedCache { cache, .. }) = &self.memory else { return None };
        let left = StoredRecord::load(&cache.proof())?;
        let is_of_now = left.manifest == self.manifest.digest() && left.bytes == proof;
        let is_ours = self.owned.files.len() == self.manifest.len();
        let is_intact = || {
            self.manifest.entries().par_iter().all(|(path, known)| {
                let stamp = Stamp::of_file(&self.folder.inside(path.as_str()));
                stamp.is_some_and(|stamp| self.manifest.is_unmodified(known, stamp))
            })
        };
        (is_of_now && is_ours && is_intact()).then(|| self.manifest.len())
    }
}
