//! Deployment: sends a built site to a target.
//!
//! What is sent is decided by digests. A deployment leaves a record at its target ([`record`]); the next one compares the
//! site with it ([`changes`]), sends what differs in an order in which every page finds what it needs, and removes what
//! is gone last. [`host::TargetHost`] is what a target can do; `hosts` has one implementation for each protocol.
//!
//! Only files that a deployment put there are ever removed.

#![allow(clippy::disallowed_methods, reason = "this module reads the output and sends it")]

mod cache;
mod changes;
mod files;
mod host;
mod hosts;
mod http;
mod lock;
mod parallel;
mod pings;
mod program;
mod purge;
mod record;
mod xml;

use std::collections::BTreeSet;
use std::path::Path;

use self::changes::{Changes, Identified};
use self::files::{SiteFile, is_page, site_files};
use self::host::{Rollback, TargetHost};
use self::http::HttpClient;
pub use self::lock::DeployOwner;
use self::lock::Lock;
pub use self::pings::{PingReport, ping};
use self::record::{Record, RecordedFile};
use crate::config::BaseUrl;
use crate::diagnostic::Diagnostic;
use crate::path::{OutputPath, encode_path};
use crate::plan::DeployPhase;
use crate::providers::hosts::Target;
use crate::publish::Manifest;

type Result<T> = std::result::Result<T, Diagnostic>;

/// The code of the diagnostics of deployments.
pub const CODE: &str = "deploy";

/// Days for which superseded fingerprinted files stay at a target, unless its settings say otherwise.
const KEEP_DAYS: i64 = 7;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Number of files after which a long step renews its lock.
const FILES_PER_LOCK: usize = 500;

/// Seconds after which a lock is renewed.
const RENEW_SECONDS: i64 = 60;

/// Receives the progress of a deployment, and can cancel it. The default methods do nothing.
pub trait DeployObserver: Sync {
    /// Called before the first file is sent.
    fn planned(&self, _files: usize, _bytes: u64) {}
    /// Called when a file is sent, with its number of bytes.
    fn sent(&self, _bytes: u64) {}
    /// Returns whether the deployment must stop as soon as possible.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// What the machine tells a deployment.
pub struct DeployContext<'a> {
    /// Who deploys.
    pub owner: DeployOwner,
    /// Returns the time in Unix seconds.
    pub clock: &'a dyn Fn() -> i64,
    /// Returns a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Returns whether a process of this machine is running.
    pub is_running: &'a dyn Fn(u32) -> bool,
    /// The URL at which readers get the site.
    pub base: &'a BaseUrl,
    /// The folder of the site, in which relative paths of targets are.
    pub root: &'a Path,
    /// The output folder of the site.
    pub output: &'a Path,
    /// Receives the progress.
    pub observer: &'a dyn DeployObserver,
}

/// What a deployment may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeployOptions {
    /// Compare and report; change nothing.
    pub dry_run: bool,
    /// Send every file, whatever the target has.
    pub force: bool,
    /// Remove more than a quarter of the pages, if the site no longer has them.
    pub allow_removals: bool,
    /// Take over the lock of another deployment.
    pub steal_lock: bool,
}

/// What a deployment did, or would do.
#[derive(Clone, Debug, Default)]
pub struct DeployReport {
    /// Name of the target.
    pub target: String,
    /// Files that were sent, in order of their paths.
    pub sent: Vec<OutputPath>,
    /// Number of their bytes.
    pub bytes: u64,
    /// Files that were removed, in order of their paths.
    pub removed: Vec<OutputPath>,
    /// Number of files that the target had already.
    pub unchanged: usize,
    /// Number of requests, or of runs of the programs that send.
    pub requests: u64,
}

/// A site as a build left it.
pub struct BuiltSite<'a> {
    /// What the build published into the output folder.
    pub manifest: &'a Manifest,
    /// The phase of each file.
    pub phases: &'a [(OutputPath, DeployPhase)],
}

