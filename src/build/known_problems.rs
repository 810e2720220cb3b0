//! Known problems: diagnostics that a site has accepted until a date, in `known-problems.yaml` beside its settings.
//!
//! An entry names file, code and message of a diagnostic that [leaves the site
//! publishable](Diagnostic::leaves_publishable). Such a diagnostic is counted and not reported. `handbill check
//! --accept` writes the file with [`accept`]; builds, checks and the dev server read it.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Clock, Outcome};
use crate::check;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::source::{KNOWN_PROBLEMS_FILE, SourceTree};
use crate::yaml::{self, YamlText};

/// Days for which `handbill check --accept` accepts problems if no date is given.
pub const ACCEPT_DAYS: i64 = 90;

/// First lines of the file.
const HEAD: &str = "# Known problems of this site. They stop no build and no check until the date of each.\n\
     # Written by `handbill check --accept`; an entry can be removed by hand.\n";

/// The content of the file of known problems.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KnownProblemsFile {
    problems: Vec<KnownProblem>,
}

/// An entry of the file of known problems.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownProblem {
    /// Path of the file from the site's folder; `None` if the diagnostic has no file, or is one of several pages.
    pub file: Option<String>,
    /// Code of the diagnostic.
    pub code: String,
    /// First 16 hexadecimal digits of the digest of the message.
    pub digest: String,
    /// The first day on which the entry no longer applies, in the site's time zone.
    pub until: Date,
    /// Number of diagnostics of this file with this message.
    #[serde(default = "one")]
    pub count: usize,
    /// The message, as a comment in the file; empty when the file was read.
    #[serde(skip)]
    pub message: String,
}

fn one() -> usize {
    1
}

impl KnownProblem {
    /// Makes the entry of a diagnostic.
    #[must_use]
    pub fn of(diagnostic: &Diagnostic, until: Date) -> KnownProblem {
        let identity = diagnostic.identity.as_deref().unwrap_or(&diagnostic.message);
        KnownProblem {
            file: diagnostic.location.as_ref().map(|location| location.file.clone()),
            code: diagnostic.code.to_string(),
            digest: Digest::of_bytes(identity.as_bytes()).short(16),
            until,
            count: 1,
            message: identity.to_owned(),
        }
    }

    /// Returns whether it accepts what `other` accepts. What is wrong with several finished pages is also accepted when
    /// only one of them is left.
    fn covers(&self, other: &KnownProblem) -> bool {
        let is_shared = self.file.is_none() && self.is_of_pages();
        self.code == other.code && self.digest == other.digest && (is_shared || self.file == other.file)
    }

    /// Returns whether both are about the same file, code and message.
    fn is_same(&self, other: &KnownProblem) -> bool {
        (&self.file, &self.code, &self.digest) == (&other.file, &other.code, &other.digest)
    }

    fn is_of_pages(&self) -> bool {
        self.code == check::CODE || self.is_external()
    }

    /// Whether only a check that asks other hosts can meet it.
    fn is_external(&self) -> bool {
        self.code == check::external::CODE
    }
}

/// The known problems of a site, while a run meets them.
#[derive(Debug, Default)]
pub struct KnownProblems {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    problem: KnownProblem,
    /// Number of diagnostics that the run found.
    met: usize,
    is_expired: bool,
}

