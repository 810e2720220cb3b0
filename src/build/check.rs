//! Checks a site: the whole build except its last stage. Files are rendered, read by [`crate::check`] and dropped.

use url::Url;

use super::render_all::{self, PageSink, Rendered};
use super::{BuildObserver, BuildOptions, Outcome, PublishStats, cache_folder, prepare, report_abort, sort, stopped};
use crate::check::external::{Answers, ExternalCheck};
use crate::check::{FileFindings, FileReader};
use crate::path::SourcePath;
use crate::plan::{DeployPhase, OutputFile};
use crate::publish::{Cache, CacheFile, PublishError, Trace};
use crate::render::TextStore;

/// Checks a site: returns all diagnostics of a build, and those found only in rendered pages. Writes nothing; the
/// outcome's `pages` and `rendered` count files that were rendered and not published.
///
/// ```
/// # use std::time::SystemTime;
/// # use handbill::build::{BuildOptions, Clock};
/// # use handbill::digest::Digest;
/// use handbill::build::{NoObserver, check};
///
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().to_path_buf();
/// std::fs::write(root.join("site.yaml"), "title: The Paper\nbase_url: https://paper.example/\n")?;
/// let options = BuildOptions::of(root, Clock::At(1_781_524_800), Digest::default(), SystemTime::now());
/// let outcome = check(&options, &NoObserver);
/// assert!(outcome.diagnostics.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn check(options: &BuildOptions, observer: &dyn BuildObserver) -> Outcome {
    check_with(options, None, observer)
}

/// Like [`check`], and asks other hosts for their URLs if `external` says how. What they answer is kept in the cache
/// folder.
#[must_use]
pub fn check_with(options: &BuildOptions, external: Option<&ExternalCheck>, observer: &dyn BuildObserver) -> Outcome {
    let mut outcome = Outcome::default();
    match prepare(options, observer, &mut outcome) {
        Some(mut prepared) if !outcome.has_failed(false) => {
            observer.stage("render");
            let texts = TextStore::new(std::mem::take(&mut prepared.parsed.bodies));
            let reader = FileReader::new(&prepared.site, &prepared.plan);
            match render_all::render_all(&prepared, &Reading(&reader), texts, options.program, observer) {
                Ok(Rendered { files: findings, named }) => {
                    observer.stage("check");
                    let source = |path: &SourcePath| String::from_utf8(prepared.folder.read(path).ok()?).ok();
                    let answers = external.map(|external| {
                        observer.stage("ask other hosts");
                        ask(external, &reader.external_urls(&findings), options)
                    });
                    let found = reader.check(&findings, &source, &answers.unwrap_or_default());
                    prepared.known_problems.accept(found, &mut outcome);
                    if external.is_none() {
                        prepared.known_problems.keep_external(&mut outcome);
                    }
                    outcome.diagnostics.extend(prepared.known_problems.outdated(true));
                    let phase = |page: &OutputFile| (page.output.clone(), page.deploy_phase());
                    let variants = prepared.plan.pictures.variants(&prepared.site, &named);
                    let variants = variants.map(|(_, variant)| (variant.output(), DeployPhase::Asset));
                    let cards = prepared.plan.pictures.cards(&named).map(|card| (card.output(), DeployPhase::Asset));
                    outcome.phases = prepared.plan.outputs.iter().map(phase).chain(variants).chain(cards).collect();
                    let pages = findings.len();
                    outcome.published = Some(PublishStats { pages, rendered: pages, ..PublishStats::default() });
                }
                Err(abort) => report_abort(abort, observer, &mut outcome),
            }
        }
        Some(prepared) => prepared.known_problems.keep(&mut outcome),
        None if observer.is_stopped() => {
            report_abort(render_all::RenderAbort::Diagnostics(vec![stopped()]), observer, &mut outcome)
        }
        None => {}
    }
    sort(&mut outcome.diagnostics);
    outcome
}

/// Asks other hosts, with what they answered before.
fn ask(external: &ExternalCheck, urls: &[Url], options: &BuildOptions) -> Answers {
    let cache = Cache::new(&cache_folder(&options.root));
    let (answers, kept) = external.ask(urls, &cache.load(CacheFile::ExternalUrls).unwrap_or_default());
    // If the answers cannot be kept, the next check only asks again.
    let _ = cache.store(CacheFile::ExternalUrls, &[kept]);
    answers
}

/// A sink that reads each rendered page and keeps only its findings.
struct Reading<'a>(&'a FileReader<'a>);

impl PageSink for Reading<'_> {
    type Done = FileFindings;

    fn known(&self, _: &OutputFile) -> Option<&Trace> {
        None
    }

    fn reuse(&self, _: &OutputFile, _: &Trace) -> Option<FileFindings> {
        None
    }

    fn accept(&self, page: &OutputFile, _: Trace, bytes: Vec<u8>) -> Result<FileFindings, PublishError> {
        Ok(self.0.read(page, &bytes))
    }
}
