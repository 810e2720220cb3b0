//! Parses what authors write. Parsing is pure and handles one file at a time.
//!
//! [`source_kind`] decides from a path what a file is; [`parse`] parses it accordingly.

pub mod body;
pub mod comment;
pub mod document;
pub mod fields;
pub mod front_matter;
pub mod image_metadata;
pub mod markdown;
pub mod unrecognized;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::body::{BodyHtml, TextAnalysis};
use self::comment::Comment;
use self::document::Document;
use self::fields::Fields;
use self::front_matter::{
    ArticleFrontMatter, AuthorFrontMatter, Extra, IssueFrontMatter, NewsletterFrontMatter, PageFrontMatter,
    SeriesFrontMatter, TopicFrontMatter,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::html::{HtmlToken, HtmlTokenizer};
use crate::path::{Slug, SourcePath};
use crate::yaml::{self, YamlText};

/// The site's own `_headers` file.
pub const HEADERS: &str = "static/_headers";

/// Kind of a source, which follows from its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SourceKind {
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
    /// A colocated file.
    Colocated,
    /// `static/**`
    Static,
    /// A template, asset or translation of the site or a theme.
    Theme,
    /// `site.yaml`
    Settings,
    /// Any other file.
    Unknown,
}

/// Returns the kind of a source.
#[must_use]
pub fn source_kind(path: &SourcePath) -> SourceKind {
    let text = path.as_str();
    let Some((top, rest)) = text.split_once('/') else {
        return if text == crate::source::CONFIG_FILE { SourceKind::Settings } else { SourceKind::Unknown };
    };
    let markdown = path.extension() == "md";
    let yaml = matches!(path.extension(), "yaml" | "yml");
    let (folder, below) = rest.split_once('/').unwrap_or(("", rest));
    let deep = below.contains('/');
    match (top, folder) {
        ("static", _) => SourceKind::Static,
        ("themes" | "templates" | "assets" | "i18n", _) => SourceKind::Theme,
        ("content", "articles") if markdown => SourceKind::Article,
        ("content", "pages") if markdown => SourceKind::Page,
        ("content", "authors") if markdown && !deep => SourceKind::Author,
        ("content", "topics") if markdown && !deep => SourceKind::Topic,
        ("content", "series") if markdown && !deep => SourceKind::Series,
        ("content", "newsletters") if markdown => {
            if deep {
                SourceKind::Issue
            } else {
                SourceKind::Newsletter
            }
        }
        ("content", "comments") if yaml && !deep => SourceKind::Comments,
        ("content", "data") if yaml => SourceKind::Data,
        // Markdown in an unexpected place must not be published as a file.
        ("content", "authors" | "topics" | "series") if markdown => SourceKind::Unknown,
        ("content", _) if unrecognized::is_nearly_markdown(path) => SourceKind::Unknown,
        ("content", "articles" | "pages" | "authors" | "topics" | "series" | "newsletters") => SourceKind::Colocated,
        _ => SourceKind::Unknown,
    }
}

/// Settings that affect how texts are parsed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseOptions {
    /// Language tag of the site (BCP 47).
    pub tag: String,
    /// Whether HTML in Markdown is kept; else it is shown as text.
    pub raw_html: bool,
    /// Whether quotes, dashes and dots are replaced by typographic ones.
    pub smart_punctuation: bool,
    /// The site's base URL without a trailing slash, by which its own URLs are recognized; empty if there is none.
    pub home: String,
}

/// A parsed source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ParsedSource {
    /// An article.
    Article(Arc<Document<ArticleFrontMatter>>),
    /// A static page.
    Page(Arc<Document<PageFrontMatter>>),
    /// An author.
    Author(Arc<Document<AuthorFrontMatter>>),
    /// A topic.
    Topic(Arc<Document<TopicFrontMatter>>),
    /// A series.
    Series(Arc<Document<SeriesFrontMatter>>),
    /// A newsletter.
    Newsletter(Arc<Document<NewsletterFrontMatter>>),
    /// An issue of a newsletter.
    Issue(Arc<Document<IssueFrontMatter>>),
    /// The comments on an article.
    Comments(Vec<Comment>),
    /// A data file.
    Data(Extra),
    /// A file that is published unchanged; for an image, width and height in pixels.
    File(Option<(u32, u32)>),
    /// `static/_headers`, which is published unchanged.
    Headers(String),
    /// A file that another module parses.
    Other,
}

impl ParsedSource {
    /// Returns the analysis of the text; `None` for kinds without a published text.
    #[must_use]
    pub fn outline(&self) -> Option<&TextAnalysis> {
        self.document().map(|(analysis, _)| analysis)
    }

