//! What must be renamed so that the output becomes what was built, found out before anything changes.
//!
//! The survey changes nothing in the output. It finds every foreign file that stands in the way, so that all of them are
//! reported at once, and it lets no path lead through a symlink.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::error::{PublishError, io_error};
use super::obstruction::{Obstruction, obstructed};
use super::output_folder::OutputFolder;
use super::output_tree::{EntryType, OutputTree, ParentState, is_same_file, upwards};
use super::owned::OwnedPaths;
use super::stage::Stage;
use super::{PublishedFile, StagedState};
use crate::path::OutputPath;

/// The two ends of one rename.
#[derive(Debug)]
pub(super) struct Rename {
    /// In the output.
    pub(super) place: PathBuf,
    /// In the staging folder.
    pub(super) staged: PathBuf,
}

/// The renames that make the output new, in four rounds; those of one round can be done at once.
#[derive(Debug, Default)]
pub(super) struct RenamePlan {
    /// Out of the output, because something new comes where it stands.
    pub(super) clear: Vec<Rename>,
    /// Into the output, where nothing is.
    pub(super) add: Vec<Rename>,
    /// Into the output, in exchange for the file that is there.
    pub(super) replace: Vec<Rename>,
    /// Out of the output, because it is no longer made.
    pub(super) remove: Vec<Rename>,
    /// The files of ours that go, in order.
    pub(super) removed: BTreeSet<OutputPath>,
    /// The topmost paths that come with `add`: with each, all that is staged below it.
    pub(super) roots: BTreeSet<String>,
}

impl RenamePlan {
    /// Whether the output is already as it should be.
    pub(super) fn is_empty(&self) -> bool {
        [&self.clear, &self.add, &self.replace, &self.remove].iter().all(|steps| steps.is_empty())
    }

    /// Whether a folder comes with `add`, so that we make it.
    pub(super) fn bring(&self, folder: &str) -> bool {
        self.roots.contains("") || upwards(folder).any(|folder| self.roots.contains(folder))
    }
}

/// Finds the changes that lead from the output as it is to `entries`, which are in the order of their paths.
///
/// # Errors
/// Everything in the output that is foreign and in the way.
pub(super) fn plan_renames(
    folder: &OutputFolder,
    stage: &Stage,
    owned: &OwnedPaths,
    entries: &[PublishedFile],
) -> Result<RenamePlan, PublishError> {
    let going = going(folder, owned, entries);
    let (ground, changes) = (OutputTree::new(folder), RenamePlan::default());
    let mut survey = Survey { folder, stage, owned, ground, going, changes, blocks: BTreeMap::new() };
    for entry in entries {
        match &entry.staged.state {
            StagedState::Kept | StagedState::Same => {}
            StagedState::Foreign => survey.block(entry.path.as_str(), Obstruction::File, &entry.path),
            StagedState::Replaces(staged) => survey.replace(&entry.path, staged)?,
            StagedState::New => survey.add(&entry.path)?,
        }
    }
    if !survey.blocks.is_empty() {
        return Err(obstructed(folder, &survey.blocks));
    }
    survey.remove()?;
    let add = |root: &String| Rename { place: folder.inside(root), staged: stage.in_tree(root) };
    survey.changes.add = survey.changes.roots.iter().map(add).collect();
    Ok(survey.changes)
}

/// The files of ours that are no longer made.
fn going(folder: &OutputFolder, owned: &OwnedPaths, entries: &[PublishedFile]) -> BTreeSet<OutputPath> {
    let mut planned = entries.iter().map(|entry| &entry.path).peekable();
    let mut is_going = |file: &&OutputPath| {
        while planned.next_if(|path| path < file).is_some() {}
        planned.peek() != Some(file)
    };
    let mut going: BTreeSet<OutputPath> = owned.files.iter().filter(|file| is_going(file)).cloned().collect();
    if !going.is_empty() {
        // Where letter case does not count, the file under an old name may be the one under a new.
        let owned = OwnedPaths::new(entries.iter().map(|entry| entry.path.clone()).collect(), BTreeSet::new());
        going.retain(|file| !owned.in_other_case(file).is_some_and(|other| is_same_file(folder, file, other)));
    }
    going
}

