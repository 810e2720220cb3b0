//! The words that some keys choose among.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of text an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Reporting.
    News,
    /// What the news means.
    Analysis,
    /// A point of view.
    Opinion,
    /// Background.
    Explainer,
    /// An organisation's own words.
    PressRelease,
    /// Paid for.
    Sponsored,
}

impl Label {
    /// The word in front matter and in class names.
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
    /// They may.
    #[default]
    Open,
    /// What was said stays; nothing new.
    Closed,
    /// No comments at all.
    Off,
}

/// A menu of the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Menu {
    /// Beside the sections.
    Header,
    /// At the foot of each page.
    Footer,
    /// None.
    None,
}

/// In which order the parts of a series are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesOrder {
    /// As they appeared.
    #[default]
    OldestFirst,
    /// The latest on top.
    NewestFirst,
}
