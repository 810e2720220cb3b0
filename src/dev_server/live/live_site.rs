//! The desk at which one edition is worked on: it takes in what changed, answers requests from the edition that
//! stands, and tells each open page what has become of it.
//!
//! Work on a new plan is given up when newer changes wait, since they would make it vain, but not for ever: whoever
//! saves all the time wants to see something too.
//!
//! Invariant: an edition with mistakes is never shown. The last good one stands until they are mended.

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
use crate::build::{BuildOptions, Clock};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::plan::{OutputFile, OutputKind};
use crate::time::TimeSpec;

/// Where one edition is worked on.
pub(crate) struct LiveSite {
    options: Mutex<BuildOptions>,
    /// Tells the time of the machine.
    now: fn() -> SystemTime,
    /// Tells whether newer changes wait.
    newer: WatchHandle,
    pub(crate) editor: Editor,
    pub(crate) follow: bool,
    pub(crate) hub: Hub,
    // Locks are taken in this order, where one holds several.
    work: Mutex<PendingWork>,
    /// What each open page was last told, by the event's name.
    sent_events: Mutex<BTreeMap<UrlPath, BTreeMap<&'static str, Event>>>,
    snapshot: RwLock<Option<Snapshot>>,
    /// Sources of the edition that stands whose files are not there any more: readers must not see what its author
    /// removed, whatever else is wrong.
    removed: Mutex<BTreeSet<SourcePath>>,
    failures: Mutex<Failures>,
}

/// Pages that could not be made when somebody asked for them.
#[derive(Default)]
struct Failures {
    of: BTreeMap<OutputPath, Diagnostic>,
    unreported: Vec<Diagnostic>,
}

/// What could not be taken in yet.
#[derive(Default)]
struct PendingWork {
    diagnostics: Vec<Diagnostic>,
    /// Changes since the edition that stands.
    waiting: Changes,
    /// How many times the work on them was given up.
    given_up: usize,
    /// Forms that were posted since the start.
    posted: usize,
}

/// What taking in changes came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UpdateOutcome {
    /// Nothing is new.
    Nothing,
    /// A new edition stands.
    Edition,
    /// The one before stands, because of mistakes.
    Mistakes,
    /// The one before stands until the newer changes that wait are taken in.
    GivenUp,
}

impl LiveSite {
    /// Opens the first edition, or finds why there is none.
    pub(crate) fn open(
        options: BuildOptions,
        now: fn() -> SystemTime,
        newer: WatchHandle,
        editor: Editor,
        follow: bool,
    ) -> LiveSite {
        let desk = LiveSite {
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
        };
        desk.apply_changes(&Changes { everything: true, ..Changes::default() });
        desk
    }

