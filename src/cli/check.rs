//! `handbill check`

use std::time::Duration;

use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::build::{counts, known, summary};
use super::output::Output;
use super::progress::Progress;
use super::{ClockArgs, Exit, GlobalArgs, options, seconds};
use crate::build::{self, ACCEPT_DAYS, BuildOptions, Outcome};
use crate::check::external::ExternalCheck;
use crate::diagnostic::Level;
use crate::http_client;
use crate::source::{KNOWN_PROBLEMS_FILE, io_error_text};

pub(super) const HELP: &str =
    "Reports what a build reports, and in the finished files: dead URLs, duplicate ids, mentions of what is
unpublished, headings, labels, structured data, requests to other hosts, and more.

  handbill check --strict               as a step before publishing
  handbill check --as-of 2026-12-24     what will be wrong on Christmas Eve
  handbill check --external             and ask other sites whether their pages still exist
  handbill check --accept               accept what is wrong now, for 90 days";

/// How long a host without an answer is left alone before it is asked again.
const RETRY_PAUSE: Duration = Duration::from_secs(2);

/// Check everything that a build checks, and the finished pages; write nothing
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    times: ClockArgs,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Ask other hosts whether the URLs that pages link to exist; answers are kept for a day, good ones for a week
    #[arg(long)]
    external: bool,
    /// Write what is wrong now into known-problems.yaml: it is counted, and stops no build and no check
    #[arg(long, conflicts_with_all = ["drafts", "future"])]
    accept: bool,
    /// The day from which accepted problems are reported again [default: in 90 days]
    #[arg(long, requires = "accept", value_name = "DATE", value_parser = date)]
    until: Option<Date>,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a date: `2027-01-31`".to_owned())
}

impl Check {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let options = options(shared, &self.times);
        let progress = Progress::new(out.has_progress(), false);
        let external = self.external.then(|| ExternalCheck {
            agent: http_client::agent_for_public_hosts(),
            now: seconds(options.now),
            pause: RETRY_PAUSE,
        });
        let check = || build::check_with(&options, external.as_ref(), &progress);
        let mut outcome = check();
        let mut accepted = None;
        if self.accept {
            match self.accept(&options, &check, &mut outcome) {
                Ok(number) => accepted = number,
                Err(exit) => return exit.report(out),
            }
        }
        progress.finish();
        out.run_diagnostics(&outcome.diagnostics, self.strict, |path| crate::source::text(&options.root, path));
        match accepted {
            Some(number) => out.info(&format!("{number} accepted in {KNOWN_PROBLEMS_FILE}")),
            None if self.accept => out.info("Nothing was accepted: fix the errors that can have no place there"),
            None => {}
        }
        let seconds = progress.elapsed().as_secs_f64();
        if out.json {
            let zone = outcome.zone.clone().unwrap_or(TimeZone::UTC);
            out.object(&serde_json::json!({ "summary": summary(&outcome, seconds, &zone) }));
        } else {
            let reported = counts(&outcome, &[Level::Error, Level::Warning]);
            let found = if reported.is_empty() { "nothing wrong" } else { reported.as_str() };
            let known = known(&outcome);
            match &outcome.published {
                Some(stats) => {
                    out.info(&format!("{}: {} pages checked{known} ({seconds:.2} s)", out.bold(found), stats.pages))
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

    /// Writes the file of known problems, and checks again. Returns the number of problems that are accepted now;
    /// `None` if there are errors that cannot be. Finished pages are only checked once the errors of sources are
    /// accepted, so that this takes up to two rounds.
    fn accept(
        &self,
        options: &BuildOptions,
        check: &dyn Fn() -> Outcome,
        outcome: &mut Outcome,
    ) -> Result<Option<usize>, AcceptError> {
        let today = options.clock.today(outcome.zone.as_ref());
        let until = self.until.unwrap_or_else(|| today.saturating_add(ACCEPT_DAYS.days()));
        if until <= today {
            return Err(AcceptError::Past(until));
        }
        let mut accepted = 0;
        for _ in 0..2 {
            let file = options.root.join(KNOWN_PROBLEMS_FILE);
            let Some((number, text)) = build::accept(outcome, until) else {
                return Ok((accepted > 0).then_some(accepted));
            };
            if number == 0 && !file.exists() {
                break;
            }
            std::fs::write(&file, text).map_err(|error| AcceptError::Io(io_error_text(&error)))?;
            accepted += number;
            *outcome = check();
        }
        Ok(Some(accepted))
    }
}

/// Why nothing was accepted.
enum AcceptError {
    Past(Date),
    Io(String),
}

impl AcceptError {
    fn report(self, out: &Output) -> Exit {
        match self {
            AcceptError::Past(until) => {
                out.error(&format!("`--until {until}` is past"), Some("give a later date, or leave it out for 90 days"))
            }
            AcceptError::Io(why) => out.error(&format!("`{KNOWN_PROBLEMS_FILE}` cannot be written: {why}"), None),
        }
        Exit::EnvironmentFailed
    }
}
