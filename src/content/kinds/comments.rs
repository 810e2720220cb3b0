//! The row of comments: a file for each article.

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use super::{ContentKind, Nesting, YAML};
use crate::content::{ParsedSource, SourceKind, comment};
use crate::time::TimeSpec;

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

/// One comment of a comments file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentFrontMatter {
    /// The id, unique within the file.
    pub id: String,
    /// The name of the writer, as shown.
    pub author: String,
    /// The time at which it was written.
    pub date: TimeSpec,
    /// The text, in restricted Markdown.
    pub text: String,
    /// The id of the comment that it replies to; absent for a comment on the article.
    pub reply_to: Option<String>,
    /// The URL of the writer's site.
    pub url: Option<String>,
}
