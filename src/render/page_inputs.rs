//! [`PageInputs`]: everything that an output file is rendered from, and its digest.
//!
//! Invariant: rendering an output file reads only its inputs and what all files share, whose digest is
//! `globals_digest`.

use std::sync::OnceLock;

use tera::Value;

use super::PageRenderer;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::plan::{MainEntity, OutputFile, OutputKind, PageMeta, PageMetaSource};
use crate::site::{ArticleData, CardRef, Feed, Query, ViewTree};

/// The inputs of an output file: the answers to its queries with their digests, and its metadata.
pub struct PageInputs<'s> {
    /// The digest of everything on which the bytes of the file depend.
    pub trace: Digest,
    /// The digest of each answer, in the order of the file's needs.
    pub answer_digests: Vec<Digest>,
    pub(super) answers: Vec<Answer<'s>>,
    pub(super) meta: MetaInput<'s>,
}

/// The input of the page metadata and the structured data.
pub(super) enum MetaInput<'s> {
    /// A file without template.
    None,
    /// The page of an article.
    Article(ArticleData<'s>),
    /// A page with its own metadata, from the plan.
    Own(&'s PageMeta, &'s MainEntity),
}

pub(super) enum Answer<'s> {
    Own(ViewTree<'s>),
    Shared(&'s SharedAnswer<'s>),
}

/// An answer to a query of many pages.
pub(super) struct SharedAnswer<'a> {
    pub(super) node: ViewTree<'a>,
    pub(super) digest: Digest,
    /// The value for templates, once a template uses it.
    pub(super) value: OnceLock<Value>,
}

impl<'s> Answer<'s> {
    fn node(&self) -> &ViewTree<'s> {
        match self {
            Answer::Own(node) => node,
            Answer::Shared(shared) => &shared.node,
        }
    }
}

impl MetaInput<'_> {
    fn digest(&self) -> Digest {
        match self {
            MetaInput::None => Digest::default(),
            MetaInput::Article(article) => Digest::of(article),
            MetaInput::Own(meta, entity) => Digest::of_all([Digest::of_json(meta), Digest::of(entity)]),
        }
    }
}

impl<'s> PageInputs<'s> {
    /// Returns the feed among the answers, if the file is a feed.
    pub(super) fn feed(&self) -> Option<&Feed<'s>> {
        self.answers.iter().find_map(|answer| match answer.node() {
            ViewTree::Feed(feed) => Some(&**feed),
            _ => None,
        })
    }

    /// Returns the cards in those answers that are lists.
    pub(super) fn cards(&self) -> impl Iterator<Item = &CardRef<'s>> {
        let lists = self.answers.iter().filter_map(|answer| match answer.node() {
            ViewTree::List(nodes) => Some(nodes),
            _ => None,
        });
        lists.flatten().filter_map(|node| match node {
            ViewTree::Card(card) => Some(card),
            _ => None,
        })
    }

    /// Returns the sources of the texts that the file shows. Their bodies must be in the [`TextStore`](super::TextStore) when it is
    /// rendered.
    #[must_use]
    pub fn texts(&self) -> Vec<SourcePath> {
        let mut texts = Vec::new();
        self.answers.iter().for_each(|answer| answer.node().texts(&mut texts));
        texts
    }
}

impl<'a> PageRenderer<'a> {
    /// Answers the queries of an output file, and computes its trace.
    #[must_use]
    pub fn page_inputs<'p>(&'p self, page: &'p OutputFile) -> PageInputs<'p> {
        let answer = |(_, query): &(&str, Query)| match self.shared(query) {
            Some(shared) => (Answer::Shared(shared), shared.digest),
            None => {
                let node = self.site.answer(query);
                let digest = node.digest();
                (Answer::Own(node), digest)
            }
        };
        let (answers, answer_digests): (Vec<Answer<'_>>, Vec<Digest>) = page.needs.iter().map(answer).unzip();
        let meta = match &page.meta {
            PageMetaSource::None => MetaInput::None,
            PageMetaSource::Article(index) => MetaInput::Article(self.site.article_data(*index)),
            PageMetaSource::Own(meta) => MetaInput::Own(meta, &page.entity),
        };
        let kind_digest = match &page.kind {
            OutputKind::Template(template) => {
                Digest::of_all([self.globals_digest, Digest::of(template), meta.digest()])
            }
            OutputKind::Feed(format) => {
                Digest::of_all([self.globals_digest, Digest::of(&(format.file, page.url.as_str()))])
            }
            OutputKind::Sitemap(entries) => Digest::of_all([self.globals_digest, Digest::of(entries)]),
            OutputKind::SitemapIndex(locations) => Digest::of_all([self.globals_digest, Digest::of(locations)]),
            OutputKind::NewsSitemap => self.globals_digest,
            OutputKind::Text(text) => Digest::of_bytes(text.as_bytes()),
            OutputKind::Asset(name) => {
                self.theme.assets.get(name).map(|asset| Digest::of_bytes(&asset.bytes)).unwrap_or_default()
            }
            OutputKind::Copy(path) => Digest::of(&(self.program, self.sources.get(path).map(|source| source.digest))),
        };
        let trace = Digest::of_all([kind_digest].into_iter().chain(answer_digests.iter().copied()));
        PageInputs { trace, answer_digests, answers, meta }
    }

    /// Returns the answer to a query of many pages; `None` for any other query.
    pub(super) fn shared(&self, query: &Query) -> Option<&SharedAnswer<'a>> {
        if query.is_shared() { self.answers.get(query) } else { None }
    }
}
