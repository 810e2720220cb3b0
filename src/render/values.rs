//! Converts answers to values of the template engine. Values that many pages use are made once: cards, links of terms,
//! author boxes.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tera::{Context, Map, Value};

use super::article_cache::init_once;
use super::page_inputs::{Answer, SharedAnswer};
use super::{PageRenderer, TextStore, body};
use crate::path::UrlPath;
use crate::site::{
    ArticleView, AuthorLink, CardData, CardRef, CardView, ContentNode, Site, Term, TermLink, TermRef, Terms, ViewTree,
};

/// A renderer with the loaded texts.
#[derive(Clone, Copy)]
pub(super) struct RenderContext<'s, 'a> {
    renderer: &'s PageRenderer<'a>,
    texts: &'s TextStore,
}

/// The values of each term, by its URL, once a page uses them.
pub(super) struct TermValues<'a>(FxHashMap<&'a UrlPath, TermValue>);

#[derive(Default)]
struct TermValue {
    /// The link that cards show.
    link: OnceLock<Value>,
    /// The author box.
    author: OnceLock<Value>,
}

impl<'a> TermValues<'a> {
    pub(super) fn new(terms: &'a Terms) -> TermValues<'a> {
        TermValues(terms.iter().map(|term| (&term.url, TermValue::default())).collect())
    }
}

impl<'a> PageRenderer<'a> {
    pub(super) fn with<'s>(&'s self, texts: &'s TextStore) -> RenderContext<'s, 'a> {
        RenderContext { renderer: self, texts }
    }

    /// Returns the members of a card, without the theme's fragments. The cards of all articles can be in memory at
    /// once, so they share the links of their section, topics and authors.
    fn card_members(&self, card: &CardData<'_>) -> Map {
        let mut members = Value::from_serializable(&CardView::of(card, &self.globals)).into_map().unwrap_or_default();
        let topics = card.topics.iter().map(|topic| self.term_link(topic));
        let authors = card.authors.iter().map(|author| self.author_link(author));
        members.insert("section".into(), self.term_link(&card.section));
        members.insert("topics".into(), Value::from(topics.collect::<Vec<_>>()));
        members.insert("authors".into(), Value::from(authors.collect::<Vec<_>>()));
        members
    }

    fn term_link(&self, term: &TermRef<'_>) -> Value {
        self.link_of(term, |id, title, url| Value::from_serializable(&TermLink { id, title, url }))
    }

    fn author_link(&self, author: &TermRef<'_>) -> Value {
        self.link_of(author, |id, name, url| Value::from_serializable(&AuthorLink { id, name, url }))
    }

    fn link_of(&self, term: &TermRef<'_>, make: impl Fn(String, String, String) -> Value) -> Value {
        let make = || make(term.id.to_owned(), term.title.to_owned(), self.globals.base.link(term.url));
        self.terms.0.get(term.url).map_or_else(make, |known| known.link.get_or_init(make).clone())
    }
}

impl RenderContext<'_, '_> {
    /// Returns the value of an answer.
    ///
    /// # Errors
    /// A block in a text or a fragment of a card cannot be rendered.
    pub(super) fn value(&self, node: &ViewTree<'_>) -> Result<Value, tera::Error> {
        Ok(match node {
            ViewTree::None | ViewTree::Feed(_) => Value::none(),
            ViewTree::View(view) => Value::from_serializable(view),
            ViewTree::Card(card) => self.card(card)?,
            ViewTree::OwnCard(card) => Value::from(self.renderer.card_members(&card.data())),
            ViewTree::List(nodes) => {
                let values: Result<Vec<Value>, _> = nodes.iter().map(|node| self.value(node)).collect();
                Value::from(values?)
            }
            ViewTree::Map(members) => {
                let mut map = Map::with_capacity(members.len());
                for (name, node) in members {
                    map.insert((*name).to_owned().into(), self.value(node)?);
                }
                Value::from(map)
            }
            ViewTree::Merged(under, over) => {
                let mut map = self.value(under)?.into_map().unwrap_or_default();
                map.extend(self.value(over)?.into_map().unwrap_or_default());
                Value::from(map)
            }
            ViewTree::Article(metadata) => Value::from_serializable(&ArticleView::of(metadata, &self.renderer.globals)),
            ViewTree::Author(site, term) => self.author(site, term)?,
            ViewTree::Content(content) => self.text(content)?,
        })
    }

    pub(super) fn answer(&self, answer: &Answer<'_>) -> Result<Value, tera::Error> {
        match answer {
            Answer::Own(node) => self.value(node),
            Answer::Shared(shared) => self.shared(shared),
        }
    }

    pub(super) fn shared(&self, shared: &SharedAnswer<'_>) -> Result<Value, tera::Error> {
        init_once(&shared.value, || self.value(&shared.node)).cloned()
    }

    fn text(&self, content: &ContentNode<'_>) -> Result<Value, tera::Error> {
        let Some(text) = self.texts.body_of(content) else { return Ok(Value::safe_string("")) };
        let html = body::for_page(self.renderer, &text, content, self.texts)?;
        Ok(Value::safe_string(&html))
    }

    fn author(&self, site: &Site, term: &Term) -> Result<Value, tera::Error> {
        let make = || self.value(&site.author(term));
        match self.renderer.terms.0.get(&term.url) {
            Some(known) => init_once(&known.author, make).cloned(),
            None => make(),
        }
    }

    /// Returns the card of an article with the theme's card fragments, each rendered once for all pages.
    fn card(&self, card: &CardRef<'_>) -> Result<Value, tera::Error> {
        let make = || {
            let theme = self.renderer.theme;
            let mut members = self.renderer.card_members(&card.data());
            let mut context = Context::new();
            context.insert_value("card", Value::from(members.clone()));
            let mut fragments = Map::with_capacity(theme.card_fragments.len());
            for name in &theme.card_fragments {
                let html = theme.tera.render(&format!("fragments/{name}.html"), &context)?;
                fragments.insert(name.clone().into(), Value::safe_string(&html));
            }
            members.insert("fragments".into(), Value::from(fragments));
            members.shrink_to_fit();
            Ok(Value::from(members))
        };
        init_once(self.renderer.cards.get(card.index()), make).cloned()
    }
}
