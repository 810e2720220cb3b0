//! The commit of a publication: writes the owned paths, does the renames, writes the manifest, in this order.
//!
//! If an operation fails, the renames done before it are undone in reverse order.

use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::build_record::StoredRecord;
use super::error::{PublishError, io_error};
use super::fs_ops;
use super::manifest::{Manifest, ManifestEntry};
use super::output_tree::{OutputTree, upwards};
use super::owned::OwnedPaths;
use super::owned_copy::OwnedCopy;
use super::rename_plan::{Rename, RenamePlan, plan_renames};
use super::stamp::Stamp;
use super::{Publication, PublishedFile, StagedState};
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath};

/// Result of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of files that are new or have new bytes.
    pub written: usize,
    /// Number of files that are unchanged.
    pub unchanged: usize,
    /// Files of ours that the site no longer has and that were removed, in order.
    pub removed: Vec<RemovedFile>,
}

/// A file of ours that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedFile {
    /// Path in the output.
    pub path: OutputPath,
    /// The layout by which the file's URL came from its path; the default if nothing is known but the path.
    pub layout: OutputLayout,
}

impl RemovedFile {
    /// Returns the URL that the file had, from the root of the site and not encoded.
    #[must_use]
    pub fn url(&self) -> String {
        self.path.url(self.layout)
    }
}

impl Publication {
    /// Makes the output equal to `entries`: all files of the site, each once.
    ///
    /// Files of ours that are not among them are removed, and so are folders that we created and that become empty.
    ///
    /// # Errors
    /// [`PublishError::Refused`] with every foreign entry that is in the way; [`PublishError::Io`] if the operating
    /// system refuses an operation. The output is then unchanged.
    ///
    /// # Panics
    /// If a staged file is not among the entries: it would be published without being in the manifest.
    pub fn commit(self, mut entries: Vec<PublishedFile>) -> Result<Report, PublishError> {
        entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        debug_assert!(entries.is_sorted_by(|one, other| one.path < other.path), "the planner gives each path once");
        let count = |is_so: fn(&StagedState) -> bool| entries.iter().filter(|entry| is_so(&entry.staged.state)).count();
        let new = count(|state| *state == StagedState::New);
        let written = new + count(|state| matches!(state, StagedState::Replaces(_)));
        assert_eq!(self.stage.added(), new, "everything that is staged must be committed");

        let changes = plan_renames(&self.folder, &self.stage, &self.owned, &entries)?;
        let owned = self.owned_after(&entries, &changes);
        let removed = changes.removed.iter().map(|path| self.removed_file(path)).collect();
        let report = Report { written, unchanged: entries.len() - written, removed };
        if changes.is_empty() && owned.is_none() && self.manifest.is_of(&entries) {
            self.write_record(self.manifest.digest());
            return Ok(report);
        }
        let Some(owned) = owned else {
            let manifest = self.change(&changes, entries)?;
            self.write_record(manifest);
            return Ok(report);
        };
        self.write_owned(&self.owned.encode_with(&owned))?;
        let manifest = self.change(&changes, entries).inspect_err(|_| {
            // If this write fails, the list still names files that do not exist, which is harmless.
            let _ = self.write_owned(&self.owned.encode());
        })?;
        if !owned.has_all_of(&self.owned) && self.remove_emptied(&owned) {
            // If this write fails, the next build finds that some listed files are already gone.
            let _ = self.write_owned(&owned.encode());
        }
        self.write_record(manifest);
        Ok(report)
    }

    fn removed_file(&self, path: &OutputPath) -> RemovedFile {
        let known = self.manifest.known(path).or_else(|| self.ignored.known(path));
        RemovedFile { path: path.clone(), layout: known.map(|known| known.layout).unwrap_or_default() }
    }

    /// Does the renames and writes the manifest; returns the manifest's digest. On an error, everything is undone.
    fn change(&self, changes: &RenamePlan, entries: Vec<PublishedFile>) -> Result<Digest, PublishError> {
        let done = Done::all(changes).map_err(|(place, error)| {
            let path = place.strip_prefix(&self.folder.path).unwrap_or(place).to_string_lossy();
            io_error("change", &self.folder.show(&path), &error)
        })?;
        let manifest_entries: Vec<(OutputPath, ManifestEntry)> =
            entries.into_par_iter().map(|entry| self.manifest_entry(entry, changes)).collect();
        let (bytes, digest) = Manifest::encode(&manifest_entries);
        let Ok(cache) = &self.cache else { return Ok(digest) };
        let path = cache.cache.manifest();
        fs_ops::write_over(&path, &bytes).map(|()| digest).map_err(|error| {
            done.undo();
            io_error("write", &path, &error)
        })
    }

    /// Writes the build record beside its manifest. A failure is ignored: it costs the next build time.
    fn write_record(&self, manifest: Digest) {
        if let (Ok(cache), Some(record)) = (&self.cache, &self.record) {
            let _ = fs_ops::write_over(&cache.cache.record(), &StoredRecord::encode(manifest, record));
        }
    }

