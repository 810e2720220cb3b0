//! The manifest: every file of the output as the last build left it.
//!
//! It answers whether a page is still the one that would be made now. It says nothing about whose a file is; that
//! is for [`super::owned`], which outlives a damaged manifest.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::stamp::{self, Stamp};
use super::{PublishedFile, StagedState};
use crate::digest::Digest;
use crate::path::OutputPath;

/// The first line, without the digest of all that follows it; another version's file is taken for no file.
const HEAD: &str = "handbill manifest 1 ";

/// What a file was made from: the digest of each of its needs, in the order of the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace(pub Vec<Digest>);

/// What is known of a file that an earlier build published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// What it was made from.
    pub trace: Trace,
    /// The digest of its bytes.
    pub content: Digest,
    pub(super) stamp: Stamp,
}

impl ManifestEntry {
    /// Its length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.stamp.length
    }
}

/// Every file of one output folder as the last build left it.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    entries: BTreeMap<OutputPath, ManifestEntry>,
    /// Of all that it says.
    digest: Digest,
    /// When it was written, by the file system's clock: nanoseconds since 1970.
    written: i64,
}

impl Manifest {
    /// Reads a manifest; whatever is damaged or of another version reads as an empty one.
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

    /// A manifest's file: the first line, then the entries; and the digest of all that it says.
    pub(super) fn encode(entries: &[(OutputPath, ManifestEntry)]) -> (Vec<u8>, Digest) {
        let body = postcard::to_stdvec(entries).expect("our own types encode: no maps of unknown length, no I/O");
        let digest = Digest::of_bytes(&body);
        ([head_of(digest).as_bytes(), &body].concat(), digest)
    }

    /// The digest of all that it says.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// What is known, by path.
    pub(super) fn entries(&self) -> &BTreeMap<OutputPath, ManifestEntry> {
        &self.entries
    }

    /// What is known of a file.
    #[must_use]
    pub fn known(&self, path: &OutputPath) -> Option<&ManifestEntry> {
        self.entries.get(path)
    }

    /// How many files are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The paths of the files that are known, in order.
    pub fn paths(&self) -> impl Iterator<Item = &OutputPath> {
        self.entries.keys()
    }

    /// Whether it says all that there is to say of these files, which are in the order of their paths.
    pub(super) fn is_of(&self, entries: &[PublishedFile]) -> bool {
        self.len() == entries.len()
            && self.entries.iter().zip(entries).all(|((path, known), entry)| {
                *path == entry.path && known.trace == entry.trace && entry.staged.state == StagedState::Kept
            })
    }

    /// Whether a stamp vouches for a file's bytes: it is the one in the manifest, and older than the manifest.
    /// A file changed in the very tick of the clock in which its stamp was taken would show the same stamp.
    pub(super) fn is_unmodified(&self, known: &ManifestEntry, stamp: Stamp) -> bool {
        known.stamp == stamp && stamp.newest() < self.written
    }
}

/// The first line, with the digest by which damage is seen.
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
        let known = ManifestEntry { trace: Trace::default(), content: Digest::default(), stamp };
        let check = |written, vouches| {
            let manifest = Manifest { written, ..Manifest::default() };
            assert_eq!(manifest.is_unmodified(&known, stamp), vouches);
        };
        check(stamp.newest() - 1, false);
        check(stamp.newest(), false);
        check(stamp.newest() + 1, true);
    }
}
