//! The levels of errors that leave a site publishable.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{fields, inert};
use crate::diagnostic::{CheckGroup, Diagnostic, Level};

fields! {
    /// The levels of errors that leave the site publishable, by group.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct ChecksConfig {
        /// Links to pages or files that do not exist.
        pub links: CheckLevel,
        /// Links to headings or ids that do not exist.
        pub fragments: CheckLevel,
        /// Images that do not exist.
        pub images: CheckLevel,
        /// Ids that are given twice.
        pub ids: CheckLevel,
        /// Files that finished pages load and that do not exist.
        pub files: CheckLevel,
        /// Redirects to what does not exist.
        pub redirects: CheckLevel,
        /// Structured data that lacks what search engines ask of it.
        pub structured_data: CheckLevel,
    }
}

inert!(CheckLevel);

/// The level of the errors of a [`CheckGroup`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckLevel {
    /// An error.
    #[default]
    Error,
    /// A warning.
    Warn,
}

impl ChecksConfig {
    /// Makes warnings of the errors whose group has the level [`CheckLevel::Warn`].
    pub(crate) fn apply(&self, diagnostics: &mut [Diagnostic]) {
        for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.is_error()) {
            if diagnostic.group.is_some_and(|group| self.level(group) == CheckLevel::Warn) {
                diagnostic.level = Level::Warning;
            }
        }
    }

    fn level(&self, group: CheckGroup) -> CheckLevel {
        match group {
            CheckGroup::Links => self.links,
            CheckGroup::Fragments => self.fragments,
            CheckGroup::Images => self.images,
            CheckGroup::Ids => self.ids,
            CheckGroup::Files => self.files,
            CheckGroup::Redirects => self.redirects,
            CheckGroup::StructuredData => self.structured_data,
        }
    }
}
