//! What Markdown may hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What Markdown may hold.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Markdown {
    /// Whether HTML in it is passed on.
    pub raw_html: bool,
    /// Whether quotation marks, dashes and dots are set as the language wants.
    pub smart_punctuation: bool,
}

impl Default for Markdown {
    fn default() -> Markdown {
        Markdown { raw_html: true, smart_punctuation: true }
    }
}
