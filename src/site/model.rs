//! [`SiteModel`]: what the site has and publishes at the build's clock. It knows the URLs of pages, but not the targets
//! of links, which [`UrlIndex`](super::UrlIndex) resolves.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::articles::{self, Article, ArticlePartition};
use super::entries::{self, Entry};
use super::inputs::{SiteInputs, SourceFile};
use super::issues::{self, Issue};
use super::newsletters::{self, Newsletter};
use super::published::partition_by_clock;
use super::static_pages::{self, StaticPage};
use super::terms::Terms;
use super::texts::TextParts;
use super::unpublished::UnpublishedText;
use crate::config::{BaseUrl, Config, Promo};
use crate::content::ParsedSource;
use crate::content::comment::Comment;
use crate::content::front_matter::{CommentsState, Extra};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::providers::comments::CommentProvider;
use crate::providers::hosts::Target;
use crate::time::TimeSpec;

/// What the site has and publishes.
pub struct SiteModel {
    /// The settings.
    pub config: Config,
    /// The base URL in its parts.
    pub base: BaseUrl,
    /// The site's time zone.
    pub zone: TimeZone,
    /// The build's clock, in seconds since 1970-01-01T00:00:00Z.
    pub clock: i64,
    /// Published articles, the latest first.
    pub articles: Vec<Article>,
    /// Sections, topics, authors and series.
    pub terms: Terms,
    /// Published static pages, by path.
    pub pages: Vec<StaticPage>,
    /// Newsletters, by their key `order`.
    pub newsletters: Vec<Newsletter>,
    /// Published issues of newsletters, the latest first.
    pub issues: Vec<Issue>,
    /// Published entries, by collection and in its order.
    pub entries: Vec<Entry>,
    /// Unpublished articles, static pages, issues and entries, those of each kind by path.
    pub unpublished: Vec<UnpublishedText>,
    /// Files of articles with errors that would be published otherwise, by path.
    pub(super) invalid_articles: Vec<SourcePath>,
    /// Ids of newsletters whose file has errors.
    invalid_newsletters: Vec<String>,
    /// The provider of comments.
    pub comment_provider: CommentProvider,
    /// The hosts to which the site is deployed.
    pub targets: Vec<Target>,
    /// Comments by the slug of their article, in the order of their file.
    pub comments: BTreeMap<String, Vec<Comment>>,
    /// Data files by name.
    pub data: BTreeMap<String, Extra>,
}

impl SiteModel {
    /// Gathers the model from the sources. Errors that only show with all files at hand go into `diagnostics`.
    pub(super) fn gather(inputs: &SiteInputs<'_>, diagnostics: &mut Vec<Diagnostic>) -> SiteModel {
        let SiteInputs { config, sources, clock, .. } = *inputs;
        let zone = config.zone();
        let ArticlePartition { articles, unpublished: unpublished_articles, invalid } =
            articles::partition_by_clock(inputs, &zone, diagnostics);
        let (pages, unpublished_pages) = partition_by_clock(
            inputs,
            &zone,
            |source| if let ParsedSource::Page(page) = source { Some(page) } else { None },
            static_pages::page_url,
            diagnostics,
        );
        let newsletters = newsletters::newsletters(inputs, diagnostics);
        let (issues, unpublished_issues) = issues::partition_by_clock(inputs, &newsletters, &zone, diagnostics);
        let (entries, unpublished_entries) = entries::entries(inputs, &zone, diagnostics);
        SiteModel {
            terms: Terms::gather(inputs, &zone, &articles, &entries, &invalid, diagnostics),
            data: data(sources, diagnostics),
            comments: comments(sources),
            comment_provider: config.comments.provider.provider(&mut Vec::new()),
            targets: config.targets(&mut Vec::new()),
            unpublished: [unpublished_articles, unpublished_pages, unpublished_issues, unpublished_entries].concat(),
            invalid_articles: invalid.iter().map(|document| document.path.clone()).collect(),
            invalid_newsletters: newsletters::invalid_ids(inputs, &newsletters),
            base: config.base(),
            config: config.clone(),
            zone,
            clock,
            articles,
            pages,
            newsletters,
            issues,
            entries,
        }
    }

