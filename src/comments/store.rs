//! The files of comments: read, and written so that a reader sees the old file or the new one and no run loses what
//! another wrote.

#![allow(clippy::disallowed_methods, reason = "this module reads and writes the files of comments")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::comments::entry::{CommentEntry, append};
use crate::comments::moderation::queue::{FOLDER, QueuedComment};
use crate::content::comment;
use crate::diagnostic::Diagnostic;
use crate::path::SourcePath;
use crate::source::io_error_text;

/// Where what was rejected lies, so that nothing is lost by mistake.
pub(crate) const REJECTED: &str = "content/comments/queue/rejected";

/// Where comments lie that have no article here.
pub(crate) const UNMATCHED: &str = "content/comments/queue/unmatched";

/// The right to change published comments, until it is dropped or the process ends.
pub(crate) struct Lock(File);

impl Lock {
    /// Waits until no other run has it.
    pub(crate) fn take(root: &Path) -> Result<Lock, String> {
        let folder = crate::build::cache_folder(root);
        let path = folder.join("comments.lock");
        let open = || {
            fs::create_dir_all(&folder)?;
            let file = File::options().create(true).append(true).open(&path)?;
            match file.lock() {
                // Some network file systems know no locks; there runs are not kept apart.
                Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
                _ => Ok(Lock(file)),
            }
        };
        open().map_err(|error| format!("`{}` cannot be locked: {}", path.display(), io_error_text(&error)))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Why nothing was written.
pub(crate) enum StoreError {
    /// The file has mistakes.
    Invalid(Vec<Diagnostic>),
    /// The machine refused.
    Io(String),
}

/// The file of an article's comments, as it is or is to be named, with its text.
fn file_of(root: &Path, slug: &str) -> Result<(SourcePath, String), StoreError> {
    for end in ["yaml", "yml"] {
        let path = format!("content/comments/{slug}.{end}");
        match fs::read_to_string(root.join(&path)) {
            Ok(text) => return Ok((named(&path)?, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::Io(format!("`{path}` cannot be read: {}", io_error_text(&error)))),
        }
    }
    Ok((named(&format!("content/comments/{slug}.yaml"))?, String::new()))
}

fn named(path: &str) -> Result<SourcePath, StoreError> {
    SourcePath::new(path).map_err(|why| StoreError::Io(why.to_string()))
}

/// The published comments of an article; none when its file has mistakes.
pub(crate) fn published(root: &Path, slug: &str) -> Vec<comment::Comment> {
    let Ok((path, text)) = file_of(root, slug) else { return Vec::new() };
    comment::parse(&path, &text, &mut Vec::new()).unwrap_or_default()
}

/// Writes entries behind those of an article's file. The lock must be held. Entries whose ids are there are passed over.
pub(crate) fn publish(root: &Path, slug: &str, entries: &[CommentEntry], _: &Lock) -> Result<usize, StoreError> {
    let (path, text) = file_of(root, slug)?;
    let there = comment::parse(&path, &text, &mut Vec::new()).unwrap_or_default();
    let is_new = |entry: &&CommentEntry| there.iter().all(|comment| comment.id != entry.id);
    let new: Vec<CommentEntry> = entries.iter().filter(is_new).cloned().collect();
    let whole = append(&path, &text, &new).map_err(StoreError::Invalid)?;
    if !new.is_empty() {
        write(&root.join(path.as_str()), &whole)
            .map_err(|error| StoreError::Io(format!("`{path}` cannot be written: {}", io_error_text(&error))))?;
    }
    Ok(new.len())
}

/// Writes a file in one step, with the folders above it. A link stays one, and leads to the new text.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)?;
    let name = path.file_name().expect("a file has a name").to_string_lossy();
    // Dot files are never read, so that nobody takes it for a comment.
    let part = folder.join(format!(".{name}.{}.part", std::process::id()));
    let put = || {
        let mut file = File::create(&part)?;
        if let Ok(there) = path.metadata() {
            file.set_permissions(there.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, &path)
    };
    put().inspect_err(|_| drop(fs::remove_file(&part)))
}

/// Where a comment of the queue lies.
pub(crate) fn place(root: &Path, folder: &str, id: &str) -> PathBuf {
    root.join(folder).join(format!("{id}.yaml"))
}

/// What lies in a folder of the queue, by id. Mistakes go into `diagnostics`.
pub(crate) fn queued(
    root: &Path,
    folder: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> io::Result<BTreeMap<String, QueuedComment>> {
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(id) = name.strip_suffix(".yaml").filter(|id| !id.starts_with('.')) else { continue };
        let file = format!("{folder}/{name}");
        // Another run may just have taken it away.
        let Ok(text) = fs::read_to_string(root.join(&file)) else { continue };
        if let Some(waiting) = QueuedComment::read(&file, &text, diagnostics) {
            found.insert(id.to_owned(), waiting);
        }
    }
    Ok(found)
}

/// Whether a comment waits, or was rejected.
pub(crate) fn is_queued(root: &Path, id: &str) -> bool {
    [FOLDER, REJECTED].iter().any(|folder| place(root, folder, id).is_file())
}
