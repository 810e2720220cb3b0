//! The whole build but its last stage: pages are made, read, and let go.

use super::render_all::{self, Bench};
use super::{Options, Outcome, Published, Watch, give_up, prepare, sort, stopped};
use crate::check::{PageFindings, check as finished, is_checkable};
use crate::plan::OutputFile;
use crate::publish::{PublishError, Trace};
use crate::render::TextStore;

/// Checks a site: all that a build would tell, and what shows in the finished pages alone. Writes nothing; the figures
/// of the outcome are of pages that were made and not published.
#[must_use]
pub fn check(options: &Options, watch: &dyn Watch) -> Outcome {
    let mut outcome = Outcome::default();
    match prepare(options, watch, &mut outcome) {
        Some(mut planned) if !outcome.has_failed(false) => {
            watch.stage("render");
            let texts = TextStore::new(std::mem::take(&mut planned.parsed.bodies));
            match render_all::make_all(&mut planned, &Reading, texts, options.program, watch) {
                Ok(facts) => {
                    watch.stage("check");
                    outcome.diagnostics.extend(finished(&planned.site, &planned.plan.outputs, &facts));
                    let pages = facts.len();
                    outcome.published = Some(Published { pages, rendered: pages, ..Published::default() });
                }
                Err(stop) => give_up(stop, watch, &mut outcome),
            }
        }
        None if watch.is_stopped() => give_up(render_all::Stop::Diagnostics(vec![stopped()]), watch, &mut outcome),
        _ => {}
    }
    sort(&mut outcome.diagnostics);
    outcome
}

/// Every page is made and read; nothing is kept of it but what was found.
struct Reading;

impl Bench for Reading {
    type Done = Option<PageFindings>;

    fn known(&self, _: &OutputFile, _: &Trace) -> Option<Option<PageFindings>> {
        None
    }

    fn take(&self, page: &OutputFile, _: Trace, bytes: Vec<u8>) -> Result<Option<PageFindings>, PublishError> {
        Ok(is_checkable(page).then(|| PageFindings::of(&bytes)))
    }
}
