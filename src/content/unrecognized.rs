//! Warns of files in `content/` that are not read, because they are in an unexpected place. A misspelt folder name
//! would otherwise hide everything in it.

use std::collections::BTreeMap;

use super::collection::EntrySchema;
use super::kinds::{CONTENT_KINDS, ContentKind};
use super::{SourceKind, collection_folder, source_kind};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::path::SourcePath;

/// Returns a warning for each folder with files that are not read. `collections` are those that the settings declare;
/// `None` if the settings have errors that could hide some.
#[must_use]
pub fn warnings<'a>(
    files: impl Iterator<Item = &'a SourcePath>,
    collections: Option<&[EntrySchema]>,
) -> Vec<Diagnostic> {
    let mut folders: BTreeMap<&str, (&SourcePath, usize)> = BTreeMap::new();
    let is_unread = |path: &&SourcePath| match collection_folder(path) {
        Some(folder) => collections.is_some_and(|known| {
            source_kind(path) == SourceKind::Unknown || known.iter().all(|one| one.folder != folder)
        }),
        None => path.as_str().starts_with("content/") && source_kind(path) == SourceKind::Unknown,
    };
    for path in files.filter(is_unread) {
        folders.entry(path.folder()).or_insert((path, 0)).1 += 1;
    }
    folders.into_values().map(|(path, count)| warning(path, count, collections.unwrap_or_default())).collect()
}

fn warning(path: &SourcePath, count: usize, collections: &[EntrySchema]) -> Diagnostic {
    let more = if count > 1 { format!(" (and {} more beside it)", count - 1) } else { String::new() };
    let diagnostic = Diagnostic::warning("file", format!("this file has no effect{more}")).at(path, Span::Whole);
    let folder = path.as_str().split('/').nth(1).unwrap_or_default();
    let mut known: Vec<&str> = CONTENT_KINDS.iter().map(|row| row.folder).collect();
    known.dedup();
    known.extend(collections.iter().map(|collection| collection.folder.as_str()));
    if collections.iter().any(|collection| collection.folder == folder) {
        return diagnostic.help("the entries of a collection are files that end in `.md`");
    }
    match (ContentKind::in_folder(folder).next(), nearest(folder, known.iter().copied())) {
        (Some(row), _) => diagnostic.help(row.location),
        (None, Some(near)) => diagnostic.help(format!("did you mean `content/{near}/`?")),
        (None, None) => diagnostic.help(format!(
            "the folders of `content/` are {}; one of your own needs `collections:` in site.yaml",
            known.join(", ")
        )),
    }
}

/// Returns whether a file has an extension common for Markdown, other than `.md`.
pub(super) fn is_nearly_markdown(path: &SourcePath) -> bool {
    let end = path.extension().to_ascii_lowercase();
    path.extension() != "md" && matches!(end.as_str(), "md" | "markdown" | "mdown" | "mkd" | "mkdn")
}
