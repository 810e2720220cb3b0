//! `handbill list`

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::build::time_of;
use super::output::Output;
use super::{ClockArgs, Exit, GlobalArgs, options, root};
use crate::build::{NoObserver, Outcome, PreparedSite, prepare, sort};
use crate::content::any_document::AnyDocument;
use crate::content::{SourceKind, source_kind};
use crate::path::UrlPath;
use crate::site::UnpublishedReason;
use crate::time::{rfc3339, zoned};

/// List the articles and the state of each
#[derive(Debug, Args)]
pub(super) struct List {
    /// The articles to list
    #[arg(value_enum, default_value_t = ArticleFilter::All)]
    which: ArticleFilter,
    #[command(flatten)]
    times: ClockArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ArticleFilter {
    All,
    Published,
    Drafts,
    Scheduled,
    Expired,
}

#[derive(Serialize)]
struct Row {
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
        for row in rows(&planned).into_iter().filter(|row| self.which.takes(row.state)) {
            if out.json {
                out.object(&row);
            } else {
                let until = row.until.map(|until| format!(" until {until}")).unwrap_or_default();
                out.text(&format!("{:<10} {}  {}  {}{until}\n", row.state, &row.date[..10], row.path, row.title));
            }
        }
        if outcome.diagnostics.is_empty() { Exit::Success } else { Exit::SiteHasErrors }
    }
}

impl ArticleFilter {
    fn takes(self, state: &str) -> bool {
        match self {
            ArticleFilter::All => true,
            ArticleFilter::Published => state == "published",
            ArticleFilter::Drafts => state == "draft",
            ArticleFilter::Scheduled => matches!(state, "scheduled" | "embargoed"),
            ArticleFilter::Expired => state == "expired",
        }
    }
}

/// Returns a row for each article, the latest first.
fn rows(planned: &PreparedSite) -> Vec<Row> {
    let site = &planned.site;
    let date = |seconds: i64| rfc3339(&zoned(seconds, &site.model.zone));
    let row = |document: &dyn AnyDocument, reason: Option<UnpublishedReason>, url: Option<&UrlPath>| Row {
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
    let articles = all.filter(|(document, ..)| source_kind(document.path()) == SourceKind::Article);
    let mut rows: Vec<Row> = articles.map(|(document, reason, url)| row(&**document, reason, url)).collect();
    rows.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.path.cmp(&b.path)));
    rows
}
