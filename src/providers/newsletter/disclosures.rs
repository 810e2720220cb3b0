//! Checks what readers must be told before they give an email address: what they will get, how often, and how to
//! unsubscribe.
//!
//! The privacy page, which is one for the whole site, is checked by `site`.

use crate::content::document::Document;
use crate::content::front_matter::NewsletterFrontMatter;
use crate::diagnostic::{Diagnostic, Span};

/// Reports missing disclosures of a newsletter, at its title, since a missing key has no location.
pub fn check_disclosures(document: &Document<NewsletterFrontMatter>, diagnostics: &mut Vec<Diagnostic>) {
    let front_matter = &document.front_matter;
    let mut need = |key: &str, value: Option<&str>, why: &str, example: &str| {
        if value.is_some_and(|text| !text.trim().is_empty()) {
            return;
        }
        let spot = if value.is_some() { Span::key(key) } else { Span::key("title") };
        diagnostics.push(
            Diagnostic::error("newsletter", format!("the list says no `{key}`: {why}"))
                .at(&document.path, spot)
                .help(format!("write `{key}: \"{example}\"`, for example")),
        );
    };
    need(
        "consent",
        front_matter.consent.as_deref(),
        "who gives an address agrees to what is said beside the button, and to nothing else; in many countries that is the law",
        "You get one email a week, and can leave with one click.",
    );
    need(
        "frequency",
        front_matter.frequency.as_deref(),
        "readers agree to a number of mails, and report what is more as spam",
        "every Friday",
    );
}
