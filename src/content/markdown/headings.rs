//! Headings: their ids, and the table of contents.

use std::ops::Range;

use pulldown_cmark::{CowStr, HeadingLevel};
use pulldown_cmark_escape::escape_html;

use super::measure::{push_words, single_spaced};
use super::writer::Writer;
use crate::content::body::Heading;
use crate::diagnostic::Diagnostic;

/// A heading that is being written.
pub(super) struct OpenHeading<'a> {
    /// Where its attributes are to stand, in the body.
    at: usize,
    id: Option<CowStr<'a>>,
    classes: Vec<CowStr<'a>>,
    range: Range<usize>,
}

impl<'a> Writer<'a> {
    /// Opens a heading.
    pub(super) fn open_heading(
        &mut self,
        level: HeadingLevel,
        id: Option<CowStr<'a>>,
        classes: Vec<CowStr<'a>>,
        range: Range<usize>,
    ) {
        if level == HeadingLevel::H1 {
            self.report(
                Diagnostic::warning("heading", "a heading of the first level, which is the page's own title")
                    .help("begin the headings of a text with `##`"),
                self.spot(&range),
            );
        }
        self.open_with(opening(level));
        self.heading = Some(OpenHeading { at: self.body.html.len() - 1, id, classes, range });
    }

    /// Closes a heading: its id is made of its words, which are known only now.
    pub(super) fn close_heading(&mut self, level: HeadingLevel) {
        let OpenHeading { at, id, classes, range } = self.heading.take().expect("a heading was begun");
        let mut text = String::new();
        push_words(&self.body.html[at + 1..], &mut text);
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
        for (offset, _) in self.body.holes.iter_mut().rev().take_while(|(offset, _)| *offset > at) {
            *offset += attributes.len();
        }
        self.body.html.push_str(closing(level));
        if text.is_empty() {
            let diagnostic = Diagnostic::warning("heading", "a heading without words");
            self.report(diagnostic.help("write some, or delete it"), self.spot(&range));
        } else {
            self.outline.headings.push(Heading { level: level as u8, id, text });
        }
    }

    fn explicit_id(&mut self, id: &str, range: &Range<usize>) -> String {
        if self.ids.take(id) {
            return id.to_owned();
        }
        let written = format!("#{id}");
        let spot = self.spot(range);
        let spot = match self.marked.text[range.clone()].rfind(&written) {
            Some(at) => spot.start + at..spot.start + at + written.len(),
            None => spot,
        };
        let message = format!("the id `{id}` is taken by something before");
        self.report(Diagnostic::error("heading", message).help("ids are unique in a text; choose another"), spot);
        self.ids.number(id)
    }
}

fn opening(level: HeadingLevel) -> &'static str {
    ["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>"][level as usize - 1]
}

fn closing(level: HeadingLevel) -> &'static str {
    ["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"][level as usize - 1]
}
