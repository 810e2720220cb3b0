//! From the parser's events to a body and an outline, in one pass and without recursion. What takes more than a few
//! lines is written by its own file: [`super::links`], [`super::headings`], [`super::tables`], [`super::blocks`],
//! [`super::raw`], [`super::notes`].
//!
//! Invariant: all that is written is escaped, or HTML of the author's own where the site allows it.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Tag, TagEnd};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::Settings;
use super::blocks::OpenBlock;
use super::headings::OpenHeading;
use super::ids::Ids;
use super::links::{Alt, LinkEnd};
use super::marked::Marked;
use super::measure::{Excerpt, Measure};
use super::notes::Notes;
use super::phrases::Phrases;
use super::raw::RawHtml;
use super::tables::OpenTable;
use super::typography::Typography;
use crate::content::body::{Body, Hole, Outline};
use crate::diagnostic::{Diagnostic, Spot};

/// What is being written, and all that must be remembered meanwhile.
pub(super) struct Writer<'a> {
    pub(super) settings: &'a Settings<'a>,
    pub(super) phrases: &'static Phrases,
    pub(super) marked: &'a Marked<'a>,
    diagnostics: &'a mut Vec<Diagnostic>,
    pub(super) outline: Outline,
    /// The innermost body.
    pub(super) body: Body,
    pub(super) blocks: Vec<OpenBlock<'a>>,
    /// How many openings of blocks were passed over for being too deep.
    pub(super) too_deep: usize,
    pub(super) notes: Notes,
    open_notes: Vec<OpenNote<'a>>,
    pub(super) ids: Ids,
    /// Fragments of this text that something leads to.
    pub(super) fragments: Vec<(String, Range<usize>)>,
    pub(super) typography: Typography,
    pub(super) measure: Measure,
    /// The beginning of the text outside blocks, and in them.
    excerpts: [Excerpt; 2],
    /// The text that came last and is not written yet, in the marked text.
    run: Range<usize>,
    /// Whether the text is that of a code block.
    in_code: bool,
    /// The author's HTML that is being gathered.
    raw: Option<RawHtml>,
    pub(super) alt: Option<Alt<'a>>,
    pub(super) links: Vec<LinkEnd>,
    /// How many `<a>` of the author's HTML are open.
    pub(super) anchors_open: usize,
    /// Where the open paragraph begins, in the body.
    paragraph: Option<usize>,
    pub(super) heading: Option<OpenHeading<'a>>,
    pub(super) table: OpenTable,
    pub(super) tables: usize,
    /// Where the last item's opening tag ends, in the body.
    item: usize,
}

/// A footnote's definition that is being written.
struct OpenNote<'a> {
    label: CowStr<'a>,
    outer: Body,
    /// How much there was of everything before it.
    before: [usize; 4],
}

impl<'a> Writer<'a> {
    /// Begins a text.
    pub(super) fn new(
        settings: &'a Settings<'a>,
        marked: &'a Marked<'a>,
        notes: Notes,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Writer<'a> {
        let html = String::with_capacity(marked.text.len() + marked.text.len() / 4);
        Writer {
            settings,
            phrases: Phrases::of(settings.language),
            marked,
            diagnostics,
            outline: Outline::default(),
            body: Body { html, holes: Vec::new() },
            blocks: Vec::new(),
            too_deep: 0,
            notes,
            open_notes: Vec::new(),
            ids: Ids::default(),
            fragments: Vec::new(),
            typography: Typography::new(settings.smart_punctuation.then_some(settings.language)),
            measure: Measure::default(),
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
        }
    }

