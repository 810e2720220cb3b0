//! Escaping for HTML, XML and JSON in HTML; and the last look at every page for characters that neither HTML nor XML
//! may hold.

use std::borrow::Cow;

/// Escapes text for HTML and XML, in elements and in attributes with double quotes.
#[must_use]
pub fn escape_xml(text: &str) -> Cow<'_, str> {
    let entity = |byte: u8| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    };
    let Some(first) = text.bytes().position(|byte| entity(byte).is_some()) else { return Cow::Borrowed(text) };
    let mut escaped = String::with_capacity(text.len() + text.len() / 8 + 16);
    let mut at = 0;
    for (found, byte) in text.bytes().enumerate().skip(first) {
        let Some(entity) = entity(byte) else { continue };
        escaped.push_str(&text[at..found]);
        escaped.push_str(entity);
        at = found + 1;
    }
    escaped.push_str(&text[at..]);
    Cow::Owned(escaped)
}

/// JSON that can stand in a `script` element: nothing in it ends the element or begins a comment.
#[must_use]
pub(super) fn json_in_html<T: serde::Serialize>(value: &T) -> String {
    let json = serde_json::to_string(value).expect("plain data");
    let mut safe = String::with_capacity(json.len());
    let mut at = 0;
    for found in memchr::memchr3_iter(b'<', b'>', b'&', json.as_bytes()) {
        safe.push_str(&json[at..found]);
        safe.push_str(match json.as_bytes()[found] {
            b'<' => "\\u003c",
            b'>' => "\\u003e",
            _ => "\\u0026",
        });
        at = found + 1;
    }
    safe.push_str(&json[at..]);
    safe
}

/// Takes out of UTF-8 text the characters that neither HTML nor XML 1.0 may hold: control characters but for tab and
/// line ends, and Unicode's noncharacters. Nearly every text comes back as it is.
#[must_use]
pub fn strip_invalid_chars(text: impl Into<Vec<u8>>) -> Vec<u8> {
    let bytes = text.into();
    if !is_suspicious(&bytes) {
        return bytes;
    }
    let text: String = String::from_utf8_lossy(&bytes).chars().filter(|&c| !is_forbidden(c)).collect();
    text.into_bytes()
}

/// Whether there may be such a character. Looks at blocks of bytes, which compilers turn into wide instructions, and
/// closer only at bytes that begin few characters.
fn is_suspicious(bytes: &[u8]) -> bool {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f;
    let rare = |byte: u8| byte >= 0xef || byte == 0xc2;
    bytes.chunks(256).enumerate().any(|(index, block)| {
        if block.iter().fold(false, |found, &byte| found | control(byte)) {
            return true;
        }
        if !block.iter().fold(false, |found, &byte| found | rare(byte)) {
            return false;
        }
        let start = index * 256;
        let at = |position: usize| bytes.get(position).copied().unwrap_or(0);
        (start..start + block.len()).filter(|&position| rare(bytes[position])).any(|position| {
            let next = at(position + 1);
            match bytes[position] {
                0xc2 => next < 0xa0,
                0xef => matches!(next, 0xb7 | 0xbf),
                _ => at(position + 2) == 0xbf,
            }
        })
    })
}

fn is_forbidden(c: char) -> bool {
    (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r')) || is_forbidden_beyond_ascii(c)
}

fn is_forbidden_beyond_ascii(c: char) -> bool {
    let code = c as u32;
    matches!(code, 0x80..=0x9f | 0xfdd0..=0xfdef) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(escape_xml("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
        let json = serde_json::json!({ "title": "</script><!--&" });
        assert!(!json_in_html(&json).contains(['<', '>', '&']));
        let text = "a\u{0}b\u{8}\u{85}\u{ffff}\tc\u{7f}é";
        assert_eq!(strip_invalid_chars(text), "ab\tcé".as_bytes());
    }
}
