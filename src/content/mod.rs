//! What authors write, one file a kind. Parsing is pure and looks at one file at a time.
//!
//! [`kind`] says what a file is by where it stands; [`parse`] reads it as that.

pub mod body;
pub mod comment;
pub mod document;
pub mod front_matter;
pub mod image_metadata;
pub mod markdown;
pub mod unrecognized;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::body::{Body, Outline};
use self::comment::Comment;
use self::document::Document;
use self::front_matter::{
    ArticleFront, AuthorFront, Extra, Image, IssueFront, NewsletterFront, PageFront, SeriesFront, TopicFront,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, SourcePath};
use crate::yaml::{self, YamlText};

/// The site's own file of headers.
pub const HEADERS: &str = "static/_headers";

/// What a file of the site folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// `content/articles/**/NAME.md`
    Article,
    /// `content/pages/**/NAME.md`
    Page,
    /// `content/authors/ID.md`
    Author,
    /// `content/topics/ID.md`
    Topic,
    /// `content/series/ID.md`
    Series,
    /// `content/newsletters/ID.md`
    Newsletter,
    /// `content/newsletters/ID/ISSUE.md`
    Issue,
    /// `content/comments/SLUG.yaml`
    Comments,
    /// `content/data/NAME.yaml`
    Data,
    /// A file beside a text.
    Beside,
    /// `static/**`
    Static,
    /// Templates, assets and words, the site's or a theme's.
    Theme,
    /// `site.yaml`
    Settings,
    /// Something else.
    Unknown,
}

/// What a file is, by where it stands.
#[must_use]
pub fn kind(path: &SourcePath) -> Kind {
    let text = path.as_str();
    let Some((top, rest)) = text.split_once('/') else {
        return if text == crate::source::SETTINGS { Kind::Settings } else { Kind::Unknown };
    };
    let markdown = path.extension() == "md";
    let yaml = matches!(path.extension(), "yaml" | "yml");
    let (room, below) = rest.split_once('/').unwrap_or(("", rest));
    let deep = below.contains('/');
    match (top, room) {
        ("static", _) => Kind::Static,
        ("themes" | "templates" | "assets" | "i18n", _) => Kind::Theme,
        ("content", "articles") if markdown => Kind::Article,
        ("content", "pages") if markdown => Kind::Page,
        ("content", "authors") if markdown && !deep => Kind::Author,
        ("content", "topics") if markdown && !deep => Kind::Topic,
        ("content", "series") if markdown && !deep => Kind::Series,
        ("content", "newsletters") if markdown => {
            if deep {
                Kind::Issue
            } else {
                Kind::Newsletter
            }
        }
        ("content", "comments") if yaml && !deep => Kind::Comments,
        ("content", "data") if yaml => Kind::Data,
        // A text where none is expected must not be published as it is written.
        ("content", "authors" | "topics" | "series") if markdown => Kind::Unknown,
        ("content", _) if unrecognized::is_nearly_markdown(path) => Kind::Unknown,
        ("content", "articles" | "pages" | "authors" | "topics" | "series" | "newsletters") => Kind::Beside,
        _ => Kind::Unknown,
    }
}

/// What the settings say about reading texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// The site's language tag.
    pub tag: String,
    /// Whether HTML in Markdown is passed on.
    pub raw_html: bool,
    /// Whether quotation marks, dashes and dots are set as the language wants.
    pub smart_punctuation: bool,
    /// The site's base URL without a slash at the end, to know its own addresses by; empty when it has none.
    pub home: String,
}

/// A file, read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Source {
    /// An article.
    Article(Arc<Document<ArticleFront>>),
    /// A standing page.
    Page(Arc<Document<PageFront>>),
    /// An author.
    Author(Arc<Document<AuthorFront>>),
    /// A topic.
    Topic(Arc<Document<TopicFront>>),
    /// A series.
    Series(Arc<Document<SeriesFront>>),
    /// A newsletter.
    Newsletter(Arc<Document<NewsletterFront>>),
    /// An issue of a newsletter.
    Issue(Arc<Document<IssueFront>>),
    /// An article's comments.
    Comments(Vec<Comment>),
    /// A data file.
    Data(Extra),
    /// A file that is published as it is; a picture with its width and height in pixels.
    File(Option<(u32, u32)>),
    /// `static/_headers`, which is published as it is.
    Headers(String),
    /// A file that another room reads.
    Other,
}

