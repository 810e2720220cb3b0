//! The commit: the list of what is ours, the renames, the manifest, in this order.
//!
//! Whatever fails on the way is undone, from the last rename to the first.

use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::build_record::StoredRecord;
use super::error::{PublishError, io_error};
use super::fs_ops;
use super::manifest::{Manifest, ManifestEntry};
use super::output_tree::{OutputTree, upwards};
use super::owned::OwnedPaths;
use super::rename_plan::{Rename, RenamePlan, plan_renames};
use super::stamp::Stamp;
use super::{Publication, PublishedFile, StagedState};
use crate::digest::Digest;
use crate::path::OutputPath;

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many files are new or have new bytes.
    pub written: usize,
    /// How many files are as they were.
    pub unchanged: usize,
    /// The files of ours that the site has no longer and that are gone, in order.
    pub removed: Vec<OutputPath>,
}

impl Publication {
    /// Makes the output what was built: `entries` are all files that the site has now, each once.
    ///
    /// Files of ours that are not among them are removed, and folders that we made and that are then empty.
    ///
    /// # Errors
    /// [`PublishError::Refused`] with everything in the output that is foreign and in the way;
    /// [`PublishError::Machine`] when the machine refuses. The output is then as it was.
    ///
    /// # Panics
    /// When a file that was staged is not among the entries: it would be published and not be known.
    pub fn commit(self, mut entries: Vec<PublishedFile>) -> Result<Report, PublishError> {
        entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        debug_assert!(entries.is_sorted_by(|one, other| one.path < other.path), "the planner gives each path once");
        let count = |is_so: fn(&StagedState) -> bool| entries.iter().filter(|entry| is_so(&entry.staged.state)).count();
        let new = count(|state| *state == StagedState::New);
        let written = new + count(|state| matches!(state, StagedState::Replaces(_)));
        assert_eq!(self.stage.added(), new, "everything that is staged must be committed");

        let changes = plan_renames(&self.folder, &self.stage, &self.owned, &entries)?;
        let owned = self.owned_after(&entries, &changes);
        let report =
            Report { written, unchanged: entries.len() - written, removed: changes.removed.iter().cloned().collect() };
        if changes.is_empty() && owned.is_none() && self.manifest.is_of(&entries) {
            self.write_proof(self.manifest.digest());
            return Ok(report);
        }
        let Some(owned) = owned else {
            let manifest = self.change(&changes, entries)?;
            self.write_proof(manifest);
            return Ok(report);
        };
        self.write_owned(&self.owned.encode_with(&owned))?;
        let manifest = self.change(&changes, entries).inspect_err(|_| {
            // Should this fail, the list goes on naming files that are not there: no harm.
            let _ = self.write_owned(&self.owned.encode());
        })?;
        if !owned.has_all_of(&self.owned) && self.remove_emptied(&owned) {
            // Should this fail, the next build finds that files named there are gone already.
            let _ = self.write_owned(&owned.encode());
        }
        self.write_proof(manifest);
        Ok(report)
    }

    /// Does the renames and writes the manifest, of which it gives the digest, or nothing.
    fn change(&self, changes: &RenamePlan, entries: Vec<PublishedFile>) -> Result<Digest, PublishError> {
        let done = Done::all(changes).map_err(|(place, error)| {
            let path = place.strip_prefix(&self.folder.path).unwrap_or(place).to_string_lossy();
            io_error("change", &self.folder.show(&path), &error)
        })?;
        let remembered: Vec<(OutputPath, ManifestEntry)> =
            entries.into_par_iter().map(|entry| self.remember(entry, changes)).collect();
        let (bytes, digest) = Manifest::encode(&remembered);
        let Ok(memory) = &self.memory else { return Ok(digest) };
        let path = memory.cache.manifest();
        fs_ops::write_over(&path, &bytes).map(|()| digest).map_err(|error| {
            done.undo();
            io_error("write", &path, &error)
        })
    }

    /// Leaves the proof beside the manifest that it belongs to. Should this fail, the next build takes longer.
    fn write_proof(&self, manifest: Digest) {
        if let (Ok(memory), Some(proof)) = (&self.memory, &self.proof) {
            let _ = fs_ops::write_over(&memory.cache.proof(), &StoredRecord::encode(manifest, proof));
        }
    }

