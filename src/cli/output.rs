//! Printing: results to standard output, messages to standard error.

use std::cell::RefCell;
use std::io::{ErrorKind, IsTerminal, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::{Colour, Format, GlobalArgs, absolute, root};
use crate::diagnostic::Diagnostic;
use crate::report::{ResolvedDiagnostic, SourceText, github, junit, sarif};
use crate::source::{CONFIG_FILE, io_error_text};

/// Greatest number of diagnostics about the output folder that are printed for people; JSON has all.
const MAX_ABOUT_OUTPUT: usize = 20;

/// Where and how to print.
pub(super) struct Output {
    pub(super) quiet: bool,
    /// Whether results are JSON, one object a line.
    pub(super) json: bool,
    format: Format,
    /// Path of the site's folder from the folder of the process, with a slash at its end; empty if it is not below.
    folder: String,
    colour: bool,
    /// Whether a result could not be written.
    is_lost: AtomicBool,
}

impl Output {
    pub(super) fn new(shared: &GlobalArgs) -> Output {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = match shared.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => wanted && std::io::stderr().is_terminal(),
        };
        let (json, is_lost) = (shared.format == Format::Json, AtomicBool::new(false));
        Output { quiet: shared.quiet, json, format: shared.format, folder: folder(shared), colour, is_lost }
    }

    /// Prints a result. A closed pipe is not an error.
    pub(super) fn text(&self, text: &str) {
        let mut out = std::io::stdout();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
            && !self.is_lost.swap(true, Ordering::Relaxed)
        {
            let _ =
                writeln!(std::io::stderr(), "error[output]: the result cannot be written: {}", io_error_text(&error));
        }
    }

    /// Returns whether a result could not be written, which was reported then.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// Prints a value as a line of JSON.
    pub(super) fn object<T: Serialize>(&self, value: &T) {
        if let Ok(line) = serde_json::to_string(value) {
            self.text(&(line + "\n"));
        }
    }

    /// Prints a message for people.
    pub(super) fn info(&self, line: &str) {
        if !self.quiet && !self.json {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// Prints diagnostics; for people with `--quiet`, only errors. `read` returns the text of a file for snippets.
    pub(super) fn diagnostics(&self, diagnostics: &[Diagnostic], read: impl Fn(&str) -> Option<String>) {
        self.run_diagnostics(diagnostics, false, read);
    }

    /// Prints all diagnostics of a run, which warnings too make fail with `is_strict`. SARIF and JUnit are one document,
    /// so that a command calls this once.
    pub(super) fn run_diagnostics(
        &self,
        diagnostics: &[Diagnostic],
        is_strict: bool,
        read: impl Fn(&str) -> Option<String>,
    ) {
        let is_complete = self.format != Format::Human;
        let mut about_output = 0;
        let reported = diagnostics.iter().filter(|diagnostic| is_complete || !self.quiet || diagnostic.is_error());
        // One error, the wrong folder, may obstruct ten thousand files.
        let reported = reported.filter(|diagnostic| {
            about_output += usize::from(diagnostic.code == "output");
            is_complete || diagnostic.code != "output" || about_output <= MAX_ABOUT_OUTPUT
        });
        let last: RefCell<Option<(String, Option<Rc<SourceText>>)>> = RefCell::new(None);
        let text = |path: &str| {
            let mut last = last.borrow_mut();
            match &*last {
                Some((known, text)) if known == path => text.clone(),
                _ => {
                    let text = read(path).map(|text| Rc::new(SourceText::new(text)));
                    *last = Some((path.to_owned(), text.clone()));
                    text
                }
            }
        };
        let mut located: Vec<ResolvedDiagnostic> =
            reported.map(|diagnostic| ResolvedDiagnostic::of(diagnostic.clone(), text)).collect();
        located.sort_by(|a, b| a.location().cmp(&b.location()));
        match self.format {
            Format::Human => located.iter().for_each(|located| {
                let _ = writeln!(std::io::stderr(), "{}\n", located.render_snippet(self.colour));
            }),
            Format::Json => located.iter().for_each(|located| self.object(&located.json())),
            Format::Github => located.iter().for_each(|located| self.text(&github::command(located, &self.folder))),
            Format::Sarif => self.text(&sarif::document(&located, &self.folder, CONFIG_FILE)),
            Format::Junit => self.text(&junit::document(&located, &self.folder, is_strict)),
        }
        if about_output > MAX_ABOUT_OUTPUT && !is_complete {
            self.info(&format!("… and {} more like these (--format json has all)\n", about_output - MAX_ABOUT_OUTPUT));
        }
    }

    /// Prints an error that concerns no file of the site.
    pub(super) fn error(&self, message: &str, help: Option<&str>) {
        let mut diagnostic = Diagnostic::error("usage", message);
        diagnostic.help = help.map(str::to_owned);
        self.diagnostics(&[diagnostic], |_| None);
    }

    /// Returns whether a progress bar can be shown.
    pub(super) fn has_progress(&self) -> bool {
        !self.quiet && !self.json && std::io::stderr().is_terminal()
    }

    /// Formats a text in bold, if colours are enabled.
    pub(super) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Returns the path of the site's folder from that of the process, which is the repository's in continuous integration.
fn folder(shared: &GlobalArgs) -> String {
    let here = std::env::current_dir().ok();
    let root = absolute(&root(shared));
    let below =
        here.and_then(|here| root.strip_prefix(here).ok().map(|path| path.to_string_lossy().replace('\\', "/")));
    below.filter(|path| !path.is_empty()).map(|path| path + "/").unwrap_or_default()
}
