//! HTML split into tokens as a browser splits it (WHATWG HTML, section 13.2.5), with the byte ranges of all parts.
//!
//! Invariant: the tokens cover the input without gaps, so that an edit of one attribute leaves every other byte as it
//! is. Markup that is not well formed becomes text or a token of its own; no input is an error.

use std::borrow::Cow;
use std::ops::Range;

use super::decode_attribute;

/// A part of an HTML text.
#[derive(Debug)]
pub enum HtmlToken<'a> {
    /// Text between tags, its character references as written. A `<` in it begins no tag.
    Text(&'a str),
    /// The content of an element that contains no tags, such as `script`.
    RawText(&'a str),
    /// A start tag or an end tag.
    Tag(Tag<'a>),
    /// A comment.
    Comment,
    /// A comment that is not closed before the end of the input.
    UnclosedComment,
    /// A declaration, a processing instruction or a CDATA section.
    Instruction(&'a str),
    /// A tag that is not closed before the end of the input.
    UnclosedTag(&'a str),
}

/// A start tag or an end tag.
#[derive(Debug)]
pub struct Tag<'a> {
    /// The whole tag, from `<` to `>`.
    pub text: &'a str,
    /// The element's name as written.
    pub name: &'a str,
    /// Whether it is an end tag.
    pub is_end: bool,
    /// Its attributes in order.
    pub attributes: Vec<Attribute<'a>>,
}

impl<'a> Tag<'a> {
    /// Returns whether it is the start tag of an element with this name.
    #[must_use]
    pub fn starts(&self, name: &str) -> bool {
        !self.is_end && self.name.eq_ignore_ascii_case(name)
    }

    /// Returns the attribute with a name. Of several, browsers keep the first.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Returns the value of an attribute, its character references decoded.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attribute(name).map(|attribute| decode_attribute(attribute.value))
    }
}

/// An attribute of a tag. Ranges are bytes of the tag.
#[derive(Debug)]
pub struct Attribute<'a> {
    /// The name as written.
    pub name: &'a str,
    /// The value without quotes, its character references as written.
    pub value: &'a str,
    /// From the name to the end of the value.
    pub range: Range<usize>,
    /// The value with its quotes; empty behind the name if there is no value.
    pub value_range: Range<usize>,
}

/// The elements whose content has no tags.
const RAW_TEXT_ELEMENTS: [&str; 7] = ["script", "style", "textarea", "title", "iframe", "xmp", "noembed"];

/// Iterator over the tokens of an HTML text, each with its byte offset.
#[derive(Clone, Debug)]
pub struct HtmlTokenizer<'a> {
    html: &'a str,
    at: usize,
    /// The raw text element that is open.
    raw_text_element: Option<&'a str>,
}

impl<'a> HtmlTokenizer<'a> {
    /// Begins at the start of `html`.
    #[must_use]
    pub fn new(html: &'a str) -> HtmlTokenizer<'a> {
        HtmlTokenizer { html, at: 0, raw_text_element: None }
    }

    /// Returns the name of the element that contains no tags and is still open behind the last token.
    #[must_use]
    pub fn unclosed(&self) -> Option<&'a str> {
        self.raw_text_element
    }

