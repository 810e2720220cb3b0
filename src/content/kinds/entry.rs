//! Entries of the collections that a site declares. Their folders, keys and templates are data of the site, so they
//! have no row in [`CONTENT_KINDS`](super::CONTENT_KINDS).

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ParsedText, TextFile};
use crate::content::ParsedSource;
use crate::content::collection::{EntrySchema, FieldValue, MarkdownText};
use crate::content::fields::{AliasUrl, AuthorId, Fields, KeyPath, Prose, Title, TopicId, Verbatim, Visitor, fields};
use crate::content::front_matter::{CommonKeys, Extra, FrontMatter, HasCommonKeys, Image, conflicts};
use crate::diagnostic::Diagnostic;
use crate::time::TimeSpec;

/// Parses an entry.
pub(in crate::content) fn parse(
    file: &TextFile<'_>,
    schema: &EntrySchema,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParsedText {
    file.document_as(schema, ParsedSource::Entry, |_| file.id(), diagnostics)
}

fields! {
    /// The keys of every entry, beside the declared fields of its collection.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct EntryKeys {
        /// The heading.
        pub title: Title,
        /// The publication time; required if the collection has feeds, is listed by date, or has the date in its URLs.
        pub date: Option<TimeSpec>,
        /// The last segment of the URL; from the file name when absent.
        pub slug: Option<Verbatim>,
        /// One or two sentences; also shown in listings, feeds and descriptions.
        pub summary: Option<Prose>,
        /// Ids in `content/authors/`.
        #[serde(default)]
        pub authors: Vec<AuthorId>,
        /// Ids of topics.
        #[serde(default)]
        pub topics: Vec<TopicId>,
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
        /// Old URLs that redirect to this page.
        #[serde(default)]
        pub aliases: Vec<AliasUrl>,
        /// `true` asks search engines not to index it and keeps it out of the sitemap.
        #[serde(default)]
        pub noindex: bool,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }
}

/// The front matter of an entry. It is read with an [`EntrySchema`](crate::content::collection::EntrySchema).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryFrontMatter {
    /// The keys of every entry.
    pub keys: EntryKeys,
    /// The declared fields that it has, in the order of the settings.
    pub fields: IndexMap<String, FieldValue>,
    /// Names of required fields that it does not have.
    pub missing: Vec<String>,
}

/// Declared fields are at the top level, beside the other keys.
impl Fields for EntryFrontMatter {
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
        self.keys.visit(path, visitor);
        for (name, value) in &self.fields {
            value.visit(&path.key(name), visitor);
        }
    }

    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
        self.keys.for_each_prose(edit);
        self.fields.values_mut().for_each(|value| value.for_each_prose(edit));
    }
}

impl FrontMatter for EntryFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.keys.summary.is_none()
    }

    fn conflicting_times(&self) -> Vec<(&'static str, &'static str)> {
        let EntryKeys { date, updated, embargo, expires, .. } = self.keys;
        conflicts(&[
            ("updated", updated, "date", date),
            ("expires", expires, "date", date),
            ("expires", expires, "embargo", embargo),
        ])
    }

    fn missing_fields(&self) -> &[String] {
        &self.missing
    }

    fn for_each_markdown(&mut self, edit: &mut dyn FnMut(&KeyPath<'_>, &mut MarkdownText)) {
        for (name, value) in &mut self.fields {
            value.for_each_markdown(&KeyPath::Root.key(name), edit);
        }
    }
}

impl HasCommonKeys for EntryFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        let keys = &self.keys;
        CommonKeys {
            title: &keys.title,
            summary: keys.summary.as_deref(),
            slug: keys.slug.as_deref(),
            image: keys.image.as_ref(),
            aliases: &keys.aliases,
            canonical_url: None,
            noindex: keys.noindex,
            draft: keys.draft,
            date: keys.date,
            embargo: keys.embargo,
            expires: keys.expires,
            updated: keys.updated,
            extra: Some(&keys.extra),
        }
    }
}
