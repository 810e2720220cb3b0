//! Structures inside front matter: citations, corrections, links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{ContactUrl, Prose, Verbatim, WebUrl, fields, inert};
use crate::time::TimeSpec;

fields! {
    /// A citation: a source of the reporting.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Citation {
        /// The title of the source.
        pub title: Prose,
        /// The URL of the source.
        pub url: Option<WebUrl>,
        /// The URL of an archived copy.
        pub archived: Option<WebUrl>,
        /// A note on how the source was used.
        pub note: Option<Prose>,
    }

    /// A correction, clarification or update after publication.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Correction {
        /// The date of the correction.
        pub date: TimeSpec,
        /// What was corrected.
        pub text: Prose,
        /// The kind: `correction` (default), `clarification` or `update`.
        #[serde(default)]
        pub kind: CorrectionKind,
    }
}

/// The kind of a correction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CorrectionKind {
    /// An error was corrected.
    #[default]
    Correction,
    /// An unclear passage was made clear.
    Clarification,
    /// New information was added.
    Update,
}

inert!(CorrectionKind);

impl CorrectionKind {
    /// Returns the value in front matter and class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CorrectionKind::Correction => "correction",
            CorrectionKind::Clarification => "clarification",
            CorrectionKind::Update => "update",
        }
    }
}

fields! {
    /// A link with a label.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct LabeledLink {
        /// The text of the link.
        pub label: Verbatim,
        /// The URL.
        pub url: ContactUrl,
    }
}
