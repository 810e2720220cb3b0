//! What a deployment asks of a target, whatever its protocol.

use std::collections::BTreeSet;

use super::files::SiteFile;
use super::lock::Lock;
use super::record::{Record, RecordedFile};
use super::{DeployObserver, Result};
use crate::path::OutputPath;

/// A target, in one deployment.
///
/// A target takes one file after another, so that readers get each as soon as it is there; or it is atomic
/// ([`TargetHost::is_atomic`]): what is sent and removed is prepared out of their sight, and [`TargetHost::finish`] makes
/// all of it public at once.
pub(super) trait TargetHost {
    /// Returns whether readers get all changes at once.
    fn is_atomic(&self) -> bool {
        false
    }

    /// Returns whether the target takes a file at all.
    fn takes(&self, _file: &SiteFile) -> bool {
        true
    }

    /// Returns what identifies a file at the target: the digest of its bytes, and of what is stored with them.
    fn identity(&self, file: &SiteFile) -> Result<String> {
        Ok(file.digest.to_string())
    }

    /// Reads the record of the last deployment; `None` if there was none.
    fn record(&mut self) -> Result<Option<Record>>;

    /// Returns which of these files the target has with the same bytes, by asking it. What it cannot say cheaply counts
    /// as different.
    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>>;

    /// Takes the lock. Returns the one that is there if `may_replace` does not allow to take it over. A target has none
    /// if what it publishes at once is refused when something else was published meanwhile.
    fn lock(&mut self, _lock: &Lock, _may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        Ok(None)
    }

    /// Writes our lock again, with a new time.
    fn renew(&mut self, _lock: &Lock) -> Result<()> {
        Ok(())
    }

    /// Removes our lock.
    fn unlock(&mut self) -> Result<()> {
        Ok(())
    }

    /// Returns the target's names for the versions of files that it has, if it has such.
    fn versions(&mut self, _paths: &[&OutputPath]) -> Result<Vec<(OutputPath, String)>> {
        Ok(Vec::new())
    }

    /// Sends files, in any order, and returns the target's names for their versions, if it has such. Each replaces the
    /// file of the same path, which is complete, old or new, at any time.
    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>>;

    /// Removes files. One that is not there is no error.
    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()>;

    /// Writes the record. An atomic target publishes it together with the files.
    fn write_record(&mut self, record: &Record) -> Result<()>;

    /// Ends the deployment. An atomic target makes it public here.
    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    /// Returns how the target goes back to what was there before the last deployment.
    fn rollback(&mut self) -> Result<Rollback> {
        Ok(Rollback::Impossible("keeps no earlier versions", "build the site of then, and deploy that"))
    }

    /// Makes public at once what was there before the last deployment.
    fn switch_back(&mut self) -> Result<()> {
        Ok(())
    }

    /// Makes files again what they were in versions that it has, and returns the names of the new versions.
    fn restore(&mut self, _files: &[(&OutputPath, &RecordedFile)]) -> Result<Vec<(OutputPath, String)>> {
        Ok(Vec::new())
    }

    /// Returns the number of requests so far: of HTTP requests, or of programs that were run.
    fn requests(&self) -> u64;
}

/// How a target goes back to what was there before.
pub(super) enum Rollback {
    /// At once, by [`TargetHost::switch_back`].
    Switch,
    /// File by file, by [`TargetHost::restore`] and [`TargetHost::remove`].
    ByFile,
    /// Not at all; with what readers of the message can do instead.
    Impossible(&'static str, &'static str),
}
