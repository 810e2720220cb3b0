//! The issues of newsletters: which are published at the build's clock, each with its URL and its articles.
//!
//! Invariant: an issue lists published articles only, even if its front matter names others.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::inputs::SiteInputs;
use super::unpublished::{UnpublishedReason, UnpublishedText};
use super::views::listing::paginate;
use super::views::view::{IssueView, MenuItem, Pagination};
use super::views::view_tree::ViewTree;
use super::{Newsletter, Site, SiteModel, UrlIndex};
use crate::content::any_document::AnyDocument;
use crate::content::document::{Document, issue_slug};
use crate::content::kinds::IssueFrontMatter;
use crate::content::{ParsedSource, SourceKind};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::path::{Slug, SourcePath, UrlPath};

/// A published issue with its URL.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The source file.
    pub document: Arc<Document<IssueFrontMatter>>,
    /// The id of its newsletter.
    pub newsletter_id: String,
    /// The URL of the issue's page.
    pub url: UrlPath,
    /// The time at which it is sent, in seconds since 1970-01-01T00:00:00Z.
    pub date: i64,
    /// Why readers do not see it yet, when unpublished issues are included; `None` when it is published.
    pub unpublished_reason: Option<UnpublishedReason>,
}

/// Returns the id of the newsletter that an issue's file belongs to: the name of its folder in `content/newsletters/`.
#[must_use]
pub fn newsletter_id_of(path: &SourcePath) -> &str {
    let below = path.as_str().strip_prefix("content/newsletters/").unwrap_or_default();
    below.split('/').next().unwrap_or_default()
}

/// Partitions the issues by the clock into published ones, the latest first, and unpublished ones, by path. Invalid
/// slugs go into `diagnostics`.
pub(super) fn partition_by_clock(
    inputs: &SiteInputs<'_>,
    newsletters: &[Newsletter],
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Issue>, Vec<UnpublishedText>) {
    let SiteInputs { sources, clock, include, .. } = *inputs;
    let (mut published, mut unpublished) = (Vec::new(), Vec::new());
    for source in sources.values() {
        let ParsedSource::Issue(document) = &source.parsed else { continue };
        let date = document.front_matter.date.unix_seconds(zone);
        let unpublished_reason = UnpublishedReason::of(&document.keys(), zone, clock);
        if let Some(reason) = unpublished_reason.filter(|reason| !include.issues && !reason.is_shown(include)) {
            unpublished.push(UnpublishedText { document: document.clone(), url: None, reason });
            continue;
        }
        // Validation reports an issue without a newsletter.
        let Some(newsletter) = newsletters.iter().find(|newsletter| newsletter.id == newsletter_id_of(&document.path))
        else {
            continue;
        };
        let Some(slug) = slug(document, diagnostics) else { continue };
        let url = newsletter.page(slug.as_str());
        published.push(Issue {
            document: Arc::clone(document),
            newsletter_id: newsletter.id.clone(),
            url,
            date,
            unpublished_reason,
        });
    }
    published.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.document.path.cmp(&b.document.path)));
    (published, unpublished)
}

/// Returns the slug of an issue; reports an invalid one and returns `None`.
fn slug(document: &Document<IssueFrontMatter>, diagnostics: &mut Vec<Diagnostic>) -> Option<Slug> {
    let slug = issue_slug(&document.path, &document.front_matter).map_err(|why| {
        let span = if document.front_matter.slug.is_some() { Span::value("slug") } else { Span::Whole };
        let diagnostic = Diagnostic::error("front-matter", why.to_string()).at(&document.path, span);
        diagnostics.push(diagnostic.help("give it a `slug` of words in lower case, joined by hyphens"));
    });
    slug.ok()
}

impl SiteModel {
    /// Returns the issues of a newsletter, the latest first, as indexes of [`SiteModel::issues`].
    #[must_use]
    pub fn issues_of(&self, newsletter_id: &str) -> Vec<usize> {
        (0..self.issues.len()).filter(|&index| self.issues[index].newsletter_id == newsletter_id).collect()
    }