    /// What the manifest says of a file. A rename changes a file's stamp; one that came along in a folder keeps it.
    fn remember(&self, entry: PublishedFile, changes: &RenamePlan) -> (OutputPath, ManifestEntry) {
        let PublishedFile { path, trace, staged } = entry;
        let is_renamed = match staged.state {
            StagedState::Replaces(_) => true,
            StagedState::New => !changes.bring(path.folder()),
            StagedState::Kept | StagedState::Same | StagedState::Foreign => false,
        };
        let found = is_renamed.then(|| Stamp::of_file(&self.folder.inside(path.as_str()))).flatten();
        let stamp = found.unwrap_or(staged.stamp);
        (path, ManifestEntry { trace, content: staged.content, stamp })
    }

    /// What is ours after these changes; `None` when it is what was ours before.
    fn owned_after(&self, entries: &[PublishedFile], changes: &RenamePlan) -> Option<OwnedPaths> {
        if changes.roots.is_empty() && self.owned.files.iter().eq(entries.iter().map(|entry| &entry.path)) {
            return None;
        }
        let is_ours = |folder: &&str| changes.bring(folder) || self.owned.folders.contains(*folder);
        let folders = folders_of(entries).into_iter().filter(is_ours).map(str::to_owned).collect();
        Some(OwnedPaths::new(entries.iter().map(|entry| entry.path.clone()).collect(), folders))
    }

    fn write_owned(&self, list: &str) -> Result<(), PublishError> {
        let Ok(memory) = &self.memory else { return Ok(()) };
        let path = memory.cache.owned();
        fs_ops::write_over(&path, list.as_bytes()).map_err(|error| io_error("write", &path, &error))
    }

    /// Removes the folders that were ours and are so no longer, as far as they are empty. One that holds something
    /// foreign is left to whoever put it there. Whether no attempt failed otherwise and is to be made again.
    fn remove_emptied(&self, after: &OwnedPaths) -> bool {
        let mut ground = OutputTree::new(&self.folder);
        let mut is_done = true;
        // A folder comes after the one that it lies in.
        for folder in self.owned.folders.iter().rev().filter(|folder| !after.folders.contains(*folder)) {
            if ground.is_open(folder) {
                is_done &= fs_ops::remove_if_empty(&self.folder.inside(folder)).is_ok();
            }
        }
        is_done
    }
}

/// All folders in which files lie that are in the order of their paths, each once.
fn folders_of(entries: &[PublishedFile]) -> Vec<&str> {
    let mut folders = Vec::new();
    let mut before: Option<&str> = None;
    for entry in entries {
        // Files that lie in one folder follow one another; so a folder is new if the file before is not in it.
        let is_new = |folder: &&str| !before.is_some_and(|before| lies_in(before, folder));
        folders.extend(upwards(entry.path.folder()).take_while(is_new));
        before = Some(entry.path.as_str());
    }
    folders
}

fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Renames that were done.
struct Done<'a> {
    steps: Vec<(&'a Rename, Act)>,
}

/// How a rename was done.
#[derive(Clone, Copy)]
enum Act {
    Added,
    Taken,
    Exchanged,
}

impl<'a> Done<'a> {
    /// Does all changes, or none: then the path where it failed is given, and why.
    fn all(changes: &'a RenamePlan) -> Result<Done<'a>, (&'a Path, io::Error)> {
        type Do = fn(&Rename) -> io::Result<Act>;
        let take: Do = |step| fs_ops::place(&step.place, &step.staged).map(|()| Act::Taken);
        let add: Do = |step| fs_ops::place(&step.staged, &step.place).map(|()| Act::Added);
        let exchange: Do = |step| fs_ops::exchange(&step.staged, &step.place).map(|()| Act::Exchanged);
        let rounds =
            [(&changes.clear, take), (&changes.add, add), (&changes.replace, exchange), (&changes.remove, take)];
        let mut done = Done { steps: Vec::new() };
        for (steps, act) in rounds {
            let results: Vec<io::Result<Act>> = steps.par_iter().map(act).collect();
            let mut failed = None;
            for (step, result) in steps.iter().zip(results) {
                match result {
                    Ok(act) => done.steps.push((step, act)),
                    Err(error) => failed = failed.or(Some((step.place.as_path(), error))),
                }
            }
            if let Some(failed) = failed {
                done.undo();
                return Err(failed);
            }
        }
        Ok(done)
    }

    /// Undoes all of it. What cannot be undone is a complete page of the new build, which the next one finds.
    fn undo(&self) {
        for (step, act) in self.steps.iter().rev() {
            let _ = match act {
                Act::Added => fs_ops::place(&step.place, &step.staged),
                Act::Taken => fs_ops::place(&step.staged, &step.place),
                Act::Exchanged => fs_ops::exchange(&step.staged, &step.place),
            };
        }
    }
}
