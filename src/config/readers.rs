//! What readers are offered: announcements, newsletters, comments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::front_matter::CommentsState;
use crate::time::When;

/// A house announcement.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Promo {
    /// The words.
    pub text: String,
    /// Where it leads.
    pub url: Option<String>,
    /// From when.
    pub starts: Option<When>,
    /// Until when.
    pub ends: Option<When>,
}

/// Which list is offered where nothing else is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Newsletters {
    /// A list's id, or `none`; the first list when absent.
    pub default: Option<String>,
}

/// Readers' comments.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Comments {
    /// Where they are kept.
    pub provider: CommentsProvider,
    /// What holds for an article that says nothing.
    pub default: CommentsState,
    /// The address to which readers send one.
    pub email: Option<String>,
    /// Where the form "send a comment" posts to.
    pub form: Option<String>,
}

/// Where comments are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CommentsProvider {
    /// In `content/comments/`.
    #[default]
    Files,
    /// Nowhere: no comments.
    None,
}
