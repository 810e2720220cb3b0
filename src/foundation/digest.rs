//! The one hasher: 128-bit XXH3 digests of bytes and of values.
//!
//! Digests answer "is it the same as before?" and name fingerprinted files. They are not a defence against
//! someone who makes collisions on purpose; the only one who could is the site's own author.

use std::fmt;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// A 128-bit digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Digest {
        Digest(xxh3_128(bytes).to_le_bytes())
    }

    /// The digest of a value: of its postcard encoding, which has one form for each value.
    #[must_use]
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Digest {
        // Most values fit in there, and the others make it grow.
        let bytes = postcard::to_extend(value, Vec::with_capacity(512));
        Digest::of_bytes(&bytes.expect("our own types encode: no maps of unknown length, no I/O"))
    }

    /// The digest of a value with parts of any shape: of its JSON encoding.
    #[must_use]
    pub fn of_json<T: Serialize + ?Sized>(value: &T) -> Digest {
        Digest::of_bytes(&serde_json::to_vec(value).expect("our own types encode"))
    }

    /// The digest of a sequence of digests.
    #[must_use]
    pub fn of_all(digests: impl IntoIterator<Item = Digest>) -> Digest {
        let digests = digests.into_iter();
        let mut bytes = Vec::with_capacity(16 * digests.size_hint().0.max(8));
        digests.for_each(|digest| bytes.extend_from_slice(&digest.0));
        Digest::of_bytes(&bytes)
    }

    /// The first `length` hexadecimal digits (32 in all), for fingerprints in file names.
    #[must_use]
    pub fn short(&self, length: usize) -> String {
        self.to_string().chars().take(length).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}
