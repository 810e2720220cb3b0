//! Checked newtypes for paths and slugs: [`SourcePath`], [`OutputPath`], [`UrlPath`], [`Slug`]. [`OutputLayout`] says which
//! file has which URL.
//!
//! Invariant: none leaves its folder. No `..`, no absolute path, no empty segment.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text is not a path or slug, worded for a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError(pub String);

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_relative(text: &str) -> Result<(), PathError> {
    let error = if text.is_empty() {
        "is empty"
    } else if text.starts_with('/') {
        "is absolute"
    } else if text.contains('\\') {
        "contains a backslash"
    } else if has_control(text) {
        "contains a control character"
    } else if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
        "has an empty part, `.` or `..`"
    } else if text.len() > 255 && text.split('/').any(|part| part.len() > 255) {
        "has a part longer than 255 bytes, the limit of file systems"
    } else {
        return Ok(());
    };
    Err(PathError(format!("`{}` {error}", shorten(text))))
}

fn has_control(text: &str) -> bool {
    match text.is_ascii() {
        true => text.bytes().any(|byte| byte.is_ascii_control()),
        false => text.chars().any(char::is_control),
    }
}

fn shorten(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    match clean.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

/// Path of a source from the site's folder, with `/`: `content/articles/2026/hearing.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Checks a text and makes a path of it.
    ///
    /// # Errors
    /// If the text is absolute, or has empty, `.` or `..` segments, backslashes, control characters, or a segment of
    /// more than 255 bytes.
    pub fn new(text: &str) -> Result<SourcePath, PathError> {
        check_relative(text)?;
        Ok(SourcePath(text.into()))
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last segment: `hearing.md`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the last segment without its extension: `hearing`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Returns the extension without the dot, in the file's letter case; empty if there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Returns the folder: `content/articles/2026`; empty at the top.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Returns whether the file is the text of a page bundle, `NAME/index.md`.
    #[must_use]
    pub fn is_bundle(&self) -> bool {
        self.file_name() == "index.md"
    }

    /// Resolves a relative reference in this file, for example `../2024/strike.md`; `None` if it leaves the site's
    /// folder.
    #[must_use]
    pub fn join(&self, reference: &str) -> Option<SourcePath> {
        let mut parts: Vec<&str> = self.folder().split('/').filter(|part| !part.is_empty()).collect();
        for part in reference.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        SourcePath::new(&parts.join("/")).ok()
    }
}

/// Path of an output file from the output folder, with `/`: `news/2026/11/hearing/index.html`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Arc<str>")]
pub struct OutputPath(Arc<str>);

impl TryFrom<Arc<str>> for OutputPath {
    type Error = PathError;

    fn try_from(text: Arc<str>) -> Result<OutputPath, PathError> {
        check_relative(&text)?;
        Ok(OutputPath(text))
    }
}

impl OutputPath {
    /// Checks a text and makes a path of it.
    ///
    /// # Errors
    /// If the text is absolute, or has empty, `.` or `..` segments, backslashes, control characters, or a segment of
    /// more than 255 bytes.
    pub fn new(text: &str) -> Result<OutputPath, PathError> {
        check_relative(text)?;
        Ok(OutputPath(text.into()))
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the URL of a file with this layout, from the root of the site and not encoded: `/news/2026/11/hearing/`.
    /// The reverse of [`UrlPath::output`].
    #[must_use]
    pub fn url(&self, layout: OutputLayout) -> String {
        let folder = self.0.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
        let page = self.0.strip_suffix(".html").filter(|page| layout == OutputLayout::Files && may_be_file(page));
        match (folder, page) {
            (Some(folder), _) => format!("/{folder}"),
            (None, Some(page)) => format!("/{page}/"),
            (None, None) => format!("/{}", self.0),
        }
    }

    /// Returns the folder; empty at the top.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Returns a key that is equal for paths which name one file on a file system that ignores letter case and Unicode
    /// normalization.
    #[must_use]
    pub fn case_folded(&self) -> String {
        if self.0.is_ascii() {
            return self.0.to_ascii_lowercase();
        }
        self.0.nfc().flat_map(char::to_lowercase).collect()
    }
}

/// Where the files of pages are in the output. URLs are the same with both: `/x/y/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutputLayout {
    /// Each page has a folder: `x/y/index.html`. Every host serves it.
    #[default]
    Folders,
    /// Each page is a file: `x/y.html`. The front page is `index.html`.
    Files,
}

impl OutputLayout {
    /// Returns whether it is the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == OutputLayout::default()
    }
}

