//! The plan: every file of the output, what makes it, and the queries it needs.
//!
//! Two pages at one address are found here, before anything is rendered.

mod collections;
mod copied_files;
mod feeds;
mod host_rules;
mod issues;
mod listings;
mod next_change;
mod page_kinds;
mod page_meta;
mod redirects;
mod root_files;
mod servers;
mod static_pages;
mod validate;

use std::collections::BTreeSet;

use rayon::prelude::*;

pub use self::feeds::SitemapEntry;
pub use self::next_change::next_change;
pub use self::page_kinds::{PageKind, PageTemplate, TEMPLATES, THEME_CONTRACT};
pub use self::page_meta::{EntryEntity, FeedLink, MainEntity, PageMeta, PageMetaDefaults, PersonEntity};
pub use self::servers::{SERVERS, Server};
use crate::diagnostic::Diagnostic;
use crate::feeds::FeedFormat;
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::site::{InvalidSources, Listing, Query, Site, SourceFile, TextRef};
use crate::theme::Theme;

/// A file of the output.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// Its address.
    pub url: UrlPath,
    /// Its file.
    pub output: OutputPath,
    /// What makes it.
    pub kind: OutputKind,
    /// What it says of itself, for pages that go through templates.
    pub meta: PageMetaSource,
    /// What the structured data of the page describe.
    pub entity: MainEntity,
    /// The queries whose answers it is rendered from, each with the variable of its template.
    pub needs: Vec<(&'static str, Query)>,
    /// The source it comes from, when it comes from one.
    pub source: Option<SourcePath>,
    /// When what it shows last changed, in seconds since 1970-01-01T00:00:00Z, where that is known for certain.
    pub modified: Option<i64>,
}

/// What a page says of itself.
#[derive(Clone, Debug)]
pub enum PageMetaSource {
    /// Nothing: it goes through no template.
    None,
    /// An article's page says it of the article, by its index; worked out when it is asked for, since most pages
    /// are of this kind.
    Article(usize),
    /// What was planned.
    Own(Box<PageMeta>),
}

/// What makes a file.
#[derive(Clone, Debug)]
pub enum OutputKind {
    /// A template.
    Template(PageTemplate),
    /// A feed, of its only answer.
    Feed(&'static FeedFormat),
    /// A sitemap.
    Sitemap(Vec<SitemapEntry>),
    /// A list of sitemaps, by their absolute URLs.
    SitemapIndex(Vec<String>),
    /// A sitemap of recent articles, of its only answer.
    NewsSitemap,
    /// Text as it is.
    Text(String),
    /// A file of the theme, by its name in `assets/`.
    Asset(String),
    /// A source file as it is, but for pictures' metadata.
    Copy(SourcePath),
}

/// Every file of the output, by path.
#[derive(Debug)]
pub struct Plan {
    /// The files.
    pub outputs: Vec<OutputFile>,
}

impl OutputFile {
    /// A file that goes through no template.
    #[must_use]
    pub fn new(url: UrlPath, kind: OutputKind) -> OutputFile {
        OutputFile {
            output: url.output(),
            url,
            kind,
            meta: PageMetaSource::None,
            entity: MainEntity::Page,
            needs: Vec::new(),
            source: None,
            modified: None,
        }
    }
}

impl OutputFile {
    /// The first of the articles that it lists, in the order of the site's; `None` when it lists none.
    #[must_use]
    pub fn first_listed(&self) -> Option<usize> {
        let listed = self.needs.iter().filter_map(|(_, query)| match query {
            Query::Cards(articles) => articles.iter().min().copied(),
            _ => None, // the answers to other queries are not kept as cards are
        });
        listed.min()
    }
}

/// Plans the output. Collisions and links to no page go into `diagnostics`.
///
/// ```
/// # use std::time::SystemTime;
/// # use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
/// # use handbill::digest::Digest;
/// # let program = Digest::of_bytes(b"version 1");
/// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
/// # let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
/// use handbill::plan::{OutputKind, PageKind, plan};
///
/// let mut diagnostics = Vec::new();
/// let (sources, invalid) = (&prepared.parsed.inputs, &prepared.parsed.broken);
/// let plan = plan(&prepared.site, &prepared.theme, sources, invalid, &mut diagnostics);
/// let front = plan.outputs.iter().find(|output| output.url.as_str() == "/").expect("a front page");
/// assert_eq!(front.output.as_str(), "index.html");
/// assert!(matches!(&front.kind, OutputKind::Template(template) if template.kind == PageKind::Front));
/// ```
#[must_use]
pub fn plan(
    site: &Site,
    theme: &Theme,
    inputs: &std::collections::BTreeMap<SourcePath, SourceFile>,
    broken: &InvalidSources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Plan {
    let mut planner = Planner { site, theme, navigation: site.model.navigation(), pages: Vec::new() };
    planner.articles();
    planner.front();
    planner.listings();
    planner.archive();
    planner.static_pages();
    planner.newsletters();
    planner.issues();
    planner.collections();
    planner.corrections();
    planner.not_found();
    planner.sitemaps();
    planner.feeds();
    planner.redirects();
    planner.files(inputs);
    let mut pages = planner.pages;
    pages.par_sort_by(|a, b| a.output.cmp(&b.output));
    let (mut collisions, mut links) = (Vec::new(), Vec::new());
    rayon::join(
        || validate::collisions::check(site, &pages, &mut collisions),
        || validate::root_links::check(site, broken, &pages, &mut links),
    );
    diagnostics.append(&mut collisions);
    diagnostics.append(&mut links);
    Plan { outputs: pages }
}

/// Gathers the pages.
pub(crate) struct Planner<'a> {
    site: &'a Site,
    theme: &'a Theme,
    /// The links of the navigation.
    navigation: BTreeSet<String>,
    pages: Vec<OutputFile>,
}

impl Planner<'_> {
    fn add(&mut self, page: OutputFile) {
        self.pages.push(page);
    }