impl DeployReport {
    /// Returns the absolute URLs of the files that were sent.
    #[must_use]
    pub fn sent_urls(&self, base: &BaseUrl) -> Vec<String> {
        urls(&self.sent, base)
    }

    /// Returns the absolute URLs of the files that were removed.
    #[must_use]
    pub fn removed_urls(&self, base: &BaseUrl) -> Vec<String> {
        urls(&self.removed, base)
    }
}

/// Returns the URLs of files. Compressed files have none of their own: a server sends them for that of the original.
fn urls(paths: &[OutputPath], base: &BaseUrl) -> Vec<String> {
    let url = |path: &OutputPath| {
        let path = path.as_str();
        let page = if path == "index.html" { Some("") } else { path.strip_suffix("index.html") };
        let path = page.filter(|folder| folder.is_empty() || folder.ends_with('/')).unwrap_or(path);
        format!("{}{}/{}", base.origin, base.path, encode_path(path))
    };
    paths.iter().filter(|path| !files::is_compressed(path)).map(url).collect()
}

/// Deploys a site to a target, and drops what has changed from the caches before it.
///
/// # Errors
/// Those of the site's files, all of them; otherwise the first one, and then the target is as it was, or the next
/// deployment finishes what this one began.
pub fn deploy(
    site: &BuiltSite<'_>,
    target: &Target,
    options: DeployOptions,
    context: &DeployContext<'_>,
) -> std::result::Result<DeployReport, Vec<Diagnostic>> {
    let files = site_files(context.output, site.manifest, site.phases)?;
    Deployment { target, options, context }
        .run(|deployment, host| deployment.deploy(&files, host))
        .map_err(|error| vec![error])
}

/// Makes a target again what it was before its last deployment.
///
/// # Errors
/// If the target cannot do that, or an operation fails.
pub fn roll_back(target: &Target, options: DeployOptions, context: &DeployContext<'_>) -> Result<DeployReport> {
    Deployment { target, options, context }.run(Deployment::roll_back)
}

/// One deployment to one target.
struct Deployment<'a> {
    target: &'a Target,
    options: DeployOptions,
    context: &'a DeployContext<'a>,
}

