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

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use self::changes::{Changes, Identified};
use self::files::{SiteFile, is_fingerprinted, is_page, original, site_files};
use self::host::{Rollback, TargetHost};
use self::http::HttpClient;
pub use self::lock::DeployOwner;
use self::lock::Lock;
pub use self::pings::{PingReport, ping};
use self::record::{Record, RecordedFile, Superseded, is_damage};
use crate::config::BaseUrl;
use crate::diagnostic::Diagnostic;
use crate::path::{OutputLayout, OutputPath, encode_path};
use crate::plan::DeployPhase;
use crate::providers::hosts::Target;
use crate::publish::Manifest;

type Result<T> = std::result::Result<T, Diagnostic>;

/// The code of the diagnostics of deployments.
pub const CODE: &str = "deploy";

/// Number of files after which a long step renews its lock.
const FILES_PER_LOCK: usize = 500;

/// Number of bytes after which a long step renews its lock.
const BYTES_PER_LOCK: u64 = 32 << 20;

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
    /// Number of files that were sent.
    pub sent: usize,
    /// Number of their bytes.
    pub bytes: u64,
    /// Number of files that were removed.
    pub removed: usize,
    /// Number of files that the target had already.
    pub unchanged: usize,
    /// Number of requests, or of runs of the programs that send.
    pub requests: u64,
    /// Absolute URLs of what readers get anew, with what a deployment that was stopped has sent.
    pub changed_urls: Vec<String>,
    /// Absolute URLs of what readers get no more.
    pub removed_urls: Vec<String>,
    /// What failed after the deployment: caches that have old pages.
    pub failures: Vec<Diagnostic>,
}

/// A site as a build left it.
pub struct BuiltSite<'a> {
    /// What the build published into the output folder.
    pub manifest: &'a Manifest,
    /// The phase of each file.
    pub phases: &'a [(OutputPath, DeployPhase)],
}

