//! What a page is made of: the answers to its queries, and the digest of all that decides its bytes.

use std::sync::OnceLock;

use tera::Value;

use super::article_cache::init_once;
use super::{PageRenderer, structured_data};
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::plan::{OutputFile, OutputKind, PageMetaSource};
use crate::site::{Query, ValueRenderer, ViewTree};

/// What a page is made of, before it is rendered: the answers, and the digest of each.
pub struct PageInputs<'s> {
    /// The digest of all that decides the page's bytes.
    pub trace: Digest,
    /// The digest of each answer, in the order of the page's needs.
    pub answer_digests: Vec<Digest>,
    pub(super) answers: Vec<Answer<'s>>,
}

pub(super) enum Answer<'s> {
    Own(ViewTree<'s>),
    Shared(&'s SharedAnswer<'s>),
}

/// An answer that many pages share.
pub(super) struct SharedAnswer<'a> {
    pub(super) node: ViewTree<'a>,
    pub(super) digest: Digest,
    /// For templates, once one of them wants it.
    pub(super) value: OnceLock<Value>,
}

impl<'s> Answer<'s> {
    fn node(&self) -> &ViewTree<'s> {
        match self {
            Answer::Own(node) => node,
            Answer::Shared(shared) => &shared.node,
        }
    }

    pub(super) fn value(&self, fill: &dyn ValueRenderer) -> Result<Value, tera::Error> {
        match self {
            Answer::Own(node) => node.value(fill),
            Answer::Shared(shared) => shared.value(fill),
        }
    }
}

impl SharedAnswer<'_> {
    pub(super) fn value(&self, fill: &dyn ValueRenderer) -> Result<Value, tera::Error> {
        init_once(&self.value, || self.node.value(fill)).cloned()
    }
}

impl<'a> PageRenderer<'a> {
    /// Answers a page's queries and digests all that decides its bytes.
    #[must_use]
    pub fn page_inputs(&self, page: &OutputFile) -> PageInputs<'_> {
        let answer = |(_, query): &(&str, Query)| match self.shared(query) {
            Some(shared) => (Answer::Shared(shared), shared.digest),
            None => {
                let node = self.site.answer(query);
                let digest = node.digest();
                (Answer::Own(node), digest)
            }
        };
        let (answers, parts): (Vec<Answer<'_>>, Vec<Digest>) = page.needs.iter().map(answer).unzip();
        let kind_digest = match &page.kind {
            OutputKind::Template(_) => {
                Digest::of_all([self.globals_digest, self.metadata_digest(page), self.structured_data_digest(page)])
            }
            OutputKind::Feed(format, of) => {
                Digest::of_all([self.globals_digest, Digest::of(&(format, page.url.as_str())), self.feed_digest(of)])
            }
            OutputKind::Sitemap(entries) => Digest::of(&(self.static_digest, entries)),
            OutputKind::SitemapIndex(locations) => Digest::of(&(self.static_digest, locations)),
            OutputKind::NewsSitemap(recent) => {
                Digest::of_all(recent.iter().map(|&index| self.site.card_digests()[index]).chain([self.globals_digest]))
            }
            OutputKind::Text(text) => Digest::of_bytes(text.as_bytes()),
            OutputKind::Asset(name) => {
                self.theme.assets.get(name).map(|asset| Digest::of_bytes(&asset.bytes)).unwrap_or_default()
            }
            OutputKind::Copy(path) => {
                Digest::of(&(self.static_digest, self.inputs.get(path).map(|input| input.digest)))
            }
        };
        let trace = Digest::of_all([kind_digest].into_iter().chain(parts.iter().copied()));
        PageInputs { trace, answer_digests: parts, answers }
    }

    /// The digest of what a page says of itself. An article's head follows from the article, of which the answers
    /// and the structured data have the digest already, and from the settings.
    fn metadata_digest(&self, page: &OutputFile) -> Digest {
        match &page.meta {
            PageMetaSource::None => Digest::default(),
            PageMetaSource::Article(index) => {
                let article = &self.site.articles[*index];
                let state = self.site.comments_state(article);
                Digest::of_all([
                    self.site.card_digests()[*index],
                    Digest::of(&(article.document.front_matter.noindex, state)),
                ])
            }
            PageMetaSource::Own(head) => Digest::of_json(head),
        }
    }

    /// The digest of what an article's structured data say, where the template does not name the article itself.
    fn structured_data_digest(&self, page: &OutputFile) -> Digest {
        let is_needed = |index: usize| page.needs.iter().any(|(_, query)| *query == Query::Article(index));
        match structured_data::article(page) {
            Some(index) if !is_needed(index) => self.site.answer(&Query::Article(index)).digest(),
            _ => structured_data::newsletter_of(self.site, page).map_or_else(Digest::default, |newsletter| {
                Digest::of(&(&newsletter.document.front_matter.title, &newsletter.url))
            }),
        }
    }

    /// The texts that a page shows, by file: they must be at hand before it is rendered.
    #[must_use]
    pub fn texts_of(&self, page: &OutputFile, ingredients: &PageInputs<'_>) -> Vec<SourcePath> {
        let mut texts = Vec::new();
        for answer in &ingredients.answers {
            answer.node().texts(&mut texts);
        }
        if let OutputKind::Feed(_, of) = &page.kind {
            texts.extend(
                self.feed_articles(of).into_iter().map(|index| self.site.articles[index].document.path.clone()),
            );
            texts.extend(self.feed_issues(of).into_iter().map(|index| self.site.issues[index].document.path.clone()));
        }
        texts
    }

    /// The answer to a query that many pages share.
    fn shared(&self, query: &Query) -> Option<&SharedAnswer<'a>> {
        if query.is_shared() { self.answers.get(query) } else { None }
    }
}
