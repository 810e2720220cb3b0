//! Feeds and sitemaps.

use serde::Serialize;

use super::{OutputFile, OutputKind, PageMetaSource, Planner};
use crate::content::front_matter::Label;
use crate::feeds::FEED_FORMATS;
use crate::path::UrlPath;
use crate::site::{Article, FeedContent, Listing, Query, Site, SiteModel, Term, TermKind};

/// An entry of a sitemap (sitemaps.org 0.9).
#[derive(Clone, Debug, Serialize)]
pub struct SitemapEntry {
    /// The absolute URL of the page.
    pub location: String,
    /// The time of the page's last change in Unix seconds; `None` when it is unknown.
    pub modified: Option<i64>,
}

/// The largest number of entries in a sitemap (sitemaps.org 0.9).
pub(super) const SITEMAP_ENTRIES: usize = 50_000;

/// The largest number of articles in a news sitemap (Google's extension 0.9).
pub(super) const NEWS_ENTRIES: usize = 1_000;

/// The largest age of an article in a news sitemap, in seconds (Google's extension 0.9).
pub(super) const NEWS_AGE: i64 = 2 * 24 * 60 * 60;

impl Planner<'_> {
    /// Plans the feeds of all articles and of each term except series; of corrections, comments and each newsletter's
    /// issues, if there are any.
    pub(super) fn feeds(&mut self) {
        let site = self.site;
        self.feed(&UrlPath::new("/").expect("the root"), FeedContent::Articles(Listing::All));
        let has_feed = |term: &&Term| term.kind != TermKind::Series && !term.articles.is_empty();
        for term in site.model.terms.iter().filter(has_feed) {
            self.feed(&term.url, FeedContent::Articles(Listing::Term(term.kind, term.id.clone())));
        }
        if !site.model.all_corrections().is_empty() {
            self.feed(&UrlPath::new("/corrections/").expect("plain"), FeedContent::Corrections);
        }
        if site.derived.has_comments {
            self.feed(&comments(), FeedContent::Comments);
        }
        for (index, collection) in site.model.config.collections.values().enumerate() {
            if collection.feed {
                self.feed(&site.model.collection_page(index, 1), FeedContent::Entries(index));
            }
        }
        for newsletter in
            site.model.newsletters.iter().filter(|newsletter| !site.model.issues_of(&newsletter.id).is_empty())
        {
            self.feed(&newsletter.url, FeedContent::Issues(newsletter.id.clone()));
        }
    }

    fn feed(&mut self, page: &UrlPath, of: FeedContent) {
        for format in FEED_FORMATS {
            let needs = vec![("feed", Query::Feed(of.clone()))];
            self.add(OutputFile { needs, ..OutputFile::new(format.url(page), OutputKind::Feed(format)) });
        }
    }

    /// Plans the sitemaps of all pages planned so far, and the news sitemap.
    pub(super) fn sitemaps(&mut self) {
        let entries: Vec<SitemapEntry> = self.pages.iter().filter_map(|page| entry(self.site, page)).collect();
        let parts: Vec<Vec<SitemapEntry>> = entries.chunks(SITEMAP_ENTRIES).map(<[_]>::to_vec).collect();
        let file = |name: &str| UrlPath::new(&format!("/{name}")).expect("plain");
        match parts.len() {
            0 | 1 => self.add(OutputFile::new(file("sitemap.xml"), OutputKind::Sitemap(entries))),
            _ => {
                let mut locations = Vec::new();
                for (index, part) in parts.into_iter().enumerate() {
                    let url = file(&format!("sitemap-{}.xml", index + 1));
                    locations.push(self.site.model.base.absolute(&url));
                    self.add(OutputFile::new(url, OutputKind::Sitemap(part)));
                }
                self.add(OutputFile::new(file("sitemap.xml"), OutputKind::SitemapIndex(locations)));
            }
        }
        let site = self.site;
        let is_news = |article: &Article| {
            let is_recent = article.date > site.model.clock - NEWS_AGE && article.date <= site.model.clock;
            // Google News does not accept sponsored texts.
            is_recent && article.label != Label::Sponsored
        };
        let recent = site
            .model
            .articles
            .iter()
            .enumerate()
            .filter(|(_, article)| is_news(article) && is_indexable(&site.model, article));
        let recent = recent.map(|(index, _)| index).take(NEWS_ENTRIES).collect();
        let needs = vec![("articles", Query::Cards(recent))];
        self.add(OutputFile { needs, ..OutputFile::new(file("news-sitemap.xml"), OutputKind::NewsSitemap) });
    }
}

/// Returns the URL below which the feeds of comments are published. No page has this URL.
pub(super) fn comments() -> UrlPath {
    UrlPath::new("/comments/").expect("plain")
}

/// Returns the entry of a page in the sitemap; `None` for a page that is not to be indexed, has its canonical URL
/// elsewhere, or is not the first page of a listing.
fn entry(site: &Site, page: &OutputFile) -> Option<SitemapEntry> {
    let location = site.model.base.absolute(&page.url);
    let is_listed = match &page.meta {
        PageMetaSource::None => false,
        PageMetaSource::Article(index) => is_indexable(&site.model, &site.model.articles[*index]),
        PageMetaSource::Own(head) => {
            !head.noindex && head.canonical == location && !page.url.as_str().contains("/page/")
        }
    };
    is_listed.then_some(SitemapEntry { location, modified: page.modified })
}

/// Whether search engines should index an article at its URL on this site. An article first published elsewhere is
/// indexed there.
fn is_indexable(model: &SiteModel, article: &Article) -> bool {
    let front_matter = &article.document.front_matter;
    let is_elsewhere = |canonical: &str| canonical != model.base.absolute(&article.url);
    !front_matter.noindex
        && article.unpublished_reason.is_none()
        && !front_matter.canonical_url.as_deref().is_some_and(is_elsewhere)
}
