//! Character references of HTML and the characters they stand for (WHATWG HTML, section 13.2.5.72), as html5ever
//! decodes them.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Decodes the character references of a text between tags.
#[must_use]
pub fn decode_text(text: &str) -> Cow<'_, str> {
    // Without an open element no end tag ends the state, so that all markup is text in it.
    decode(text, |reference| tokenize(reference, State::RawData(RawKind::Rcdata)))
}

/// Decodes the character references of an attribute's value. A name without a semicolon that a letter, a digit or an
/// equals sign follows is left as written, so that `?a=1&copy=2` remains a query.
#[must_use]
pub fn decode_attribute(value: &str) -> Cow<'_, str> {
    decode(value, |reference| tokenize(&format!("<a b=\"{reference}\">"), State::Data))
}

/// Decodes each `&` with the characters behind it that its meaning depends on.
fn decode(text: &str, decode_reference: impl Fn(&str) -> String) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        let reference = &rest[at..];
        let is_end = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'#' | b';' | b'=');
        let end = reference.bytes().skip(1).position(is_end).map_or(reference.len(), |length| length + 1);
        decoded.push_str(&decode_reference(&reference[..end]));
        rest = &reference[end..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Returns the text of `html` or, if there is a tag, the value of its attribute.
fn tokenize(html: &str, state: State) -> String {
    let options = TokenizerOpts { initial_state: Some(state), ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Decoded::default(), options);
    let input = BufferQueue::default();
    input.push_back(html.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Decoded(RefCell<String>);

impl TokenSink for Decoded {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut decoded = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => decoded.push_str(&text),
            Token::TagToken(tag) => tag.attrs.iter().for_each(|attribute| decoded.push_str(&attribute.value)),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_attributes_are_decoded() {
        let check = |value: &str, expected: &str| assert_eq!(decode_attribute(value), expected, "{value}");
        check("java&#115;cript&colon;x", "javascript:x");
        check("java&Tab;script&#58x&#x3A;&#0;&#x110000;", "java\tscript:x:\u{fffd}\u{fffd}");
        check("a?b=1&c=2&amp;d&lang=x&", "a?b=1&c=2&d&lang=x&");
        check("a?b=1&copy=2&copy", "a?b=1&copy=2©");
        check("caf&eacute;&none;&;&#;&#x;&NewLine;.pdf", "café&none;&;&#;&#x;\n.pdf");
        check("\u{feff}\"&quot;'>&#x27;", "\u{feff}\"\"'>'");
    }

    #[test]
    fn references_in_text_are_decoded() {
        let check = |text: &str, expected: &str| assert_eq!(decode_text(text), expected, "{text}");
        check("A &amp; B &lt;i&gt; &copy2026 &notit; &#x80;", "A & B <i> ©2026 ¬it; €");
        check("\u{feff}</title> < </ &amp; <!-- &lt; -->", "\u{feff}</title> < </ & <!-- < -->");
        check("a & b", "a & b");
    }
}