    /// Makes the manifest entry of a file. A rename changes the stamp of the renamed file, but not of files in a
    /// renamed folder.
    fn manifest_entry(&self, entry: PublishedFile, changes: &RenamePlan) -> (OutputPath, ManifestEntry) {
        let PublishedFile { path, layout, trace, staged } = entry;
        let is_renamed = match staged.state {
            StagedState::Replaces(_) => true,
            StagedState::New => !changes.bring(path.folder()),
            StagedState::Kept | StagedState::Same | StagedState::Foreign => false,
        };
        let found = is_renamed.then(|| Stamp::of_file(&self.folder.inside(path.as_str()))).flatten();
        let stamp = found.unwrap_or(staged.stamp);
        (path, ManifestEntry { trace, content: staged.content, layout, stamp })
    }

    /// Returns the owned paths after the changes; `None` if they stay the same.
    fn owned_after(&self, entries: &[PublishedFile], changes: &RenamePlan) -> Option<OwnedPaths> {
        if changes.roots.is_empty() && self.owned.files.iter().eq(entries.iter().map(|entry| &entry.path)) {
            return None;
        }
        let is_ours = |folder: &&str| changes.bring(folder) || self.owned.folders.contains(*folder);
        let folders = folders_of(entries).into_iter().filter(is_ours).map(str::to_owned).collect();
        Some(OwnedPaths::new(entries.iter().map(|entry| entry.path.clone()).collect(), folders))
    }

    fn write_owned(&self, list: &str) -> Result<(), PublishError> {
        let Ok(cache) = &self.cache else { return Ok(()) };
        let path = cache.cache.owned();
        fs_ops::write_over(&path, list.as_bytes()).map_err(|error| io_error("write", &path, &error))?;
        OwnedCopy::beside(&self.folder).store(list);
        Ok(())
    }

    /// Removes folders that we no longer own if they are empty; one with foreign content is kept. Returns whether no
    /// removal failed for another reason, so that none must be tried again.
    fn remove_emptied(&self, after: &OwnedPaths) -> bool {
        let mut tree = OutputTree::new(&self.folder);
        let mut is_done = true;
        // In reverse order, a folder comes before the one that contains it.
        for folder in self.owned.folders.iter().rev().filter(|folder| !after.folders.contains(*folder)) {
            if tree.is_open(folder) {
                is_done &= fs_ops::remove_if_empty(&self.folder.inside(folder)).is_ok();
            }
        }
        is_done
    }
}

/// Returns all folders that contain the entries, each once. The entries are sorted by path.
fn folders_of(entries: &[PublishedFile]) -> Vec<&str> {
    let mut folders = Vec::new();
    let mut before: Option<&str> = None;
    for entry in entries {
        // Files of one folder are adjacent, so a folder is new if the previous file is not in it.
        let is_new = |folder: &&str| !before.is_some_and(|before| lies_in(before, folder));
        folders.extend(upwards(entry.path.folder()).take_while(is_new));
        before = Some(entry.path.as_str());
    }
    folders
}

fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The renames done so far.
struct Done<'a> {
    renames: Vec<(&'a Rename, RenameKind)>,
}

/// The kind of a rename, which decides how it is undone.
#[derive(Clone, Copy)]
enum RenameKind {
    Added,
    Taken,
    Exchanged,
}

impl<'a> Done<'a> {
    /// Does all renames of the plan, or none: on an error, it returns the path where one failed, and why.
    fn all(changes: &'a RenamePlan) -> Result<Done<'a>, (&'a Path, io::Error)> {
        type Do = fn(&Rename) -> io::Result<RenameKind>;
        let remove: Do = |rename| fs_ops::place(&rename.place, &rename.staged).map(|()| RenameKind::Taken);
        let add: Do = |rename| fs_ops::place(&rename.staged, &rename.place).map(|()| RenameKind::Added);
        let exchange: Do = |rename| fs_ops::exchange(&rename.staged, &rename.place).map(|()| RenameKind::Exchanged);
        let rounds =
            [(&changes.clear, remove), (&changes.add, add), (&changes.replace, exchange), (&changes.remove, remove)];
        let mut done = Done { renames: Vec::new() };
        for (renames, operation) in rounds {
            let results: Vec<io::Result<RenameKind>> = renames.par_iter().map(operation).collect();
            let mut failed = None;
            for (rename, result) in renames.iter().zip(results) {
                match result {
                    Ok(operation) => done.renames.push((rename, operation)),
                    Err(error) => failed = failed.or(Some((rename.place.as_path(), error))),
                }
            }
            if let Some(failed) = failed {
                done.undo();
                return Err(failed);
            }
        }
        Ok(done)
    }

    /// Undoes the renames. One that cannot be undone leaves a complete file of the new build, which the next build
    /// finds.
    fn undo(&self) {
        for (rename, operation) in self.renames.iter().rev() {
            let _ = match operation {
                RenameKind::Added => fs_ops::place(&rename.place, &rename.staged),
                RenameKind::Taken => fs_ops::place(&rename.staged, &rename.place),
                RenameKind::Exchanged => fs_ops::exchange(&rename.staged, &rename.place),
            };
        }
    }
}
