//! Splits the articles into published and unpublished ones at the build's clock.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::inputs::{SiteInputs, SourceFile};
use super::permalinks::PermalinkParts;
use super::terms::unknown_section;
use super::unpublished::{UnpublishedReason, UnpublishedText};
use crate::config::Config;
use crate::content::ParsedSource;
use crate::content::any_document::AnyDocument;
use crate::content::document::{self, Document};
use crate::content::front_matter::Label;
use crate::content::kinds::ArticleFrontMatter;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, UrlPath};

/// A published article with its URL and section.
#[derive(Clone, Debug)]
pub struct Article {
    /// The parsed file.
    pub document: Arc<Document<ArticleFrontMatter>>,
    /// The URL of its page.
    pub url: UrlPath,
    /// The last segment of the URL.
    pub slug: Slug,
    /// The section, as an index into the settings' sections.
    pub section: usize,
    /// The publication time in Unix seconds.
    pub date: i64,
    /// The time of the last substantial change in Unix seconds.
    pub updated: Option<i64>,
    /// The label: the article's, else its section's, else news.
    pub label: Label,
    /// Why readers do not see it yet, when unpublished articles are included; `None` when it is published.
    pub unpublished_reason: Option<UnpublishedReason>,
}

/// The articles by state.
pub(super) struct ArticlePartition {
    /// The published articles, the latest first.
    pub(super) articles: Vec<Article>,
    /// The unpublished articles, by path.
    pub(super) unpublished: Vec<UnpublishedText>,
    /// Articles with errors that would be published otherwise, by path.
    pub(super) invalid: Vec<Arc<Document<ArticleFrontMatter>>>,
}

/// Partitions the articles by the clock. Invalid slugs, sections and permalinks go into `diagnostics`.
pub(super) fn partition_by_clock(
    inputs: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> ArticlePartition {
    let SiteInputs { config, sources, invalid: invalid_sources, clock, include, .. } = *inputs;
    let place = |source: &SourceFile| {
        let ParsedSource::Article(document) = &source.parsed else { return None };
        let mut reported = Vec::new();
        let placed = place(document, inputs, zone, &mut reported);
        Some((placed, reported))
    };
    let (mut published, mut unpublished, mut invalid) = (Vec::new(), Vec::new(), Vec::new());
    let all: Vec<&SourceFile> = sources.values().collect();
    let placed: Vec<(Placed, Vec<Diagnostic>)> = all.into_par_iter().filter_map(place).collect();
    for (placed, reported) in placed {
        diagnostics.extend(reported);
        match placed {
            Placed::Published(article) => published.push(*article),
            Placed::Unpublished(text) => unpublished.push(text),
            Placed::Invalid(document) => invalid.push(document),
        }
    }
    for source in invalid_sources.values() {
        let Some(ParsedSource::Article(document)) = source else { continue };
        section(document, config, diagnostics);
        slug(document, diagnostics);
        if UnpublishedReason::of(&document.keys(), zone, clock).is_none_or(|reason| reason.is_shown(include)) {
            invalid.push(Arc::clone(document));
        }
    }
    invalid.sort_by(|a, b| a.path.cmp(&b.path));
    published.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.document.path.cmp(&b.document.path)));
    ArticlePartition { articles: published, unpublished, invalid }
}

/// The state of an article.
enum Placed {
    Published(Box<Article>),
    Unpublished(UnpublishedText),
    Invalid(Arc<Document<ArticleFrontMatter>>),
}

fn place(
    document: &Arc<Document<ArticleFrontMatter>>,
    inputs: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> Placed {
    let SiteInputs { config, clock, include, .. } = *inputs;
    let (section, slug) = (section(document, config, diagnostics), slug(document, diagnostics));
    let date = document.front_matter.date.unix_seconds(zone);
    let unpublished_reason = UnpublishedReason::of(&document.keys(), zone, clock);
    if let Some(reason) = unpublished_reason.filter(|reason| !reason.is_shown(include)) {
        let url = section
            .zip(slug.as_ref())
            .and_then(|(section, slug)| permalink(document, config, section, slug, date, zone, &mut Vec::new()));
        return Placed::Unpublished(UnpublishedText { document: document.clone(), url, reason });
    }
    let parts = section.zip(slug).and_then(|(section, slug)| {
        Some((permalink(document, config, section, &slug, date, zone, diagnostics)?, section, slug))
    });
    let Some((url, section, slug)) = parts else { return Placed::Invalid(Arc::clone(document)) };
    Placed::Published(Box::new(Article {
        url,
        slug,
        section,
        date,
        updated: document.front_matter.updated.map(|when| when.unix_seconds(zone)),
        label: document.front_matter.label.or(config.sections[section].label).unwrap_or(Label::News),
        document: Arc::clone(document),
        unpublished_reason,
    }))
}

fn slug(document: &Document<ArticleFrontMatter>, diagnostics: &mut Vec<Diagnostic>) -> Option<Slug> {
    let slug = document::slug(&document.path, document.front_matter.slug.as_deref()).map_err(|why| {
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
        // It may be a section that could not be read.
        return Some(0);
    }
    if found.is_none() {
        let error = unknown_section(named, config);
        diagnostics.extend(error.map(|error| error.at(&document.path, Span::value("section"))));
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
    let parts = PermalinkParts { section: &config.sections[section].id, slug, date: Some(date), zone };
    parts
        .fill(&config.permalink)
        .map_err(|why| {
            let diagnostic = Diagnostic::error("front-matter", why.to_string()).at(&document.path, Span::Whole);
            diagnostics.push(diagnostic.help("give it a shorter or simpler `slug`"));
        })
        .ok()
}
