//! Owned paths: the files and folders of the output that are ours.
//!
//! The list is written before the output changes, with the paths of the old and the new build, and again after the
//! changes. So it names at least what is ours at any moment at which a build may be killed, and serves as its own
//! journal. It has one path a line, folders that we created with a `/` after the name (the output folder itself is
//! `/`). A line that is no path is skipped, so that damage loses lines and not the whole list.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::OnceLock;

use super::manifest::Manifest;
use crate::path::OutputPath;

/// The paths in the output that are ours.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnedPaths {
    /// Files that we wrote, or found with the bytes that we would have written.
    pub(super) files: BTreeSet<OutputPath>,
    /// Folders that we created; the output folder itself is the empty text.
    pub(super) folders: BTreeSet<String>,
    folded: OnceLock<HashMap<String, OutputPath>>,
}

impl OwnedPaths {
    pub(super) fn new(files: BTreeSet<OutputPath>, folders: BTreeSet<String>) -> OwnedPaths {
        OwnedPaths { files, folders, folded: OnceLock::new() }
    }

    /// Takes the files of a manifest, for the case that the list is lost.
    pub(super) fn of(manifest: &Manifest) -> OwnedPaths {
        // Reading a manifest does not check its paths, but owned paths are removed, so they are checked here.
        let files = manifest.files().filter_map(|(path, _)| OutputPath::new(path.as_str()).ok()).collect();
        OwnedPaths::new(files, BTreeSet::new())
    }

    /// Loads the list; `None` if the file does not exist or has no valid line.
    pub(super) fn load(path: &Path) -> Option<OwnedPaths> {
        OwnedPaths::parse(&String::from_utf8_lossy(&std::fs::read(path).ok()?))
    }

    /// Parses a list; `None` when it names nothing.
    pub(super) fn parse(text: &str) -> Option<OwnedPaths> {
        let mut owned = OwnedPaths::default();
        // Text after the last line end may be an incomplete path.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.split('\n') {
            match line.strip_suffix('/') {
                Some(folder) if folder.is_empty() || OutputPath::new(folder).is_ok() => {
                    owned.folders.insert(folder.to_owned());
                }
                Some(_) => {}
                None => owned.files.extend(OutputPath::new(line)),
            }
        }
        (!owned.files.is_empty() || !owned.folders.is_empty()).then_some(owned)
    }

    /// Encodes the list: files, then folders, each in order.
    pub(super) fn encode(&self) -> String {
        self.encode_with(&OwnedPaths::default())
    }

    /// Encodes the union of both lists.
    pub(super) fn encode_with(&self, other: &OwnedPaths) -> String {
        let mut text = String::with_capacity((self.files.len() + other.files.len()) * 128);
        for file in self.files.union(&other.files) {
            text.push_str(file.as_str());
            text.push('\n');
        }
        for folder in self.folders.union(&other.folders) {
            text.push_str(folder);
            text.push_str("/\n");
        }
        text
    }

    /// Returns whether this list contains every path of the other.
    pub(super) fn has_all_of(&self, other: &OwnedPaths) -> bool {
        other.files.is_subset(&self.files) && other.folders.is_subset(&self.folders)
    }

    /// Returns the file of ours whose path equals this one except for letter case or Unicode normalization. On some
    /// file systems both are one file.
    pub(super) fn in_other_case(&self, path: &OutputPath) -> Option<&OutputPath> {
        let index = || self.files.iter().map(|file| (file.case_folded(), file.clone())).collect();
        self.folded.get_or_init(index).get(&path.case_folded())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, files: &[&str], folders: &[&str]) {
        let owned = OwnedPaths::parse(text).unwrap_or_default();
        assert_eq!(owned.files.iter().map(OutputPath::as_str).collect::<Vec<_>>(), files);
        assert_eq!(owned.folders.iter().map(String::as_str).collect::<Vec<_>>(), folders);
    }

    #[test]
    fn lines_that_are_no_paths_are_passed_over() {
        check("", &[], &[]);
        check(
            "index.html\nnews/a/index.html\nnews/a/\nnews/\n/\n",
            &["index.html", "news/a/index.html"],
            &["", "news", "news/a"],
        );
        check("../etc/passwd\n/etc/passwd\n../\n//\n\na\u{0}b\nkept\n", &["kept"], &[]);
        check("index.html\nnews/a/ind", &["index.html"], &[]);
    }

    #[test]
    fn what_is_written_is_read() {
        let text = "a\nb/c\n/\nb/\n";
        assert_eq!(OwnedPaths::parse(text).unwrap().encode(), text);
    }
}
