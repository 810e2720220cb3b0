//! Where everything is: the address of each source file, what fragments it has, and which files are published
//! beside it.

pub(crate) mod aliases;
pub(crate) mod root_links;

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::inputs::{SiteInputs, SourceFile};
use super::model::SiteModel;
use super::texts::{PublishedText, Texts};
use super::unpublished::UnpublishedText;
use super::urls::aliases::alias;
use crate::config::BaseUrl;
use crate::content::body::{LinkTarget, find_anchor};
use crate::content::{ParsedSource, SourceKind};
use crate::path::{SourcePath, UrlPath, decode_path, encode_path};

/// A table for looking up by path; never iterated, so its order reaches nothing.
pub(super) type ByPath<T> = rustc_hash::FxHashMap<SourcePath, T>;

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
    pub(super) base: BaseUrl,
    pub(super) texts: Texts,
    /// Texts without a page.
    unavailable: ByPath<UrlStatus>,
    /// Folders of bundles (`content/articles/2026/mill/`), with their URL.
    bundles: BTreeMap<String, UrlStatus>,
    /// Files that can be published as they are, with the size of pictures.
    files: ByPath<Option<(u32, u32)>>,
    /// URLs at which there would be something that is unpublished, and is nothing else.
    unpublished: HashMap<UrlPath, SourcePath>,
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
    /// Indexes the texts of the model and the files of `inputs`.
    pub(super) fn of(model: &SiteModel, inputs: &SiteInputs<'_>) -> UrlIndex {
        let texts = Texts::of(model);
        let has_no_page = |(path, source): &(&SourcePath, &SourceFile)| {
            source.parsed.document().is_some() && texts.get(path).is_none()
        };
        let without_page = inputs.sources.iter().filter(has_no_page).map(|(path, _)| (path, UrlStatus::Unpublished));
        let invalid = inputs.invalid.keys().chain(&model.invalid_articles).map(|path| (path, UrlStatus::Unknown));
        let unavailable: ByPath<UrlStatus> =
            without_page.chain(invalid).map(|(path, status)| (path.clone(), status)).collect();
        UrlIndex {
            base: model.base.clone(),
            bundles: bundles(&texts, &unavailable),
            files: files(inputs.sources),
            unpublished: unpublished_urls(model, &texts),
            unavailable,
            texts,
        }
    }

    /// Returns the published text of a file, of any kind.
    #[must_use]
    pub fn text(&self, path: &SourcePath) -> Option<&PublishedText> {
        self.texts.get(path)
    }

    /// Returns all published texts, by kind: articles first, the latest first.
    #[must_use]
    pub fn texts(&self) -> &[PublishedText] {
        &self.texts.published
    }

    /// What is held back and would be at an address from the root, decoded: a text, or a file of its bundle.
    #[must_use]
    pub fn unpublished_at(&self, address: &str) -> Option<SourcePath> {
        let at = |address: &str| self.unpublished.get(&UrlPath::new(address).ok()?);
        if self.unpublished.is_empty() {
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
        self.texts.get(path).filter(|text| text.kind == SourceKind::Article).map(|text| text.index)
    }

    /// The ids that fragments of a published text may name, sorted.
    #[must_use]
    pub fn anchors(&self, path: &SourcePath) -> &[String] {
        self.texts.get(path).map_or(&[], |text| &text.analysis().anchors)
    }

    /// Whether a path is that of a text, published or not.
    #[must_use]
    pub fn is_document(&self, path: &SourcePath) -> bool {
        self.texts.get(path).is_some() || self.unavailable.contains_key(path)
    }

    /// The file that a path most likely misspells: nearly the same path, else the same name elsewhere.
    #[must_use]
    pub fn nearest_file(&self, path: &SourcePath) -> Option<SourcePath> {
        let mut known: Vec<&SourcePath> = self
            .texts()
            .iter()
            .map(PublishedText::path)
            .chain(self.unavailable.keys())
            .chain(self.files.keys())
            .collect();
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
        if let Some(text) = self.texts.get(path) {
            let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
                return Ok(ResolvedLink::Page(&text.url, None));
            };
            let Some(id) = find_anchor(&text.analysis().anchors, fragment) else {
                return Err(LinkError::NoFragment(path.clone(), fragment.to_owned()));
            };
            return Ok(ResolvedLink::Page(&text.url, Some(id)));
        }
        match self.unavailable.get(path) {
            Some(UrlStatus::Unpublished) => return Ok(ResolvedLink::Unpublished),
            Some(UrlStatus::Unknown) => return Ok(ResolvedLink::Link(String::new())),
            Some(UrlStatus::At(_)) | None => {}
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

/// Returns the folders of page bundles, each with the status of its text.
fn bundles(texts: &Texts, unavailable: &ByPath<UrlStatus>) -> BTreeMap<String, UrlStatus> {
    let published = texts.published.iter().map(|text| (text.path(), UrlStatus::At(text.url.clone())));
    let all = published.chain(unavailable.iter().map(|(path, status)| (path, status.clone())));
    let bundles = all.filter(|(path, _)| path.is_bundle());
    bundles.map(|(path, status)| (format!("{}/", path.folder()), status)).collect()
}

/// Returns the files that can be published unchanged, with the sizes of images in pixels.
fn files(sources: &BTreeMap<SourcePath, SourceFile>) -> ByPath<Option<(u32, u32)>> {
    let files = sources.iter().filter_map(|(path, source)| match &source.parsed {
        ParsedSource::File(size) => Some((path.clone(), *size)),
        ParsedSource::Headers(_) => Some((path.clone(), None)),
        _ => None, // a text, or nothing that has a URL
    });
    files.collect()
}

/// Returns the URLs of unpublished texts, without those at which there is something published or an alias of it.
fn unpublished_urls(model: &SiteModel, texts: &Texts) -> HashMap<UrlPath, SourcePath> {
    let url_of = |text: &UnpublishedText| Some((text.url.clone()?, text.document.path().clone()));
    let mut unpublished: HashMap<UrlPath, SourcePath> = model.unpublished.iter().filter_map(url_of).collect();
    if unpublished.is_empty() {
        return unpublished;
    }
    for text in &texts.published {
        unpublished.remove(&text.url);
        for url in text.keys().aliases.iter().filter_map(|written| alias(written, &model.base).ok()) {
            unpublished.remove(&url);
        }
    }
    unpublished
}
