//! Characters that no HTML or XML may hold: NUL becomes U+FFFD (CommonMark, section 2.3), the other control
//! characters but tab and line feed, and the noncharacters of Unicode, are left out.

use std::sync::Arc;

use crate::content::body::{ArgumentValue, BodyHtml, LinkTarget, Placeholder, TextAnalysis};

/// Whether something may have to be left out of what is made of a text: it holds such a character, or a numeric
/// character reference, which may stand for one.
pub(super) fn is_needed(text: &str) -> bool {
    let bytes = text.as_bytes();
    is_unclean(text) || memchr::memchr_iter(b'&', bytes).any(|at| bytes.get(at + 1) == Some(&b'#'))
}

/// Whether a text may hold such a character. Quick, and sometimes true of a text that does not.
fn is_unclean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let control = |byte: u8| ((byte < b' ') & (byte != b'\t') & (byte != b'\n')) | (byte == 0x7f);
    if bytes.iter().fold(false, |found, &byte| found | control(byte)) {
        return true;
    }
    // C1 controls are C2 80 to C2 9F; noncharacters end with B7 90 to B7 AF or BF BE to BF BF.
    memchr::memchr3_iter(0xc2, 0xb7, 0xbf, bytes).any(|at| match (bytes[at], bytes.get(at + 1)) {
        (_, None) => false,
        (0xc2, Some(next)) => *next < 0xa0,
        (0xb7, Some(next)) => (0x90..0xb0).contains(next),
        (_, Some(next)) => *next >= 0xbe,
    })
}

fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n'))
        || (0xfdd0..=0xfdef).contains(&u32::from(c))
        || u32::from(c) & 0xfffe == 0xfffe
}

fn clean_char(c: char) -> Option<char> {
    if c == '\0' { Some('\u{fffd}') } else { Some(c).filter(|&c| !is_forbidden(c)) }
}

/// Cleans a text.
pub(super) fn text(text: &mut String) {
    if is_unclean(text) {
        *text = text.chars().filter_map(clean_char).collect();
    }
}

/// Cleans a body with all that stands in its blocks. Blocks are nested only so deep, see [`super::blocks`].
pub(super) fn body(body: &mut BodyHtml) {
    if is_unclean(&body.html) {
        let mut html = String::with_capacity(body.html.len());
        let mut copied = 0;
        for (offset, _) in &mut body.placeholders {
            html.extend(body.html[copied..*offset].chars().filter_map(clean_char));
            copied = *offset;
            *offset = html.len();
        }
        html.extend(body.html[copied..].chars().filter_map(clean_char));
        body.html = html;
    }
    for (_, hole) in &mut body.placeholders {
        if let Placeholder::Block(_, inner) = hole {
            self::body(inner);
        }
    }
}

/// Cleans every text of an outline.
pub(super) fn outline(outline: &mut TextAnalysis) {
    text(&mut outline.excerpt);
    for heading in &mut outline.headings {
        text(&mut heading.id);
        text(&mut heading.text);
    }
    Arc::make_mut(&mut outline.anchors).iter_mut().for_each(text);
    for link in &mut outline.links {
        text(&mut link.title);
        target(&mut link.target);
    }
    for image in &mut outline.images {
        text(&mut image.alt);
        text(&mut image.title);
        target(&mut image.target);
    }
    for argument in outline.blocks.iter_mut().flat_map(|block| &mut block.arguments) {
        if let ArgumentValue::Text(value) = &mut argument.value {
            text(value);
        }
    }
}

/// The path of a source cannot hold control characters.
fn target(target: &mut LinkTarget) {
    match target {
        LinkTarget::Source(_, fragment) => fragment.iter_mut().for_each(text),
        LinkTarget::Root(address)
        | LinkTarget::Own(address)
        | LinkTarget::External(address)
        | LinkTarget::Fragment(address) => text(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_are_removed() {
        let check = |given: &str, expected: &str| {
            let mut given = given.to_owned();
            text(&mut given);
            assert_eq!(given, expected);
        };
        check("a\0b\u{1}c\u{7f}d\u{85}e\u{fffe}f\u{fdd0}g\u{1ffff}h\ri", "a\u{fffd}bcdefghi");
        check("a\tb\nc é … 罢 🎈 \u{fffd}\u{feff}", "a\tb\nc é … 罢 🎈 \u{fffd}\u{feff}");
    }

    #[test]
    fn placeholders_stay_at_their_place() {
        let placeholders = vec![(2, Placeholder::Image(0)), (4, Placeholder::Image(1))];
        let mut given = BodyHtml { html: "\u{1}a\u{2}bc\0".to_owned(), placeholders };
        body(&mut given);
        let placeholders = vec![(1, Placeholder::Image(0)), (2, Placeholder::Image(1))];
        assert_eq!(given, BodyHtml { html: "abc\u{fffd}".to_owned(), placeholders });
    }
}
