//! Writes the body and the analysis from the parser's events, in one pass and without recursion. Elements that take
//! more than a few lines have files of their own: [`super::prose`], [`super::links`], [`super::headings`],
//! [`super::tables`], [`super::blocks`], [`super::raw`], [`super::footnotes`].
//!
//! Invariant: everything written is escaped, or is the author's HTML where the site allows it.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Tag, TagEnd};
use pulldown_cmark_escape::escape_html;

use super::MarkdownContext;
use super::blocks::OpenBlock;
use super::builtin_strings::BuiltinStrings;
use super::fence_markers::Marked;
use super::footnotes::{Footnotes, OpenFootnote};
use super::headings::OpenHeading;
use super::ids::Ids;
use super::links::{Alt, LinkEnd};
use super::raw::RawHtml;
use super::smart_punctuation::SmartPunctuation;
use super::tables::OpenTable;
use super::word_count::{Excerpt, WordCounter};
use crate::content::body::{BodyHtml, Placeholder, TextAnalysis};
use crate::diagnostic::{Diagnostic, Span};

/// State of writing one text.
pub(super) struct Writer<'a> {
    pub(super) settings: &'a MarkdownContext<'a>,
    pub(super) strings: &'static BuiltinStrings,
    pub(super) marked: &'a Marked<'a>,
    diagnostics: &'a mut Vec<Diagnostic>,
    pub(super) analysis: TextAnalysis,
    /// The innermost open body.
    pub(super) body: BodyHtml,
    pub(super) blocks: Vec<OpenBlock<'a>>,
    /// Number of opening fences that were skipped because they are nested too deep.
    pub(super) too_deep: usize,
    pub(super) notes: Footnotes,
    pub(super) open_notes: Vec<OpenFootnote<'a>>,
    pub(super) ids: Ids,
    /// Fragments of this text that links name, with their byte ranges in the file.
    pub(super) fragments: Vec<(String, Range<usize>)>,
    pub(super) typography: SmartPunctuation,
    pub(super) word_counter: WordCounter,
    /// Excerpts outside and inside of blocks.
    excerpts: [Excerpt; 2],
    /// Range of the marked text that is added and not written yet.
    pub(super) run: Range<usize>,
    /// Whether the text is in a code block.
    pub(super) in_code: bool,
    /// HTML of the author that is being collected.
    pub(super) raw: Option<RawHtml>,
    pub(super) alt: Option<Alt<'a>>,
    pub(super) links: Vec<LinkEnd>,
    /// Number of open `<a>` in the author's HTML.
    pub(super) anchors_open: usize,
    /// Byte offset of the open paragraph in the body.
    paragraph: Option<usize>,
    pub(super) heading: Option<OpenHeading<'a>>,
    pub(super) table: OpenTable,
    pub(super) tables: usize,
    /// Byte offset after the last item's opening tag in the body.
    item: usize,
    /// Which markup of other generators was reported.
    pub(super) reported: super::lints::ReportedSyntaxes,
}

impl<'a> Writer<'a> {
    /// Begins a text.
    pub(super) fn new(
        settings: &'a MarkdownContext<'a>,
        marked: &'a Marked<'a>,
        notes: Footnotes,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Writer<'a> {
        let html = String::with_capacity(marked.text.len() + marked.text.len() / 4);
        Writer {
            settings,
            strings: BuiltinStrings::of(settings.language),
            marked,
            diagnostics,
            analysis: TextAnalysis::default(),
            body: BodyHtml { html, placeholders: Vec::new() },
            blocks: Vec::new(),
            too_deep: 0,
            notes,
            open_notes: Vec::new(),
            ids: Ids::beside(settings.taken_ids),
            fragments: Vec::new(),
            typography: SmartPunctuation::new(settings.smart_punctuation.then_some(settings.language)),
            word_counter: WordCounter::default(),
            excerpts: Default::default(),
            run: 0..0,
            in_code: false,
            raw: None,
            alt: None,
            links: Vec::new(),
            anchors_open: 0,
            paragraph: None,
            heading: None,
            table: OpenTable::default(),
            tables: 0,
            item: 0,
            reported: Default::default(),
        }
    }

