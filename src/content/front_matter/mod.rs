//! Every key of front matter, as types: the source of the schema, the errors and the documentation.

mod choices;
mod common_keys;
mod entry;
mod extra;
mod parts;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::choices::{CommentsState, Label, Menu, SeriesOrder};
pub use self::common_keys::{CommonKeys, HasCommonKeys};
pub use self::entry::{EntryFrontMatter, EntryKeys};
pub use self::extra::Extra;
pub use self::parts::{Citation, Correction, CorrectionKind, Image, LabeledLink};
use super::collection::MarkdownText;
use super::fields::{
    AliasUrl, ArticleRef, AuthorId, Fields, KeyPath, NewsletterId, Prose, SectionId, SeriesId, Title, TopicId,
    Verbatim, WebUrl, fields, inert,
};
use crate::time::TimeSpec;

/// The front matter of a Markdown file.
pub trait FrontMatter: Fields {
    /// Whether the summary is missing, so that the beginning of the text is used instead.
    fn lacks_summary(&self) -> bool {
        false
    }

    /// Returns pairs of keys whose times contradict each other: the key with the time that is too early, and the key
    /// that it must not precede.
    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// Returns the names of required fields that it does not have, beside those that its type requires.
    fn missing_fields(&self) -> &[String] {
        &[]
    }

    /// Calls `edit` for each Markdown text in it, with the path of its key.
    fn for_each_markdown(&mut self, _edit: &mut dyn FnMut(&KeyPath<'_>, &mut MarkdownText)) {}
}

/// A key with the time that may be too early, and the key that it must not precede with its time.
type TimePair = (&'static str, Option<TimeSpec>, &'static str, Option<TimeSpec>);

/// Returns the pairs whose times contradict each other.
fn conflicts(pairs: &[TimePair]) -> Vec<(&'static str, &'static str)> {
    let contradict = |early: Option<TimeSpec>, late: Option<TimeSpec>| {
        early.zip(late).is_some_and(|(early, late)| early.is_surely_before(&late))
    };
    pairs.iter().filter(|(_, early, _, late)| contradict(*early, *late)).map(|(a, _, b, _)| (*a, *b)).collect()
}

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

    /// The front matter of a static page.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct PageFrontMatter {
        /// The heading.
        pub title: Title,
        /// One or two sentences; also used as the description.
        pub summary: Option<Prose>,
        /// The path below the root: `about/team`, for example; from the file's path when absent.
        pub slug: Option<Verbatim>,
        /// The menu that links to it.
        pub menu: Option<Menu>,
        /// The time of the last substantial change.
        pub updated: Option<TimeSpec>,
        /// Whether it is a draft, which is not published.
        #[serde(default)]
        pub draft: bool,
        /// `true` asks search engines not to index it and keeps it out of the sitemap.
        #[serde(default)]
        pub noindex: bool,
        /// Old URLs that redirect to this page.
        #[serde(default)]
        pub aliases: Vec<AliasUrl>,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }

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

    /// The front matter of a newsletter.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct NewsletterFrontMatter {
        /// The newsletter's name.
        pub title: Title,
        /// What subscribers get, in one line.
        pub summary: Option<Prose>,
        /// How often it is sent: `every Friday`.
        pub frequency: Option<Prose>,
        /// The service that sends the newsletter, with its settings: `{ kind: buttondown, username: … }`.
        pub provider: Extra,
        /// The sentence of consent under the form.
        pub consent: Option<Prose>,
        /// The sender of the emails.
        pub from: Option<Verbatim>,
        /// The text of the form's button.
        pub button: Option<Prose>,
        /// Its position among the newsletters, the lowest number first.
        #[serde(default)]
        pub order: i64,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of an issue of a newsletter.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct IssueFrontMatter {
        /// The subject.
        pub title: Title,
        /// The line that mail programs show after the subject.
        pub preheader: Option<Prose>,
        /// The time at which it is sent.
        pub date: TimeSpec,
        /// The last segment of the URL; from the file name, without its date, when absent.
        pub slug: Option<Verbatim>,
        /// Whether it is a draft, which is not published.
        #[serde(default)]
        pub draft: bool,
        /// The articles it contains: paths below `content/`, or from this file's folder.
        #[serde(default)]
        pub articles: Vec<ArticleRef>,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }
}

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

impl FrontMatter for PageFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }
}

impl FrontMatter for IssueFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.preheader.as_deref().is_none_or(str::is_empty)
    }
}

impl FrontMatter for AuthorFrontMatter {
    /// Authors have no key `summary`.
    fn lacks_summary(&self) -> bool {
        true
    }
}

impl FrontMatter for TopicFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }
}

impl FrontMatter for SeriesFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }
}

impl FrontMatter for NewsletterFrontMatter {}

inert!(CommentsState, Extra, Label, Menu, SeriesOrder);

fn yes() -> bool {
    true
}
