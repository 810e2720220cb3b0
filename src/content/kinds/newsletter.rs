//! The rows of newsletters and of their issues.

use schemars::schema_for;

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::front_matter::{IssueFrontMatter, NewsletterFrontMatter};
use crate::content::{ParsedSource, SourceKind};

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
