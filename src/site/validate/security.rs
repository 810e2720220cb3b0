//! Checks what a site says of its security against the clock.

use crate::diagnostic::{Diagnostic, Span};
use crate::site::SiteModel;

/// Reports a contact for vulnerabilities that is out of date (RFC 9116, section 2.5.5).
pub(super) fn check(model: &SiteModel, diagnostics: &mut Vec<Diagnostic>) {
    let Some(expires) = model.config.security.expires else { return };
    if expires.unix_seconds(&model.zone) <= model.clock {
        let help = "look at `contact`, and set `expires` to a day within the next year";
        diagnostics.push(
            Diagnostic::error("settings", "the contact for security.txt has expired")
                .at(crate::config::FILE, Span::Value(vec!["security".into(), "expires".into()]))
                .help(help),
        );
    }
}
