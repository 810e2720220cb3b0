//! The entries of the output, and the state of the folders that lead to a path.
//!
//! Symlinks are never followed: what is behind one is not in the output.

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{PublishError, io_error};
use super::output_folder::OutputFolder;
use super::stamp::Stamp;
use crate::path::OutputPath;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryType {
    Nothing,
    File,
    Folder,
    /// A symlink, a device …
    Other,
}

impl EntryType {
    fn of(kind: fs::FileType) -> EntryType {
        match kind.is_file() {
            true => EntryType::File,
            false if kind.is_dir() => EntryType::Folder,
            false => EntryType::Other,
        }
    }
}

/// State of a path's parent folders.
#[derive(Clone, Debug)]
pub(super) enum ParentState {
    /// All exist.
    Open,
    /// The topmost folder that does not exist.
    Missing(String),
    /// The topmost parent that is not a folder, and what it is.
    Blocked(String, EntryType),
}

/// The output as found on disk; each folder is looked up once.
pub(super) struct OutputTree<'a> {
    folder: &'a OutputFolder,
    seen: HashMap<String, ParentState>,
}

impl<'a> OutputTree<'a> {
    pub(super) fn new(folder: &'a OutputFolder) -> OutputTree<'a> {
        OutputTree { folder, seen: HashMap::new() }
    }

    /// Looks up what is at a path whose parents all exist; the empty text is the output folder itself.
    pub(super) fn at(&self, path: &str) -> Result<EntryType, PublishError> {
        match fs::symlink_metadata(self.folder.inside(path)) {
            Ok(metadata) => Ok(EntryType::of(metadata.file_type())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(EntryType::Nothing),
            Err(error) => Err(io_error("look at", &self.folder.show(path), &error)),
        }
    }

    /// Returns the state of a path's parent folders.
    pub(super) fn parent_state(&mut self, path: &OutputPath) -> Result<ParentState, PublishError> {
        self.folder_state(path.folder())
    }

    /// Returns whether a folder and all its parents exist and are folders.
    pub(super) fn is_open(&mut self, folder: &str) -> bool {
        matches!(self.folder_state(folder), Ok(ParentState::Open))
    }

    fn folder_state(&mut self, folder: &str) -> Result<ParentState, PublishError> {
        if let Some(state) = self.seen.get(folder) {
            return Ok(state.clone());
        }
        if let Some(parent) = parent(folder) {
            let state = self.folder_state(parent)?;
            if !matches!(state, ParentState::Open) {
                return Ok(state);
            }
        }
        let state = match self.at(folder)? {
            EntryType::Folder => ParentState::Open,
            EntryType::Nothing => ParentState::Missing(folder.to_owned()),
            entry => ParentState::Blocked(folder.to_owned(), entry),
        };
        self.seen.insert(folder.to_owned(), state.clone());
        Ok(state)
    }

    /// Records that the entry at a path will be removed.
    pub(super) fn will_be_cleared(&mut self, path: &str) {
        self.seen.insert(path.to_owned(), ParentState::Missing(path.to_owned()));
    }

    /// Lists all files and folders below a folder, itself included, by their paths in the output; `None` if there is
    /// any other kind of entry, or a name that is no output path.
    pub(super) fn below(&self, folder: &str) -> Result<Option<Contents>, PublishError> {
        let mut contents = Contents { files: Vec::new(), folders: vec![folder.to_owned()] };
        let mut next = 0;
        while let Some(folder) = contents.folders.get(next).cloned() {
            next += 1;
            let listed = list(&self.folder.inside(&folder));
            for (name, kind) in listed.map_err(|error| io_error("list", &self.folder.show(&folder), &error))? {
                match (OutputPath::new(&format!("{folder}/{name}")), kind) {
                    (Ok(file), EntryType::File) => contents.files.push(file),
                    (Ok(inner), EntryType::Folder) => contents.folders.push(inner.to_string()),
                    _ => return Ok(None),
                }
            }
        }
        Ok(Some(contents))
    }
}

/// Files and folders below a folder.
pub(super) struct Contents {
    pub(super) files: Vec<OutputPath>,
    pub(super) folders: Vec<String>,
}

/// Lists the names in a folder and what they are. A name that is not UTF-8 cannot be ours; invalid bytes are replaced.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(String, EntryType)>> {
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        let kind = entry.file_type()?;
        Ok((entry.file_name().to_string_lossy().into_owned(), EntryType::of(kind)))
    };
    fs::read_dir(folder)?.map(entry).collect()
}

/// Returns whether two output paths lead to one file, as they may if the file system ignores letter case.
pub(super) fn is_same_file(folder: &OutputFolder, one: &OutputPath, other: &OutputPath) -> bool {
    let stamp = |path: &OutputPath| Stamp::of_file(&folder.inside(path.as_str()));
    matches!((stamp(one), stamp(other)), (Some(one), Some(other)) if one.is_same_file(&other))
}

/// Returns a folder and its parents up to the output folder itself, the empty text.
pub(super) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| parent(folder))
}

/// Returns the parent of a folder; `None` for the output folder.
fn parent(folder: &str) -> Option<&str> {
    match folder.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None => (!folder.is_empty()).then_some(""),
    }
}
