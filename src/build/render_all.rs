//! Renders all output files that are not up to date, the stage that takes most time.
//!
//! Feeds are rendered first, then articles in batches, then the rest in the order of the articles that they list. A
//! body is dropped when its article's page is done, and a card when the last listing with it is, so that memory never
//! holds all of them at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::pictures::{named_before, with_named};
use super::{BuildObserver, PreparedSite, parse_cache};
use crate::content::ParseOptions;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::pictures::RenditionId;
use crate::plan::{OutputFile, OutputKind, PageMetaSource, Pictures};
use crate::publish::{Publication, PublishError, PublishedFile, Trace};
use crate::render::{PageInputs, PageRenderer, TextStore};
use crate::source::SourceTree;

/// Why rendering stopped.
pub(super) enum RenderAbort {
    /// Templates failed, or the build was cancelled.
    Diagnostics(Vec<Diagnostic>),
    /// The output cannot be written.
    Publish(PublishError),
}

/// Receives rendered files: the output folder when building, the checker when checking.
pub(super) trait PageSink: Sync {
    /// What the sink returns for each file: a manifest entry, or the findings of a check.
    type Done: Send;

    /// Returns the trace that an earlier build left of a file.
    fn known(&self, page: &OutputFile) -> Option<&Trace>;

    /// Returns the result for a file that is up to date, so that it is not rendered; `None` otherwise.
    fn reuse(&self, page: &OutputFile, trace: &Trace) -> Option<Self::Done>;

    /// Accepts the bytes of a rendered file.
    fn accept(&self, page: &OutputFile, trace: Trace, bytes: Vec<u8>) -> Result<Self::Done, PublishError>;
}

/// The sink of a build. Returns for each file what to publish, and whether it was rendered.
impl PageSink for Publication {
    type Done = (PublishedFile, bool);

    fn known(&self, page: &OutputFile) -> Option<&Trace> {
        Publication::known(self, &page.output).map(|known| &known.trace)
    }

    fn reuse(&self, page: &OutputFile, trace: &Trace) -> Option<(PublishedFile, bool)> {
        let staged = self.fresh(&page.output, trace)?;
        Some((PublishedFile { path: page.output.clone(), layout: page.layout(), trace: trace.clone(), staged }, false))
    }

    fn accept(&self, page: &OutputFile, trace: Trace, bytes: Vec<u8>) -> Result<(PublishedFile, bool), PublishError> {
        let staged = self.stage(&page.output, &bytes)?;
        Ok((PublishedFile { path: page.output.clone(), layout: page.layout(), trace, staged }, true))
    }
}

/// Result of trying to render a file.
enum RenderStep<T> {
    /// The sink's result, and the renditions that the file names.
    Done(T, Vec<RenditionId>),
    /// The file must be rendered, and these bodies are not loaded.
    Wants(Vec<SourcePath>),
}

/// Greatest number of template errors that are reported: one error may occur on ten thousand pages.
const MAX_RENDER_ERRORS: usize = 20;

/// Number of pages that are rendered before unneeded bodies and cards are dropped.
const BATCH: usize = 1024;

/// What rendering gives.
pub(super) struct Rendered<T> {
    /// The sink's result for each output file, in the order of the plan.
    pub(super) files: Vec<T>,
    /// The renditions of pictures that the files name.
    pub(super) named: BTreeSet<RenditionId>,
}

