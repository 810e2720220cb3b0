//! Options of Markdown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::fields;

fields! {
    /// Options of Markdown.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct MarkdownConfig {
        /// Whether HTML in Markdown is published as it is written.
        pub raw_html: bool,
        /// Whether quotation marks, dashes and dots become the typographic ones of the site's language.
        pub smart_punctuation: bool,
    }
}

impl Default for MarkdownConfig {
    fn default() -> MarkdownConfig {
        MarkdownConfig { raw_html: true, smart_punctuation: true }
    }
}
