//! `handbill serve`

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant, SystemTime};

use clap::Args;

use super::output::Output;
use super::{Exit, GlobalArgs, options};
use crate::build::{BuildOptions, Clock};
use crate::dev_server::http::listen::{PORT, Port};
use crate::dev_server::http::server::ShutdownHandle;
use crate::dev_server::live::editor::Editor;
use crate::dev_server::watch::{Changes, PollReason, WatchMode};
use crate::dev_server::{ServeObserver, ServeOptions, serve};
use crate::diagnostic::Diagnostic;
use crate::site::IncludeUnpublished;
use crate::time::TimeSpec;

pub(super) const HELP: &str = "Pages change in the browser as soon as a file is saved, and errors are shown over them.
Nothing is written into public/. Forms that are tried leave a copy in .handbill/outbox/.

  handbill serve --open
  handbill serve --as-of 2027-01-12      the site as it will be then
  handbill serve --editor zed            the editor that opens files from the browser";

/// Default editor that opens files from the browser.
const EDITOR: &str = "vscode";

/// Show the site in a browser while it is written
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The network address to listen at; with another than the default, others can read the site
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// The port [default: 1517, or the next free one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Open the site in a browser
    #[arg(long)]
    open: bool,
    /// Show drafts, marked as such [the default]
    #[arg(long, overrides_with = "no_drafts")]
    drafts: bool,
    /// Exclude drafts, as a build does
    #[arg(long)]
    no_drafts: bool,
    /// Show what is scheduled or under embargo, marked as such [the default]
    #[arg(long, overrides_with = "no_future")]
    future: bool,
    /// Exclude what is scheduled or under embargo, as a build does
    #[arg(long)]
    no_future: bool,
    /// The dev server's clock, which decides what is published [default: now]
    #[arg(long, value_name = "TIME", value_parser = TimeSpec::parse)]
    as_of: Option<TimeSpec>,
    /// Poll all files at this interval in milliseconds, if the file system does not report changes
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "300", value_parser = clap::value_parser!(u64).range(10..=60_000))]
    poll: Option<u64>,
    /// Browsers go to the article that is edited
    #[arg(long)]
    follow: bool,
    /// The editor that opens files from the browser: vscode, vscodium, zed, idea, sublime, textmate, macvim, or a link with {path}, {line} and {column}
    #[arg(long, value_name = "EDITOR", env = "HANDBILL_EDITOR", default_value = EDITOR)]
    editor: String,
}

impl Serve {
    /// Returns the command with its default options, bound to this machine only.
    pub(super) fn of(port: Option<u16>, open: bool) -> Serve {
        Serve {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port,
            open,
            drafts: true,
            no_drafts: false,
            future: true,
            no_future: false,
            as_of: None,
            poll: None,
            follow: false,
            editor: EDITOR.to_owned(),
        }
    }

    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let mut options = options(shared, &super::ClockArgs { as_of: None, drafts: false, future: false });
        options.include = IncludeUnpublished { drafts: !self.no_drafts, future: !self.no_future, issues: false };
        if let Some(time) = self.as_of {
            options.clock = Clock::Fixed(time);
        }
        self.show(options, out)
    }

    /// Serves a site until it is stopped.
    pub(super) fn show(self, mut options: BuildOptions, out: &Output) -> Exit {
        let editor = match Editor::parse(&self.editor) {
            Ok(editor) => editor,
            Err(reason) => {
                out.error(&reason, Some("give `--editor vscode`, for example"));
                return Exit::EnvironmentFailed;
            }
        };
        if let Ok(canonical) = options.root.canonicalize() {
            options.root = canonical;
        }
        let (began, has_chosen_port) = (Instant::now(), self.port.is_some());
        let terminal = Terminal { out, folder: options.root.clone(), began, open: self.open, has_chosen_port };
        let settings = ServeOptions {
            options,
            address: self.bind,
            port: self.port.map_or(Port::FirstFree(PORT), Port::Exactly),
            watch: self.poll.map_or(WatchMode::Auto, |every| WatchMode::Poll(Duration::from_millis(every))),
            editor,
            follow: self.follow,
            now: SystemTime::now,
        };
        match serve(settings, &terminal) {
            Ok(()) => Exit::Success,
            Err(error) => {
                let reason = crate::source::io_error_text(&error);
                let port = self.port.map(|port| format!(" port {port}")).unwrap_or_default();
                let help = match error.kind() {
                    ErrorKind::AddrInUse | ErrorKind::PermissionDenied => "try another `--port`",
                    ErrorKind::AddrNotAvailable => "set `--bind` to an address of this machine",
                    _ => "go to a site's folder, or name one with `--root`",
                };
                let what = match error.kind() {
                    ErrorKind::NotFound => format!("`{}` cannot be read", terminal.folder.display()),
                    _ => format!("cannot serve at {}{port}", self.bind),
                };
                out.error(&format!("{what}: {reason}"), Some(help));
                Exit::EnvironmentFailed
            }
        }
    }
}

