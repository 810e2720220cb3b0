//! Diagnostics as people and programs read them: each with its line, column and snippet.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};
use serde::Serialize;

use crate::content::document::yaml_part;
use crate::diagnostic::{Diagnostic, Level, Place, Spot};
use crate::path::ContentPath;
use crate::yaml;

/// A diagnostic whose place was looked up in its file.
#[derive(Clone, Debug)]
pub struct Located {
    diagnostic: Diagnostic,
    text: Option<String>,
    range: Range<usize>,
    line: Option<usize>,
    column: Option<usize>,
}

/// One line of `--format json`.
#[derive(Debug, Serialize)]
pub struct Json<'a> {
    level: Level,
    code: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<&'a str>,
}

impl Located {
    /// Looks up a diagnostic's place; `read` gives a file's text by its path.
    pub fn of(diagnostic: Diagnostic, read: impl Fn(&str) -> Option<String>) -> Located {
        let Some(place) = &diagnostic.place else {
            return Located { diagnostic, text: None, range: 0..0, line: None, column: None };
        };
        let text = read(&place.file).filter(|_| place.spot != Spot::Whole);
        let range = text.as_deref().map_or(0..0, |text| range_of(place, text));
        let (line, column) = match (&text, &place.spot) {
            (Some(text), _) => Some(line_and_column(text, range.start)).unzip(),
            (None, Spot::Line(line, column)) => (Some(*line), Some(*column)),
            (None, _) => (None, None),
        };
        Located { text, range, line, column, diagnostic }
    }

    /// The file, line and column, as far as they are known: the order in which diagnostics are told.
    #[must_use]
    pub fn place(&self) -> (Option<&str>, Option<usize>, Option<usize>) {
        (self.diagnostic.place.as_ref().map(|place| place.file.as_str()), self.line, self.column)
    }

    /// The diagnostic as one JSON object.
    #[must_use]
    pub fn json(&self) -> Json<'_> {
        Json {
            level: self.diagnostic.level,
            code: &self.diagnostic.code,
            message: &self.diagnostic.message,
            file: self.diagnostic.place.as_ref().map(|place| place.file.as_str()),
            line: self.line,
            column: self.column,
            help: self.diagnostic.help.as_deref(),
        }
    }

    /// The diagnostic as a picture of its place, with or without colour.
    #[must_use]
    pub fn picture(&self, in_colour: bool) -> String {
        let severity = match self.diagnostic.level {
            Level::Error => Severity::ERROR,
            Level::Warning => Severity::WARNING,
        };
        let title = severity.primary_title(printable(&self.diagnostic.message)).id(self.diagnostic.code.as_ref());
        let mut group = Group::with_title(title);
        if let Some(place) = &self.diagnostic.place {
            group = match &self.text {
                Some(text) => {
                    let (excerpt, first, range) = excerpt(text, &self.range);
                    let annotation = AnnotationKind::Primary.span(range);
                    let snippet = Snippet::source(excerpt).path(place.file.clone()).line_start(first);
                    group.element(snippet.annotation(annotation))
                }
                None => group.element(annotate_snippets::Origin::path(self.address(place))),
            };
        }
        if let Some(help) = &self.diagnostic.help {
            group = group.element(Severity::HELP.message(printable(help)));
        }
        let renderer = if in_colour { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }

    fn address(&self, place: &Place) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", place.file),
            _ => place.file.clone(),
        }
    }
}

/// Text that cannot move the cursor or change colours.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

fn range_of(place: &Place, text: &str) -> Range<usize> {
    let bounded = |range: Range<usize>| {
        let start = floor(text, range.start);
        start..floor(text, range.end.max(start))
    };
    match &place.spot {
        Spot::Whole => 0..0,
        Spot::Bytes(range) => bounded(range.clone()),
        Spot::Line(line, column) => {
            let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let rest = text[start..].lines().next().unwrap_or_default();
            let skip: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
            let word = rest[skip..].chars().next().map_or(0, char::len_utf8);
            bounded(start + skip..start + skip + word)
        }
        Spot::Key(path) | Spot::Value(path) => {
            let Ok(file) = ContentPath::new(&place.file) else { return 0..0 };
            let (block, at) = yaml_part(&file, text);
            let Some((key, value)) = yaml::locate(block, path) else { return at..at };
            let found = if matches!(place.spot, Spot::Value(_)) && !value.is_empty() { value } else { key };
            // A value of several lines is shown by its first.
            let end = block[found.clone()].find('\n').map_or(found.end, |newline| found.start + newline);
            bounded(at + found.start..at + end)
        }
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Line and column, both counted from 1, the column in characters.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// The line of a range by itself, cut where it is very long; the line's number; the range within the excerpt.
fn excerpt(text: &str, range: &Range<usize>) -> (String, usize, Range<usize>) {
    const WIDEST: usize = 160;
    let line_start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[range.start..].find('\n').map_or(text.len(), |newline| range.start + newline);
    let from = if range.start - line_start > WIDEST { floor(text, range.start - WIDEST / 2) } else { line_start };
    let to = floor(text, line_end.min(from + 2 * WIDEST)).max(range.start);
    let number = text[..line_start].matches('\n').count() + 1;
    let end = range.end.clamp(range.start, to);
    let line = &text[from..to];
    let mut shown = String::with_capacity(line.len());
    let (mut start_at, mut end_at) = (0, 0);
    for (offset, c) in line.char_indices() {
        if from + offset == range.start {
            start_at = shown.len();
        }
        if from + offset == end {
            end_at = shown.len();
        }
        shown.push(if c.is_control() && c != '\t' { ' ' } else { c });
    }
    if range.start >= to {
        start_at = shown.len();
    }
    if end >= to {
        end_at = shown.len();
    }
    let trimmed = shown.trim_end().len();
    let start_at = start_at.min(trimmed);
    let end_at = end_at.clamp(start_at, trimmed.max(start_at));
    shown.truncate(trimmed.max(end_at));
    (shown, number, start_at..end_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_looks_like_the_contract_says() {
        let text = "---\ntitle: Hearing\ndate: 2026-11-24\nsumary: The board votes on Tuesday\n---\n";
        let diagnostic = Diagnostic::error("front-matter", "unknown key `sumary`")
            .at("content/articles/2026/hearing.md", Spot::key("sumary"))
            .help("did you mean `summary`?");
        let located = Located::of(diagnostic, |_| Some(text.to_owned()));
        let expected = "\
error[front-matter]: unknown key `sumary`
 --> content/articles/2026/hearing.md:4:1
  |
4 | sumary: The board votes on Tuesday
  | ^^^^^^
  |
  = help: did you mean `summary`?";
        assert_eq!(located.picture(false), expected);
        assert_eq!((located.line, located.column), (Some(4), Some(1)));
    }
}
