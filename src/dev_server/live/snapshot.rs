//! A snapshot: a prepared site in memory, whose pages are rendered on request.
//!
//! A rendered page is kept as long as its trace is the same. Nothing is written to disk.

#![allow(clippy::disallowed_types, reason = "requests share the pages that are rendered")]

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;

use super::super::http::respond::{FileKind, ServedFile};
use super::super::watch::Changes;
use crate::build::{BuildObserver, BuildOptions, Outcome, PreparedSite, parse_texts, prepare, prepare_folder, sort};
use crate::content::ParseOptions;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath, SourcePath, UrlPath};
use crate::pictures::Variant;
use crate::plan::{OutputFile, OutputKind, PageKind, PageMetaSource, next_change};
use crate::render::TextStore;
use crate::site::Query;
use crate::source::SourceTree;

/// Greatest total of rendered pages that are kept, in bytes.
const KEPT: usize = 32 << 20;

/// A prepared site with rendered pages.
pub(crate) struct Snapshot {
    pub(crate) planned: PreparedSite,
    /// Warnings of the site. With errors there is no snapshot.
    pub(crate) warnings: Vec<Diagnostic>,
    /// Next time at which the site changes without an edit, in Unix seconds. In-place updates change no date.
    pub(crate) next_change: Option<i64>,
    program: Digest,
    kept: Mutex<PageCache>,
}

/// Rendered pages, each with its trace.
#[derive(Default)]
struct PageCache {
    pages: HashMap<OutputPath, (Digest, ServedFile)>,
    bytes: usize,
}

/// What an in-place update changed.
pub(crate) enum InPlaceUpdate {
    /// Nothing.
    Nothing,
    /// Display text of these articles.
    Articles(Vec<SourcePath>),
    /// Templates, translations or assets of the theme.
    Theme,
}

/// Why there is no snapshot.
#[derive(Debug)]
pub(crate) enum SnapshotError {
    /// Errors of the site, with its warnings, sorted.
    Diagnostics(Vec<Diagnostic>),
    /// The observer cancelled.
    Cancelled,
}

impl Snapshot {
    /// Reads and plans a site.
    pub(crate) fn open(options: &BuildOptions, observer: &dyn BuildObserver) -> Result<Snapshot, SnapshotError> {
        let mut outcome = Outcome::default();
        let planned = prepare(options, observer, &mut outcome);
        Snapshot::of(planned, outcome, options, observer)
    }

    /// Prepares the next snapshot: reads what may have changed, and plans again.
    pub(crate) fn next(
        &self,
        changes: &Changes,
        options: &BuildOptions,
        observer: &dyn BuildObserver,
    ) -> Result<Snapshot, SnapshotError> {
        let mut folder = self.planned.folder.clone();
        if changes.everything || folder.rescan(&changes.paths).is_err() {
            return Snapshot::open(options, observer);
        }
        let mut outcome = Outcome::default();
        let planned = prepare_folder(folder, self.planned.parsed.memory(), options, observer, &mut outcome);
        Snapshot::of(planned, outcome, options, observer)
    }

    fn of(
        planned: Option<PreparedSite>,
        outcome: Outcome,
        options: &BuildOptions,
        observer: &dyn BuildObserver,
    ) -> Result<Snapshot, SnapshotError> {
        if planned.is_none() && observer.is_stopped() {
            return Err(SnapshotError::Cancelled);
        }
        let mut diagnostics = outcome.diagnostics;
        sort(&mut diagnostics);
        let is_valid = !diagnostics.iter().any(Diagnostic::is_error);
        let Some(mut planned) = planned.filter(|_| is_valid) else {
            return Err(SnapshotError::Diagnostics(diagnostics));
        };
        // Bodies are parsed again when a page needs them.
        planned.parsed.bodies = HashMap::new();
        let next_change = next_change(&planned.site);
        let (program, kept) = (options.program, Mutex::default());
        Ok(Snapshot { planned, warnings: diagnostics, next_change, program, kept })
    }

    /// Applies changes that need no new plan. `None` if they need one; the snapshot is then unchanged.
    pub(crate) fn update_in_place(&mut self, paths: &BTreeSet<SourcePath>, now: SystemTime) -> Option<InPlaceUpdate> {
        if let Some(revised) = self.planned.update_texts(paths, now, &mut self.warnings) {
            return Some(if revised.is_empty() { InPlaceUpdate::Nothing } else { InPlaceUpdate::Articles(revised) });
        }
        self.planned.update_theme(paths, &self.warnings).then_some(InPlaceUpdate::Theme)
    }

