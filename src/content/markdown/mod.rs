//! Markdown: parses an author's text to a body, an analysis and diagnostics.
//!
//! The language is CommonMark 0.31 with tables, footnotes, strikethrough, task lists, definition lists, alerts,
//! attributes of headings and bare URLs. Punctuation is set as the site's language wants. Every URL is parsed by one
//! function, which refuses those that a browser would execute.
//!
//! The blocks of a theme are between fences at the beginning of a line:
//!
//! ```text
//! :::: fact-box {title="What the board decided" wide=true}
//! Any Markdown, other blocks too:
//!
//! ::: pull-quote
//! We were never asked.
//! :::
//! ::::
//! ```
//!
//! A fence has three or more colons. With a name it opens a block; alone it closes the innermost block with the same
//! number of colons, or else the innermost one if that has fewer. A fence in code, in an HTML comment, in a quote or
//! with indentation is text. Footnotes and link definitions apply to the whole text, whatever block they are in.
//!
//! Everything here is a pure function, and takes time and memory linear in the length of the text.

use pulldown_cmark::{Options, Parser};

mod blocks;
mod builtin_strings;
mod comment;
mod control_chars;
mod csp_requirements;
mod fence;
mod fence_markers;
mod footnotes;
mod headings;
pub(in crate::content) mod href;
mod ids;
mod links;
mod lints;
mod nesting;
mod prose;
mod raw;
mod smart_punctuation;
mod tables;
mod word_count;
mod writer;

#[cfg(test)]
mod tests;

pub use comment::{RenderedComment, comment};
pub use smart_punctuation::smart_punctuation;

use crate::content::body::{BodyHtml, TextAnalysis};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;

/// Message of the warning about an image without a description.
pub(crate) const NO_DESCRIPTION: &str = "an image without a description";

/// How to parse the text of one file.
#[derive(Clone, Copy, Debug)]
pub struct MarkdownContext<'a> {
    /// Path of the file, for locations and relative links.
    pub file: &'a SourcePath,
    /// Byte offset of the Markdown in its file.
    pub offset: usize,
    /// Prefix of the ids of footnotes, unique among the texts that may be on one page: the article's slug.
    pub id_prefix: &'a str,
    /// Language tag (BCP 47), for punctuation and built-in strings.
    pub language: &'a str,
    /// Whether HTML is kept; else it is shown as text.
    pub raw_html: bool,
    /// Whether quotes, dashes and dots are replaced by typographic ones.
    pub smart_punctuation: bool,
    /// The site's base URL without a trailing slash, by which its own URLs are recognized; empty if there is none.
    pub home: &'a str,
    /// Ids that other texts of the same page use.
    pub taken_ids: &'a [String],
}

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM); // alerts

/// Parses a text. Diagnostics are added in the order of their locations.
#[must_use]
pub fn parse(
    text: &str,
    settings: &MarkdownContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (BodyHtml, TextAnalysis) {
    if let Some(at) = nesting::excess(text) {
        let span = Span::Bytes(settings.offset + at..settings.offset + at);
        let diagnostic = Diagnostic::error("nesting", "quotes and lists are nested too deep here");
        diagnostics.push(diagnostic.at(settings.file, span).help("take some of the `>` and `-` away"));
        return Default::default();
    }
    let reported = diagnostics.len();
    let marked = fence_markers::Marked::new(text);
    let events = Parser::new_ext(&marked.text, OPTIONS).into_offset_iter();
    let bytes = marked.text.as_bytes();
    let may_have_notes = memchr::memchr_iter(b'^', bytes).any(|at| at > 0 && bytes[at - 1] == b'[');
    let (mut body, mut analysis) = if may_have_notes {
        let events: Vec<_> = events.collect();
        let mut prefix = String::new();
        pulldown_cmark_escape::escape_html(&mut prefix, settings.id_prefix).expect("a String takes everything");
        let notes = footnotes::Footnotes::number(&events, prefix);
        writer::Writer::new(settings, &marked, notes, diagnostics).write(events.into_iter())
    } else {
        writer::Writer::new(settings, &marked, footnotes::Footnotes::default(), diagnostics).write(events)
    };
    if control_chars::is_needed(text) {
        control_chars::body(&mut body);
        control_chars::analysis(&mut analysis);
    }
    diagnostics[reported..].sort_by_key(|diagnostic| {
        match diagnostic.location.as_ref().map(|location| &location.span) {
            Some(Span::Bytes(range)) => range.start,
            _ => 0,
        }
    });
    (body, analysis)
}

/// Returns the plain text of Markdown, without markup, code blocks and HTML.
#[must_use]
pub fn plain(text: &str) -> String {
    comment::words(text)
}
