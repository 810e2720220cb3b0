//! What readers are offered: announcements, newsletters, comments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{FormUrl, NewsletterId, Prose, SiteUrl, Verbatim, fields, inert};
use crate::content::front_matter::{CommentsState, Extra};
use crate::diagnostic::Diagnostic;
use crate::providers::comments::CommentProvider;
use crate::time::TimeSpec;

fields! {
    /// A house announcement.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Promo {
        /// The words.
        pub text: Prose,
        /// Where it leads.
        pub url: Option<SiteUrl>,
        /// From when.
        pub starts: Option<TimeSpec>,
        /// Until when.
        pub ends: Option<TimeSpec>,
    }

    /// Which newsletter is offered by default.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct NewslettersConfig {
        /// The id of a newsletter, or `none`; the first newsletter when absent.
        pub default: Option<NewsletterId>,
    }

    /// Readers' comments.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct CommentsConfig {
        /// Where they are kept: `files`, `none`, or a service with its settings, `{ kind: isso, host: … }`.
        pub provider: CommentProviderConfig,
        /// The default of an article's `comments`.
        pub default: CommentsState,
        /// The email address to which readers send a comment.
        pub email: Option<Verbatim>,
        /// The URL to which the form "send a comment" posts.
        pub form: Option<FormUrl>,
    }
}

/// Where comments are kept, as it was written; [`CommentProvider::read`] says what it means.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommentProviderConfig(Extra);

inert!(CommentProviderConfig);

impl CommentProviderConfig {
    /// What it means. Mistakes go into `diagnostics`.
    pub fn provider(&self, diagnostics: &mut Vec<Diagnostic>) -> CommentProvider {
        CommentProvider::read(&self.0.value(), super::FILE, diagnostics)
    }
}

impl Default for CommentProviderConfig {
    fn default() -> CommentProviderConfig {
        CommentProviderConfig(Extra::from(&serde_json::json!("files")))
    }
}

impl JsonSchema for CommentProviderConfig {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CommentsProvider".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "object"] })
    }
}
