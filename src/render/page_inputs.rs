//! What a page is made of: the answers to its queries, and the digest of all that decides its bytes.

use std::sync::OnceLock;

use tera::Value;

use super::article_cache::filled;
use super::{Session, structured_data};
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::plan::{HeadOf, Made, Page};
use crate::site::{Fill, Node, Query};

/// What a page is made of, before it is rendered: the answers, and the digest of each.
pub struct Ingredients<'s> {
    /// The digest of all that decides the page's bytes.
    pub trace: Digest,
    /// The digest of each answer, in the order of the page's needs.
    pub parts: Vec<Digest>,
    pub(super) answers: Vec<Answer<'s>>,
}

pub(super) enum Answer<'s> {
    Own(Node<'s>),
    Shared(&'s Shared<'s>),
}

/// An answer that many pages share.
pub(super) struct Shared<'a> {
    pub(super) node: Node<'a>,
    pub(super) digest: Digest,
    /// For templates, once one of them wants it.
    pub(super) value: OnceLock<Value>,
}

impl<'s> Answer<'s> {
    fn node(&self) -> &Node<'s> {
        match self {
            Answer::Own(node) => node,
            Answer::Shared(shared) => &shared.node,
        }
    }

    pub(super) fn value(&self, fill: &dyn Fill) -> Result<Value, tera::Error> {
        match self {
            Answer::Own(node) => node.value(fill),
            Answer::Shared(shared) => shared.value(fill),
        }
    }
}

impl Shared<'_> {
    pub(super) fn value(&self, fill: &dyn Fill) -> Result<Value, tera::Error> {
        filled(&self.value, || self.node.value(fill)).cloned()
    }
}

impl<'a> Session<'a> {
    /// Answers a page's queries and digests all that decides its bytes.
    #[must_use]
    pub fn ingredients(&self, page: &Page) -> Ingredients<'_> {
        let answer = |(_, query): &(&str, Query)| match self.shared(query) {
            Some(shared) => (Answer::Shared(shared), shared.digest),
            None => {
                let node = self.site.answer(query);
                let digest = node.digest();
                (Answer::Own(node), digest)
            }
        };
        let (answers, parts): (Vec<Answer<'_>>, Vec<Digest>) = page.needs.iter().map(answer).unzip();
        let made = match &page.made {
            Made::Template(_) => Digest::of_all([self.common, self.head_digest(page), self.data_digest(page)]),
            Made::Feed(format, of) => {
                Digest::of_all([self.common, Digest::of(&(format, page.url.as_str())), self.feed_digest(of)])
            }
            Made::Sitemap(entries) => Digest::of(&(self.plainly, entries)),
            Made::SitemapIndex(locations) => Digest::of(&(self.plainly, locations)),
            Made::NewsSitemap(recent) => {
                Digest::of_all(recent.iter().map(|&index| self.site.cards()[index]).chain([self.common]))
            }
            Made::Text(text) => Digest::of_bytes(text.as_bytes()),
            Made::Asset(name) => {
                self.theme.assets.get(name).map(|asset| Digest::of_bytes(&asset.bytes)).unwrap_or_default()
            }
            Made::Copy(path) => Digest::of(&(self.plainly, self.inputs.get(path).map(|input| input.digest))),
        };
        let trace = Digest::of_all([made].into_iter().chain(parts.iter().copied()));
        Ingredients { trace, parts, answers }
    }

    /// The digest of what a page says of itself. An article's head follows from the article, of which the answers
    /// and the structured data have the digest already, and from the settings.
    fn head_digest(&self, page: &Page) -> Digest {
        match &page.head {
            HeadOf::None => Digest::default(),
            HeadOf::Article(index) => {
                let article = &self.site.articles[*index];
                let state = self.site.comments_state(article);
                Digest::of_all([self.site.cards()[*index], Digest::of(&(article.document.front_matter.noindex, state))])
            }
            HeadOf::Own(head) => Digest::of_json(head),
        }
    }

    /// The digest of what an article's structured data say, where the template does not name the article itself.
    fn data_digest(&self, page: &Page) -> Digest {
        let is_needed = |index: usize| page.needs.iter().any(|(_, query)| *query == Query::Article(index));
        match structured_data::article(page) {
            Some(index) if !is_needed(index) => self.site.answer(&Query::Article(index)).digest(),
            _ => structured_data::list(self.site, page)
                .map_or_else(Digest::default, |list| Digest::of(&(&list.document.front_matter.title, &list.url))),
        }
    }

    /// The texts that a page shows, by file: they must be at hand before it is rendered.
    #[must_use]
    pub fn texts_of(&self, page: &Page, ingredients: &Ingredients<'_>) -> Vec<SourcePath> {
        let mut texts = Vec::new();
        for answer in &ingredients.answers {
            answer.node().texts(&mut texts);
        }
        if let Made::Feed(_, of) = &page.made {
            texts.extend(
                self.feed_articles(of).into_iter().map(|index| self.site.articles[index].document.path.clone()),
            );
            texts.extend(self.feed_issues(of).into_iter().map(|index| self.site.issues[index].document.path.clone()));
        }
        texts
    }

    /// The answer to a query that many pages share.
    fn shared(&self, query: &Query) -> Option<&Shared<'a>> {
        if query.is_shared() { self.answers.get(query) } else { None }
    }
}
