//! Classifies URLs in a text: external, a fragment of the text, a source, root-relative, or refused. Only the schemes
//! `http`, `https`, `mailto`, `tel` and `sms` are allowed, however they are spelt: spaces, tabs and control characters
//! are removed first, as browsers do (WHATWG URL, section 4.4).

use std::borrow::Cow;

use crate::path::{SourcePath, decode_path};

/// A URL that may be published.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) enum Href<'a> {
    /// `http:` or `https:`; a URL that began with `//` gets `https:`.
    Web(Cow<'a, str>),
    /// `mailto:`, `tel:` or `sms:`.
    Contact(Cow<'a, str>),
    /// A fragment of the same text, decoded, without `#`.
    Fragment(String),
    /// A root-relative URL, as written.
    Root(String),
    /// A source by its path from the site's folder, and a fragment in it.
    Source(SourcePath, Option<String>),
}

impl Href<'_> {
    /// Converts to a value that borrows nothing.
    pub(super) fn into_owned(self) -> Href<'static> {
        match self {
            Href::Web(to) => Href::Web(Cow::Owned(to.into_owned())),
            Href::Contact(to) => Href::Contact(Cow::Owned(to.into_owned())),
            Href::Fragment(to) => Href::Fragment(to),
            Href::Root(to) => Href::Root(to),
            Href::Source(path, fragment) => Href::Source(path, fragment),
        }
    }
}

/// Why a URL may not be published, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) struct HrefError {
    pub(in crate::content) message: String,
    pub(in crate::content) help: &'static str,
}

const HELP_SCHEMES: &str = "link to http, https, mailto, tel or sms, or to a file of this site";
const HELP_WEB: &str = "write the complete URL: `https://example.org/page`";
const HELP_FILES: &str = "name the file by its path from this one, with `/` between folders: `../2024/strike.md`";

/// Parses a URL in `file`. HTML entities and Markdown escapes are already decoded.
pub(in crate::content) fn read<'a>(written: &'a str, file: &SourcePath) -> Result<Href<'a>, HrefError> {
    let trimmed = written.trim_matches(|c: char| c <= ' ');
    let text = if trimmed.contains(['\t', '\n', '\r']) {
        Cow::Owned(trimmed.replace(['\t', '\n', '\r'], ""))
    } else {
        Cow::Borrowed(trimmed)
    };
    let error = |what: &str, help| HrefError { message: format!("`{}` {what}", shorten(written)), help };
    if text.is_empty() {
        return Err(HrefError { message: "an empty URL".to_owned(), help: "write the URL to which it leads" });
    }
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f || byte == 0xc2) && text.chars().any(char::is_control) {
        return Err(error("contains a control character", "type it again"));
    }
    if let Some((scheme, rest)) = split_scheme(&text) {
        let scheme = scheme.to_ascii_lowercase();
        return match scheme.as_str() {
            "http" | "https" => match check_host(rest) {
                Ok(()) => Ok(Href::Web(text)),
                Err(what) => Err(error(what, HELP_WEB)),
            },
            "mailto" | "tel" | "sms" if !rest.is_empty() => Ok(Href::Contact(text)),
            _ if scheme.len() == 1 => Err(error("is a path on one computer", HELP_FILES)),
            _ => Err(HrefError {
                message: format!("`{}:` URLs are not published", shorten(&scheme)),
                help: HELP_SCHEMES,
            }),
        };
    }
    if text.starts_with("//") {
        return match check_host(&text) {
            Ok(()) => Ok(Href::Web(Cow::Owned(format!("https:{text}")))),
            Err(what) => Err(error(what, HELP_WEB)),
        };
    }
    if text.contains('\\') {
        return Err(error("contains a backslash", HELP_FILES));
    }
    // Most URLs contain no percent sign.
    let decode = |part: &str| if part.contains('%') { decode_path(part) } else { Some(part.to_owned()) };
    let not_utf8 = || error("is not UTF-8 once its percent signs are decoded", "write the characters themselves");
    let (path, fragment) = match text.split_once('#') {
        Some((path, fragment)) => (path, Some(decode(fragment).ok_or_else(not_utf8)?)),
        None => (&*text, None),
    };
    if path.starts_with('/') {
        let end = path.find('?').unwrap_or(path.len());
        let decoded = decode(&path[..end]).ok_or_else(not_utf8)?;
        return match decoded.split('/').any(|part| matches!(part, "." | "..")) || decoded.contains('\\') {
            true => Err(error("is not a plain path", "write it from the root, without `.` and `..`")),
            false => Ok(Href::Root(text.into_owned())),
        };
    }
    if path.is_empty() {
        return Ok(Href::Fragment(fragment.unwrap_or_default()));
    }
    if path.starts_with("www.") {
        return Err(error("lacks its `https://`", HELP_WEB));
    }
    if path.contains('?') {
        return Err(error(
            "has a query (`?`) after a file",
            "link to the file alone; a `?` in its name is written `%3F`",
        ));
    }
    let path = decode(path).ok_or_else(not_utf8)?;
    match file.join(&path) {
        Some(path) => Ok(Href::Source(path, fragment.filter(|fragment| !fragment.is_empty()))),
        None if leaves_site(&path, file) => Err(error("leads out of the site", HELP_FILES)),
        None => Err(error("is not the path of a file", HELP_FILES)),
    }
}

