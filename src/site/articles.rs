//! Which articles are published at the build's clock, and which are held back and until when.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{SiteInputs, SourceFile};
use crate::config::Config;
use crate::content::ParsedSource;
use crate::content::document::{self, Document};
use crate::content::front_matter::{ArticleFrontMatter, Label};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, UrlPath};
use crate::time::zoned;

/// Which of the articles held back are shown all the same, marked as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncludeUnpublished {
    /// Drafts.
    pub drafts: bool,
    /// Articles whose time has not come.
    pub future: bool,
    /// Issues of newsletters, whatever holds them back, as an email is made before it is sent.
    pub issues: bool,
}

/// A published article in its place.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its file.
    pub document: Arc<Document<ArticleFrontMatter>>,
    /// Its address.
    pub url: UrlPath,
    /// The last part of it.
    pub slug: Slug,
    /// Its section, as an index of the settings' sections.
    pub section: usize,
    /// Publication, in seconds since 1970-01-01T00:00:00Z.
    pub date: i64,
    /// The last substantial change, likewise.
    pub updated: Option<i64>,
    /// What kind of text it is.
    pub label: Label,
    /// Why it would be held back, in a preview.
    pub unpublished_reason: Option<UnpublishedReason>,
}

/// An article that is not published.
#[derive(Clone, Debug)]
pub struct UnpublishedArticle {
    /// Its file.
    pub document: Arc<Document<ArticleFrontMatter>>,
    /// The last part of the address it would have, if it has one.
    pub slug: Option<Slug>,
    /// The address that it would have, if it has one.
    pub url: Option<UrlPath>,
    /// Why.
    pub reason: UnpublishedReason,
}

/// Why an article is held back. Times are in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "state", content = "time")]
pub enum UnpublishedReason {
    /// It says `draft: true`.
    Draft,
    /// Its date is to come.
    Scheduled(i64),
    /// Its embargo ends later.
    Embargoed(i64),
    /// It expired.
    Expired(i64),
}

impl UnpublishedReason {
    /// The word for lists and templates.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            UnpublishedReason::Draft => "draft",
            UnpublishedReason::Scheduled(_) => "scheduled",
            UnpublishedReason::Embargoed(_) => "embargoed",
            UnpublishedReason::Expired(_) => "expired",
        }
    }

    pub(super) fn is_shown(self, preview: IncludeUnpublished) -> bool {
        match self {
            UnpublishedReason::Draft => preview.drafts,
            UnpublishedReason::Scheduled(_) | UnpublishedReason::Embargoed(_) => preview.future,
            UnpublishedReason::Expired(_) => false,
        }
    }
}

/// Why an article is held back at a time; `None` when it is published.
#[must_use]
pub(super) fn reason(front_matter: &ArticleFrontMatter, zone: &TimeZone, clock: i64) -> Option<UnpublishedReason> {
    if front_matter.draft {
        return Some(UnpublishedReason::Draft);
    }
    let at = |when: Option<crate::time::TimeSpec>| when.map(|when| when.unix_seconds(zone));
    if let Some(end) = at(front_matter.embargo).filter(|&end| end > clock) {
        return Some(UnpublishedReason::Embargoed(end.max(front_matter.date.unix_seconds(zone))));
    }
    if let Some(date) = at(Some(front_matter.date)).filter(|&date| date > clock) {
        return Some(UnpublishedReason::Scheduled(date));
    }
    at(front_matter.expires).filter(|&end| end <= clock).map(UnpublishedReason::Expired)
}

/// The articles, sorted.
pub(super) struct ArticlePartition {
    /// The published, the latest first.
    pub(super) articles: Vec<Article>,
    /// Those that are not published, by path.
    pub(super) unpublished: Vec<UnpublishedArticle>,
    /// Those that would be published but for mistakes, by path.
    pub(super) invalid: Vec<Arc<Document<ArticleFrontMatter>>>,
}

