//! The encodings in which texts are published besides their own bytes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::inert;

inert!(Encoding);

/// A content coding of HTTP (RFC 9110, section 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Gzip (RFC 1952), which every browser decodes.
    Gzip,
    /// Brotli (RFC 7932), which is smaller, and which browsers take over HTTPS only.
    Br,
}

impl Encoding {
    /// Returns its name in HTTP and in settings: `gzip`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Br => "br",
        }
    }

    /// Returns the extension of files with this encoding: `gz`.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Encoding::Gzip => "gz",
            Encoding::Br => "br",
        }
    }
}