    /// The edition that stands, if there ever was one without mistakes.
    pub(crate) fn snapshot(&self) -> RwLockReadGuard<'_, Option<Snapshot>> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> MutexGuard<'_, PendingWork> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn removed(&self) -> MutexGuard<'_, BTreeSet<SourcePath>> {
        self.removed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The site's folder.
    pub(crate) fn root(&self) -> std::path::PathBuf {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).root.clone()
    }

    /// The time of the machine.
    pub(crate) fn now(&self) -> SystemTime {
        (self.now)()
    }

    /// What is wrong with the site as it is on the disk.
    pub(crate) fn found(&self) -> Vec<Diagnostic> {
        self.work().diagnostics.clone()
    }

    /// Sets the preview's clock; `None` is the machine's.
    pub(crate) fn set_clock(&self, when: Option<TimeSpec>) -> UpdateOutcome {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).clock = match when {
            Some(when) => Clock::Fixed(when),
            None => Clock::At(seconds((self.now)())),
        };
        self.advance_clock()
    }

    /// Plans anew because it is later than it was.
    pub(crate) fn advance_clock(&self) -> UpdateOutcome {
        let mut work = self.work();
        let waiting = std::mem::take(&mut work.waiting);
        self.plan_again(&mut work, waiting)
    }

    /// A page of an edition; when it cannot be made, that is told to the terminal too.
    pub(crate) fn make(&self, edition: &Snapshot, page: &OutputFile) -> Result<ServedFile, Diagnostic> {
        let rendered = edition.make(page);
        let mut failures = self.failures();
        match &rendered {
            Ok(_) => drop(failures.of.remove(&page.output)),
            Err(diagnostic) => {
                // One mistake in a template is one, on however many pages it shows.
                if !failures.of.values().any(|known| known == diagnostic) {
                    failures.unreported.push(diagnostic.clone());
                }
                failures.of.insert(page.output.clone(), diagnostic.clone());
            }
        }
        rendered
    }

    /// What failed since this was asked last.
    pub(crate) fn take_render_errors(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.failures().unreported)
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the file that a page is made from was removed since.
    pub(crate) fn is_removed(&self, page: &OutputFile) -> bool {
        page.source.as_ref().is_some_and(|source| self.removed().contains(source))
    }

    /// Counts a form that was posted, for the bar.
    pub(crate) fn count_post(&self) {
        self.work().posted += 1;
        self.notify_pages();
    }

    /// Takes in what may have changed.
    pub(crate) fn apply_changes(&self, changes: &Changes) -> UpdateOutcome {
        let mut work = self.work();
        let is_simple = work.diagnostics.is_empty() && work.given_up == 0 && !changes.everything;
        if is_simple && let Some(taken) = self.take_in_place(&changes.paths) {
            if let InPlaceUpdate::Nothing = taken {
                return UpdateOutcome::Nothing;
            }
            self.tell_pages_of(&work);
            if let InPlaceUpdate::Articles(revised) = taken {
                self.follow_edit(&revised);
            }
            return UpdateOutcome::Edition;
        }
        let mut waiting = std::mem::take(&mut work.waiting);
        waiting.paths.extend(changes.paths.iter().cloned());
        waiting.everything |= changes.everything;
        self.plan_again(&mut work, waiting)
    }

    fn take_in_place(&self, paths: &BTreeSet<SourcePath>) -> Option<InPlaceUpdate> {
        let mut edition = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        edition.as_mut()?.take_in(paths, (self.now)())
    }

    fn plan_again(&self, work: &mut PendingWork, changes: Changes) -> UpdateOutcome {
        let options = {
            let mut options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
            options.now = (self.now)();
            if matches!(options.clock, Clock::At(_)) {
                options.clock = Clock::At(seconds(options.now));
            }
            options.clone()
        };
        // The first edition is wanted in any case.
        let is_certain = self.snapshot().is_none();
        let watch = CancelOnNewer::new(&self.newer, is_certain, work.given_up);
        let next = match &*self.snapshot() {
            Some(edition) => edition.next(&changes, &options, &watch),
            None => Snapshot::open(&options, &watch),
        };
        let taken = match next {
            Ok(next) => {
                work.diagnostics.clear();
                self.removed().clear();
                let files = self.changed_files(&next);
                let mut edition = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
                let before = edition.replace(next);
                drop(edition);
                // Ten thousand articles take a while to let go, and nobody has to wait for that.
                rayon::spawn(move || drop(before));
                if !files.is_empty() {
                    self.hub.send(&event("files", &serde_json::json!({ "urls": files })), |_| true);
                }
                UpdateOutcome::Edition
            }
            Err(SnapshotError::GivenUp) => {
                work.given_up += 1;
                work.waiting = changes;
                return UpdateOutcome::GivenUp;
            }
            Err(SnapshotError::Diagnostics(found)) => {
                work.waiting = changes.clone();
                let removed = self.snapshot().as_ref().map(|edition| edition.missing(&changes)).unwrap_or_default();
                *self.removed() = removed;
                work.diagnostics = found;
                UpdateOutcome::Mistakes
            }
        };
        work.given_up = 0;
        self.tell_pages_of(work);
        if taken == UpdateOutcome::Edition {
            self.follow_edit(&changes.paths.into_iter().collect::<Vec<_>>());
        }
        taken
    }

    /// Links to files that have other bytes in the next edition, under the same address.
    fn changed_files(&self, next: &Snapshot) -> Vec<String> {
        let standing = self.snapshot();
        let Some(standing) = &*standing else { return Vec::new() };
        let digest =
            |edition: &Snapshot, path: &SourcePath| edition.planned.parsed.inputs.get(path).map(|input| input.digest);
        let pages = next.planned.plan.outputs.iter().filter_map(|page| match &page.kind {
            OutputKind::Copy(path) => Some((page, path)),
            _ => None,
        });
        let changed = pages.filter(|(_, path)| {
            let before = digest(standing, path);
            before.is_some() && before != digest(next, path)
        });
        changed.map(|(page, _)| next.planned.site.base.link(&page.url)).collect()
    }

    /// Brings browsers that follow to the text that was edited.
    fn follow_edit(&self, changed: &[SourcePath]) {
        let edition = self.snapshot();
        let Some(edition) = &*edition else { return };
        if let Some(url) = changed.iter().find_map(|path| edition.url_of(path)) {
            let link = edition.planned.site.base.link(url);
            self.hub.send(&event("follow", &serde_json::json!({ "url": link })), |_| true);
        }
    }

    /// Tells every open page what is new about it.
    pub(crate) fn notify_pages(&self) {
        self.tell_pages_of(&self.work());
    }

    fn tell_pages_of(&self, work: &PendingWork) {
        let open = self.hub.pages();
        let mut reported = self.sent_events.lock().unwrap_or_else(PoisonError::into_inner);
        reported.retain(|page, _| open.contains(page));
        for page in open {
            let before = reported.get(&page).cloned().unwrap_or_default();
            let shown = before.get("page").map(|event| event.data.clone());
            let now = self.events_of(&page, shown.as_deref(), work);
            for event in &now {
                if before.get(event.name) != Some(event) {
                    self.hub.send(event, |other| *other == page);
                }
            }
            reported.insert(page, by_name(&now));
        }
    }

    /// What a page is told when it is opened, or seen again. `shown` is the digest that its browser has.
    pub(crate) fn initial_events(&self, page: &UrlPath, shown: &str) -> Vec<Event> {
        let work = self.work();
        let shown = serde_json::json!({ "digest": shown }).to_string();
        let events = self.events_of(page, Some(&shown), &work);
        let mut reported = self.sent_events.lock().unwrap_or_else(PoisonError::into_inner);
        reported.insert(page.clone(), by_name(&events));
        events
    }

    /// All that can be said of a page now.
    fn events_of(&self, url: &UrlPath, shown: Option<&str>, work: &PendingWork) -> Vec<Event> {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let desktop = EditorContext { root: &options.root, editor: &self.editor };
        let mut events = vec![desktop.event("mistakes", &work.diagnostics)];
        let edition = self.snapshot();
        let Some(edition) = &*edition else { return events };
        let page_event = |digest: Digest| event("page", &serde_json::json!({ "digest": digest.to_string() }));
        let lost = |edition: &Snapshot| not_found(edition).map(|file| page_event(file.digest));
        let is_shown = |page: &&OutputFile| !self.is_removed(page) && edition.redirect(url).is_none();
        let Some(page) = edition.page(&url.output()).filter(is_shown) else {
            // Whoever looks at the page for addresses that lead nowhere goes on to do so.
            match lost(edition).filter(|lost| shown == Some(lost.data.as_str())) {
                Some(lost) => events.push(lost),
                None => events.push(self.gone(edition, url)),
            }
            return events;
        };
        match self.make(edition, page) {
            Ok(file) => {
                events.push(page_event(file.digest));
                events.push(desktop.event("failure", &[]));
            }
            Err(diagnostic) => events.push(desktop.event("failure", &[diagnostic])),
        }
        events.push(desktop.about(edition, page, matches!(options.clock, Clock::Fixed(_)), work.posted));
        events
    }

    /// That a page is gone, why, in a sentence, and where to.
    fn gone(&self, edition: &Snapshot, url: &UrlPath) -> Event {
        let site = &edition.planned.site;
        let moved = edition.redirect(url).map(str::to_owned);
        let last = url.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let held = site.unpublished.iter().find(|held| held.slug.as_ref().is_some_and(|slug| slug.as_str() == last));
        let namesake = || {
            let mut others = site.articles.iter().filter(|article| article.url != *url);
            let article = others.find(|article| article.slug.as_str() == last)?;
            Some(site.base.link(&article.url))
        };
        let to = moved.or_else(namesake);
        let why = match (&to, held) {
            (Some(_), _) => "It has another address now.".to_owned(),
            (None, Some(held)) => format!("Its article is unpublished: {}.", held.reason.word()),
            (None, None) => "Nothing is at its address any more.".to_owned(),
        };
        event("gone", &serde_json::json!({ "to": to, "why": why }))
    }

    /// When the site changes by the passing of time alone, if it does: seconds since 1970-01-01T00:00:00Z.
    pub(crate) fn next_change_at(&self) -> Option<i64> {
        // It is planned by the clock of then when its mistakes are mended.
        if !self.work().diagnostics.is_empty() {
            return None;
        }
        let is_fixed = matches!(self.options.lock().unwrap_or_else(PoisonError::into_inner).clock, Clock::Fixed(_));
        let edition = self.snapshot();
        edition.as_ref().filter(|_| !is_fixed)?.next_change
    }
}

/// What a page was told, and nothing of what it was told before that: one that failed or was gone is told again that it
/// is there.
fn by_name(events: &[Event]) -> BTreeMap<&'static str, Event> {
    events.iter().map(|event| (event.name, event.clone())).collect()
}

/// The page for addresses that lead nowhere.
pub(crate) fn not_found(edition: &Snapshot) -> Option<ServedFile> {
    let page: &OutputFile = edition.page(&OutputPath::new("404.html").ok()?)?;
    edition.make(page).ok()
}

/// A time of the machine in seconds since 1970-01-01T00:00:00Z.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
