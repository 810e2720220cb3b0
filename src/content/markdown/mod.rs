//! Markdown: from an author's text to HTML with holes, an outline, and a word for every mistake.
//!
//! The language is CommonMark 0.31 with tables, footnotes, strikethrough, task lists, definition lists, alerts,
//! attributes of headings and bare addresses. Marks are set as the site's language wants them. Every address is read
//! by one function, and none gets through that a browser would run.
//!
//! A theme's blocks stand between fences at the beginning of a line:
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
//! A fence is three or more colons. One with a name opens a block, one alone closes the innermost block of exactly
//! as many colons, or else the innermost of all if it has fewer. A fence in code, in an HTML comment, in a quote or
//! indented is text. Footnotes and link definitions are those of the whole text, whatever block they stand in.
//!
//! Everything here is a pure function of its arguments, and takes time and memory linear in the text.

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
pub(super) mod href;
mod html;
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

/// What the text of one file is parsed with.
#[derive(Clone, Copy, Debug)]
pub struct MarkdownContext<'a> {
    /// The file, for places and for relative links.
    pub file: &'a SourcePath,
    /// Where the Markdown begins in its file, in bytes.
    pub offset: usize,
    /// What the ids of footnotes carry, unique among the texts that may share a page: the article's slug.
    pub id_prefix: &'a str,
    /// A language tag (BCP 47), for marks and for the few words that are written.
    pub language: &'a str,
    /// Whether HTML is passed on; otherwise it is shown as text.
    pub raw_html: bool,
    /// Whether quotation marks, dashes and dots are set as the language wants.
    pub smart_punctuation: bool,
    /// The site's base URL without a slash at the end, to know its own addresses by; empty when it has none.
    pub home: &'a str,
}

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM); // alerts

/// Parses a text. What is wrong with it is told in the order of its places.
#[must_use]
pub fn parse(
    text: &str,
    settings: &MarkdownContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (BodyHtml, TextAnalysis) {
    if let Some(at) = nesting::excess(text) {
        let spot = Span::Bytes(settings.offset + at..settings.offset + at);
        let diagnostic = Diagnostic::error("nesting", "quotes and lists are nested too deep here");
        diagnostics.push(diagnostic.at(settings.file, spot).help("take some of the `>` and `-` away"));
        return Default::default();
    }
    let reported = diagnostics.len();
    let marked = fence_markers::Marked::new(text);
    let events = Parser::new_ext(&marked.text, OPTIONS).into_offset_iter();
    let bytes = marked.text.as_bytes();
    let may_have_notes = memchr::memchr_iter(b'^', bytes).any(|at| at > 0 && bytes[at - 1] == b'[');
    let (mut body, mut outline) = if may_have_notes {
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
        control_chars::outline(&mut outline);
    }
    diagnostics[reported..].sort_by_key(|diagnostic| match diagnostic.location.as_ref().map(|place| &place.span) {
        Some(Span::Bytes(range)) => range.start,
        _ => 0,
    });
    (body, outline)
}

/// The words of a text, without its marks, its code blocks and its HTML.
#[must_use]
pub fn plain(text: &str) -> String {
    comment::words(text)
}
