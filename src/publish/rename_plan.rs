//! The rename plan: all renames that make the output what was built, found before anything changes.
//!
//! Planning changes nothing in the output. It finds every foreign entry that is in the way, so that all are reported at
//! once, and lets no path lead through a symlink.

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

/// One rename.
#[derive(Debug)]
pub(super) struct Rename {
    /// Path in the output.
    pub(super) place: PathBuf,
    /// Path in the staging folder.
    pub(super) staged: PathBuf,
}

/// The renames in four rounds; those of one round are independent of each other.
#[derive(Debug, Default)]
pub(super) struct RenamePlan {
    /// Out of the output, to make way for something new.
    pub(super) clear: Vec<Rename>,
    /// Into the output, at an unused path.
    pub(super) add: Vec<Rename>,
    /// Into the output, in exchange for the file there.
    pub(super) replace: Vec<Rename>,
    /// Out of the output, because the site no longer has the file.
    pub(super) remove: Vec<Rename>,
    /// Files of ours that will be removed, in order.
    pub(super) removed: BTreeSet<OutputPath>,
    /// Topmost paths of `add`; each brings everything staged below it.
    pub(super) roots: BTreeSet<String>,
}

impl RenamePlan {
    /// Returns whether the output needs no rename.
    pub(super) fn is_empty(&self) -> bool {
        [&self.clear, &self.add, &self.replace, &self.remove].iter().all(|renames| renames.is_empty())
    }

    /// Returns whether a folder comes with `add`, so that we create it.
    pub(super) fn bring(&self, folder: &str) -> bool {
        self.roots.contains("") || upwards(folder).any(|folder| self.roots.contains(folder))
    }
}

/// Plans the renames that lead from the output on disk to `entries`, which are sorted by path.
///
/// # Errors
/// [`PublishError::Refused`] with every foreign entry that is in the way, or [`PublishError::Io`].
pub(super) fn plan_renames(
    folder: &OutputFolder,
    stage: &Stage,
    owned: &OwnedPaths,
    entries: &[PublishedFile],
) -> Result<RenamePlan, PublishError> {
    let obsolete = obsolete(folder, owned, entries);
    let (tree, plan) = (OutputTree::new(folder), RenamePlan::default());
    let mut planner = Planner { folder, stage, owned, tree, obsolete, plan, obstructions: BTreeMap::new() };
    for entry in entries {
        match &entry.staged.state {
            StagedState::Kept | StagedState::Same => {}
            StagedState::Foreign => planner.obstruct(entry.path.as_str(), Obstruction::File, &entry.path),
            StagedState::Replaces(staged) => planner.replace(&entry.path, staged)?,
            StagedState::New => planner.add(&entry.path)?,
        }
    }
    if !planner.obstructions.is_empty() {
        return Err(obstructed(folder, &planner.obstructions));
    }
    planner.remove()?;
    let add = |root: &String| Rename { place: folder.inside(root), staged: stage.in_tree(root) };
    planner.plan.add = planner.plan.roots.iter().map(add).collect();
    Ok(planner.plan)
}

/// Returns the files of ours that the site no longer has.
fn obsolete(folder: &OutputFolder, owned: &OwnedPaths, entries: &[PublishedFile]) -> BTreeSet<OutputPath> {
    let mut planned = entries.iter().map(|entry| &entry.path).peekable();
    let mut is_obsolete = |file: &&OutputPath| {
        while planned.next_if(|path| path < file).is_some() {}
        planned.peek() != Some(file)
    };
    let mut obsolete: BTreeSet<OutputPath> = owned.files.iter().filter(|file| is_obsolete(file)).cloned().collect();
    if !obsolete.is_empty() {
        // If the file system ignores letter case, an old name may lead to the file of a new one.
        let owned = OwnedPaths::new(entries.iter().map(|entry| entry.path.clone()).collect(), BTreeSet::new());
        obsolete.retain(|file| !owned.in_other_case(file).is_some_and(|other| is_same_file(folder, file, other)));
    }
    obsolete
}

struct Planner<'a> {
    folder: &'a OutputFolder,
    stage: &'a Stage,
    owned: &'a OwnedPaths,
    tree: OutputTree<'a>,
    /// Files of ours that the site no longer has and that are not yet planned.
    obsolete: BTreeSet<OutputPath>,
    plan: RenamePlan,
    /// Foreign entries in the way, each with its kind and the first file that it obstructs.
    obstructions: BTreeMap<String, (Obstruction, OutputPath)>,
}

