//! Removes the characters that neither HTML nor XML allows from a parsed text. They are in the source, or numeric
//! character references stand for them.

use std::sync::Arc;

use crate::content::body::{ArgumentValue, BodyHtml, LinkTarget, Placeholder, TextAnalysis};
use crate::html::{may_have_invalid_chars, valid_chars};

/// Returns whether the parse of `text` may have invalid characters: it has one, or a numeric character reference.
pub(super) fn is_needed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_numeric_reference = |at: usize| bytes.get(at + 1) == Some(&b'#');
    may_have_invalid_chars(bytes) || memchr::memchr_iter(b'&', bytes).any(is_numeric_reference)
}

/// Removes the invalid characters of a text.
pub(super) fn text(text: &mut String) {
    if may_have_invalid_chars(text.as_bytes()) {
        *text = valid_chars(text).collect();
    }
}

/// Removes the invalid characters of a body and of the blocks in it, whose depth [`super::blocks`] limits.
pub(super) fn body(body: &mut BodyHtml) {
    if may_have_invalid_chars(body.html.as_bytes()) {
        let mut html = String::with_capacity(body.html.len());
        let mut copied = 0;
        for (offset, _) in &mut body.placeholders {
            html.extend(valid_chars(&body.html[copied..*offset]));
            copied = *offset;
            *offset = html.len();
        }
        html.extend(valid_chars(&body.html[copied..]));
        body.html = html;
    }
    for (_, placeholder) in &mut body.placeholders {
        if let Placeholder::Block(_, inner) = placeholder {
            self::body(inner);
        }
    }
}

/// Removes the invalid characters of every text of an analysis.
pub(super) fn analysis(analysis: &mut TextAnalysis) {
    text(&mut analysis.excerpt);
    for heading in &mut analysis.headings {
        text(&mut heading.id);
        text(&mut heading.text);
    }
    Arc::make_mut(&mut analysis.anchors).iter_mut().for_each(text);
    for link in &mut analysis.links {
        text(&mut link.title);
        target(&mut link.target);
    }
    for image in &mut analysis.images {
        text(&mut image.alt);
        text(&mut image.title);
        target(&mut image.target);
    }
    for argument in analysis.blocks.iter_mut().flat_map(|block| &mut block.arguments) {
        if let ArgumentValue::Text(value) = &mut argument.value {
            text(value);
        }
    }
}

/// The path of a source has no control characters.
fn target(target: &mut LinkTarget) {
    match target {
        LinkTarget::Source(_, fragment) => fragment.iter_mut().for_each(text),
        LinkTarget::Root(url) | LinkTarget::Own(url) | LinkTarget::External(url) | LinkTarget::Fragment(url) => {
            text(url)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stay_at_their_place() {
        let placeholders = vec![(2, Placeholder::Image(0)), (4, Placeholder::Image(1))];
        let mut given = BodyHtml { html: "\u{1}a\u{2}bc\0".to_owned(), placeholders };
        body(&mut given);
        let placeholders = vec![(1, Placeholder::Image(0)), (2, Placeholder::Image(1))];
        assert_eq!(given, BodyHtml { html: "abc\u{fffd}".to_owned(), placeholders });
    }
}