/// The terminal that shows the events of a dev server.
struct Terminal<'a> {
    out: &'a Output,
    folder: std::path::PathBuf,
    began: Instant,
    open: bool,
    /// Whether the user chose the port.
    has_chosen_port: bool,
}

impl Terminal<'_> {
    fn report(&self, diagnostics: &[Diagnostic]) {
        self.out.diagnostics(diagnostics, |path| crate::source::text(&self.folder, path));
    }
}

impl ServeObserver for Terminal<'_> {
    fn ready(&self, at: SocketAddr, base_path: &str, stop: &ShutdownHandle) {
        let stop = stop.clone();
        // This fails only if there is a handler already.
        let _ = ctrlc::set_handler(move || stop.now());
        let host = match at.ip() {
            address if address.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(address) => format!("[{address}]"),
            address => address.to_string(),
        };
        let url = format!("http://{host}:{}{base_path}", at.port());
        if self.out.json {
            self.out.object(&serde_json::json!({ "serving": { "url": url, "address": at.to_string() } }));
        }
        if !self.has_chosen_port && at.port() != PORT {
            self.out.info(&format!("port {PORT} is in use, {} is the next free one", at.port()));
        }
        self.out.info(&format!("{} (Ctrl-C stops it)", self.out.bold(&url)));
        if !at.ip().is_loopback() {
            let who = if at.ip().is_unspecified() { "every network of this machine" } else { "that network" };
            let warning = format!("everyone on {who} can read this site, with its drafts");
            self.report(&[Diagnostic::warning("serve", warning).help("remove `--bind` to serve this machine only")]);
        }
        if self.open
            && let Err(error) = open::that_detached(&url)
        {
            self.out.info(&format!("no browser could be opened: {}", crate::source::io_error_text(&error)));
        }
    }

    fn polls(&self, every: Duration, reason: &PollReason) {
        let reason = match reason {
            PollReason::Asked => return,
            PollReason::FileSystem(name) => format!("{name} does not report changes"),
            PollReason::NoEvents(words) => words.clone(),
        };
        self.out.info(&format!("looking for changes every {} ms: {reason}", every.as_millis()));
    }

    fn notice(&self, notice: &Diagnostic) {
        self.report(std::slice::from_ref(notice));
    }

    fn updated(&self, warnings: &[Diagnostic], changes: &Changes, took: Duration) {
        self.report(warnings);
        let Some(first) = changes.paths.first() else { return };
        let more = match changes.paths.len() {
            1 => String::new(),
            many => format!(" and {} more", many - 1),
        };
        self.out.info(&format!("{first}{more} ({} ms)", took.as_millis()));
    }

    fn diagnostics(&self, found: &[Diagnostic], has_snapshot: bool) {
        self.report(found);
        self.out.info(match has_snapshot {
            true => "The last version without errors is shown.",
            false => "The site is shown once these are fixed.",
        });
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
