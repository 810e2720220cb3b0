//! Comments as YAML: the entry of one comment, and a comments file with appended entries.

use crate::content::comment;
use crate::diagnostic::Diagnostic;
use crate::path::SourcePath;
use crate::time::TimeSpec;

/// A comment to be written to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentEntry {
    /// Id, unique in the file.
    pub id: String,
    /// Displayed name.
    pub author: String,
    /// Time of writing, in Unix seconds.
    pub date: i64,
    /// Text in restricted Markdown.
    pub text: String,
    /// Id of the comment that it answers.
    pub reply_to: Option<String>,
    /// URL of the writer.
    pub url: Option<String>,
}

/// Appends entries to a comments file. The existing bytes are not changed.
///
/// # Errors
/// If the file has errors, or is not a YAML list to which lines can be appended.
pub fn append(path: &SourcePath, text: &str, entries: &[CommentEntry]) -> Result<String, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let existing = comment::parse(path, text, &mut diagnostics);
    diagnostics.retain(Diagnostic::is_error);
    let Some(existing) = existing else { return Err(diagnostics) };
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let is_item = |line: &&str| line.trim_start_matches(' ').starts_with("- ") || line.trim() == "-";
    let indent = text.lines().find(is_item).map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let mut new = text.to_owned();
    if !new.is_empty() && !new.ends_with('\n') {
        new.push_str(line_end);
    }
    for entry in entries {
        for line in entry.yaml().lines() {
            let spaces = if line.is_empty() { 0 } else { indent };
            new.push_str(&format!("{}{line}{line_end}", " ".repeat(spaces)));
        }
    }
    let mut reported = Vec::new();
    let after = comment::parse(path, &new, &mut reported);
    let ids = |comments: &[comment::Comment]| comments.iter().map(|comment| comment.id.clone()).collect::<Vec<_>>();
    let expected: Vec<String> =
        ids(&existing).into_iter().chain(entries.iter().map(|entry| entry.id.clone())).collect();
    if after.is_some_and(|after| ids(&after) == expected) {
        return Ok(new);
    }
    reported.retain(Diagnostic::is_error);
    if reported.is_empty() || comment::parse(path, text, &mut Vec::new()).is_some() {
        let message = "no comment can be appended to this file";
        let help = "write the file as a list in which each comment begins with `- ` at the start of a line";
        let diagnostic = Diagnostic::error("comments", message).at(path, crate::diagnostic::Span::Whole).help(help);
        reported.insert(0, diagnostic);
    }
    Err(reported)
}

impl CommentEntry {
    /// Returns the lines of the entry in a YAML list.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut yaml = format!("- id: {}\n  author: {}\n", self.id, quoted(&self.author));
        yaml.push_str(&format!("  date: {}\n", TimeSpec::Instant(self.date)));
        for (key, value) in [("reply_to", &self.reply_to), ("url", &self.url)] {
            if let Some(value) = value {
                yaml.push_str(&format!("  {key}: {}\n", quoted(value)));
            }
        }
        yaml + &format!("  text: {}\n", block(&self.text, 4))
    }
}

/// Writes a text of several lines as a block scalar, others in quotes.
pub(super) fn block(text: &str, indent: usize) -> String {
    let is_plain = |c: char| c == '\n' || !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let lines_are_plain = text.lines().all(|line| !line.ends_with([' ', '\t']));
    let is_block = text.contains('\n')
        && text.chars().all(is_plain)
        && !text.starts_with([' ', '\t', '\n'])
        && !text.ends_with('\n')
        && lines_are_plain;
    if !is_block {
        return quoted(text);
    }
    let spaces = " ".repeat(indent);
    let lines = text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("\n{spaces}{line}") });
    format!("|-{}", lines.collect::<String>())
}

/// Writes a text as a double-quoted YAML scalar.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path() -> SourcePath {
        SourcePath::new("content/comments/tide.yaml").unwrap()
    }

    fn entry(id: &str, text: &str) -> CommentEntry {
        CommentEntry {
            id: id.into(),
            author: "Ann".into(),
            date: 1_780_000_000,
            text: text.into(),
            reply_to: None,
            url: None,
        }
    }

    #[test]
    fn entries_are_written_after_those_of_authors() {
        let check = |existing: &str, after: &str| {
            assert_eq!(append(&path(), existing, &[entry("n", "One\n\ntwo")]).unwrap(), after, "{existing}");
        };
        let new = "- id: n\n  author: \"Ann\"\n  date: 2026-05-28T20:26:40Z\n  text: |-\n    One\n\n    two\n";
        check("", new);
        check("# nothing yet\n", &format!("# nothing yet\n{new}"));
        let hand = "# ours\n- { id: a, author: B, date: 2026-06-01, text: \"x\" }   # kept";
        check(hand, &format!("{hand}\n{new}"));
        let indented = new.replace("\n  ", "\n    ").replace("- id", "  - id");
        let list = "  - id: a\n    author: B\n    date: 2026-06-01\n    text: x\n";
        check(list, &format!("{list}{indented}"));
        let windows = "- { id: a, author: B, date: 2026-06-01, text: x }\r\n";
        check(windows, &format!("{windows}{}", new.replace('\n', "\r\n")));
    }

    #[test]
    fn lists_that_nothing_can_be_written_behind_are_left_alone() {
        let check = |text: &str| {
            let diagnostics = append(&path(), text, &[entry("n", "x")]).unwrap_err();
            assert!(!diagnostics.is_empty() && diagnostics.iter().all(Diagnostic::is_error), "{diagnostics:?}");
        };
        check("[{ id: a, author: B, date: 2026-06-01, text: x }]\n");
        check("- { id: a, author: B, date: 2026-06-01, text: x }\n...\n");
        check("- { id: a, author: B, text: x }\n");
        check("- { id: n, author: B, date: 2026-06-01, text: x }\n");
    }

    proptest! {
        #[test]
        fn whatever_a_reader_wrote_is_read_as_it_was_written(author in "\\PC{0,20}", text in "[ -~\\n\\t\u{7f}\u{85}\u{2028}\u{feff}äé🎉&*|>:#\"'\\-]{0,80}") {
            let entries = [CommentEntry { author, ..entry("a", &text) }, entry("b", "last")];
            let file = append(&path(), "", &entries);
            prop_assert!(file.is_ok(), "{:?}", file);
            let read: Vec<crate::content::kinds::CommentFrontMatter> = serde_yaml::from_str(&file.unwrap()).unwrap();
            prop_assert_eq!(&read[0].text, &text);
            prop_assert_eq!(&read[0].author, &entries[0].author);
            prop_assert_eq!(&read[1].text, "last");
        }
    }
}
