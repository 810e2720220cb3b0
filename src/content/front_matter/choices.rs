//! Enumerations: keys with a fixed set of values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of text of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// News reporting.
    News,
    /// Analysis of the news.
    Analysis,
    /// An opinion.
    Opinion,
    /// Background that explains a subject.
    Explainer,
    /// A statement written by an organisation.
    PressRelease,
    /// Paid content.
    Sponsored,
}

impl Label {
    /// Returns the value in front matter and class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Label::News => "news",
            Label::Analysis => "analysis",
            Label::Opinion => "opinion",
            Label::Explainer => "explainer",
            Label::PressRelease => "press-release",
            Label::Sponsored => "sponsored",
        }
    }
}

/// Whether readers may comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CommentsState {
    /// Comments are shown, and readers may send new ones.
    #[default]
    Open,
    /// Comments are shown, and no new ones are accepted.
    Closed,
    /// Comments are not shown, and none are accepted.
    Off,
}

/// A menu of the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Menu {
    /// In the header, beside the sections.
    Header,
    /// In the footer of each page.
    Footer,
    /// In no menu.
    None,
}

/// The order in which the parts of a series are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesOrder {
    /// By publication time, the oldest first.
    #[default]
    OldestFirst,
    /// By publication time, the newest first.
    NewestFirst,
}
