//! What front matter is made of: pictures, sources, corrections, links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::TimeSpec;

/// A picture with what must be said of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// A file beside the text, or a path from `static/` beginning with `/`.
    pub src: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The line under it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// Something that the reporting rests on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: Option<String>,
    /// An archived copy.
    pub archived: Option<String>,
    /// What it was used for.
    pub note: Option<String>,
}

/// Something put right after publication.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// When.
    pub date: TimeSpec,
    /// What.
    pub text: String,
    /// Of which kind.
    #[serde(default)]
    pub kind: CorrectionKind,
}

/// What a correction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CorrectionKind {
    /// Something was wrong.
    #[default]
    Correction,
    /// Something was unclear.
    Clarification,
    /// Something was added.
    Update,
}

impl CorrectionKind {
    /// The word in front matter and in class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CorrectionKind::Correction => "correction",
            CorrectionKind::Clarification => "clarification",
            CorrectionKind::Update => "update",
        }
    }
}

/// A labelled link.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LabeledLink {
    /// The words.
    pub label: String,
    /// The address.
    pub url: String,
}
