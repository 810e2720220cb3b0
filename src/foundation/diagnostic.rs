//! Diagnostics: the one form of everything a user can cause, with level, code, message, location and help.
//!
//! A [`Diagnostic`] is plain data. Its [`Location`] is given in what the code at hand knows (bytes, a line, the path of
//! a YAML key); resolving that to line and column needs the file's text and is left to [`crate::report`].

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::foreign_names;

/// Severity of a diagnostic. An error stops publication; a warning does so in a strict build only; a note never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Stops publication.
    Error,
    /// Does not stop publication, except with `--strict`.
    Warning,
    /// Never stops publication: information that the site's author cannot act on.
    Note,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        })
    }
}

/// A group of errors that leave a site publishable: its pages are complete but for a link, an image, an id and the like. These
/// errors, and no others, can be accepted as known problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckGroup {
    /// A link leads to no page or file of the site.
    Links,
    /// The fragment of a link leads to no element.
    Fragments,
    /// An image does not exist.
    Images,
    /// Two elements of a page have the same id.
    Ids,
    /// A file that a finished page loads does not exist: a stylesheet, a script, an image of the theme.
    Files,
    /// A redirect leads to no page or file of the site.
    Redirects,
    /// Structured data lacks what search engines ask of it.
    StructuredData,
}

impl CheckGroup {
    /// Returns the group of a target that does not exist; `None` if `code` is that of neither links nor images.
    #[must_use]
    pub fn of_missing(code: &str) -> Option<CheckGroup> {
        match code {
            "link" => Some(CheckGroup::Links),
            "image" => Some(CheckGroup::Images),
            _ => None,
        }
    }
}

/// A place in a file, not yet resolved to line and column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Span {
    /// The whole file.
    Whole,
    /// Byte offsets into the file.
    Bytes(Range<usize>),
    /// Line and column, both 1-based; the column counts characters.
    Line(usize, usize),
    /// A key of the file's YAML (the front matter, in Markdown), as a path of keys and 0-based indices: `["image",
    /// "alt"]`, `["topics", "1"]`.
    Key(Vec<String>),
    /// The value at a path of keys and 0-based indices.
    Value(Vec<String>),
    /// A key of the file's YAML whose line must not be shown, because its value is a secret.
    Hidden(Vec<String>),
}

impl Span {
    /// Span of a top-level key of the YAML.
    #[must_use]
    pub fn key(name: &str) -> Span {
        Span::Key(vec![name.to_owned()])
    }

    /// Span of the value of a top-level key.
    #[must_use]
    pub fn value(name: &str) -> Span {
        Span::Value(vec![name.to_owned()])
    }

    /// Span of an item (0-based) of the list under a top-level key.
    #[must_use]
    pub fn item(name: &str, index: usize) -> Span {
        Span::Value(vec![name.to_owned(), index.to_string()])
    }
}

/// A file and a span in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Path from the site's folder, with `/`.
    pub file: String,
    /// Span in the file.
    pub span: Span,
}

/// A problem that a user can fix: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Severity.
    pub level: Level,
    /// Kind of problem: `front-matter`, `link`, `template` …
    pub code: Cow<'static, str>,
    /// What is wrong: lower case, no full stop, values in backticks.
    pub message: String,
    /// File and span; `None` if no file is concerned.
    pub location: Option<Location>,
    /// What to do; `None` if the message says it.
    pub help: Option<String>,
    /// Group of an error that leaves the site publishable; `None` for all other diagnostics.
    pub group: Option<CheckGroup>,
    /// The part of a finished page's message that is the same from one run to the next, without numbers of pages;
    /// `None` if the message itself is.
    pub identity: Option<String>,
}

