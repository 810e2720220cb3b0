//! Takes a Markdown file apart: the front matter between two `---` lines, and the text below it.

use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;

/// Front matter and the text below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitFile<'a> {
    /// The YAML between the `---` lines.
    pub yaml: &'a str,
    /// The byte of the file at which the YAML begins; its first line is line 2.
    pub yaml_at: usize,
    /// The Markdown.
    pub text: &'a str,
    /// The byte of the file at which the Markdown begins.
    pub text_at: usize,
}

/// Takes front matter and text apart. A byte order mark and Windows line ends are fine.
///
/// # Errors
/// When the file does not begin with a `---` line, or no second one follows.
pub fn split<'a>(file: &SourcePath, content: &'a str) -> Result<SplitFile<'a>, Diagnostic> {
    let error = |line: usize, message: &str, help: &str| {
        Diagnostic::error("front-matter", message).at(file, Span::Line(line, 1)).help(help)
    };
    let mark = if content.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let is_rule = |line: &str| line.trim_end() == "---";
    let first = content[mark..].split_inclusive('\n').next().unwrap_or_default();
    if !is_rule(first) {
        return Err(error(1, "no front matter", beginning(&content[mark..])));
    }
    let yaml_at = mark + first.len();
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

/// What to do about a file that does not begin with a `---` line.
fn beginning(content: &str) -> &'static str {
    let above = content.len() - content.trim_start().len();
    let first = content.trim_start().lines().next().unwrap_or_default().trim_end();
    let is_of_dashes = first.chars().count() > 1 && first.chars().all(|c| matches!(c, '-' | '–' | '—'));
    match first {
        "---" if content[..above].contains('\n') => "delete the empty lines above the first `---`",
        "---" => "delete what stands before the first `---` on its line",
        "+++" => "this is TOML; Handbill reads YAML, `title: …`, between two lines `---`",
        "{" => "this is JSON; Handbill reads YAML, `title: …`, between two lines `---`",
        _ if is_of_dashes => "the line above the keys, and the one below, is three hyphens: `---`",
        _ => "begin the file with a line `---`, then keys such as `title:`, then another `---`",
    }
}

/// The part of a source file that is YAML, and its first byte: the front matter of Markdown, the whole of others.
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
    fn front_matter_is_found_or_missed_out_loud() {
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
            let beginning = beginning(content);
            assert!(beginning.contains(help), "{content:?}: {beginning}");
        };
        check("\n\n---\ntitle: x\n---\n", "delete the empty lines above");
        check(" \n---\ntitle: x\n---\n", "delete the empty lines above");
        check(" ---\ntitle: x\n---\n", "delete what stands before");
        check("+++\ntitle = 'x'\n+++\n", "this is TOML");
        check("{\n\"title\": \"x\"\n}\n", "this is JSON");
        check("—\n-", "begin the file");
        check("—-\ntitle: x\n", "three hyphens");
        check("----\ntitle: x\n", "three hyphens");
        check("title: x\n", "begin the file");
        check("", "begin the file");
    }
}