impl KnownProblems {
    /// Reads the file in a site's folder; without one there are none. Errors are added to `diagnostics`.
    pub(super) fn read(folder: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> KnownProblems {
        let path = SourcePath::new(KNOWN_PROBLEMS_FILE).expect("a plain name");
        if !folder.contains(&path) {
            return KnownProblems::default();
        }
        let text = folder.read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = text.map_err(|error| diagnostics.push(error)).unwrap_or_default();
        let yaml = YamlText::file(KNOWN_PROBLEMS_FILE, &text, "settings");
        let file: KnownProblemsFile = yaml::parse(yaml, diagnostics).unwrap_or_default();
        let entry = |problem| Entry { problem, met: 0, is_expired: false };
        KnownProblems { entries: file.problems.into_iter().map(entry).collect() }
    }

    /// Disables the entries whose date has come.
    pub(super) fn expire(&mut self, clock: Clock, zone: Option<&TimeZone>) {
        let today = clock.today(zone);
        self.entries.iter_mut().for_each(|entry| entry.is_expired = entry.problem.until <= today);
    }

    /// Adds diagnostics to an outcome, with the levels of its settings: those that are known problems to their number, all
    /// others to its diagnostics. Nothing about an unpublished file is a known problem.
    pub(super) fn accept(&mut self, mut found: Vec<Diagnostic>, outcome: &mut Outcome) {
        outcome.checks.apply(&mut found);
        if self.entries.is_empty() {
            return outcome.diagnostics.append(&mut found);
        }
        super::sort(&mut found);
        let unpublished: BTreeSet<&str> = outcome.unpublished.iter().map(|source| source.path.as_str()).collect();
        for diagnostic in found {
            let is_published =
                diagnostic.location.as_ref().is_none_or(|location| !unpublished.contains(location.file.as_str()));
            let problem = KnownProblem::of(&diagnostic, Date::MAX);
            let is_free = |entry: &&mut Entry| entry.met < entry.problem.count && entry.problem.covers(&problem);
            let mut entries = self.entries.iter_mut().filter(is_free);
            match entries.next().filter(|_| is_published && diagnostic.leaves_publishable()) {
                Some(entry) => {
                    entry.met += 1;
                    if entry.is_expired {
                        outcome.diagnostics.push(diagnostic);
                        continue;
                    }
                    outcome.known += 1;
                    if entry.met == 1 {
                        let message = problem.message;
                        outcome.known_problems.push(KnownProblem { count: 0, message, ..entry.problem.clone() });
                    }
                    let known = outcome.known_problems.iter_mut().find(|known| known.is_same(&entry.problem));
                    known.into_iter().for_each(|known| known.count += 1);
                }
                None => outcome.diagnostics.push(diagnostic),
            }
        }
    }

    /// Returns a note for each entry whose problem was not found, of those about finished pages or of all others; of
    /// URLs of other sites, none: a host may be back tomorrow.
    pub(super) fn outdated(&self, of_pages: bool) -> impl Iterator<Item = Diagnostic> + use<'_> {
        let entries = self.entries.iter().enumerate();
        let unmet = entries.filter(move |(_, entry)| {
            entry.met == 0 && entry.problem.is_of_pages() == of_pages && !entry.problem.is_external()
        });
        unmet.map(|(index, entry)| {
            let file = entry.problem.file.as_deref().map(|file| format!(" of `{file}`")).unwrap_or_default();
            let message = format!("the known problem{file} is no longer there");
            Diagnostic::note("known-problem", message)
                .at(KNOWN_PROBLEMS_FILE, Span::item("problems", index))
                .help("remove the entry, or run `handbill check --accept`")
        })
    }

    /// Keeps in an outcome the entries about finished pages, which were not looked at.
    pub(super) fn keep(&self, outcome: &mut Outcome) {
        self.keep_all(KnownProblem::is_of_pages, outcome);
    }

    /// Keeps in an outcome the entries about URLs of other sites, which nobody was asked for.
    pub(super) fn keep_external(&self, outcome: &mut Outcome) {
        self.keep_all(KnownProblem::is_external, outcome);
    }

    fn keep_all(&self, is_kept: fn(&KnownProblem) -> bool, outcome: &mut Outcome) {
        let live = self.entries.iter().filter(|entry| !entry.is_expired && is_kept(&entry.problem));
        outcome.known_problems.extend(live.map(|entry| entry.problem.clone()));
    }
}

/// Accepts what an outcome reports: returns the number of diagnostics that are accepted now, and the text of the file
/// with all known problems that still apply. `None` if errors are left that cannot be accepted.
#[must_use]
pub fn accept(outcome: &Outcome, until: Date) -> Option<(usize, String)> {
    let unpublished: BTreeSet<&str> = outcome.unpublished.iter().map(|source| source.path.as_str()).collect();
    let is_accepted = |diagnostic: &&Diagnostic| {
        let file = diagnostic.location.as_ref().map(|location| location.file.as_str());
        diagnostic.leaves_publishable() && file.is_none_or(|file| !unpublished.contains(file))
    };
    if outcome.diagnostics.iter().any(|diagnostic| diagnostic.is_error() && !is_accepted(&diagnostic)) {
        return None;
    }
    let mut all = outcome.known_problems.clone();
    let mut accepted = 0;
    for diagnostic in outcome.diagnostics.iter().filter(is_accepted) {
        accepted += 1;
        let problem = KnownProblem::of(diagnostic, until);
        match all.iter_mut().find(|known| known.is_same(&problem)) {
            Some(known) => known.count += 1,
            None => all.push(problem),
        }
    }
    all.sort_by(|a, b| (&a.file, &a.code, &a.digest).cmp(&(&b.file, &b.code, &b.digest)));
    Some((accepted, file_text(&all)))
}

fn file_text(problems: &[KnownProblem]) -> String {
    let mut text = HEAD.to_owned();
    text += if problems.is_empty() { "problems: []\n" } else { "problems:\n" };
    for problem in problems {
        // Writing into a string cannot fail.
        let _ = match &problem.file {
            Some(file) => writeln!(text, "  - file: {}", quoted(file)),
            None => writeln!(text, "  - file:"),
        };
        let message = problem.message.replace(char::is_control, " ");
        if !message.is_empty() {
            let _ = writeln!(text, "    # {message}");
        }
        let _ = writeln!(text, "    code: {}\n    digest: {}", quoted(&problem.code), quoted(&problem.digest));
        let _ = writeln!(text, "    until: {}", problem.until);
        if problem.count > 1 {
            let _ = writeln!(text, "    count: {}", problem.count);
        }
    }
    text
}

/// Writes a text as JSON, which is also YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