impl Planner<'_> {
    fn replace(&mut self, path: &OutputPath, staged: &Path) -> Result<(), PublishError> {
        match self.tree.parent_state(path)? {
            ParentState::Blocked(at, _) => self.obstruct(&at, Obstruction::NotFolder, path),
            ParentState::Open | ParentState::Missing(_) => match self.tree.at(path.as_str())? {
                EntryType::Folder => self.obstruct(path.as_str(), Obstruction::Folder, path),
                EntryType::Other => self.obstruct(path.as_str(), Obstruction::Other, path),
                // If the file has gone since it was staged, the exchange fails.
                EntryType::File | EntryType::Nothing => {
                    let place = self.folder.inside(path.as_str());
                    self.plan.replace.push(Rename { place, staged: staged.to_owned() });
                }
            },
        }
        Ok(())
    }

    fn add(&mut self, path: &OutputPath) -> Result<(), PublishError> {
        if self.plan.roots.contains("") {
            // The output folder itself is new and moves as a whole.
            return Ok(());
        }
        match self.tree.parent_state(path)? {
            ParentState::Missing(folder) => self.move_in(&folder),
            ParentState::Blocked(at, EntryType::File) if self.clear_file(&at)? => self.move_in(&at),
            ParentState::Blocked(at, _) => self.obstruct(&at, Obstruction::NotFolder, path),
            ParentState::Open => match self.tree.at(path.as_str())? {
                EntryType::Nothing => self.move_in(path.as_str()),
                EntryType::Folder if self.clear_folder(path.as_str())? => self.move_in(path.as_str()),
                EntryType::Folder => self.obstruct(path.as_str(), Obstruction::Folder, path),
                EntryType::File => self.obstruct(path.as_str(), Obstruction::File, path),
                EntryType::Other => self.obstruct(path.as_str(), Obstruction::Other, path),
            },
        }
        Ok(())
    }

    /// Plans to move a topmost path into the output.
    fn move_in(&mut self, root: &str) {
        if !self.plan.roots.contains(root) {
            self.plan.roots.insert(root.to_owned());
        }
    }

    /// Plans to remove a file where a folder must go, if it is ours and no longer made; returns whether it is.
    fn clear_file(&mut self, at: &str) -> Result<bool, PublishError> {
        let Some(file) = OutputPath::new(at).ok().and_then(|file| self.obsolete.take(&file)) else {
            return Ok(false);
        };
        let rename = self.plan_removal(at)?;
        self.plan.clear.push(rename);
        self.plan.removed.insert(file);
        self.tree.will_be_cleared(at);
        Ok(true)
    }

    /// Plans to remove a folder where a file must go, if all its content is ours and no longer made; returns whether it
    /// is.
    fn clear_folder(&mut self, at: &str) -> Result<bool, PublishError> {
        let Some(contents) = self.tree.below(at)? else { return Ok(false) };
        let is_ours = contents.folders.iter().all(|folder| self.owned.folders.contains(folder))
            && contents.files.iter().all(|file| self.obsolete.contains(file));
        if is_ours {
            let rename = self.plan_removal(at)?;
            self.plan.clear.push(rename);
            for file in &contents.files {
                self.obsolete.remove(file);
            }
            self.plan.removed.extend(contents.files);
        }
        Ok(is_ours)
    }

    /// Plans to remove all remaining files of ours that are no longer made and that exist.
    fn remove(&mut self) -> Result<(), PublishError> {
        for file in std::mem::take(&mut self.obsolete) {
            let is_there = matches!(self.tree.parent_state(&file)?, ParentState::Open)
                && self.tree.at(file.as_str())? == EntryType::File;
            if is_there {
                let rename = self.plan_removal(file.as_str())?;
                self.plan.remove.push(rename);
                self.plan.removed.insert(file);
            }
        }
        Ok(())
    }

    fn plan_removal(&self, path: &str) -> Result<Rename, PublishError> {
        let staged = self.stage.loose_path().map_err(|error| io_error("remove", &self.folder.show(path), &error))?;
        Ok(Rename { place: self.folder.inside(path), staged })
    }

    fn obstruct(&mut self, at: &str, obstruct: Obstruction, path: &OutputPath) {
        self.obstructions.entry(at.to_owned()).or_insert_with(|| (obstruct, path.clone()));
    }
}
