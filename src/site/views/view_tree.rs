//! Answers: trees whose leaves are views of the site or references to values that many answers share. The digest of an
//! answer and everything that a renderer makes of it come from the same tree, so a page cannot see what its trace does
//! not cover.

use erased_serde::Serialize as View;
use serde::{Serialize, Serializer};

use super::super::Site;
use super::super::terms::Term;
use super::super::urls::ResolvedLink;
use super::card::CardRef;
use super::feed::Feed;
use super::query::TextRef;
use super::view::ImageView;
use crate::content::body::{BodyHtml, TextAnalysis};
use crate::content::document::Metadata;
use crate::content::kinds::ArticleFrontMatter;
use crate::digest::{Digest, Digested};
use crate::path::{SourcePath, UrlPath};

/// An answer.
///
/// Serializes as its digest.
pub enum ViewTree<'s> {
    /// An empty answer.
    None,
    /// A view, as a leaf.
    View(Box<dyn View + Send + Sync + 's>),
    /// The card of an article, with the theme's fragments for cards.
    Card(CardRef<'s>),
    /// The card of an article on its own page: without fragments.
    OwnCard(CardRef<'s>),
    /// Answers in order.
    List(Vec<ViewTree<'s>>),
    /// Named answers.
    Map(Vec<(&'s str, ViewTree<'s>)>),
    /// A view and another that overrides its members.
    Merged(Box<ViewTree<'s>>, Box<ViewTree<'s>>),
    /// The members of an article that only its own page shows.
    Article(Digested<Metadata<'s, ArticleFrontMatter>>),
    /// An author with everything that an author box shows.
    Author(&'s Site, &'s Term),
    /// A text whose placeholders are filled when it is rendered.
    Content(Box<ContentNode<'s>>),
    /// A feed.
    Feed(Box<Feed<'s>>),
}

/// A text with the values of its placeholders.
#[derive(Serialize)]
pub struct ContentNode<'s> {
    /// The source of the text.
    #[serde(skip)]
    pub document: TextRef,
    /// The URL of the page that shows the text.
    pub url: &'s UrlPath,
    /// The body, of a text inside front matter; `None` for the text of a file, which is loaded when it is rendered.
    #[serde(skip)]
    pub part: Option<&'s BodyHtml>,
    /// The digest of the text as written.
    pub text: Digest,
    /// What parsing found in the text, which the digest of the text covers.
    #[serde(skip)]
    pub analysis: &'s TextAnalysis,
    /// For each link of the analysis, its target.
    pub links: Vec<ResolvedLink<'s>>,
    /// For each image of the analysis, its view; `None` when the image does not exist.
    pub images: Vec<Option<ImageView>>,
    /// For each block of the analysis, the arguments that the site adds.
    pub blocks: Vec<Vec<(String, ViewTree<'s>)>>,
}

impl<'s> ViewTree<'s> {
    /// Makes a leaf of a view.
    pub fn of(view: impl Serialize + Send + Sync + 's) -> ViewTree<'s> {
        ViewTree::View(Box::new(view))
    }

    /// Returns the digest of everything that a page can see of the answer.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            ViewTree::None => Digest::default(),
            ViewTree::View(view) => Digest::of_json(view),
            ViewTree::Card(card) | ViewTree::OwnCard(card) => card.digest(),
            ViewTree::List(nodes) => Digest::of_all(nodes.iter().map(ViewTree::digest)),
            ViewTree::Map(members) => Digest::of_all(
                members.iter().flat_map(|(name, node)| [Digest::of_bytes(name.as_bytes()), node.digest()]),
            ),
            ViewTree::Merged(under, over) => Digest::of_all([under.digest(), over.digest()]),
            ViewTree::Article(metadata) => metadata.digest(),
            ViewTree::Author(site, term) => site.derived.author_digest(&term.id),
            ViewTree::Content(content) => Digest::of(content),
            ViewTree::Feed(feed) => Digest::of(feed),
        }
    }

    /// Collects the files whose texts are in the answer.
    pub fn texts(&self, texts: &mut Vec<SourcePath>) {
        match self {
            ViewTree::None | ViewTree::View(_) | ViewTree::Card(_) | ViewTree::OwnCard(_) | ViewTree::Article(_) => {}
            ViewTree::List(nodes) => nodes.iter().for_each(|node| node.texts(texts)),
            ViewTree::Map(members) => members.iter().for_each(|(_, node)| node.texts(texts)),
            ViewTree::Merged(under, over) => {
                under.texts(texts);
                over.texts(texts);
            }
            ViewTree::Author(site, term) => site.author(term).texts(texts),
            ViewTree::Content(content) => content.texts(texts),
            ViewTree::Feed(feed) => {
                feed.items.iter().flat_map(|item| item.contents()).for_each(|content| content.texts(texts));
            }
        }
    }
}

impl Serialize for ViewTree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digest().serialize(serializer)
    }
}

impl ContentNode<'_> {
    fn texts(&self, texts: &mut Vec<SourcePath>) {
        if self.part.is_none() {
            texts.push(self.document.0.clone());
        }
        self.blocks.iter().flatten().for_each(|(_, node)| node.texts(texts));
    }
}