impl Source {
    /// What is in its text; `None` for what has no text that is published.
    #[must_use]
    pub fn outline(&self) -> Option<&Outline> {
        match self {
            Source::Article(document) => Some(&document.outline),
            Source::Page(document) => Some(&document.outline),
            Source::Author(document) => Some(&document.outline),
            Source::Topic(document) => Some(&document.outline),
            Source::Series(document) => Some(&document.outline),
            Source::Newsletter(document) => Some(&document.outline),
            Source::Issue(document) => Some(&document.outline),
            Source::Comments(_) | Source::Data(_) | Source::File(_) | Source::Headers(_) | Source::Other => None,
        }
    }

    /// Whether its text may be half done, or done with: it is a draft, or expires at some time.
    #[must_use]
    pub fn may_rest(&self) -> bool {
        match self {
            Source::Article(document) => document.front.draft || document.front.expires.is_some(),
            Source::Page(document) => document.front.draft,
            Source::Issue(document) => document.front.draft,
            _ => false,
        }
    }

    /// The picture of its front matter.
    #[must_use]
    pub fn image(&self) -> Option<&Image> {
        match self {
            Source::Article(document) => document.front.image.as_ref(),
            Source::Author(document) => document.front.image.as_ref(),
            Source::Topic(document) => document.front.image.as_ref(),
            Source::Series(document) => document.front.image.as_ref(),
            _ => None,
        }
    }
}

/// What parsing a file gave: itself, its text, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The file, as far as it can be read: with errors, it may be less than is written.
    pub source: Option<Source>,
    /// Its text, for Markdown.
    pub body: Option<Body>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one file as what it is. Pure: the same bytes give the same result.
#[must_use]
pub fn parse(path: &SourcePath, bytes: &[u8], language: &Language) -> Parsed {
    let mut diagnostics = Vec::new();
    let kind = kind(path);
    if path.as_str() == HEADERS {
        let text = String::from_utf8_lossy(bytes).into_owned();
        return Parsed { source: Some(Source::Headers(text)), body: None, diagnostics };
    }
    if matches!(kind, Kind::Beside | Kind::Static) {
        let size = imagesize::blob_size(bytes).ok();
        let size = size.and_then(|size| Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)));
        let size = size.or_else(|| svg_size(path, bytes));
        if let Some(kind) = image_metadata::kept_in(bytes) {
            let message = format!("this {kind} tells who or what made it, perhaps where, and is published as it is");
            diagnostics.push(
                Diagnostic::warning("image", message)
                    .at(path, Span::Whole)
                    .help("take its EXIF and XMP out with a picture editor, or save it as JPEG, PNG or WebP"),
            );
        }
        return Parsed { source: Some(Source::File(size)), body: None, diagnostics };
    }
    if matches!(kind, Kind::Theme | Kind::Settings | Kind::Unknown) {
        return Parsed { source: Some(Source::Other), body: None, diagnostics };
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            diagnostics.push(
                Diagnostic::error("encoding", "this file is not UTF-8 text")
                    .at(path, Span::Line(line, 1))
                    .help("save it as UTF-8 in your editor"),
            );
            return Parsed { source: None, body: None, diagnostics };
        }
    };
    let (source, body) = parse_text(kind, path, text, language, &mut diagnostics);
    Parsed { source, body, diagnostics }
}