/// Sorts the articles.
pub(super) fn partition_by_clock(
    assembly: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> ArticlePartition {
    let SiteInputs { config, sources: inputs, invalid: broken, clock, include: preview, .. } = *assembly;
    let place = |input: &SourceFile| {
        let ParsedSource::Article(document) = &input.parsed else { return None };
        let mut reported = Vec::new();
        let placed = place(document, assembly, zone, &mut reported);
        Some((placed, reported))
    };
    let (mut published, mut unpublished, mut faulty) = (Vec::new(), Vec::new(), Vec::new());
    let all: Vec<&SourceFile> = inputs.values().collect();
    let placed: Vec<(Placed, Vec<Diagnostic>)> = all.into_par_iter().filter_map(place).collect();
    for (placed, reported) in placed {
        diagnostics.extend(reported);
        match placed {
            Placed::Published(article) => published.push(*article),
            Placed::Unpublished(held) => unpublished.push(held),
            Placed::Faulty(document) => faulty.push(document),
        }
    }
    for source in broken.values() {
        let Some(ParsedSource::Article(document)) = source else { continue };
        section(document, config, diagnostics);
        slug(document, diagnostics);
        if reason(&document.front_matter, zone, clock).is_none_or(|reason| reason.is_shown(preview)) {
            faulty.push(Arc::clone(document));
        }
    }
    faulty.sort_by(|a, b| a.path.cmp(&b.path));
    published.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.document.path.cmp(&b.document.path)));
    ArticlePartition { articles: published, unpublished, invalid: faulty }
}

/// Where an article goes.
enum Placed {
    Published(Box<Article>),
    Unpublished(UnpublishedArticle),
    Faulty(Arc<Document<ArticleFrontMatter>>),
}

fn place(
    document: &Arc<Document<ArticleFrontMatter>>,
    assembly: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> Placed {
    let SiteInputs { config, clock, include: preview, .. } = *assembly;
    let (section, slug) = (section(document, config, diagnostics), slug(document, diagnostics));
    let date = document.front_matter.date.unix_seconds(zone);
    let held = reason(&document.front_matter, zone, clock);
    if let Some(reason) = held.filter(|reason| !reason.is_shown(preview)) {
        let url = section
            .zip(slug.as_ref())
            .and_then(|(section, slug)| permalink(document, config, section, slug, date, zone, &mut Vec::new()));
        return Placed::Unpublished(UnpublishedArticle { document: Arc::clone(document), slug, url, reason });
    }
    let place = section.zip(slug).and_then(|(section, slug)| {
        Some((permalink(document, config, section, &slug, date, zone, diagnostics)?, section, slug))
    });
    let Some((url, section, slug)) = place else { return Placed::Faulty(Arc::clone(document)) };
    Placed::Published(Box::new(Article {
        url,
        slug,
        section,
        date,
        updated: document.front_matter.updated.map(|when| when.unix_seconds(zone)),
        label: document.front_matter.label.or(config.sections[section].label).unwrap_or(Label::News),
        document: Arc::clone(document),
        unpublished_reason: held,
    }))
}

fn slug(document: &Document<ArticleFrontMatter>, diagnostics: &mut Vec<Diagnostic>) -> Option<Slug> {
    let slug = document::slug(&document.path, &document.front_matter).map_err(|why| {
        let diagnostic = Diagnostic::error("front-matter", why.to_string());
        diagnostics.push(match &document.front_matter.slug {
            None => diagnostic.at(&document.path, Span::Whole).help("give it a `slug`"),
            Some(written) => {
                let near = Slug::slugify(written).map(|slug| format!("write `{slug}`, for example"));
                let help = near.unwrap_or_else(|| "write words in lower case, joined by hyphens".to_owned());
                diagnostic.at(&document.path, Span::value("slug")).help(help)
            }
        });
    });
    slug.ok()
}

fn section(
    document: &Document<ArticleFrontMatter>,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let Some(named) = &document.front_matter.section else { return Some(0) };
    let found = config.sections.iter().position(|section| *section.id == **named);
    if found.is_none() && config.is_invalid("sections") {
        // It may be one of those that could not be read.
        return Some(0);
    }
    if found.is_none() {
        let ids = || config.sections.iter().map(|section| section.id.as_str());
        let diagnostic = Diagnostic::error("front-matter", format!("there is no section `{named}`"))
            .at(&document.path, Span::value("section"))
            .help(format!("site.yaml has {}", ids().collect::<Vec<_>>().join(", ")));
        diagnostics.push(diagnostic.suggest(named, ids()));
    }
    found
}

fn permalink(
    document: &Document<ArticleFrontMatter>,
    config: &Config,
    section: usize,
    slug: &Slug,
    date: i64,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<UrlPath> {
    let at = zoned(date, zone);
    let url = config
        .permalink
        .replace("{section}", &config.sections[section].id)
        .replace("{year}", &format!("{:04}", at.year()))
        .replace("{month}", &format!("{:02}", at.month()))
        .replace("{day}", &format!("{:02}", at.day()))
        .replace("{slug}", slug.as_str());
    UrlPath::new(&url)
        .map_err(|why| {
            let diagnostic = Diagnostic::error("front-matter", why.to_string()).at(&document.path, Span::Whole);
            diagnostics.push(diagnostic.help("give it a shorter or simpler `slug`"));
        })
        .ok()
}
