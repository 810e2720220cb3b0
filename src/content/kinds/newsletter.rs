//! The rows of newsletters and of their issues.

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::fields::{ArticleRef, Image, Prose, Title, Verbatim, fields};
use crate::content::front_matter::{CommonKeys, Extra, FrontMatter, HasCommonKeys, undated};
use crate::content::{ParsedSource, SourceKind};
use crate::time::TimeSpec;

pub(super) const NEWSLETTER: ContentKind = ContentKind {
    kind: SourceKind::Newsletter,
    name: "newsletter",
    about: "A newsletter; a build reports errors until its provider, frequency and consent are set",
    folder: "newsletters",
    nesting: Nesting::Direct,
    extensions: MARKDOWN,
    location: "a newsletter is a file `content/newsletters/ID.md`, its issues `content/newsletters/ID/ISSUE.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(NewsletterFrontMatter)),
    parse: |file, diagnostics| file.document(ParsedSource::Newsletter, diagnostics),
    // Values that only the publisher knows are comments or missing: an unchanged example would be published, with a form
    // that posts to another account.
    starter: Some(
        "\
---
title: {title}
# summary: What readers get, in one line
# frequency: every Friday
# The service that sends the newsletter, and its settings.
provider: { kind: buttondown }
# consent: We send this email every Friday. You can unsubscribe with one click.
# button: Sign up
---

",
    ),
};

pub(super) const ISSUE: ContentKind = ContentKind {
    kind: SourceKind::Issue,
    name: "issue",
    about: "An issue of a newsletter, as a draft with the articles published since the last one",
    folder: "newsletters",
    nesting: Nesting::Nested,
    extensions: MARKDOWN,
    location: NEWSLETTER.location,
    heading_key: "title",
    schema: Some(|| schema_for!(IssueFrontMatter)),
    parse: |file, diagnostics| file.document(ParsedSource::Issue, diagnostics),
    starter: Some(
        "---\ntitle: {title}\npreheader: \"\"\ndate: {date}\ndraft: true\narticles:{articles}\n---\n\n\
         A few words from the editor.\n",
    ),
};

fields! {
    /// The front matter of a newsletter.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct NewsletterFrontMatter {
        /// The newsletter's name.
        pub title: Title,
        /// What subscribers get, in one line.
        pub summary: Option<Prose>,
        /// An image on its page.
        pub image: Option<Image>,
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

impl FrontMatter for NewsletterFrontMatter {}

impl HasCommonKeys for NewsletterFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.title, self.summary.as_deref(), self.image.as_ref(), &self.extra)
    }
}

impl FrontMatter for IssueFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.preheader.as_deref().is_none_or(str::is_empty)
    }
}

impl HasCommonKeys for IssueFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        CommonKeys {
            slug: self.slug.as_deref(),
            draft: self.draft,
            date: Some(self.date),
            ..undated(&self.title, self.preheader.as_deref(), None, &self.extra)
        }
    }
}
