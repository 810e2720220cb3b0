//! HTML in a text: passed on where the site allows it, its addresses resolved like those of Markdown; shown as text
//! where it does not. Comments are notes of the author's and are never published.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::address::{self, Address, Fault};
use super::html::{self, Attribute, Piece, Pieces, Tag};
use super::writer::Writer;
use crate::content::body::{Hole, Target};
use crate::diagnostic::Diagnostic;

/// The HTML of a block, gathered line by line.
#[derive(Default)]
pub(super) struct RawBlock {
    html: String,
    /// Where lines begin, in it and in the text.
    lines: Vec<(usize, usize)>,
}

impl RawBlock {
    /// Adds a line or a part of one, which stands at `place` in the text.
    pub(super) fn add(&mut self, line: &str, place: usize) {
        self.lines.push((self.html.len(), place));
        self.html.push_str(line);
    }

    /// Where an offset in the HTML lies in the text.
    fn place(&self, offset: usize) -> usize {
        let index = self.lines.partition_point(|(at, _)| *at <= offset);
        index.checked_sub(1).map_or(0, |index| self.lines[index].1 + (offset - self.lines[index].0))
    }
}

/// The attributes whose value is an address.
const ADDRESSES: [&str; 8] = ["href", "src", "poster", "action", "formaction", "xlink:href", "cite", "data"];

