//! `handbill check`

use clap::Args;
use jiff::tz::TimeZone;

use super::build::{counts, summary};
use super::output::Output;
use super::progress::Progress;
use super::{ClockArgs, Exit, GlobalArgs, options};
use crate::build;
use crate::diagnostic::Level;

pub(super) const HELP: &str =
    "Reports what a build reports, and in the finished pages: dead links, missing images, duplicate ids,
images without a description, pages that request something from other hosts.

  handbill check --strict               as a step before publishing
  handbill check --as-of 2026-12-24     what will be wrong on Christmas Eve";

/// Check everything that a build checks, and the finished pages; write nothing
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    times: ClockArgs,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let options = options(shared, &self.times);
        let progress = Progress::new(out.has_progress(), false);
        let outcome = build::check(&options, &progress);
        progress.finish();
        out.diagnostics(&outcome.diagnostics, |path| crate::source::text(&options.root, path));
        let seconds = progress.elapsed().as_secs_f64();
        if out.json {
            let zone = outcome.zone.clone().unwrap_or(TimeZone::UTC);
            out.object(&serde_json::json!({ "summary": summary(&outcome, seconds, &zone) }));
        } else {
            let reported = counts(&outcome, &[Level::Error, Level::Warning]);
            let found = if reported.is_empty() { "nothing wrong" } else { reported.as_str() };
            match &outcome.published {
                Some(stats) => {
                    out.info(&format!("{}: {} pages checked ({seconds:.2} s)", out.bold(found), stats.pages))
                }
                None => out.info(&format!("{}. The pages were not checked", out.bold(found))),
            }
        }
        match (outcome.environment_failed, outcome.has_failed(self.strict)) {
            (true, _) => Exit::EnvironmentFailed,
            (false, true) => Exit::SiteHasErrors,
            (false, false) => Exit::Success,
        }
    }
}
