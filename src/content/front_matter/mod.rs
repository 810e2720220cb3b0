//! Every key that authors may write above a text, as types: the schema, the errors and the documentation of front
//! matter all come from here.

mod choices;
mod extra;
mod fields;
mod prose_fields;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::choices::{CommentsState, Label, Menu, SeriesOrder};
pub use self::extra::Extra;
pub use self::fields::{Citation, Correction, CorrectionKind, Image, LabeledLink};
pub use self::prose_fields::ProseFields;
use crate::time::TimeSpec;
use crate::yaml::non_empty;

/// The front matter of a Markdown file.
pub trait FrontMatter: ProseFields {
    /// Whether the beginning of the text is to stand for a summary, which is missing.
    fn lacks_summary(&self) -> bool {
        false
    }

    /// Keys whose times cannot both be right: one, and that which it is before.
    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

/// The front matter of an article.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleFrontMatter {
    /// The headline.
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// Publication time.
    pub date: TimeSpec,
    /// Last part of the URL; from the file name when absent.
    pub slug: Option<String>,
    /// One of the site's sections; the first when absent.
    pub section: Option<String>,
    /// The deck under the headline; also listings, feeds and descriptions.
    pub summary: Option<String>,
    /// The small line over the headline.
    pub kicker: Option<String>,
    /// The place at the start of the text.
    pub dateline: Option<String>,
    /// Ids in `content/authors/`.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Text shown instead of the authors' names.
    pub byline: Option<String>,
    /// Ids of topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Ids of series.
    #[serde(default)]
    pub series: Vec<String>,
    /// What kind of text it is; the section's when absent.
    pub label: Option<Label>,
    /// The lead picture.
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
    /// Holds it at the top of listings, lowest first.
    pub pinned: Option<i64>,
    /// Old URLs which redirect here.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where it first appeared.
    pub canonical_url: Option<String>,
    /// What the reporting rests on.
    #[serde(default)]
    pub sources: Vec<Citation>,
    /// What was put right after publication.
    #[serde(default)]
    pub corrections: Vec<Correction>,
    /// The list offered on this page, or `none`.
    pub newsletter: Option<String>,
    /// Whether readers may comment.
    pub comments: Option<CommentsState>,
    /// Keeps it out of search engines and the sitemap.
    #[serde(default)]
    pub noindex: bool,
    /// Anything of the site's own.
    #[serde(default)]
    pub extra: Extra,
}

/// The front matter of a standing page.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageFrontMatter {
    /// The heading.
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// One or two sentences; also the description.
    pub summary: Option<String>,
    /// Its path below the root, `about/team` say; from the file's path when absent.
    pub slug: Option<String>,
    /// The menu that lists it.
    pub menu: Option<Menu>,
    /// The last substantial change.
    pub updated: Option<TimeSpec>,
    /// Not to be published yet.
    #[serde(default)]
    pub draft: bool,
    /// Keeps it out of search engines and the sitemap.
    #[serde(default)]
    pub noindex: bool,
    /// Old URLs which redirect here.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Anything of the site's own.
    #[serde(default)]
    pub extra: Extra,
}

/// The front matter of an author.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorFrontMatter {
    /// The name as it is printed.
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub name: String,
    /// What they do here.
    pub role: Option<String>,
    /// A portrait.
    pub image: Option<Image>,
    /// Shown on their page.
    pub email: Option<String>,
    /// Elsewhere on the web.
    #[serde(default)]
    pub links: Vec<LabeledLink>,
    /// `@user@host`, for attribution on the fediverse.
    pub fediverse: Option<String>,
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
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// One or two sentences; also the description.
    pub summary: Option<String>,
    /// A picture.
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
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// One or two sentences; also the description.
    pub summary: Option<String>,
    /// A picture.
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
    /// The list's name.
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// What subscribers get, in one line.
    pub summary: Option<String>,
    /// How often: `every Friday`.
    pub frequency: Option<String>,
    /// Who keeps the list: `{ kind: buttondown, username: … }`.
    pub provider: Extra,
    /// The sentence under the form.
    pub consent: Option<String>,
    /// The sender.
    pub from: Option<String>,
    /// The words on the button.
    pub button: Option<String>,
    /// Its place among the lists, lowest first.
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
    #[serde(deserialize_with = "non_empty")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// The line that mail programs show after the subject.
    pub preheader: Option<String>,
    /// When it is sent.
    pub date: TimeSpec,
    /// Last part of the URL; from the file name, without its date, when absent.
    pub slug: Option<String>,
    /// Not to be published yet.
    #[serde(default)]
    pub draft: bool,
    /// The articles it carries: paths below `content/`, or from this file's folder.
    #[serde(default)]
    pub articles: Vec<String>,
    /// Anything of the site's own.
    #[serde(default)]
    pub extra: Extra,
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

fn yes() -> bool {
    true
}
