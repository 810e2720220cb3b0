//! Splits a Markdown file into the front matter between two `---` lines and the Markdown below.

use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;

/// A Markdown file, split into front matter and text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitFile<'a> {
    /// YAML between the `---` lines.
    pub yaml: &'a str,
    /// Byte offset of the YAML in the file. Its first line is line 2.
    pub yaml_at: usize,
    /// Markdown below the front matter.
    pub text: &'a str,
    /// Byte offset of the Markdown in the file.
    pub text_at: usize,
}

/// Splits a Markdown file into front matter and text. A byte order mark and Windows line endings are accepted.
///
/// # Errors
/// If the file does not begin with a `---` line, or no second one follows.
pub fn split<'a>(file: &SourcePath, content: &'a str) -> Result<SplitFile<'a>, Diagnostic> {
    let error = |line: usize, message: &str, help: &str| {
        Diagnostic::error("front-matter", message).at(file, Span::Line(line, 1)).help(help)
    };
    let bom_length = if content.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let is_rule = |line: &str| line.trim_end() == "---";
    let first = content[bom_length..].split_inclusive('\n').next().unwrap_or_default();
    if !is_rule(first) {
        return Err(error(1, "no front matter", missing_front_matter_help(&content[bom_length..])));
    }
    let yaml_at = bom_length + first.len();
    let mut at = yaml_at;
    for line in content[yaml_at..].split_inclusive('\n') {
        if is_rule(line) {
            let text_at = at + line.len();
            return Ok(SplitFile { yaml: &content[yaml_at..at], yaml_at, text: &content[text_at..], text_at });
        }
        at += line.len();
    }
    Err(error(1, "the front matter is opened and never closed", "close it with a line `---`"))
}

/// Returns the help text for a file that does not begin with a `---` line.
fn missing_front_matter_help(content: &str) -> &'static str {
    let above = content.len() - content.trim_start().len();
    let first = content.trim_start().lines().next().unwrap_or_default().trim_end();
    let is_of_dashes = first.chars().count() > 1 && first.chars().all(|c| matches!(c, '-' | '–' | '—'));
    match first {
        "---" if content[..above].contains('\n') => "delete the empty lines above the first `---`",
        "---" => "delete the characters before the first `---` on its line",
        "+++" => "this is TOML; Handbill reads YAML, `title: …`, between two lines `---`",
        "{" => "this is JSON; Handbill reads YAML, `title: …`, between two lines `---`",
        _ if is_of_dashes => "write three hyphens, `---`, in the lines above and below the keys",
        _ => "begin the file with a line `---`, then keys such as `title:`, then another `---`",
    }
}

/// Returns the YAML of a source and its byte offset: the front matter of Markdown, the whole of other files.
#[must_use]
pub fn yaml_part<'a>(file: &SourcePath, content: &'a str) -> (&'a str, usize) {
    if file.extension() != "md" {
        let text = content.strip_prefix('\u{feff}').unwrap_or(content);
        return (text, content.len() - text.len());
    }
    split(file, content).map_or((&content[..0], 0), |split| (split.yaml, split.yaml_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_found_or_reported_as_missing() {
        let file = SourcePath::new("content/articles/a.md").unwrap();
        let check = |content: &str, expected: Result<(&str, &str), &str>| {
            let split = split(&file, content);
            let got = split.as_ref().map(|s| (s.yaml, s.text)).map_err(|diagnostic| diagnostic.message.as_str());
            assert_eq!(got, expected, "{content:?}");
        };
        check("---\ntitle: x\n---\nText\n", Ok(("title: x\n", "Text\n")));
        check("\u{feff}---\r\ntitle: x\r\n---\r\nText", Ok(("title: x\r\n", "Text")));
        check("---\n---", Ok(("", "")));
        check("", Err("no front matter"));
        check("Text\n---\n", Err("no front matter"));
        check("---\ntitle: x\n", Err("the front matter is opened and never closed"));
    }

    #[test]
    fn file_that_begins_otherwise_gets_the_help_that_fits() {
        let check = |content: &str, help: &str| {
            let missing_front_matter_help = missing_front_matter_help(content);
            assert!(missing_front_matter_help.contains(help), "{content:?}: {missing_front_matter_help}");
        };
        check("\n\n---\ntitle: x\n---\n", "delete the empty lines above");
        check(" \n---\ntitle: x\n---\n", "delete the empty lines above");
        check(" ---\ntitle: x\n---\n", "delete the characters before");
        check("+++\ntitle = 'x'\n+++\n", "this is TOML");
        check("{\n\"title\": \"x\"\n}\n", "this is JSON");
        check("—\n-", "begin the file");
        check("—-\ntitle: x\n", "three hyphens");
        check("----\ntitle: x\n", "three hyphens");
        check("title: x\n", "begin the file");
        check("", "begin the file");
    }
}
