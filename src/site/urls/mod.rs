//! Where everything is: the address of each source file, what fragments it has, and which files are published
//! beside it.

pub(crate) mod aliases;
pub(crate) mod root_links;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use super::articles::{Article, UnpublishedArticle};
use super::terms::Terms;
use super::urls::aliases::alias;
use super::{ByPath, Issue, Newsletter, SourceFile, StaticPage};
use crate::config::BaseUrl;
use crate::content::ParsedSource;
use crate::content::body::{LinkTarget, TextAnalysis, find_anchor};
use crate::content::document::{self, Document};
use crate::content::front_matter::PageFrontMatter;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, SourcePath, UrlPath, decode_path, encode_path};

/// Where a source file is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlStatus {
    /// At an address.
    At(UrlPath),
    /// Nowhere: it is held back.
    Unpublished,
    /// Its file has errors, so nobody knows.
    Unknown,
}

/// Where everything is.
pub struct UrlIndex {
    base: BaseUrl,
    documents: ByPath<UrlStatus>,
    anchors: ByPath<Arc<[String]>>,
    /// Folders of bundles (`content/articles/2026/mill/`), with their address.
    bundles: BTreeMap<String, UrlStatus>,
    /// Files that can be published as they are, with the size of pictures.
    files: ByPath<Option<(u32, u32)>>,
    /// Published articles, as indexes of the site's.
    articles: ByPath<usize>,
    /// Addresses at which there would be something that is held back, and is nothing else.
    held: HashMap<UrlPath, SourcePath>,
}

/// Where a link or picture leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ResolvedLink<'s> {
    /// To a page, and to a place in it when there is a fragment (without `#`).
    Page(&'s UrlPath, Option<&'s str>),
    /// To an address as it was written, here or elsewhere: the finished link.
    Link(String),
    /// To a file that is published as it is.
    File {
        /// Its address.
        url: UrlPath,
        /// Width and height in pixels, of a picture.
        size: Option<(u32, u32)>,
    },
    /// To something held back, of which not even the address may be told.
    Unpublished,
}

impl ResolvedLink<'_> {
    /// The link, on a site with this base URL; `None` for what is held back.
    #[must_use]
    pub fn link(&self, base: &BaseUrl) -> Option<String> {
        match self {
            ResolvedLink::Page(url, None) => Some(base.link(url)),
            ResolvedLink::Page(url, Some(fragment)) => {
                Some(format!("{}#{}", base.link(url), crate::path::encode_path(fragment)))
            }
            ResolvedLink::Link(link) => Some(link.clone()),
            ResolvedLink::File { url, .. } => Some(base.link(url)),
            ResolvedLink::Unpublished => None,
        }
    }
}

/// Why a link leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// There is no such file.
    NoFile(SourcePath),
    /// The file is there, without such a heading.
    NoFragment(SourcePath, String),
    /// The file is not of a kind that is published.
    NotPublished(SourcePath),
    /// There is no such address.
    NoPage(String),
}

impl UrlIndex {
    /// The addresses of everything but terms, which [`Addresses::complete`] adds.
    pub(super) fn gather(
        base: BaseUrl,
        articles: &[Article],
        unpublished: &[UnpublishedArticle],
        pages: &[StaticPage],
        newsletters: &[Newsletter],
        issues: &[Issue],
    ) -> UrlIndex {
        let mut addresses = UrlIndex {
            base,
            documents: ByPath::default(),
            anchors: ByPath::default(),
            bundles: BTreeMap::new(),
            files: ByPath::default(),
            articles: ByPath::default(),
            held: HashMap::new(),
        };
        for (index, article) in articles.iter().enumerate() {
            addresses.articles.insert(article.document.path.clone(), index);
            addresses.add(&article.document.path, &article.document.analysis, UrlStatus::At(article.url.clone()));
        }
        for held in unpublished {
            addresses.add(&held.document.path, &held.document.analysis, UrlStatus::Unpublished);
            addresses.held.extend(held.url.clone().map(|url| (url, held.document.path.clone())));
        }
        for page in pages {
            addresses.add(&page.document.path, &page.document.analysis, UrlStatus::At(page.url.clone()));
        }
        for newsletter in newsletters {
            let document = &newsletter.document;
            addresses.add(&document.path, &document.analysis, UrlStatus::At(newsletter.url.clone()));
        }
        for issue in issues {
            addresses.add(&issue.document.path, &issue.document.analysis, UrlStatus::At(issue.url.clone()));
        }
        addresses
    }

