//! Every key that authors may write above a text, as types: the schema, the errors and the documentation of front
//! matter all come from here.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::When;

/// The front matter of an article.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleFront {
    /// The headline.
    pub title: String,
    /// Publication time.
    pub date: When,
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
    pub updated: Option<When>,
    /// Not to be published yet.
    #[serde(default)]
    pub draft: bool,
    /// A time before which nothing of it may appear.
    pub embargo: Option<When>,
    /// A time after which it is withdrawn.
    pub expires: Option<When>,
    /// Holds it at the top of listings, lowest first.
    pub pinned: Option<i64>,
    /// Old URLs which redirect here.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where it first appeared.
    pub canonical_url: Option<String>,
    /// What the reporting rests on.
    #[serde(default)]
    pub sources: Vec<Source>,
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
pub struct PageFront {
    /// The heading.
    pub title: String,
    /// One or two sentences; also the description.
    pub summary: Option<String>,
    /// Its path below the root, `about/team` say; from the file's path when absent.
    pub slug: Option<String>,
    /// The menu that lists it.
    pub menu: Option<Menu>,
    /// The last substantial change.
    pub updated: Option<When>,
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
pub struct AuthorFront {
    /// The name as it is printed.
    pub name: String,
    /// What they do here.
    pub role: Option<String>,
    /// A portrait.
    pub image: Option<Image>,
    /// Shown on their page.
    pub email: Option<String>,
    /// Elsewhere on the web.
    #[serde(default)]
    pub links: Vec<Link>,
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
pub struct TopicFront {
    /// The name as it is printed.
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
pub struct SeriesFront {
    /// The name as it is printed.
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
pub struct NewsletterFront {
    /// The list's name.
    pub title: String,
    /// What subscribers get, in one line.
    pub promise: Option<String>,
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
pub struct IssueFront {
    /// The subject.
    pub title: String,
    /// The line that mail programs show after the subject.
    pub preheader: Option<String>,
    /// When it is sent.
    pub date: When,
    /// Not to be published yet.
    #[serde(default)]
    pub draft: bool,
    /// Paths of the articles it carries.
    #[serde(default)]
    pub articles: Vec<String>,
    /// Anything of the site's own.
    #[serde(default)]
    pub extra: Extra,
}

/// One comment of a comments file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentFront {
    /// Unique within the file.
    pub id: String,
    /// The name shown.
    pub author: String,
    /// When it was written.
    pub date: When,
    /// Restricted Markdown.
    pub text: String,
    /// The id of the comment it answers.
    pub reply_to: Option<String>,
    /// The writer's own site.
    pub url: Option<String>,
}

/// A picture with what must be said of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// A file beside the text, or a path from `static/` beginning with `/`.
    pub src: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The line under it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// Something that the reporting rests on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: Option<String>,
    /// An archived copy.
    pub archived: Option<String>,
    /// What it was used for.
    pub note: Option<String>,
}

/// Something put right after publication.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// When.
    pub date: When,
    /// What.
    pub text: String,
    /// Of which kind.
    #[serde(default)]
    pub kind: CorrectionKind,
}

/// A labelled link.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The words.
    pub label: String,
    /// The address.
    pub url: String,
}

/// What kind of text an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Reporting.
    News,
    /// What the news means.
    Analysis,
    /// A point of view.
    Opinion,
    /// Background.
    Explainer,
    /// An organisation's own words.
    PressRelease,
    /// Paid for.
    Sponsored,
}

impl Label {
    /// The word in front matter and in class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Label::News => "news",
            Label::Analysis => "analysis",
            Label::Opinion => "opinion",
            Label::Explainer => "explainer",
            Label::PressRelease => "press-release",
            Label::Sponsored => "sponsored",
        }
    }
}

/// What a correction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CorrectionKind {
    /// Something was wrong.
    #[default]
    Correction,
    /// Something was unclear.
    Clarification,
    /// Something was added.
    Update,
}

impl CorrectionKind {
    /// The word in front matter and in class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CorrectionKind::Correction => "correction",
            CorrectionKind::Clarification => "clarification",
            CorrectionKind::Update => "update",
        }
    }
}

/// Whether readers may comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CommentsState {
    /// They may.
    #[default]
    Open,
    /// What was said stays; nothing new.
    Closed,
    /// No comments at all.
    Off,
}

/// A menu of the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Menu {
    /// Beside the sections.
    Header,
    /// At the foot of each page.
    Footer,
    /// None.
    None,
}

/// In which order the parts of a series are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesOrder {
    /// As they appeared.
    #[default]
    OldestFirst,
    /// The latest on top.
    NewestFirst,
}

/// The texts of front matter that are set like running text: quotation marks, dashes and dots as the language wants.
pub trait Typeset {
    /// Those texts.
    fn texts(&mut self) -> Vec<&mut String>;
}

impl Typeset for ArticleFront {
    fn texts(&mut self) -> Vec<&mut String> {
        let mut texts = vec![&mut self.title];
        texts.extend([&mut self.summary, &mut self.kicker, &mut self.byline].into_iter().flatten());
        texts.extend(self.image.iter_mut().filter_map(|image| image.caption.as_mut()));
        for source in &mut self.sources {
            texts.push(&mut source.title);
            texts.extend(&mut source.note);
        }
        texts.extend(self.corrections.iter_mut().map(|correction| &mut correction.text));
        texts
    }
}

impl Typeset for PageFront {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.summary.as_mut()].into_iter().flatten().collect()
    }
}

impl Typeset for AuthorFront {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.name), self.role.as_mut()].into_iter().flatten().collect()
    }
}

impl Typeset for TopicFront {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.summary.as_mut()].into_iter().flatten().collect()
    }
}

impl Typeset for SeriesFront {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.summary.as_mut()].into_iter().flatten().collect()
    }
}

impl Typeset for IssueFront {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.preheader.as_mut()].into_iter().flatten().collect()
    }
}

impl Typeset for NewsletterFront {
    fn texts(&mut self) -> Vec<&mut String> {
        let optional = [&mut self.promise, &mut self.frequency, &mut self.consent, &mut self.button];
        [&mut self.title].into_iter().chain(optional.into_iter().flatten()).collect()
    }
}

fn yes() -> bool {
    true
}

/// Any YAML of the site's own, kept as JSON text.
///
/// In a self-describing format it reads and writes as the value it is; in the manifest's compact format as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra(String);

impl Extra {
    /// The value.
    #[must_use]
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).expect("written by serde_json")
    }
}

impl Default for Extra {
    fn default() -> Extra {
        Extra("{}".to_owned())
    }
}

impl From<&serde_json::Value> for Extra {
    fn from(value: &serde_json::Value) -> Extra {
        Extra(value.to_string())
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
        if deserializer.is_human_readable() {
            serde_json::Value::deserialize(deserializer).map(|value| Extra(value.to_string()))
        } else {
            String::deserialize(deserializer).map(Extra)
        }
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { self.value().serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

impl JsonSchema for Extra {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Extra".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}
