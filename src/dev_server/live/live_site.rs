//! The site as the dev server holds it: applies changes to the current [`Snapshot`], provides it to requests, and sends
//! events to open pages.
//!
//! Planning is cancelled when newer changes are pending, since its result would be obsolete, but only [a few times in a
//! row](MAX_CANCELLED): an author who saves all the time must see something too.
//!
//! Invariant: a snapshot with errors is never served. The last one without errors is served until they are fixed.

#![allow(clippy::disallowed_types, reason = "requests and changes share the current snapshot")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::SystemTime;

use super::super::http::respond::ServedFile;
use super::super::watch::{Changes, WatchHandle};
use super::cancel::CancelOnNewer;
use super::editor::Editor;
use super::event_stream::{Event, Hub};
use super::page_events::{EditorContext, event};
use super::snapshot::{InPlaceUpdate, Snapshot, SnapshotError};
use super::variants::Variants;
use crate::build::{BuildOptions, Clock, VariantTask, draw_card, picture_cache};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::plan::{OutputFile, OutputKind};
use crate::time::TimeSpec;

/// The current snapshot, pending changes and event streams of one served site.
pub(crate) struct LiveSite {
    options: Mutex<BuildOptions>,
    /// Returns the machine's time.
    now: fn() -> SystemTime,
    /// Tells whether newer changes are pending.
    newer: WatchHandle,
    pub(crate) editor: Editor,
    pub(crate) follow: bool,
    pub(crate) hub: Hub,
    // Lock order: a function that needs several locks takes them in the order of the fields.
    work: Mutex<PendingWork>,
    /// Events last sent to each open page, by event name.
    sent_events: Mutex<BTreeMap<UrlPath, BTreeMap<&'static str, Event>>>,
    snapshot: RwLock<Option<Snapshot>>,
    /// Sources of the current snapshot whose files no longer exist. Their pages are not served, even if errors prevent
    /// a new snapshot: what an author removes must disappear at once.
    removed: Mutex<BTreeSet<SourcePath>>,
    failures: Mutex<Failures>,
    pub(crate) variants: Variants,
}

/// Render errors of pages that were requested.
#[derive(Default)]
struct Failures {
    of: BTreeMap<OutputPath, Diagnostic>,
    unreported: Vec<Diagnostic>,
}

/// Changes that are not in the current snapshot.
#[derive(Default)]
struct PendingWork {
    diagnostics: Vec<Diagnostic>,
    /// Changes since the current snapshot.
    changes: Changes,
    /// How many times planning of these changes was cancelled.
    cancelled: usize,
    /// Number of forms that were posted since the start.
    posted: usize,
}

/// Result of applying changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UpdateOutcome {
    /// Nothing has changed.
    Nothing,
    /// There is a new snapshot.
    Updated,
    /// The previous snapshot remains, because the changed site has errors.
    Errors,
    /// The previous snapshot remains until the newer, pending changes are applied.
    Cancelled,
}

impl LiveSite {
    /// Prepares the first snapshot, or finds the errors that prevent it.
    pub(crate) fn open(
        options: BuildOptions,
        now: fn() -> SystemTime,
        newer: WatchHandle,
        editor: Editor,
        follow: bool,
    ) -> LiveSite {
        let live = LiveSite {
            options: Mutex::new(options),
            now,
            newer,
            editor,
            follow,
            hub: Hub::new(),
            work: Mutex::default(),
            sent_events: Mutex::default(),
            snapshot: RwLock::new(None),
            removed: Mutex::default(),
            failures: Mutex::default(),
            variants: Variants::default(),
        };
        live.apply_changes(&Changes { everything: true, ..Changes::default() });
        live
    }