    /// Adds the terms, then the files, and what is held back for want of a page.
    pub(super) fn complete(&mut self, inputs: &BTreeMap<SourcePath, SourceFile>, terms: &Terms) {
        for term in terms.iter() {
            let Some(path) = term.file.path() else { continue };
            self.documents.insert(path.clone(), UrlStatus::At(term.url.clone()));
            if let Some(analysis) = inputs.get(path).and_then(|source| source.parsed.outline()) {
                self.add_anchors(path, analysis);
            }
        }
        for (path, input) in inputs {
            match &input.parsed {
                ParsedSource::File(size) => {
                    self.files.insert(path.clone(), *size);
                }
                ParsedSource::Headers(_) => {
                    self.files.insert(path.clone(), None);
                }
                _ => {}
            }
            // A page, term or issue that has a file and no page of its own is a draft, or has no articles.
            let text = matches!(
                input.parsed,
                ParsedSource::Page(_)
                    | ParsedSource::Author(_)
                    | ParsedSource::Topic(_)
                    | ParsedSource::Series(_)
                    | ParsedSource::Issue(_)
            );
            if text && !self.documents.contains_key(path) {
                self.hold_back(path);
                if let ParsedSource::Page(document) = &input.parsed {
                    self.held.extend(page_url(document).map(|url| (url, path.clone())));
                }
            }
        }
        self.free_held(inputs);
    }

    /// Forgets the addresses of what is held back that something published has, or leads on from.
    fn free_held(&mut self, inputs: &BTreeMap<SourcePath, SourceFile>) {
        if self.held.is_empty() {
            return;
        }
        let UrlIndex { documents, held, .. } = self;
        documents.values().for_each(|address| {
            if let UrlStatus::At(url) = address {
                held.remove(url);
            }
        });
        let aliases = inputs.iter().flat_map(|(path, input)| match &input.parsed {
            ParsedSource::Article(document) if self.articles.contains_key(path) => {
                document.front_matter.aliases.as_slice()
            }
            ParsedSource::Page(document) if !document.front_matter.draft => document.front_matter.aliases.as_slice(),
            _ => &[],
        });
        for url in aliases.filter_map(|written| alias(written, &self.base).ok()) {
            self.held.remove(&url);
        }
    }

    /// What is held back and would be at an address from the root, decoded: a text, or a file of its bundle.
    #[must_use]
    pub fn unpublished_at(&self, address: &str) -> Option<SourcePath> {
        let at = |address: &str| self.held.get(&UrlPath::new(address).ok()?);
        if self.held.is_empty() {
            return None;
        }
        if let Some(text) = at(address).or_else(|| at(&format!("{address}/"))) {
            return Some(text.clone());
        }
        address.match_indices('/').skip(1).find_map(|(slash, _)| {
            let (above, name) = address.split_at(slash + 1);
            let text = at(above).filter(|text| text.is_bundle())?;
            let file = SourcePath::new(&format!("{}/{name}", text.folder())).ok()?;
            self.files.contains_key(&file).then_some(file)
        })
    }

    /// A text without a page of its own, with its bundle.
    fn hold_back(&mut self, path: &SourcePath) {
        self.documents.insert(path.clone(), UrlStatus::Unpublished);
        if path.is_bundle() {
            self.bundles.insert(format!("{}/", path.folder()), UrlStatus::Unpublished);
        }
    }

