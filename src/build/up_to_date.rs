//! The shortest build: one that can tell that it would come to the same as the last, without planning anything.
//!
//! A build leaves behind what decided all of it: the files that it found, by their stamps; how it was called; and from
//! when until when its clock makes no difference. Where that still holds, and the output is file for file as it was
//! left, nothing is to be done.

use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{BuildOptions, Outcome, PreparedSite, PublishStats, UnpublishedSource, cache_folder};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::plan::next_change;
use crate::publish::Publication;
use crate::site::IncludeUnpublished;
use crate::source::SourceTree;

/// What a build found, and what it said.
#[derive(Serialize, Deserialize)]
struct BuildRecord {
    mark: Digest,
    /// The build's clock and the first time after it at which it makes a difference, in seconds since
    /// 1970-01-01T00:00:00Z.
    since: i64,
    until: i64,
    time_zone: String,
    diagnostics: Vec<Diagnostic>,
    unpublished: Vec<UnpublishedSource>,
}

/// The digest of everything that decides a build but its clock; `None` where files are too young to be known by
/// their stamps, or what is to come is shown, whose dates move with the clock.
pub(super) fn input_digest(folder: &SourceTree, options: &BuildOptions) -> Option<Digest> {
    let is_settled = folder.files.par_iter().all(|(_, stamp)| stamp.is_settled(options.now));
    let is_plain = options.include == IncludeUnpublished::default() && !options.force;
    let found = || {
        let links: Vec<_> = folder.links.iter().map(|(link, to)| (link, to.as_os_str().as_encoded_bytes())).collect();
        Digest::of(&(&folder.files, &folder.folders, links, &folder.ignored, &folder.diagnostics))
    };
    (is_settled && is_plain).then(|| Digest::of(&(options.program, &options.base_url, found())))
}

/// What a build would come to, if that is what the last one came to.
pub(super) fn outcome(mark: Digest, folder: &SourceTree, options: &BuildOptions) -> Option<Outcome> {
    let (output, cache) = (options.output(), cache_folder(folder.root()));
    let bytes = Publication::peek_build_record(&output, &cache, folder.root())?;
    let proof: BuildRecord = serde_json::from_slice(&bytes).ok().filter(|proof: &BuildRecord| proof.mark == mark)?;
    let zone = TimeZone::get(&proof.time_zone).ok()?;
    let clock = options.clock.seconds(&zone);
    if clock < proof.since || clock >= proof.until {
        return None;
    }
    let publication = Publication::open(&output, &cache, folder.root()).ok()?;
    let outcome = Outcome {
        diagnostics: proof.diagnostics,
        unpublished: proof.unpublished,
        ignored: folder.ignored.clone(),
        zone: Some(zone),
        ..Outcome::default()
    };
    let pages = publication.verify_build_record(&bytes).filter(|_| !outcome.has_failed(options.strict))?;
    Some(Outcome { published: Some(PublishStats { pages, output, ..PublishStats::default() }), ..outcome })
}

/// What a build leaves behind that found these files and comes to this.
pub(super) fn build_record(mark: Digest, planned: &PreparedSite, outcome: &Outcome) -> Option<Vec<u8>> {
    let proof = BuildRecord {
        mark,
        since: planned.site.clock,
        until: next_change(&planned.site, &planned.parsed.inputs)?,
        time_zone: planned.config.time_zone.to_string(),
        diagnostics: outcome.diagnostics.clone(),
        unpublished: outcome.unpublished.clone(),
    };
    serde_json::to_vec(&proof).ok()
}
