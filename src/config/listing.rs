//! How listings and feeds are cut.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How listings are cut.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Listing {
    /// Articles on a page of a listing.
    pub page_size: usize,
    /// Articles in the block "Latest Articles"; the theme's number when absent.
    pub latest: Option<usize>,
    /// Articles in the block "Related"; the theme's number when absent.
    pub related: Option<usize>,
}

impl Default for Listing {
    fn default() -> Listing {
        Listing { page_size: 20, latest: None, related: None }
    }
}

/// What feeds hold.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Feeds {
    /// Articles in a feed, the latest.
    pub items: usize,
}

impl Default for Feeds {
    fn default() -> Feeds {
        Feeds { items: 20 }
    }
}
