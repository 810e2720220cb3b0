//! The manifest: every file of the output as the last build left it, by which the next build finds the pages that are
//! up to date.
//!
//! Ownership is not recorded here but in [`super::owned`], which survives a damaged manifest.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::stamp::{self, Stamp};
use super::{PublishedFile, StagedState};
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath};

/// Start of the first line, before the digest of the rest. A manifest of another version is ignored.
const HEAD: &str = "handbill manifest 2 ";

/// Digests of all inputs of an output file, in the order of the plan (a verifying trace in *Build Systems à la Carte*).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace(pub Vec<Digest>);

/// A file that an earlier build published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// Trace of the file.
    pub trace: Trace,
    /// Digest of the file's bytes.
    pub content: Digest,
    /// The layout by which the file's URL comes from its path.
    pub layout: OutputLayout,
    pub(super) stamp: Stamp,
}

impl ManifestEntry {
    /// Returns the file's length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.stamp.length
    }
}

/// The files of one output folder as the last build left them.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    entries: BTreeMap<OutputPath, ManifestEntry>,
    /// Digest of the stored entries.
    digest: Digest,
    /// Time of writing by the file system's clock, in nanoseconds since 1970.
    written: i64,
}

impl Manifest {
    /// Loads a manifest. If it is missing, damaged or of another version, it is empty.
    pub(super) fn load(path: &Path) -> Manifest {
        Manifest::read(path).unwrap_or_default()
    }

    fn read(path: &Path) -> Option<Manifest> {
        let mut file = File::open(path).ok()?;
        let metadata = file.metadata().ok()?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
        file.read_to_end(&mut bytes).ok()?;
        let body = &bytes[bytes.iter().position(|byte| *byte == b'\n')? + 1..];
        let digest = Digest::of_bytes(body);
        if !bytes.starts_with(head_of(digest).as_bytes()) {
            return None;
        }
        let entries: Vec<(OutputPath, ManifestEntry)> = postcard::from_bytes(body).ok()?;
        Some(Manifest { entries: entries.into_iter().collect(), digest, written: stamp::modified(&metadata) })
    }

    /// Encodes a manifest file: the first line, then the entries. Returns it with the digest of the entries.
    pub(super) fn encode(entries: &[(OutputPath, ManifestEntry)]) -> (Vec<u8>, Digest) {
        let body = postcard::to_stdvec(entries).expect("our own types encode: no maps of unknown length, no I/O");
        let digest = Digest::of_bytes(&body);
        ([head_of(digest).as_bytes(), &body].concat(), digest)
    }

    /// Returns the digest of the stored entries.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns the entries by path.
    pub(super) fn entries(&self) -> &BTreeMap<OutputPath, ManifestEntry> {
        &self.entries
    }

    /// Returns the entry of a file; `None` if no earlier build published it.
    #[must_use]
    pub fn known(&self, path: &OutputPath) -> Option<&ManifestEntry> {
        self.entries.get(path)
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns all entries with their paths, in order.
    pub fn files(&self) -> impl Iterator<Item = (&OutputPath, &ManifestEntry)> {
        self.entries.iter()
    }

    /// Returns whether the manifest equals the one that `entries` (sorted by path) would give.
    pub(super) fn is_of(&self, entries: &[PublishedFile]) -> bool {
        self.len() == entries.len()
            && self.entries.iter().zip(entries).all(|((path, known), entry)| {
                *path == entry.path
                    && (known.layout, &known.trace) == (entry.layout, &entry.trace)
                    && entry.staged.state == StagedState::Kept
            })
    }

    /// Returns whether a stamp proves that a file's bytes are unchanged: it equals the one in the manifest and is older
    /// than the manifest. A write in the clock tick in which the stamp was taken would not change it.
    pub(super) fn is_unmodified(&self, known: &ManifestEntry, stamp: Stamp) -> bool {
        known.stamp == stamp && stamp.newest() < self.written
    }
}

/// Returns the first line, with the digest that detects damage.
fn head_of(digest: Digest) -> String {
    format!("{HEAD}{digest}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamp_as_young_as_the_manifest_vouches_for_nothing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stamp = Stamp::of_file(file.path()).unwrap();
        let known =
            ManifestEntry { trace: Trace::default(), content: Digest::default(), layout: OutputLayout::Folders, stamp };
        let check = |written, is_unmodified| {
            let manifest = Manifest { written, ..Manifest::default() };
            assert_eq!(manifest.is_unmodified(&known, stamp), is_unmodified);
        };
        check(stamp.newest() - 1, false);
        check(stamp.newest(), false);
        check(stamp.newest() + 1, true);
    }
}
