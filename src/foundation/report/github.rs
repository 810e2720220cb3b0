//! Diagnostics as workflow commands of GitHub Actions, which shows each at its line of a change.

use super::ResolvedDiagnostic;
use crate::diagnostic::Level;

/// Returns a diagnostic as a workflow command: `::error file=…,line=…,col=…,title=…::message`. `folder` is the path of
/// the site's folder from that of the repository, empty or with a slash at its end.
#[must_use]
pub fn command(diagnostic: &ResolvedDiagnostic, folder: &str) -> String {
    let level = match diagnostic.diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = [
        ("file", diagnostic.file().map(|file| format!("{folder}{file}"))),
        ("line", diagnostic.line.map(|line| line.to_string())),
        ("col", diagnostic.column.map(|column| column.to_string())),
        ("title", Some(diagnostic.diagnostic.code.to_string())),
    ];
    let place = place.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", property(&value?))));
    let place: Vec<String> = place.collect();
    format!("::{level} {}::{}\n", place.join(","), escaped(&diagnostic.message_and_help()))
}

/// Escapes a message as GitHub's toolkit does (`escapeData`).
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property as GitHub's toolkit does (`escapeProperty`).
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, Span};

    #[test]
    fn what_a_command_means_otherwise_is_escaped() {
        let check = |diagnostic: Diagnostic, expected: &str| {
            assert_eq!(command(&ResolvedDiagnostic::of(diagnostic, |_| None), "site/"), format!("{expected}\n"));
        };
        let diagnostic = Diagnostic::warning("link", "100%\r\nsure::").at("content/a,b:c.md", Span::Line(3, 7));
        check(
            diagnostic.help("fix it"),
            "::warning file=site/content/a%2Cb%3Ac.md,line=3,col=7,title=link::100%25%0D%0Asure::%0Ahelp: fix it",
        );
        check(Diagnostic::note("page", "fine"), "::notice title=page::fine");
    }
}
