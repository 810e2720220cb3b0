//! HTML that authors write between their Markdown, cut into tags and what lies between them, as a browser would
//! (WHATWG HTML, section 13.2.5). Whatever is not well formed comes out as text, so that every input gets through.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Parser};

/// A part of some HTML.
#[derive(Debug)]
pub(super) enum HtmlToken<'a> {
    /// Between tags; a `<` in it begins none.
    Text(&'a str),
    /// The content of an element that holds no tags, like a script's.
    Verbatim(&'a str),
    /// A tag.
    Tag(Tag<'a>),
    /// A comment.
    Comment,
    /// A comment that never ends.
    EndlessComment,
    /// A declaration, a processing instruction or a CDATA section.
    Instruction(&'a str),
    /// A tag that never ends.
    EndlessTag(&'a str),
}

/// A tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// All of it.
    pub(super) text: &'a str,
    /// The element's name.
    pub(super) name: &'a str,
    /// Whether it is an end tag.
    pub(super) ends: bool,
    /// Its attributes in order.
    pub(super) attributes: Vec<Attribute<'a>>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute as it is written, if there is such.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let attribute = self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        attribute.map(|attribute| attribute.value)
    }
}

/// An attribute. Ranges are bytes of the tag.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its value, without quotes, its entities as written.
    pub(super) value: &'a str,
    /// From its name to the end of its value.
    pub(super) at: Range<usize>,
    /// Where its value stands, the quotes included.
    pub(super) value_at: Range<usize>,
}

/// The elements whose content holds no tags.
const VERBATIM: [&str; 7] = ["script", "style", "textarea", "title", "iframe", "xmp", "noembed"];

/// Cuts HTML into pieces, each with its offset.
pub(super) struct HtmlTokenizer<'a> {
    html: &'a str,
    at: usize,
    /// The element that is open and holds no tags.
    verbatim: Option<&'a str>,
}

impl<'a> HtmlTokenizer<'a> {
    /// The pieces of `html`.
    pub(super) fn new(html: &'a str) -> HtmlTokenizer<'a> {
        HtmlTokenizer { html, at: 0, verbatim: None }
    }

    /// The element without tags that was begun and not ended, after the last piece.
    pub(super) fn unended(&self) -> Option<&'a str> {
        self.verbatim
    }

    fn piece(&mut self) -> (usize, HtmlToken<'a>) {
        let rest = &self.html[self.at..];
        if let Some(name) = self.verbatim {
            if let Some(end) = find_end_tag(rest, name) {
                self.verbatim = None;
                if end > 0 {
                    return (end, HtmlToken::Verbatim(&rest[..end]));
                }
            } else {
                return (rest.len(), HtmlToken::Verbatim(rest));
            }
        }
        if !begins_markup(rest) {
            let end = rest.match_indices('<').map(|(at, _)| at).find(|&at| begins_markup(&rest[at..]));
            let end = end.unwrap_or(rest.len());
            return (end, HtmlToken::Text(&rest[..end]));
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = if comment.starts_with('>') || comment.starts_with("->") {
                rest.find('>').map(|at| at + 1)
            } else {
                comment.find("-->").map(|at| "<!--".len() + at + "-->".len())
            };
            return end.map_or((rest.len(), HtmlToken::EndlessComment), |end| (end, HtmlToken::Comment));
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            let close = match rest.as_bytes() {
                [_, b'?', ..] => "?>",
                bytes if bytes.starts_with(b"<![CDATA[") => "]]>",
                _ => ">",
            };
            let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
            return (end, HtmlToken::Instruction(&rest[..end]));
        }
        match read_tag(rest) {
            Some(tag) => {
                let known = VERBATIM.iter().any(|name| name.eq_ignore_ascii_case(tag.name));
                self.verbatim = (known && !tag.ends).then_some(tag.name);
                (tag.text.len(), HtmlToken::Tag(tag))
            }
            None => (rest.len(), HtmlToken::EndlessTag(rest)),
        }
    }
}