/// Renders every output file that `sink` cannot reuse.
pub(super) fn render_all<B: PageSink>(
    planned: &PreparedSite,
    sink: &B,
    mut texts: TextStore,
    program: Digest,
    observer: &dyn BuildObserver,
) -> Result<Rendered<B::Done>, RenderAbort> {
    let language = ParseOptions::from(&planned.config);
    let pages = &planned.plan.outputs;
    let renderer = planned.renderer(pages, program);
    let (folder, pictures) = (&planned.folder, &planned.plan.pictures);
    let mut making = RenderPass { renderer, sink, folder, pictures, observer, failures: AtomicUsize::new(0) };
    let mut done = Done { files: BTreeMap::new(), named: BTreeSet::new(), diagnostics: Vec::new() };
    let batches = batches(pages);
    for (number, batch) in batches.iter().enumerate() {
        let wanted = making.round(pages, batch, &texts, &mut done)?;
        if !wanted.is_empty() {
            // Bodies that were not parsed in this run are parsed only when a page needs them.
            let more = parse_cache::texts(wanted, &language, &|path| planned.folder.read(path));
            texts.extend(more.map_err(|diagnostic| RenderAbort::Diagnostics(vec![diagnostic]))?);
            let rest: Vec<usize> = batch.iter().copied().filter(|index| !done.files.contains_key(index)).collect();
            making.round(pages, &rest, &texts, &mut done)?;
        }
        for page in
            batch.iter().map(|&index| &pages[index]).filter(|page| matches!(page.meta, PageMetaSource::Article(_)))
        {
            page.source.iter().for_each(|path| texts.forget(path));
        }
        // Later listings contain only articles after this one.
        let listed = batches.get(number + 1).and_then(|next| pages[*next.first()?].first_listed());
        making.renderer.forget_cards(listed.unwrap_or_default());
    }
    match done.diagnostics.is_empty() {
        true => Ok(Rendered { files: done.files.into_values().collect(), named: done.named }),
        false => Err(RenderAbort::Diagnostics(done.diagnostics)),
    }
}

/// The results so far.
struct Done<T> {
    files: BTreeMap<usize, T>,
    named: BTreeSet<RenditionId>,
    diagnostics: Vec<Diagnostic>,
}

/// Returns the indexes of the output files in the order of rendering, in batches.
fn batches(pages: &[OutputFile]) -> Vec<Vec<usize>> {
    let of = |is: fn(&OutputFile) -> bool| (0..pages.len()).filter(|&index| is(&pages[index])).collect::<Vec<usize>>();
    let is_feed = |page: &OutputFile| matches!(page.kind, OutputKind::Feed(_));
    let is_article = |page: &OutputFile| matches!(page.meta, PageMetaSource::Article(_));
    let mut articles = of(is_article);
    // Bodies were allocated in the order of their files. Dropped in the same order, they free whole regions of memory.
    articles.par_sort_by(|&a, &b| pages[a].source.cmp(&pages[b].source));
    let mut rest =
        of(|page| !matches!(page.kind, OutputKind::Feed(_)) && !matches!(page.meta, PageMetaSource::Article(_)));
    rest.sort_by_cached_key(|&index| pages[index].first_listed());
    let chunks = articles.chunks(BATCH).chain(rest.chunks(BATCH)).map(<[usize]>::to_vec);
    [of(is_feed)].into_iter().chain(chunks).collect()
}

/// What rendering one batch needs.
struct RenderPass<'a, B> {
    renderer: PageRenderer<'a>,
    sink: &'a B,
    folder: &'a SourceTree,
    pictures: &'a Pictures,
    observer: &'a dyn BuildObserver,
    failures: AtomicUsize,
}