    /// Returns the fields of the front matter; `None` for what is no Markdown file.
    #[must_use]
    pub fn front_matter(&self) -> Option<&dyn Fields> {
        self.document().map(|(_, front_matter)| front_matter)
    }

    /// Returns what parsing found in the text, and the fields of the front matter; `None` for what is no Markdown file.
    #[must_use]
    pub fn document(&self) -> Option<(&TextAnalysis, &dyn Fields)> {
        match self {
            ParsedSource::Article(document) => Some(document.parts()),
            ParsedSource::Page(document) => Some(document.parts()),
            ParsedSource::Author(document) => Some(document.parts()),
            ParsedSource::Topic(document) => Some(document.parts()),
            ParsedSource::Series(document) => Some(document.parts()),
            ParsedSource::Newsletter(document) => Some(document.parts()),
            ParsedSource::Issue(document) => Some(document.parts()),
            ParsedSource::Comments(_)
            | ParsedSource::Data(_)
            | ParsedSource::File(_)
            | ParsedSource::Headers(_)
            | ParsedSource::Other => None,
        }
    }

    /// Returns whether the text may be unpublished: it is a draft, or it has an expiry date.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        match self {
            ParsedSource::Article(document) => document.front_matter.draft || document.front_matter.expires.is_some(),
            ParsedSource::Page(document) => document.front_matter.draft,
            ParsedSource::Issue(document) => document.front_matter.draft,
            _ => false,
        }
    }
}

/// Result of parsing a file.
#[derive(Clone, Debug)]
pub struct ParseOutput {
    /// The parsed source; `None` if it could not be parsed. With errors, keys may be missing.
    pub source: Option<ParsedSource>,
    /// Body of the text, for Markdown.
    pub body: Option<BodyHtml>,
    /// Diagnostics of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a file according to its kind. Pure: equal bytes give an equal result.
///
/// ```
/// use handbill::content::{ParseOptions, ParsedSource, parse};
/// use handbill::path::SourcePath;
///
/// let options = ParseOptions { tag: "en".into(), raw_html: true, smart_punctuation: true, home: String::new() };
/// let path = SourcePath::new("content/pages/about.md").expect("a valid path");
/// let parsed = parse(&path, b"---\ntitle: About us\n---\n\n## Who we are\n", &options);
/// let Some(ParsedSource::Page(page)) = parsed.source else { panic!("not a page") };
/// assert_eq!(page.analysis.anchors[..], ["who-we-are"]);
///
/// let parsed = parse(&path, b"---\ntitel: About us\n---\n", &options);
/// assert_eq!(parsed.diagnostics[0].help.as_deref(), Some("did you mean `title`?"));
/// ```
#[must_use]
pub fn parse(path: &SourcePath, bytes: &[u8], language: &ParseOptions) -> ParseOutput {
    let mut diagnostics = Vec::new();
    let kind = source_kind(path);
    if path.as_str() == HEADERS {
        let text = String::from_utf8_lossy(bytes).into_owned();
        return ParseOutput { source: Some(ParsedSource::Headers(text)), body: None, diagnostics };
    }
    if matches!(kind, SourceKind::Colocated | SourceKind::Static) {
        let size = imagesize::blob_size(bytes).ok();
        let size = size.and_then(|size| Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)));
        let size = size.or_else(|| svg_size(path, bytes));
        if let Some(kind) = image_metadata::kept_in(bytes) {
            let message =
                format!("this {kind} has metadata on its author, device or location, and is published unchanged");
            diagnostics.push(
                Diagnostic::warning("image", message)
                    .at(path, Span::Whole)
                    .help("remove its EXIF and XMP with an image editor, or save it as JPEG, PNG or WebP"),
            );
        }
        return ParseOutput { source: Some(ParsedSource::File(size)), body: None, diagnostics };
    }
    if matches!(kind, SourceKind::Theme | SourceKind::Settings | SourceKind::Unknown) {
        return ParseOutput { source: Some(ParsedSource::Other), body: None, diagnostics };
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
            return ParseOutput { source: None, body: None, diagnostics };
        }
    };
    let (source, body) = parse_text(kind, path, text, language, &mut diagnostics);
    ParseOutput { source, body, diagnostics }
}

