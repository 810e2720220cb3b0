//! Plans an import: each comment is published, queued, kept without an article, or dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::super::entry::CommentEntry;
use super::super::moderation::queue::QueuedComment;
use super::export::{Export, ImportedComment, ModerationState};
use crate::time::TimeSpec;

/// Where the comments of an export go.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// Entries to append to each article's file, by its slug, in the order of their times.
    pub published: BTreeMap<String, Vec<CommentEntry>>,
    /// Comments for the moderation queue, with their ids.
    pub queued: Vec<(String, QueuedComment)>,
    /// Comments without an article, with their ids; `article` is the URL in the export.
    pub unmatched: Vec<(String, QueuedComment)>,
    /// Number of comments that were imported before.
    pub known: usize,
    /// Number of deleted comments and pingbacks.
    pub deleted: usize,
    /// Number of comments marked as spam.
    pub spam: usize,
    /// What was changed in importing, as sentences.
    pub notes: Vec<String>,
}

/// What planning needs of the site.
pub struct ImportContext<'a> {
    /// Returns the slug of the article that a URL means.
    pub article: &'a dyn Fn(&str) -> Option<String>,
    /// Returns whether an article's file has a comment with an id.
    pub is_published: &'a dyn Fn(&str, &str) -> bool,
    /// Returns whether a comment with an id is queued or rejected.
    pub is_queued: &'a dyn Fn(&str) -> bool,
    /// Name of an author who gave none.
    pub anonymous: &'a str,
}

/// Plans an import. Importing the same export again gives nothing new.
#[must_use]
pub fn plan_import(export: Export, known: &ImportContext<'_>) -> ImportPlan {
    let mut plan = ImportPlan { notes: export.notes, ..ImportPlan::default() };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<(ImportedComment, Option<String>)> = Vec::new();
    for comment in export.comments {
        if seen.contains_key(&comment.id) {
            plan.notes.push(format!("`{}` is in the export twice; the first is taken", comment.id));
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
            ModerationState::Deleted => plan.deleted += 1,
            ModerationState::Spam => plan.spam += 1,
            ModerationState::Approved | ModerationState::Pending => {
                let parent = nearest.of(index, &parents, &is_kept);
                let parent = parent.filter(|parent| all[*parent].1 == *article).map(|parent| &all[parent].0.id);
                if comment.reply_to.is_some() && parent != comment.reply_to.as_ref() {
                    let to = parent.map_or("no other".to_owned(), |id| format!("`{id}`"));
                    plan.notes.push(format!("`{}` answers {to}, since its parent is not imported", comment.id));
                }
                plan.take(comment, article.as_deref(), parent.cloned(), known);
            }
        }
    }
    for entries in plan.published.values_mut() {
        entries.sort_by_key(|entry| entry.date);
    }
    plan
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
            self.notes.push(format!("`{id}` has no text, and is skipped"));
            return;
        }
        let author = comment.author.split_whitespace().collect::<Vec<_>>().join(" ");
        let author = if author.is_empty() { known.anonymous.to_owned() } else { author };
        if let Err(dated) = &comment.date {
            self.notes
                .push(format!("the date of `{id}`, `{dated}`, is not a time: write one into its file in the queue"));
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
                let queued = QueuedComment { article, author, date, dated, reply_to, url, text };
                let is_matched = (known.article)(&comment.article).is_some();
                if is_matched { &mut self.queued } else { &mut self.unmatched }.push((id, queued));
            }
        }
    }
}

/// Finds the nearest ancestor that is imported. Results are stored, so that long threads cost no more than short ones.
#[derive(Default)]
struct Nearest(BTreeMap<usize, Option<usize>>);

impl Nearest {
    /// Returns the nearest imported ancestor; `None` if there is none, or if the replies form a cycle.
    fn of(&mut self, index: usize, parents: &[Option<usize>], is_kept: &dyn Fn(usize) -> bool) -> Option<usize> {
        if is_kept(index) && is_in_cycle(index, parents) {
            return None;
        }
        let mut chain = BTreeSet::new();
        let mut at = parents[index];
        let found = loop {
            match at {
                None => break None,
                Some(current) if is_kept(current) => break Some(current),
                Some(current) if self.0.contains_key(&current) => break self.0[&current],
                Some(current) if !chain.insert(current) => break None,
                Some(current) => at = parents[current],
            }
        };
        self.0.extend(chain.into_iter().map(|step| (step, found)));
        found
    }
}

/// Returns whether a comment answers itself. A cycle is found within as many steps as it has members; cycles longer
/// than any real thread are not detected.
fn is_in_cycle(index: usize, parents: &[Option<usize>]) -> bool {
    let mut at = parents[index];
    for _ in 0..1000 {
        match at {
            None => return false,
            Some(current) if current == index => return true,
            Some(current) => at = parents[current],
        }
    }
    false
}
