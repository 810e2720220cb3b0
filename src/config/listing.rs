//! How listings, the front page and feeds are cut.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{SectionId, fields};

fields! {
    /// How listings are cut.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct ListingConfig {
        /// Articles on a page of a listing.
        pub page_size: usize,
        /// Articles in the block "Latest Articles"; the theme's number when absent.
        pub latest: Option<usize>,
        /// Articles in the block "Related"; the theme's number when absent.
        pub related: Option<usize>,
    }
}

impl Default for ListingConfig {
    fn default() -> ListingConfig {
        ListingConfig { page_size: 20, latest: None, related: None }
    }
}

fields! {
    /// How much of what the front page shows; the theme's numbers when absent, and 0 is none.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct FrontPageConfig {
        /// Articles beside the lead.
        pub secondary: Option<usize>,
        /// Opinion that is set apart from the news.
        pub opinion: Option<usize>,
        /// Articles in the group of a section.
        pub per_section: Option<usize>,
        /// The sections that have a group, by their ids, in this order; all but those of opinion when absent.
        pub sections: Option<Vec<SectionId>>,
    }

    /// What feeds hold.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct FeedsConfig {
        /// Articles in a feed, the latest.
        pub items: usize,
    }
}

impl Default for FeedsConfig {
    fn default() -> FeedsConfig {
        FeedsConfig { items: 20 }
    }
}
