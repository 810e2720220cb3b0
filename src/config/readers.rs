//! Settings of what readers see and use: promos, newsletters, comments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{FormUrl, NewsletterId, Prose, SiteUrl, Verbatim, fields, inert};
use crate::content::front_matter::{CommentsState, Extra};
use crate::diagnostic::Diagnostic;
use crate::providers::comments::CommentProvider;
use crate::time::TimeSpec;

fields! {
    /// A promo: an announcement of the publisher, shown on pages.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Promo {
        /// The text of the promo.
        pub text: Prose,
        /// The URL that the promo links to.
        pub url: Option<SiteUrl>,
        /// The time from which it is shown; always when absent.
        pub starts: Option<TimeSpec>,
        /// The time at which it is no longer shown; never when absent.
        pub ends: Option<TimeSpec>,
    }

    /// The newsletter offered by default.
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
        /// Where comments are kept: `files`, `none`, or a service with its settings, `{ kind: isso, host: … }`.
        pub provider: CommentProviderConfig,
        /// The default of the key `comments` of articles.
        pub default: CommentsState,
        /// The email address to which readers send a comment.
        pub email: Option<Verbatim>,
        /// The URL to which the form "send a comment" posts.
        pub form: Option<FormUrl>,
    }
}

/// The provider of comments as written in the settings; [`CommentProvider::read`] parses it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommentProviderConfig(Extra);

inert!(CommentProviderConfig);

impl CommentProviderConfig {
    /// Parses the provider. Errors go into `diagnostics`.
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
