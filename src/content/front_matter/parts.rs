//! What front matter is made of: pictures, sources, corrections, links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{AltText, ContactUrl, ImageRef, Prose, Verbatim, WebUrl, fields, inert};
use crate::time::TimeSpec;

fields! {
    /// A picture with what must be said of it.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Image {
        /// A file beside the text, or a path from `static/` beginning with `/`.
        pub src: ImageRef,
        /// What it shows, for those who do not see it.
        pub alt: AltText,
        /// The line under it.
        pub caption: Option<Prose>,
        /// Who made it.
        pub credit: Option<Verbatim>,
    }

    /// Something that the reporting rests on.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Citation {
        /// What it is.
        pub title: Prose,
        /// Where it is.
        pub url: Option<WebUrl>,
        /// An archived copy.
        pub archived: Option<WebUrl>,
        /// What it was used for.
        pub note: Option<Prose>,
    }

    /// Something put right after publication.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Correction {
        /// When.
        pub date: TimeSpec,
        /// What.
        pub text: Prose,
        /// Of which kind.
        #[serde(default)]
        pub kind: CorrectionKind,
    }
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

inert!(CorrectionKind);

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

fields! {
    /// A labelled link.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct LabeledLink {
        /// The words.
        pub label: Verbatim,
        /// The address.
        pub url: ContactUrl,
    }
}