impl<B: PageSink> RenderPass<'_, B> {
    /// Renders files on all threads; returns the paths of the bodies that are missing for the others.
    fn round(
        &self,
        pages: &[OutputFile],
        indexes: &[usize],
        texts: &TextStore,
        done: &mut Done<B::Done>,
    ) -> Result<BTreeSet<SourcePath>, RenderAbort> {
        let steps: Vec<Result<RenderStep<B::Done>, RenderAbort>> =
            indexes.par_iter().map(|&index| self.step(&pages[index], texts)).collect();
        let mut wanted = BTreeSet::new();
        for (&index, step) in indexes.iter().zip(steps) {
            match step {
                Ok(RenderStep::Done(page, named)) => {
                    done.files.insert(index, page);
                    done.named.extend(named);
                }
                Ok(RenderStep::Wants(paths)) => wanted.extend(paths),
                Err(RenderAbort::Diagnostics(diagnostics)) => done.diagnostics.extend(diagnostics),
                Err(stop) => return Err(stop),
            }
        }
        Ok(wanted)
    }

    fn step(&self, page: &OutputFile, texts: &TextStore) -> Result<RenderStep<B::Done>, RenderAbort> {
        if self.observer.is_stopped() {
            return Err(RenderAbort::Diagnostics(vec![super::stopped()]));
        }
        if self.failures.load(Ordering::Relaxed) >= MAX_RENDER_ERRORS {
            return Err(RenderAbort::Diagnostics(Vec::new()));
        }
        let inputs = self.renderer.page_inputs(page);
        let trace = Trace([inputs.trace].into_iter().chain(inputs.answer_digests.iter().copied()).collect());
        let named = named_before(self.sink.known(page), &trace);
        if let Some(done) = self.sink.reuse(page, &with_named(&trace, &named)) {
            self.observer.done();
            return Ok(RenderStep::Done(done, named));
        }
        let mut missing = inputs.texts();
        missing.retain(|path| texts.get(path).is_none());
        if !missing.is_empty() {
            return Ok(RenderStep::Wants(missing));
        }
        let bytes = self.make(page, &inputs, texts).inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::Relaxed);
        });
        let bytes = bytes.map_err(|diagnostic| RenderAbort::Diagnostics(vec![diagnostic]))?;
        let named = match page.kind {
            OutputKind::Copy(_) | OutputKind::Asset(_) => Vec::new(),
            _ => self.pictures.named_in(&bytes), // all that is rendered
        };
        let done = self.sink.accept(page, with_named(&trace, &named), bytes).map_err(RenderAbort::Publish)?;
        self.observer.done();
        Ok(RenderStep::Done(done, named))
    }

    fn make(&self, page: &OutputFile, inputs: &PageInputs<'_>, texts: &TextStore) -> Result<Vec<u8>, Diagnostic> {
        let mut rendered = Ok(Vec::new());
        let name = match &page.kind {
            OutputKind::Template(template) => &*template.name,
            OutputKind::Feed(_) => "feeds",
            OutputKind::Sitemap(_) | OutputKind::SitemapIndex(_) | OutputKind::NewsSitemap => "sitemaps",
            OutputKind::Text(_) | OutputKind::Asset(_) => "small files",
            OutputKind::Copy(_) => "copies",
        };
        self.observer.make(name, &mut || {
            rendered = self.renderer.render(page, inputs, texts, &|path| self.folder.read(path));
        });
        rendered
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH, batches};
    use crate::path::UrlPath;
    use crate::plan::{OutputFile, OutputKind};
    use crate::site::Query;

    #[test]
    fn results_are_in_the_order_of_the_articles() {
        let page = |number: usize| {
            let mut page =
                OutputFile::new(UrlPath::new(&format!("/{number}/")).unwrap(), OutputKind::Text(String::new()));
            // Every seventh lists nothing, the others some articles from anywhere.
            if !number.is_multiple_of(7) {
                let first = number * 7919 % 5000;
                page.needs.push(("articles", Query::Cards(vec![first + 20, first, first + 300])));
            }
            page
        };
        let pages: Vec<OutputFile> = (0..3 * BATCH).map(page).collect();
        let batches = batches(&pages);
        let mut all = batches.concat();
        for (number, batch) in batches.iter().enumerate().filter(|(_, batch)| !batch.is_empty()) {
            let first = pages[batch[0]].first_listed();
            assert!(batches[number..].iter().flatten().all(|&index| pages[index].first_listed() >= first));
        }
        all.sort_unstable();
        assert_eq!(all, (0..pages.len()).collect::<Vec<_>>());
        assert!(batches.len() > 3);
    }
}
