//! The row of static pages.

use schemars::schema_for;

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::front_matter::PageFrontMatter;
use crate::content::{ParsedSource, SourceKind};

pub(super) const PAGE: ContentKind = ContentKind {
    kind: SourceKind::Page,
    name: "page",
    about: "A static page, as a draft",
    folder: "pages",
    nesting: Nesting::Any,
    extensions: MARKDOWN,
    location: "static pages are below `content/pages/`, each in a file that ends in `.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(PageFrontMatter)),
    parse: |file, diagnostics| file.document(ParsedSource::Page, diagnostics),
    starter: Some("---\ntitle: {title}\nmenu: footer\ndraft: true\n---\n\n"),
};
