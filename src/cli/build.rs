//! `handbill build`

use std::path::PathBuf;

use clap::Args;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::output::Output;
use super::progress::Progress;
use super::{ClockArgs, Exit, GlobalArgs, OutputArgs, options};
use crate::build::{self, BuildOptions, Outcome, PublishStats, UnpublishedSource};
use crate::config::BaseUrl;
use crate::diagnostic::Level;
use crate::site::UnpublishedReason;
use crate::time::zoned;

pub(super) const HELP: &str =
    "All pages are rendered before anything in public/ changes; a build with errors does not change it.
A second build renders only what changed. Files in public/ that Handbill did not write are never changed.

  handbill build --as-of 2026-12-24     the site as it will be on Christmas Eve
  handbill build --base-url https://preview.example.org/ --drafts --output preview";

/// Publish the site into public/
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    output: OutputArgs,
    /// Replaces the base_url of site.yaml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
    #[command(flatten)]
    times: ClockArgs,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Ignore the cache and render everything again
    #[arg(long)]
    force: bool,
    /// The number of threads [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Print the time used by each stage and each template
    #[arg(long)]
    profile: bool,
}

#[derive(Serialize)]
pub(super) struct Summary {
    pages: usize,
    rendered: usize,
    written: usize,
    removed: usize,
    unpublished: usize,
    warnings: usize,
    errors: usize,
    known: usize,
    seconds: f64,
    removed_urls: Vec<String>,
    rendered_urls: Vec<String>,
    unpublished_articles: Vec<UnpublishedLine>,
    ignored: Vec<String>,
}

#[derive(Serialize)]
struct UnpublishedLine {
    path: String,
    state: &'static str,
    time: Option<String>,
}

impl Build {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        if let Some(jobs) = self.jobs {
            // This fails only if there is a pool already, which is then used.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global();
        }
        let mut options = options(shared, &self.times);
        options.output = self.output.absolute();
        options.base_url = self.base_url;
        options.force = self.force;
        options.strict = self.strict;
        let progress = Progress::new(out.has_progress(), self.profile);
        let outcome = build::build(&options, &progress);
        progress.finish();
        let exit = report_outcome(&outcome, &progress, &options, out);
        if self.profile {
            out.info(&progress.profile());
        }
        exit
    }
}

/// Prints diagnostics and summary of a build, and returns the exit code.
pub(super) fn report_outcome(outcome: &Outcome, progress: &Progress, options: &BuildOptions, out: &Output) -> Exit {
    out.run_diagnostics(&outcome.diagnostics, options.strict, |path| crate::source::text(&options.root, path));
    // Without settings there is no zone, and nothing is unpublished.
    let zone = outcome.zone.clone().unwrap_or(TimeZone::UTC);
    let seconds = progress.elapsed().as_secs_f64();
    if out.json {
        out.object(&serde_json::json!({ "summary": summary(outcome, seconds, &zone) }));
    } else {
        print_report(outcome, seconds, &zone, options.strict, out);
    }
    match (outcome.environment_failed, outcome.has_failed(options.strict)) {
        (true, _) => Exit::EnvironmentFailed,
        (false, true) => Exit::SiteHasErrors,
        (false, false) => Exit::Success,
    }
}

fn base_url(text: &str) -> Result<String, String> {
    BaseUrl::parse(text)
        .map(|_| text.to_owned())
        .map_err(|reason| format!("{reason}: write `https://example.org/`, for example"))
}

pub(super) fn summary(outcome: &Outcome, seconds: f64, zone: &TimeZone) -> Summary {
    let none = PublishStats::default();
    let published = outcome.published.as_ref().unwrap_or(&none);
    let count = |level: Level| outcome.diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
    Summary {
        pages: published.pages,
        rendered: published.rendered,
        written: published.written,
        removed: published.removed,
        unpublished: outcome.unpublished.len(),
        warnings: count(Level::Warning),
        errors: count(Level::Error),
        known: outcome.known,
        seconds,
        removed_urls: published.removed_urls.clone(),
        rendered_urls: published.rendered_urls.iter().map(ToString::to_string).collect(),
        unpublished_articles: outcome.unpublished.iter().map(|source| line(source, zone)).collect(),
        ignored: outcome.ignored.clone(),
    }
}