/// Greatest length of the last segment of a page that is a file, so that `.html.gz` fits behind it.
const MAX_FILE_BYTES: usize = 247;

/// Returns whether the page at `/PAGE/` may be the file `PAGE.html`. Hosts send `index.html` for the folder that contains
/// it, and may send `x.html.html` for `/x.html`.
fn may_be_file(page: &str) -> bool {
    let last = page.rsplit('/').next().unwrap_or(page);
    let is_page_file = last.len() > 5 && last.as_bytes()[last.len() - 5..].eq_ignore_ascii_case(b".html");
    !last.is_empty() && last.len() <= MAX_FILE_BYTES && !last.eq_ignore_ascii_case("index") && !is_page_file
}

/// Path of a URL from the site's root, without the path of the base URL: `/news/2026/11/hearing/`.
///
/// Not percent-encoded; [`UrlPath::encoded`] encodes it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UrlPath(Arc<str>);

impl UrlPath {
    /// Checks a text and makes a path of it. It begins with `/`; the path of a page ends with `/`, that of a file does
    /// not.
    ///
    /// # Errors
    /// If the text does not begin with `/`, or one of its segments is empty, `.` or `..`, or cannot be a file name.
    pub fn new(text: &str) -> Result<UrlPath, PathError> {
        let Some(rest) = text.strip_prefix('/') else {
            return Err(PathError(format!("`{}` does not begin with `/`", shorten(text))));
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if !rest.is_empty() {
            check_relative(rest)?;
        }
        Ok(UrlPath(text.into()))
    }

    /// Returns the path as text, not percent-encoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the output file that a static host serves for the URL.
    #[must_use]
    pub fn output(&self, layout: OutputLayout) -> OutputPath {
        let rest = &self.0[1..];
        match rest.strip_suffix('/') {
            Some(page) if layout == OutputLayout::Files && may_be_file(page) => {
                OutputPath(format!("{page}.html").into())
            }
            None if !rest.is_empty() => OutputPath(rest.into()),
            _ => OutputPath(format!("{rest}index.html").into()),
        }
    }

    /// Returns the path percent-encoded for a link (RFC 3986, section 3.3).
    #[must_use]
    pub fn encoded(&self) -> Cow<'_, str> {
        encode_path(&self.0)
    }
}

/// Percent-encodes the bytes that the path of a URL cannot contain (RFC 3986, section 3.3). `/` is kept.
#[must_use]
pub fn encode_path(path: &str) -> Cow<'_, str> {
    if path.bytes().all(is_path_byte) {
        return Cow::Borrowed(path);
    }
    let mut encoded = String::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        match byte {
            byte if is_path_byte(byte) => encoded.push(byte as char),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    Cow::Owned(encoded)
}

