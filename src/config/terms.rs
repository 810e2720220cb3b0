//! Sections, and how strict the ids of other terms are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::front_matter::Label;
use crate::yaml::non_empty;

/// A section of the paper.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name in front matter and URLs.
    pub id: String,
    /// Its name for readers.
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// One or two sentences.
    pub summary: Option<String>,
    /// The label of its articles.
    pub label: Option<Label>,
    /// The list offered on its articles, or `none`.
    pub newsletter: Option<String>,
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