    /// Writes a whole text.
    pub(super) fn write(mut self, events: impl Iterator<Item = (Event<'a>, Range<usize>)>) -> (Body, Outline) {
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
                let range = self.marked.place(range.start)..self.marked.place(range.end);
                self.raw_inline(&html, range);
            }
            Event::FootnoteReference(label) => self.note_reference(&label),
            Event::SoftBreak | Event::HardBreak if self.alt.is_some() => self.push_alt(" "),
            Event::HardBreak => {
                self.body.html.push_str("<br>\n");
                self.typography.pass(' ');
                self.measure.gap();
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
            Tag::Heading { level, id, classes, .. } => self.open_heading(level, id, classes, range),
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
            Tag::FootnoteDefinition(label) => self.open_note(label),
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

    /// Takes a piece of text in. Pieces that follow each other in the source are written as one, so that an address
    /// with an underscore is found whole.
    fn text(&mut self, text: &str, range: Range<usize>) {
        let source = &self.marked.text[range.clone()];
        let is_source = std::ptr::eq(text, source);
        if self.in_code {
            let text = if is_source && !self.marked.is_plain() { self.marked.written(range) } else { text };
            escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
        } else if let Some(raw) = &mut self.raw {
            raw.add(text, self.marked.place(range.start));
        } else if self.alt.is_some() {
            self.push_alt(text);
        } else if is_source && range.start == self.run.end && !self.run.is_empty() {
            self.run.end = range.end;
        } else {
            self.flush();
            if !is_source {
                self.literal(text); // a character reference
            } else if is_escaped(&self.marked.text, range.start) {
                self.literal(&text[..1]);
                self.run = range.start + 1..range.end;
            } else {
                self.run = range;
            }
        }
    }

    /// A line break in running text. A plain one is a part of the text around it.
    fn soft_break(&mut self, range: &Range<usize>) {
        if range.start == self.run.end && !self.run.is_empty() && &self.marked.text[range.clone()] == "\n" {
            self.run.end = range.end;
            return;
        }
        self.flush();
        self.body.html.push('\n');
        self.typography.pass(' ');
        self.measure.gap();
    }

    /// Writes the text that was taken in.
    pub(super) fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let marked = self.marked;
        let text = &marked.text[std::mem::replace(&mut self.run, 0..0)];
        if self.is_autolink() {
            self.literal(text);
        } else {
            self.count(text);
            self.prose(text);
        }
    }

    /// Writes text whose marks stay as they are.
    fn literal(&mut self, text: &str) {
        self.count(text);
        escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
        self.typography.pass(text.chars().next_back().unwrap_or(' '));
    }

    /// Counts words of running text, to which footnotes do not belong.
    fn count(&mut self, text: &str) {
        if self.open_notes.is_empty() {
            self.measure.add(text);
        }
    }

    fn code(&mut self, text: &str) {
        if self.alt.is_some() {
            return self.push_alt(text);
        }
        self.count(text);
        self.body.html.push_str("<code>");
        escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
        self.body.html.push_str("</code>");
        self.typography.pass('x');
    }

    fn html_line(&mut self, line: CowStr<'a>, range: Range<usize>) {
        if let Some(raw) = &mut self.raw {
            let place = self.marked.place(range.start);
            let line = if self.marked.is_plain() { &line } else { self.marked.written(range) };
            raw.add(line, place);
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
        let (title, class) = self.phrases.alert(kind);
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
        let (label, checked) = if done { (self.phrases.done, " checked") } else { (self.phrases.to_do, "") };
        html.push_str(&format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\"> "));
    }

    fn note_reference(&mut self, label: &str) {
        if self.alt.is_some() {
            return;
        }
        match self.notes.number_of(label) {
            Some(number) => self.notes.refer(number, &mut self.body.html),
            // One in a footnote that is itself left out, or whose case folds in a way of its own.
            None => self.literal(&format!("[^{label}]")),
        }
    }

    fn open_note(&mut self, label: CowStr<'a>) {
        let outer = std::mem::take(&mut self.body);
        let Outline { links, images, headings, .. } = &self.outline;
        let before = [links.len(), images.len(), headings.len(), self.ids.len()];
        self.open_notes.push(OpenNote { label, outer, before });
    }

    fn close_note(&mut self, range: &Range<usize>) {
        let OpenNote { label, outer, before } = self.open_notes.pop().expect("a footnote was begun");
        let note = std::mem::replace(&mut self.body, outer);
        let is_used = self.notes.number_of(&label).is_some();
        if is_used && !self.notes.is_kept(&label) {
            return self.notes.keep(&label, note);
        }
        let [links, images, headings, ids] = before;
        self.outline.links.truncate(links);
        self.outline.images.truncate(images);
        self.outline.headings.truncate(headings);
        self.ids.forget(ids);
        let (what, help) = match is_used {
            true => ("is defined twice; this one is left out", "give it a label of its own"),
            false => ("is never referred to, so it is left out", "refer to it in the text, or delete it"),
        };
        let spot = self.at(self.marked.place(range.start), label.len() + "[^]".len());
        self.report(Diagnostic::warning("footnote", format!("the footnote `[^{label}]` {what}")).help(help), spot);
    }

    fn finish(mut self) -> (Body, Outline) {
        self.flush();
        self.close_all_blocks();
        for id in self.notes.ids(self.settings.id_prefix) {
            self.ids.take(&id);
        }
        let Writer { mut body, mut outline, notes, ids, measure, excerpts, phrases, .. } = self;
        notes.write_section(phrases, &mut body);
        outline.words = measure.words();
        outline.anchors = ids.into_sorted();
        outline.excerpt =
            excerpts.into_iter().map(Excerpt::finish).find(|excerpt| !excerpt.is_empty()).unwrap_or_default();
        super::links::check_fragments(self.settings, &self.fragments, &outline.anchors, self.diagnostics);
        (body, outline)
    }

    /// Begins running text: a paragraph, a heading, an item, a cell.
    pub(super) fn begin(&mut self) {
        self.typography.begin();
        self.measure.gap();
    }

    /// Ends the line that was begun.
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

    /// Leaves something to be filled in here.
    pub(super) fn hole(&mut self, hole: Hole) {
        self.body.holes.push((self.body.html.len(), hole));
    }

    /// The place of a range of the marked text, in the file.
    pub(super) fn spot(&self, range: &Range<usize>) -> Range<usize> {
        let place = |offset| self.settings.offset + self.marked.place(offset);
        place(range.start)..place(range.end)
    }

    /// The place of `length` bytes of the text, in the file.
    pub(super) fn at(&self, place: usize, length: usize) -> Range<usize> {
        self.settings.offset + place..self.settings.offset + place + length
    }

    /// Tells what is wrong, at a place in the file.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, spot: Range<usize>) {
        self.diagnostics.push(diagnostic.at(self.settings.file, Spot::Bytes(spot)));
    }
}

/// Whether the character at `at` is there by virtue of a backslash before it.
fn is_escaped(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    at > 0 && bytes[at - 1] == b'\\' && bytes.get(at).is_some_and(u8::is_ascii_punctuation)
}