    /// Returns the view of an issue for its page and for listings.
    #[must_use]
    pub fn issue_view<'s>(&'s self, issue: &'s Issue) -> IssueView<'s> {
        let front_matter = &issue.document.front_matter;
        let excerpt = Some(issue.document.analysis.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
        IssueView {
            title: &front_matter.title,
            url: self.base.link(&issue.url),
            permalink: self.base.absolute(&issue.url),
            summary: front_matter.preheader.as_deref().filter(|text| !text.is_empty()).or(excerpt),
            date: self.date(issue.date),
            state: issue.unpublished_reason.map(|reason| reason.word()),
            extra: front_matter.extra.value(),
        }
    }

    /// Returns the title and the link of an issue.
    pub(super) fn issue_link(&self, index: usize) -> ViewTree<'_> {
        let issue = &self.issues[index];
        ViewTree::of(MenuItem { title: &issue.document.front_matter.title, url: self.base.link(&issue.url) })
    }

    /// Returns the pagination of a page of a newsletter's archive, counted from 1, with `size` issues on each page;
    /// `None` for an unknown newsletter.
    pub(super) fn archive_pagination(&self, newsletter_id: &str, number: usize, size: usize) -> Option<Pagination> {
        let newsletter = self.newsletters.iter().find(|known| known.id == newsletter_id)?;
        let total = self.issues_of(&newsletter.id).len();
        Some(paginate(total, number, size, |number| self.base.link(&newsletter.archive_page(number))))
    }
}

impl UrlIndex {
    /// Returns the index of a file in [`SiteModel::issues`]; `None` if it is not a published issue.
    #[must_use]
    pub fn issue(&self, path: &SourcePath) -> Option<usize> {
        self.text(path).filter(|text| text.kind == SourceKind::Issue).map(|text| text.index)
    }

    /// Returns the indexes of the published articles that an issue lists, in its order and without duplicates.
    #[must_use]
    pub fn articles_of(&self, issue: &Issue) -> Vec<usize> {
        let mut articles = Vec::new();
        for written in &issue.document.front_matter.articles {
            let path = written.path(&issue.document.path);
            let index = path.and_then(|path| self.article(&path));
            // Even an unpublished issue, rendered as an email before it is sent, lists published articles only.
            articles.extend(index.filter(|index| !articles.contains(index)));
        }
        articles
    }
}

impl Site {
    /// Returns an issue with the cards of its articles.
    pub(super) fn issue_node(&self, index: usize) -> ViewTree<'_> {
        let issue = &self.model.issues[index];
        let articles = ViewTree::Map(vec![("articles", self.cards().list(&self.urls.articles_of(issue)))]);
        ViewTree::Merged(Box::new(ViewTree::of(self.model.issue_view(issue))), Box::new(articles))
    }
}

/// Checks that the newsletter of an issue exists, and that no article is named twice.
pub(super) fn check(model: &SiteModel, document: &Document<IssueFrontMatter>, diagnostics: &mut Vec<Diagnostic>) {
    let path = &document.path;
    let newsletter_id = newsletter_id_of(path);
    if !model.newsletters.iter().any(|known| known.id == newsletter_id) && !model.has_invalid_newsletter(newsletter_id)
    {
        let near = nearest(newsletter_id, model.newsletters.iter().map(|known| known.id.as_str()));
        let help = match near {
            Some(near) => format!("did you mean the folder `content/newsletters/{near}/`?"),
            None => format!("add `content/newsletters/{newsletter_id}.md`"),
        };
        let message = format!("there is no newsletter `{newsletter_id}` for this issue");
        diagnostics.push(Diagnostic::error("newsletter", message).at(path, Span::Whole).help(help));
    }
    let mut seen = BTreeSet::new();
    for (index, written) in document.front_matter.articles.iter().enumerate() {
        if written.path(path).is_some_and(|file| !seen.insert(file)) {
            let message = format!("`{written}` is named twice");
            let diagnostic = Diagnostic::error("newsletter", message).at(path, Span::item("articles", index));
            diagnostics.push(diagnostic.help("remove one of them"));
        }
    }
}
