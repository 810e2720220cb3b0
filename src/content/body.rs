//! The result of parsing a text: its [`BodyHtml`] with placeholders, and its [`TextAnalysis`] for the rest of the site.
//!
//! Parsing one file cannot know the URLs of others, the size of an image or the theme's blocks. It leaves a placeholder
//! for each; [`crate::render`] fills them, differently for pages and for feeds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::csp::Directive;
use crate::path::{Slug, SourcePath};
use crate::pictures::Focus;

/// HTML with placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyHtml {
    /// HTML between the placeholders.
    pub html: String,
    /// Placeholders in order, each with its byte offset in `html`.
    pub placeholders: Vec<(usize, Placeholder)>,
}

/// A place in a body that is filled when rendering. The numbers are indexes into the lists of the same text's
/// [`TextAnalysis`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placeholder {
    /// Opening tag of the link `links[i]`.
    LinkOpen(u32),
    /// Closing tag of the link `links[i]`.
    LinkClose(u32),
    /// Value of an attribute in raw HTML (`href`, `src` …) that refers to `links[i]`.
    Url(u32),
    /// Whole element of `images[i]`.
    Image(u32),
    /// The block `blocks[i]` with its content.
    Block(u32, BodyHtml),
}

/// What parsing found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextAnalysis {
    /// Number of words, without code blocks and footnotes.
    pub word_count: u32,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Ids of the text that a fragment can name, those of headings included, sorted.
    pub anchors: Arc<[String]>,
    /// Links to sources and URLs of the site, in order. External links are in the HTML already.
    pub links: Vec<InternalLink>,
    /// Images in order.
    pub images: Vec<ImageRef>,
    /// Blocks in order, an outer one before those in it.
    pub blocks: Vec<BlockCall>,
    /// What raw HTML needs of the Content-Security-Policy, in order. Images of Markdown are in `images`.
    pub csp_requirements: Vec<CspRequirement>,
    /// Beginning of the running text, at most 300 characters; empty if the front matter has a summary.
    pub excerpt: String,
}

/// Returns the id that a fragment names, from the sorted `anchors` of a text: an equal one, or the one that equals the
/// fragment's slug, since ids are slugs (`sección-única`, made of a heading by other programs, is `seccion-unica`
/// here). `None` if there is neither.
#[must_use]
pub fn find_anchor<'a>(anchors: &'a [String], fragment: &str) -> Option<&'a str> {
    let find = |id: &str| anchors.binary_search_by(|known| known.as_str().cmp(id)).ok();
    let at = find(fragment).or_else(|| find(Slug::slugify(fragment)?.as_str()))?;
    Some(&anchors[at])
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Level, 1 to 6.
    pub level: u8,
    /// Id, unique in the text.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// A link to a source or URL of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalLink {
    /// Target.
    pub target: LinkTarget,
    /// Title attribute; empty if there is none.
    pub title: String,
    /// Byte offsets in the file, start and end.
    pub span: (u32, u32),
}

/// Target of a link or image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkTarget {
    /// A source, by its path from the site's folder, and a fragment without `#`.
    Source(SourcePath, Option<String>),
    /// A root-relative URL as written, `/about/?x#y`, without the path of the base URL.
    Root(String),
    /// An absolute URL of this site, from the path of the base URL on: `/about/`. It is in the HTML already and has no
    /// placeholder.
    Own(String),
    /// An external URL, for an image or an argument of a block.
    External(String),
    /// A fragment of this text, for an argument of a block.
    Fragment(String),
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRef {
    /// Source or URL of the image.
    pub target: LinkTarget,
    /// Alternative text.
    pub alt: String,
    /// Title attribute; empty if there is none.
    pub title: String,
    /// The point that every crop contains; `None` for that of the image's own data, or the middle.
    pub focus: Option<Focus>,
    /// Byte offsets in the file, start and end.
    pub span: (u32, u32),
}

/// A source expression that raw HTML needs in the Content-Security-Policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CspRequirement {
    /// Directive that must allow it.
    pub directive: Directive,
    /// Source expression: a host with its scheme, `'self'`, `'unsafe-inline'`.
    pub source: String,
    /// Byte offsets in the file, start and end.
    pub span: (u32, u32),
}

/// Use of a block: `::: name {argument="value"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockCall {
    /// Name as written: `fact-box`.
    pub name: String,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// Whether the block has content.
    pub has_body: bool,
    /// Byte offsets of the name in the file, start and end.
    pub span: (u32, u32),
}

/// An argument of a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Name as written.
    pub name: String,
    /// Value.
    pub value: ArgumentValue,
    /// Byte offsets in the file, start and end.
    pub span: (u32, u32),
}

impl Eq for Argument {}

/// Value of a block's argument. Three names have a type of their own in every block: `src` is an image, `url` a link,
/// `articles` a list of sources. The type of others follows from how the value is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ArgumentValue {
    /// Text, in quotes or not.
    Text(String),
    /// A number without quotes.
    Number(f64),
    /// `true` or `false` without quotes.
    Bool(bool),
    /// Of `url`: the link `links[i]`.
    Link(u32),
    /// Of `src`: the image `images[i]`.
    Image(u32),
    /// Of `articles`: the links `links[i]`.
    Articles(Vec<u32>),
}
