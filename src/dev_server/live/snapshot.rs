//! The site as it stands, in memory: what was read and planned, and pages rendered when somebody asks for them.
//!
//! A rendered page is kept for as long as its trace holds. Nothing here is written anywhere.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;

use super::super::http::respond::{FileKind, ServedFile};
use super::super::watch::Changes;
use crate::build::{BuildObserver, BuildOptions, Outcome, PreparedSite, prepare, prepare_folder, sort};
use crate::content::ParseOptions;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::plan::{OutputFile, OutputKind, PageKind, PageMetaSource, next_change};
use crate::render::{TextStore, set_globals};
use crate::site::Query;
use crate::source::SourceTree;

/// How many bytes of rendered pages are kept.
const KEPT: usize = 32 << 20;

/// A site in memory.
pub(crate) struct Snapshot {
    pub(crate) planned: PreparedSite,
    /// Warnings: with errors there is no edition.
    pub(crate) warnings: Vec<Diagnostic>,
    /// When the site changes next by the passing of time alone, in seconds since 1970-01-01T00:00:00Z. What is taken
    /// in without a new plan moves no date.
    pub(crate) next_change: Option<i64>,
    program: Digest,
    kept: Mutex<PageCache>,
}

/// Rendered pages, each with the trace that it holds for.
#[derive(Default)]
struct PageCache {
    pages: HashMap<OutputPath, (Digest, ServedFile)>,
    bytes: usize,
}

/// What was taken in without a new plan.
pub(crate) enum InPlaceUpdate {
    /// Nothing is new.
    Nothing,
    /// The words of these articles.
    Articles(Vec<SourcePath>),
    /// How pages look.
    Theme,
}

/// Why there is no edition.
#[derive(Debug)]
pub(crate) enum SnapshotError {
    /// What is wrong with the site, in path order: its errors, and its warnings among them.
    Diagnostics(Vec<Diagnostic>),
    /// Whoever followed the work stopped it.
    GivenUp,
}

impl Snapshot {
    /// Reads and plans a site.
    pub(crate) fn open(options: &BuildOptions, observer: &dyn BuildObserver) -> Result<Snapshot, SnapshotError> {
        let mut outcome = Outcome::default();
        let planned = prepare(options, observer, &mut outcome);
        Snapshot::of(planned, outcome, options, observer)
    }

    /// The next edition: looks again at what may have changed, and plans anew.
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
            return Err(SnapshotError::GivenUp);
        }
        let mut diagnostics = outcome.diagnostics;
        sort(&mut diagnostics);
        let is_sound = !diagnostics.iter().any(Diagnostic::is_error);
        let Some(mut planned) = planned.filter(|_| is_sound) else {
            return Err(SnapshotError::Diagnostics(diagnostics));
        };
        // Texts are read again when a page asks for them.
        planned.parsed.bodies = HashMap::new();
        set_globals(&planned.site, &mut planned.theme);
        let next_change = next_change(&planned.site, &planned.parsed.inputs);
        let (program, kept) = (options.program, Mutex::default());
        Ok(Snapshot { planned, warnings: diagnostics, next_change, program, kept })
    }

    /// Takes in changes that need no new plan, in place. `None` when they need one.
    pub(crate) fn take_in(&mut self, paths: &BTreeSet<SourcePath>, now: SystemTime) -> Option<InPlaceUpdate> {
        if let Some(revised) = self.planned.update_texts(paths, now, &mut self.warnings) {
            return Some(if revised.is_empty() { InPlaceUpdate::Nothing } else { InPlaceUpdate::Articles(revised) });
        }
        self.planned.update_theme(paths, &self.warnings).then_some(InPlaceUpdate::Theme)
    }

    /// Its sources whose files are not on the disk any more.
    pub(crate) fn missing(&self, changes: &Changes) -> BTreeSet<SourcePath> {
        let mut folder = self.planned.folder.clone();
        let looked = match changes.everything {
            true => SourceTree::walk(folder.root()).map(|now| folder = now),
            false => folder.rescan(&changes.paths),
        };
        let inputs = self.planned.parsed.inputs.keys();
        looked.map_or_else(|_| BTreeSet::new(), |()| inputs.filter(|path| !folder.contains(path)).cloned().collect())
    }

    /// The planned file at a path of the output.
    pub(crate) fn page(&self, path: &OutputPath) -> Option<&OutputFile> {
        let pages = &self.planned.plan.outputs;
        pages.binary_search_by(|page| page.output.cmp(path)).ok().map(|at| &pages[at])
    }

    /// Where an alias leads, as a link.
    pub(crate) fn redirect(&self, url: &UrlPath) -> Option<&str> {
        let page = self.page(&url.output())?;
        let is_redirect = matches!(&page.meta, PageMetaSource::Own(head) if head.kind == PageKind::Redirect);
        let target = page.needs.iter().find(|(name, _)| is_redirect && *name == "target");
        match target {
            Some((_, Query::Link(link))) => Some(link),
            _ => None,
        }
    }

    /// The address of the page made from a source.
    pub(crate) fn url_of(&self, source: &SourcePath) -> Option<&UrlPath> {
        self.planned.site.text(source).map(|(url, ..)| url)
    }

    /// A page's file, made now unless it is kept.
    pub(crate) fn make(&self, page: &OutputFile) -> Result<ServedFile, Diagnostic> {
        let session = self.planned.session(std::slice::from_ref(page), self.program);
        let ingredients = session.page_inputs(page);
        if let Some((trace, file)) = self.kept().pages.get(&page.output)
            && *trace == ingredients.trace
        {
            return Ok(file.clone());
        }
        let mut is_current = true;
        let mut read = |path: &SourcePath| {
            let bytes = self.planned.folder.read(path)?;
            let known = self.planned.parsed.inputs.get(path).map(|input| input.digest);
            is_current &= known == Some(Digest::of_bytes(&bytes));
            Ok::<Vec<u8>, Diagnostic>(bytes)
        };
        let bytes = match &page.kind {
            OutputKind::Copy(path) => crate::build::copy(path, read(path)?)?,
            _ => {
                let language = ParseOptions::from(&self.planned.config);
                let mut texts = TextStore::default();
                for path in session.texts_of(page, &ingredients) {
                    let body = crate::content::parse(&path, &read(&path)?, &language).body.unwrap_or_default();
                    texts.extend([(path, std::sync::Arc::new(body))]);
                }
                session.render(page, &ingredients, &texts)?
            }
        };
        let kind = if matches!(page.kind, OutputKind::Template(_)) { FileKind::Page } else { FileKind::Asset };
        let file = ServedFile::new(kind, Bytes::from(bytes));
        // A file that was written since it was looked at belongs to the next edition.
        if is_current {
            self.keep(page, ingredients.trace, &file);
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