    /// Writes a whole text.
    pub(super) fn write(mut self, events: impl Iterator<Item = (Event<'a>, Range<usize>)>) -> (BodyHtml, TextAnalysis) {
        for (event, range) in events {
            match event {
                Event::Text(text) => self.text(&text, range),
                Event::SoftBreak if self.alt.is_none() => self.soft_break(&range),
                Event::Html(html) => self.html_line(html, range),
                Event::InlineHtml(_) if self.alt.is_some() => {}
                event => {
                    self.flush();
                    self.event(event, range);
                }
            }
        }
        self.finish()
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Code(text) => self.code(&text),
            Event::InlineHtml(html) => {
                let range = self.marked.original_offset(range.start)..self.marked.original_offset(range.end);
                self.raw_inline(&html, range);
            }
            Event::FootnoteReference(label) => self.note_reference(&label),
            Event::SoftBreak | Event::HardBreak if self.alt.is_some() => self.push_alt(" "),
            Event::HardBreak => {
                self.body.html.push_str("<br>\n");
                self.typography.pass(' ');
                self.word_counter.gap();
            }
            Event::Rule => self.open_with("<hr>\n"),
            Event::TaskListMarker(done) => self.task(done),
            Event::Text(_) | Event::Html(_) | Event::SoftBreak => unreachable!("written where the event came in"),
            Event::InlineMath(_) | Event::DisplayMath(_) => unreachable!("mathematics is not switched on"),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        if let Some(alt) = &mut self.alt {
            alt.depth += usize::from(matches!(tag, Tag::Image { .. }));
            return;
        }
        match tag {
            Tag::Paragraph => {
                self.fresh_line();
                self.paragraph = Some(self.body.html.len());
                self.body.html.push_str("<p>");
                self.begin();
            }
            Tag::Heading { level, id, classes, attrs } => self.open_heading(level, id, classes, attrs, range),
            Tag::BlockQuote(None) => self.open_with("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.open_alert(kind),
            Tag::CodeBlock(kind) => self.open_code(&kind),
            Tag::HtmlBlock => match self.marked.fence_at(range.start) {
                Some((line, at)) => self.fence(line, at),
                None => self.raw = Some(RawHtml::default()),
            },
            Tag::List(None) => self.open_with("<ul>\n"),
            Tag::List(Some(1)) => self.open_with("<ol>\n"),
            Tag::List(Some(first)) => self.open_with(&format!("<ol start=\"{first}\">\n")),
            Tag::Item => {
                self.open_with("<li>");
                self.item = self.body.html.len();
            }
            Tag::FootnoteDefinition(label) => self.open_footnote(label),
            Tag::DefinitionList => self.open_with("<dl>\n"),
            Tag::DefinitionListTitle => self.open_with("<dt>"),
            Tag::DefinitionListDefinition => self.open_with("<dd>"),
            Tag::Table(alignments) => self.open_table(alignments),
            Tag::TableHead => self.open_row(true),
            Tag::TableRow => self.open_row(false),
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.body.html.push_str("<em>"),
            Tag::Strong => self.body.html.push_str("<strong>"),
            Tag::Strikethrough => self.body.html.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => self.open_link(link_type, &dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => self.alt = Some(Alt::new(dest_url, title)),
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => unreachable!("not switched on"),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if let Some(alt) = &mut self.alt {
            if tag == TagEnd::Image {
                alt.depth -= 1;
                if alt.depth == 0 {
                    self.close_image(range);
                }
            }
            return;
        }
        match tag {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::Heading(level) => self.close_heading(level),
            TagEnd::BlockQuote(None) => self.close_with("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.close_with("</aside>\n"),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.body.html.push_str("</code></pre>\n");
            }
            TagEnd::HtmlBlock => {
                if let Some(block) = self.raw.take() {
                    self.raw_block(&block);
                }
            }
            TagEnd::List(true) => self.close_with("</ol>\n"),
            TagEnd::List(false) => self.close_with("</ul>\n"),
            TagEnd::Item => self.body.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => self.close_note(&range),
            TagEnd::DefinitionList => self.close_with("</dl>\n"),
            TagEnd::DefinitionListTitle => self.body.html.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.body.html.push_str("</dd>\n"),
            TagEnd::Table => self.close_table(),
            TagEnd::TableHead | TagEnd::TableRow => self.close_row(),
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Emphasis => self.body.html.push_str("</em>"),
            TagEnd::Strong => self.body.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.body.html.push_str("</del>"),
            TagEnd::Link => self.close_link(&range),
            TagEnd::Image => unreachable!("its alternative text was open"),
            TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => unreachable!("not switched on"),
        }
    }

    fn html_line(&mut self, line: CowStr<'a>, range: Range<usize>) {
        if let Some(raw) = &mut self.raw {
            let offset = self.marked.original_offset(range.start);
            let line = if self.marked.is_plain() { &line } else { self.marked.written(range) };
            raw.add(line, offset);
        }
    }

    fn close_paragraph(&mut self) {
        let start = self.paragraph.take().expect("a paragraph was begun");
        if self.close_figure(start) {
            return;
        }
        if self.open_notes.is_empty() {
            let html = &self.body.html[start + "<p>".len()..];
            self.excerpts[usize::from(!self.blocks.is_empty())].add(html);
        }
        self.body.html.push_str("</p>\n");
    }

    fn open_alert(&mut self, kind: BlockQuoteKind) {
        let (title, class) = self.strings.alert(kind);
        self.open_with(&format!("<aside class=\"alert alert-{class}\">\n<p class=\"alert-title\">{title}</p>\n"));
    }

    fn open_code(&mut self, kind: &CodeBlockKind<'_>) {
        self.in_code = true;
        self.open_with("<pre tabindex=\"0\"><code");
        if let CodeBlockKind::Fenced(info) = kind
            && let Some(language) = info.split_whitespace().next()
        {
            self.body.html.push_str(" class=\"language-");
            escape_html(&mut self.body.html, language).expect("a String takes everything");
            self.body.html.push('"');
        }
        self.body.html.push('>');
    }

    fn task(&mut self, done: bool) {
        let html = &mut self.body.html;
        if matches!(&html[self.item..], "" | "\n<p>") {
            html.insert_str(self.item - 1, " class=\"task\"");
        }
        let (label, checked) = if done { (self.strings.done, " checked") } else { (self.strings.to_do, "") };
        html.push_str(&format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\"> "));
    }

    fn finish(mut self) -> (BodyHtml, TextAnalysis) {
        self.flush();
        self.close_all_blocks();
        for id in self.notes.ids(self.settings.id_prefix) {
            self.ids.take(&id);
        }
        let Writer { mut body, mut analysis, notes, ids, word_counter, excerpts, strings, .. } = self;
        notes.write_section(strings, &mut body);
        analysis.word_count = word_counter.words();
        analysis.anchors = ids.into_sorted().into();
        super::links::name_anchors(&mut analysis.links, &analysis.anchors);
        analysis.excerpt =
            excerpts.into_iter().map(Excerpt::finish).find(|excerpt| !excerpt.is_empty()).unwrap_or_default();
        super::links::check_fragments(self.settings, &self.fragments, &analysis.anchors, self.diagnostics);
        (body, analysis)
    }

    /// Begins running text: a paragraph, heading, item or table cell.
    pub(super) fn begin(&mut self) {
        self.typography.begin();
        self.word_counter.gap();
    }

    /// Ends the current line of HTML, if one is begun.
    pub(super) fn fresh_line(&mut self) {
        if !self.body.html.is_empty() && !self.body.html.ends_with('\n') {
            self.body.html.push('\n');
        }
    }

    /// Writes an opening tag on a line of its own.
    pub(super) fn open_with(&mut self, tag: &str) {
        self.fresh_line();
        self.body.html.push_str(tag);
        self.begin();
    }

    fn close_with(&mut self, tag: &str) {
        self.fresh_line();
        self.body.html.push_str(tag);
    }

    /// Adds a placeholder at the current position.
    pub(super) fn placeholder(&mut self, placeholder: Placeholder) {
        self.body.placeholders.push((self.body.html.len(), placeholder));
    }

    /// Converts a range of the marked text to a byte range in the file.
    pub(super) fn span(&self, range: &Range<usize>) -> Range<usize> {
        let in_file = |offset| self.settings.offset + self.marked.original_offset(offset);
        in_file(range.start)..in_file(range.end)
    }

    /// Returns the byte range in the file of `length` bytes at `offset` of the text.
    pub(super) fn at(&self, offset: usize, length: usize) -> Range<usize> {
        self.settings.offset + offset..self.settings.offset + offset + length
    }

    /// Adds a diagnostic at a byte range in the file.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, span: Range<usize>) {
        self.diagnostics.push(diagnostic.at(self.settings.file, Span::Bytes(span)));
    }
}