/// Returns whether a byte is `pchar` or `/` of RFC 3986. `&` is excluded, so that the result needs no escaping in HTML.
fn is_path_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b'$' | b'\''
        | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@')
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3), for a component of a query.
#[must_use]
pub fn encode_component(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte as char),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Decodes percent-encoding; `None` if the result is not UTF-8. A `%` without two hexadecimal digits is kept.
#[must_use]
pub fn decode_path(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |byte: u8| (byte as char).to_digit(16);
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push((hex(*high)? * 16 + hex(*low)?) as u8);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// A URL segment. Made from a text: lower-case ASCII letters and digits joined by single hyphens; given by an author:
/// letters of any script, digits, `-`, `_` and `.`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slug(Arc<str>);

/// Greatest length of a slug in bytes. Every file system accepts it with `index.html` after it.
pub const MAX_SLUG_BYTES: usize = 120;

impl Slug {
    /// Checks a slug written by an author. It is kept as written, in Unicode normalization form C.
    ///
    /// # Errors
    /// If the text is empty, longer than [`MAX_SLUG_BYTES`], begins or ends with a dot, contains other characters than
    /// letters, digits, `-`, `_` and `.`, or is a device name of Windows.
    pub fn new(text: &str) -> Result<Slug, PathError> {
        // NFC makes one letter of a base letter and its combining accent, which is no letter itself.
        let normalized: Cow<'_, str> =
            if text.is_ascii() { text.into() } else { text.nfc().collect::<String>().into() };
        let text: &str = &normalized;
        let error = if text.is_empty() {
            "is empty"
        } else if text.len() > MAX_SLUG_BYTES {
            "is longer than 120 bytes"
        } else if text.starts_with('.') || text.ends_with('.') {
            "begins or ends with a dot"
        } else if !text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            "may hold only letters, digits, `-`, `_` and `.`"
        } else if is_reserved(text) {
            "is a name that Windows reserves"
        } else {
            return Ok(Slug(text.into()));
        };
        Err(PathError(format!("the slug `{}` {error}", shorten(text))))
    }

    /// Makes a slug of a text: transliterated to ASCII, in lower case, everything else replaced by single hyphens.
    /// `None` if nothing is left.
    #[must_use]
    pub fn slugify(text: &str) -> Option<Slug> {
        let mut slug = String::new();
        for c in deunicode::deunicode(text).chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if matches!(c, '\'' | '’') {
                // An apostrophe joins: `don't` becomes `dont`.
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(MAX_SLUG_BYTES);
        let slug = slug.trim_matches('-');
        let slug = if is_reserved(slug) { format!("{slug}-") } else { slug.to_owned() };
        (!slug.is_empty()).then(|| Slug(slug.into()))
    }

    /// Returns the slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns whether Windows reserves the name for a device, with any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let device = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit() && c != '0'))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || device("com") || device("lpt")
}

macro_rules! display_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &self.0)
            }
        }
    )*};
}

display_as_text!(SourcePath, OutputPath, UrlPath, Slug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_climbs_out() {
        for bad in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "a/\u{0}"] {
            assert!(OutputPath::new(bad).is_err(), "{bad:?}");
            assert!(SourcePath::new(bad).is_err(), "{bad:?}");
        }
        let article = SourcePath::new("content/articles/2026/hearing.md").unwrap();
        assert_eq!(article.join("../2024/strike.md").unwrap().as_str(), "content/articles/2024/strike.md");
        assert_eq!(article.join("../../../../etc/passwd"), None);
    }

    #[test]
    fn slugs_from_texts() {
        let check = |words: &str, slug: &str| assert_eq!(Slug::slugify(words).unwrap().as_str(), slug);
        check("The Nurses' Strike, Year Two", "the-nurses-strike-year-two");
        check("Ça va? Straße und Œuvre", "ca-va-strasse-und-oeuvre");
        check("Забастовка", "zabastovka");
        check("CON", "con-");
        assert_eq!(Slug::slugify("!!!"), None);
        assert_eq!(Slug::new("cafe\u{301}").unwrap().as_str(), "caf\u{e9}");
        assert!(Slug::new("a/b").is_err() && Slug::new("..").is_err() && Slug::new("nul.txt").is_err());
    }

    #[test]
    fn urls_name_their_files() {
        let check = |url: &str, folders: &str, files: &str| {
            for (layout, file) in [(OutputLayout::Folders, folders), (OutputLayout::Files, files)] {
                let output = UrlPath::new(url).unwrap().output(layout);
                assert_eq!((output.as_str(), output.url(layout).as_str()), (file, url));
            }
        };
        check("/", "index.html", "index.html");
        check("/news/", "news/index.html", "news.html");
        check("/news/2026/", "news/2026/index.html", "news/2026.html");
        check("/feed.xml", "feed.xml", "feed.xml");
        // Hosts would send these files for other URLs, or there is no room for the extension.
        check("/news/index/", "news/index/index.html", "news/index/index.html");
        check("/a.html/", "a.html/index.html", "a.html/index.html");
        let long = "n".repeat(250);
        check(&format!("/{long}/"), &format!("{long}/index.html"), &format!("{long}/index.html"));
        assert_eq!(encode_path("/a b/50%#?é"), "/a%20b/50%25%23%3F%C3%A9");
        assert_eq!(decode_path("/a%20b/50%25%zz").unwrap(), "/a b/50%%zz");
    }
}