    /// Returns the token at the current offset, and its length in bytes.
    fn token(&mut self) -> (usize, HtmlToken<'a>) {
        let rest = &self.html[self.at..];
        if let Some(name) = self.raw_text_element {
            if let Some(end) = find_end_tag(rest, name) {
                self.raw_text_element = None;
                if end > 0 {
                    return (end, HtmlToken::RawText(&rest[..end]));
                }
            } else {
                return (rest.len(), HtmlToken::RawText(rest));
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
            return end.map_or((rest.len(), HtmlToken::UnclosedComment), |end| (end, HtmlToken::Comment));
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
                let is_raw_text = RAW_TEXT_ELEMENTS.iter().any(|name| tag.starts(name));
                self.raw_text_element = is_raw_text.then_some(tag.name);
                (tag.text.len(), HtmlToken::Tag(tag))
            }
            None => (rest.len(), HtmlToken::UnclosedTag(rest)),
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
        let (length, token) = self.token();
        self.at += length;
        Some((start, token))
    }
}

/// Returns whether `text` begins with a tag, a comment, a declaration or an instruction.
fn begins_markup(text: &str) -> bool {
    match text.as_bytes() {
        [b'<', b'/', letter, ..] | [b'<', letter, ..] if letter.is_ascii_alphabetic() => true,
        [b'<', b'!' | b'?', ..] => true,
        _ => false,
    }
}

/// Returns the offset of the end tag of an element.
fn find_end_tag(html: &str, name: &str) -> Option<usize> {
    html.match_indices("</").map(|(at, _)| at).find(|at| {
        let rest = &html.as_bytes()[at + 2..];
        let after = rest.get(name.len());
        rest.len() >= name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && after.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
    })
}

/// Reads the tag at the beginning of `html`; `None` if it is not closed.
fn read_tag(html: &str) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let is_end = bytes[1] == b'/';
    let start = 1 + usize::from(is_end);
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
            return Some(Tag { text: &html[..=at], name, is_end, attributes });
        }
        let begin = at;
        // An equals sign may begin a name.
        at = skip(at + 1, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='));
        let name_end = at;
        let equals = skip(at, |byte| byte.is_ascii_whitespace());
        let (mut value, mut value_range) = ("", name_end..name_end);
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
            value_range = open..at;
        }
        attributes.push(Attribute { name: &html[begin..name_end], value, range: begin..at, value_range });
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use html5ever::tokenizer::states::RawKind;
    use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, TokenizerOpts};
    use proptest::prelude::*;

    use super::super::decode_text;
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let reported: Vec<String> = HtmlTokenizer::new(html)
            .map(|(at, piece)| match piece {
                HtmlToken::Tag(tag) => {
                    assert_eq!(&html[at..at + tag.text.len()], tag.text);
                    let attributes: Vec<String> = tag
                        .attributes
                        .iter()
                        .map(|a| format!(" {}[{}]{}", a.name, a.value, &tag.text[a.value_range.clone()]))
                        .collect();
                    format!("{}{}{}", if tag.is_end { "/" } else { "" }, tag.name, attributes.concat())
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
        check("<![CDATA[ > ]]><!-- a", &["Instruction(\"<![CDATA[ > ]]>\")", "UnclosedComment"]);
        check("<script>a<b></SCRIPT ><i>", &["script", "RawText(\"a<b>\")", "/SCRIPT", "i"]);
        check("<style>a</stylex>", &["style", "RawText(\"a</stylex>\")"]);
        check("<a href=\"x>\n<b>", &["UnclosedTag(\"<a href=\\\"x>\\n<b>\")"]);
        check("<a", &["UnclosedTag(\"<a\")"]);
        check("<", &["Text(\"<\")"]);
    }

    /// What a browser makes of HTML: tags with decoded attributes, and text.
    #[derive(Default)]
    struct Browser(RefCell<Vec<String>>);

    impl Browser {
        fn push_text(&self, text: &str) {
            let mut found = self.0.borrow_mut();
            match found.last_mut() {
                Some(last) if !last.starts_with('<') => last.push_str(text),
                _ if text.is_empty() => {}
                _ => found.push(format!("|{text}")),
            }
        }

        fn push_tag(&self, name: &str, is_end: bool, attributes: impl Iterator<Item = (String, String)>) {
            let mut kept: Vec<(String, String)> = Vec::new();
            for (name, value) in attributes.filter(|_| !is_end) {
                if kept.iter().all(|(known, _)| *known != name) {
                    kept.push((name, value));
                }
            }
            self.0.borrow_mut().push(format!("<{}{name}{kept:?}", if is_end { "/" } else { "" }));
        }
    }

    impl TokenSink for Browser {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            match token {
                Token::CharacterTokens(text) => self.push_text(&text),
                Token::TagToken(tag) => {
                    let is_end = tag.kind == TagKind::EndTag;
                    let attributes = tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string()));
                    self.push_tag(&tag.name, is_end, attributes);
                    match &*tag.name {
                        "style" if !is_end => return TokenSinkResult::RawData(RawKind::Rawtext),
                        "title" if !is_end => return TokenSinkResult::RawData(RawKind::Rcdata),
                        _ => {}
                    }
                }
                _ => {}
            }
            TokenSinkResult::Continue
        }
    }

    fn read_by_html5ever(html: &str) -> Vec<String> {
        let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
        let tokenizer = html5ever::tokenizer::Tokenizer::new(Browser::default(), options);
        let input = BufferQueue::default();
        input.push_back(html.into());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }

    fn read_here(html: &str) -> Vec<String> {
        let browser = Browser::default();
        let mut element = String::new();
        for (_, token) in HtmlTokenizer::new(html) {
            match token {
                HtmlToken::Text(text) => browser.push_text(&decode_text(text)),
                HtmlToken::RawText(text) if element == "title" => browser.push_text(&decode_text(text)),
                HtmlToken::RawText(text) => browser.push_text(text),
                HtmlToken::Tag(tag) => {
                    element = tag.name.to_ascii_lowercase();
                    let attributes = tag
                        .attributes
                        .iter()
                        .map(|a| (a.name.to_ascii_lowercase(), decode_attribute(a.value).into_owned()));
                    browser.push_tag(&element, tag.is_end, attributes);
                }
                HtmlToken::Comment | HtmlToken::UnclosedComment => {}
                HtmlToken::Instruction(_) | HtmlToken::UnclosedTag(_) => {}
            }
        }
        browser.0.into_inner()
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_html5ever(html in "(<a|<B |<br/| href|=|'|\"|>|/>|</a>|</B x>| |\n|x|é|< |<3|&amp;|&lt|&copy|&#x27;|&|;|<!--|-->|<!x>|<title>|</title>|<style>|</STYLE >){0,40}") {
            prop_assert_eq!(read_here(&html), read_by_html5ever(&html));
        }
    }
}