fn line(source: &UnpublishedSource, zone: &TimeZone) -> UnpublishedLine {
    UnpublishedLine { path: source.path.to_string(), state: source.reason.word(), time: time_of(source.reason, zone) }
}

/// Returns the time until which an article is unpublished, or since which it is expired, by RFC 3339; `None` for
/// drafts.
pub(super) fn time_of(reason: UnpublishedReason, zone: &TimeZone) -> Option<String> {
    match reason {
        UnpublishedReason::Draft => None,
        UnpublishedReason::Scheduled(at) | UnpublishedReason::Embargoed(at) | UnpublishedReason::Expired(at) => {
            Some(crate::time::rfc3339(&zoned(at, zone)))
        }
    }
}

fn print_report(outcome: &Outcome, seconds: f64, zone: &TimeZone, strict: bool, out: &Output) {
    let Some(published) = &outcome.published else {
        let strictly = if strict && !outcome.has_failed(false) { ", which --strict does not allow" } else { "" };
        let reported = counts(outcome, &[Level::Error, Level::Warning]);
        out.info(&format!("{}{strictly}. Nothing was published; the output did not change.", out.bold(&reported)));
        return;
    };
    let here = std::env::current_dir().ok();
    let shown = here.and_then(|here| published.output.strip_prefix(here).ok().map(PathBuf::from));
    let shown = shown.filter(|path| !path.as_os_str().is_empty()).unwrap_or_else(|| published.output.clone());
    let headline = format!("{} pages in {}", thousands(published.pages), shown.display());
    out.info(&format!(
        "{}: {} rendered, {} written, {} removed{}{} ({seconds:.2} s)",
        out.bold(&headline),
        thousands(published.rendered),
        thousands(published.written),
        thousands(published.removed),
        Some(counts(outcome, &[Level::Warning]))
            .filter(|reported| !reported.is_empty())
            .map(|reported| format!(", {reported}"))
            .unwrap_or_default(),
        known(outcome),
    ));
    print_first(published.removed_urls.iter().map(|url| format!("  removed      {url}")), out);
    let lines = outcome.unpublished.iter().map(|source| {
        let since_or_until = match source.reason {
            UnpublishedReason::Draft => String::new(),
            UnpublishedReason::Expired(_) => format!(" since {}", time_of(source.reason, zone).unwrap_or_default()),
            _ => format!(" until {}", time_of(source.reason, zone).unwrap_or_default()),
        };
        format!("  unpublished  {}: {}{since_or_until}", source.path, source.reason.word())
    });
    print_first(lines, out);
    print_first(outcome.ignored.iter().map(|path| format!("  ignored      {path}")), out);
}

/// Prints the first of many lines, and how many more there are.
fn print_first(lines: impl ExactSizeIterator<Item = String>, out: &Output) {
    const MAX_LINES: usize = 12;
    let more = lines.len().saturating_sub(MAX_LINES);
    lines.take(MAX_LINES).for_each(|line| out.info(&line));
    if more > 0 {
        out.info(&format!("  … and {more} more (--format json has all)"));
    }
}

/// Counts the diagnostics of some levels: `2 errors, 1 warning`; empty if there are none.
pub(super) fn counts(outcome: &Outcome, levels: &[Level]) -> String {
    let counted = levels.iter().filter_map(|&level| {
        let count = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        (count > 0).then(|| format!("{count} {level}{}", if count == 1 { "" } else { "s" }))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// Counts the known problems: `, 3 known problems`; empty if there are none.
pub(super) fn known(outcome: &Outcome) -> String {
    match outcome.known {
        0 => String::new(),
        1 => ", 1 known problem".to_owned(),
        many => format!(", {many} known problems"),
    }
}

/// Formats a number with commas: `12,345`.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_formatted() {
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
