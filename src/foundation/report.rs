//! Diagnostics resolved to line, column and snippet, as people and programs read them.

pub mod github;
pub mod junit;
pub mod sarif;

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Level, Location, Span};
use crate::path::SourcePath;
use crate::yaml;
use crate::yaml::front_matter::yaml_part;

/// Text of a file with the byte offsets of its lines, computed once: a file may have thousands of diagnostics.
#[derive(Debug)]
pub struct SourceText {
    text: String,
    starts: Vec<usize>,
    /// The position resolved last, from which the next one on its line counts on: byte offset of the line, byte offset,
    /// characters between.
    counted: Cell<(usize, usize, usize)>,
}

/// A diagnostic with its location resolved to line and column.
#[derive(Clone, Debug)]
pub struct ResolvedDiagnostic {
    diagnostic: Diagnostic,
    text: Option<Rc<SourceText>>,
    range: Range<usize>,
    line: Option<usize>,
    column: Option<usize>,
}

/// A diagnostic as a JSON object, one line of `--format json`.
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
    /// Resolves the location of a diagnostic. `read` returns the text of a file by its path, or `None` if it cannot be
    /// read; the line then stays unknown, except that of [`Span::Line`].
    pub fn of(diagnostic: Diagnostic, read: impl Fn(&str) -> Option<Rc<SourceText>>) -> ResolvedDiagnostic {
        let Some(location) = &diagnostic.location else {
            return ResolvedDiagnostic { diagnostic, text: None, range: 0..0, line: None, column: None };
        };
        let text = if location.span == Span::Whole { None } else { read(&location.file) };
        let range = text.as_deref().map_or(0..0, |text| range_of(location, text));
        let (line, column) = match (&text, &location.span) {
            (Some(text), _) => Some(text.line_and_column(range.start)).unzip(),
            (None, Span::Line(line, column)) => (Some(*line), Some(*column)),
            (None, _) => (None, None),
        };
        let text = text.filter(|_| !matches!(location.span, Span::Hidden(_)));
        ResolvedDiagnostic { text, range, line, column, diagnostic }
    }

    /// Returns the sort key of reports: file, line and column, as far as they are known.
    #[must_use]
    pub fn location(&self) -> (Option<&str>, Option<usize>, Option<usize>) {
        (self.file(), self.line, self.column)
    }

    /// Returns the path of the file from the site's folder; `None` if no file is concerned.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.diagnostic.location.as_ref().map(|location| location.file.as_str())
    }

    /// Returns the message, and the help on a line of its own.
    #[must_use]
    pub fn message_and_help(&self) -> String {
        let help = self.diagnostic.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        format!("{}{help}", self.diagnostic.message)
    }

    /// Returns the diagnostic as a JSON object.
    #[must_use]
    pub fn json(&self) -> Json<'_> {
        Json {
            level: self.diagnostic.level,
            code: &self.diagnostic.code,
            message: &self.diagnostic.message,
            file: self.file(),
            line: self.line,
            column: self.column,
            help: self.diagnostic.help.as_deref(),
        }
    }

    /// Renders the diagnostic with the source line and a marker below it, with or without ANSI colours.
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
        if let Some(location) = &self.diagnostic.location {
            group = match &self.text {
                Some(text) => {
                    let (excerpt, first, range) = excerpt(text, &self.range);
                    let column = excerpt[..range.start].chars().count() + 1;
                    shown = Some(format!("{}:{first}:{column}\n", printable(&location.file)));
                    let annotation = AnnotationKind::Primary.span(range);
                    let snippet = Snippet::source(excerpt).path(printable(&location.file)).line_start(first);
                    group.element(snippet.annotation(annotation))
                }
                None => group.element(annotate_snippets::Origin::path(self.position(location))),
            };
        }
        if let Some(help) = &self.diagnostic.help {
            group = group.element(Severity::HELP.message(printable(help)));
        }
        let renderer = if in_colour { Renderer::styled() } else { Renderer::plain() };
        let rendered = renderer.render(&[group]);
        match (shown, &self.diagnostic.location) {
            // In the excerpt of a long line the column differs from the file's; it is replaced by the file's.
            (Some(shown), Some(location)) => rendered.replacen(&shown, &format!("{}\n", self.position(location)), 1),
            _ => rendered,
        }
    }

    fn position(&self, location: &Location) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", printable(&location.file)),
            _ => printable(&location.file),
        }
    }
}

/// Replaces control characters, so that a text cannot move the cursor or change colours of a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

impl SourceText {
    /// Indexes the lines of a text.
    #[must_use]
    pub fn new(text: String) -> SourceText {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        SourceText { text, starts, counted: Cell::default() }
    }

    /// Returns the number (1-based) of the line that a byte is on, and the byte offset of the line.
    fn line(&self, at: usize) -> (usize, usize) {
        let number = self.starts.partition_point(|start| *start <= at).max(1);
        (number, self.starts[number - 1])
    }

    /// Resolves a byte offset to line and column, both 1-based; the column counts characters.
    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let (line, start) = self.line(at);
        let (known_start, known_at, known_count) = self.counted.get();
        let continues = known_start == start && (start..=at).contains(&known_at);
        let (from, before) = if continues { (known_at, known_count) } else { (start, 0) };
        let count = before + self.text[from..at].chars().filter(|c| *c != '\u{feff}').count();
        self.counted.set((start, at, count));
        (line, count + 1)
    }
}

fn range_of(location: &Location, file: &SourceText) -> Range<usize> {
    let text = file.text.as_str();
    let bounded = |range: Range<usize>| {
        let start = floor(text, range.start);
        start..floor(text, range.end.max(start))
    };
    match &location.span {
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
            let Ok(file) = SourcePath::new(&location.file) else { return 0..0 };
            let (block, at) = yaml_part(&file, text);
            let Some((key, value)) = yaml::locate(block, path) else { return at..at };
            let found = if matches!(location.span, Span::Value(_)) && !value.is_empty() { value } else { key };
            // Only the first line of a value of several lines is marked.
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

/// Returns the line of a range, shortened if it is very long; its number (1-based); and the range within it.
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
    fn diagnostic_is_rendered_with_snippet_and_help() {
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
