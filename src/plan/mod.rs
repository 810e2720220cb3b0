//! The plan: every [`OutputFile`] with its kind, its metadata and the queries that it is rendered from.
//!
//! Nothing is read or rendered here. Collisions of URLs and root-relative links to no file are reported when the plan is
//! complete, before anything is rendered.

mod collections;
mod copied_files;
mod deploy_phase;
mod feeds;
mod host_rules;
mod issues;
mod listings;
mod next_change;
mod page_kinds;
mod page_meta;
mod pictures;
mod redirects;
mod root_files;
mod servers;
mod social_cards;
mod static_pages;
mod validate;

use std::collections::BTreeSet;

use rayon::prelude::*;

pub use self::deploy_phase::DeployPhase;
pub use self::feeds::SitemapEntry;
pub(crate) use self::host_rules::{CACHE_IMMUTABLE, CACHE_SHORT};
pub use self::next_change::next_change;
pub use self::page_kinds::{PageKind, PageTemplate, TEMPLATES, THEME_CONTRACT};
pub use self::page_meta::{EntryEntity, FeedLink, MainEntity, PageMeta, PageMetaDefaults, PersonEntity};
pub use self::pictures::{Pictures, PlannedRendition};
pub use self::servers::{SERVERS, Server};
pub use self::social_cards::SocialCard;
use crate::diagnostic::Diagnostic;
use crate::feeds::FeedFormat;
use crate::path::{OutputLayout, OutputPath, SourcePath, UrlPath};
use crate::site::{InvalidSources, Listing, Query, Site, SourceFile, TextRef};
use crate::theme::Theme;

/// A planned file of the output.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// The URL of the file.
    pub url: UrlPath,
    /// The path of the file in the output folder.
    pub output: OutputPath,
    /// The kind of the file, with the data that only this kind has.
    pub kind: OutputKind,
    /// The source of the page metadata; `None` for files without a template.
    pub meta: PageMetaSource,
    /// The entity that the page's structured data describe in addition to the page.
    pub entity: MainEntity,
    /// The queries whose answers the file is rendered from, each with the name of its variable in the template.
    pub needs: Vec<(&'static str, Query)>,
    /// The source that the file is made from; `None` for listings and generated files.
    pub source: Option<SourcePath>,
    /// The time of the last change of the file's content in Unix seconds; `None` when it is unknown.
    pub modified: Option<i64>,
}

/// The source of a page's metadata.
#[derive(Clone, Debug)]
pub enum PageMetaSource {
    /// A file without a template has no metadata.
    None,
    /// The article with this index in the site. Most pages are articles', so their metadata are computed when they are
    /// rendered, not kept in the plan.
    Article(usize),
    /// The metadata in the plan.
    Own(Box<PageMeta>),
}

