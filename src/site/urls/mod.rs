//! [`UrlIndex`]: the URL of each source file, its anchors, and the files that are published with it. It resolves links.

pub(crate) mod aliases;
mod pictures;
pub(crate) mod root_links;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use self::pictures::PictureSettings;
use super::inputs::{SiteInputs, SourceFile};
use super::model::SiteModel;
use super::texts::{PublishedText, Texts};
use super::unpublished::UnpublishedText;
use super::urls::aliases::alias;
use crate::config::BaseUrl;
use crate::content::body::{LinkTarget, find_anchor};
use crate::content::fields::ImageData;
use crate::content::{FileInfo, ParsedSource, SourceKind};
use crate::digest::Digest;
use crate::path::{SourcePath, UrlPath, decode_path, encode_path};

/// A hash table by path. Its order must not reach any output.
pub(super) type ByPath<T> = rustc_hash::FxHashMap<SourcePath, T>;

/// Whether, and at which URL, a source file is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlStatus {
    /// Published at this URL.
    At(UrlPath),
    /// Unpublished, or a term without articles.
    Unpublished,
    /// Unknown, because the file has errors.
    Unknown,
}

/// The index from source path to URL, anchors and colocated files, of published and unpublished sources.
pub struct UrlIndex {
    pub(super) base: BaseUrl,
    pub(super) texts: Texts,
    /// Texts without a page, by path: unpublished, invalid, or terms without articles.
    unavailable: ByPath<UrlStatus>,
    /// Folders of page bundles (`content/articles/2026/mill/`) with the status of their text.
    bundles: BTreeMap<String, UrlStatus>,
    /// Files without a text: images and others.
    files: ByPath<PlainFile>,
    /// What files beside images say of them, by the path of the image.
    image_data: ByPath<Arc<ImageData>>,
    /// How pictures are encoded.
    pub(super) pictures: PictureSettings,
    /// Unpublished texts by the URL at which they would be published, unless something else is published there.
    unpublished: HashMap<UrlPath, SourcePath>,
}

/// A file without a text.
struct PlainFile {
    info: FileInfo,
    /// The digest of its bytes.
    digest: Digest,
}

/// The target of a link or image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ResolvedLink<'s> {
    /// A page, with the fragment (without `#`) if the link has one.
    Page(&'s UrlPath, Option<&'s str>),
    /// A link that is not resolved any further: a URL as written, or an empty string if the target's URL is unknown.
    Link(String),
    /// A file without a text.
    File {
        /// The URL of the file.
        url: UrlPath,
        /// The file.
        path: &'s SourcePath,
        /// Width and height in pixels; `None` for a file that is no image, or of an unknown format.
        size: Option<(u32, u32)>,
    },
    /// An unpublished text or file, whose URL must not be in the output.
    Unpublished,
}

impl ResolvedLink<'_> {
    /// Returns the link on a site with this base URL; `None` for an unpublished target.
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