/// Splits off a scheme (RFC 3986, section 3.1); `None` if there is none.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some((scheme, rest))
}

/// Checks that `//host…` has a valid host.
fn check_host(text: &str) -> Result<(), &'static str> {
    let Some(rest) = text.strip_prefix("//") else { return Err("lacks its `//`") };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.is_empty() || host.starts_with(':') {
        Err("names no host")
    } else if host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}', '%']) {
        Err("has an invalid character in its host")
    } else {
        Ok(())
    }
}

/// Returns whether a relative path leaves the site's folder.
fn leaves_site(path: &str, file: &SourcePath) -> bool {
    let mut depth = file.folder().split('/').filter(|part| !part.is_empty()).count();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

/// Shortens a text for a message and replaces control characters.
pub(in crate::content) fn shorten(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    match text.char_indices().nth(80) {
        Some((end, _)) => text[..end].chars().map(clean).chain(['…']).collect(),
        None => text.chars().map(clean).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &str) {
        let file = SourcePath::new("content/articles/2026/hearing.md").unwrap();
        let reported = match read(written, &file) {
            Ok(Href::Web(to)) => format!("web {to}"),
            Ok(Href::Contact(to)) => format!("contact {to}"),
            Ok(Href::Fragment(to)) => format!("fragment {to}"),
            Ok(Href::Root(to)) => format!("root {to}"),
            Ok(Href::Source(path, fragment)) => format!("source {path} {}", fragment.unwrap_or_default()),
            Err(error) => error.message,
        };
        assert_eq!(reported.trim_end(), expected, "{written:?}");
    }

    #[test]
    fn urls_that_may_be_published() {
        check("https://example.org/a?b#c", "web https://example.org/a?b#c");
        check(" HTTP://Example.org ", "web HTTP://Example.org");
        check("//example.org/x", "web https://example.org/x");
        check("https://münchen.example/", "web https://münchen.example/");
        check("mailto:tips@example.org", "contact mailto:tips@example.org");
        check("tel:+1-555-0100", "contact tel:+1-555-0100");
        check("sms:+15550100?body=JOIN", "contact sms:+15550100?body=JOIN");
        check("SMS:898211", "contact SMS:898211");
        check("#caf%C3%A9", "fragment café");
        check("#", "fragment");
        check("/about/?x#y", "root /about/?x#y");
        check("../2024/strike.md#demands", "source content/articles/2024/strike.md demands");
        check("map%20of%20it.pdf", "source content/articles/2026/map of it.pdf");
        check("./what%3F.pdf", "source content/articles/2026/what?.pdf");
        check("a:b/c.md", "`a:b/c.md` is a path on one computer");
        check("12:30.md", "source content/articles/2026/12:30.md");
    }

    #[test]
    fn urls_that_may_not() {
        for script in
            ["javascript:alert(1)", "JavaScript:x", " \u{1}javascript:x", "java\nscript:x", "java\tscript\r:x"]
        {
            check(script, "`javascript:` URLs are not published");
        }
        check("data:text/html,x", "`data:` URLs are not published");
        check("vbscript:x", "`vbscript:` URLs are not published");
        check("file:///etc/passwd", "`file:` URLs are not published");
        check("smsto:+15550100", "`smsto:` URLs are not published");
        check("mailto:", "`mailto:` URLs are not published");
        check("java\u{1}script:x", "`java\u{fffd}script:x` contains a control character");
        check("C:\\docs\\x.md", "`C:\\docs\\x.md` is a path on one computer");
        check("..\\x.md", "`..\\x.md` contains a backslash");
        check("/\\evil.example", "`/\\evil.example` contains a backslash");
        check("/%5cevil.example", "`/%5cevil.example` is not a plain path");
        check("/a/%2e%2E/b", "`/a/%2e%2E/b` is not a plain path");
        check("https:example.org", "`https:example.org` lacks its `//`");
        check("www.example.org", "`www.example.org` lacks its `https://`");
        check("https:///x", "`https:///x` names no host");
        check("https://a b/", "`https://a b/` has an invalid character in its host");
        check("../../../../x.md", "`../../../../x.md` leads out of the site");
        check("..%2F..%2f../../etc/passwd", "`..%2F..%2f../../etc/passwd` leads out of the site");
        check("x.md?y", "`x.md?y` has a query (`?`) after a file");
        check("%ff.md", "`%ff.md` is not UTF-8 once its percent signs are decoded");
        check("", "an empty URL");
    }
}
