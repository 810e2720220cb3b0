//! `handbill deploy`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::build::{counts, thousands};
use super::output::Output;
use super::progress::{Progress, is_stopped};
use super::{ClockArgs, Exit, GlobalArgs, OutputArgs, options, seconds};
use crate::build::{self, BuildOptions, read_settings};
use crate::config::{BaseUrl, Config};
use crate::deploy::{
    BuiltSite, DeployContext, DeployObserver, DeployOptions, DeployOwner, DeployReport, deploy, ping, roll_back,
};
use crate::diagnostic::{Diagnostic, Level, Span, nearest};
use crate::digest::Digest;
use crate::path::{OutputPath, UrlPath};
use crate::plan::DeployPhase;
use crate::providers::hosts::Target;
use crate::publish::Manifest;
use crate::source::{SourceTree, io_error_text};

pub(super) const HELP: &str = "\
Builds and checks the site first: what has errors is not deployed. Then only the files that changed are sent,
assets before pages, pages before listings, and what is gone is removed last.

  handbill deploy                       to the only target of site.yaml
  handbill deploy live --dry-run        what would be sent to the target `live`
  handbill deploy live --rollback       back to the deployment before

Keys and passwords are read from the environment and from the files of each host's own programs.";

/// Build, check and send the site to a target of site.yaml
#[derive(Debug, Args)]
pub(super) struct Deploy {
    /// The target: a name under `publish` in site.yaml [default: the only one]
    target: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
    /// Say what would be sent and removed, and change nothing at the target
    #[arg(long)]
    dry_run: bool,
    /// Go back to what was there before the last deployment, where the target can
    #[arg(long, conflicts_with_all = ["force", "allow_removals", "strict"])]
    rollback: bool,
    /// Send every file, whatever the target has
    #[arg(long)]
    force: bool,
    /// Allow that more than a quarter of the pages are removed
    #[arg(long)]
    allow_removals: bool,
    /// Take over the lock of another deployment, which must have been stopped
    #[arg(long)]
    steal_lock: bool,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Write the URLs that changed into a file, one on each line
    #[arg(long, value_name = "FILE")]
    urls: Option<PathBuf>,
}

