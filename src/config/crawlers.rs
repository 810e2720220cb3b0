//! What crawlers of AI may read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{fields, inert};
use crate::providers::crawlers::Purpose;

fields! {
    /// What `robots.txt` asks of crawlers of AI.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct CrawlersConfig {
        /// Whether crawlers may fetch pages to train models; when absent, nothing is said of them.
        pub ai_training: Option<CrawlerRule>,
        /// Whether crawlers may fetch pages to find and quote them in answers; when absent, nothing is said of them.
        pub ai_search: Option<CrawlerRule>,
    }
}

inert!(CrawlerRule);

/// Whether crawlers may read the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CrawlerRule {
    /// They may read all of it.
    Allow,
    /// They are asked to read nothing.
    Refuse,
}

impl CrawlersConfig {
    /// Returns the rule for crawlers with a purpose; `None` if the site has none.
    #[must_use]
    pub fn rule(&self, purpose: Purpose) -> Option<CrawlerRule> {
        match purpose {
            Purpose::Training => self.ai_training,
            Purpose::Search => self.ai_search,
        }
    }
}
