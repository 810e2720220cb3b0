//! The kinds of files that authors write below `content/`: a module and a row of [`CONTENT_KINDS`] for each.

mod article;
mod comments;
mod data;
pub(super) mod entry;
mod newsletter;
mod page;
mod term;

use std::marker::PhantomData;
use std::sync::Arc;

use schemars::Schema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::article::ArticleFrontMatter;
pub use self::comments::CommentFrontMatter;
pub use self::entry::{EntryFrontMatter, EntryKeys};
pub use self::newsletter::{IssueFrontMatter, NewsletterFrontMatter};
pub use self::page::PageFrontMatter;
pub use self::term::{AuthorFrontMatter, SeriesFrontMatter, TopicFrontMatter};
use super::body::BodyHtml;
use super::document::{self, Document};
use super::front_matter::FrontMatter;
use super::{ParseOptions, ParsedSource, SourceKind};
use crate::diagnostic::Diagnostic;
use crate::path::{Slug, SourcePath};
use crate::yaml::YamlShape;

/// A kind of file that authors write: its location, its schema and its parser.
#[derive(Debug)]
pub struct ContentKind {
    /// The kind of source that a file of this kind is.
    pub kind: SourceKind,
    /// The name of the kind in commands: `article`.
    pub name: &'static str,
    /// What `handbill new` creates, in a few words for its help: `An author`.
    pub about: &'static str,
    /// The folder below `content/`: `articles`.
    pub folder: &'static str,
    /// Where in the folder the files are.
    nesting: Nesting,
    /// The extensions of the files, without a dot.
    extensions: &'static [&'static str],
    /// The location of the files in words, for the help of diagnostics.
    pub location: &'static str,
    /// The key whose value is the heading of the page: `title`.
    pub heading_key: &'static str,
    /// Returns the JSON Schema of the front matter, or of the whole file if it is YAML; `None` when the structure is free.
    pub schema: Option<fn() -> Schema>,
    /// Parses a file of this kind.
    parse: fn(&TextFile<'_>, &mut Vec<Diagnostic>) -> ParsedText,
    /// The text that `handbill new` writes into a new file, with values in place of `{title}`, `{date}` and others;
    /// `None` when the command does not create files of this kind.
    pub starter: Option<&'static str>,
}

/// All kinds, in the order in which commands list them.
pub const CONTENT_KINDS: &[&ContentKind] = &[
    &article::ARTICLE,
    &page::PAGE,
    &term::AUTHOR,
    &term::TOPIC,
    &term::SERIES,
    &newsletter::NEWSLETTER,
    &newsletter::ISSUE,
    &comments::COMMENTS,
    &data::DATA,
];

/// Where in the folder of a kind the files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nesting {
    /// Directly in the folder.
    Direct,
    /// In folders below the folder.
    Nested,
    /// Anywhere in the folder.
    Any,
}

const MARKDOWN: &[&str] = &["md"];
const YAML: &[&str] = &["yaml", "yml"];

/// A text file to be parsed.
#[derive(Clone, Copy)]
pub(super) struct TextFile<'a> {
    pub(super) path: &'a SourcePath,
    pub(super) text: &'a str,
    pub(super) options: &'a ParseOptions,
}

/// The parsed source, `None` if the file is invalid, and the body of a Markdown file.
pub(super) type ParsedText = (Option<ParsedSource>, Option<BodyHtml>);

impl ContentKind {
    /// Returns the row of a kind; `None` for sources that are not written by authors as content.
    #[must_use]
    pub fn of(kind: SourceKind) -> Option<&'static ContentKind> {
        CONTENT_KINDS.iter().copied().find(|row| row.kind == kind)
    }

    /// Returns the row with this name in commands.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static ContentKind> {
        CONTENT_KINDS.iter().copied().find(|row| row.name == name)
    }

    /// Returns the rows of a folder below `content/`.
    pub(crate) fn in_folder(folder: &str) -> impl Iterator<Item = &'static ContentKind> {
        CONTENT_KINDS.iter().copied().filter(move |row| row.folder == folder)
    }

    /// Whether a file in the folder of the kind is of this kind. `is_nested` says that it is in a folder below.
    pub(super) fn takes(&self, path: &SourcePath, is_nested: bool) -> bool {
        let is_in_place = match self.nesting {
            Nesting::Direct => !is_nested,
            Nesting::Nested => is_nested,
            Nesting::Any => true,
        };
        is_in_place && self.extensions.contains(&path.extension())
    }

    /// Whether the files are Markdown, which can have colocated files.
    pub(super) fn is_markdown(&self) -> bool {
        self.extensions == MARKDOWN
    }

    /// Parses a file of this kind. Errors go into `diagnostics`.
    pub(super) fn parse(&self, file: &TextFile<'_>, diagnostics: &mut Vec<Diagnostic>) -> ParsedText {
        (self.parse)(file, diagnostics)
    }
}

impl TextFile<'_> {
    /// Parses a Markdown file. The ids in its HTML begin with the slug of the file's name.
    fn document<F: DeserializeOwned + Serialize + FrontMatter>(
        &self,
        wrap: fn(Arc<Document<F>>) -> ParsedSource,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ParsedText {
        self.document_with(wrap, |_| self.id(), diagnostics)
    }

    /// Parses a Markdown file. The ids in its HTML begin with the text that `prefix` returns for the front matter.
    fn document_with<F: DeserializeOwned + Serialize + FrontMatter>(
        &self,
        wrap: fn(Arc<Document<F>>) -> ParsedSource,
        prefix: impl Fn(&F) -> String,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ParsedText {
        self.document_as(PhantomData, wrap, prefix, diagnostics)
    }

    /// Parses a Markdown file whose front matter has a shape.
    fn document_as<F: Serialize + FrontMatter>(
        &self,
        shape: impl YamlShape<F>,
        wrap: fn(Arc<Document<F>>) -> ParsedSource,
        prefix: impl Fn(&F) -> String,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ParsedText {
        let parsed = document::parse(self.path, self.text, shape, self.options, prefix, diagnostics);
        parsed.map(|(document, body)| (wrap(Arc::new(document)), body)).unzip()
    }

    /// Returns the slug of the file's name.
    fn id(&self) -> String {
        let name = document::name(self.path);
        Slug::slugify(name).map_or_else(|| name.to_owned(), |slug| slug.as_str().to_owned())
    }
}
