//! Footnotes: numbered by their first reference in the running text, then by those in other footnotes, and rendered at
//! the end of the text, each with a link back to every reference. Their ids have a prefix of the text, so that several
//! texts can be on one page. The roles are those of DPUB-ARIA.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::builtin_strings::BuiltinStrings;
use super::writer::Writer;
use crate::content::body::{BodyHtml, TextAnalysis};
use crate::diagnostic::Diagnostic;

/// HTML around a reference.
pub(super) const REFERENCE: &str = "<sup class=\"footnote-ref\">";
pub(super) const REFERENCE_END: &str = "</sup>";

/// The footnotes of one text.
#[derive(Default)]
pub(super) struct Footnotes {
    prefix: String,
    by_label: HashMap<String, usize>,
    notes: Vec<Footnote>,
    /// Indexes of the referenced footnotes, in the order of their numbers.
    order: Vec<usize>,
}

#[derive(Default)]
struct Footnote {
    number: Option<usize>,
    /// Number of references written so far.
    written: usize,
    /// Those of the written references that the text still contains, 1-based.
    references: Vec<usize>,
    body: Option<BodyHtml>,
}

impl Footnotes {
    /// Collects and numbers the footnotes among a text's events. `prefix` is the prefix of their ids, escaped for HTML.
    pub(super) fn number(events: &[(Event<'_>, Range<usize>)], prefix: String) -> Footnotes {
        let mut notes = Footnotes { prefix, ..Footnotes::default() };
        let references = notes.collect(events);
        let (running, within): (Vec<_>, Vec<_>) = references.into_iter().partition(|(within, _)| within.is_none());
        let mut inner = vec![Vec::new(); notes.notes.len()];
        for (index, label) in within {
            inner[index.expect("partitioned by it")].push(label);
        }
        for (_, label) in running {
            notes.give_number(&label);
        }
        let mut next = 0;
        while let Some(&index) = notes.order.get(next) {
            for label in std::mem::take(&mut inner[index]) {
                notes.give_number(&label);
            }
            next += 1;
        }
        notes
    }

    /// Registers the definitions; returns for each reference its label and the footnote that it is in.
    fn collect(&mut self, events: &[(Event<'_>, Range<usize>)]) -> Vec<(Option<usize>, String)> {
        let mut references = Vec::new();
        let mut within = Vec::new();
        let mut images = 0_usize;
        for (event, _) in events {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    let index = self.notes.len();
                    self.by_label.entry(fold(label)).or_insert(index);
                    self.notes.push(Footnote::default());
                    within.push(index);
                }
                Event::End(TagEnd::FootnoteDefinition) => drop(within.pop()),
                Event::Start(Tag::Image { .. }) => images += 1,
                Event::End(TagEnd::Image) => images -= 1,
                Event::FootnoteReference(label) if images == 0 => {
                    references.push((within.last().copied(), fold(label)))
                }
                _ => {}
            }
        }
        references
    }

    fn give_number(&mut self, label: &str) {
        let Some(&index) = self.by_label.get(label) else { return };
        if self.notes[index].number.is_none() {
            self.order.push(index);
            self.notes[index].number = Some(self.order.len());
        }
    }

    /// Returns the number of a footnote that is defined and referenced.
    pub(super) fn number_of(&self, label: &str) -> Option<usize> {
        self.notes[*self.by_label.get(&fold(label))?].number
    }

    /// Returns whether a definition with this label is stored.
    pub(super) fn is_kept(&self, label: &str) -> bool {
        self.by_label.get(&fold(label)).is_some_and(|&index| self.notes[index].body.is_some())
    }

    /// Stores the body of a definition.
    pub(super) fn keep(&mut self, label: &str, body: BodyHtml) {
        if let Some(&index) = self.by_label.get(&fold(label)) {
            self.notes[index].body = Some(body);
        }
    }

    /// Writes a reference; returns which one of its footnote it is.
    fn refer(&mut self, number: usize, html: &mut String) -> Reference {
        let Footnotes { prefix, notes, order, .. } = self;
        let index = order[number - 1];
        let note = &mut notes[index];
        note.written += 1;
        note.references.push(note.written);
        let repeat = repeat(note.written);
        let written = write!(
            html,
            "{REFERENCE}<a href=\"#fn-{prefix}-{number}\" id=\"fnref-{prefix}-{number}{repeat}\" role=\"doc-noteref\">{number}</a>{REFERENCE_END}"
        );
        written.expect("a String takes everything");
        Reference { note: index, count: note.written }
    }

    /// Removes references whose text is dropped, the last one first.
    fn take_back(&mut self, references: Vec<Reference>) {
        for Reference { note, count } in references.into_iter().rev() {
            let kept = &mut self.notes[note].references;
            if kept.pop_if(|last| *last == count).is_none() {
                kept.retain(|other| *other != count);
            }
        }
    }

    /// Returns the ids of all footnotes and references. `prefix` is not escaped.
    pub(super) fn ids(&self, prefix: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for (number, &index) in (1..).zip(&self.order) {
            ids.push(format!("fn-{prefix}-{number}"));
            let references = &self.notes[index].references;
            ids.extend(references.iter().map(|&count| format!("fnref-{prefix}-{number}{}", repeat(count))));
        }
        ids
    }

    /// Writes the section of footnotes at the end of a text, if there are any.
    pub(super) fn write_section(self, strings: &BuiltinStrings, body: &mut BodyHtml) {
        if self.order.is_empty() {
            return;
        }
        let Footnotes { prefix, mut notes, order, .. } = self;
        body.html.push_str("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        body.html.push_str(strings.footnotes);
        body.html.push_str("\">\n<ol>\n");
        for (number, index) in (1..).zip(order) {
            let Footnote { references, body: note, .. } = &mut notes[index];
            let note = note.take().unwrap_or_default();
            writeln!(body.html, "<li id=\"fn-{prefix}-{number}\">").expect("a String takes everything");
            let shift = body.html.len();
            body.placeholders
                .extend(note.placeholders.into_iter().map(|(offset, placeholder)| (offset + shift, placeholder)));
            // The links back are in the last paragraph; a footnote that does not end with one gets a paragraph for
            // them.
            match note.html.strip_suffix("</p>\n") {
                Some(text) => {
                    body.html.push_str(text);
                    body.html.push(' ');
                }
                None => {
                    body.html.push_str(&note.html);
                    body.html.push_str("<p>");
                }
            }
            write_back_links(&prefix, number, references, strings, &mut body.html);
            body.html.push_str("</p>\n</li>\n");
        }
        body.html.push_str("</ol>\n</section>\n");
    }
}

/// A reference to a footnote.
struct Reference {
    /// Index of the footnote among the definitions.
    note: usize,
    count: usize,
}

/// A definition that is being written.
pub(super) struct OpenFootnote<'a> {
    label: CowStr<'a>,
    outer: BodyHtml,
    /// References in it.
    references: Vec<Reference>,
    /// Lengths of the analysis' lists before it.
    before: [usize; 5],
}

impl<'a> Writer<'a> {
    /// Writes a reference.
    pub(super) fn note_reference(&mut self, label: &str) {
        if self.alt.is_some() {
            return;
        }
        match self.notes.number_of(label) {
            Some(number) => {
                let reference = self.notes.refer(number, &mut self.body.html);
                if let Some(note) = self.open_notes.last_mut() {
                    note.references.push(reference);
                }
            }
            // A reference in a dropped footnote, or one whose case folding differs.
            None => self.literal(&format!("[^{label}]")),
        }
    }

    /// Opens a definition.
    pub(super) fn open_footnote(&mut self, label: CowStr<'a>) {
        let outer = std::mem::take(&mut self.body);
        let TextAnalysis { links, images, headings, csp_requirements, .. } = &self.analysis;
        let before = [links.len(), images.len(), headings.len(), csp_requirements.len(), self.ids.len()];
        self.open_notes.push(OpenFootnote { label, outer, references: Vec::new(), before });
    }

    /// Closes a definition: stores it for the end of the text, or drops it with everything that it added.
    pub(super) fn close_note(&mut self, range: &Range<usize>) {
        let OpenFootnote { label, outer, references, before } = self.open_notes.pop().expect("a footnote was begun");
        let note = std::mem::replace(&mut self.body, outer);
        let is_used = self.notes.number_of(&label).is_some();
        if is_used && !self.notes.is_kept(&label) {
            return self.notes.keep(&label, note);
        }
        self.notes.take_back(references);
        let [links, images, headings, csp_requirements, ids] = before;
        self.analysis.links.truncate(links);
        self.analysis.images.truncate(images);
        self.analysis.headings.truncate(headings);
        self.analysis.csp_requirements.truncate(csp_requirements);
        self.ids.forget(ids);
        let (what, help) = match is_used {
            true => ("is defined twice; this one is ignored", "give it a label of its own"),
            false => ("is never referred to, so it is not shown", "refer to it in the text, or delete it"),
        };
        let written = &self.marked.text[range.clone()];
        let span = self.at(self.marked.original_offset(range.start), written.find("]:").map_or(0, |at| at + 1));
        self.report(Diagnostic::warning("footnote", format!("the footnote `[^{label}]` {what}")).help(help), span);
    }
}

fn write_back_links(prefix: &str, number: usize, references: &[usize], strings: &BuiltinStrings, html: &mut String) {
    for (position, &count) in references.iter().enumerate() {
        let (repeat, label) = (repeat(count), strings.back);
        let space = if position > 0 { " " } else { "" };
        let written = write!(
            html,
            "{space}<a href=\"#fnref-{prefix}-{number}{repeat}\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"{label} {number}{repeat}\">↩\u{fe0e}</a>"
        );
        written.expect("a String takes everything");
    }
}

/// Returns the suffix of ids of the second and later references.
fn repeat(count: usize) -> String {
    if count > 1 { format!("-{count}") } else { String::new() }
}

/// Labels are compared without regard to letter case.
fn fold(label: &str) -> String {
    label.to_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::{check, diagnostics_of, parse_as};

    #[test]
    fn footnotes_stand_at_the_end() {
        check(
            "One[^b] two[^A] one[^b].\n\n[^a]: See[^c] *it*.\n[^b]: Code:\n\n        x\n\n[^c]: Last.",
            "<p>One<sup class=\"footnote-ref\"><a href=\"#fn-hearing-1\" id=\"fnref-hearing-1\" role=\"doc-noteref\">1</a></sup> two<sup class=\"footnote-ref\"><a href=\"#fn-hearing-2\" id=\"fnref-hearing-2\" role=\"doc-noteref\">2</a></sup> one<sup class=\"footnote-ref\"><a href=\"#fn-hearing-1\" id=\"fnref-hearing-1-2\" role=\"doc-noteref\">1</a></sup>.</p>\n<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n<li id=\"fn-hearing-1\">\n<p>Code:</p>\n<pre tabindex=\"0\"><code>x\n</code></pre>\n<p><a href=\"#fnref-hearing-1\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩\u{fe0e}</a> <a href=\"#fnref-hearing-1-2\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 1-2\">↩\u{fe0e}</a></p>\n</li>\n<li id=\"fn-hearing-2\">\n<p>See<sup class=\"footnote-ref\"><a href=\"#fn-hearing-3\" id=\"fnref-hearing-3\" role=\"doc-noteref\">3</a></sup> <em>it</em>. <a href=\"#fnref-hearing-2\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 2\">↩\u{fe0e}</a></p>\n</li>\n<li id=\"fn-hearing-3\">\n<p>Last. <a href=\"#fnref-hearing-3\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 3\">↩\u{fe0e}</a></p>\n</li>\n</ol>\n</section>",
        );
        assert_eq!(parse_as("[^none] is text", "en", true).0, "<p>[^none] is text</p>\n");
        assert_eq!(
            diagnostics_of("a[^1]\n\n[^1]: b\n[^1]: c\n[^2]: d[^3]\n[^3]: [e](f.md)"),
            [
                "warning footnote: the footnote `[^1]` is defined twice; this one is ignored @ [^1]",
                "warning footnote: the footnote `[^2]` is never referred to, so it is not shown @ [^2]",
                "warning footnote: the footnote `[^3]` is never referred to, so it is not shown @ [^3]",
            ]
        );
        let (html, ..) = parse_as("[^2]: b[^1]\n\na[^1]\n\n[^1]: c\n[^1]: d[^1]", "en", true);
        assert_eq!((html.matches("id=\"fnref").count(), html.matches("href=\"#fnref").count()), (1, 1), "{html}");
        assert_eq!(parse_as("a\n\n[^3]: [e](f.md) ![g](h.png)\n\n    ## I\n", "en", true).1.anchors.len(), 0);
    }

    #[test]
    fn footnotes_of_blocks_are_those_of_the_text() {
        let (html, ..) =
            parse_as("a[^1]\n::: x\nb[^2] [c]\n\n[^1]: ![i](i.png)\n\n[c]: d.md\n:::\n[^2]: e", "en", true);
        let (text, notes) = html.split_once("<section").unwrap();
        assert_eq!(text.matches("fnref").count(), 2);
        assert!(text.contains("{block 0}\n<p>b<sup"), "{text}");
        assert!(text.contains("</sup> {link 0}c{/link 0}</p>\n{/block 0}"), "{text}");
        assert!(notes.contains("<li id=\"fn-hearing-1\">\n<p>{image 0} <a"), "{notes}");
    }
}
