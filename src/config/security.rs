//! The response headers that hosts send with the pages, to restrict what a page can load and run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::fields;
use crate::csp::SourceLists;

fields! {
    /// The response headers that hosts send with the pages.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct Security {
        /// Whether the output has a file `_headers`, which Netlify, Cloudflare Pages and others read.
        pub headers: bool,
        /// Sources that the Content-Security-Policy allows besides those it needs: `{ frame-src: [https://video.example] }`.
        pub allow: SourceLists,
    }
}