impl Deploy {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let mut options = options(shared, &ClockArgs::default());
        options.output = self.output.absolute();
        options.strict = self.strict;
        let (config, target) = match self.target(&options) {
            Ok(found) => found,
            Err(errors) => {
                out.diagnostics(&errors, |path| crate::source::text(&options.root, path));
                return Exit::SiteHasErrors;
            }
        };
        let began = Instant::now();
        let deployed = if self.rollback {
            self.with_context(&options, &config.base(), out, |context| {
                roll_back(&target, self.options(), context).map_err(|error| vec![error])
            })
        } else {
            let phases = match self.build(&options, out) {
                Ok(phases) => phases,
                Err(exit) => return exit,
            };
            let output = options.output_folder();
            let manifest = Manifest::peek(&output, &build::cache_folder(&options.root), &options.root);
            manifest.map_err(|error| error.diagnostics()).and_then(|manifest| {
                let site = BuiltSite { manifest: &manifest, phases: &phases };
                self.with_context(&options, &config.base(), out, |context| {
                    deploy(&site, &target, self.options(), context)
                })
            })
        };
        let report = match deployed {
            Ok(report) => report,
            Err(errors) => {
                out.diagnostics(&errors, |path| crate::source::text(&options.root, path));
                return Exit::EnvironmentFailed;
            }
        };
        self.print(&report, began.elapsed().as_secs_f64(), out);
        let written = self.write_urls(&report, out);
        out.diagnostics(&report.failures, |_| None);
        // After a rollback, the sitemap of this folder is not the one that readers get.
        if !self.dry_run && !self.rollback {
            let home = config.base().absolute(&UrlPath::new("/").expect("the root"));
            let (told, warnings) = ping(&config.pings, &home, &options.output_folder(), &report.changed_urls);
            out.diagnostics(&warnings, |_| None);
            if told.feeds + told.pages > 0 {
                out.info(&format!("Told of {} and {}", number(told.feeds, "feed"), number(told.pages, "page")));
            }
        }
        if report.failures.is_empty() { written } else { Exit::EnvironmentFailed }
    }

    fn options(&self) -> DeployOptions {
        DeployOptions {
            dry_run: self.dry_run,
            force: self.force,
            allow_removals: self.allow_removals,
            steal_lock: self.steal_lock,
        }
    }

    /// Reads the settings and returns the target.
    fn target(&self, options: &BuildOptions) -> Result<(Config, Target), Vec<Diagnostic>> {
        let folder = SourceTree::walk(&options.root).map_err(|error| {
            let message = format!("`{}` cannot be read: {}", options.root.display(), io_error_text(&error));
            vec![Diagnostic::error("file", message)]
        })?;
        let mut diagnostics = Vec::new();
        let config = read_settings(&folder, &mut diagnostics);
        diagnostics.retain(Diagnostic::is_error);
        let Some(config) = config.filter(|_| diagnostics.is_empty()) else { return Err(diagnostics) };
        let mut targets = config.targets(&mut diagnostics);
        let at_key = |diagnostic: Diagnostic| {
            let keys = if config.publish.is_empty() { Vec::new() } else { vec!["publish".to_owned()] };
            let span = if keys.is_empty() { Span::Whole } else { Span::Key(keys) };
            vec![diagnostic.at(crate::config::FILE, span)]
        };
        let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        let index = match &self.target {
            Some(name) => names.iter().position(|known| known == name).ok_or_else(|| {
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => help_for_targets(&names),
                };
                at_key(Diagnostic::error("deploy", format!("there is no target `{name}`")).help(help))
            })?,
            None if names.len() == 1 => 0,
            None => {
                let message = if names.is_empty() { "the site has no target" } else { "the site has several targets" };
                return Err(at_key(Diagnostic::error("deploy", message).help(help_for_targets(&names))));
            }
        };
        let target = targets.swap_remove(index);
        let base = config.base();
        if base.is_local() {
            let message = format!("`{}` is a URL of this machine, where no reader is", base.origin);
            let span = Span::Value(vec!["base_url".to_owned()]);
            let help = "write the URL under which readers get the site: `https://example.org/`";
            return Err(vec![Diagnostic::error("deploy", message).at(crate::config::FILE, span).help(help)]);
        }
        Ok((config, target))
    }

    /// Checks and builds the site. Returns the phase of each file, or the exit code if nothing may be deployed.
    fn build(&self, options: &BuildOptions, out: &Output) -> Result<Vec<(OutputPath, DeployPhase)>, Exit> {
        let progress = Progress::new(out.has_progress(), false);
        let checked = build::check(options, &progress);
        let report = |outcome: &build::Outcome| {
            out.diagnostics(&outcome.diagnostics, |path| crate::source::text(&options.root, path));
        };
        let exit = |outcome: &build::Outcome| {
            let found = counts(outcome, &[Level::Error, Level::Warning]);
            out.info(&format!("{}. Nothing was deployed.", out.bold(&found)));
            if outcome.environment_failed { Exit::EnvironmentFailed } else { Exit::SiteHasErrors }
        };
        report(&checked);
        if checked.environment_failed || checked.has_failed(options.strict) || checked.published.is_none() {
            progress.finish();
            return Err(exit(&checked));
        }
        let built = build::build(options, &progress);
        progress.finish();
        if built.environment_failed || built.has_failed(options.strict) || built.published.is_none() {
            report(&built);
            return Err(exit(&built));
        }
        Ok(checked.phases)
    }

    fn with_context<T>(
        &self,
        options: &BuildOptions,
        base: &BaseUrl,
        out: &Output,
        work: impl FnOnce(&DeployContext<'_>) -> T,
    ) -> T {
        let output = options.output_folder();
        let observer = DeployProgress::new(out.has_progress());
        let context = DeployContext {
            owner: owner(),
            clock: &|| seconds(std::time::SystemTime::now()),
            variable: &|name| std::env::var(name).ok().filter(|value| !value.is_empty()),
            is_running: &is_running,
            base,
            root: &options.root,
            output: &output,
            observer: &observer,
        };
        let done = work(&context);
        observer.bar.finish_and_clear();
        done
    }

    fn print(&self, report: &DeployReport, seconds: f64, out: &Output) {
        if out.json {
            out.object(&serde_json::json!({ "deploy": {
                "target": report.target,
                "dry_run": self.dry_run,
                "sent": report.sent,
                "bytes": report.bytes,
                "removed": report.removed,
                "unchanged": report.unchanged,
                "requests": report.requests,
                "seconds": seconds,
                "changed_urls": report.changed_urls,
                "removed_urls": report.removed_urls,
            } }));
            return;
        }
        let verb = match (self.dry_run, self.rollback) {
            (true, false) => "Would deploy to",
            (true, true) => "Would roll back",
            (false, true) => "Rolled back",
            (false, false) => "Deployed to",
        };
        if self.dry_run {
            report.changed_urls.iter().for_each(|url| out.info(&format!("  send    {url}")));
            report.removed_urls.iter().for_each(|url| out.info(&format!("  remove  {url}")));
        }
        out.info(&format!(
            "{}: {} sent ({}), {} removed, {} unchanged, {} ({seconds:.1} s)",
            out.bold(&format!("{verb} {}", report.target)),
            number(report.sent, "file"),
            indicatif::HumanBytes(report.bytes),
            thousands(report.removed),
            thousands(report.unchanged),
            number(usize::try_from(report.requests).unwrap_or(usize::MAX), "request"),
        ));
    }

    fn write_urls(&self, report: &DeployReport, out: &Output) -> Exit {
        let Some(file) = &self.urls else { return Exit::Success };
        let text: String =
            report.changed_urls.iter().chain(&report.removed_urls).map(|url| format!("{url}\n")).collect();
        match std::fs::write(file, text) {
            Ok(()) => Exit::Success,
            Err(error) => {
                out.error(&format!("`{}` cannot be written: {}", file.display(), io_error_text(&error)), None);
                Exit::EnvironmentFailed
            }
        }
    }
}

