//! Answers: trees whose leaves are views of the site. Digest and value of an answer come from the same tree, so a
//! page cannot see anything that its trace does not cover.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tera::{Map, Value};

use super::query::DocumentRef;
use super::view::PictureView;
use crate::digest::Digest;
use crate::theme::Theme;

/// A view with its digest, and its value once somebody asked for it.
#[derive(Clone)]
pub struct Shared(Arc<SharedView>);

struct SharedView {
    digest: Digest,
    json: Vec<u8>,
    value: OnceLock<Value>,
}

impl Shared {
    /// Of a view.
    pub fn of<T: Serialize + ?Sized>(view: &T) -> Shared {
        let json = serde_json::to_vec(view).expect("views are plain data");
        Shared(Arc::new(SharedView { digest: Digest::of_bytes(&json), json, value: OnceLock::new() }))
    }

    /// The digest of the view.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// The view for templates; made once and shared.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.0.value.get_or_init(|| {
            let json: serde_json::Value = serde_json::from_slice(&self.0.json).expect("just written");
            Value::from_serializable(&json)
        })
    }
}

/// An answer.
pub enum Node {
    /// Nothing.
    None,
    /// A view.
    View(Shared),
    /// Answers in order.
    List(Vec<Node>),
    /// Named answers.
    Map(Vec<(&'static str, Node)>),
    /// A view with the members of another laid over it.
    Over(Box<Node>, Box<Node>),
    /// A text whose holes are filled when it is rendered.
    Content(Box<ContentNode>),
}

/// A text with everything that its holes ask for.
pub struct ContentNode {
    /// Whose text.
    pub document: DocumentRef,
    /// The digest of the text as it is written.
    pub text: Digest,
    /// For each link of the outline: the link, or `None` when its target is held back.
    pub links: Vec<Option<String>>,
    /// For each picture of the outline.
    pub pictures: Vec<Option<PictureView>>,
    /// For each block of the outline: what the site adds to its arguments.
    pub blocks: Vec<Vec<(String, Node)>>,
}

/// Fills the holes of a text.
pub type Filled<'a> = &'a dyn Fn(&ContentNode) -> Result<Value, tera::Error>;

impl Node {
    /// Of a view.
    pub fn of<T: Serialize + ?Sized>(view: &T) -> Node {
        Node::View(Shared::of(view))
    }

    /// The digest of all that can be seen of the answer.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Node::None => Digest::default(),
            Node::View(shared) => shared.digest(),
            Node::List(nodes) => Digest::of_all(nodes.iter().map(Node::digest)),
            Node::Map(members) => Digest::of_all(
                members.iter().flat_map(|(name, node)| [Digest::of_bytes(name.as_bytes()), node.digest()]),
            ),
            Node::Over(under, over) => Digest::of_all([under.digest(), over.digest()]),
            Node::Content(content) => content.digest(),
        }
    }

    /// The files whose texts stand in the answer.
    pub fn texts(&self, texts: &mut Vec<crate::path::ContentPath>) {
        match self {
            Node::None | Node::View(_) => {}
            Node::List(nodes) => nodes.iter().for_each(|node| node.texts(texts)),
            Node::Map(members) => members.iter().for_each(|(_, node)| node.texts(texts)),
            Node::Over(under, over) => {
                under.texts(texts);
                over.texts(texts);
            }
            Node::Content(content) => {
                texts.push(content.document.0.clone());
                content.blocks.iter().flatten().for_each(|(_, node)| node.texts(texts));
            }
        }
    }

    /// The answer for templates.
    ///
    /// # Errors
    /// When a block in a text cannot be rendered.
    pub fn value(&self, fill: Filled<'_>) -> Result<Value, tera::Error> {
        Ok(match self {
            Node::None => Value::none(),
            Node::View(shared) => shared.value().clone(),
            Node::List(nodes) => {
                let values: Result<Vec<Value>, _> = nodes.iter().map(|node| node.value(fill)).collect();
                Value::from(values?)
            }
            Node::Map(members) => {
                let mut map = Map::with_capacity(members.len());
                for (name, node) in members {
                    map.insert((*name).into(), node.value(fill)?);
                }
                Value::from(map)
            }
            Node::Over(under, over) => {
                let mut map = under.value(fill)?.into_map().unwrap_or_default();
                map.extend(over.value(fill)?.into_map().unwrap_or_default());
                Value::from(map)
            }
            Node::Content(content) => fill(content)?,
        })
    }
}

impl ContentNode {
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
pub fn common_digest(site: &Shared, theme: &Theme) -> Digest {
    Digest::of_all([site.digest(), theme.digest])
}
