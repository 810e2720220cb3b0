//! Parses what authors write. Parsing is pure and handles one file at a time.
//!
//! [`source_kind`] decides from a path what a file is; [`parse`] parses it accordingly.

pub mod any_document;
pub mod body;
pub mod collection;
pub mod comment;
pub mod document;
pub mod fields;
pub mod front_matter;
pub mod image_metadata;
pub mod kinds;
pub mod markdown;
mod markdown_fields;
mod svg;
pub mod unrecognized;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::any_document::AnyDocument;
use self::body::BodyHtml;
use self::collection::EntrySchema;
use self::comment::Comment;
use self::document::Document;
use self::fields::{Fields, ImageData};
use self::front_matter::Extra;
use self::kinds::{
    ArticleFrontMatter, AuthorFrontMatter, EntryFrontMatter, IssueFrontMatter, NewsletterFrontMatter, PageFrontMatter,
    SeriesFrontMatter, TopicFrontMatter,
};
use self::kinds::{ContentKind, TextFile};
use self::markdown::smart_punctuation;
use crate::diagnostic::{Diagnostic, Span};
use crate::html::{HtmlToken, HtmlTokenizer};
use crate::path::SourcePath;
use crate::pictures::{self, PictureInfo};
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
    /// `content/FOLDER/**/NAME.md`, if the settings declare a collection with this folder; else it has no effect.
    Entry,
    /// `content/comments/SLUG.yaml`
    Comments,
    /// `content/data/NAME.yaml`
    Data,
    /// What is said of an image, in the file beside it: `photo.jpg.yaml`.
    ImageData,
    /// A colocated file.
    Colocated,
    /// `static/**`
    Static,
    /// A template, asset or translation of the site or a theme.
    Theme,
    /// `site.yaml`, `known-problems.yaml`
    Settings,
    /// Any other file.
    Unknown,
}

/// Returns the kind of a source.
#[must_use]
pub fn source_kind(path: &SourcePath) -> SourceKind {
    let text = path.as_str();
    let Some((top, rest)) = text.split_once('/') else {
        let is_known = [crate::source::CONFIG_FILE, crate::source::KNOWN_PROBLEMS_FILE].contains(&text);
        return if is_known { SourceKind::Settings } else { SourceKind::Unknown };
    };
    match (top, rest.split_once('/')) {
        ("static" | "content", _) if image_of_data(path).is_some() => SourceKind::ImageData,
        ("static", _) => SourceKind::Static,
        ("themes" | "templates" | "assets" | "i18n", _) => SourceKind::Theme,
        ("content", Some((folder, below))) => content_kind(path, folder, below.contains('/')),
        _ => SourceKind::Unknown, // a folder that is none of a site's
    }
}

/// Extensions of images that a file of data can be beside.
const IMAGES: [&str; 7] = ["jpg", "jpeg", "png", "webp", "gif", "svg", "avif"];

/// Returns the image that a file of data is about: `photo.jpg` for `photo.jpg.yaml`; `None` for any other file.
#[must_use]
pub fn image_of_data(path: &SourcePath) -> Option<SourcePath> {
    let image = path.as_str().strip_suffix(".yaml")?;
    let (_, extension) = image.rsplit_once('.')?;
    let is_image = IMAGES.iter().any(|known| extension.eq_ignore_ascii_case(known));
    is_image.then(|| SourcePath::new(image).ok()).flatten()
}

/// What a file of a folder of `content/` is, or of one below it.
fn content_kind(path: &SourcePath, folder: &str, is_nested: bool) -> SourceKind {
    if let Some(row) = ContentKind::in_folder(folder).find(|row| row.takes(path, is_nested)) {
        return row.kind;
    }
    // The settings decide whether a folder is that of a collection.
    let is_own = ContentKind::in_folder(folder).next().is_none();
    if is_own && path.extension() == "md" {
        return SourceKind::Entry;
    }
    // Markdown in an unexpected place must not be published as a file.
    let is_text = path.extension() == "md" || unrecognized::is_nearly_markdown(path);
    match (is_own || ContentKind::in_folder(folder).any(ContentKind::is_markdown)) && !is_text {
        true => SourceKind::Colocated,
        false => SourceKind::Unknown,
    }
}

/// Settings that affect how texts are parsed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParseOptions {
    /// Language tag of the site (BCP 47).
    pub tag: String,
    /// Whether HTML in Markdown is kept; else it is shown as text.
    pub raw_html: bool,
    /// Whether quotes, dashes and dots are replaced by typographic ones.
    pub smart_punctuation: bool,
    /// The site's base URL without a trailing slash, by which its own URLs are recognized; empty if there is none.
    pub home: String,
    /// The collections that the settings declare.
    pub collections: Vec<EntrySchema>,
}

