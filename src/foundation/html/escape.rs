//! Escaping for HTML, for XML and for JSON in HTML.

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

/// Serializes a value as JSON for a `script` element: nothing in it ends the element or begins a comment.
#[must_use]
pub fn json_in_html<T: serde::Serialize>(value: &T) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(escape_xml("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
        let json = serde_json::json!({ "title": "</script><!--&" });
        assert!(!json_in_html(&json).contains(['<', '>', '&']));
    }
}
