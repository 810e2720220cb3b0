//! The outcome of a build, and the order of its diagnostics.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::KnownProblem;
use crate::config::ChecksConfig;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::plan::{DeployPhase, Plan};
use crate::publish::RemovedFile;
use crate::site::UnpublishedReason;

/// Outcome of a build or check.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Diagnostics, sorted by [`sort`].
    pub diagnostics: Vec<Diagnostic>,
    /// Statistics; `None` if nothing was published.
    pub published: Option<PublishStats>,
    /// Sources that are unpublished, with the reason: articles, then static pages, then issues.
    pub unpublished: Vec<UnpublishedSource>,
    /// Paths of files that are ignored: dot files, editors' backups.
    pub ignored: Vec<String>,
    /// The site's time zone; `None` if the settings are not readable.
    pub zone: Option<TimeZone>,
    /// The levels of errors that leave the site publishable; those of a site without settings if they are not readable.
    pub checks: ChecksConfig,
    /// Number of diagnostics that are known problems, and are not among `diagnostics`.
    pub known: usize,
    /// Entries of the file of known problems that still apply, or of which this run cannot tell.
    pub known_problems: Vec<KnownProblem>,
    /// Every output file with the phase in which it is deployed; empty unless the pages were checked.
    pub phases: Vec<(OutputPath, DeployPhase)>,
    /// Whether the environment caused the failure: the disk is full, permission is missing, another build is running,
    /// or the build was cancelled.
    pub environment_failed: bool,
}

/// A source that is not in the output.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnpublishedSource {
    /// Path of the source.
    pub path: SourcePath,
    /// Why it is unpublished.
    pub reason: UnpublishedReason,
}

/// Statistics of a publication.
#[derive(Clone, Debug, Default)]
pub struct PublishStats {
    /// Number of output files.
    pub pages: usize,
    /// Number of output files that were rendered; the others were up to date.
    pub rendered: usize,
    /// URLs of the rendered files, in order.
    pub rendered_urls: Vec<UrlPath>,
    /// Number of files that were written.
    pub written: usize,
    /// Number of files that were removed from the output.
    pub removed: usize,
    /// URLs of the removed files, in the order of their paths, without those that the site still has in another file.
    pub removed_urls: Vec<String>,
    /// Output folder.
    pub output: PathBuf,
}

/// Returns the URLs of removed files that no file of the plan has.
pub(super) fn removed_urls(removed: &[RemovedFile], plan: &Plan) -> Vec<String> {
    if removed.is_empty() {
        return Vec::new();
    }
    let known: HashSet<&str> = plan.outputs.iter().map(|page| page.url.as_str()).collect();
    removed.iter().map(RemovedFile::url).filter(|url| !known.contains(url.as_str())).collect()
}

impl Outcome {
    /// Returns whether there are errors, or, with `strict`, warnings.
    #[must_use]
    pub fn has_failed(&self, strict: bool) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.fails(strict))
    }
}

/// Sorts diagnostics by file and position, and removes duplicates.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| {
        let location = diagnostic.location.as_ref();
        let at = location.map_or((0, 0), |location| match &location.span {
            Span::Line(line, column) => (*line, *column),
            Span::Bytes(range) => (1 << 32, range.start),
            Span::Whole | Span::Key(_) | Span::Value(_) | Span::Hidden(_) => (0, 0),
        });
        (location.map(|location| location.file.clone()), at)
    };
    diagnostics.sort_by_cached_key(key);
    let mut seen = BTreeSet::new();
    diagnostics.retain(|diagnostic| seen.insert(format!("{:?}{:?}", diagnostic.location, diagnostic.message)));
}
