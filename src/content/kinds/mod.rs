//! The kinds of files that authors write: a file and a row of [`CONTENT_KINDS`] for each.

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

use super::body::BodyHtml;
use super::document::{self, Document};
use super::front_matter::FrontMatter;
use super::{ParseOptions, ParsedSource, SourceKind};
use crate::diagnostic::Diagnostic;
use crate::path::{Slug, SourcePath};
use crate::yaml::YamlShape;

/// A kind of files that authors write.
#[derive(Debug)]
pub struct ContentKind {
    /// What such a file is.
    pub kind: SourceKind,
    /// Its name in commands: `article`.
    pub name: &'static str,
    /// What `handbill new` makes, in a few words; the first is its article.
    pub about: &'static str,
    /// Its folder below `content/`.
    pub folder: &'static str,
    /// Where in that folder its files are.
    nesting: Nesting,
    /// The extensions of its files.
    extensions: &'static [&'static str],
    /// Where its files are, for authors.
    pub location: &'static str,
    /// The key that gives the heading of its page.
    pub heading_key: &'static str,
    /// The schema of its front matter or file, if it has one.
    pub schema: Option<fn() -> Schema>,
    /// Parses a file of it.
    parse: fn(&TextFile<'_>, &mut Vec<Diagnostic>) -> ParsedText,
    /// What `handbill new` writes into a new file, with values in the places of `{title}`, `{date}` and its like.
    pub starter: Option<&'static str>,
}

/// All kinds, in the order in which they are listed.
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

/// Where in the folder of a kind its files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nesting {
    /// Directly in it.
    Direct,
    /// In folders below it.
    Nested,
    /// Anywhere in it.
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

/// A parsed file, as far as it can be read, and its body, for Markdown.
pub(super) type ParsedText = (Option<ParsedSource>, Option<BodyHtml>);

impl ContentKind {
    /// The row of a kind; `None` for files that authors do not write as content.
    #[must_use]
    pub fn of(kind: SourceKind) -> Option<&'static ContentKind> {
        CONTENT_KINDS.iter().copied().find(|row| row.kind == kind)
    }

    /// The row of a name in commands.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static ContentKind> {
        CONTENT_KINDS.iter().copied().find(|row| row.name == name)
    }

    /// The rows of a folder below `content/`.
    pub(crate) fn in_folder(folder: &str) -> impl Iterator<Item = &'static ContentKind> {
        CONTENT_KINDS.iter().copied().filter(move |row| row.folder == folder)
    }

    /// Whether a file is of this kind, which is in its folder or in one below.
    pub(super) fn takes(&self, path: &SourcePath, is_nested: bool) -> bool {
        let is_in_place = match self.nesting {
            Nesting::Direct => !is_nested,
            Nesting::Nested => is_nested,
            Nesting::Any => true,
        };
        is_in_place && self.extensions.contains(&path.extension())
    }

    /// Whether its files are texts, beside which other files may be.
    pub(super) fn is_markdown(&self) -> bool {
        self.extensions == MARKDOWN
    }

    pub(super) fn parse(&self, file: &TextFile<'_>, diagnostics: &mut Vec<Diagnostic>) -> ParsedText {
        (self.parse)(file, diagnostics)
    }
}

impl TextFile<'_> {
    /// Parses a Markdown file whose ids begin with the name of the file.
    fn document<F: DeserializeOwned + Serialize + FrontMatter>(
        &self,
        wrap: fn(Arc<Document<F>>) -> ParsedSource,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ParsedText {
        self.document_with(wrap, |_| self.id(), diagnostics)
    }

    /// Parses a Markdown file whose ids begin with what `prefix` makes of the front matter.
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

    /// The id that its name gives.
    fn id(&self) -> String {
        let name = document::name(self.path);
        Slug::slugify(name).map_or_else(|| name.to_owned(), |slug| slug.as_str().to_owned())
    }
}