fn number(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

fn help_for_targets(names: &[&str]) -> String {
    match names {
        [] => {
            "name one: `publish: { live: { kind: netlify, site: my-paper } }`; docs/publishing.md has all kinds".into()
        }
        names => format!("name one of {}: `handbill deploy {}`", names.join(", "), names[0]),
    }
}

/// Returns who deploys: the job of a continuous integration, or this machine.
fn owner() -> DeployOwner {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let github = || {
        let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
        Some(format!("{server}/{repository}/actions/runs/{}", variable("GITHUB_RUN_ID")?))
    };
    let name = github().or_else(|| variable("CI_JOB_URL")).unwrap_or_else(machine_name);
    DeployOwner { name, machine: machine(), process: std::process::id() }
}

/// Returns what tells this machine, since its start, and this container from others: a digest, since the lock is public.
fn machine() -> String {
    let system = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let parts = (machine_name(), system("/proc/sys/kernel/random/boot_id"), space.display().to_string());
    Digest::of(&parts).to_string()
}

#[cfg(unix)]
fn machine_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn machine_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "a machine".to_owned())
}

/// Returns whether a process of this machine is running; true where that cannot be found out.
#[cfg(unix)]
fn is_running(process: u32) -> bool {
    let Some(id) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else { return false };
    !matches!(rustix::process::test_kill_process(id), Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_running(_: u32) -> bool {
    true
}

/// A progress bar of bytes.
struct DeployProgress {
    bar: ProgressBar,
}

impl DeployProgress {
    fn new(is_shown: bool) -> DeployProgress {
        let bar = if is_shown { ProgressBar::no_length() } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{bar:32} {bytes}/{total_bytes} {msg}").expect("a fixed template");
        DeployProgress { bar: bar.with_style(style) }
    }
}

impl DeployObserver for DeployProgress {
    fn planned(&self, _files: usize, bytes: u64) {
        self.bar.set_length(bytes);
    }

    fn sent(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn is_stopped(&self) -> bool {
        is_stopped()
    }
}
