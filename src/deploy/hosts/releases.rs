//! Releases: each deployment is a folder `releases/TIME` of its own, and `current` is a symlink to the one that readers
//! get. It is switched in one step, so that they get all changes at once.
//!
//! A release begins as hard links of the current one, so that it has also what somebody else put there. Names of releases
//! are in the order of their times, and the next deployment needs nothing after the current one: it is unfinished, or was
//! gone back from. Each release has a symlink [`BEFORE`] with the name of the one that was current before it became so.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::NO_EARLIER_DEPLOYMENT;
use crate::deploy::files::SiteFile;
use crate::deploy::host::{Rollback, TargetHost};
use crate::deploy::lock::Lock;
use crate::deploy::record::Record;
use crate::deploy::{DeployObserver, Result, error, no_earlier_deployment};
use crate::path::OutputPath;
use crate::providers::hosts::Target;

/// Name of the symlink to the current release.
pub(super) const CURRENT: &str = "current";

/// Name of the folder of releases.
pub(super) const RELEASES: &str = "releases";

/// Path of the symlink, in a release, whose target is the name of the release that was current before. It leads nowhere.
pub(super) const BEFORE: &str = ".handbill/before";

/// The format of the names of releases.
const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// What releases need of a target.
pub(super) trait ReleaseHost: TargetHost {
    /// Sets the folder, below that of the target, in which all files are but the lock.
    fn enter(&mut self, place: &str);

    /// Returns what is there.
    ///
    /// # Errors
    /// If it cannot be read.
    fn releases(&mut self) -> Result<Found>;

    /// Removes releases, then makes the release `to` of hard links of the release `from`, or empty.
    fn prepare(&mut self, from: Option<&str>, to: &str, remove: &[String]) -> Result<()>;

    /// Makes `to` the current release in one step, with `from` as the one before it, then removes releases.
    fn switch(&mut self, from: Option<&str>, to: &str, remove: &[String]) -> Result<()>;
}

/// What a target with releases has.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) current: Current,
    /// What [`BEFORE`] in the current release says.
    pub(super) before: Option<String>,
    /// Names in the folder of releases.
    pub(super) names: Vec<String>,
}

/// What `current` is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Current {
    /// It is not there.
    Missing,
    /// It leads to the folder of this name in that of releases, in whatever way.
    Release(String),
    /// It leads to another place, or nowhere, or is no symlink.
    Elsewhere,
}

/// The releases of a target.
struct State {
    current: Option<String>,
    /// The release that was current before, if it is still there.
    before: Option<String>,
    /// All of them, in order.
    all: Vec<String>,
}

/// A target with releases.
pub(super) struct Releases<H> {
    host: H,
    /// Seconds for which a release stays after the next one.
    keep: i64,
    /// When the lock was taken, in Unix seconds.
    now: i64,
    /// The release that is being prepared.
    next: Option<String>,
}

impl<H: ReleaseHost> Releases<H> {
    pub(super) fn of(mut host: H, target: &Target) -> Releases<H> {
        host.enter(CURRENT);
        Releases { host, keep: target.keep_seconds(), now: 0, next: None }
    }

    /// Prepares the next release, once.
    fn prepare(&mut self) -> Result<&mut H> {
        if self.next.is_none() {
            let State { current, all, .. } = self.state()?;
            let next = next_after(current.as_deref(), self.now);
            let unfinished: Vec<String> = all.into_iter().filter(|id| Some(id) > current.as_ref()).collect();
            self.host.prepare(current.as_deref(), &next, &unfinished)?;
            self.host.enter(&format!("{RELEASES}/{next}"));
            self.next = Some(next);
        }
        Ok(&mut self.host)
    }

    /// Returns the releases of the target.
    ///
    /// # Errors
    /// If they cannot be read, or `current` is there and leads to none of them: what readers get is not ours then.
    fn state(&mut self) -> Result<State> {
        let Found { current, before, names: mut all } = self.host.releases()?;
        all.retain(|id| time_of(id).is_some());
        all.sort();
        let current = match current {
            Current::Missing => None,
            Current::Release(id) if all.contains(&id) => Some(id),
            Current::Release(_) | Current::Elsewhere => {
                return Err(error(format!("`{CURRENT}` at the target leads to none of the releases")).help(format!(
                    "make it a symlink to the folder in `{RELEASES}` that readers shall get, or move it away"
                )));
            }
        };
        let before = before.filter(|before| Some(before) != current.as_ref() && all.contains(before));
        Ok(State { current, before, all })
    }
}

