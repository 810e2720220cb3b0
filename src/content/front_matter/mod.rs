//! Every key that authors may write above a text, as types: the schema, the errors and the documentation of front
//! matter all come from here.

mod choices;
mod common_keys;
mod extra;
mod parts;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::choices::{CommentsState, Label, Menu, SeriesOrder};
pub use self::common_keys::{CommonKeys, HasCommonKeys};
pub use self::extra::Extra;
pub use self::parts::{Citation, Correction, CorrectionKind, Image, LabeledLink};
use super::fields::{
    AliasUrl, ArticleRef, AuthorId, Fields, NewsletterId, Prose, SectionId, SeriesId, Title, TopicId, Verbatim, WebUrl,
    fields, inert,
};
use crate::time::TimeSpec;

/// The front matter of a Markdown file.
pub trait FrontMatter: Fields {
    /// Whether the beginning of the text is to stand for a summary, which is missing.
    fn lacks_summary(&self) -> bool {
        false
    }

    /// Keys whose times cannot both be right: one, and that which it is before.
    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

fields! {
    /// The front matter of an article.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct ArticleFrontMatter {
        /// The headline.
        pub title: Title,
        /// Publication time.
        pub date: TimeSpec,
        /// Last part of the URL; from the file name when absent.
        pub slug: Option<Verbatim>,
        /// One of the site's sections; the first when absent.
        pub section: Option<SectionId>,
        /// The deck under the headline; also listings, feeds and descriptions.
        pub summary: Option<Prose>,
        /// The small line over the headline.
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
        /// What kind of text it is; the section's when absent.
        pub label: Option<Label>,
        /// The lead image.
        pub image: Option<Image>,
        /// The last substantial change.
        pub updated: Option<TimeSpec>,
        /// Not to be published yet.
        #[serde(default)]
        pub draft: bool,
        /// A time before which nothing of it may appear.
        pub embargo: Option<TimeSpec>,
        /// A time after which it is withdrawn.
        pub expires: Option<TimeSpec>,
        /// Keeps it at the top of listings, lowest first.
        pub pinned: Option<i64>,
        /// Old URLs which redirect here.
        #[serde(default)]
        pub aliases: Vec<AliasUrl>,
        /// The URL of its first publication, if that was on another site.
        pub canonical_url: Option<WebUrl>,
        /// The sources of the reporting.
        #[serde(default)]
        pub sources: Vec<Citation>,
        /// Corrections after publication.
        #[serde(default)]
        pub corrections: Vec<Correction>,
        /// The id of the newsletter offered on this page, or `none`.
        pub newsletter: Option<NewsletterId>,
        /// Whether readers may comment.
        pub comments: Option<CommentsState>,
        /// `true` asks search engines not to index it and keeps it out of the sitemap.
        #[serde(default)]
        pub noindex: bool,
        /// Anything of the site's own.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of a static page.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct PageFrontMatter {
        /// The heading.
        pub title: Title,
        /// One or two sentences; also the description.
        pub summary: Option<Prose>,
        /// Its path below the root, `about/team` say; from the file's path when absent.
        pub slug: Option<Verbatim>,
        /// The menu that lists it.
        pub menu: Option<Menu>,
        /// The last substantial change.
        pub updated: Option<TimeSpec>,
        /// Not to be published yet.
        #[serde(default)]
        pub draft: bool,
        /// `true` asks search engines not to index it and keeps it out of the sitemap.
        #[serde(default)]
        pub noindex: bool,
        /// Old URLs which redirect here.
        #[serde(default)]
        pub aliases: Vec<AliasUrl>,
        /// Anything of the site's own.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of an author.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct AuthorFrontMatter {
        /// The name as it is printed.
        pub name: Title,
        /// What they do here.
        pub role: Option<Prose>,
        /// A portrait.
        pub image: Option<Image>,
        /// Shown on their page.
        pub email: Option<Verbatim>,
        /// Elsewhere on the web.
        #[serde(default)]
        pub links: Vec<LabeledLink>,
        /// `@user@host`, for attribution on the fediverse.
        pub fediverse: Option<Verbatim>,
        /// `false` keeps the page of someone who left.
        #[serde(default = "yes")]
        pub active: bool,
        /// Anything of the site's own.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of a topic.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct TopicFrontMatter {
        /// The name as it is printed.
        pub title: Title,
        /// One or two sentences; also the description.
        pub summary: Option<Prose>,
        /// An image.
        pub image: Option<Image>,
        /// Anything of the site's own.
        #[serde(default)]
        pub extra: Extra,
    }

    /// The front matter of a series.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct SeriesFrontMatter {
        /// The name as it is printed.
        pub title: Title,
        /// One or two sentences; also the description.
        pub summary: Option<Prose>,
        /// An image.
        pub image: Option<Image>,
        /// In which order its parts are listed.
        #[serde(default)]
        pub order: SeriesOrder,
        /// Anything of the site's own.
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
        /// How often: `every Friday`.
        pub frequency: Option<Prose>,
        /// The service that sends the newsletter, with its settings: `{ kind: buttondown, username: … }`.
        pub provider: Extra,
        /// The sentence under the form.
        pub consent: Option<Prose>,
        /// The sender.
        pub from: Option<Verbatim>,
        /// The text of the button.
        pub button: Option<Prose>,
        /// Its position among the newsletters, the lowest first.
        #[serde(default)]
        pub order: i64,
        /// Anything of the site's own.
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
        /// When it is sent.
        pub date: TimeSpec,
        /// Last part of the URL; from the file name, without its date, when absent.
        pub slug: Option<Verbatim>,
        /// Not to be published yet.
        #[serde(default)]
        pub draft: bool,
        /// The articles it carries: paths below `content/`, or from this file's folder.
        #[serde(default)]
        pub articles: Vec<ArticleRef>,
        /// Anything of the site's own.
        #[serde(default)]
        pub extra: Extra,
    }
}

/// One comment of a comments file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentFrontMatter {
    /// Unique within the file.
    pub id: String,
    /// The name shown.
    pub author: String,
    /// When it was written.
    pub date: TimeSpec,
    /// Restricted Markdown.
    pub text: String,
    /// The id of the comment it answers.
    pub reply_to: Option<String>,
    /// The writer's own site.
    pub url: Option<String>,
}

impl FrontMatter for ArticleFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }

    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        let pairs = [
            ("updated", self.updated, "date", Some(self.date)),
            ("expires", self.expires, "date", Some(self.date)),
            ("expires", self.expires, "embargo", self.embargo),
        ];
        let contradict = |early: Option<TimeSpec>, late: Option<TimeSpec>| {
            early.zip(late).is_some_and(|(early, late)| early.is_surely_before(&late))
        };
        pairs.into_iter().filter(|(_, early, _, late)| contradict(*early, *late)).map(|(a, _, b, _)| (a, b)).collect()
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
    /// Authors have none.
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
