//! The plan: every file of the output, what makes it, and the queries it needs.
//!
//! Two pages at one address are found here, before anything is rendered.

mod collisions;
mod feeds;
mod files;
mod head;
mod kinds;
mod listings;
mod redirects;
mod standing;

use std::collections::BTreeSet;

use rayon::prelude::*;

pub use self::feeds::{FEED_FORMATS, FeedFormat, FeedOf, SitemapEntry};
pub use self::head::{FeedLink, Head, absolute, feed_links};
pub use self::kinds::{NEEDS, PageKind, TEMPLATES};
use crate::diagnostic::Diagnostic;
use crate::path::{ContentPath, OutputPath, UrlPath};
use crate::site::{DocumentRef, Input, List, Query, Site};
use crate::theme::Theme;

/// A file of the output.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its address.
    pub url: UrlPath,
    /// Its file.
    pub output: OutputPath,
    /// What makes it.
    pub made: Made,
    /// What it says of itself, for pages that go through templates.
    pub head: Option<Head>,
    /// The variables of its template, each with the query that answers it.
    pub needs: Vec<(&'static str, Query)>,
    /// The source it comes from, when it comes from one.
    pub source: Option<ContentPath>,
    /// When what it shows last changed, in seconds since 1970-01-01T00:00:00Z, where that is known for certain.
    pub modified: Option<i64>,
}

/// What makes a file.
#[derive(Clone, Debug)]
pub enum Made {
    /// A template.
    Template(PageKind),
    /// A feed.
    Feed(FeedFormat, FeedOf),
    /// A sitemap.
    Sitemap(Vec<SitemapEntry>),
    /// A list of sitemaps, by their absolute URLs.
    SitemapIndex(Vec<String>),
    /// A sitemap of recent articles, as indexes.
    NewsSitemap(Vec<usize>),
    /// Text as it is.
    Text(String),
    /// A file of the theme, by its name in `assets/`.
    Asset(String),
    /// A source file as it is, but for pictures' metadata.
    Copy(ContentPath),
}

/// Every file of the output, by path.
#[derive(Debug)]
pub struct Plan {
    /// The files.
    pub pages: Vec<Page>,
}

impl Page {
    /// A file that goes through no template.
    #[must_use]
    pub fn new(url: UrlPath, made: Made) -> Page {
        Page { output: url.output(), url, made, head: None, needs: Vec::new(), source: None, modified: None }
    }
}

/// Plans the output. Collisions and links to no page go into `diagnostics`.
#[must_use]
pub fn plan(
    site: &Site,
    theme: &Theme,
    inputs: &std::collections::BTreeMap<ContentPath, Input>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Plan {
    let mut planner = Planner { site, theme, pages: Vec::new() };
    planner.articles();
    planner.front();
    planner.listings();
    planner.archive();
    planner.standing();
    planner.newsletters();
    planner.corrections();
    planner.not_found();
    planner.sitemaps();
    planner.feeds();
    planner.redirects(diagnostics);
    planner.files(inputs);
    let mut pages = planner.pages;
    pages.par_sort_by(|a, b| a.output.cmp(&b.output));
    collisions::check(&pages, diagnostics);
    collisions::check_links(site, inputs, &pages, diagnostics);
    Plan { pages }
}

/// Gathers the pages.
pub(crate) struct Planner<'a> {
    site: &'a Site,
    theme: &'a Theme,
    pages: Vec<Page>,
}

impl Planner<'_> {
    fn add(&mut self, page: Page) {
        self.pages.push(page);
    }

    /// A page that goes through a template, with those of the needs that the template names.
    fn page(&self, url: UrlPath, head: Head, needs: Vec<(&'static str, Query)>) -> Page {
        let none = BTreeSet::new();
        let kind = head.kind;
        let wants = self.theme.wants.get(kind.template()).unwrap_or(&none);
        let needs = needs.into_iter().filter(|(name, _)| wants.contains(*name)).collect();
        Page { head: Some(head), needs, ..Page::new(url, Made::Template(kind)) }
    }

    fn articles(&mut self) {
        let site = self.site;
        let latest = site.slot("latest", site.config.listing.latest);
        let related = site.slot("related", site.config.listing.related);
        let pages: Vec<Page> = (0..site.articles.len())
            .into_par_iter()
            .map(|index| {
                let article = &site.articles[index];
                // An article among the latest is not offered to its own readers.
                let except = (index <= latest).then_some(index);
                let needs = vec![
                    ("article", Query::Article(index)),
                    ("content", Query::Content(DocumentRef(article.document.path.clone()))),
                    ("series", Query::Series(index)),
                    ("related", Query::Related(index, related)),
                    ("latest", Query::Latest(latest, except)),
                    ("comments", Query::Comments(index)),
                    ("newsletter", Query::Newsletter(site.newsletter_for(article))),
                    ("promos", Query::Promos),
                ];
                let head = Head::of_article(site, index);
                let mut page = self.page(article.url.clone(), head, needs);
                page.source = Some(article.document.path.clone());
                page.modified = Some(article.updated.unwrap_or(article.date).max(article.date));
                page
            })
            .collect();
        self.pages.extend(pages);
    }

    fn offered(&self) -> Query {
        Query::Newsletter(None)
    }

    fn latest(&self) -> Query {
        Query::Latest(self.site.slot("latest", self.site.config.listing.latest), None)
    }

    /// How many pages a listing has.
    fn count(&self, list: &List) -> usize {
        self.site.list(list).len().div_ceil(self.site.config.listing.page_size).max(1)
    }
}
