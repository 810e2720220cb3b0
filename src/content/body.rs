//! A text after parsing: HTML with holes, and an outline of what the rest of the site wants to know of it.
//!
//! Parsing one file cannot know the URLs of others, the size of a picture or the theme's blocks. It leaves a hole
//! for each; [`crate::render`] fills them, one way for pages and another for feeds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::csp::Directive;
use crate::path::{Slug, SourcePath};

/// HTML with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyHtml {
    /// The HTML between the holes.
    pub html: String,
    /// The holes, in order, each before the byte of `html` at its offset.
    pub placeholders: Vec<(usize, Placeholder)>,
}

/// Something to be filled in when the site is known. The numbers index the lists of the same [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placeholder {
    /// The opening tag of a link to `links[i]`.
    LinkOpen(u32),
    /// The closing tag of the link to `links[i]`.
    LinkClose(u32),
    /// The value of an attribute in raw HTML (`href`, `src` …) that points to `links[i]`.
    Address(u32),
    /// The whole element of `images[i]`.
    Image(u32),
    /// The block `blocks[i]` with what stands inside it.
    Block(u32, BodyHtml),
}

/// What the rest of the site wants to know of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextAnalysis {
    /// Words of running text.
    pub words: u32,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Every id that a fragment may name, the headings' included, sorted.
    pub anchors: Arc<[String]>,
    /// Links to the site's own files and addresses, in order; those to elsewhere are in the HTML already.
    pub links: Vec<InternalLink>,
    /// Pictures in order.
    pub images: Vec<ImageRef>,
    /// Blocks in order, an outer one before those in it.
    pub blocks: Vec<BlockCall>,
    /// What the author's own HTML wants of a policy, in order; pictures of Markdown are in `images`.
    pub csp_requirements: Vec<CspRequirement>,
    /// The beginning of the running text, at most 300 characters; empty when there is a summary to show in its place.
    pub excerpt: String,
}

/// The id that a fragment names among those of a text, sorted: itself, or what it is once it is written in plain
/// letters, as ids are (`sección-única`, as other programs make it of a heading, is `seccion-unica` here).
#[must_use]
pub fn find_anchor<'a>(anchors: &'a [String], fragment: &str) -> Option<&'a str> {
    let find = |id: &str| anchors.binary_search_by(|known| known.as_str().cmp(id)).ok();
    let at = find(fragment).or_else(|| find(Slug::slugify(fragment)?.as_str()))?;
    Some(&anchors[at])
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id, unique in the text.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// A link into the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalLink {
    /// Where it goes.
    pub target: LinkTarget,
    /// The link's title attribute.
    pub title: String,
    /// Where it is written: byte offsets in the file.
    pub spot: (u32, u32),
}

/// Where a link or a picture's address goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkTarget {
    /// A source file or a file beside one, by its path from the site's folder, and a fragment (without `#`).
    Source(SourcePath, Option<String>),
    /// An address from the site's root as it was written, `/about/?x#y`, without the base URL's own path.
    Root(String),
    /// An address of this site that was written in full, from the base URL's path on: `/about/`. It leaves no hole.
    Own(String),
    /// An address elsewhere, for a picture or a block's argument.
    External(String),
    /// A fragment of this text, for a block's argument.
    Fragment(String),
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRef {
    /// The file.
    pub target: LinkTarget,
    /// What it shows.
    pub alt: String,
    /// The image's title attribute.
    pub title: String,
    /// Where it is written: byte offsets in the file.
    pub spot: (u32, u32),
}

/// Something in the author's own HTML that a Content-Security-Policy has to allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CspRequirement {
    /// What kind of thing it is.
    pub directive: Directive,
    /// The source as a policy names it: a host with its scheme, `'self'`, `'unsafe-inline'`.
    pub source: String,
    /// Where it is written: byte offsets in the file.
    pub spot: (u32, u32),
}

/// The use of a block: `::: name {argument="value"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockCall {
    /// Its name as written: `fact-box`.
    pub name: String,
    /// Its arguments in order.
    pub arguments: Vec<Argument>,
    /// Whether anything stands inside it.
    pub has_body: bool,
    /// Where its name is written: byte offsets in the file.
    pub spot: (u32, u32),
}

/// An argument of a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name as written.
    pub name: String,
    /// Its value.
    pub value: ArgumentValue,
    /// Where it is written: byte offsets in the file.
    pub spot: (u32, u32),
}

impl Eq for Argument {}

/// The value of a block's argument. Four names have a meaning of their own, whatever the block: `src` is a picture,
/// `url` an address, `articles` a list of source files, and the others are what they look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ArgumentValue {
    /// Words, in quotes or bare.
    Text(String),
    /// A number without quotes.
    Number(f64),
    /// `true` or `false` without quotes.
    Bool(bool),
    /// `url`: the link `links[i]`.
    Link(u32),
    /// `src`: the picture `images[i]`.
    Picture(u32),
    /// `articles`: the links `links[i]`.
    Articles(Vec<u32>),
}
