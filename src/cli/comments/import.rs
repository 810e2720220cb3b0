//! `handbill comments import`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::output::Output;
use crate::cli::{ClockArgs, Exit, GlobalArgs, options, root};
use crate::comments::articles::Articles;
use crate::comments::import::export;
use crate::comments::import::plan::{ImportContext, ImportPlan, plan_import};
use crate::comments::moderation::queue::FOLDER;
use crate::comments::store::{self, Lock, StoreError, UNMATCHED};
use crate::source::io_error_text;

/// Import the comments of another system
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The export: Disqus XML, WordPress WXR, or Isso's database
    file: PathBuf,
    /// Report what would be imported, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        let shown = self.file.display();
        let Some(articles) = Articles::of(&options(shared, &ClockArgs::default())) else {
            out.error("the site has errors, so its articles are unknown", Some("run `handbill check`"));
            return Exit::SiteHasErrors;
        };
        let bytes = match std::fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) => {
                out.error(&format!("`{shown}` cannot be read: {}", io_error_text(&error)), None);
                return Exit::EnvironmentFailed;
            }
        };
        let mut export = match export::read(&bytes, &articles.zone) {
            Ok(export) => export,
            Err(reason) => {
                out.error(&format!("`{shown}`: {reason}"), Some("export it again, and do not change the file"));
                return Exit::SiteHasErrors;
            }
        };
        let log = PathBuf::from(format!("{shown}-wal"));
        if log.metadata().is_ok_and(|metadata| metadata.len() > 0) {
            export.notes.push(format!("`{}` has changes that are not read: stop Isso first", log.display()));
        }
        // The lock is held from the first read to the last write, so that two processes cannot import the same comment.
        let lock = match Lock::take(&site) {
            Ok(lock) => lock,
            Err(reason) => {
                out.error(&reason, None);
                return Exit::EnvironmentFailed;
            }
        };
        let (system, count) = (export.system, export.comments.len());
        let mut existing: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
        for slug in export.comments.iter().filter_map(|comment| articles.find(&comment.article)) {
            existing
                .entry(slug.clone())
                .or_insert_with(|| store::published(&site, &slug).into_iter().map(|comment| comment.id).collect());
        }
        let plan = plan_import(
            export,
            &ImportContext {
                article: &|address| articles.find(address),
                is_published: &|slug, id| existing.get(slug).is_some_and(|ids| ids.iter().any(|known| known == id)),
                is_queued: &|id| store::is_queued(&site, id),
                anonymous: articles.anonymous,
            },
        );
        let mut exit = Exit::Success;
        if !self.dry_run {
            match write_all(&site, &plan, &lock) {
                Ok(()) => {}
                Err(StoreError::Invalid(diagnostics)) => {
                    out.diagnostics(&diagnostics, |path| crate::source::text(&site, path));
                    exit = Exit::SiteHasErrors;
                }
                Err(StoreError::Io(reason)) => {
                    out.error(&reason, None);
                    exit = Exit::EnvironmentFailed;
                }
            }
        }
        print_summary(system.name(), count, &plan, self.dry_run, out);
        exit
    }
}

/// Writes the planned comments. A file with errors does not stop the others.
fn write_all(site: &std::path::Path, plan: &ImportPlan, lock: &Lock) -> Result<(), StoreError> {
    let mut found = Vec::new();
    // Comments that now have an article are removed from the folder of those without one.
    let mut placed: Vec<&String> = plan.queued.iter().map(|(id, _)| id).collect();
    for (slug, entries) in &plan.published {
        match store::publish(site, slug, entries, lock) {
            Err(StoreError::Invalid(mut diagnostics)) => found.append(&mut diagnostics),
            Err(failure) => return Err(failure),
            Ok(_) => placed.extend(entries.iter().map(|entry| &entry.id)),
        }
    }
    for (folder, comments) in [(FOLDER, &plan.queued), (UNMATCHED, &plan.unmatched)] {
        for (id, comment) in comments {
            let path = store::place(site, folder, id);
            store::write(&path, &comment.yaml()).map_err(|error| {
                StoreError::Io(format!("`{}` cannot be written: {}", path.display(), io_error_text(&error)))
            })?;
        }
    }
    for id in placed {
        let _ = std::fs::remove_file(store::place(site, UNMATCHED, id));
    }
    if found.is_empty() { Ok(()) } else { Err(StoreError::Invalid(found)) }
}

fn print_summary(system: &str, count: usize, plan: &ImportPlan, is_dry: bool, out: &Output) {
    let published: usize = plan.published.values().map(Vec::len).sum();
    let (queued, unmatched) = (plan.queued.len(), plan.unmatched.len());
    let mut unmatched_articles: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (_, comment) in &plan.unmatched {
        *unmatched_articles.entry(&comment.article).or_default() += 1;
    }
    if out.json {
        return out.object(&json!({
            "system": system, "comments": count, "published": published, "articles": plan.published.len(),
            "queued": queued, "unmatched": unmatched, "unmatched_articles": unmatched_articles, "known": plan.known,
            "deleted": plan.deleted, "spam": plan.spam, "notes": plan.notes, "dry_run": is_dry,
        }));
    }
    plan.notes.iter().for_each(|note| out.info(&format!("note: {note}")));
    for (address, count) in &unmatched_articles {
        out.info(&format!("no article: {address} ({count})"));
    }
    let would = if is_dry { ", without `--dry-run`" } else { "" };
    out.text(&format!(
        "{count} comments of {system}: {published} published under {} articles, {queued} into the queue, {unmatched} \
         without an article, {} there already, {} deleted, {} spam{would}\n",
        plan.published.len(),
        plan.known,
        plan.deleted,
        plan.spam
    ));
    if unmatched > 0 && !is_dry {
        out.info(&format!(
            "comments without an article are in {UNMATCHED}/; add the URL to the `aliases` of an article, and import again"
        ));
    }
}
