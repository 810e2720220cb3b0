//! What is foreign and in the way, in words.

use std::collections::BTreeMap;

use super::error::{CODE, PublishError};
use super::output_folder::OutputFolder;
use crate::diagnostic::Diagnostic;
use crate::path::OutputPath;

/// How something foreign is in the way of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstruction {
    /// It is a file with other bytes.
    File,
    /// It is a folder, where the file should be.
    Folder,
    /// It is a symlink or the like, where the file should be.
    Other,
    /// It is no folder, or a symlink to one, where a folder is needed.
    NotFolder,
}

/// One diagnostic for each thing in the way; of the files it is in the way of, the first is named.
pub(super) fn obstructed(folder: &OutputFolder, blocks: &BTreeMap<String, (Obstruction, OutputPath)>) -> PublishError {
    let diagnostic = |(at, (block, file)): (&String, &(Obstruction, OutputPath))| {
        let shown = folder.show(at);
        let (shown, file) = (shown.display(), folder.show(file.as_str()));
        let file = file.display();
        let message = match block {
            Obstruction::File => format!("`{shown}` would be overwritten, and Handbill did not write it"),
            Obstruction::Folder => {
                format!("`{shown}` should be a file, but a folder stands there that is not Handbill's alone")
            }
            Obstruction::Other => {
                format!("`{shown}` should be a file, but a symlink or something like it stands there")
            }
            Obstruction::NotFolder => format!("`{file}` cannot be written: `{shown}` is not a folder of the output"),
        };
        let help = match block {
            Obstruction::File => {
                "move it away, or give the page another address; if an earlier build wrote it and `.handbill` was lost \
                 since, delete it"
            }
            Obstruction::Folder | Obstruction::Other => "move it away, or give the page another address",
            Obstruction::NotFolder => "move it away; symlinks in the output are never followed",
        };
        Diagnostic::error(CODE, message).help(help)
    };
    PublishError::Refused(blocks.iter().map(diagnostic).collect())
}
