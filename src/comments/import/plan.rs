//! Where each comment of an export goes: under its article, into the queue, among those without an article, or out.

use std::collections::{BTreeMap, BTreeSet};

use super::super::entry::CommentEntry;
use super::super::moderation::queue::QueuedComment;
use super::export::{Export, ImportedComment, ModerationState};
use crate::time::TimeSpec;

/// What becomes of an export.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// What is to stand under each article, by its slug, in the order of writing.
    pub published: BTreeMap<String, Vec<CommentEntry>>,
    /// What is to wait, each with its id.
    pub queued: Vec<(String, QueuedComment)>,
    /// What has no article here, each with its id; `article` is the address that it had.
    pub unmatched: Vec<(String, QueuedComment)>,
    /// How many were there already.
    pub known: usize,
    /// How many were deleted or pingbacks.
    pub deleted: usize,
    /// How many were spam.
    pub spam: usize,
    /// What came otherwise than it was, a sentence each.
    pub notes: Vec<String>,
}

/// What is known of the site.
pub struct ImportContext<'a> {
    /// The slug of the article that an address means.
    pub article: &'a dyn Fn(&str) -> Option<String>,
    /// Whether an article has a comment with this id, in its file.
    pub is_published: &'a dyn Fn(&str, &str) -> bool,
    /// Whether a comment with this id waits, or was rejected.
    pub is_queued: &'a dyn Fn(&str) -> bool,
    /// The name of who gave none.
    pub nobody: &'a str,
}

/// Sorts an export. The same export, settled again with what came of it known, gives nothing.
#[must_use]
pub fn plan_import(export: Export, known: &ImportContext<'_>) -> ImportPlan {
    let mut settled = ImportPlan { notes: export.notes, ..ImportPlan::default() };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<(ImportedComment, Option<String>)> = Vec::new();
    for comment in export.comments {
        if seen.contains_key(&comment.id) {
            settled.notes.push(format!("`{}` is in the export twice; the first is taken", comment.id));
            continue;
        }
        seen.insert(comment.id.clone(), all.len());
        let article = (known.article)(&comment.article);
        all.push((comment, article));
    }
    let is_kept = |index: usize| {
        let (comment, article) = &all[index];
        article.is_some() && comment.state == ModerationState::Approved && comment.date.is_ok()
    };
    let parents: Vec<Option<usize>> =
        all.iter().map(|(comment, _)| comment.reply_to.as_ref().and_then(|id| seen.get(id)).copied()).collect();
    let mut nearest = Nearest::default();
    for index in 0..all.len() {
        let (comment, article) = &all[index];
        match comment.state {
            ModerationState::Deleted => settled.deleted += 1,
            ModerationState::Spam => settled.spam += 1,
            ModerationState::Approved | ModerationState::Pending => {
                let parent = nearest.of(index, &parents, &is_kept);
                let parent = parent.filter(|parent| all[*parent].1 == *article).map(|parent| &all[parent].0.id);
                if comment.reply_to.is_some() && parent != comment.reply_to.as_ref() {
                    let to = parent.map_or("no other".to_owned(), |id| format!("`{id}`"));
                    settled.notes.push(format!("`{}` answers {to}, since what it answered does not come", comment.id));
                }
                settled.take(comment, article.as_deref(), parent.cloned(), known);
            }
        }
    }
    for entries in settled.published.values_mut() {
        entries.sort_by_key(|entry| entry.date);
    }
    settled
}

impl ImportPlan {
    fn take(
        &mut self,
        comment: &ImportedComment,
        article: Option<&str>,
        reply_to: Option<String>,
        known: &ImportContext<'_>,
    ) {
        let id = comment.id.clone();
        if article.is_some_and(|slug| (known.is_published)(slug, &id)) || (known.is_queued)(&id) {
            self.known += 1;
            return;
        }
        if comment.text.trim().is_empty() {
            self.notes.push(format!("`{id}` has no text, and is left out"));
            return;
        }
        let author = comment.author.split_whitespace().collect::<Vec<_>>().join(" ");
        let author = if author.is_empty() { known.nobody.to_owned() } else { author };
        if let Err(dated) = &comment.date {
            self.notes.push(format!("`{id}` is dated `{dated}`, which is no time: it waits until somebody writes one"));
        }
        let (text, url) = (comment.text.clone(), comment.url.clone());
        match (article, &comment.date, comment.state) {
            (Some(slug), Ok(date), ModerationState::Approved) => {
                let entry = CommentEntry { id, author, date: *date, text, reply_to, url };
                self.published.entry(slug.to_owned()).or_default().push(entry);
            }
            _ => {
                let date = comment.date.as_ref().ok().map(|seconds| TimeSpec::Instant(*seconds));
                let dated = comment.date.as_ref().err().cloned();
                let article = article.unwrap_or(&comment.article).to_owned();
                let waiting = QueuedComment { article, author, date, dated, reply_to, url, text };
                let is_matched = (known.article)(&comment.article).is_some();
                if is_matched { &mut self.queued } else { &mut self.unmatched }.push((id, waiting));
            }
        }
    }
}

/// The nearest ancestors that are kept; each is looked for once, so that long threads cost no more than short ones.
#[derive(Default)]
struct Nearest(BTreeMap<usize, Option<usize>>);

impl Nearest {
    /// `None` also where answers lead round in a circle.
    fn of(&mut self, index: usize, parents: &[Option<usize>], is_kept: &dyn Fn(usize) -> bool) -> Option<usize> {
        if is_kept(index) && leads_round(index, parents) {
            return None;
        }
        let mut way = BTreeSet::new();
        let mut at = parents[index];
        let found = loop {
            match at {
                None => break None,
                Some(here) if is_kept(here) => break Some(here),
                Some(here) if self.0.contains_key(&here) => break self.0[&here],
                Some(here) if !way.insert(here) => break None,
                Some(here) => at = parents[here],
            }
        };
        self.0.extend(way.into_iter().map(|step| (step, found)));
        found
    }
}

/// Whether a comment answers itself in the end. A circle is met within as many steps as it has members; of longer
/// ones than any thread has, nothing is said.
fn leads_round(index: usize, parents: &[Option<usize>]) -> bool {
    let mut at = parents[index];
    for _ in 0..1000 {
        match at {
            None => return false,
            Some(here) if here == index => return true,
            Some(here) => at = parents[here],
        }
    }
    false
}
