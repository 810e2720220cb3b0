//! Services that are told of what a deployment has changed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{Verbatim, WebUrl, fields};
use crate::diagnostic::Span;

fields! {
    /// Services that `handbill deploy` tells of what has changed.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct PingsConfig {
        /// A hub of WebSub, which sends changed feeds to those that have asked for them. Feeds name it.
        pub websub: Option<WebUrl>,
        /// Search engines that take URLs by IndexNow.
        pub indexnow: Option<IndexNow>,
    }
}

fields! {
    /// IndexNow: search engines are told which pages have changed.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct IndexNow {
        /// A key of your own: 8 to 128 letters, digits and `-`. It is public, in the file `indexnow.txt`.
        #[schemars(extend("examples" = ["2f1c0a9be7d348b6a5c4d3e2f1a0b9c8"]))]
        pub key: Verbatim,
        /// The URL of an engine; when absent, the one that tells all others.
        pub engine: Option<WebUrl>,
    }
}

impl PingsConfig {
    /// Reports a key that no engine takes.
    ///
    /// Source: <https://www.indexnow.org/documentation>
    pub(super) fn check(&self, report: &mut dyn FnMut(Span, String, &str)) {
        let Some(indexnow) = &self.indexnow else { return };
        let key = indexnow.key.as_str();
        let is_valid =
            (8..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_valid {
            let span = Span::Value(vec!["pings".into(), "indexnow".into(), "key".into()]);
            let help = "write 32 digits of your own: `openssl rand -hex 16` makes some; the key is public";
            report(span, "the key has not 8 to 128 letters, digits and `-`".into(), help);
        }
    }
}
