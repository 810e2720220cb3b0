//! Printing: results to standard output, messages to standard error.

use std::cell::RefCell;
use std::io::{ErrorKind, IsTerminal, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::{Colour, Format, GlobalArgs};
use crate::diagnostic::Diagnostic;
use crate::report::{ResolvedDiagnostic, SourceText};
use crate::source::io_error_text;

/// Greatest number of diagnostics about the output folder that are printed for people; JSON has all.
const MAX_ABOUT_OUTPUT: usize = 20;

/// Where and how to print.
pub(super) struct Output {
    pub(super) quiet: bool,
    pub(super) json: bool,
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
        Output { quiet: shared.quiet, json: shared.format == Format::Json, colour, is_lost: AtomicBool::new(false) }
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

    /// Prints diagnostics; with `--quiet`, only errors. `read` returns the text of a file for snippets.
    pub(super) fn diagnostics(&self, diagnostics: &[Diagnostic], read: impl Fn(&str) -> Option<String>) {
        let mut about_output = 0;
        let reported = diagnostics.iter().filter(|diagnostic| self.json || !self.quiet || diagnostic.is_error());
        // One error, the wrong folder, may obstruct ten thousand files.
        let reported = reported.filter(|diagnostic| {
            about_output += usize::from(diagnostic.code == "output");
            self.json || diagnostic.code != "output" || about_output <= MAX_ABOUT_OUTPUT
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
        for located in located {
            if self.json {
                self.object(&located.json());
            } else {
                let _ = writeln!(std::io::stderr(), "{}\n", located.render_snippet(self.colour));
            }
        }
        if about_output > MAX_ABOUT_OUTPUT && !self.json {
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