    /// Returns the sources of this snapshot whose files no longer exist.
    pub(crate) fn missing(&self, changes: &Changes) -> BTreeSet<SourcePath> {
        let mut folder = self.planned.folder.clone();
        let looked = match changes.everything {
            true => SourceTree::walk(folder.root()).map(|now| folder = now),
            false => folder.rescan(&changes.paths),
        };
        let inputs = self.planned.parsed.sources.keys();
        looked.map_or_else(|_| BTreeSet::new(), |()| inputs.filter(|path| !folder.contains(path)).cloned().collect())
    }

    /// Returns the planned file at a URL. The name of its file leads to a page too: `/x/index.html` and, if pages are
    /// files, `/x.html`.
    pub(crate) fn page(&self, url: &UrlPath) -> Option<&OutputFile> {
        let (pages, layout) = (&self.planned.plan.outputs, self.planned.config.urls);
        let find = |path: &OutputPath| pages.binary_search_by(|page| page.output.cmp(path)).ok().map(|at| &pages[at]);
        let by_folder = url.output(OutputLayout::Folders);
        let page_url = || UrlPath::new(&by_folder.url(OutputLayout::Folders)).ok();
        // A file `x.html` that is no page has no URL `/x/`.
        let is_at = |page: &&OutputFile| page.url == *url || page.url.as_str().ends_with('/');
        let by_layout = |url: &UrlPath| find(&url.output(layout)).filter(is_at);
        by_layout(url).or_else(|| find(&by_folder)).or_else(|| by_layout(&page_url()?))
    }

    /// Returns the variant of a picture at an output path, with the file that it is made from.
    pub(crate) fn variant(&self, path: &OutputPath) -> Option<(&SourcePath, Variant)> {
        let (planned, variant) = self.planned.plan.pictures.variant(&self.planned.site, path)?;
        Some((planned.source, variant))
    }

    /// Returns the URL to which a URL redirects, as a link: the target of an alias, or the page whose file it names.
    pub(crate) fn redirect(&self, url: &UrlPath) -> Option<String> {
        let page = self.page(url)?;
        let is_redirect = matches!(&page.meta, PageMetaSource::Own(head) if head.kind == PageKind::Redirect);
        let target = page.needs.iter().find(|(name, _)| is_redirect && *name == "target");
        match target {
            Some((_, Query::Link(link))) => Some(link.clone()),
            _ if page.url.as_str().ends_with('/') && page.url != *url => {
                Some(self.planned.site.model.base.link(&page.url))
            }
            _ => None,
        }
    }

    /// Returns the URL of the page made from a source.
    pub(crate) fn url_of(&self, source: &SourcePath) -> Option<&UrlPath> {
        self.planned.site.urls.text(source).map(|text| &text.url)
    }

    /// Returns a page's file, rendered now unless it is kept.
    pub(crate) fn make(&self, page: &OutputFile) -> Result<ServedFile, Diagnostic> {
        let renderer = self.planned.renderer(std::slice::from_ref(page), self.program);
        let inputs = renderer.page_inputs(page);
        if let Some((trace, file)) = self.kept().pages.get(&page.output)
            && *trace == inputs.trace
        {
            return Ok(file.clone());
        }
        let is_current = AtomicBool::new(true);
        let read = |path: &SourcePath| {
            let bytes = self.planned.folder.read(path)?;
            let known = self.planned.parsed.sources.get(path).map(|input| input.digest);
            is_current.fetch_and(known == Some(Digest::of_bytes(&bytes)), Ordering::Relaxed);
            Ok::<Vec<u8>, Diagnostic>(bytes)
        };
        let mut texts = TextStore::default();
        texts.extend(parse_texts(inputs.texts(), &ParseOptions::from(&self.planned.config), &read)?);
        let bytes = renderer.render(page, &inputs, &texts, &read)?;
        let kind = if matches!(page.kind, OutputKind::Template(_)) { FileKind::Page } else { FileKind::Asset };
        let file = ServedFile::new(kind, Bytes::from(bytes));
        // A file that was written since it was parsed belongs to the next snapshot, so the result is not kept.
        if is_current.into_inner() {
            self.keep(page, inputs.trace, &file);
        }
        Ok(file)
    }

    fn keep(&self, page: &OutputFile, trace: Digest, file: &ServedFile) {
        let mut kept = self.kept();
        if kept.bytes + file.bytes.len() > KEPT {
            *kept = PageCache::default();
        }
        kept.bytes += file.bytes.len();
        if let Some((_, before)) = kept.pages.insert(page.output.clone(), (trace, file.clone())) {
            kept.bytes -= before.bytes.len();
        }
    }

    fn kept(&self) -> MutexGuard<'_, PageCache> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
