//! Warns of files in `content/` that are not read, because they are in an unexpected place. A misspelt folder name
//! would otherwise hide everything in it.

use std::collections::BTreeMap;

use super::{SourceKind, source_kind};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::path::SourcePath;

/// The folders of `content/` with what they contain.
const CONTENT_FOLDERS: [(&str, &str); 8] = [
    ("articles", "articles are below `content/articles/`, each in a file that ends in `.md`"),
    ("pages", "static pages are below `content/pages/`, each in a file that ends in `.md`"),
    ("authors", "an author is a file `content/authors/ID.md`; images may be beside it"),
    ("topics", "a topic is a file `content/topics/ID.md`"),
    ("series", "a series is a file `content/series/ID.md`"),
    ("newsletters", "a newsletter is a file `content/newsletters/ID.md`, its issues `content/newsletters/ID/ISSUE.md`"),
    ("comments", "an article's comments are a file `content/comments/SLUG.yaml`"),
    ("data", "data files are `content/data/NAME.yaml`"),
];

/// Returns a warning for each folder with files that are not read.
#[must_use]
pub fn warnings<'a>(files: impl Iterator<Item = &'a SourcePath>) -> Vec<Diagnostic> {
    let mut folders: BTreeMap<&str, (&SourcePath, usize)> = BTreeMap::new();
    let below = |path: &&SourcePath| path.as_str().starts_with("content/") && source_kind(path) == SourceKind::Unknown;
    for path in files.filter(below) {
        folders.entry(path.folder()).or_insert((path, 0)).1 += 1;
    }
    folders.into_values().map(|(path, count)| warning(path, count)).collect()
}

fn warning(path: &SourcePath, count: usize) -> Diagnostic {
    let more = if count > 1 { format!(" (and {} more beside it)", count - 1) } else { String::new() };
    let diagnostic = Diagnostic::warning("file", format!("this file has no effect{more}")).at(path, Span::Whole);
    let folder = path.as_str().split('/').nth(1).unwrap_or_default();
    let known = || CONTENT_FOLDERS.iter().map(|(name, _)| *name);
    match (CONTENT_FOLDERS.iter().find(|(name, _)| *name == folder), nearest(folder, known())) {
        (Some((_, help)), _) => diagnostic.help(*help),
        (None, Some(near)) => diagnostic.help(format!("did you mean `content/{near}/`?")),
        (None, None) => {
            let all: Vec<&str> = known().collect();
            diagnostic.help(format!("the folders of `content/` are {}", all.join(", ")))
        }
    }
}

/// Returns whether a file has an extension common for Markdown, other than `.md`.
pub(super) fn is_nearly_markdown(path: &SourcePath) -> bool {
    let end = path.extension().to_ascii_lowercase();
    path.extension() != "md" && matches!(end.as_str(), "md" | "markdown" | "mdown" | "mkd" | "mkdn")
}