    /// A page that goes through the template of its kind, with those of the needs that the template names.
    fn page(&self, url: UrlPath, head: PageMeta, needs: Vec<(&'static str, Query)>) -> OutputFile {
        self.page_with(None, url, head, needs)
    }

    /// The same with another template of the site.
    fn page_with(
        &self,
        template: Option<&str>,
        url: UrlPath,
        head: PageMeta,
        mut needs: Vec<(&'static str, Query)>,
    ) -> OutputFile {
        let section =
            self.site.model.config.sections.iter().position(|section| Some(&*section.id) == head.section.as_deref());
        let link = self.navigation.get(&head.url).cloned();
        needs.push(("here", Query::Here(section, link)));
        let page = self.page_of(url, PageTemplate::named(head.kind, template), needs);
        OutputFile { meta: PageMetaSource::Own(Box::new(head)), ..page }
    }

    fn page_of(&self, url: UrlPath, template: PageTemplate, needs: Vec<(&'static str, Query)>) -> OutputFile {
        let none = BTreeSet::new();
        let wants = self.theme.used_variables.get(&*template.name).unwrap_or(&none);
        let needs = needs.into_iter().filter(|(name, _)| wants.contains(*name)).collect();
        OutputFile { needs, ..OutputFile::new(url, OutputKind::Template(template)) }
    }

    fn articles(&mut self) {
        let site = self.site;
        let latest = self.latest_count();
        let related = site.model.config.listing.related.unwrap_or_else(|| site.theme.list_size("related", 3));
        let pages: Vec<OutputFile> = (0..site.model.articles.len())
            .into_par_iter()
            .map(|index| {
                let article = &site.model.articles[index];
                // An article among the latest is not offered to its own readers.
                let except = (index <= latest).then_some(index);
                let needs = vec![
                    ("article", Query::Article(index)),
                    ("content", Query::Content(TextRef(article.document.path.clone()))),
                    ("series", Query::Series(index)),
                    ("related", Query::Related(index, related)),
                    ("latest", Query::Latest(latest, except)),
                    ("comments", Query::Comments(index)),
                    ("newsletter", self.offered(site.model.newsletter_for(article), &article.url)),
                    ("promos", Query::Promos),
                    ("here", Query::Here(Some(article.section), None)),
                ];
                let mut page = self.page_of(article.url.clone(), PageKind::Article.into(), needs);
                page.meta = PageMetaSource::Article(index);
                page.source = Some(article.document.path.clone());
                page.modified = Some(article.updated.unwrap_or(article.date).max(article.date));
                page
            })
            .collect();
        self.pages.extend(pages);
    }

    /// The list offered on a page where this one is named.
    fn offered(&self, named: Option<String>, page: &UrlPath) -> Query {
        let source = self.site.model.source_of(named.as_deref(), page);
        Query::Newsletter(named, source)
    }

    fn latest(&self) -> Query {
        Query::Latest(self.latest_count(), None)
    }

    /// The settings' number, else the theme's.
    fn latest_count(&self) -> usize {
        self.site.model.config.listing.latest.unwrap_or_else(|| self.site.theme.list_size("latest", 5))
    }

    /// How many pages a listing has.
    fn count(&self, listing: &Listing) -> usize {
        self.site.listing(listing).len().div_ceil(self.site.model.config.listing.page_size).max(1)
    }
}