    /// Returns the current snapshot; `None` if the site has had errors since the start.
    pub(crate) fn snapshot(&self) -> RwLockReadGuard<'_, Option<Snapshot>> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> MutexGuard<'_, PendingWork> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn removed(&self) -> MutexGuard<'_, BTreeSet<SourcePath>> {
        self.removed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the site's folder.
    pub(crate) fn root(&self) -> std::path::PathBuf {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).root.clone()
    }

    /// Returns the machine's time.
    pub(crate) fn now(&self) -> SystemTime {
        (self.now)()
    }

    /// Returns the diagnostics of the state on disk.
    pub(crate) fn found(&self) -> Vec<Diagnostic> {
        self.work().diagnostics.clone()
    }

    /// Sets the dev server's clock; `None` for the machine's.
    pub(crate) fn set_clock(&self, time: Option<TimeSpec>) -> UpdateOutcome {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).clock = match time {
            Some(time) => Clock::Fixed(time),
            None => Clock::At(seconds((self.now)())),
        };
        self.advance_clock()
    }

    /// Plans again because time has passed.
    pub(crate) fn advance_clock(&self) -> UpdateOutcome {
        let mut work = self.work();
        let changes = std::mem::take(&mut work.changes);
        self.prepare_again(&mut work, changes)
    }

    /// Returns the variant of a picture at an output path: from the cache of builds, else made now. `None` if none is
    /// planned there. The snapshot is not held while it is made. An error is kept for
    /// [`take_render_errors`](LiveSite::take_render_errors).
    pub(crate) fn variant(&self, path: &OutputPath) -> Option<ServedFile> {
        if let Some(card) = self.card(path) {
            return Some(card);
        }
        let (key, kept) = {
            let snapshot = self.snapshot();
            let snapshot = snapshot.as_ref()?;
            let (source, variant) = snapshot.variant(path)?;
            if self.removed().contains(source) {
                return None;
            }
            (variant.key, picture_cache(&snapshot.planned))
        };
        let make = || {
            if let Some(bytes) = kept.load(key) {
                return Ok(bytes);
            }
            let task = {
                let snapshot = self.snapshot();
                let planned = snapshot.as_ref().and_then(|snapshot| Some((snapshot, snapshot.variant(path)?)));
                let (snapshot, (source, variant)) = planned.ok_or(None)?;
                VariantTask::read(&snapshot.planned, source, &variant)?
            };
            task.encode().map_err(Some)
        };
        let made: Result<ServedFile, Option<Diagnostic>> = self.variants.get(key, make);
        made.map_err(|diagnostic| self.failures().unreported.extend(diagnostic)).ok()
    }

    /// Returns the social card at an output path: from the cache of builds, else drawn now. `None` if none is planned
    /// there. The snapshot is not held while another request has its turn.
    fn card(&self, path: &OutputPath) -> Option<ServedFile> {
        let key = self.snapshot().as_ref()?.planned.plan.pictures.card(path)?.key();
        let draw = || {
            let snapshot = self.snapshot();
            let planned = snapshot.as_ref().map(|snapshot| &snapshot.planned).ok_or(None)?;
            if let Some(bytes) = picture_cache(planned).load(key) {
                return Ok(bytes);
            }
            let card = planned.plan.pictures.card(path).ok_or(None)?;
            draw_card(planned, card, &mut Vec::new()).map_err(Some)
        };
        let drawn: Result<ServedFile, Option<Diagnostic>> = self.variants.get(key, draw);
        drawn.map_err(|diagnostic| self.failures().unreported.extend(diagnostic)).ok()
    }

    /// Renders a page of a snapshot. An error is also kept for [`take_render_errors`](LiveSite::take_render_errors).
    pub(crate) fn make(&self, snapshot: &Snapshot, page: &OutputFile) -> Result<ServedFile, Diagnostic> {
        let rendered = snapshot.make(page);
        let mut failures = self.failures();
        match &rendered {
            Ok(_) => drop(failures.of.remove(&page.output)),
            Err(diagnostic) => {
                // An error in a template is reported once, however many pages it affects.
                if !failures.of.values().any(|known| known == diagnostic) {
                    failures.unreported.push(diagnostic.clone());
                }
                failures.of.insert(page.output.clone(), diagnostic.clone());
            }
        }
        rendered
    }

    /// Returns the render errors since the last call.
    pub(crate) fn take_render_errors(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.failures().unreported)
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the source of a page was removed.
    pub(crate) fn is_removed(&self, page: &OutputFile) -> bool {
        page.source.as_ref().is_some_and(|source| self.removed().contains(source))
    }

    /// Counts a posted form, for the bar.
    pub(crate) fn count_post(&self) {
        self.work().posted += 1;
        self.notify_pages();
    }

    /// Applies changes of sources.
    pub(crate) fn apply_changes(&self, changes: &Changes) -> UpdateOutcome {
        let mut work = self.work();
        let can_update = work.diagnostics.is_empty() && work.cancelled == 0 && !changes.everything;
        if can_update && let Some(outcome) = self.take_in_place(&changes.paths) {
            if let InPlaceUpdate::Nothing = outcome {
                return UpdateOutcome::Nothing;
            }
            self.send_new_events(&work);
            if let InPlaceUpdate::Articles(revised) = outcome {
                self.follow_edit(&revised);
            }
            return UpdateOutcome::Updated;
        }
        let mut all = std::mem::take(&mut work.changes);
        all.paths.extend(changes.paths.iter().cloned());
        all.everything |= changes.everything;
        self.prepare_again(&mut work, all)
    }

    fn take_in_place(&self, paths: &BTreeSet<SourcePath>) -> Option<InPlaceUpdate> {
        let mut snapshot = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        snapshot.as_mut()?.update_in_place(paths, (self.now)())
    }

    fn prepare_again(&self, work: &mut PendingWork, changes: Changes) -> UpdateOutcome {
        let options = {
            let mut options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
            options.now = (self.now)();
            if matches!(options.clock, Clock::At(_)) {
                options.clock = Clock::At(seconds(options.now));
            }
            options.clone()
        };
        // The first snapshot is prepared in any case.
        let must_finish = self.snapshot().is_none();
        let watch = CancelOnNewer::new(&self.newer, must_finish, work.cancelled);
        let next = match &*self.snapshot() {
            Some(snapshot) => snapshot.next(&changes, &options, &watch),
            None => Snapshot::open(&options, &watch),
        };
        let outcome = match next {
            Ok(next) => {
                work.diagnostics.clear();
                self.removed().clear();
                let files = self.changed_files(&next);
                let mut snapshot = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
                let before = snapshot.replace(next);
                drop(snapshot);
                // Freeing ten thousand articles takes a while, so another thread does it.
                rayon::spawn(move || drop(before));
                if !files.is_empty() {
                    self.hub.send(&event("files", &serde_json::json!({ "urls": files })), |_| true);
                }
                UpdateOutcome::Updated
            }
            Err(SnapshotError::Cancelled) => {
                work.cancelled += 1;
                work.changes = changes;
                return UpdateOutcome::Cancelled;
            }
            Err(SnapshotError::Diagnostics(found)) => {
                work.changes = changes.clone();
                let removed = self.snapshot().as_ref().map(|snapshot| snapshot.missing(&changes)).unwrap_or_default();
                *self.removed() = removed;
                work.diagnostics = found;
                UpdateOutcome::Errors
            }
        };
        work.cancelled = 0;
        self.send_new_events(work);
        if outcome == UpdateOutcome::Updated {
            self.follow_edit(&changes.paths.into_iter().collect::<Vec<_>>());
        }
        outcome
    }

    /// Returns links to the copied files whose bytes differ in the next snapshot under the same URL.
    fn changed_files(&self, next: &Snapshot) -> Vec<String> {
        let current = self.snapshot();
        let Some(current) = &*current else { return Vec::new() };
        let digest = |snapshot: &Snapshot, path: &SourcePath| {
            snapshot.planned.parsed.sources.get(path).map(|input| input.digest)
        };
        let pages = next.planned.plan.outputs.iter().filter_map(|page| match &page.kind {
            OutputKind::Copy(path) => Some((page, path)),
            _ => None,
        });
        let changed = pages.filter(|(_, path)| {
            let before = digest(current, path);
            before.is_some() && before != digest(next, path)
        });
        changed.map(|(page, _)| next.planned.site.model.base.link(&page.url)).collect()
    }

    /// Sends browsers that follow edits to the page of the edited source.
    fn follow_edit(&self, changed: &[SourcePath]) {
        let snapshot = self.snapshot();
        let Some(snapshot) = &*snapshot else { return };
        if let Some(url) = changed.iter().find_map(|path| snapshot.url_of(path)) {
            let link = snapshot.planned.site.model.base.link(url);
            self.hub.send(&event("follow", &serde_json::json!({ "url": link })), |_| true);
        }
    }

    /// Sends every open page the events that are new for it.
    pub(crate) fn notify_pages(&self) {
        self.send_new_events(&self.work());
    }

    fn send_new_events(&self, work: &PendingWork) {
        let open = self.hub.pages();
        let mut sent = self.sent_events.lock().unwrap_or_else(PoisonError::into_inner);
        sent.retain(|page, _| open.contains(page));
        for page in open {
            let before = sent.get(&page).cloned().unwrap_or_default();
            let shown = before.get("page").map(|event| event.data.clone());
            let now = self.events_of(&page, shown.as_deref(), work);
            for event in &now {
                if before.get(event.name) != Some(event) {
                    self.hub.send(event, |other| *other == page);
                }
            }
            sent.insert(page, by_name(&now));
        }
    }

    /// Returns the events with which the stream of a page begins. `shown` is the digest of the version in the browser.
    pub(crate) fn initial_events(&self, page: &UrlPath, shown: &str) -> Vec<Event> {
        let work = self.work();
        let shown = serde_json::json!({ "digest": shown }).to_string();
        let events = self.events_of(page, Some(&shown), &work);
        let mut sent = self.sent_events.lock().unwrap_or_else(PoisonError::into_inner);
        sent.insert(page.clone(), by_name(&events));
        events
    }

    /// Returns all current events of a page.
    fn events_of(&self, url: &UrlPath, shown: Option<&str>, work: &PendingWork) -> Vec<Event> {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let context = EditorContext { root: &options.root, editor: &self.editor };
        let mut events = vec![context.event("diagnostics", &work.diagnostics)];
        let snapshot = self.snapshot();
        let Some(snapshot) = &*snapshot else { return events };
        let page_event = |digest: Digest| event("page", &serde_json::json!({ "digest": digest.to_string() }));
        let not_found_event = |snapshot: &Snapshot| not_found(snapshot).map(|file| page_event(file.digest));
        let is_shown = |page: &&OutputFile| !self.is_removed(page) && snapshot.redirect(url).is_none();
        let Some(page) = snapshot.page(url).filter(is_shown) else {
            // A browser that shows the 404 page stays on it.
            match not_found_event(snapshot).filter(|not_found_event| shown == Some(not_found_event.data.as_str())) {
                Some(not_found_event) => events.push(not_found_event),
                None => events.push(self.gone_event(snapshot, url)),
            }
            return events;
        };
        match self.make(snapshot, page) {
            Ok(file) => {
                events.push(page_event(file.digest));
                events.push(context.event("failure", &[]));
            }
            Err(diagnostic) => events.push(context.event("failure", &[diagnostic])),
        }
        events.push(context.about(snapshot, page, matches!(options.clock, Clock::Fixed(_)), work.posted));
        events
    }

    /// Returns the event that a page is gone: the reason as a sentence, and the URL that replaces it.
    fn gone_event(&self, snapshot: &Snapshot, url: &UrlPath) -> Event {
        let site = &snapshot.planned.site;
        let moved = snapshot.redirect(url);
        let last = url.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let source = site.model.unpublished.iter().find(|text| text.slug().is_some_and(|slug| slug.as_str() == last));
        let namesake = || {
            let mut others = site.model.articles.iter().filter(|article| article.url != *url);
            let article = others.find(|article| article.slug.as_str() == last)?;
            Some(site.model.base.link(&article.url))
        };
        let to = moved.or_else(namesake);
        let reason = match (&to, source) {
            (Some(_), _) => "It has another URL now.".to_owned(),
            (None, Some(source)) => format!("Its article is unpublished: {}.", source.reason.word()),
            (None, None) => "There is no page at its URL any more.".to_owned(),
        };
        event("gone", &serde_json::json!({ "to": to, "why": reason }))
    }

    /// Returns the next time at which the site changes without an edit, in Unix seconds; `None` if there is none.
    pub(crate) fn next_change_at(&self) -> Option<i64> {
        // Once the errors are fixed, the site is planned by the clock of that time.
        if !self.work().diagnostics.is_empty() {
            return None;
        }
        let is_fixed = matches!(self.options.lock().unwrap_or_else(PoisonError::into_inner).clock, Clock::Fixed(_));
        let snapshot = self.snapshot();
        snapshot.as_ref().filter(|_| !is_fixed)?.next_change
    }
}

/// Indexes the events just sent by name. The result replaces the page's previous map, so a page that failed or was gone
/// gets its `page` event again.
fn by_name(events: &[Event]) -> BTreeMap<&'static str, Event> {
    events.iter().map(|event| (event.name, event.clone())).collect()
}

/// Renders the 404 page of a snapshot.
pub(crate) fn not_found(snapshot: &Snapshot) -> Option<ServedFile> {
    let page: &OutputFile = snapshot.page(&UrlPath::new("/404.html").ok()?)?;
    snapshot.make(page).ok()
}

/// Converts a machine time to Unix seconds.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
