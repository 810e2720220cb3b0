//! Answers: trees whose leaves are views of the site. Digest and value of an answer come from the same tree, so a
//! page cannot see anything that its trace does not cover.

use serde::Serialize;
use tera::{Map, Value};

use super::super::Site;
use super::super::terms::Term;
use super::super::urls::ResolvedLink;
use super::query::TextRef;
use super::view::ImageView;
use crate::digest::Digest;
use crate::theme::Theme;

/// Plain data that templates may see.
pub trait View: Send + Sync {
    /// Its digest.
    fn digest(&self) -> Digest;
    /// Itself, as templates see it.
    fn value(&self) -> Value;
}

impl<T: Serialize + Send + Sync> View for T {
    fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// An answer.
pub enum ViewTree<'s> {
    /// Nothing.
    None,
    /// A view.
    View(Box<dyn View + 's>),
    /// An article as lists show it, by its index.
    Card(&'s Site, usize),
    /// The same for its own page, where no list shows it.
    OwnCard(&'s Site, usize),
    /// Answers in order.
    List(Vec<ViewTree<'s>>),
    /// Named answers.
    Map(Vec<(&'static str, ViewTree<'s>)>),
    /// A view with the members of another laid over it.
    Merged(Box<ViewTree<'s>>, Box<ViewTree<'s>>),
    /// What only an article's own page shows, by its index.
    Facts(&'s Site, usize),
    /// An author with all that a box about them shows.
    Author(&'s Site, &'s Term),
    /// A text whose holes are filled when it is rendered.
    Content(Box<ContentNode<'s>>),
}

/// A text with everything that its holes ask for.
pub struct ContentNode<'s> {
    /// Whose text.
    pub document: TextRef,
    /// The digest of the text as it is written.
    pub text: Digest,
    /// For each link of the outline: where it leads.
    pub links: Vec<ResolvedLink<'s>>,
    /// For each picture of the outline.
    pub pictures: Vec<Option<ImageView>>,
    /// For each block of the outline: what the site adds to its arguments.
    pub blocks: Vec<Vec<(String, ViewTree<'s>)>>,
}

/// What only rendering can tell of an answer.
pub trait ValueRenderer {
    /// A text, its holes filled.
    ///
    /// # Errors
    /// When a block in it cannot be rendered.
    fn text(&self, content: &ContentNode<'_>) -> Result<Value, tera::Error>;

    /// An article as lists show it, by its index.
    ///
    /// # Errors
    /// When one of the theme's fragments for cards cannot be rendered.
    fn card(&self, index: usize) -> Result<Value, tera::Error>;

    /// An author with all that a box about them shows.
    ///
    /// # Errors
    /// When a block in their biography cannot be rendered.
    fn author(&self, term: &Term) -> Result<Value, tera::Error>;
}

impl<'s> ViewTree<'s> {
    /// Of a view.
    pub fn of(view: impl Serialize + Send + Sync + 's) -> ViewTree<'s> {
        ViewTree::View(Box::new(view))
    }

    /// The digest of all that can be seen of the answer.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            ViewTree::None => Digest::default(),
            ViewTree::View(view) => view.digest(),
            ViewTree::Card(site, index) | ViewTree::OwnCard(site, index) => site.card_digests()[*index],
            ViewTree::List(nodes) => Digest::of_all(nodes.iter().map(ViewTree::digest)),
            ViewTree::Map(members) => Digest::of_all(
                members.iter().flat_map(|(name, node)| [Digest::of_bytes(name.as_bytes()), node.digest()]),
            ),
            ViewTree::Merged(under, over) => Digest::of_all([under.digest(), over.digest()]),
            ViewTree::Facts(site, index) => site.articles[*index].document.metadata_digest,
            ViewTree::Author(site, term) => site.author_digest(term),
            ViewTree::Content(content) => content.digest(),
        }
    }

    /// The files whose texts stand in the answer.
    pub fn texts(&self, texts: &mut Vec<crate::path::SourcePath>) {
        match self {
            ViewTree::None | ViewTree::View(_) | ViewTree::Card(..) | ViewTree::OwnCard(..) | ViewTree::Facts(..) => {}
            ViewTree::List(nodes) => nodes.iter().for_each(|node| node.texts(texts)),
            ViewTree::Map(members) => members.iter().for_each(|(_, node)| node.texts(texts)),
            ViewTree::Merged(under, over) => {
                under.texts(texts);
                over.texts(texts);
            }
            ViewTree::Author(site, term) => site.author(term).texts(texts),
            ViewTree::Content(content) => {
                texts.push(content.document.0.clone());
                content.blocks.iter().flatten().for_each(|(_, node)| node.texts(texts));
            }
        }
    }

    /// The answer for templates.
    ///
    /// # Errors
    /// When a block in a text or a fragment of a card cannot be rendered.
    pub fn value(&self, fill: &dyn ValueRenderer) -> Result<Value, tera::Error> {
        Ok(match self {
            ViewTree::None => Value::none(),
            ViewTree::View(view) => view.value(),
            ViewTree::Card(_, index) => fill.card(*index)?,
            ViewTree::OwnCard(site, index) => Value::from(site.card_value(*index)),
            ViewTree::List(nodes) => {
                let values: Result<Vec<Value>, _> = nodes.iter().map(|node| node.value(fill)).collect();
                Value::from(values?)
            }
            ViewTree::Map(members) => {
                let mut map = Map::with_capacity(members.len());
                for (name, node) in members {
                    map.insert((*name).into(), node.value(fill)?);
                }
                Value::from(map)
            }
            ViewTree::Merged(under, over) => {
                let mut map = under.value(fill)?.into_map().unwrap_or_default();
                map.extend(over.value(fill)?.into_map().unwrap_or_default());
                Value::from(map)
            }
            ViewTree::Facts(site, index) => site.article_view(*index).value(),
            ViewTree::Author(_, term) => fill.author(term)?,
            ViewTree::Content(content) => fill.text(content)?,
        })
    }
}

impl ContentNode<'_> {
    /// The digest of the text and of what its holes are filled with.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let blocks =
            self.blocks.iter().flatten().flat_map(|(name, node)| [Digest::of_bytes(name.as_bytes()), node.digest()]);
        Digest::of(&(self.text, &self.links, &self.pictures, Digest::of_all(blocks)))
    }
}

/// The digest of what all pages see: the site's facts and the theme.
#[must_use]
pub fn globals_digest(site: &dyn View, theme: &Theme) -> Digest {
    Digest::of_all([site.digest(), theme.digest])
}
