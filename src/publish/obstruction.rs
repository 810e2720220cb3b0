//! What is foreign and in the way, in words.

use std::collections::BTreeMap;

use super::error::{CODE, PublishError};
use super::output_folder::OutputFolder;
use crate::diagnostic::Diagnostic;
use crate::path::OutputPath;

/// How something foreign is in the way of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
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
pub(super) fn refusal(folder: &OutputFolder, blocks: &BTreeMap<String, (Block, OutputPath)>) -> PublishError {
    let diagnostic = |(at, (block, file)): (&String, &(Block, OutputPath))| {
        let shown = folder.show(at);
        let (shown, file) = (shown.display(), folder.show(file.as_str()));
        let file = file.display();
        let message = match block {
            Block::File => format!("`{shown}` would be overwritten, and Handbill did not write it"),
            Block::Folder => {
                format!("`{shown}` should be a file, but a folder stands there that is not Handbill's alone")
            }
            Block::Other => format!("`{shown}` should be a file, but a symlink or something like it stands there"),
            Block::NotFolder => format!("`{file}` cannot be written: `{shown}` is not a folder of the output"),
        };
        let help = match block {
            Block::File => {
                "move it away, or give the page another address; if an earlier build wrote it and `.handbill` was lost \
                 since, delete it"
            }
            Block::Folder | Block::Other => "move it away, or give the page another address",
            Block::NotFolder => "move it away; symlinks in the output are never followed",
        };
        Diagnostic::error(CODE, message).help(help)
    };
    PublishError::Refused(blocks.iter().map(diagnostic).collect())
}
