//! The rows of files about terms: authors, topics and series.

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::fields::{Prose, Title, Verbatim, fields};
use crate::content::front_matter::{
    CommonKeys, Extra, FrontMatter, HasCommonKeys, Image, LabeledLink, SeriesOrder, undated,
};
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

fields! {
    /// The front matter of an author.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct AuthorFrontMatter {
        /// The name as shown to readers.
        pub name: Title,
        /// Their role: `Reporter`, for example.
        pub role: Option<Prose>,
        /// A portrait.
        pub image: Option<Image>,
        /// Their email address, shown on their page.
        pub email: Option<Verbatim>,
        /// Links to their pages on other sites.
        #[serde(default)]
        pub links: Vec<LabeledLink>,
        /// `@user@host`, for attribution on the fediverse.
        pub fediverse: Option<Verbatim>,
        /// `false` for a person who has left; the page stays.
        #[serde(default = "yes")]
        pub active: bool,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of a topic.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct TopicFrontMatter {
        /// The name as shown to readers.
        pub title: Title,
        /// One or two sentences; also used as the description.
        pub summary: Option<Prose>,
        /// An image.
        pub image: Option<Image>,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of a series.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct SeriesFrontMatter {
        /// The name as shown to readers.
        pub title: Title,
        /// One or two sentences; also used as the description.
        pub summary: Option<Prose>,
        /// An image.
        pub image: Option<Image>,
        /// The order in which its parts are listed.
        #[serde(default)]
        pub order: SeriesOrder,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }
}

impl FrontMatter for AuthorFrontMatter {
    /// Authors have no key `summary`.
    fn lacks_summary(&self) -> bool {
        true
    }
}

impl HasCommonKeys for AuthorFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.name, None, self.image.as_ref(), &self.extra)
    }
}

impl FrontMatter for TopicFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }
}

impl HasCommonKeys for TopicFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.title, self.summary.as_deref(), self.image.as_ref(), &self.extra)
    }
}

impl FrontMatter for SeriesFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }
}

impl HasCommonKeys for SeriesFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.title, self.summary.as_deref(), self.image.as_ref(), &self.extra)
    }
}

fn yes() -> bool {
    true
}