fn parse_text(
    kind: Kind,
    path: &SourcePath,
    text: &str,
    language: &Language,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<Source>, Option<Body>) {
    macro_rules! document {
        ($variant:ident, $front:ty) => {{
            let read = document::parse::<$front>(path, text, language, |_| id_prefix(kind, path), diagnostics);
            read.map(|(document, body)| (Source::$variant(Arc::new(document)), body)).unzip()
        }};
    }
    match kind {
        Kind::Article => {
            let prefix = |front: &ArticleFront| {
                document::slug(path, front).map_or_else(|_| String::new(), |slug| slug.as_str().to_owned())
            };
            let read = document::parse::<ArticleFront>(path, text, language, prefix, diagnostics);
            read.map(|(document, body)| (Source::Article(Arc::new(document)), body)).unzip()
        }
        Kind::Page => document!(Page, PageFront),
        Kind::Author => document!(Author, AuthorFront),
        Kind::Topic => document!(Topic, TopicFront),
        Kind::Series => document!(Series, SeriesFront),
        Kind::Newsletter => document!(Newsletter, NewsletterFront),
        Kind::Issue => document!(Issue, IssueFront),
        Kind::Comments => (comment::parse(path, text, diagnostics).map(Source::Comments), None),
        Kind::Data => (yaml::parse(YamlText::file(path.as_str(), text, "data"), diagnostics).map(Source::Data), None),
        Kind::Beside | Kind::Static | Kind::Theme | Kind::Settings | Kind::Unknown => (Some(Source::Other), None),
    }
}

/// What the ids of a text carry that has no slug of its own. Authors stand on the pages of articles, whose slug may be
/// an author's id; none has a colon.
fn id_prefix(kind: Kind, path: &SourcePath) -> String {
    let name = document::name(path);
    let id = Slug::slugify(name).map_or_else(|| name.to_owned(), |slug| slug.as_str().to_owned());
    if kind == Kind::Author { format!("author:{id}") } else { id }
}

/// Width and height of an SVG, from its first tag: the attributes, else the view box.
fn svg_size(path: &SourcePath, bytes: &[u8]) -> Option<(u32, u32)> {
    if !path.extension().eq_ignore_ascii_case("svg") {
        return None;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
    let tag = &head[head.find("<svg")?..];
    let tag = &tag[..tag.find('>')?];
    let attribute = |name: &str| {
        let at = tag.match_indices(name).find(|(at, _)| tag[..*at].ends_with(char::is_whitespace))?.0;
        let rest = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    let pixels = |text: &str| {
        let number = text.trim().trim_end_matches("px").parse::<f64>().ok()?;
        (number.is_finite() && (1.0..=100_000.0).contains(&number)).then_some(number.round() as u32)
    };
    match (attribute("width").and_then(pixels), attribute("height").and_then(pixels)) {
        (Some(width), Some(height)) => Some((width, height)),
        _ => {
            let mut sides = attribute("viewBox")?.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
            Some((pixels(sides.next()?)?, pixels(sides.next()?)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_their_folder_says() {
        let check = |path: &str, expected: Kind| assert_eq!(kind(&SourcePath::new(path).unwrap()), expected, "{path}");
        check("site.yaml", Kind::Settings);
        check("content/articles/2026/a.md", Kind::Article);
        check("content/articles/2026/a/index.md", Kind::Article);
        check("content/articles/2026/a/map.svg", Kind::Beside);
        check("content/newsletters/weekly.md", Kind::Newsletter);
        check("content/newsletters/weekly/1.md", Kind::Issue);
        check("content/comments/a.yaml", Kind::Comments);
        check("static/robots.txt", Kind::Static);
        check("notes.txt", Kind::Unknown);
    }

    #[test]
    fn an_svg_has_a_size() {
        let path = SourcePath::new("static/a.svg").unwrap();
        let check = |svg: &str, expected| assert_eq!(svg_size(&path, svg.as_bytes()), expected, "{svg}");
        check("<?xml?><svg width=\"40px\" height='20'>", Some((40, 20)));
        check("<svg viewBox=\"0 0 1200 630.4\">", Some((1200, 630)));
        check("<svg stroke-width=\"3\" viewBox=\"0 0 10 10\">", Some((10, 10)));
        check("<svg width=\"100%\">", None);
    }
}
