//! Diagnostics as JUnit XML, which most systems of continuous integration show: a test case for each.

use std::fmt::Write;

use super::ResolvedDiagnostic;
use crate::html::{escape_xml, valid_chars};

/// Returns the document of a run. What makes the run fail is a failure, with `is_strict` warnings too; other diagnostics
/// are the output of test cases that pass. A run without diagnostics has one test case, which passes.
#[must_use]
pub fn document(diagnostics: &[ResolvedDiagnostic], folder: &str, is_strict: bool) -> String {
    let failures = diagnostics.iter().filter(|diagnostic| diagnostic.diagnostic.fails(is_strict)).count();
    let counts = format!("name=\"handbill\" tests=\"{}\" failures=\"{failures}\"", diagnostics.len().max(1));
    let mut xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n<testsuite {counts}>\n");
    if diagnostics.is_empty() {
        xml += "<testcase classname=\"site\" name=\"nothing is reported\"/>\n";
    }
    for diagnostic in diagnostics {
        let file = diagnostic.file().map(|file| format!("{folder}{file}"));
        let line = diagnostic.line.map(|line| format!(":{line}")).unwrap_or_default();
        let report = &diagnostic.diagnostic;
        let message = quoted(&report.message);
        let text = quoted(&diagnostic.message_and_help());
        let place = file.as_deref().map(|file| format!("{file}{line}")).unwrap_or_default();
        let place = quoted(&place);
        let class = quoted(file.as_deref().unwrap_or("site"));
        // Writing into a string cannot fail.
        let _ = match report.fails(is_strict) {
            true => writeln!(
                xml,
                "<testcase classname=\"{class}\" name=\"{message}\">\
                 <failure type=\"{}\" message=\"{message}\">{place}\n{text}</failure></testcase>",
                quoted(&report.code),
            ),
            false => writeln!(
                xml,
                "<testcase classname=\"{class}\" name=\"{message}\">\
                 <system-out>{}: {place}\n{text}</system-out></testcase>",
                report.level,
            ),
        };
    }
    xml + "</testsuite>\n</testsuites>\n"
}

/// Escapes a text for XML 1.0, without the characters that it forbids.
fn quoted(text: &str) -> String {
    escape_xml(&valid_chars(text).collect::<String>()).into_owned()
}
