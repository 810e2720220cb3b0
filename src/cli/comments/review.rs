//! `handbill comments review`

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::cli::output::Output;
use crate::cli::{Exit, GlobalArgs, root};
use crate::comments::moderation::queue::{FOLDER, QueuedComment};
use crate::comments::store::{self, Lock, REJECTED, StoreError};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::source::io_error_text;

pub(super) const HELP: &str = "\
On a terminal it asks about each comment; otherwise, and with --list, it lists them.
Approved comments are appended to the file of their article. Rejected comments move into
content/comments/queue/rejected/; move them back to decide again, or delete them.

  handbill comments review --approve 20261124-101530-3f2a9c81d0b4
  handbill comments review --reject --all";

/// Show the queue; approve or reject what is in it
#[derive(Debug, Args)]
pub(super) struct Review {
    /// List the queue, and ask nothing
    #[arg(long, conflicts_with_all = ["approve", "reject"])]
    list: bool,
    /// Publish these
    #[arg(long, value_name = "ID", num_args = 0.., conflicts_with = "reject")]
    approve: Option<Vec<String>>,
    /// Reject these
    #[arg(long, value_name = "ID", num_args = 0..)]
    reject: Option<Vec<String>>,
    /// The whole queue, with --approve or --reject
    #[arg(long)]
    all: bool,
}

/// Decision of a moderator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReviewDecision {
    Approve,
    Reject,
}

/// The moderation queue of a site.
struct Queue<'o> {
    site: PathBuf,
    zone: TimeZone,
    out: &'o Output,
    comments: BTreeMap<String, QueuedComment>,
}

impl Review {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        let mut reported = Vec::new();
        let comments = match store::queued(&site, FOLDER, &mut reported) {
            Ok(comments) => comments,
            Err(error) => {
                out.error(&format!("`{FOLDER}` cannot be read: {}", io_error_text(&error)), None);
                return Exit::EnvironmentFailed;
            }
        };
        out.diagnostics(&reported, |path| crate::source::text(&site, path));
        let settings = crate::source::text(&site, crate::config::FILE).unwrap_or_default();
        let zone = Config::parse(&settings, &mut Vec::new()).map_or(TimeZone::UTC, |config| config.zone());
        let mut queue = Queue { site, zone, out, comments };
        let exit_of_errors =
            if reported.iter().any(Diagnostic::is_error) { Exit::SiteHasErrors } else { Exit::Success };
        let (ids, decision) = match (self.approve, self.reject) {
            (Some(ids), _) => (ids, ReviewDecision::Approve),
            (None, Some(ids)) => (ids, ReviewDecision::Reject),
            (None, None) if self.list || out.json || !std::io::stdin().is_terminal() => {
                queue.list();
                return exit_of_errors;
            }
            (None, None) => return queue.ask(),
        };
        if ids.is_empty() && !self.all {
            out.error(
                "no comment is named",
                Some("name the ids that `handbill comments review --list` shows, or use `--all`"),
            );
            return Exit::EnvironmentFailed;
        }
        let ids = if self.all { queue.in_order() } else { ids };
        let mut exit = exit_of_errors;
        for id in ids {
            match queue.decide(&id, decision) {
                Exit::Success => {}
                worse => exit = worse,
            }
        }
        exit
    }
}