    /// Files with errors: links to them are nobody's mistake but theirs.
    pub(super) fn mark_unknown<'p>(&mut self, broken: impl Iterator<Item = &'p SourcePath>) {
        for path in broken {
            self.documents.insert(path.clone(), UrlStatus::Unknown);
            if path.is_bundle() {
                self.bundles.insert(format!("{}/", path.folder()), UrlStatus::Unknown);
            }
        }
    }

    fn add(&mut self, path: &SourcePath, outline: &TextAnalysis, address: UrlStatus) {
        if path.is_bundle() {
            self.bundles.insert(format!("{}/", path.folder()), address.clone());
        }
        self.add_anchors(path, outline);
        self.documents.insert(path.clone(), address);
    }

    fn add_anchors(&mut self, path: &SourcePath, analysis: &TextAnalysis) {
        if !analysis.anchors.is_empty() {
            self.anchors.insert(path.clone(), Arc::clone(&analysis.anchors));
        }
    }

    /// The bundle that a file lies in: its folder and address.
    #[must_use]
    pub fn bundle_of(&self, path: &SourcePath) -> Option<(&str, &UrlStatus)> {
        let mut folder = path.folder();
        while !folder.is_empty() {
            if let Some((key, address)) = self.bundles.get_key_value(&format!("{folder}/")) {
                return Some((key, address));
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        None
    }

    /// Where a file is published that lies beside a text: below its bundle's address; outside of bundles, below
    /// the address of the text that refers to it.
    #[must_use]
    pub fn file_url(&self, path: &SourcePath, owner: &UrlPath) -> Option<UrlPath> {
        let below = |address: &UrlPath, rest: &str| UrlPath::new(&format!("{address}{rest}")).ok();
        match self.bundle_of(path) {
            Some((folder, UrlStatus::At(url))) => below(url, &path.as_str()[folder.len()..]),
            Some((_, UrlStatus::Unpublished | UrlStatus::Unknown)) => None,
            None => below(owner, path.file_name()),
        }
    }

    /// The published article that a file is, as an index of the site's.
    #[must_use]
    pub fn article(&self, path: &SourcePath) -> Option<usize> {
        self.articles.get(path).copied()
    }

    /// The ids that fragments of a file may name, sorted.
    #[must_use]
    pub fn anchors(&self, path: &SourcePath) -> &[String] {
        self.anchors.get(path).map_or(&[], |anchors| anchors)
    }

    /// Whether a path is that of a text, published or not.
    #[must_use]
    pub fn is_document(&self, path: &SourcePath) -> bool {
        self.documents.contains_key(path)
    }

    /// The file that a path most likely misspells: nearly the same path, else the same name elsewhere.
    #[must_use]
    pub fn nearest_file(&self, path: &SourcePath) -> Option<SourcePath> {
        let mut known: Vec<&SourcePath> = self.documents.keys().chain(self.files.keys()).collect();
        known.sort();
        let near = crate::diagnostic::nearest_path(path.as_str(), known.iter().map(|known| known.as_str()));
        let same_name = || known.iter().find(|known| known.file_name() == path.file_name() && !known.is_bundle());
        near.and_then(|near| SourcePath::new(near).ok()).or_else(|| same_name().map(|known| (*known).clone()))
    }

    /// The size of a picture; `None` inside when it is none or of an unknown kind.
    #[must_use]
    pub fn file(&self, path: &SourcePath) -> Option<Option<(u32, u32)>> {
        self.files.get(path).copied()
    }

    /// Where a link or picture leads, written in `file`, which is published at `owner`.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub fn resolve<'s>(
        &'s self,
        target: &'s LinkTarget,
        file: &SourcePath,
        owner: &UrlPath,
    ) -> Result<ResolvedLink<'s>, LinkError> {
        match target {
            LinkTarget::External(url) => Ok(ResolvedLink::Link(url.clone())),
            LinkTarget::Own(_) => Ok(ResolvedLink::Link(String::new())),
            LinkTarget::Fragment(fragment) => Ok(ResolvedLink::Link(format!("#{}", encode_path(fragment)))),
            LinkTarget::Root(written) => self.resolve_root(written),
            LinkTarget::Source(path, fragment) => self.resolve_source(path, fragment.as_deref(), file, owner),
        }
    }

    fn resolve_source<'s>(
        &'s self,
        path: &'s SourcePath,
        fragment: Option<&'s str>,
        file: &SourcePath,
        owner: &UrlPath,
    ) -> Result<ResolvedLink<'s>, LinkError> {
        match self.documents.get(path) {
            Some(UrlStatus::Unpublished) => return Ok(ResolvedLink::Unpublished),
            Some(UrlStatus::Unknown) => return Ok(ResolvedLink::Link(String::new())),
            Some(UrlStatus::At(url)) => {
                let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
                    return Ok(ResolvedLink::Page(url, None));
                };
                let Some(id) = find_anchor(self.anchors(path), fragment) else {
                    return Err(LinkError::NoFragment(path.clone(), fragment.to_owned()));
                };
                return Ok(ResolvedLink::Page(url, Some(id)));
            }
            None => {}
        }
        let Some(size) = self.file(path) else { return Err(LinkError::NoFile(path.clone())) };
        if path.as_str().starts_with("static/") {
            let url =
                UrlPath::new(&path.as_str()["static".len()..]).map_err(|_| LinkError::NotPublished(path.clone()))?;
            return Ok(ResolvedLink::File { url, size });
        }
        match self.bundle_of(path) {
            // Its own text is held back with it: nobody sees this link.
            Some((_, UrlStatus::Unpublished)) if self.bundle_of(path) == self.bundle_of(file) => {
                return Ok(ResolvedLink::Link(String::new()));
            }
            Some((_, UrlStatus::Unpublished)) => return Ok(ResolvedLink::Unpublished),
            Some((_, UrlStatus::Unknown)) => return Ok(ResolvedLink::Link(String::new())),
            Some((_, UrlStatus::At(_))) | None => {}
        }
        match self.file_url(path, owner) {
            Some(url) => Ok(ResolvedLink::File { url, size }),
            None => Err(LinkError::NotPublished(path.clone())),
        }
    }

    /// A link from the root, `/about/#team`: to a page or to a file of `static/`.
    fn resolve_root(&self, written: &str) -> Result<ResolvedLink<'_>, LinkError> {
        let end = written.find(['?', '#']).unwrap_or(written.len());
        let (path, rest) = written.split_at(end);
        let plain = decode_path(path).unwrap_or_else(|| path.to_owned());
        if let Ok(file) = SourcePath::new(&format!("static{plain}"))
            && let Some(size) = self.file(&file)
            && let Ok(url) = UrlPath::new(&plain)
        {
            return Ok(if rest.is_empty() {
                ResolvedLink::File { url, size }
            } else {
                ResolvedLink::Link(format!("{}{rest}", self.base.link(&url)))
            });
        }
        if self.unpublished_at(&plain).is_some() {
            return Ok(ResolvedLink::Unpublished);
        }
        let link = UrlPath::new(&plain).map_err(|_| LinkError::NoPage(written.to_owned()))?;
        Ok(ResolvedLink::Link(format!("{}{rest}", self.base.link(&link))))
    }
}