struct Survey<'a> {
    folder: &'a OutputFolder,
    stage: &'a Stage,
    owned: &'a OwnedPaths,
    ground: OutputTree<'a>,
    /// Files of ours that are no longer made, as far as they are not dealt with.
    going: BTreeSet<OutputPath>,
    changes: RenamePlan,
    /// What is in the way, how, and of which file.
    blocks: BTreeMap<String, (Obstruction, OutputPath)>,
}

impl Survey<'_> {
    fn replace(&mut self, path: &OutputPath, staged: &Path) -> Result<(), PublishError> {
        match self.ground.parent_state(path)? {
            ParentState::Blocked(at, _) => self.block(&at, Obstruction::NotFolder, path),
            ParentState::Open | ParentState::Missing(_) => match self.ground.at(path.as_str())? {
                EntryType::Folder => self.block(path.as_str(), Obstruction::Folder, path),
                EntryType::Other => self.block(path.as_str(), Obstruction::Other, path),
                // Where the file has gone since it was staged, the exchange fails.
                EntryType::File | EntryType::Nothing => {
                    let place = self.folder.inside(path.as_str());
                    self.changes.replace.push(Rename { place, staged: staged.to_owned() });
                }
            },
        }
        Ok(())
    }

    fn add(&mut self, path: &OutputPath) -> Result<(), PublishError> {
        if self.changes.roots.contains("") {
            // The output folder itself is new.
            return Ok(());
        }
        match self.ground.parent_state(path)? {
            ParentState::Missing(folder) => self.move_in(&folder),
            ParentState::Blocked(at, EntryType::File) if self.clear_file(&at)? => self.move_in(&at),
            ParentState::Blocked(at, _) => self.block(&at, Obstruction::NotFolder, path),
            ParentState::Open => match self.ground.at(path.as_str())? {
                EntryType::Nothing => self.move_in(path.as_str()),
                EntryType::Folder if self.clear_folder(path.as_str())? => self.move_in(path.as_str()),
                EntryType::Folder => self.block(path.as_str(), Obstruction::Folder, path),
                EntryType::File => self.block(path.as_str(), Obstruction::File, path),
                EntryType::Other => self.block(path.as_str(), Obstruction::Other, path),
            },
        }
        Ok(())
    }

    /// Takes note of a topmost path that is to be moved into the output.
    fn move_in(&mut self, root: &str) {
        if !self.changes.roots.contains(root) {
            self.changes.roots.insert(root.to_owned());
        }
    }

    /// Takes a file away where a folder is to come, if it is ours and no longer made: whether it was so.
    fn clear_file(&mut self, at: &str) -> Result<bool, PublishError> {
        let Some(file) = OutputPath::new(at).ok().and_then(|file| self.going.take(&file)) else {
            return Ok(false);
        };
        let step = self.take_away(at)?;
        self.changes.clear.push(step);
        self.changes.removed.insert(file);
        self.ground.will_be_cleared(at);
        Ok(true)
    }

    /// Takes a folder away where a file is to come, if all in it is ours and no longer made: whether it was so.
    fn clear_folder(&mut self, at: &str) -> Result<bool, PublishError> {
        let Some(contents) = self.ground.below(at)? else { return Ok(false) };
        let is_ours = contents.folders.iter().all(|folder| self.owned.folders.contains(folder))
            && contents.files.iter().all(|file| self.going.contains(file));
        if is_ours {
            let step = self.take_away(at)?;
            self.changes.clear.push(step);
            for file in &contents.files {
                self.going.remove(file);
            }
            self.changes.removed.extend(contents.files);
        }
        Ok(is_ours)
    }

    /// Takes away all that is ours and no longer made, as far as it is there.
    fn remove(&mut self) -> Result<(), PublishError> {
        for file in std::mem::take(&mut self.going) {
            let is_there = matches!(self.ground.parent_state(&file)?, ParentState::Open)
                && self.ground.at(file.as_str())? == EntryType::File;
            if is_there {
                let step = self.take_away(file.as_str())?;
                self.changes.remove.push(step);
                self.changes.removed.insert(file);
            }
        }
        Ok(())
    }

    fn take_away(&self, path: &str) -> Result<Rename, PublishError> {
        let staged = self.stage.slot().map_err(|error| io_error("remove", &self.folder.show(path), &error))?;
        Ok(Rename { place: self.folder.inside(path), staged })
    }

    fn block(&mut self, at: &str, block: Obstruction, path: &OutputPath) {
        self.blocks.entry(at.to_owned()).or_insert_with(|| (block, path.clone()));
    }
}
