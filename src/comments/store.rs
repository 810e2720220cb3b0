//! Reads and writes the files of comments. Invariant: a reader sees the old file or the new one, and no process loses
//! what another wrote.

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

/// Folder of rejected comments, which are kept in case of a mistake.
pub(crate) const REJECTED: &str = "content/comments/queue/rejected";

/// Folder of imported comments without an article.
pub(crate) const UNMATCHED: &str = "content/comments/queue/unmatched";

/// Lock for changing published comments, released when dropped or when the process ends.
pub(crate) struct Lock(File);

impl Lock {
    /// Waits for the lock.
    pub(crate) fn take(root: &Path) -> Result<Lock, String> {
        let folder = crate::build::cache_folder(root);
        let path = folder.join("comments.lock");
        let open = || {
            fs::create_dir_all(&folder)?;
            let file = File::options().create(true).append(true).open(&path)?;
            match file.lock() {
                // Some network file systems support no locks; there, concurrent processes are not prevented.
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
    /// The file has errors.
    Invalid(Vec<Diagnostic>),
    /// The operating system refused.
    Io(String),
}

/// Returns path and text of the file with an article's comments; the text is empty if there is no file yet.
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

/// Returns the published comments of an article; empty if its file has errors.
pub(crate) fn published(root: &Path, slug: &str) -> Vec<comment::Comment> {
    let Ok((path, text)) = file_of(root, slug) else { return Vec::new() };
    comment::parse(&path, &text, &mut Vec::new()).unwrap_or_default()
}

/// Appends entries to an article's file; those with an existing id are skipped. Returns the number appended. The lock
/// must be held.
pub(crate) fn publish(root: &Path, slug: &str, entries: &[CommentEntry], _: &Lock) -> Result<usize, StoreError> {
    let (path, text) = file_of(root, slug)?;
    let existing = comment::parse(&path, &text, &mut Vec::new()).unwrap_or_default();
    let is_new = |entry: &&CommentEntry| existing.iter().all(|comment| comment.id != entry.id);
    let new: Vec<CommentEntry> = entries.iter().filter(is_new).cloned().collect();
    let whole = append(&path, &text, &new).map_err(StoreError::Invalid)?;
    if !new.is_empty() {
        write(&root.join(path.as_str()), &whole)
            .map_err(|error| StoreError::Io(format!("`{path}` cannot be written: {}", io_error_text(&error))))?;
    }
    Ok(new.len())
}

/// Replaces a file by one rename, and creates its folders. If the path is a symlink, its target is replaced.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)?;
    let name = path.file_name().expect("a file has a name").to_string_lossy();
    // Dot files are never read, so an incomplete one is not taken for a comment.
    let part = folder.join(format!(".{name}.{}.part", std::process::id()));
    let write_and_rename = || {
        let mut file = File::create(&part)?;
        if let Ok(existing) = path.metadata() {
            file.set_permissions(existing.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, &path)
    };
    write_and_rename().inspect_err(|_| drop(fs::remove_file(&part)))
}

/// Returns the path of a queued comment.
pub(crate) fn place(root: &Path, folder: &str, id: &str) -> PathBuf {
    root.join(folder).join(format!("{id}.yaml"))
}

/// Reads the comments in a folder of the queue, by id. Errors are added to `diagnostics`.
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
        // Another process may have removed the file.
        let Ok(text) = fs::read_to_string(root.join(&file)) else { continue };
        if let Some(comment) = QueuedComment::read(&file, &text, diagnostics) {
            found.insert(id.to_owned(), comment);
        }
    }
    Ok(found)
}

/// Returns whether a comment is queued or rejected.
pub(crate) fn is_queued(root: &Path, id: &str) -> bool {
    [FOLDER, REJECTED].iter().any(|folder| place(root, folder, id).is_file())
}
