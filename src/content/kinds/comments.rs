//! The row of comments: a file for each article.

use schemars::schema_for;

use super::{ContentKind, Nesting, YAML};
use crate::content::front_matter::CommentFrontMatter;
use crate::content::{ParsedSource, SourceKind, comment};

pub(super) const COMMENTS: ContentKind = ContentKind {
    kind: SourceKind::Comments,
    name: "comments",
    about: "The comments on an article",
    folder: "comments",
    nesting: Nesting::Direct,
    extensions: YAML,
    location: "an article's comments are a file `content/comments/SLUG.yaml`",
    heading_key: "author",
    schema: Some(|| schema_for!(Vec<CommentFrontMatter>)),
    parse: |file, diagnostics| (comment::parse(file.path, file.text, diagnostics).map(ParsedSource::Comments), None),
    starter: None,
};
