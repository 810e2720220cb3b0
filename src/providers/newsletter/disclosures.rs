//! Checks what readers must be told before they give an email address: what they will get, how often, and how to
//! unsubscribe.
//!
//! The privacy page, which is one for the whole site, is checked by `site`.

use crate::content::document::Document;
use crate::content::kinds::NewsletterFrontMatter;
use crate::diagnostic::{Diagnostic, Span};

/// Reports missing disclosures of a newsletter, at its title, since a missing key has no location.
pub fn check_disclosures(document: &Document<NewsletterFrontMatter>, diagnostics: &mut Vec<Diagnostic>) {
    let front_matter = &document.front_matter;
    let mut need = |key: &str, value: Option<&str>, why: &str, example: &str| {
        if value.is_some_and(|text| !text.trim().is_empty()) {
            return;
        }
        let span = if value.is_some() { Span::key(key) } else { Span::key("title") };
        diagnostics.push(
            Diagnostic::error("newsletter", format!("the newsletter has no `{key}`: {why}"))
                .at(&document.path, span)
                .help(format!("write `{key}: \"{example}\"`, for example")),
        );
    };
    need(
        "consent",
        front_matter.consent.as_deref(),
        "readers who sign up agree to the text beside the button only; in many countries this is required by law",
        "You get one email a week, and can unsubscribe with one click.",
    );
    need(
        "frequency",
        front_matter.frequency.as_deref(),
        "readers agree to this number of emails, and report more as spam",
        "every Friday",
    );
}
