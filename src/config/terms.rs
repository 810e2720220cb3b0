//! Sections, and whether ids without a file are errors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{NewsletterId, Prose, Title, Verbatim, fields, inert};
use crate::content::front_matter::Label;

fields! {
    /// A section of the site.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Section {
        /// Its id in front matter and URLs.
        pub id: Verbatim,
        /// Its name for readers.
        pub title: Title,
        /// One or two sentences about it.
        pub summary: Option<Prose>,
        /// The label of its articles; `news` when absent.
        pub label: Option<Label>,
        /// The id of the newsletter offered on its articles, or `none`.
        pub newsletter: Option<NewsletterId>,
    }

    /// Whether ids without a file are warnings or errors.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct TaxonomiesConfig {
        /// The level for authors without a file.
        pub authors: Strictness,
        /// The level for topics without a file.
        pub topics: Strictness,
        /// The level for series without a file.
        pub series: Strictness,
    }
}

inert!(Strictness);

/// The level of the diagnostic for an id without a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// A warning.
    #[default]
    Open,
    /// An error.
    Strict,
}
