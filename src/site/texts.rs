//! [`Texts`]: one list of the published texts of all kinds. URLs, redirects, the Content-Security-Policy, the next
//! change and the checks of texts are made from this list, so that a new kind is handled by all of them.

use std::sync::Arc;

use super::model::SiteModel;
use super::unpublished::UnpublishedReason;
use super::urls::ByPath;
use crate::content::any_document::AnyDocument;
use crate::content::body::TextAnalysis;
use crate::content::front_matter::CommonKeys;
use crate::content::{SourceKind, source_kind};
use crate::digest::Digest;
use crate::path::{SourcePath, UrlPath};

/// A published text with its URL.
#[derive(Clone, Debug)]
pub struct PublishedText {
    /// The parsed file.
    pub document: Arc<dyn AnyDocument>,
    /// The kind of the source file.
    pub kind: SourceKind,
    /// The index among the published texts of this kind, for example in [`SiteModel::articles`].
    pub index: usize,
    /// The URL of the page.
    pub url: UrlPath,
    /// Why readers do not see it yet, when unpublished texts are included; `None` when it is published.
    pub unpublished_reason: Option<UnpublishedReason>,
}

impl PublishedText {
    /// Returns the path of the source file.
    #[must_use]
    pub fn path(&self) -> &SourcePath {
        self.document.path()
    }

    /// Returns the keys that the front matter of several kinds has.
    #[must_use]
    pub fn keys(&self) -> CommonKeys<'_> {
        self.document.keys()
    }

    /// Returns the links, images, blocks and headings of the text.
    #[must_use]
    pub fn analysis(&self) -> &TextAnalysis {
        self.document.analysis()
    }

    /// Returns the digest of the text and of the options it was parsed with.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.document.text_digest()
    }
}

/// All texts of a site that have a page of their own.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The texts by kind: articles first, the latest first.
    pub(super) published: Vec<PublishedText>,
    by_path: ByPath<usize>,
}

/// A document with its URL, and the reason why readers do not see it yet.
type TextParts<'a> = (Arc<dyn AnyDocument>, &'a UrlPath, Option<UnpublishedReason>);

impl Texts {
    /// Lists the texts of articles, static pages, newsletters, issues, entries and terms.
    pub(super) fn of(model: &SiteModel) -> Texts {
        let SiteModel { articles, pages, newsletters, issues, entries, terms, .. } = model;
        let mut texts = Texts::default();
        texts.add(articles.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)));
        texts.add(pages.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)));
        texts.add(newsletters.iter().map(|one| (one.document.clone() as _, &one.url, None)));
        texts.add(issues.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)));
        texts.add(entries.iter().map(|one| (one.document.clone() as _, &one.url, one.unpublished_reason)));
        for of_kind in terms.kinds() {
            texts.add(of_kind.filter_map(|term| Some((term.file.shared_document()?, &term.url, None))));
        }
        texts
    }

    /// Adds the texts of one kind, in its order.
    fn add<'a>(&mut self, texts: impl Iterator<Item = TextParts<'a>>) {
        for (index, (document, url, unpublished_reason)) in texts.enumerate() {
            self.by_path.insert(document.path().clone(), self.published.len());
            let (kind, url) = (source_kind(document.path()), url.clone());
            self.published.push(PublishedText { document, kind, index, url, unpublished_reason });
        }
    }

    /// Returns the published text of a file.
    pub(super) fn get(&self, path: &SourcePath) -> Option<&PublishedText> {
        self.by_path.get(path).map(|&at| &self.published[at])
    }

    /// Replaces a document by a new version of the same file.
    pub(super) fn replace(&mut self, document: Arc<dyn AnyDocument>) {
        if let Some(&at) = self.by_path.get(document.path()) {
            self.published[at].document = document;
        }
    }
}
