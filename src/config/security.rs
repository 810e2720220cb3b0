//! What hosts are to send with the pages, to keep what is not the site's out of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::fields;
use crate::csp::SourceLists;

fields! {
    /// What hosts are to send with the pages.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct Security {
        /// Whether the output has a file `_headers`, which Netlify, Cloudflare Pages and others read.
        pub headers: bool,
        /// What the Content-Security-Policy allows besides what Handbill knows of: `{ frame-src: [https://video.example] }`.
        pub allow: SourceLists,
    }
}