impl<H: ReleaseHost> TargetHost for Releases<H> {
    fn is_atomic(&self) -> bool {
        true
    }

    fn record(&mut self) -> Result<Option<Record>> {
        // Without `current`, or with another one, nothing is known of what readers get.
        match self.state()?.current {
            Some(_) => self.host.record(),
            None => Ok(None),
        }
    }

    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        self.host.same(files)
    }

    fn lock(&mut self, lock: &Lock, may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        self.now = lock.at;
        self.host.lock(lock, may_replace)
    }

    fn renew(&mut self, lock: &Lock) -> Result<()> {
        self.host.renew(lock)
    }

    fn unlock(&mut self) -> Result<()> {
        self.host.unlock()
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        self.prepare()?.send(files, observer)
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        self.prepare()?.remove(paths)
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        self.prepare()?.write_record(record)
    }

    fn finish(&mut self) -> Result<()> {
        let Some(next) = self.next.take() else { return Ok(()) };
        let State { current, all, .. } = self.state()?;
        let mut old = superseded(&all, self.now, self.keep);
        old.retain(|id| Some(id) != current.as_ref());
        self.host.switch(current.as_deref(), &next, &old)?;
        self.host.enter(CURRENT);
        Ok(())
    }

    fn rollback(&mut self) -> Result<Rollback> {
        Ok(if self.state()?.before.is_some() { Rollback::Switch } else { NO_EARLIER_DEPLOYMENT })
    }

    fn switch_back(&mut self) -> Result<()> {
        let State { current, before, .. } = self.state()?;
        let before = before.ok_or_else(no_earlier_deployment)?;
        self.host.switch(current.as_deref(), &before, &[])
    }

    fn requests(&self) -> u64 {
        self.host.requests()
    }
}

/// Returns the name of a release at a time, or of the second after the current one if that is later.
fn next_after(current: Option<&str>, now: i64) -> String {
    let after = current.and_then(time_of).map_or(now, |current| now.max(current + 1));
    Timestamp::from_second(after).unwrap_or(Timestamp::UNIX_EPOCH).strftime(FORMAT).to_string()
}

/// Returns the time of a release in Unix seconds; `None` if the name is that of none.
fn time_of(id: &str) -> Option<i64> {
    let time = jiff::civil::DateTime::strptime(FORMAT, id).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok().map(Timestamp::as_second)
}

/// Returns the releases to remove, of all in order, the last of which becomes the current one: those whose next one is
/// older than `keep` seconds. The one before the last stays.
fn superseded(releases: &[String], now: i64, keep: i64) -> Vec<String> {
    let earlier = &releases[..releases.len().saturating_sub(2)];
    let is_old = |next: &String| time_of(next).is_some_and(|time| now - time > keep);
    earlier.iter().zip(releases.iter().skip(1)).filter(|(_, next)| is_old(next)).map(|(id, _)| id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_521_600;

    #[test]
    fn release_is_named_by_its_time_and_comes_after_the_current_one() {
        let first = next_after(None, NOW);
        assert_eq!((first.as_str(), time_of(&first)), ("20261124T120000Z", Some(NOW)));
        assert_eq!(next_after(Some(&first), NOW), "20261124T120001Z");
        assert_eq!(next_after(Some(&first), NOW - 500), "20261124T120001Z");
        assert!(next_after(Some(&first), NOW + 60) > first);
        assert_eq!((time_of("part"), time_of("20261124T120000"), time_of("2026")), (None, None, None));
    }

    #[test]
    fn releases_stay_for_their_time_and_two_always() {
        let check = |hours: &[i64], keep: i64, expected: usize| {
            let ids: Vec<String> = hours.iter().map(|hour| next_after(None, NOW + hour * 3600)).collect();
            let removed = superseded(&ids, NOW, keep * 3600);
            assert_eq!(removed, ids[..expected], "{hours:?} {keep}");
        };
        check(&[], 0, 0);
        check(&[-9], 0, 0);
        check(&[-9, -8], 0, 0);
        check(&[-9, -8, -7, 0], 0, 2);
        // The first was current until 8 hours ago.
        check(&[-90, -8, -7, 0], 8, 0);
        check(&[-90, -9, -7, 0], 8, 1);
    }
}