fn parse_text(
    kind: SourceKind,
    path: &SourcePath,
    text: &str,
    language: &ParseOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<ParsedSource>, Option<BodyHtml>) {
    macro_rules! document {
        ($variant:ident, $front:ty) => {{
            let read = document::parse::<$front>(path, text, language, |_| id_prefix(kind, path), diagnostics);
            read.map(|(document, body)| (ParsedSource::$variant(Arc::new(document)), body)).unzip()
        }};
    }
    match kind {
        SourceKind::Article => {
            let prefix = |front_matter: &ArticleFrontMatter| {
                document::slug(path, front_matter).map_or_else(|_| String::new(), |slug| slug.as_str().to_owned())
            };
            let read = document::parse::<ArticleFrontMatter>(path, text, language, prefix, diagnostics);
            read.map(|(document, body)| (ParsedSource::Article(Arc::new(document)), body)).unzip()
        }
        SourceKind::Page => document!(Page, PageFrontMatter),
        SourceKind::Author => document!(Author, AuthorFrontMatter),
        SourceKind::Topic => document!(Topic, TopicFrontMatter),
        SourceKind::Series => document!(Series, SeriesFrontMatter),
        SourceKind::Newsletter => document!(Newsletter, NewsletterFrontMatter),
        SourceKind::Issue => document!(Issue, IssueFrontMatter),
        SourceKind::Comments => (comment::parse(path, text, diagnostics).map(ParsedSource::Comments), None),
        SourceKind::Data => {
            (yaml::parse(YamlText::file(path.as_str(), text, "data"), diagnostics).map(ParsedSource::Data), None)
        }
        SourceKind::Colocated | SourceKind::Static | SourceKind::Theme | SourceKind::Settings | SourceKind::Unknown => {
            (Some(ParsedSource::Other), None)
        }
    }
}

/// Returns the prefix of ids in a text without a slug of its own. An author's text is on the page of an article, whose
/// slug may equal the author's id; a colon makes the prefix differ from every slug.
fn id_prefix(kind: SourceKind, path: &SourcePath) -> String {
    let name = document::name(path);
    let id = Slug::slugify(name).map_or_else(|| name.to_owned(), |slug| slug.as_str().to_owned());
    if kind == SourceKind::Author { format!("author:{id}") } else { id }
}

/// Returns width and height of an SVG in pixels, from the attributes of its first `svg` tag, else from its view box.
fn svg_size(path: &SourcePath, bytes: &[u8]) -> Option<(u32, u32)> {
    if !path.extension().eq_ignore_ascii_case("svg") {
        return None;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let tag = HtmlTokenizer::new(&head).find_map(|(_, token)| match token {
        HtmlToken::Tag(tag) if tag.starts("svg") => Some(tag),
        _ => None,
    })?;
    let pixels = |text: &str| {
        let number = text.trim().trim_end_matches("px").parse::<f64>().ok()?;
        (number.is_finite() && (1.0..=100_000.0).contains(&number)).then_some(number.round() as u32)
    };
    let side = |name: &str| pixels(&tag.value(name)?);
    match (side("width"), side("height")) {
        (Some(width), Some(height)) => Some((width, height)),
        _ => {
            let view_box = tag.value("viewBox")?;
            let mut sides = view_box.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
            Some((pixels(sides.next()?)?, pixels(sides.next()?)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_their_folder_says() {
        let check = |path: &str, expected: SourceKind| {
            assert_eq!(source_kind(&SourcePath::new(path).unwrap()), expected, "{path}")
        };
        check("site.yaml", SourceKind::Settings);
        check("content/articles/2026/a.md", SourceKind::Article);
        check("content/articles/2026/a/index.md", SourceKind::Article);
        check("content/articles/2026/a/map.svg", SourceKind::Colocated);
        check("content/newsletters/weekly.md", SourceKind::Newsletter);
        check("content/newsletters/weekly/1.md", SourceKind::Issue);
        check("content/comments/a.yaml", SourceKind::Comments);
        check("static/robots.txt", SourceKind::Static);
        check("notes.txt", SourceKind::Unknown);
    }

    #[test]
    fn an_svg_has_a_size() {
        let path = SourcePath::new("static/a.svg").unwrap();
        let check = |svg: &str, expected| assert_eq!(svg_size(&path, svg.as_bytes()), expected, "{svg}");
        check("<?xml?><svg width=\"40px\" height='20'>", Some((40, 20)));
        check("<svg viewBox=\"0 0 1200 630.4\">", Some((1200, 630)));
        check("<svg stroke-width=\"3\" viewBox=\"0 0 10 10\">", Some((10, 10)));
        check("<!-- <svg width='1' height='1'> --><svg title='a>b' width='2' height='3'>", Some((2, 3)));
        check("<svg width=\"100%\">", None);
    }
}
