//! What stands where in the output, and whether the way to a path is open.
//!
//! Nothing here follows a symlink: whatever lies behind one is not in the output.

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{PublishError, io_error};
use super::output_folder::OutputFolder;
use super::stamp::Stamp;
use crate::path::OutputPath;

/// What stands at a path.
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

/// How the folders are in which a path lies.
#[derive(Clone, Debug)]
pub(super) enum ParentState {
    /// All there.
    Open,
    /// This is the topmost that is not there.
    Missing(String),
    /// This is the topmost that is not a folder, and what it is.
    Blocked(String, EntryType),
}

/// The output as it is, looked at once for each folder.
pub(super) struct OutputTree<'a> {
    folder: &'a OutputFolder,
    seen: HashMap<String, ParentState>,
}

impl<'a> OutputTree<'a> {
    pub(super) fn new(folder: &'a OutputFolder) -> OutputTree<'a> {
        OutputTree { folder, seen: HashMap::new() }
    }

    /// What stands at a path to which the way is open; the empty text is the output folder itself.
    pub(super) fn at(&self, path: &str) -> Result<EntryType, PublishError> {
        match fs::symlink_metadata(self.folder.inside(path)) {
            Ok(metadata) => Ok(EntryType::of(metadata.file_type())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(EntryType::Nothing),
            Err(error) => Err(io_error("look at", &self.folder.show(path), &error)),
        }
    }

    /// How the folders are in which a path lies.
    pub(super) fn parent_state(&mut self, path: &OutputPath) -> Result<ParentState, PublishError> {
        self.way_through(path.folder())
    }

    /// Whether a folder and those that it lies in are all there, and folders.
    pub(super) fn is_open(&mut self, folder: &str) -> bool {
        matches!(self.way_through(folder), Ok(ParentState::Open))
    }

    fn way_through(&mut self, folder: &str) -> Result<ParentState, PublishError> {
        if let Some(way) = self.seen.get(folder) {
            return Ok(way.clone());
        }
        if let Some(parent) = parent(folder) {
            let way = self.way_through(parent)?;
            if !matches!(way, ParentState::Open) {
                return Ok(way);
            }
        }
        let way = match self.at(folder)? {
            EntryType::Folder => ParentState::Open,
            EntryType::Nothing => ParentState::Missing(folder.to_owned()),
            thing => ParentState::Blocked(folder.to_owned(), thing),
        };
        self.seen.insert(folder.to_owned(), way.clone());
        Ok(way)
    }

    /// Takes note that what stands at a path will be taken away.
    pub(super) fn will_be_cleared(&mut self, path: &str) {
        self.seen.insert(path.to_owned(), ParentState::Missing(path.to_owned()));
    }

    /// All files and folders below a folder (itself with them), by their paths from the output; `None` when there
    /// is anything else.
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

/// What lies below a folder.
pub(super) struct Contents {
    pub(super) files: Vec<OutputPath>,
    pub(super) folders: Vec<String>,
}

/// The names in a folder and what they are. A name that is not UTF-8 cannot be ours; it is listed with its faulty
/// bytes replaced.
pub(super) fn list(folder: &Path) -> io::Result<Vec<(String, EntryType)>> {
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        let kind = entry.file_type()?;
        Ok((entry.file_name().to_string_lossy().into_owned(), EntryType::of(kind)))
    };
    fs::read_dir(folder)?.map(entry).collect()
}

/// Whether two paths of the output lead to one file, as they do where letter case does not count.
pub(super) fn is_same_file(folder: &OutputFolder, one: &OutputPath, other: &OutputPath) -> bool {
    let stamp = |path: &OutputPath| Stamp::of_file(&folder.inside(path.as_str()));
    matches!((stamp(one), stamp(other)), (Some(one), Some(other)) if one.is_same_file(&other))
}

/// A folder and those that it lies in, up to the output folder itself, the empty text.
pub(super) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| parent(folder))
}

/// The folder that a folder lies in; the output folder lies in none.
fn parent(folder: &str) -> Option<&str> {
    match folder.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None => (!folder.is_empty()).then_some(""),
    }
}