impl Writer<'_> {
    /// Writes a block of HTML.
    pub(super) fn raw_block(&mut self, block: &RawBlock) {
        let start = (self.body.html.len(), self.body.holes.len());
        self.fresh_line();
        if self.settings.raw_html {
            self.raw_html(&block.html, true, &|offset| block.place(offset));
            let blank = self.body.html[start.0..].trim().is_empty() && self.body.holes.len() == start.1;
            if blank {
                self.body.html.truncate(start.0);
            } else {
                self.fresh_line();
            }
            return;
        }
        let text = without_comments(&block.html);
        let text = text.trim();
        if !text.is_empty() {
            self.warn_of_html(block.place(0), text);
            self.body.html.push_str("<p>");
            escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
            self.body.html.push_str("</p>\n");
        }
    }

    /// Writes a tag or a comment inside a paragraph. `range` is where it stands, in the file.
    pub(super) fn raw_inline(&mut self, tag: &str, range: &Range<usize>) {
        if self.settings.raw_html {
            let is_one_line = tag.len() == range.len();
            let start = range.start - self.settings.offset;
            return self.raw_html(tag, false, &|offset| if is_one_line { start + offset } else { start });
        }
        let text = without_comments(tag);
        if !text.is_empty() {
            if !text.starts_with("</") {
                self.warn_of_html(range.start - self.settings.offset, &text);
            }
            escape_html_body_text(&mut self.body.html, &text).expect("a String takes everything");
            self.typography.pass('x');
        }
    }

    fn warn_of_html(&mut self, place: usize, text: &str) {
        let line = text.lines().next().unwrap_or_default();
        self.report(
            Diagnostic::warning("html", format!("HTML is shown as text: `{}`", address::shorten(line)))
                .help("allow it with `markdown: { raw_html: true }` in site.yaml, or write Markdown"),
            self.at(place, line.len()),
        );
    }

    /// Writes HTML, its addresses resolved. `place` says where an offset in it lies in the text.
    fn raw_html(&mut self, html: &str, is_block: bool, place: &dyn Fn(usize) -> usize) {
        let mut pieces = Pieces::new(html);
        for (at, piece) in &mut pieces {
            match piece {
                Piece::Tag(tag) => self.raw_tag(&tag, &|offset| place(at + offset)),
                Piece::Verbatim(text) => self.body.html.push_str(text),
                Piece::Text(text) if text.contains('<') => self.body.html.push_str(&text.replace('<', "&lt;")),
                Piece::Text(text) => self.body.html.push_str(text),
                Piece::Comment => {}
                Piece::EndlessComment => self.report(
                    Diagnostic::error("html", "a comment that never ends").help("end it with `-->`"),
                    self.at(place(at), "<!--".len()),
                ),
                Piece::Instruction(text) => self.report(
                    Diagnostic::warning("html", format!("`{}` is left out", address::shorten(text)))
                        .help("declarations and processing instructions have no place in a text"),
                    self.at(place(at), text.len()),
                ),
                Piece::EndlessTag(text) => {
                    let line = text.lines().next().unwrap_or_default();
                    self.report(
                        Diagnostic::error("html", format!("`{}` never ends", address::shorten(line)))
                            .help("close its quotes, and end it with `>` before the next empty line"),
                        self.at(place(at), line.len()),
                    );
                    escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
                }
            }
        }
        if let Some(name) = pieces.unended().filter(|_| is_block) {
            self.report(
                Diagnostic::error("html", format!("`<{name}>` is never closed"))
                    .help(format!("close it with `</{name}>`; inside other HTML it may hold no empty line")),
                self.at(place(0), html.lines().next().map_or(0, str::len)),
            );
            self.body.html.push_str(&format!("</{name}>"));
        }
    }

    fn raw_tag(&mut self, tag: &Tag<'_>, place: &dyn Fn(usize) -> usize) {
        if tag.name.eq_ignore_ascii_case("a") {
            self.anchors_open = if tag.ends { self.anchors_open.saturating_sub(1) } else { self.anchors_open + 1 };
        }
        let is_image = tag.name.eq_ignore_ascii_case("img");
        if is_image && !tag.attributes.iter().any(|attribute| attribute.name.eq_ignore_ascii_case("alt")) {
            self.report(
                Diagnostic::warning("image", "a picture without a description")
                    .help("say what it shows: `alt=\"…\"`; a mere decoration has `alt=\"\"`"),
                self.at(place(0), tag.text.len()),
            );
        }
        let mut copied = 0;
        for attribute in &tag.attributes {
            let spot = self.at(place(attribute.at.start), attribute.at.len());
            let name = attribute.name.to_ascii_lowercase();
            let part = match name.as_str() {
                "id" => self.raw_id(attribute.value, &spot),
                "name" if tag.name.eq_ignore_ascii_case("a") => self.raw_id(attribute.value, &spot),
                "srcset" | "imagesrcset" => self.raw_candidates(attribute, &spot),
                "data" if !tag.name.eq_ignore_ascii_case("object") => Part::AsWritten,
                name if ADDRESSES.contains(&name) => self.raw_address(attribute, &spot),
                _ => Part::AsWritten,
            };
            let Part::Pieces(pieces) = part else {
                if let Part::Nothing = part {
                    self.body.html.push_str(tag.text[copied..attribute.at.start].trim_end());
                    copied = attribute.at.end;
                }
                continue;
            };
            self.body.html.push_str(&tag.text[copied..attribute.value_at.start]);
            self.body.html.push('"');
            for (text, hole) in pieces {
                escape_html(&mut self.body.html, &text).expect("a String takes everything");
                self.body.holes.extend(hole.map(|hole| (self.body.html.len(), hole)));
            }
            self.body.html.push('"');
            copied = attribute.value_at.end;
        }
        self.body.html.push_str(&tag.text[copied..]);
    }

    fn raw_id(&mut self, value: &str, spot: &Range<usize>) -> Part {
        let (id, _) = html::decode(value);
        if id.is_empty() || self.ids.take(&id) {
            return Part::AsWritten;
        }
        self.report(
            Diagnostic::error("html", format!("the id `{}` is given twice", address::shorten(&id)))
                .help("ids are unique in a text, those of headings included; choose another"),
            spot.clone(),
        );
        Part::Nothing
    }

    fn raw_address(&mut self, attribute: &Attribute<'_>, spot: &Range<usize>) -> Part {
        if attribute.value.trim().is_empty() {
            return Part::AsWritten;
        }
        match self.read_raw_address(attribute.value) {
            Ok(Address::Web(_) | Address::Contact(_)) => Part::AsWritten,
            Ok(Address::Fragment(fragment)) => {
                self.fragments.push((fragment, spot.clone()));
                Part::AsWritten
            }
            Ok(Address::Root(to)) => Part::Pieces(vec![self.address_hole(Target::Root(to), spot)]),
            Ok(Address::Source(path, fragment)) => {
                Part::Pieces(vec![self.address_hole(Target::Source(path, fragment), spot)])
            }
            Err(fault) => self.refuse(fault, spot),
        }
    }

    fn raw_candidates(&mut self, attribute: &Attribute<'_>, spot: &Range<usize>) -> Part {
        let (value, _) = html::decode(attribute.value);
        let mut pieces = Vec::new();
        for (written, descriptor) in html::candidates(&value) {
            if !pieces.is_empty() {
                pieces.push((", ".to_owned(), None));
            }
            pieces.push(match self.read_raw_address(written) {
                Ok(Address::Web(to) | Address::Contact(to)) => (to.into_owned(), None),
                Ok(Address::Fragment(_)) => continue,
                Ok(Address::Root(to)) => self.address_hole(Target::Root(to), spot),
                Ok(Address::Source(path, fragment)) => self.address_hole(Target::Source(path, fragment), spot),
                Err(fault) => return self.refuse(fault, spot),
            });
            if !descriptor.is_empty() {
                pieces.push((format!(" {descriptor}"), None));
            }
        }
        Part::Pieces(pieces)
    }

    fn read_raw_address<'b>(&self, value: &'b str) -> Result<Address<'b>, Fault> {
        let (decoded, unknown) = html::decode(value);
        let is_web = || ["http://", "https://"].iter().any(|scheme| decoded.trim_start().starts_with(scheme));
        if unknown && !is_web() {
            let message = format!("`{}` holds a character reference", address::shorten(value));
            return Err(Fault { message, help: "write the character itself" });
        }
        match decoded {
            Cow::Borrowed(text) => address::read(text, self.settings.file),
            Cow::Owned(text) => address::read(&text, self.settings.file).map(Address::into_owned),
        }
    }

    fn address_hole(&mut self, target: Target, spot: &Range<usize>) -> (String, Option<Hole>) {
        let link = self.link_to(target, "", spot);
        (String::new(), Some(Hole::Address(link)))
    }

    fn refuse(&mut self, fault: Fault, spot: &Range<usize>) -> Part {
        self.report(Diagnostic::error("link", fault.message).help(fault.help), spot.clone());
        Part::Nothing
    }
}

/// What becomes of an attribute.
enum Part {
    AsWritten,
    /// It is left out.
    Nothing,
    /// Its value is made of these: text not yet escaped, and what is to be filled in behind it.
    Pieces(Vec<(String, Option<Hole>)>),
}

/// HTML without its comments.
fn without_comments(html: &str) -> Cow<'_, str> {
    if !html.contains("<!--") {
        return Cow::Borrowed(html);
    }
    let pieces = Pieces::new(html).map(|(_, piece)| match piece {
        Piece::Comment | Piece::EndlessComment => "",
        Piece::Tag(tag) => tag.text,
        Piece::Text(text) | Piece::Verbatim(text) | Piece::Instruction(text) | Piece::EndlessTag(text) => text,
    });
    Cow::Owned(pieces.collect())
}
