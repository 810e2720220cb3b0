//! Errors of a publication, by who can fix them: the site's author or the machine's owner.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::diagnostic::Diagnostic;

/// Code of all diagnostics of this module.
pub(super) const CODE: &str = "output";

/// Why nothing was published. The output is unchanged in every case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishError {
    /// The folder may not be an output folder, or foreign entries are in the way: one diagnostic for each, in path
    /// order.
    Refused(Vec<Diagnostic>),
    /// The operating system refused an operation (disk full, no permission), or another build is running.
    Io(Box<Diagnostic>),
}

impl PublishError {
    /// Returns the diagnostics to report.
    #[must_use]
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        match self {
            PublishError::Refused(diagnostics) => diagnostics,
            PublishError::Io(diagnostic) => vec![*diagnostic],
        }
    }
}

/// Makes a [`PublishError::Refused`] with one diagnostic.
pub(super) fn refused(message: impl Into<String>, help: impl Into<String>) -> PublishError {
    PublishError::Refused(vec![Diagnostic::error(CODE, message).help(help)])
}

/// Makes a [`PublishError::Io`] for an operation that failed: `cannot write `public/index.html`: no storage space`.
pub(super) fn io_error(operation: &str, path: &Path, error: &io::Error) -> PublishError {
    let message = format!("cannot {operation} `{}`: {}", path.display(), reason(error));
    PublishError::Io(Box::new(Diagnostic::error(CODE, message).help(remedy(error))))
}

/// Returns the operating system's message, worded to follow a colon: `no space left on device`.
fn reason(error: &io::Error) -> String {
    let message = error.to_string();
    let message = message.split_once(" (os error").map_or(message.as_str(), |(message, _)| message);
    let mut rest = message.chars();
    rest.next().map(|first| first.to_lowercase().chain(rest).collect()).unwrap_or_default()
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some space and build again; the output did not change"
        }
        ErrorKind::PermissionDenied => "change the permissions of the folder, or choose another with `--output`",
        ErrorKind::ReadOnlyFilesystem => "choose a writable folder with `--output`",
        ErrorKind::CrossesDevices => "the output folder must be on one file system, with nothing mounted inside it",
        _ => "the output did not change; fix this and build again",
    }
}
