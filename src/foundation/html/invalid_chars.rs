//! Removes the characters that neither HTML nor XML 1.0 allows.
//!
//! NUL becomes U+FFFD (CommonMark 0.31, section 2.3). CR LF and a single CR become LF, as parsers of both languages
//! read them (WHATWG HTML, section 13.2.3.5; XML 1.0, section 2.11), so that the line endings of a source do not
//! change the output. All other control characters except tab, and the noncharacters of Unicode, are removed.

/// Removes the invalid characters of UTF-8 text. Bytes that are not UTF-8 become U+FFFD if anything is removed.
#[must_use]
pub fn strip_invalid_chars(text: impl Into<Vec<u8>>) -> Vec<u8> {
    let bytes = text.into();
    if !may_have_invalid_chars(&bytes) {
        return bytes;
    }
    valid_chars(&String::from_utf8_lossy(&bytes)).collect::<String>().into_bytes()
}

/// The characters of `text`, the invalid ones replaced or left out.
pub fn valid_chars(text: &str) -> impl Iterator<Item = char> {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            match chars.next()? {
                '\0' => return Some('\u{fffd}'),
                '\r' if chars.peek() == Some(&'\n') => {}
                '\r' => return Some('\n'),
                c if is_invalid(c) => {}
                c => return Some(c),
            }
        }
    })
}

fn is_invalid(c: char) -> bool {
    let code = u32::from(c);
    let is_noncharacter = (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe;
    is_noncharacter || (c.is_control() && !matches!(c, '\t' | '\n'))
}

/// Returns whether UTF-8 text may have invalid characters: false if it has none, and sometimes true although it has
/// none. Reads blocks of bytes, which compilers turn into wide instructions, and looks closer only at the few bytes
/// that can begin an invalid character.
#[must_use]
pub fn may_have_invalid_chars(bytes: &[u8]) -> bool {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n') || byte == 0x7f;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_characters_are_removed() {
        let check = |text: &str, expected: &str| {
            assert_eq!(String::from_utf8(strip_invalid_chars(text)).unwrap(), expected, "{text:?}");
        };
        check("a\0b\u{1}c\u{7f}d\u{85}e\u{fffe}f\u{fdd0}g\u{1ffff}h", "a\u{fffd}bcdefgh");
        check("a\tb\nc é … 罢 🎈 \u{fffd}\u{feff}", "a\tb\nc é … 罢 🎈 \u{fffd}\u{feff}");
        check("a\r\nb\rc\r\r\nd\r", "a\nb\nc\n\nd\n");
    }

    #[test]
    fn every_invalid_character_is_found_at_any_place() {
        let invalid = ('\0'..=char::MAX).filter(|&c| is_invalid(c));
        for (number, c) in invalid.enumerate() {
            let text = format!("{}{c} ", " ".repeat(250 + number % 10));
            assert!(may_have_invalid_chars(text.as_bytes()), "{c:?}");
        }
    }
}
