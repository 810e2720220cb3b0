//! The value of a `srcset` attribute.

/// Splits the value of a `srcset` attribute into the URL and the descriptor (`2x`, `640w`, or empty) of each candidate
/// (WHATWG HTML, section 4.8.4.2.1).
#[must_use]
pub fn parse_srcset(srcset: &str) -> Vec<(&str, &str)> {
    let mut candidates = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            return candidates;
        }
        let (url, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let alone = url.trim_end_matches(',');
        let end = if alone.len() < url.len() { 0 } else { after.find(',').unwrap_or(after.len()) };
        candidates.push((alone, after[..end].trim()));
        rest = &after[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_split() {
        assert_eq!(parse_srcset("a.png 1x,b,c.png  2x, d.png"), [("a.png", "1x"), ("b,c.png", "2x"), ("d.png", "")]);
        assert_eq!(parse_srcset("a.png, b.png 2w ,"), [("a.png", ""), ("b.png", "2w")]);
    }
}