    /// Returns all texts that have a page of their own: those of each kind in its order, articles first.
    pub(super) fn texts(&self) -> Vec<Vec<TextParts<'_>>> {
        let SiteModel { articles, pages, newsletters, issues, entries, terms, .. } = self;
        let mut texts: Vec<Vec<TextParts<'_>>> = vec![
            articles.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)).collect(),
            pages.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)).collect(),
            newsletters.iter().map(|one| (one.document.clone() as _, &one.url, None)).collect(),
            issues.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)).collect(),
            entries.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)).collect(),
        ];
        let of_terms = terms.kinds();
        texts.extend(
            of_terms.map(|of_kind| {
                of_kind.filter_map(|term| Some((term.file.shared_document()?, &term.url, None))).collect()
            }),
        );
        texts
    }

    /// Returns whether, and how, readers may comment on an article.
    #[must_use]
    pub fn comments_state(&self, article: &Article) -> CommentsState {
        match self.comment_provider {
            CommentProvider::None => CommentsState::Off,
            CommentProvider::Files | CommentProvider::Embedded(_) => {
                article.document.front_matter.comments.unwrap_or(self.config.comments.default)
            }
        }
    }

    /// Returns the comments on an article, the oldest first.
    #[must_use]
    pub fn comments_of(&self, article: &Article) -> &[Comment] {
        self.comments.get(article.slug.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of comments on an article; `None` if it has none or does not show them.
    #[must_use]
    pub fn comment_count(&self, article: &Article) -> Option<usize> {
        match self.comments_state(article) {
            CommentsState::Off => None,
            CommentsState::Open | CommentsState::Closed => {
                Some(self.comments_of(article).len()).filter(|count| *count > 0)
            }
        }
    }

    /// Returns the latest comments of all articles, the latest first: the time in Unix seconds, the index of the
    /// article, and the comment.
    #[must_use]
    pub fn latest_comments(&self, count: usize) -> Vec<(i64, usize, &Comment)> {
        let mut latest: Vec<(i64, usize, &Comment)> = Vec::new();
        for (index, article) in self.articles.iter().enumerate() {
            if self.comment_count(article).is_some() {
                let comments = self.comments_of(article).iter();
                latest.extend(comments.map(|comment| (comment.date.unix_seconds(&self.zone), index, comment)));
            }
        }
        latest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| a.2.id.cmp(&b.2.id)));
        latest.truncate(count);
        latest
    }

    /// Returns the promos that are shown at the build's clock, each with its index in the settings.
    pub fn active_promos(&self) -> impl Iterator<Item = (usize, &Promo)> {
        let at = |when: Option<TimeSpec>| when.map(|when| when.unix_seconds(&self.zone));
        self.config.promos.iter().enumerate().filter(move |(_, promo)| {
            at(promo.starts).is_none_or(|start| start <= self.clock)
                && at(promo.ends).is_none_or(|end| end > self.clock)
        })
    }

    /// Returns whether a newsletter has a file, but one with errors.
    pub(super) fn has_invalid_newsletter(&self, id: &str) -> bool {
        self.invalid_newsletters.iter().any(|invalid| invalid == id)
    }

    /// Returns whether the site has a newsletter, be it one with errors.
    pub(super) fn has_any_newsletter(&self) -> bool {
        !self.newsletters.is_empty() || !self.invalid_newsletters.is_empty()
    }

    /// Returns the newsletter offered on a page: the one with the id `named`, else the site's default, else the first.
    /// `None` if there is no such newsletter.
    #[must_use]
    pub fn newsletter(&self, named: Option<&str>) -> Option<&Newsletter> {
        let id = named.or(self.config.newsletters.default.as_deref());
        match id {
            Some(id) => self.newsletters.iter().find(|newsletter| newsletter.id == id),
            None => self.newsletters.first(),
        }
    }

    /// Returns the id of the newsletter that an article or its section names; `None` if neither does.
    #[must_use]
    pub fn newsletter_for(&self, article: &Article) -> Option<String> {
        let section = &self.config.sections[article.section];
        article.document.front_matter.newsletter.clone().or_else(|| section.newsletter.clone()).map(String::from)
    }
}

fn comments(sources: &BTreeMap<SourcePath, SourceFile>) -> BTreeMap<String, Vec<Comment>> {
    let files = sources.iter().filter_map(|(path, source)| match &source.parsed {
        ParsedSource::Comments(comments) => Some((path.stem().to_owned(), comments.clone())),
        _ => None, // no other source has comments
    });
    files.collect()
}

/// Returns the data files by name, from all folders. Two files of the same name are reported.
fn data(sources: &BTreeMap<SourcePath, SourceFile>, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Extra> {
    let mut named: BTreeMap<&str, &SourcePath> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (path, source) in sources {
        let ParsedSource::Data(data) = &source.parsed else { continue };
        if let Some(other) = named.insert(path.stem(), path) {
            let message = format!("`{other}` and `{path}` are both `site.data.{}`", path.stem());
            let diagnostic = Diagnostic::error("data", message).at(path, Span::Whole);
            diagnostics.push(diagnostic.help("give one of them another name: folders are not part of the name"));
        }
        all.insert(path.stem().to_owned(), data.clone());
    }
    all
}
