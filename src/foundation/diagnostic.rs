//! One shape for everything a user can cause: a level, a code, a message, a place, help.
//!
//! A diagnostic is plain data. It names its place by what the code at hand knows (bytes, a line, the path of a
//! YAML key); turning that into a line and a column needs the file's text and is left to [`crate::report`].

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::foreign_names;

/// How bad it is. An error stops publication; a warning does not, unless the build is strict; a note never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is published.
    Error,
    /// Published all the same; fails with `--strict`.
    Warning,
    /// Good to know, and nothing that the site could do about it.
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

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Span {
    /// The file as a whole.
    Whole,
    /// Byte offsets into the file.
    Bytes(Range<usize>),
    /// A line, counted from 1, and a column in characters, counted from 1.
    Line(usize, usize),
    /// A key of the YAML in the file (its front matter, for Markdown): `["image", "alt"]`, `["topics", "1"]`.
    Key(Vec<String>),
    /// The value of such a key.
    Value(Vec<String>),
    /// A key of the YAML whose line must not be shown, because it holds a secret.
    Hidden(Vec<String>),
}

impl Span {
    /// A top-level key of the YAML.
    #[must_use]
    pub fn key(name: &str) -> Span {
        Span::Key(vec![name.to_owned()])
    }

    /// The value of a top-level key of the YAML.
    #[must_use]
    pub fn value(name: &str) -> Span {
        Span::Value(vec![name.to_owned()])
    }

    /// The `index`-th item of the list under a top-level key.
    #[must_use]
    pub fn item(name: &str, index: usize) -> Span {
        Span::Value(vec![name.to_owned(), index.to_string()])
    }
}

/// A spot in a file, the file named by its path from the site's folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The path from the site's folder, with `/`.
    pub file: String,
    /// Where in it.
    pub span: Span,
}

/// Something a user can mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// The kind of mistake: `front-matter`, `link`, `template` …
    pub code: Cow<'static, str>,
    /// What is wrong: lower case, no full stop, values in backticks.
    pub message: String,
    /// Where, when it is in a file.
    pub location: Option<Location>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error with a code and a message.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Level::Error, code, message)
    }

    /// A warning with a code and a message.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Level::Warning, code, message)
    }

    /// A note with a code and a message.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Level::Note, code, message)
    }

    /// A diagnostic of any level.
    #[must_use]
    pub fn new(level: Level, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { level, code: Cow::Borrowed(code), message: message.into(), location: None, help: None }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, file: impl fmt::Display, spot: Span) -> Diagnostic {
        self.location = Some(Location { file: file.to_string(), span: spot });
        self
    }

    /// The same, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same, with the nearest of `known` to `given` as advice, when one is near.
    #[must_use]
    pub fn suggest<'a>(self, given: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest(given, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// The same for a path or an address.
    #[must_use]
    pub fn suggest_path<'a>(self, given: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest_path(given, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Whether this makes a build fail, which may be strict.
    #[must_use]
    pub fn fails(&self, strict: bool) -> bool {
        match self.level {
            Level::Error => true,
            Level::Warning => strict,
            Level::Note => false,
        }
    }

    /// Whether this is about the text below a front matter, whose mistakes alone are told by their bytes.
    #[must_use]
    pub fn is_in_markdown(&self) -> bool {
        self.location.as_ref().is_some_and(|place| matches!(place.span, Span::Bytes(_)))
    }

    /// Whether this stops publication.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
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

/// The same for paths and addresses: as many slips as the last part allows, the name that somebody had in mind. A long
/// way to it makes other names no likelier.
#[must_use]
pub fn nearest_path<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = given.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    nearest_within(given, known, max_edits(stem.chars().count()))
}

/// How many slips a word of so many letters may have. Of two letters one may be another word, but for its case.
fn max_edits(length: usize) -> usize {
    if length < 3 { 0 } else { (length / 3).min(4) }
}

fn nearest_within<'a>(given: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Option<&'a str> {
    let length = given.chars().count();
    let given = given.to_lowercase();
    known
        .into_iter()
        // Each difference in length is a difference.
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