/// The address of a standing page: its slug, else its path below `content/pages/`.
pub(super) fn page_url(document: &Document<PageFrontMatter>) -> Result<UrlPath, Diagnostic> {
    let error = |why: String, spot: Span| {
        Diagnostic::error("front-matter", why)
            .at(&document.path, spot)
            .help("write `about` or `about/team`, for example")
    };
    if let Some(written) = &document.front_matter.slug {
        let parts: Result<Vec<Slug>, _> = written.trim_matches('/').split('/').map(Slug::new).collect();
        let parts = parts.map_err(|why| error(why.to_string(), Span::value("slug")))?;
        let joined = parts.iter().map(Slug::as_str).collect::<Vec<_>>().join("/");
        return UrlPath::new(&format!("/{joined}/")).map_err(|why| error(why.to_string(), Span::value("slug")));
    }
    let below = document.path.as_str().strip_prefix("content/pages/").unwrap_or_default();
    let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folders =
        if document.path.is_bundle() { folder.rsplit_once('/').map_or("", |(above, _)| above) } else { folder };
    let names = folders.split('/').filter(|part| !part.is_empty()).chain([document::name(&document.path)]);
    let parts: Option<Vec<String>> =
        names.map(|name| Slug::slugify(name).map(|slug| slug.as_str().to_owned())).collect();
    let parts = parts.ok_or_else(|| error("the file's name results in an empty slug".into(), Span::Whole))?;
    UrlPath::new(&format!("/{}/", parts.join("/"))).map_err(|why| error(why.to_string(), Span::Whole))
}
