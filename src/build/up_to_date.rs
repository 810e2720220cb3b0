//! Recognizes a build that has nothing to do, before anything is parsed or planned.
//!
//! A build stores a record of everything that decided it: the stamps of its sources, its options, and the period in
//! which its clock makes no difference. If the record still matches and every output file has its stamp, the build ends
//! with the stored outcome.

use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{BuildOptions, Outcome, PreparedSite, PublishStats, UnpublishedSource, cache_folder, sort};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::plan::next_change;
use crate::publish::Publication;
use crate::site::IncludeUnpublished;
use crate::source::SourceTree;

/// The build record: inputs of the last build, and its outcome.
#[derive(Serialize, Deserialize)]
struct BuildRecord {
    input_digest: Digest,
    /// The build's clock, and the next time at which the output changes without an edit. Unix seconds.
    since: i64,
    until: i64,
    time_zone: String,
    diagnostics: Vec<Diagnostic>,
    known: usize,
    unpublished: Vec<UnpublishedSource>,
}

/// Returns the digest of all inputs of a build except its clock. `None` if a source is too recent for its stamp, or if
/// unpublished content is included, whose marks change with the clock.
pub(super) fn input_digest(folder: &SourceTree, options: &BuildOptions) -> Option<Digest> {
    let is_settled = folder.files.par_iter().all(|(_, stamp)| stamp.is_settled(options.now));
    let is_plain = options.include == IncludeUnpublished::default() && !options.force;
    let found = || {
        let links: Vec<_> = folder.links.iter().map(|(link, to)| (link, to.as_os_str().as_encoded_bytes())).collect();
        Digest::of(&(&folder.files, &folder.folders, links, &folder.ignored, &folder.diagnostics))
    };
    (is_settled && is_plain).then(|| Digest::of(&(options.program, &options.base_url, found())))
}

/// Returns the outcome of the last build if this one would have the same.
pub(super) fn outcome(input_digest: Digest, folder: &SourceTree, options: &BuildOptions) -> Option<Outcome> {
    let (output, cache) = (options.output_folder(), cache_folder(folder.root()));
    let bytes = Publication::peek_build_record(&output, &cache, folder.root())?;
    let record: BuildRecord =
        serde_json::from_slice(&bytes).ok().filter(|record: &BuildRecord| record.input_digest == input_digest)?;
    let zone = TimeZone::get(&record.time_zone).ok()?;
    let clock = options.clock.seconds(&zone);
    if clock < record.since || clock >= record.until {
        return None;
    }
    let publication = Publication::open(&output, &cache, folder.root()).ok()?;
    let outcome = Outcome {
        diagnostics: record.diagnostics,
        known: record.known,
        unpublished: record.unpublished,
        ignored: folder.ignored.clone(),
        zone: Some(zone),
        ..Outcome::default()
    };
    let pages = publication.verify_build_record(&bytes).filter(|_| !outcome.has_failed(options.strict))?;
    Some(Outcome { published: Some(PublishStats { pages, output, ..PublishStats::default() }), ..outcome })
}

/// Encodes the build record; `None` if the next change is unknown.
pub(super) fn build_record(input_digest: Digest, planned: &PreparedSite, outcome: &Outcome) -> Option<Vec<u8>> {
    let mut diagnostics = outcome.diagnostics.clone();
    sort(&mut diagnostics);
    let record = BuildRecord {
        input_digest,
        since: planned.site.model.clock,
        until: next_change(&planned.site)?,
        time_zone: planned.config.time_zone.to_string(),
        diagnostics,
        known: outcome.known,
        unpublished: outcome.unpublished.clone(),
    };
    serde_json::to_vec(&record).ok()
}