impl Deployment<'_> {
    /// Opens the target, does `work`, and drops what has changed from caches.
    fn run(&self, work: impl FnOnce(&Self, &mut dyn TargetHost) -> Result<DeployReport>) -> Result<DeployReport> {
        let caches = purge::caches(self.target, self.context)?;
        let mut host = hosts::open(self.target, self.context)?;
        let mut report = work(self, host.as_mut())?;
        let base = self.context.base;
        let changed: Vec<String> = [report.sent_urls(base), report.removed_urls(base)].concat();
        if !self.options.dry_run && !changed.is_empty() {
            let client = HttpClient::new();
            caches.iter().try_for_each(|cache| cache.purge(&client, &changed))?;
            report.requests += client.requests();
        }
        Ok(report)
    }

    fn deploy(&self, files: &[SiteFile], host: &mut dyn TargetHost) -> Result<DeployReport> {
        let taken = files.iter().filter(|file| host.takes(file));
        let files: Vec<Identified<'_>> = taken.map(|file| Ok((file, host.identity(file)?))).collect::<Result<_>>()?;
        let found = self.record(host)?;
        let changes = self.compare(&files, found.as_ref(), host)?;
        let mut report = self.report(&changes);
        let is_done = found.as_ref().is_some_and(|record| changes.is_empty(record));
        if !is_done {
            self.allow_removals(&changes, found.as_ref())?;
            if !self.options.dry_run {
                let lock = self.lock(host)?;
                let done = self.locked(&files, found, changes, host, lock, &mut report);
                let unlocked = host.unlock();
                // Programs that send are stopped by the same signal.
                let is_stopped = self.context.observer.is_stopped();
                done.and(unlocked).map_err(|error| if is_stopped { stopped() } else { error })?;
            }
        }
        report.requests = host.requests();
        Ok(report)
    }

    fn record(&self, host: &mut dyn TargetHost) -> Result<Option<Record>> {
        match host.record() {
            Err(_) if self.options.force => Ok(None),
            found => found,
        }
    }

    /// Compares the site with the target, whose files are listed if there is no record.
    fn compare<'f>(
        &self,
        files: &[Identified<'f>],
        found: Option<&Record>,
        host: &mut dyn TargetHost,
    ) -> Result<Changes<'f>> {
        let is_uncertain = |path: &OutputPath| found.is_none_or(|record| record.pending.contains(path));
        let uncertain: Vec<&SiteFile> =
            files.iter().map(|(file, _)| *file).filter(|file| is_uncertain(&file.path)).collect();
        let same = match uncertain.is_empty() || self.options.force {
            true => BTreeSet::new(),
            false => host.same(&uncertain)?,
        };
        let keep =
            self.target.setting("keep").and_then(serde_json::Value::as_i64).unwrap_or(KEEP_DAYS) * SECONDS_PER_DAY;
        let none = Record::default();
        let record = found.unwrap_or(&none);
        Ok(Changes::of(files, record, &same, self.options.force, (self.context.clock)(), keep))
    }

    fn allow_removals(&self, changes: &Changes<'_>, found: Option<&Record>) -> Result<()> {
        let refused = found.filter(|_| !self.options.allow_removals).and_then(|record| changes.refuse_removals(record));
        refused.map_or(Ok(()), Err)
    }

    fn report(&self, changes: &Changes<'_>) -> DeployReport {
        let mut sent: Vec<OutputPath> = changes.sent().map(|file| file.path.clone()).collect();
        sent.sort();
        DeployReport {
            target: self.target.name.clone(),
            sent,
            bytes: changes.sent().map(|file| file.length).sum(),
            removed: changes.removals.clone(),
            unchanged: changes.unchanged,
            requests: 0,
        }
    }

    /// Takes the lock of the target.
    fn lock(&self, host: &mut dyn TargetHost) -> Result<Lock> {
        let now = (self.context.clock)();
        let lock = Lock { owner: self.context.owner.clone(), at: now };
        let may_replace = |held: &Lock| {
            self.options.steal_lock || held.is_stale(&lock.owner, now, |process| (self.context.is_running)(process))
        };
        match host.lock(&lock, &may_replace)? {
            None => Ok(lock),
            Some(held) => Err(held.refusal(now)),
        }
    }

    /// Sends and removes, once the lock is taken.
    fn locked<'f>(
        &self,
        files: &[Identified<'f>],
        seen: Option<Record>,
        mut changes: Changes<'f>,
        host: &mut dyn TargetHost,
        mut lock: Lock,
        report: &mut DeployReport,
    ) -> Result<()> {
        let found = self.record(host)?;
        // Another deployment may have ended since the record was read.
        if found != seen {
            changes = self.compare(files, found.as_ref(), host)?;
            self.allow_removals(&changes, found.as_ref())?;
            *report = self.report(&changes);
        }
        let record = found.unwrap_or_else(|| Record::new(0));
        self.context.observer.planned(report.sent.len(), report.bytes);
        if !host.is_atomic() {
            host.write_record(&changes.pending(&record))?;
        }
        let mut next = changes.next;
        // Where readers get all of it at once, the order makes no difference.
        let steps = if host.is_atomic() { vec![changes.steps.concat()] } else { changes.steps };
        for files in steps.iter().flat_map(|step| step.chunks(FILES_PER_LOCK)) {
            self.go_on(host, &mut lock)?;
            for (path, version) in host.send(files, self.context.observer)? {
                next.files.entry(path).and_modify(|file| file.version = Some(version));
            }
        }
        for paths in changes.removals.chunks(FILES_PER_LOCK) {
            self.go_on(host, &mut lock)?;
            host.remove(&paths.iter().collect::<Vec<_>>())?;
        }
        host.write_record(&next)?;
        host.finish()
    }

    /// Renews the lock if it is time, or stops if the observer says so.
    fn go_on(&self, host: &mut dyn TargetHost, lock: &mut Lock) -> Result<()> {
        if self.context.observer.is_stopped() {
            return Err(stopped());
        }
        let now = (self.context.clock)();
        if now - lock.at >= RENEW_SECONDS {
            lock.at = now;
            host.renew(lock)?;
        }
        Ok(())
    }

    fn roll_back(&self, host: &mut dyn TargetHost) -> Result<DeployReport> {
        let method = host.rollback();
        if let Rollback::Impossible(why, help) = method {
            return Err(error(format!("the target `{}` {why}", self.target.name)).help(help));
        }
        // What a target switches back to is its own to know.
        if self.options.dry_run && matches!(method, Rollback::Switch) {
            return Ok(DeployReport { target: self.target.name.clone(), ..DeployReport::default() });
        }
        let lock = self.lock(host)?;
        let done = match method {
            Rollback::ByFile => self.restore(host, lock),
            _ if self.options.dry_run => Ok(DeployReport::default()),
            _ => host.switch_back().map(|()| DeployReport::default()),
        };
        let unlocked = host.unlock();
        let report = done.and_then(|report| unlocked.map(|()| report))?;
        Ok(DeployReport { target: self.target.name.clone(), requests: host.requests(), ..report })
    }

    /// Restores the files that the last deployment changed, in the order of a deployment.
    fn restore(&self, host: &mut dyn TargetHost, mut lock: Lock) -> Result<DeployReport> {
        let record = host.record()?.filter(|record| !record.before.is_empty()).ok_or_else(no_earlier_deployment)?;
        if !record.pending.is_empty() {
            return Err(error("a deployment was stopped half-way").help("finish it first: run `handbill deploy`"));
        }
        let mut next = record.clone();
        next.before.clear();
        let mut restored: Vec<(&OutputPath, &RecordedFile)> = Vec::new();
        let mut removed: Vec<&OutputPath> = Vec::new();
        for (path, before) in &record.before {
            next.before.insert(path.clone(), record.files.get(path).cloned());
            match before {
                // A superseded file is still there, under a name that no other file ever has.
                Some(file) if next.superseded.remove(path).is_some() => {
                    _ = next.files.insert(path.clone(), file.clone())
                }
                Some(file) => restored.push((path, file)),
                None => removed.push(path),
            }
        }
        if restored.iter().any(|(_, file)| file.version.is_none()) {
            return Err(error("the target has kept no earlier version of a file")
                .help("turn on versioning for the bucket: from the second deployment after that, this works"));
        }
        restored.sort_by_key(|(path, _)| (is_page(path), *path));
        if self.options.dry_run {
            return Ok(restored_report(&restored, &removed));
        }
        let mut pending = record.clone();
        pending.pending = restored.iter().map(|(path, _)| *path).chain(removed.iter().copied()).cloned().collect();
        host.write_record(&pending)?;
        for files in restored.chunks(FILES_PER_LOCK) {
            self.go_on(host, &mut lock)?;
            for (path, file) in files {
                next.files.insert((*path).clone(), (*file).clone());
            }
            for (path, version) in host.restore(files)? {
                next.files.entry(path).and_modify(|file| file.version = Some(version));
            }
        }
        host.remove(&removed)?;
        removed.iter().for_each(|path| _ = next.files.remove(*path));
        host.write_record(&next)?;
        Ok(restored_report(&restored, &removed))
    }
}

fn restored_report(restored: &[(&OutputPath, &RecordedFile)], removed: &[&OutputPath]) -> DeployReport {
    let mut sent: Vec<OutputPath> = restored.iter().map(|(path, _)| (*path).clone()).collect();
    sent.sort();
    DeployReport { sent, removed: removed.iter().copied().cloned().collect(), ..DeployReport::default() }
}

/// Returns an error of a deployment.
fn error(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(CODE, message)
}

fn stopped() -> Diagnostic {
    error("the deployment was stopped").help("run it again: it goes on where it was")
}

fn no_earlier_deployment() -> Diagnostic {
    error("there is no earlier deployment to go back to").help("the target has the first one, or none")
}
