//! What came of a build, and what is wrong with a site, in order.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Span};
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::site::UnpublishedReason;

/// What came of a build.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is wrong, in path order.
    pub diagnostics: Vec<Diagnostic>,
    /// Figures, when something was published.
    pub published: Option<PublishStats>,
    /// Articles and pages that are not in the output, and why, by path.
    pub unpublished: Vec<UnpublishedSource>,
    /// Files that are never published: dot files, editors' backups.
    pub ignored: Vec<String>,
    /// The site's zone, when its settings could be read.
    pub zone: Option<TimeZone>,
    /// Whether the machine refused: no room, no permission, another build at work.
    pub environment_failed: bool,
}

/// A text that is not in the output.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnpublishedSource {
    /// Its file.
    pub path: SourcePath,
    /// Why.
    pub reason: UnpublishedReason,
}

/// Figures of a publication.
#[derive(Clone, Debug, Default)]
pub struct PublishStats {
    /// Files of the output.
    pub pages: usize,
    /// Files that were made anew.
    pub rendered: usize,
    /// What was made anew, in order.
    pub rendered_urls: Vec<UrlPath>,
    /// Files that were written.
    pub written: usize,
    /// Files that are gone, in order.
    pub removed: Vec<OutputPath>,
    /// The output folder.
    pub output: PathBuf,
}

impl Outcome {
    /// Whether there are errors, or warnings in a strict build.
    #[must_use]
    pub fn has_failed(&self, strict: bool) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.fails(strict))
    }
}

/// In path order, places within a file in order, and each thing once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.location.as_ref();
        let at = place.map_or((0, 0), |place| match &place.span {
            Span::Line(line, column) => (*line, *column),
            Span::Bytes(range) => (1 << 32, range.start),
            Span::Whole | Span::Key(_) | Span::Value(_) | Span::Hidden(_) => (0, 0),
        });
        (place.map(|place| place.file.clone()), at)
    };
    diagnostics.sort_by_cached_key(key);
    let mut seen = BTreeSet::new();
    diagnostics.retain(|diagnostic| seen.insert(format!("{:?}{:?}", diagnostic.location, diagnostic.message)));
}
