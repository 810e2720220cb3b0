//! What stops a publication, told apart by who can mend it.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::diagnostic::Diagnostic;

/// The code of every diagnostic of this room.
pub(super) const CODE: &str = "output";

/// Why nothing was published. Whatever the reason, the output is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishError {
    /// The output folder may not be written to, or files in it stand in the way: all of them, in path order.
    Refused(Vec<Diagnostic>),
    /// The machine would not do it (no room, no permission), or another build is at work.
    Io(Box<Diagnostic>),
}

impl PublishError {
    /// What to show, whichever it is.
    #[must_use]
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        match self {
            PublishError::Refused(diagnostics) => diagnostics,
            PublishError::Io(diagnostic) => vec![*diagnostic],
        }
    }
}

/// A refusal for one reason.
pub(super) fn refused(message: impl Into<String>, help: impl Into<String>) -> PublishError {
    PublishError::Refused(vec![Diagnostic::error(CODE, message).help(help)])
}

/// An act that the machine refused: `cannot write `public/index.html`: no storage space`.
pub(super) fn io_error(act: &str, path: &Path, error: &io::Error) -> PublishError {
    let message = format!("cannot {act} `{}`: {}", path.display(), reason(error));
    PublishError::Io(Box::new(Diagnostic::error(CODE, message).help(remedy(error))))
}

/// The system's words for an error, as they fit into a sentence: `no space left on device`.
fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split_once(" (os error").map_or(words.as_str(), |(words, _)| words);
    let mut rest = words.chars();
    rest.next().map(|first| first.to_lowercase().chain(rest).collect()).unwrap_or_default()
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space and build again; the output is as it was",
        ErrorKind::PermissionDenied => "change the permissions of the folder, or choose another with `--output`",
        ErrorKind::ReadOnlyFilesystem => "choose a folder that can be written to with `--output`",
        ErrorKind::CrossesDevices => "the output folder must lie on one file system, with nothing mounted inside it",
        _ => "the output is as it was; build again when this is mended",
    }
}
