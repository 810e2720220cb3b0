//! `handbill serve`: starts the listener, the watcher and the live site, and runs the loop that connects them.

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

/// Options of the dev server.
pub struct ServeOptions {
    /// Site and clock.
    pub options: BuildOptions,
    /// IP address to listen on.
    pub address: IpAddr,
    /// Port to listen on.
    pub port: Port,
    /// How to detect changes.
    pub watch: WatchMode,
    /// Editor that links to locations open.
    pub editor: Editor,
    /// Whether browsers go to the page of the source that is edited.
    pub follow: bool,
    /// Returns the machine's time.
    pub now: fn() -> SystemTime,
}

/// Receives the events of a dev server: the terminal.
pub trait ServeObserver: Sync {
    /// Called when the server listens, with its address and the path of the site's base URL.
    fn ready(&self, at: SocketAddr, base_path: &str, stop: &ShutdownHandle);
    /// Called if changes are found by polling, with the interval and the reason.
    fn polls(&self, every: Duration, why: &PollReason);
    /// Called with a diagnostic of the watcher, or of a page that could not be rendered.
    fn notice(&self, notice: &Diagnostic);
    /// Called when there is a new snapshot, with its new warnings, the changes and the time that it took.
    fn updated(&self, warnings: &[Diagnostic], changes: &Changes, took: Duration);
    /// Called when errors prevent a new snapshot; `has_snapshot` tells whether there is an earlier one.
    fn diagnostics(&self, found: &[Diagnostic], has_snapshot: bool);
    /// Returns the time since the server started.
    fn elapsed(&self) -> Duration;
}

/// Interval at which the loop checks whether the site changes with the clock.
const TICK: Duration = Duration::from_secs(1);

/// Serves a site until it is stopped.
///
/// ```
/// use std::net::Ipv4Addr;
/// use std::time::SystemTime;
/// # use std::net::SocketAddr;
/// # use std::time::Duration;
///
/// # use handbill::build::{BuildOptions, Clock};
/// use handbill::dev_server::http::listen::Port;
/// # use handbill::dev_server::http::server::ShutdownHandle;
/// use handbill::dev_server::live::editor::Editor;
/// # use handbill::dev_server::watch::{Changes, PollReason};
/// use handbill::dev_server::watch::WatchMode;
/// use handbill::dev_server::{ServeObserver, ServeOptions, serve};
/// # use handbill::diagnostic::Diagnostic;
/// # use handbill::digest::Digest;
///
/// /// An observer that stops the server when it listens.
/// struct Once;
///
/// impl ServeObserver for Once {
///     fn ready(&self, _address: SocketAddr, base_path: &str, stop: &ShutdownHandle) {
///         assert_eq!(base_path, "/");
///         stop.now();
///     }
/// #     fn polls(&self, _every: Duration, _why: &PollReason) {}
/// #     fn notice(&self, _notice: &Diagnostic) {}
/// #     fn updated(&self, _warnings: &[Diagnostic], _changes: &Changes, _took: Duration) {}
/// #     fn diagnostics(&self, _found: &[Diagnostic], _has_snapshot: bool) {}
/// #     fn elapsed(&self) -> Duration { Duration::ZERO }
///     // The other methods report changes and diagnostics.
/// }
///
/// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), Digest::default(), SystemTime::now());
/// let address = Ipv4Addr::LOCALHOST.into();
/// let (port, watch, editor) = (Port::Exactly(0), WatchMode::Auto, Editor::parse("vscode").expect("a known editor"));
/// serve(ServeOptions { options, address, port, watch, editor, follow: false, now: SystemTime::now }, &Once)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the server cannot listen on the address, or the site's folder cannot be watched.
pub fn serve(settings: ServeOptions, observer: &dyn ServeObserver) -> io::Result<()> {
    let listener = listen(settings.address, settings.port)?;
    let at = listener.local_addr()?;
    let stop = ShutdownHandle::new();
    // The watcher starts before the first read, so that no change in between is missed.
    let mut watcher = FileWatcher::start(&settings.options.root, settings.watch)?;
    let ServeOptions { options, editor, follow, now, .. } = settings;
    let signal = watcher.signal();
    let live = Arc::new(LiveSite::open(options, now, signal.clone(), editor, follow));
    let server = {
        let (live, stop) = (Arc::clone(&live), stop.clone());
        thread::spawn(move || {
            let outcome = server::serve(listener, Limits::default(), &stop, move |request| handle(&live, &request));
            signal.stop();
            outcome
        })
    };
    let base_path =
        live.snapshot().as_ref().map_or_else(String::new, |snapshot| snapshot.planned.site.model.base.path.clone());
    observer.ready(at, &format!("{base_path}/"), &stop);
    if let Some((every, why)) = watcher.polls() {
        observer.polls(every, why);
    }
    let mut reported = LastReported::default();
    reported.report(&live, &Changes::default(), Duration::ZERO, observer);
    while !server.is_finished() {
        let changes = watcher.next(TICK);
        watcher.notices().iter().for_each(|notice| observer.notice(notice));
        let began = observer.elapsed();
        let outcome = match &changes {
            Some(changes) => live.apply_changes(changes),
            None if live.next_change_at().is_some_and(|hour| hour <= seconds(now())) => live.advance_clock(),
            None => UpdateOutcome::Nothing,
        };
        if let UpdateOutcome::Updated | UpdateOutcome::Errors = outcome {
            reported.report(&live, &changes.unwrap_or_default(), observer.elapsed().saturating_sub(began), observer);
        }
        live.take_render_errors().iter().for_each(|failure| observer.notice(failure));
    }
    server.join().unwrap_or_else(|_| Err(io::Error::other("the server ended of itself")))
}

/// The diagnostics reported last, so that none is reported twice.
#[derive(Default)]
struct LastReported {
    diagnostics: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl LastReported {
    fn report(&mut self, live: &LiveSite, changes: &Changes, took: Duration, observer: &dyn ServeObserver) {
        let found = live.found();
        if !found.is_empty() {
            if found != self.diagnostics {
                observer.diagnostics(&found, live.snapshot().is_some());
            }
            self.diagnostics = found;
            return;
        }
        self.diagnostics.clear();
        let warnings = live.snapshot().as_ref().map(|snapshot| snapshot.warnings.clone()).unwrap_or_default();
        let new: Vec<Diagnostic> =
            warnings.iter().filter(|warning| !self.warnings.contains(warning)).cloned().collect();
        observer.updated(&new, changes, took);
        self.warnings = warnings;
    }
}
