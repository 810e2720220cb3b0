//! Writes headings with their ids, and collects them for the table of contents.

use std::ops::Range;

use pulldown_cmark::{CowStr, HeadingLevel};
use pulldown_cmark_escape::escape_html;

use super::href::shorten;
use super::word_count::{push_plain_text, single_spaced};
use super::writer::Writer;
use crate::content::body::Heading;
use crate::diagnostic::{CheckGroup, Diagnostic};

/// A heading that is being written.
pub(super) struct OpenHeading<'a> {
    /// Byte offset in the body at which its attributes are inserted.
    at: usize,
    id: Option<CowStr<'a>>,
    classes: Vec<CowStr<'a>>,
    /// Attributes other than id and classes, which Handbill does not support.
    others: Vec<Attribute<'a>>,
    range: Range<usize>,
}

type Attribute<'a> = (CowStr<'a>, Option<CowStr<'a>>);

impl<'a> Writer<'a> {
    /// Opens a heading.
    pub(super) fn open_heading(
        &mut self,
        level: HeadingLevel,
        id: Option<CowStr<'a>>,
        classes: Vec<CowStr<'a>>,
        others: Vec<Attribute<'a>>,
        range: Range<usize>,
    ) {
        if level == HeadingLevel::H1 {
            self.report(
                Diagnostic::warning("heading", "a heading of the first level, which is the page's own title")
                    .help("begin the headings of a text with `##`"),
                self.span(&range),
            );
        }
        self.open_with(opening(level));
        self.heading = Some(OpenHeading { at: self.body.html.len() - 1, id, classes, others, range });
    }

    /// Closes a heading and inserts its id, which is made of its text.
    pub(super) fn close_heading(&mut self, level: HeadingLevel) {
        let heading = self.heading.take().expect("a heading was begun");
        self.check_braces(&heading);
        let OpenHeading { at, id, classes, range, .. } = heading;
        let mut text = String::new();
        push_plain_text(&self.body.html[at + 1..], &mut text);
        let text = single_spaced(&text);
        let id = match id {
            Some(id) => self.explicit_id(&id, &range),
            None => self.ids.make(&text),
        };
        let mut attributes = String::from(" id=\"");
        escape_html(&mut attributes, &id).expect("a String takes everything");
        if !classes.is_empty() {
            attributes.push_str("\" class=\"");
            escape_html(&mut attributes, &classes.join(" ")).expect("a String takes everything");
        }
        attributes.push('"');
        self.body.html.insert_str(at, &attributes);
        for (offset, _) in self.body.placeholders.iter_mut().rev().take_while(|(offset, _)| *offset > at) {
            *offset += attributes.len();
        }
        self.body.html.push_str(closing(level));
        if text.is_empty() {
            let diagnostic = Diagnostic::warning("heading", "a heading without text");
            self.report(diagnostic.help("write some, or delete it"), self.span(&range));
        } else {
            self.analysis.headings.push(Heading { level: level as u8, id, text });
        }
    }

    /// Reports braces at a heading's end that the parser removed as attributes, but that are not valid ones.
    fn check_braces(&mut self, heading: &OpenHeading<'_>) {
        let OpenHeading { id, classes, others, range, .. } = heading;
        let source = self.marked.text[range.clone()].trim_end();
        let source = if source.starts_with('#') {
            source
        } else {
            source.rsplit_once('\n').map_or(source, |(text, _)| text.trim_end())
        };
        let is_left_out = source.ends_with('}') && !self.body.html.ends_with('}');
        let is_meant = (id.is_some() || !classes.is_empty()) && others.is_empty();
        if !is_left_out || is_meant {
            return;
        }
        let start = source.rfind('{').unwrap_or(0);
        let braces = &source[start..];
        let message =
            format!("`{}` is removed from the heading, but is not of the form `{{#id .class}}`", shorten(braces));
        let span = self.span(&(range.start + start..range.start + start + braces.len()));
        self.report(Diagnostic::error("heading", message).help("write `\\}` to show the brace"), span);
    }

    fn explicit_id(&mut self, id: &str, range: &Range<usize>) -> String {
        if self.ids.take(id) {
            return id.to_owned();
        }
        let written = format!("#{id}");
        let span = self.span(range);
        let span = match self.marked.text[range.clone()].rfind(&written) {
            Some(at) => span.start + at..span.start + at + written.len(),
            None => span,
        };
        let message = format!("the id `{id}` is used earlier in the text");
        let error = Diagnostic::error("heading", message).in_group(CheckGroup::Ids);
        self.report(error.help("ids are unique in a text; choose another"), span);
        self.ids.number(id)
    }
}

fn opening(level: HeadingLevel) -> &'static str {
    ["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>"][level as usize - 1]
}

fn closing(level: HeadingLevel) -> &'static str {
    ["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"][level as usize - 1]
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::{check, diagnostics_of, parse_as};

    #[test]
    fn braces_that_are_no_attributes_are_reported() {
        check(
            "## The set {a\\} {#b}\n## {c} d\n## `{e}`",
            "<h2 id=\"b\">The set {a}</h2>\n<h2 id=\"c-d\">{c} d</h2>\n<h2 id=\"e\"><code>{e}</code></h2>",
        );
        assert_eq!(
            diagnostics_of("## The set {a}\n\nb {c=d}\n---\n\n## e {#f gg}\n"),
            [
                "error heading: `{a}` is removed from the heading, but is not of the form `{#id .class}` @ {a}",
                "error heading: `{c=d}` is removed from the heading, but is not of the form `{#id .class}` @ {c=d}",
                "error heading: `{#f gg}` is removed from the heading, but is not of the form `{#id .class}` @ {#f gg}",
            ]
        );
    }

    #[test]
    fn headings_have_ids() {
        check(
            "## ¿Qué *pide* la huelga?\n## Qué pide la huelga\n### A \"b\" {#x .y .z}",
            "<h2 id=\"que-pide-la-huelga\">¿Qué <em>pide</em> la huelga?</h2>\n<h2 id=\"que-pide-la-huelga-2\">Qué pide la huelga</h2>\n<h3 id=\"x\" class=\"y z\">A “b”</h3>",
        );
        let (html, analysis, _) = parse_as("## See [it](a.md) & ![pic](b.png) now[^1]\n\n[^1]: c", "en", true);
        assert!(html.starts_with("<h2 id=\"see-it-now\">See {link 0}it{/link 0} &amp; {image 0} now<sup"), "{html}");
        assert_eq!(analysis.headings[0].text, "See it & now");
        assert_eq!(*analysis.anchors, ["fn-hearing-1", "fnref-hearing-1", "see-it-now"]);
        assert_eq!(
            diagnostics_of("# A\n\n## b {#c}\n\n## d {#c}\n\n##\n"),
            [
                "warning heading: a heading of the first level, which is the page's own title @ # A\n",
                "error heading: the id `c` is used earlier in the text @ #c",
                "warning heading: a heading without text @ ##\n",
            ]
        );
    }
}