impl ParseOptions {
    /// Returns the collection that a file of `content/` belongs to; `None` for a file of a built-in folder, and for one
    /// of a folder that the settings do not declare.
    #[must_use]
    pub fn collection(&self, path: &SourcePath) -> Option<&EntrySchema> {
        let folder = collection_folder(path)?;
        self.collections.iter().find(|collection| collection.folder == folder)
    }
}

/// Returns the folder of `content/` that a file is in, if it is none of the built-in ones: that of a collection, if the
/// settings declare it.
#[must_use]
pub fn collection_folder(path: &SourcePath) -> Option<&str> {
    let (folder, _) = path.as_str().strip_prefix("content/")?.split_once('/')?;
    ContentKind::in_folder(folder).next().is_none().then_some(folder)
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
    /// An entry of a collection.
    Entry(Arc<Document<EntryFrontMatter>>),
    /// The comments on an article.
    Comments(Vec<Comment>),
    /// A data file.
    Data(Extra),
    /// What is said of an image, in the file beside it.
    ImageData(Arc<ImageData>),
    /// A file that is published unchanged, or as variants of its picture.
    File(FileInfo),
    /// `static/_headers`, which is published unchanged.
    Headers(String),
    /// A file that another module parses.
    Other,
}

impl ParsedSource {
    /// Returns the document; `None` for kinds without a published text.
    #[must_use]
    pub fn document(&self) -> Option<&dyn AnyDocument> {
        match self {
            ParsedSource::Article(document) => Some(&**document),
            ParsedSource::Page(document) => Some(&**document),
            ParsedSource::Author(document) => Some(&**document),
            ParsedSource::Topic(document) => Some(&**document),
            ParsedSource::Series(document) => Some(&**document),
            ParsedSource::Newsletter(document) => Some(&**document),
            ParsedSource::Issue(document) => Some(&**document),
            ParsedSource::Entry(document) => Some(&**document),
            ParsedSource::Comments(_)
            | ParsedSource::Data(_)
            | ParsedSource::ImageData(_)
            | ParsedSource::File(_)
            | ParsedSource::Headers(_)
            | ParsedSource::Other => None,
        }
    }

    /// Returns whether the text may be unpublished: it is a draft, or it has an expiry date.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.document().is_some_and(|document| document.keys().draft || document.keys().expires.is_some())
    }
}

/// What is known of a file without a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Length in bytes.
    pub length: u64,
    /// Width and height of an image in pixels, if known.
    pub size: Option<(u32, u32)>,
    /// The picture in the file, if there is one.
    pub picture: Option<PictureInfo>,
    /// Why the picture in the file cannot be used, and what its author can do about it.
    pub problem: Option<(String, String)>,
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
/// let options = ParseOptions { tag: "en".into(), ..ParseOptions::default() };
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
    let collection = language.collection(path);
    if collection_folder(path).is_some() && collection.is_none() {
        return ParseOutput { source: Some(ParsedSource::Other), body: None, diagnostics };
    }
    if matches!(kind, SourceKind::Colocated | SourceKind::Static) {
        let (picture, problem) = match pictures::probe(bytes) {
            Ok(picture) => (picture, None),
            Err(problem) => (None, Some((problem.to_string(), problem.help().to_owned()))),
        };
        let size = picture.map(|info| (info.width, info.height));
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
        if path.extension().eq_ignore_ascii_case("svg") {
            diagnostics.extend(svg::check(path, bytes));
        }
        return ParseOutput {
            source: Some(ParsedSource::File(FileInfo { length: bytes.len() as u64, size, picture, problem })),
            body: None,
            diagnostics,
        };
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
    if kind == SourceKind::ImageData {
        let data = yaml::parse_lenient(YamlText::file(path.as_str(), text, "image"), &mut diagnostics);
        let source = data.map(|mut data: ImageData| {
            if language.smart_punctuation {
                data.for_each_prose(&mut |text| *text = smart_punctuation(text, &language.tag));
            }
            ParsedSource::ImageData(Arc::new(data))
        });
        return ParseOutput { source, body: None, diagnostics };
    }
    let file = TextFile { path, text, options: language };
    let (source, body) = match (ContentKind::of(kind), collection) {
        (Some(row), _) => row.parse(&file, &mut diagnostics),
        (None, Some(schema)) => kinds::entry::parse(&file, schema, &mut diagnostics),
        (None, None) => (Some(ParsedSource::Other), None),
    };
    ParseOutput { source, body, diagnostics }
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
    fn kind_of_a_file_follows_from_its_folder() {
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
        check("content/rights/eviction.md", SourceKind::Entry);
        check("content/rights/eviction/index.md", SourceKind::Entry);
        check("content/rights/eviction/door.jpg", SourceKind::Colocated);
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
