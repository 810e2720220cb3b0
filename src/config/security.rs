//! The response headers that hosts send with the pages, to restrict what a page can load and run, and how to report a
//! vulnerability.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{ContactUrl, fields};
use crate::csp::SourceLists;
use crate::diagnostic::Span;
use crate::time::TimeSpec;

fields! {
    /// The response headers that hosts send with the pages, and how to report a vulnerability.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct Security {
        /// Whether the output has a file `_headers`, which Netlify, Cloudflare Pages and others read.
        pub headers: bool,
        /// Sources that the Content-Security-Policy allows besides those it needs: `{ frame-src: [https://video.example] }`.
        pub allow: SourceLists,
        /// Where to report a vulnerability of the site, `mailto:security@paper.example`, for `security.txt`.
        pub contact: Option<ContactUrl>,
        /// The time until which `contact` is valid, at most a year ahead.
        pub expires: Option<TimeSpec>,
    }
}

impl Security {
    /// Reports a contact without a time, a time without a contact, and a contact that is not encrypted.
    pub(super) fn check(&self, report: &mut dyn FnMut(Span, String, &str)) {
        let key = |key: &str| Span::Key(vec!["security".into(), key.into()]);
        if self.contact.is_some() && self.expires.is_none() {
            let help =
                "write `expires: 2027-05-01`, for example, a day within the next year on which to look at it again";
            report(key("contact"), "a `contact` for security.txt requires `expires`".into(), help);
        }
        if self.contact.is_none() && self.expires.is_some() {
            let help = "write `contact: mailto:security@example.org`, for example";
            report(key("expires"), "`expires` is for security.txt, which requires a `contact`".into(), help);
        }
        // RFC 9116, section 2.5.3.
        if self.contact.as_deref().is_some_and(|contact| contact.starts_with("http://")) {
            let spot = Span::Value(vec!["security".into(), "contact".into()]);
            report(spot, "the `contact` for security.txt begins with http://".into(), "write it with `https://`");
        }
    }
}
