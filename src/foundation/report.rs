//! Diagnostics as people and programs read them: each with its line, column and snippet.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Level, Location, Span};
use crate::path::SourcePath;
use crate::yaml;
use crate::yaml::front_matter::yaml_part;

/// A file's text, and where its lines begin: thousands of diagnostics may be in one file.
#[derive(Debug)]
pub struct SourceText {
    text: String,
    starts: Vec<usize>,
    /// A place whose column was counted before, from which the next on its line goes on: start of the line, byte,
    /// characters between.
    counted: Cell<(usize, usize, usize)>,
}

/// A diagnostic whose place was looked up in its file.
#[derive(Clone, Debug)]
pub struct ResolvedDiagnostic {
    diagnostic: Diagnostic,
    text: Option<Rc<SourceText>>,
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

impl ResolvedDiagnostic {
    /// Looks up a diagnostic's place; `read` gives a file's text by its path.
    pub fn of(diagnostic: Diagnostic, read: impl Fn(&str) -> Option<Rc<SourceText>>) -> ResolvedDiagnostic {
        let Some(place) = &diagnostic.location else {
            return ResolvedDiagnostic { diagnostic, text: None, range: 0..0, line: None, column: None };
        };
        let text = if place.span == Span::Whole { None } else { read(&place.file) };
        let range = text.as_deref().map_or(0..0, |text| range_of(place, text));
        let (line, column) = match (&text, &place.span) {
            (Some(text), _) => Some(text.line_and_column(range.start)).unzip(),
            (None, Span::Line(line, column)) => (Some(*line), Some(*column)),
            (None, _) => (None, None),
        };
        let text = text.filter(|_| !matches!(place.span, Span::Hidden(_)));
        ResolvedDiagnostic { text, range, line, column, diagnostic }
    }

    /// The file, line and column, as far as they are known: the order in which diagnostics are told.
    #[must_use]
    pub fn place(&self) -> (Option<&str>, Option<usize>, Option<usize>) {
        (self.diagnostic.location.as_ref().map(|place| place.file.as_str()), self.line, self.column)
    }

    /// The diagnostic as one JSON object.
    #[must_use]
    pub fn json(&self) -> Json<'_> {
        Json {
            level: self.diagnostic.level,
            code: &self.diagnostic.code,
            message: &self.diagnostic.message,
            file: self.diagnostic.location.as_ref().map(|place| place.file.as_str()),
            line: self.line,
            column: self.column,
            help: self.diagnostic.help.as_deref(),
        }
    }

    /// The diagnostic as a picture of its place, with or without colour.
    #[must_use]
    pub fn render_snippet(&self, in_colour: bool) -> String {
        let severity = match self.diagnostic.level {
            Level::Error => Severity::ERROR,
            Level::Warning => Severity::WARNING,
            Level::Note => Severity::NOTE,
        };
        let title = severity.primary_title(printable(&self.diagnostic.message)).id(self.diagnostic.code.as_ref());
        let mut group = Group::with_title(title);
        let mut shown = None;
        if let Some(place) = &self.diagnostic.location {
            group = match &self.text {
                Some(text) => {
                    let (excerpt, first, range) = excerpt(text, &self.range);
                    let column = excerpt[..range.start].chars().count() + 1;
                    shown = Some(format!("{}:{first}:{column}\n", printable(&place.file)));
                    let annotation = AnnotationKind::Primary.span(range);
                    let snippet = Snippet::source(excerpt).path(printable(&place.file)).line_start(first);
                    group.element(snippet.annotation(annotation))
                }
                None => group.element(annotate_snippets::Origin::path(self.address(place))),
            };
        }
        if let Some(help) = &self.diagnostic.help {
            group = group.element(Severity::HELP.message(printable(help)));
        }
        let renderer = if in_colour { Renderer::styled() } else { Renderer::plain() };
        let picture = renderer.render(&[group]);
        match (shown, &self.diagnostic.location) {
            // Of a line that was cut, the column within what is shown is none of the file.
            (Some(shown), Some(place)) => picture.replacen(&shown, &format!("{}\n", self.address(place)), 1),
            _ => picture,
        }
    }

    fn address(&self, place: &Location) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", printable(&place.file)),
            _ => printable(&place.file),
        }
    }
}

/// Text that cannot move the cursor or change colours.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl SourceText {
    /// Of a file.
    #[must_use]
    pub fn new(text: String) -> SourceText {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        SourceText { text, starts, counted: Cell::default() }
    }

    /// The number of the line that a byte is on, counted from 1, and where the line begins.
    fn line(&self, at: usize) -> (usize, usize) {
        let number = self.starts.partition_point(|start| *start <= at).max(1);
        (number, self.starts[number - 1])
    }

    /// Line and column, both counted from 1, the column in characters.
    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let (line, start) = self.line(at);
        let (known_start, known_at, known_count) = self.counted.get();
        let goes_on = known_start == start && (start..=at).contains(&known_at);
        let (from, before) = if goes_on { (known_at, known_count) } else { (start, 0) };
        let count = before + self.text[from..at].chars().filter(|c| *c != '\u{feff}').count();
        self.counted.set((start, at, count));
        (line, count + 1)
    }
}

fn range_of(place: &Location, file: &SourceText) -> Range<usize> {
    let text = file.text.as_str();
    let bounded = |range: Range<usize>| {
        let start = floor(text, range.start);
        start..floor(text, range.end.max(start))
    };
    match &place.span {
        Span::Whole => 0..0,
        Span::Bytes(range) => bounded(range.clone()),
        Span::Line(line, column) => {
            let start = file.starts.get(line - 1).copied().unwrap_or(text.len());
            let rest = text[start..].lines().next().unwrap_or_default();
            let skip: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
            let word = rest[skip..].chars().next().map_or(0, char::len_utf8);
            bounded(start + skip..start + skip + word)
        }
        Span::Key(path) | Span::Value(path) | Span::Hidden(path) => {
            let Ok(file) = SourcePath::new(&place.file) else { return 0..0 };
            let (block, at) = yaml_part(&file, text);
            let Some((key, value)) = yaml::locate(block, path) else { return at..at };
            let found = if matches!(place.span, Span::Value(_)) && !value.is_empty() { value } else { key };
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

/// The line of a range by itself, cut where it is very long; the line's number; the range within the excerpt.
fn excerpt(file: &SourceText, range: &Range<usize>) -> (String, usize, Range<usize>) {
    const WIDEST: usize = 160;
    let text = file.text.as_str();
    let (number, line_start) = file.line(range.start);
    let line_end = text[range.start..].find('\n').map_or(text.len(), |newline| range.start + newline);
    let from = if range.start - line_start > WIDEST { floor(text, range.start - WIDEST / 2) } else { line_start };
    let to = floor(text, line_end.min(from + 2 * WIDEST)).max(range.start);
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
            .at("content/articles/2026/hearing.md", Span::key("sumary"))
            .help("did you mean `summary`?");
        let located = ResolvedDiagnostic::of(diagnostic, |_| Some(Rc::new(SourceText::new(text.to_owned()))));
        let expected = "\
error[front-matter]: unknown key `sumary`
 --> content/articles/2026/hearing.md:4:1
  |
4 | sumary: The board votes on Tuesday
  | ^^^^^^
  |
  = help: did you mean `summary`?";
        assert_eq!(located.render_snippet(false), expected);
        assert_eq!((located.line, located.column), (Some(4), Some(1)));
    }
}
