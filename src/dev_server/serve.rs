//! `handbill serve`: a listener, a watch and a desk, and the loop between them.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use super::http::handler::handle;
use super::http::listen::{Port, listen};
use super::http::server::{self, Limits, ShutdownHandle};
use super::live::editor::Editor;
use super::live::live_site::{LiveSite, UpdateOutcome, seconds};
use super::watch::{Changes, FileWatcher, PollReason, WatchMode};
use crate::build::BuildOptions;
use crate::diagnostic::Diagnostic;

/// What a preview is asked to do.
pub struct ServeOptions {
    /// The site and its clock.
    pub options: BuildOptions,
    /// Where to listen.
    pub address: IpAddr,
    /// At which port.
    pub port: Port,
    /// How to learn of changes.
    pub watch: WatchMode,
    /// What opens files.
    pub editor: Editor,
    /// Whether browsers go to the article that is edited.
    pub follow: bool,
    /// Tells the time of the machine.
    pub now: fn() -> SystemTime,
}

/// Somebody who follows a preview: the terminal.
pub trait ServeObserver: Sync {
    /// It listens: where, and below which path the site is; what is wrong with the site, if there is something.
    fn ready(&self, at: SocketAddr, base_path: &str, stop: &ShutdownHandle);
    /// Files are looked at every so often, and why.
    fn polls(&self, every: Duration, why: &PollReason);
    /// Something about the watch itself, or a page that could not be made.
    fn notice(&self, notice: &Diagnostic);
    /// A new edition stands, with these warnings, which took so long.
    fn edition(&self, warnings: &[Diagnostic], changes: &Changes, took: Duration);
    /// There is no new edition, because of these mistakes; whether one from before stands.
    fn diagnostics(&self, found: &[Diagnostic], one_stands: bool);
    /// The time that has passed since the preview began.
    fn elapsed(&self) -> Duration;
}

/// How long the loop waits before it looks at the clock.
const TICK: Duration = Duration::from_secs(1);

/// Serves until somebody stops it.
///
/// # Errors
/// When the address cannot be had, or the site's folder cannot be watched.
pub fn serve(settings: ServeOptions, follower: &dyn ServeObserver) -> io::Result<()> {
    let listener = listen(settings.address, settings.port)?;
    let at = listener.local_addr()?;
    let stop = ShutdownHandle::new();
    // What changes from here on is told; what is there is read next.
    let mut watcher = FileWatcher::start(&settings.options.root, settings.watch)?;
    let ServeOptions { options, editor, follow, now, .. } = settings;
    let signal = watcher.signal();
    let desk = Arc::new(LiveSite::open(options, now, signal.clone(), editor, follow));
    let server = {
        let (desk, stop) = (Arc::clone(&desk), stop.clone());
        thread::spawn(move || {
            let outcome = server::serve(listener, Limits::default(), &stop, move |request| handle(&desk, &request));
            signal.stop();
            outcome
        })
    };
    let base_path = desk.snapshot().as_ref().map_or_else(String::new, |edition| edition.planned.site.base.path.clone());
    follower.ready(at, &format!("{base_path}/"), &stop);
    if let Some((every, why)) = watcher.polls() {
        follower.polls(every, why);
    }
    let mut reported = LastReported::default();
    reported.tell(&desk, &Changes::default(), Duration::ZERO, follower);
    while !server.is_finished() {
        let changes = watcher.next(TICK);
        watcher.notices().iter().for_each(|notice| follower.notice(notice));
        let began = follower.elapsed();
        let taken = match &changes {
            Some(changes) => desk.apply_changes(changes),
            None if desk.next_change_at().is_some_and(|hour| hour <= seconds(now())) => desk.advance_clock(),
            None => UpdateOutcome::Nothing,
        };
        if let UpdateOutcome::Edition | UpdateOutcome::Mistakes = taken {
            reported.tell(&desk, &changes.unwrap_or_default(), follower.elapsed().saturating_sub(began), follower);
        }
        desk.take_render_errors().iter().for_each(|failure| follower.notice(failure));
    }
    server.join().unwrap_or_else(|_| Err(io::Error::other("the server ended of itself")))
}

/// What the terminal was told last: the same is not told twice.
#[derive(Default)]
struct LastReported {
    diagnostics: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl LastReported {
    fn tell(&mut self, desk: &LiveSite, changes: &Changes, took: Duration, follower: &dyn ServeObserver) {
        let found = desk.found();
        if !found.is_empty() {
            if found != self.diagnostics {
                follower.diagnostics(&found, desk.snapshot().is_some());
            }
            self.diagnostics = found;
            return;
        }
        self.diagnostics.clear();
        let warnings = desk.snapshot().as_ref().map(|edition| edition.warnings.clone()).unwrap_or_default();
        let new: Vec<Diagnostic> =
            warnings.iter().filter(|warning| !self.warnings.contains(warning)).cloned().collect();
        follower.edition(&new, changes, took);
        self.warnings = warnings;
    }
}