/// The reason why a link cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// No file has this path.
    NoFile(SourcePath),
    /// The file has no heading of this fragment.
    NoFragment(SourcePath, String),
    /// The file exists, but is not of a kind that is published.
    NotPublished(SourcePath),
    /// The written URL is not a URL path.
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
            image_data: image_data(inputs),
            pictures: PictureSettings::of(inputs),
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

    /// Returns the unpublished text, or the file of its bundle, that would be published at a decoded root-relative URL;
    /// `None` if there is none.
    #[must_use]
    pub fn unpublished_at(&self, url: &str) -> Option<SourcePath> {
        let at = |url: &str| self.unpublished.get(&UrlPath::new(url).ok()?);
        if self.unpublished.is_empty() {
            return None;
        }
        if let Some(text) = at(url).or_else(|| at(&format!("{url}/"))) {
            return Some(text.clone());
        }
        url.match_indices('/').skip(1).find_map(|(slash, _)| {
            let (above, name) = url.split_at(slash + 1);
            let text = at(above).filter(|text| text.is_bundle())?;
            let file = SourcePath::new(&format!("{}/{name}", text.folder())).ok()?;
            self.files.contains_key(&file).then_some(file)
        })
    }

    /// Returns the page bundle that contains a file: its folder, with a slash at the end, and the status of its text.
    #[must_use]
    pub fn bundle_of(&self, path: &SourcePath) -> Option<(&str, &UrlStatus)> {
        let mut folder = path.folder();
        while !folder.is_empty() {
            if let Some((key, status)) = self.bundles.get_key_value(&format!("{folder}/")) {
                return Some((key, status));
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        None
    }

    /// Returns the URL of a colocated file: below the URL of its bundle; outside of bundles, below the URL of the text
    /// that refers to it, `owner`. `None` if the bundle is unpublished or the URL would be invalid.
    #[must_use]
    pub fn file_url(&self, path: &SourcePath, owner: &UrlPath) -> Option<UrlPath> {
        let below = |url: &UrlPath, rest: &str| UrlPath::new(&format!("{url}{rest}")).ok();
        match self.bundle_of(path) {
            Some((folder, UrlStatus::At(url))) => below(url, &path.as_str()[folder.len()..]),
            Some((_, UrlStatus::Unpublished | UrlStatus::Unknown)) => None,
            None => below(owner, path.file_name()),
        }
    }

    /// Returns the index of a file in [`SiteModel::articles`]; `None` if it is not a published article.
    #[must_use]
    pub fn article(&self, path: &SourcePath) -> Option<usize> {
        self.texts.get(path).filter(|text| text.kind == SourceKind::Article).map(|text| text.index)
    }

    /// Returns the ids in a published text that a fragment can refer to, sorted; empty for other files.
    #[must_use]
    pub fn anchors(&self, path: &SourcePath) -> &[String] {
        self.texts.get(path).map_or(&[], |text| &text.analysis().anchors)
    }

    /// Returns whether a path is that of a text, published or not.
    #[must_use]
    pub fn is_document(&self, path: &SourcePath) -> bool {
        self.texts.get(path).is_some() || self.unavailable.contains_key(path)
    }

    /// Returns the file to suggest for a path that does not exist: one of nearly the same path, else one of the same
    /// name in another folder.
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

    /// Returns the width and height in pixels of a file that can be published unchanged: `Some(None)` if it is no
    /// image, or of an unknown format; `None` if no such file exists.
    #[must_use]
    pub fn file(&self, path: &SourcePath) -> Option<Option<(u32, u32)>> {
        self.files.get(path).map(|file| file.info.size)
    }

    /// Resolves a link or image of `file`, which is published at `owner`.
    ///
    /// # Errors
    /// The target or its fragment does not exist, or is not of a kind that is published.
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
        let Some((path, PlainFile { info: FileInfo { size, .. }, .. })) = self.files.get_key_value(path) else {
            return Err(LinkError::NoFile(path.clone()));
        };
        let size = *size;
        if path.as_str().starts_with("static/") {
            let url =
                UrlPath::new(&path.as_str()["static".len()..]).map_err(|_| LinkError::NotPublished(path.clone()))?;
            return Ok(ResolvedLink::File { url, path, size });
        }
        match self.bundle_of(path) {
            // The text of the same bundle is unpublished too, so that the link is not in the output.
            Some((_, UrlStatus::Unpublished)) if self.bundle_of(path) == self.bundle_of(file) => {
                return Ok(ResolvedLink::Link(String::new()));
            }
            Some((_, UrlStatus::Unpublished)) => return Ok(ResolvedLink::Unpublished),
            Some((_, UrlStatus::Unknown)) => return Ok(ResolvedLink::Link(String::new())),
            Some((_, UrlStatus::At(_))) | None => {}
        }
        match self.file_url(path, owner) {
            Some(url) => Ok(ResolvedLink::File { url, path, size }),
            None => Err(LinkError::NotPublished(path.clone())),
        }
    }

    /// Resolves a root-relative link, `/about/#team`, to a page or to a file of `static/`.
    fn resolve_root(&self, written: &str) -> Result<ResolvedLink<'_>, LinkError> {
        let end = written.find(['?', '#']).unwrap_or(written.len());
        let (path, rest) = written.split_at(end);
        let plain = decode_path(path).unwrap_or_else(|| path.to_owned());
        if let Ok(file) = SourcePath::new(&format!("static{plain}"))
            && let Some((path, PlainFile { info: FileInfo { size, .. }, .. })) = self.files.get_key_value(&file)
            && let Ok(url) = UrlPath::new(&plain)
        {
            return Ok(if rest.is_empty() {
                ResolvedLink::File { url, path, size: *size }
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

/// Returns the files without a text.
fn files(sources: &BTreeMap<SourcePath, SourceFile>) -> ByPath<PlainFile> {
    let files = sources.iter().filter_map(|(path, source)| {
        let info = match &source.parsed {
            ParsedSource::File(info) => info.clone(),
            ParsedSource::Headers(_) => FileInfo::default(),
            _ => return None, // a text, or nothing that has a URL
        };
        Some((path.clone(), PlainFile { info, digest: source.digest }))
    });
    files.collect()
}

/// Returns what files beside images say of them, by the path of the image.
fn image_data(inputs: &SiteInputs<'_>) -> ByPath<Arc<ImageData>> {
    let valid = inputs.sources.iter().map(|(path, source)| (path, &source.parsed));
    let invalid = inputs.invalid.iter().filter_map(|(path, source)| Some((path, source.as_ref()?)));
    let data = valid.chain(invalid).filter_map(|(path, source)| match source {
        ParsedSource::ImageData(data) => Some((crate::content::image_of_data(path)?, Arc::clone(data))),
        _ => None, // any other file
    });
    data.collect()
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
