//! The row of articles.

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::fields::{
    AliasUrl, AuthorId, NewsletterId, Prose, SectionId, SeriesId, Title, TopicId, Verbatim, WebUrl, fields,
};
use crate::content::front_matter::{
    Citation, CommentsState, CommonKeys, Correction, Extra, FrontMatter, HasCommonKeys, Image, Label, conflicts,
};
use crate::content::{ParsedSource, SourceKind, document};
use crate::time::TimeSpec;

pub(super) const ARTICLE: ContentKind = ContentKind {
    kind: SourceKind::Article,
    name: "article",
    about: "An article, as a draft dated now",
    folder: "articles",
    nesting: Nesting::Any,
    extensions: MARKDOWN,
    location: "articles are below `content/articles/`, each in a file that ends in `.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(ArticleFrontMatter)),
    parse: |file, diagnostics| {
        // A page may show the texts of several articles, so their ids begin with the article's slug.
        let prefix = |front_matter: &ArticleFrontMatter| {
            let slug = document::slug(file.path, front_matter.slug.as_deref());
            slug.map_or_else(|_| String::new(), |slug| slug.as_str().to_owned())
        };
        file.document_with(ParsedSource::Article, prefix, diagnostics)
    },
    starter: Some(
        "---\ntitle: {title}\ndate: {date}\n{section}authors: [{authors}]\ntopics: []\nsummary: \"\"\ndraft: true\n---\n\n\
         The first sentence says what happened.\n",
    ),
};

fields! {
    /// The front matter of an article.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct ArticleFrontMatter {
        /// The headline.
        pub title: Title,
        /// The publication time.
        pub date: TimeSpec,
        /// The last segment of the URL; from the file name when absent.
        pub slug: Option<Verbatim>,
        /// One of the site's sections; the first when absent.
        pub section: Option<SectionId>,
        /// The deck under the headline; also shown in listings, feeds and descriptions.
        pub summary: Option<Prose>,
        /// The short line above the headline.
        pub kicker: Option<Prose>,
        /// The place at the start of the text.
        pub dateline: Option<Verbatim>,
        /// Ids in `content/authors/`.
        #[serde(default)]
        pub authors: Vec<AuthorId>,
        /// Text shown instead of the authors' names.
        pub byline: Option<Prose>,
        /// Ids of topics.
        #[serde(default)]
        pub topics: Vec<TopicId>,
        /// Ids of series.
        #[serde(default)]
        pub series: Vec<SeriesId>,
        /// The kind of text; the section's label when absent.
        pub label: Option<Label>,
        /// The lead image.
        pub image: Option<Image>,
        /// The time of the last substantial change.
        pub updated: Option<TimeSpec>,
        /// Whether it is a draft, which is not published.
        #[serde(default)]
        pub draft: bool,
        /// A time before which nothing of it is published.
        pub embargo: Option<TimeSpec>,
        /// A time after which it is no longer published.
        pub expires: Option<TimeSpec>,
        /// Keeps it at the top of listings, the lowest number first.
        pub pinned: Option<i64>,
        /// Old URLs that redirect to this page.
        #[serde(default)]
        pub aliases: Vec<AliasUrl>,
        /// The URL of its first publication, if that is on another site.
        pub canonical_url: Option<WebUrl>,
        /// The sources of the reporting.
        #[serde(default)]
        pub sources: Vec<Citation>,
        /// Corrections after publication.
        #[serde(default)]
        pub corrections: Vec<Correction>,
        /// The id of the newsletter offered on this page, or `none`.
        pub newsletter: Option<NewsletterId>,
        /// Whether readers may comment; the site's default when absent.
        pub comments: Option<CommentsState>,
        /// `true` asks search engines not to index it and keeps it out of the sitemap.
        #[serde(default)]
        pub noindex: bool,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }
}

impl FrontMatter for ArticleFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }

    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        conflicts(&[
            ("updated", self.updated, "date", Some(self.date)),
            ("expires", self.expires, "date", Some(self.date)),
            ("expires", self.expires, "embargo", self.embargo),
        ])
    }
}

impl HasCommonKeys for ArticleFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        CommonKeys {
            title: &self.title,
            summary: self.summary.as_deref(),
            slug: self.slug.as_deref(),
            image: self.image.as_ref(),
            aliases: &self.aliases,
            canonical_url: self.canonical_url.as_deref(),
            noindex: self.noindex,
            draft: self.draft,
            date: Some(self.date),
            embargo: self.embargo,
            expires: self.expires,
            updated: self.updated,
            extra: Some(&self.extra),
        }
    }
}
