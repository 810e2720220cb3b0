//! The number of articles in listings, on the front page and in feeds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{SectionId, fields};

fields! {
    /// The number of articles in listings.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct ListingConfig {
        /// Articles on a page of a listing.
        pub page_size: usize,
        /// Articles in the block "Latest Articles"; the theme's list size when absent.
        pub latest: Option<usize>,
        /// Articles in the block "Related"; the theme's list size when absent.
        pub related: Option<usize>,
    }
}

impl Default for ListingConfig {
    fn default() -> ListingConfig {
        ListingConfig { page_size: 20, latest: None, related: None }
    }
}

fields! {
    /// The number of articles in each part of the front page; the theme's list sizes when absent. 0 means none.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct FrontPageConfig {
        /// Secondary articles, beside the lead.
        pub secondary: Option<usize>,
        /// Opinion articles that are set apart from the news.
        pub opinion: Option<usize>,
        /// Articles in each section group.
        pub per_section: Option<usize>,
        /// The sections that have a group, by id, in this order; all sections except those of opinion when absent.
        pub sections: Option<Vec<SectionId>>,
    }

    /// The content of feeds.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct FeedsConfig {
        /// The number of articles in a feed, the latest first.
        pub items: usize,
    }
}

impl Default for FeedsConfig {
    fn default() -> FeedsConfig {
        FeedsConfig { items: 20 }
    }
}
