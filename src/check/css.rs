//! The URLs of a stylesheet: `url(…)` and `@import "…"` (CSS Syntax Level 3, CSS Values Level 4).

/// Returns the URLs that a stylesheet, or the value of a `style` attribute, loads; escapes in them are kept as written.
/// Comments and strings are skipped, and so are URLs that carry their data or name a part of the document.
pub(super) fn urls(css: &str) -> Vec<&str> {
    let mut urls = Vec::new();
    let mut rest = css;
    let mut is_import = false;
    while let Some(at) = rest.find(['/', '"', '\'', 'u', 'U', '@', ';', '{']) {
        let tail = &rest[at..];
        let is_name_before = rest[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if let Some(comment) = tail.strip_prefix("/*") {
            rest = comment.find("*/").map_or("", |end| &comment[end + 2..]);
        } else if tail.starts_with(['"', '\'']) {
            let (text, after) = string(tail);
            urls.extend(is_import.then_some(text));
            (rest, is_import) = (after, false);
        } else if let Some(value) = strip_word(tail, "url(").filter(|_| !is_name_before) {
            let value = value.trim_start();
            if value.starts_with(['"', '\'']) {
                let (text, after) = string(value);
                urls.push(text);
                rest = after;
            } else {
                let end = value.find(')').unwrap_or(value.len());
                urls.push(value[..end].trim_end());
                rest = &value[end..];
            }
            is_import = false;
        } else if let Some(after) = strip_word(tail, "@import") {
            (rest, is_import) = (after, true);
        } else {
            is_import &= !tail.starts_with([';', '{']);
            // All that is searched for is ASCII.
            rest = &tail[1..];
        }
    }
    urls.retain(|url| !url.is_empty() && !url.starts_with('#') && !url.starts_with("data:"));
    urls
}

/// Returns what follows a word of ASCII in any case; `None` if the text does not begin with it.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}

/// Splits the string with which a text begins from what follows it; a string ends with its line at the latest.
fn string(text: &str) -> (&str, &str) {
    let quote = text.as_bytes()[0];
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'\n' => return (&text[1..at], &text[at..]),
            byte if byte == quote => return (&text[1..at], &text[at + 1..]),
            _ => {}
        }
    }
    (&text[1..], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_those_that_a_browser_loads() {
        let check = |css: &str, expected: &[&str]| assert_eq!(urls(css), expected, "{css}");
        check(
            "a{background:url(/a.png)} b{background:URL( \"b.png\" ) , url('c d.png')}",
            &["/a.png", "b.png", "c d.png"],
        );
        check("@import \"x.css\" screen; @import url(y.css); @charset \"utf-8\";", &["x.css", "y.css"]);
        check("/* url(no.png) */ a::before{content:\"url(no.png)\"} a{b:my-url(no.png)}", &[]);
        check("a{b:url(#filter) url(data:image/png;base64,x) url() url(", &[]);
        check("a{content:\"\\\"url(no.png)\"} b{c:url(yes.png", &["yes.png"]);
        check("é{b:url(é.png)} \"open", &["é.png"]);
    }
}
