//! The rows of files about terms: authors, topics and series.

use schemars::schema_for;

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::front_matter::{AuthorFrontMatter, SeriesFrontMatter, TopicFrontMatter};
use crate::content::{ParsedSource, SourceKind};

pub(super) const AUTHOR: ContentKind = ContentKind {
    kind: SourceKind::Author,
    name: "author",
    about: "An author",
    folder: "authors",
    nesting: Nesting::Direct,
    extensions: MARKDOWN,
    location: "an author is a file `content/authors/ID.md`; images may be beside it",
    heading_key: "name",
    schema: Some(|| schema_for!(AuthorFrontMatter)),
    // Articles' pages show author boxes, and an article's slug can be equal to an author's id. A slug has no colon, so the
    // ids of the two texts differ.
    parse: |file, diagnostics| {
        file.document_with(ParsedSource::Author, |_: &AuthorFrontMatter| format!("author:{}", file.id()), diagnostics)
    },
    starter: Some("---\nname: {title}\n# role: Reporter\n---\n\n"),
};

pub(super) const TOPIC: ContentKind = ContentKind {
    kind: SourceKind::Topic,
    name: "topic",
    about: "A topic",
    folder: "topics",
    nesting: Nesting::Direct,
    extensions: MARKDOWN,
    location: "a topic is a file `content/topics/ID.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(TopicFrontMatter)),
    parse: |file, diagnostics| file.document(ParsedSource::Topic, diagnostics),
    starter: Some(TITLE_AND_SUMMARY),
};

pub(super) const SERIES: ContentKind = ContentKind {
    kind: SourceKind::Series,
    name: "series",
    about: "A series",
    folder: "series",
    nesting: Nesting::Direct,
    extensions: MARKDOWN,
    location: "a series is a file `content/series/ID.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(SeriesFrontMatter)),
    parse: |file, diagnostics| file.document(ParsedSource::Series, diagnostics),
    starter: Some(TITLE_AND_SUMMARY),
};

const TITLE_AND_SUMMARY: &str = "---\ntitle: {title}\nsummary: \"\"\n---\n\n";
