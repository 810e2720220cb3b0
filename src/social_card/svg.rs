//! The SVG of a card before it is drawn: what it may link to, and its texts as outlines.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use resvg::usvg::roxmltree::{Document, Node};

use super::fonts::CardFonts;
use super::text_element;

/// The namespace of SVG.
pub(super) const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// What is wrong with an SVG, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SvgError {
    /// What is wrong.
    pub message: String,
    /// Line and column, both from 1, in characters; none if it is the SVG as a whole.
    pub place: Option<(u32, u32)>,
}

/// Parts of a source that are replaced, as ranges of bytes that do not overlap.
#[derive(Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

/// Returns an SVG whose texts are outlines, drawn with the given fonts.
///
/// # Errors
///
/// XML that is not well-formed, a link to something outside the SVG, or a text that cannot be set.
pub(super) fn with_outlined_texts(svg: &str, fonts: &CardFonts) -> Result<String, SvgError> {
    let document = Document::parse(svg).map_err(|error| {
        let (place, message) = (error.pos(), error.to_string());
        let reason = message.strip_suffix(&format!(" at {place}")).unwrap_or(&message);
        SvgError { message: reason.to_owned(), place: Some((place.row, place.col)) }
    })?;
    let root = document.root_element();
    if !root.has_tag_name((NAMESPACE, "svg")) {
        return Err(SvgError::at(root, root.range().start, format!("a card is `<svg xmlns=\"{NAMESPACE}\">`")));
    }
    let mut edits = Edits::default();
    for node in document.descendants() {
        refuse_external_links(node)?;
        if node.has_tag_name((NAMESPACE, "text")) {
            text_element::outline(node, fonts, &mut edits)?;
        }
    }
    Ok(edits.applied_to(svg))
}

/// Allows links to parts of the SVG and to images inside it.
fn refuse_external_links(node: Node) -> Result<(), SvgError> {
    for attribute in node.attributes().filter(|attribute| attribute.name() == "href") {
        let link = attribute.value().trim();
        if !link.starts_with('#') && !link.starts_with("data:image/") {
            let shown: String = link.chars().take(60).collect();
            let message = format!("`{shown}` is not in the SVG: images of a card are `data:image/…`");
            return Err(SvgError::at(node, attribute.range().start, message));
        }
    }
    Ok(())
}

impl SvgError {
    pub(super) fn of_whole(message: String) -> SvgError {
        SvgError { message, place: None }
    }

    /// Makes an error about a byte of the document that a node is of.
    pub(super) fn at(node: Node, byte: usize, message: String) -> SvgError {
        let place = node.document().text_pos_at(byte);
        SvgError { message, place: Some((place.row, place.col)) }
    }
}

impl fmt::Display for SvgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "line {line}, column {column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Error for SvgError {}

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, replacement: String) {
        self.0.push((range, replacement));
    }

    fn applied_to(mut self, source: &str) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut out = String::new();
        let mut copied = 0;
        for (range, replacement) in self.0 {
            out.push_str(&source[copied..range.start]);
            out.push_str(&replacement);
            copied = range.end;
        }
        out.push_str(&source[copied..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::fonts::test_fonts;
    use super::*;

    fn outlined(svg: &str) -> Result<String, String> {
        with_outlined_texts(svg, test_fonts()).map_err(|error| error.to_string())
    }

    #[test]
    fn svg_that_is_not_well_formed_has_a_place() {
        let check = |svg: &str, expected: &str| assert_eq!(outlined(svg), Err(expected.to_owned()), "{svg}");
        check("<svg xmlns='http://www.w3.org/2000/svg'>\n<g>\n</svg>", "line 3, column 1: expected 'g' tag, not 'svg'");
        check("<svg>\n  <p>a & b</p></svg>", "line 2, column 8: malformed entity reference");
        check("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "line 1, column 1: XML with DTD detected");
    }

    #[test]
    fn nothing_outside_the_svg_is_linked() {
        let check = |link: &str, is_allowed: bool| {
            for attribute in ["href", "xlink:href"] {
                let image = format!("<image {attribute}='{link}'/>");
                let xlink = "http://www.w3.org/1999/xlink";
                let svg = format!("<svg xmlns='{NAMESPACE}' xmlns:xlink='{xlink}'>\n{image}</svg>");
                let expected =
                    format!("line 2, column 8: `{link}` is not in the SVG: images of a card are `data:image/…`");
                assert_eq!(outlined(&svg).err(), (!is_allowed).then_some(expected));
            }
        };
        check("#mark", true);
        check("data:image/png;base64,iVBORw0KGgo=", true);
        check("photo.png", false);
        check("/etc/passwd", false);
        check("file:///etc/passwd", false);
        check("https://example.org/photo.png", false);
        check("data:text/html,hello", false);
    }
}
