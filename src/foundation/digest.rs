//! 128-bit XXH3 digests of bytes and of values; the only hash function of the program.
//!
//! A [`Digest`] detects changes and names fingerprinted assets. It gives no protection against deliberate collisions:
//! only the site's own author could make one.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_128;

/// A 128-bit digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub struct Digest([u8; 16]);

impl Digest {
    /// Returns the digest of bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Digest {
        Digest(xxh3_128(bytes).to_le_bytes())
    }

    /// Returns the digest of a value's postcard encoding, which is the same for equal values.
    #[must_use]
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Digest {
        // 512 bytes hold most values; the buffer grows for the others.
        let bytes = postcard::to_extend(value, Vec::with_capacity(512));
        Digest::of_bytes(&bytes.expect("our own types encode: no maps of unknown length, no I/O"))
    }

    /// Returns the digest of a value's JSON encoding, for values that postcard cannot encode: maps of unknown length,
    /// flattened fields.
    #[must_use]
    pub fn of_json<T: Serialize + ?Sized>(value: &T) -> Digest {
        Digest::of_bytes(&serde_json::to_vec(value).expect("our own types encode"))
    }

    /// Returns the digest of a sequence of digests.
    #[must_use]
    pub fn of_all(digests: impl IntoIterator<Item = Digest>) -> Digest {
        let digests = digests.into_iter();
        let mut bytes = Vec::with_capacity(16 * digests.size_hint().0.max(8));
        digests.for_each(|digest| bytes.extend_from_slice(&digest.0));
        Digest::of_bytes(&bytes)
    }

    /// Reads the 32 hexadecimal digits of a digest; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Digest> {
        let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
        Some(Digest(number.to_be_bytes()))
    }

    /// Returns the first `length` of the 32 hexadecimal digits, for fingerprints in file names.
    #[must_use]
    pub fn short(&self, length: usize) -> String {
        self.to_string().chars().take(length).collect()
    }
}

/// A value together with its digest, which is known already.
///
/// Serializes as the digest, so that the digest of a value that contains it costs no second serialization.
#[derive(Clone, Copy, Debug)]
pub struct Digested<T> {
    value: T,
    digest: Digest,
}

impl<T> Digested<T> {
    /// Combines a value with its digest.
    pub(crate) fn new(value: T, digest: Digest) -> Digested<T> {
        Digested { value, digest }
    }

    /// Returns the digest of the value.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

impl<T> Deref for Digested<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Serialize for Digested<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digest.serialize(serializer)
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