impl<'a> Iterator for HtmlTokenizer<'a> {
    type Item = (usize, HtmlToken<'a>);

    fn next(&mut self) -> Option<(usize, HtmlToken<'a>)> {
        if self.at == self.html.len() {
            return None;
        }
        let start = self.at;
        let (length, piece) = self.piece();
        self.at += length;
        Some((start, piece))
    }
}

/// Whether a text begins with a tag, a comment or the like.
fn begins_markup(text: &str) -> bool {
    match text.as_bytes() {
        [b'<', b'/', letter, ..] | [b'<', letter, ..] if letter.is_ascii_alphabetic() => true,
        [b'<', b'!' | b'?', ..] => true,
        _ => false,
    }
}

/// Where the end tag of an element begins.
fn find_end_tag(html: &str, name: &str) -> Option<usize> {
    html.match_indices("</").map(|(at, _)| at).find(|at| {
        let rest = &html.as_bytes()[at + 2..];
        let after = rest.get(name.len());
        rest.len() >= name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && after.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
    })
}

/// Reads the tag that a text begins with; none when it does not end.
fn read_tag(html: &str) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let ends = bytes[1] == b'/';
    let start = 1 + usize::from(ends);
    let skip = |mut at: usize, matches: fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|&byte| matches(byte)) {
            at += 1;
        }
        at
    };
    let mut at = skip(start, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>'));
    let name = &html[start..at];
    let mut attributes = Vec::new();
    loop {
        at = skip(at, |byte| byte.is_ascii_whitespace() || byte == b'/');
        if *bytes.get(at)? == b'>' {
            return Some(Tag { text: &html[..=at], name, ends, attributes });
        }
        let begin = at;
        // An equals sign may begin a name.
        at = skip(at + 1, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='));
        let name_end = at;
        let equals = skip(at, |byte| byte.is_ascii_whitespace());
        let (mut value, mut value_at) = ("", name_end..name_end);
        if bytes.get(equals) == Some(&b'=') {
            let open = skip(equals + 1, |byte| byte.is_ascii_whitespace());
            at = match *bytes.get(open)? {
                quote @ (b'"' | b'\'') => {
                    let close = open + 1 + html[open + 1..].find(quote as char)?;
                    value = &html[open + 1..close];
                    close + 1
                }
                _ => {
                    let end = skip(open, |byte| !byte.is_ascii_whitespace() && byte != b'>');
                    value = &html[open..end];
                    end
                }
            };
            value_at = open..at;
        }
        attributes.push(Attribute { name: &html[begin..name_end], value, at: begin..at, value_at });
    }
}

/// Undoes the character references in an attribute's value (WHATWG HTML, section 13.2.5.72), but for those that lack
/// their semicolon: none of them stands for a character that makes an address mean something else.
pub(super) fn decode(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut decoded = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        let reference = &rest[at + 1..];
        let taken = match reference.strip_prefix('#') {
            Some(number) => decode_number(number).map(|(c, length)| (c.to_string(), 1 + length)),
            None => decode_name(reference),
        };
        let (text, length) = taken.unwrap_or_else(|| ("&".to_owned(), 0));
        decoded.push_str(&text);
        rest = &reference[length..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The character of `58;` or `x3a`, and the reference's length.
fn decode_number(number: &str) -> Option<(char, usize)> {
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
    let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let code = u32::from_str_radix(&digits[..length], radix);
    let c = code.ok().filter(|&code| code > 0).and_then(char::from_u32).unwrap_or('\u{fffd}');
    let end = number.len() - digits.len() + length;
    (length > 0).then_some((c, end + usize::from(number[end..].starts_with(';'))))
}

/// The text of `amp;`, and its length. The parser knows all the names.
fn decode_name(reference: &str) -> Option<(String, usize)> {
    const LONGEST: usize = "CounterClockwiseContourIntegral;".len();
    let length = reference.bytes().take(LONGEST).position(|byte| !byte.is_ascii_alphanumeric())?;
    if !reference[length..].starts_with(';') || length == 0 {
        return None;
    }
    let markdown = format!("&{};", &reference[..length]);
    let text = Parser::new(&markdown).find_map(|event| match event {
        Event::Text(text) => Some(text.into_string()),
        _ => None,
    })?;
    (text != markdown).then_some((text, length + 1))
}

/// The addresses of a `srcset` with the width or density of each (WHATWG HTML, section 4.8.4.2.1).
pub(super) fn candidates(srcset: &str) -> Vec<(&str, &str)> {
    let mut candidates = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            return candidates;
        }
        let (address, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let alone = address.trim_end_matches(',');
        let end = if alone.len() < address.len() { 0 } else { after.find(',').unwrap_or(after.len()) };
        candidates.push((alone, after[..end].trim()));
        rest = &after[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let reported: Vec<String> = HtmlTokenizer::new(html)
            .map(|(at, piece)| match piece {
                HtmlToken::Tag(tag) => {
                    assert_eq!(&html[at..at + tag.text.len()], tag.text);
                    let attributes: Vec<String> = tag
                        .attributes
                        .iter()
                        .map(|a| format!(" {}[{}]{}", a.name, a.value, &tag.text[a.value_at.clone()]))
                        .collect();
                    format!("{}{}{}", if tag.ends { "/" } else { "" }, tag.name, attributes.concat())
                }
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(reported, expected, "{html}");
    }

    #[test]
    fn tags_are_read() {
        check("<a HREF=x title='a>b' b>", &["a HREF[x]x title[a>b]'a>b' b[]"]);
        check("a</p >b<br/>", &["Text(\"a\")", "/p", "Text(\"b\")", "br"]);
        check("<p\nclass = \"x\"id=y/>", &["p class[x]\"x\" id[y/]y/"]);
        check("<i =a=b>", &["i =a[b]b"]);
        check("1 < 2 <3 <b>", &["Text(\"1 < 2 <3 \")", "b"]);
    }

    #[test]
    fn what_is_no_tag() {
        check("<!-- a > b --><!--><?php x ?>", &["Comment", "Comment", "Instruction(\"<?php x ?>\")"]);
        check("<![CDATA[ > ]]><!-- a", &["Instruction(\"<![CDATA[ > ]]>\")", "EndlessComment"]);
        check("<script>a<b></SCRIPT ><i>", &["script", "Verbatim(\"a<b>\")", "/SCRIPT", "i"]);
        check("<style>a</stylex>", &["style", "Verbatim(\"a</stylex>\")"]);
        check("<a href=\"x>\n<b>", &["EndlessTag(\"<a href=\\\"x>\\n<b>\")"]);
        check("<a", &["EndlessTag(\"<a\")"]);
        check("<", &["Text(\"<\")"]);
    }

    #[test]
    fn candidates_are_read() {
        assert_eq!(candidates(" a.png 1x,b,c.png  2x, d.png"), [("a.png", "1x"), ("b,c.png", "2x"), ("d.png", "")]);
        assert_eq!(candidates("a.png, b.png 2w ,"), [("a.png", ""), ("b.png", "2w")]);
    }

    #[test]
    fn references_are_decoded() {
        let check = |value: &str, expected: &str| assert_eq!(decode(value), expected, "{value}");
        check("java&#115;cript&colon;x", "javascript:x");
        check("java&Tab;script&#58x&#x3A;&#0;&#x110000;", "java\tscript:x:\u{fffd}\u{fffd}");
        check("a?b=1&c=2&amp;d&lang=x&", "a?b=1&c=2&d&lang=x&");
        check("caf&eacute;&none;&;&#;&#x;&NewLine;.pdf", "café&none;&;&#;&#x;\n.pdf");
    }
}
