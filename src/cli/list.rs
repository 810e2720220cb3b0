//! `handbill list`

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::build::time_of;
use super::output::Output;
use super::{ClockArgs, Exit, GlobalArgs, options, root};
use crate::build::{NoObserver, Outcome, PreparedSite, prepare, sort};
use crate::config::Config;
use crate::content::any_document::AnyDocument;
use crate::content::kinds::{CONTENT_KINDS, ContentKind};
use crate::content::{collection_folder, source_kind};
use crate::diagnostic::nearest;
use crate::path::{SourcePath, UrlPath};
use crate::site::UnpublishedReason;
use crate::time::{rfc3339, zoned};

/// List the articles, or texts of another kind, and the state of each
#[derive(Debug, Args)]
pub(super) struct List {
    /// The state of the texts to list
    #[arg(value_enum, default_value_t = StateFilter::All)]
    which: StateFilter,
    /// The kind of texts: article, page, author, topic, series, newsletter, issue, a collection's id, or all
    #[arg(long, value_name = "KIND", default_value = "article")]
    kind: String,
    #[command(flatten)]
    times: ClockArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StateFilter {
    All,
    Published,
    Drafts,
    Scheduled,
    Expired,
}

#[derive(Serialize)]
struct Row {
    kind: String,
    state: &'static str,
    date: String,
    until: Option<String>,
    path: String,
    title: String,
    url: Option<String>,
}

impl List {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let options = options(shared, &self.times);
        let mut outcome = Outcome::default();
        let planned = prepare(&options, &NoObserver, &mut outcome);
        sort(&mut outcome.diagnostics);
        outcome.diagnostics.retain(crate::diagnostic::Diagnostic::is_error);
        let folder = root(shared);
        out.diagnostics(&outcome.diagnostics, |path| crate::source::text(&folder, path));
        let Some(planned) = planned else {
            return if outcome.environment_failed { Exit::EnvironmentFailed } else { Exit::SiteHasErrors };
        };
        let rows = rows(&planned);
        let kinds = kinds(&planned.config);
        if !kinds.contains(&self.kind) {
            let help = match nearest(&self.kind, kinds.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", kinds.join(", ")),
            };
            out.error(&format!("there is no kind of text `{}`", self.kind), Some(&help));
            return Exit::EnvironmentFailed;
        }
        let is_listed = |row: &Row| (self.kind == "all" || row.kind == self.kind) && self.which.takes(row.state);
        for row in rows.into_iter().filter(is_listed) {
            if out.json {
                out.object(&row);
            } else {
                let until = row.until.map(|until| format!(" until {until}")).unwrap_or_default();
                let day = row.date.get(..10).unwrap_or("");
                out.text(&format!("{:<10} {day:<10}  {}  {}{until}\n", row.state, row.path, row.title));
            }
        }
        if outcome.diagnostics.is_empty() { Exit::Success } else { Exit::SiteHasErrors }
    }
}

impl StateFilter {
    fn takes(self, state: &str) -> bool {
        match self {
            StateFilter::All => true,
            StateFilter::Published => state == "published",
            StateFilter::Drafts => state == "draft",
            StateFilter::Scheduled => matches!(state, "scheduled" | "embargoed"),
            StateFilter::Expired => state == "expired",
        }
    }
}

/// Returns the names of the kinds of texts, and `all`.
fn kinds(config: &Config) -> Vec<String> {
    let own = CONTENT_KINDS.iter().filter(|row| row.starter.is_some()).map(|row| row.name.to_owned());
    own.chain(config.collections.keys().cloned()).chain(["all".to_owned()]).collect()
}

/// Returns the kind of a text: a collection's id for an entry.
fn kind_of(config: &Config, path: &SourcePath) -> String {
    if let Some(row) = ContentKind::of(source_kind(path)) {
        return row.name.to_owned();
    }
    let folder = collection_folder(path).unwrap_or_default();
    let mut collections = config.collections.iter();
    collections.find(|(id, collection)| collection.folder(id) == folder).map_or(folder, |(id, _)| id).to_owned()
}

/// Returns a row for each text, the latest first.
fn rows(planned: &PreparedSite) -> Vec<Row> {
    let site = &planned.site;
    let date = |seconds: i64| rfc3339(&zoned(seconds, &site.model.zone));
    let row = |document: &dyn AnyDocument, reason: Option<UnpublishedReason>, url: Option<&UrlPath>| Row {
        kind: kind_of(&planned.config, document.path()),
        state: reason.map_or("published", |reason| reason.word()),
        date: document.keys().date.map(|time| date(time.unix_seconds(&site.model.zone))).unwrap_or_default(),
        until: match reason {
            Some(UnpublishedReason::Scheduled(_) | UnpublishedReason::Embargoed(_)) => {
                reason.and_then(|reason| time_of(reason, &site.model.zone))
            }
            _ => None,
        },
        path: document.path().to_string(),
        title: document.keys().title.to_owned(),
        url: url.map(|url| site.model.base.absolute(url)),
    };
    let published = site.urls.texts().iter().map(|text| (&text.document, text.unpublished_reason, Some(&text.url)));
    let unpublished = site.model.unpublished.iter().map(|text| (&text.document, Some(text.reason), None));
    let all = published.chain(unpublished);
    let mut rows: Vec<Row> = all.map(|(document, reason, url)| row(&**document, reason, url)).collect();
    rows.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.path.cmp(&b.path)));
    rows
}