/// Returns the absolute URL of a file.
fn url(path: &OutputPath, layout: OutputLayout, base: &BaseUrl) -> String {
    format!("{}{}{}", base.origin, base.path, encode_path(&path.url(layout)))
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
        report.target.clone_from(&self.target.name);
        report.requests = host.requests();
        let changed: Vec<&String> = report.changed_urls.iter().chain(&report.removed_urls).collect();
        if !self.options.dry_run && !changed.is_empty() {
            let client = HttpClient::new();
            report.failures = caches.iter().filter_map(|cache| cache.purge(&client, &changed).err()).collect();
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
        Ok(report)
    }

    fn record(&self, host: &mut dyn TargetHost) -> Result<Option<Record>> {
        match host.record() {
            Err(error) if self.options.force && is_damage(&error) => Ok(None),
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
        let none = Record::default();
        let record = found.unwrap_or(&none);
        let keep = self.target.keep_seconds();
        let mut changes = Changes::of(files, record, &same, self.options.force, (self.context.clock)(), keep);
        if record.files.values().any(|file| file.version.is_some()) && !changes.resumed.is_empty() {
            for (path, version) in host.versions(&changes.resumed.iter().collect::<Vec<_>>())? {
                changes.next.files.entry(path).and_modify(|file| file.version = Some(version));
            }
        }
        Ok(changes)
    }

    fn allow_removals(&self, changes: &Changes<'_>, found: Option<&Record>) -> Result<()> {
        let refused = found.filter(|_| !self.options.allow_removals).and_then(|record| changes.refuse_removals(record));
        refused.map_or(Ok(()), Err)
    }

    fn report(&self, changes: &Changes<'_>) -> DeployReport {
        let base = self.context.base;
        // Variants have no URL of their own: a server sends them for that of the original.
        let sent = changes.sent().filter(|file| !file.is_variant).map(|file| (&file.path, file.layout));
        let resumed = changes.resumed.iter().filter(|path| original(path).is_none());
        let resumed = resumed.map(|path| (path, changes.next.layout(path)));
        let is_variant = |path: &OutputPath| {
            original(path).is_some_and(|original| {
                changes.next.files.contains_key(&original) || changes.removed().any(|removed| *removed == original)
            })
        };
        let urls = |files: &mut dyn Iterator<Item = (&OutputPath, OutputLayout)>| {
            let mut urls: Vec<String> = files.map(|(path, layout)| url(path, layout, base)).collect();
            urls.sort();
            urls
        };
        DeployReport {
            sent: changes.sent().count(),
            bytes: changes.sent().map(|file| file.length).sum(),
            removed: changes.removed().count(),
            unchanged: changes.unchanged,
            changed_urls: urls(&mut sent.chain(resumed)),
            removed_urls: urls(&mut changes.gone().into_iter().filter(|(path, _)| !is_variant(path))),
            ..DeployReport::default()
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
        self.context.observer.planned(report.sent, report.bytes);
        if !host.is_atomic() {
            host.write_record(&changes.pending(&record))?;
        }
        let mut next = changes.next;
        self.remove(&changes.obstructions, host, &mut lock)?;
        // Where readers get all of it at once, the order makes no difference.
        let steps = if host.is_atomic() { vec![changes.steps.concat()] } else { changes.steps };
        for files in steps.iter().flat_map(|step| in_parts(step)) {
            self.go_on(host, &mut lock)?;
            for (path, version) in host.send(files, self.context.observer)? {
                next.files.entry(path).and_modify(|file| file.version = Some(version));
            }
        }
        self.remove(&changes.removals, host, &mut lock)?;
        self.write_record(&next, host, &mut lock)?;
        host.finish()
    }

    fn remove(&self, paths: &[OutputPath], host: &mut dyn TargetHost, lock: &mut Lock) -> Result<()> {
        for paths in paths.chunks(FILES_PER_LOCK) {
            self.go_on(host, lock)?;
            host.remove(&paths.iter().collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Writes the record of what is there now. Whoever has lost the lock does not know what is there.
    fn write_record(&self, record: &Record, host: &mut dyn TargetHost, lock: &mut Lock) -> Result<()> {
        lock.at = (self.context.clock)();
        host.renew(lock)?;
        host.write_record(record)
    }

    /// Renews the lock if it is time, or stops if the observer says so.
    fn go_on(&self, host: &mut dyn TargetHost, lock: &mut Lock) -> Result<()> {
        if self.context.observer.is_stopped() {
            return Err(stopped());
        }
        let now = (self.context.clock)();
        if now.saturating_sub(lock.at) >= RENEW_SECONDS {
            lock.at = now;
            host.renew(lock)?;
        }
        Ok(())
    }

    fn roll_back(&self, host: &mut dyn TargetHost) -> Result<DeployReport> {
        let method = host.rollback()?;
        if let Rollback::Impossible(why, help) = method {
            return Err(error(format!("the target `{}` {why}", self.target.name)).help(help));
        }
        // What a target switches back to is its own to know.
        if self.options.dry_run && matches!(method, Rollback::Switch) {
            return Ok(DeployReport::default());
        }
        let lock = self.lock(host)?;
        let done = match method {
            Rollback::ByFile => self.restore(host, lock),
            _ => self.switch_back(host),
        };
        let unlocked = host.unlock();
        done.and_then(|report| unlocked.map(|()| report))
    }

    fn switch_back(&self, host: &mut dyn TargetHost) -> Result<DeployReport> {
        let before = host.record()?.unwrap_or_default();
        host.switch_back()?;
        let after = host.record()?.unwrap_or_default();
        let is_new = |(path, file): &(&OutputPath, &RecordedFile)| {
            before.files.get(*path).is_none_or(|before| before.identity != file.identity)
        };
        let changed: Vec<_> = after.files.iter().filter(is_new).map(|(path, file)| (path, file.layout)).collect();
        let removed = before.files.iter().filter(|(path, _)| !after.files.contains_key(*path));
        let removed: Vec<_> = removed.map(|(path, file)| (path, file.layout)).collect();
        Ok(self.restored(&changed, &removed, after.files.len()))
    }

    /// Restores the files that the last deployment changed, in the order of a deployment.
    fn restore(&self, host: &mut dyn TargetHost, mut lock: Lock) -> Result<DeployReport> {
        let record = host.record()?.filter(|record| !record.before.is_empty()).ok_or_else(no_earlier_deployment)?;
        if !record.pending.is_empty() {
            return Err(error("a deployment was stopped half-way").help("finish it first: run `handbill deploy`"));
        }
        let mut next = record.clone();
        next.deployed = (self.context.clock)();
        next.before.clear();
        let mut restored: Vec<(&OutputPath, &RecordedFile)> = Vec::new();
        let mut removed: Vec<&OutputPath> = Vec::new();
        for (path, before) in &record.before {
            let current = record.files.get(path);
            next.before.insert(path.clone(), current.cloned());
            match (before, current) {
                // A superseded file is still there, under a name that no other file ever has.
                (Some(file), _) if next.superseded.remove(path).is_some() => {
                    next.files.insert(path.clone(), file.clone());
                }
                (Some(file), _) => restored.push((path, file)),
                // Pages in caches go on loading it.
                (None, Some(file)) if is_fingerprinted(path) => {
                    next.superseded.insert(path.clone(), Superseded { since: next.deployed, file: file.clone() });
                    next.files.remove(path);
                }
                (None, _) => removed.push(path),
            }
        }
        if restored.iter().any(|(_, file)| file.version.is_none()) {
            return Err(error("the target has kept no earlier version of a file")
                .help("turn on versioning for the bucket: from the second deployment after that, this works"));
        }
        let paths: Vec<&OutputPath> = restored.iter().map(|(path, _)| *path).collect();
        let report = {
            let restored: Vec<_> = restored.iter().map(|(path, file)| (*path, file.layout)).collect();
            let removed: Vec<_> = removed.iter().map(|path| (*path, record.layout(path))).collect();
            self.restored(&restored, &removed, next.files.len())
        };
        if self.options.dry_run {
            return Ok(report);
        }
        let mut pending = record.clone();
        pending.pending = paths.into_iter().chain(removed.iter().copied()).cloned().collect();
        host.write_record(&pending)?;
        let step = |path: &OutputPath| match (is_page(path), path.as_str().ends_with(".xml")) {
            (false, false) => 0,
            (true, _) => 1,
            (false, true) => 2,
        };
        restored.sort_by_key(|(path, _)| (step(path), *path));
        let steps = restored.chunk_by(|(one, _), (other, _)| step(one) == step(other));
        for files in steps.flat_map(|step| step.chunks(FILES_PER_LOCK)) {
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
        self.write_record(&next, host, &mut lock)?;
        Ok(report)
    }

    /// Returns the report of a rollback, after which the target has `files` files of the site.
    fn restored(
        &self,
        changed: &[(&OutputPath, OutputLayout)],
        removed: &[(&OutputPath, OutputLayout)],
        files: usize,
    ) -> DeployReport {
        let urls = |files: &[(&OutputPath, OutputLayout)]| -> Vec<String> {
            files.iter().map(|(path, layout)| url(path, *layout, self.context.base)).collect()
        };
        let (changed_urls, mut removed_urls) = (urls(changed), urls(removed));
        // A page may have been a file in one deployment, and a folder in the other.
        let known: HashSet<&String> = changed_urls.iter().collect();
        removed_urls.retain(|url| !known.contains(url));
        DeployReport {
            sent: changed.len(),
            removed: removed.len(),
            unchanged: files.saturating_sub(changed.len()),
            changed_urls,
            removed_urls,
            ..DeployReport::default()
        }
    }
}

/// Splits a step, so that no part takes long: the lock is renewed between two.
fn in_parts<'s, 'f>(step: &'s [&'f SiteFile]) -> impl Iterator<Item = &'s [&'f SiteFile]> {
    let mut rest = step;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |file: &&&SiteFile| {
            bytes += file.length;
            bytes <= BYTES_PER_LOCK
        };
        let count = rest.iter().take(FILES_PER_LOCK).take_while(fits).count().max(1).min(rest.len());
        let (part, after) = rest.split_at(count);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
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
