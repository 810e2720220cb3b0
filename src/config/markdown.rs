//! What Markdown may hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::fields;

fields! {
    /// What Markdown may hold.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct MarkdownConfig {
        /// Whether HTML in it is passed on.
        pub raw_html: bool,
        /// Whether quotation marks, dashes and dots are set as the language wants.
        pub smart_punctuation: bool,
    }
}

impl Default for MarkdownConfig {
    fn default() -> MarkdownConfig {
        MarkdownConfig { raw_html: true, smart_punctuation: true }
    }
}