impl Queue<'_> {
    /// Returns the ids in the order of time, so that a comment comes before its answers.
    fn in_order(&self) -> Vec<String> {
        let mut ids: Vec<&String> = self.comments.keys().collect();
        ids.sort_by_key(|id| self.comments[*id].date.map_or(i64::MAX, |date| date.unix_seconds(&self.zone)));
        ids.into_iter().cloned().collect()
    }

    fn list(&self) {
        for id in self.in_order() {
            let comment = &self.comments[&id];
            match self.out.json {
                true => self.out.object(&json!({
                    "id": id, "article": comment.article, "author": comment.author, "date": comment.date,
                    "reply_to": comment.reply_to, "url": comment.url, "text": comment.text,
                })),
                false => self.out.text(&formatted(&id, comment)),
            }
        }
        if self.comments.is_empty() {
            self.out.info("the queue is empty");
        }
    }

    /// Asks for a decision on each comment.
    fn ask(&mut self) -> Exit {
        let mut exit = Exit::Success;
        for id in self.in_order() {
            self.out.text(&formatted(&id, &self.comments[&id]));
            let decision = loop {
                self.out.text("publish it? [y]es, [n]o, [s]kip, [q]uit: ");
                let _ = std::io::stdout().flush();
                let mut answer = String::new();
                if std::io::stdin().read_line(&mut answer).unwrap_or(0) == 0 {
                    return exit;
                }
                match answer.trim() {
                    "y" | "yes" => break Some(ReviewDecision::Approve),
                    "n" | "no" => break Some(ReviewDecision::Reject),
                    "s" | "skip" => break None,
                    "q" | "quit" => return exit,
                    _ => {}
                }
            };
            if let Some(decision) = decision
                && self.decide(&id, decision) != Exit::Success
            {
                exit = Exit::SiteHasErrors;
            }
        }
        self.out.info("the queue is done");
        exit
    }

    fn decide(&mut self, id: &str, decision: ReviewDecision) -> Exit {
        // The id becomes part of a path, so it must be a known one.
        if !self.comments.contains_key(id) {
            let diagnostic = Diagnostic::error("comments", format!("there is no comment `{id}` in the queue"));
            let error = diagnostic.help("`handbill comments review --list` shows those in the queue");
            let error = error.suggest(id, self.comments.keys().map(String::as_str));
            self.out.diagnostics(&[error], |_| None);
            return Exit::SiteHasErrors;
        }
        match self.apply(id, decision) {
            Ok(what) => {
                self.comments.remove(id);
                match self.out.json {
                    true => self.out.object(&json!({ "id": id, "verdict": what })),
                    false => self.out.info(&format!("{what:<9} {id}")),
                }
                Exit::Success
            }
            Err(StoreError::Invalid(reported)) => {
                self.out.diagnostics(&reported, |path| crate::source::text(&self.site, path));
                Exit::SiteHasErrors
            }
            Err(StoreError::Io(reason)) => {
                self.out.error(&reason, None);
                Exit::EnvironmentFailed
            }
        }
    }

    fn apply(&self, id: &str, decision: ReviewDecision) -> Result<&'static str, StoreError> {
        let lock = Lock::take(&self.site).map_err(StoreError::Io)?;
        let from = store::place(&self.site, FOLDER, id);
        let io_error = |path: &Path| {
            let shown = path.display().to_string();
            move |error: std::io::Error| StoreError::Io(format!("`{shown}`: {}", io_error_text(&error)))
        };
        if !from.is_file() {
            return Ok("gone");
        }
        if decision == ReviewDecision::Reject {
            let to = store::place(&self.site, REJECTED, id);
            std::fs::create_dir_all(self.site.join(REJECTED)).map_err(io_error(&to))?;
            std::fs::rename(&from, &to).map_err(io_error(&to))?;
            return Ok("rejected");
        }
        let mut comment = self.comments[id].clone();
        let problem = |message: String, help: &str| {
            let file = format!("{FOLDER}/{id}.yaml");
            let error = Diagnostic::error("comments", message).at(file, crate::diagnostic::Span::Whole).help(help);
            Err(StoreError::Invalid(vec![error]))
        };
        let Some(date) = comment.date else {
            let was = comment.dated.as_deref().unwrap_or_default();
            return problem(
                format!("the date of this comment, `{was}`, is not a time"),
                "write a `date` into its file",
            );
        };
        if let Some(parent) = comment.reply_to.clone() {
            let is_there = store::published(&self.site, &comment.article).iter().any(|comment| comment.id == parent);
            if !is_there && store::place(&self.site, FOLDER, &parent).is_file() {
                return problem(
                    format!("it answers `{parent}`, which is in the queue itself"),
                    "approve that one first",
                );
            }
            // The comment that it answers was rejected or removed.
            comment.reply_to = comment.reply_to.filter(|_| is_there);
        }
        let slug = comment.article.clone();
        if crate::path::Slug::new(&slug).is_err() {
            return problem(format!("no article has the slug `{slug}`"), "write the article's slug into its file");
        }
        let entry = comment.entry(id, date.unix_seconds(&self.zone));
        store::publish(&self.site, &slug, &[entry], &lock)?;
        // If the process dies before this, the next approval finds the comment published and removes the file.
        std::fs::remove_file(&from).map_err(io_error(&from))?;
        Ok("approved")
    }
}

fn formatted(id: &str, comment: &QueuedComment) -> String {
    let date = comment.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
    let answers = comment.reply_to.as_ref().map(|id| format!(", to {id}")).unwrap_or_default();
    let text: String = comment.text.lines().map(|line| format!("    {line}\n")).collect();
    let kept: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let author: String = comment.author.chars().filter(|c| !c.is_control()).collect();
    format!("{id}\n  {author} on {}{answers}, {date}\n{kept}", comment.article)
}