impl Diagnostic {
    /// Makes an error without location and help.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Level::Error, code, message)
    }

    /// Makes a warning without location and help.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Level::Warning, code, message)
    }

    /// Makes a note without location and help.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Level::Note, code, message)
    }

    /// Makes a diagnostic of a given level without location and help.
    #[must_use]
    pub fn new(level: Level, code: &'static str, message: impl Into<String>) -> Diagnostic {
        let (code, message) = (Cow::Borrowed(code), message.into());
        Diagnostic { level, code, message, location: None, help: None, group: None, identity: None }
    }

    /// Sets the group.
    #[must_use]
    pub fn in_group(mut self, group: impl Into<Option<CheckGroup>>) -> Diagnostic {
        self.group = group.into();
        self
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, file: impl fmt::Display, span: Span) -> Diagnostic {
        self.location = Some(Location { file: file.to_string(), span });
        self
    }

    /// Sets the help text.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Sets a suggestion as help: the entry of `known` that `given` most likely misspells. Changes nothing if none is
    /// close enough.
    #[must_use]
    pub fn suggest<'a>(self, given: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest(given, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Like [`suggest`](Diagnostic::suggest), for paths and URLs.
    #[must_use]
    pub fn suggest_path<'a>(self, given: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest_path(given, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Returns whether the diagnostic makes a build fail; with `strict`, warnings do too.
    #[must_use]
    pub fn fails(&self, strict: bool) -> bool {
        match self.level {
            Level::Error => true,
            Level::Warning => strict,
            Level::Note => false,
        }
    }

    /// Returns whether the site can be published with it: a warning, or an error of a [`CheckGroup`].
    #[must_use]
    pub fn leaves_publishable(&self) -> bool {
        match self.level {
            Level::Error => self.group.is_some(),
            Level::Warning => true,
            Level::Note => false,
        }
    }

    /// Returns whether the location is in the Markdown below a front matter. Only diagnostics of Markdown have byte
    /// spans.
    #[must_use]
    pub fn is_in_markdown(&self) -> bool {
        self.location.as_ref().is_some_and(|location| matches!(location.span, Span::Bytes(_)))
    }

    /// Returns whether the level is [`Level::Error`].
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Returns whether it is about a top-level key: the key itself, a value below it, or a misspelling of it.
    #[must_use]
    pub fn is_about(&self, key: &str) -> bool {
        let is_named = || self.help.as_ref().is_some_and(|help| help.contains(&format!("`{key}`")));
        let is_misspelt = self.message.starts_with("unknown key ") && is_named();
        let is_key_missing = is_misspelt || self.message == format!("missing key `{key}`");
        match self.location.as_ref().map(|place| &place.span) {
            Some(Span::Key(path) | Span::Value(path)) => {
                path.first().is_some_and(|first| first == key) || is_key_missing
            }
            _ => is_key_missing,
        }
    }
}

/// Returns the entry of `known` that is most likely meant by `given`: Handbill's own name for a foreign one, else the
/// closest by Damerau–Levenshtein distance, if any is close enough.
#[must_use]
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let native = foreign_names::native_names(given, &known).first().copied();
    native.or_else(|| nearest_within(given, known, max_edits(given.chars().count())))
}

/// Like [`nearest`], for paths and URLs. The allowed edit distance depends on the length of the last segment without
/// its extension, so that a long folder path does not make unrelated names match.
#[must_use]
pub fn nearest_path<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = given.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    nearest_within(given, known, max_edits(stem.chars().count()))
}

/// Returns the allowed edit distance for a name of `length` characters. Names of one or two characters must match
/// except for letter case: one edit makes another name of them.
fn max_edits(length: usize) -> usize {
    if length < 3 { 0 } else { (length / 3).min(4) }
}

fn nearest_within<'a>(given: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Option<&'a str> {
    let length = given.chars().count();
    let given = given.to_lowercase();
    known
        .into_iter()
        // The distance is at least the difference in length, so distant names are skipped cheaply.
        .filter(|name| name.chars().count().abs_diff(length) <= most)
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_path};

    #[test]
    fn nearest_is_close_or_nothing() {
        let known = ["summary", "section", "slug", "series"];
        assert_eq!(nearest("sumary", known), Some("summary"));
        assert_eq!(nearest("Section", known), Some("section"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("c3", ["c1", "C3"]), Some("C3"));
        assert_eq!(nearest("c3", ["c1"]), None);
        assert_eq!(nearest("description", known), Some("summary"));
    }

    #[test]
    fn paths_are_as_near_as_their_names() {
        let check = |given: &str, known: &str, is_near: bool| {
            assert_eq!(nearest_path(given, [known]), is_near.then_some(known), "{given}");
        };
        check("content/articles/nope.md", "content/articles/e.md", false);
        check("content/articles/note.md", "content/articles/nope.md", true);
        check("content/artcles/strike.md", "content/articles/strike.md", true);
        check("/abuot/", "/about/", true);
        check("/2026/06/a/", "/2026/06/b/", false);
        check("partials/serch.html", "partials/head.html", false);
    }
}