/// The kind of an output file, which determines how its bytes are made.
#[derive(Clone, Debug)]
pub enum OutputKind {
    /// A page, rendered by this template.
    Template(PageTemplate),
    /// A feed in this format, written from the answer to the file's only query.
    Feed(&'static FeedFormat),
    /// A sitemap of these entries.
    Sitemap(Vec<SitemapEntry>),
    /// An index of sitemaps, by their absolute URLs.
    SitemapIndex(Vec<String>),
    /// A news sitemap, written from the answer to the file's only query.
    NewsSitemap,
    /// A text file with this content.
    Text(String),
    /// An asset of the theme, by its name in `assets/`.
    Asset(String),
    /// A copy of a source file; private metadata of images are removed.
    Copy(SourcePath),
}

/// The plan of a site's output.
#[derive(Debug)]
pub struct Plan {
    /// All files of the output but the variants of pictures, sorted by path.
    pub outputs: Vec<OutputFile>,
    /// The pictures that texts show, with all renditions that pages may name.
    pub pictures: Pictures,
}

impl OutputFile {
    /// Returns a file of this kind without metadata, queries and source.
    #[must_use]
    pub fn new(url: UrlPath, kind: OutputKind) -> OutputFile {
        OutputFile {
            output: url.output(OutputLayout::Folders),
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
    /// Returns the layout by which the file's path comes from its URL; the default where it makes no difference.
    #[must_use]
    pub fn layout(&self) -> OutputLayout {
        let is_page = self.url.as_str().ends_with('/');
        if is_page && self.output != self.url.output(OutputLayout::Folders) {
            OutputLayout::Files
        } else {
            OutputLayout::Folders
        }
    }

    /// Returns the smallest index of the articles whose cards the file shows; `None` when it shows none.
    #[must_use]
    pub fn first_listed(&self) -> Option<usize> {
        let listed = self.needs.iter().filter_map(|(_, query)| match query {
            Query::Cards(articles) => articles.iter().min().copied(),
            _ => None, // only cards are cached by article
        });
        listed.min()
    }
}

/// Plans all files of the output. Collisions of URLs and root-relative links that lead to no output file go into
/// `diagnostics`.
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
/// let (sources, invalid) = (&prepared.parsed.sources, &prepared.parsed.invalid);
/// let plan = plan(&prepared.site, &prepared.theme, sources, invalid, &mut diagnostics);
/// let front = plan.outputs.iter().find(|output| output.url.as_str() == "/").expect("a front page");
/// assert_eq!(front.output.as_str(), "index.html");
/// assert!(matches!(&front.kind, OutputKind::Template(template) if template.kind == PageKind::FrontPage));
/// ```
#[must_use]
pub fn plan(
    site: &Site,
    theme: &Theme,
    sources: &std::collections::BTreeMap<SourcePath, SourceFile>,
    invalid: &InvalidSources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Plan {
    let mut planner = Planner { site, theme, navigation: site.model.navigation(), pages: Vec::new() };
    planner.articles();
    planner.front_page();
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
    planner.files(sources);
    let mut pages = planner.pages;
    let layout = site.model.config.urls;
    if !layout.is_default() {
        pages.par_iter_mut().for_each(|page| page.output = page.url.output(layout));
    }
    pages.par_sort_by(|a, b| a.output.cmp(&b.output));
    let (mut collisions, mut links) = (Vec::new(), Vec::new());
    rayon::join(
        || validate::collisions::check(site, &pages, &mut collisions),
        || validate::root_links::check(site, invalid, &pages, &mut links),
    );
    diagnostics.append(&mut collisions);
    diagnostics.append(&mut links);
    let pictures = Pictures::of(site, &pages);
    Plan { outputs: pages, pictures }
}

/// Collects the output files of a site.
pub(crate) struct Planner<'a> {
    site: &'a Site,
    theme: &'a Theme,
    /// The URLs that the navigation links to, which templates mark on the page itself.
    navigation: BTreeSet<String>,
    pages: Vec<OutputFile>,
}

impl Planner<'_> {
    fn add(&mut self, page: OutputFile) {
        self.pages.push(page);
    }

    /// Returns a page that is rendered by the template of its kind, with the queries whose variables the template uses.
    fn page(&self, url: UrlPath, head: PageMeta, needs: Vec<(&'static str, Query)>) -> OutputFile {
        self.page_with(None, url, head, needs)
    }

    /// Returns a page that is rendered by the template with this name; `None` means that of its kind.
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

    /// Returns a page without metadata. A query whose variable the template does not use is removed, so that its answer
    /// does not change the trace of the page.
    fn page_of(&self, url: UrlPath, template: PageTemplate, needs: Vec<(&'static str, Query)>) -> OutputFile {
        let none = BTreeSet::new();
        let used = self.theme.used_variables.get(&*template.name).unwrap_or(&none);
        let needs = needs.into_iter().filter(|(name, _)| used.contains(*name)).collect();
        OutputFile { needs, ..OutputFile::new(url, OutputKind::Template(template)) }
    }

    /// Plans the page of each article.
    fn articles(&mut self) {
        let site = self.site;
        let latest = self.latest_count();
        let related = site.model.config.listing.related.unwrap_or_else(|| site.theme.list_size("related", 3));
        let pages: Vec<OutputFile> = (0..site.model.articles.len())
            .into_par_iter()
            .map(|index| {
                let article = &site.model.articles[index];
                // An article that is among the latest is not listed on its own page. All other articles share one
                // query, which is answered once.
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

    /// Returns the query for the newsletter offered on a page: the one with the id `named`, else the site's default.
    fn offered(&self, named: Option<String>, page: &UrlPath) -> Query {
        let source = self.site.model.source_of(named.as_deref(), page);
        Query::Newsletter(named, source)
    }

    /// Returns the query for the latest articles.
    fn latest(&self) -> Query {
        Query::Latest(self.latest_count(), None)
    }

    /// Returns the number of latest articles shown beside a text: of the settings, else the theme's list size.
    fn latest_count(&self) -> usize {
        self.site.model.config.listing.latest.unwrap_or_else(|| self.site.theme.list_size("latest", 5))
    }

    /// Returns the number of pages of a listing, at least 1.
    fn count(&self, listing: &Listing) -> usize {
        self.site.listing(listing).len().div_ceil(self.site.model.config.listing.page_size).max(1)
    }
}
