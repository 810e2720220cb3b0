//! Sections, and how strict the ids of other terms are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{NewsletterId, Prose, Title, Verbatim, fields, inert};
use crate::content::front_matter::Label;

fields! {
    /// A section of the paper.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Section {
        /// Its name in front matter and URLs.
        pub id: Verbatim,
        /// Its name for readers.
        pub title: Title,
        /// One or two sentences.
        pub summary: Option<Prose>,
        /// The label of its articles.
        pub label: Option<Label>,
        /// The id of the newsletter offered on its articles, or `none`.
        pub newsletter: Option<NewsletterId>,
    }

    /// How strict ids are.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct TaxonomiesConfig {
        /// Authors without a file of their own.
        pub authors: Strictness,
        /// Topics without a file of their own.
        pub topics: Strictness,
        /// Series without a file of their own.
        pub series: Strictness,
    }
}

inert!(Strictness);

/// Whether an id without a file is a mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// A warning.
    #[default]
    Open,
    /// An error.
    Strict,
}
