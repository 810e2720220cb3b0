//! Obstructions: foreign entries where output files must go, and their diagnostics.

use std::collections::BTreeMap;

use super::error::{CODE, PublishError};
use super::output_folder::OutputFolder;
use crate::diagnostic::Diagnostic;
use crate::path::OutputPath;

/// How a foreign entry is in the way of an output file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstruction {
    /// A file with other bytes at the path.
    File,
    /// A folder at the path.
    Folder,
    /// A symlink, device or the like at the path.
    Other,
    /// A file or symlink where a parent folder is needed.
    NotFolder,
}

/// Makes the error with one diagnostic for each obstruction. Of the files that one obstructs, the first is named.
pub(super) fn obstructed(
    folder: &OutputFolder,
    obstructions: &BTreeMap<String, (Obstruction, OutputPath)>,
) -> PublishError {
    let diagnostic = |(at, (obstruction, file)): (&String, &(Obstruction, OutputPath))| {
        let shown = folder.show(at);
        let (shown, file) = (shown.display(), folder.show(file.as_str()));
        let file = file.display();
        let message = match obstruction {
            Obstruction::File => format!("`{shown}` would be overwritten, and Handbill did not write it"),
            Obstruction::Folder => {
                format!("`{shown}` must be a file, but is a folder with files that Handbill did not write")
            }
            Obstruction::Other => {
                format!("`{shown}` must be a file, but is a symbolic link or a special file")
            }
            Obstruction::NotFolder => format!("`{file}` cannot be written: `{shown}` is not a folder of the output"),
        };
        let help = match obstruction {
            Obstruction::File => {
                "move it away, or give the page another URL; if an earlier build wrote it and `.handbill` was lost \
                 since, delete it"
            }
            Obstruction::Folder | Obstruction::Other => "move it away, or give the page another URL",
            Obstruction::NotFolder => "move it away; symbolic links in the output are never followed",
        };
        Diagnostic::error(CODE, message).help(help)
    };
    PublishError::Refused(obstructions.iter().map(diagnostic).collect())
}
