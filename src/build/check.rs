//! The whole build but its last stage: pages are made, read, and let go.

use super::render_all::{self, PageSink};
use super::{BuildObserver, BuildOptions, Outcome, PublishStats, prepare, report_abort, sort, stopped};
use crate::check::{PageFindings, check as finished, is_checkable};
use crate::plan::OutputFile;
use crate::publish::{PublishError, Trace};
use crate::render::TextStore;

/// Checks a site: all that a build would tell, and what shows in the finished pages alone. Writes nothing; the figures
/// of the outcome are of pages that were made and not published.
#[must_use]
pub fn check(options: &BuildOptions, observer: &dyn BuildObserver) -> Outcome {
    let mut outcome = Outcome::default();
    match prepare(options, observer, &mut outcome) {
        Some(mut planned) if !outcome.has_failed(false) => {
            observer.stage("render");
            let texts = TextStore::new(std::mem::take(&mut planned.parsed.bodies));
            match render_all::render_all(&mut planned, &Reading, texts, options.program, observer) {
                Ok(facts) => {
                    observer.stage("check");
                    outcome.diagnostics.extend(finished(&planned.site, &planned.plan.outputs, &facts));
                    let pages = facts.len();
                    outcome.published = Some(PublishStats { pages, rendered: pages, ..PublishStats::default() });
                }
                Err(stop) => report_abort(stop, observer, &mut outcome),
            }
        }
        None if observer.is_stopped() => {
            report_abort(render_all::RenderAbort::Diagnostics(vec![stopped()]), observer, &mut outcome)
        }
        _ => {}
    }
    sort(&mut outcome.diagnostics);
    outcome
}

/// Every page is made and read; nothing is kept of it but what was found.
struct Reading;

impl PageSink for Reading {
    type Done = Option<PageFindings>;

    fn reuse(&self, _: &OutputFile, _: &Trace) -> Option<Option<PageFindings>> {
        None
    }

    fn accept(&self, page: &OutputFile, _: Trace, bytes: Vec<u8>) -> Result<Option<PageFindings>, PublishError> {
        Ok(is_checkable(page).then(|| PageFindings::of(&bytes)))
    }
}
