//! The entries of collections: which are published at the build's clock, each with its URL, in the order that the
//! collection declares.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::inputs::SiteInputs;
use super::model::SiteModel;
use super::permalinks::PermalinkParts;
use super::published::{Published, partition_by_clock};
use super::unpublished::{UnpublishedReason, UnpublishedText};
use crate::config::Collection;
use crate::content::collection::FieldValue;
use crate::content::document::{self, Document};
use crate::content::kinds::EntryFrontMatter;
use crate::content::{ParsedSource, collection_folder};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, SourcePath, UrlPath};

/// A published or included entry with its URL.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The source file.
    pub document: Arc<Document<EntryFrontMatter>>,
    /// The index of its collection in the settings.
    pub collection: usize,
    /// The URL of the page.
    pub url: UrlPath,
    /// The publication time in Unix seconds, if it has one.
    pub date: Option<i64>,
    /// The time of the last substantial change in Unix seconds.
    pub updated: Option<i64>,
    /// Why readers do not see it yet, when unpublished texts are included; `None` when it is published.
    pub unpublished_reason: Option<UnpublishedReason>,
}

impl Entry {
    /// Returns the summary, else the beginning of the text.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        let excerpt = Some(self.document.analysis.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
        self.document.front_matter.keys.summary.as_deref().or(excerpt)
    }

    /// Returns the time at which what it shows last changed, in Unix seconds, if it is known.
    #[must_use]
    pub fn modified(&self) -> Option<i64> {
        self.updated.max(self.date)
    }
}

/// Partitions the entries by the clock into published ones, by collection and in its order, and unpublished ones, by
/// path. Invalid slugs go into `diagnostics`.
pub(super) fn entries(
    inputs: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Entry>, Vec<UnpublishedText>) {
    let collection = |document: &Document<EntryFrontMatter>| {
        collection_of(inputs, &document.path).expect("an entry is parsed by its collection")
    };
    let url = |document: &Document<EntryFrontMatter>| {
        let (_, id, collection) = collection(document);
        let date = document.front_matter.keys.date.map(|date| date.unix_seconds(zone));
        url(document, &collection.permalink(id), date, zone)
    };
    let (placed, unpublished) = partition_by_clock(
        inputs,
        zone,
        |source| if let ParsedSource::Entry(entry) = source { Some(entry) } else { None },
        url,
        diagnostics,
    );
    let entry = |Published { document, url, unpublished_reason }: Published<EntryFrontMatter>| Entry {
        collection: collection(&document).0,
        date: document.front_matter.keys.date.map(|date| date.unix_seconds(zone)),
        updated: document.front_matter.keys.updated.map(|updated| updated.unix_seconds(zone)),
        document,
        url,
        unpublished_reason,
    };
    let mut published: Vec<Entry> = placed.into_iter().map(entry).collect();
    published.sort_by(|a, b| {
        let by_key = || in_order(&inputs.config.collections[a.collection], a, b, zone);
        a.collection.cmp(&b.collection).then_with(by_key).then_with(|| a.document.path.cmp(&b.document.path))
    });
    (published, unpublished)
}

/// Returns the collection of a file: its index, its id and its settings.
fn collection_of<'a>(inputs: &SiteInputs<'a>, path: &SourcePath) -> Option<(usize, &'a str, &'a Collection)> {
    let folder = collection_folder(path)?;
    let mut all = inputs.config.collections.iter().enumerate();
    all.find_map(|(index, (id, collection))| {
        (collection.folder(id) == folder).then_some((index, id.as_str(), collection))
    })
}

/// Returns the URL of an entry.
///
/// # Errors
/// The diagnostic of an invalid slug or URL.
fn url(
    document: &Document<EntryFrontMatter>,
    pattern: &str,
    date: Option<i64>,
    zone: &TimeZone,
) -> Result<UrlPath, Diagnostic> {
    let written = document.front_matter.keys.slug.as_deref();
    let error = |why: String| {
        let span = if written.is_some() { Span::value("slug") } else { Span::Whole };
        let near = written.and_then(Slug::slugify).map(|slug| format!("write `{slug}`, for example"));
        let help = near.unwrap_or_else(|| "give it a `slug` of words in lower case, joined by hyphens".to_owned());
        Diagnostic::error("front-matter", why).at(&document.path, span).help(help)
    };
    let slug = document::slug(&document.path, written).map_err(|why| error(why.to_string()))?;
    let parts = PermalinkParts { section: "", slug: &slug, date, zone };
    parts.fill(pattern).map_err(|why| error(why.to_string()))
}

/// A value by which entries are listed. Those of one collection are of one variant.
enum OrderValue {
    Number(f64),
    /// A text without accents and marks, in lower case, and as written.
    Text(String, String),
}

impl OrderValue {
    fn text(text: &str) -> OrderValue {
        let plain = Slug::slugify(text).map_or_else(String::new, |slug| slug.as_str().to_lowercase());
        OrderValue::Text(plain, text.to_owned())
    }

    fn compare(&self, other: &OrderValue) -> Ordering {
        match (self, other) {
            (OrderValue::Number(a), OrderValue::Number(b)) => a.total_cmp(b),
            (OrderValue::Text(a, a_written), OrderValue::Text(b, b_written)) => {
                a.cmp(b).then_with(|| a_written.cmp(b_written))
            }
            (OrderValue::Number(_), OrderValue::Text(..)) => Ordering::Less,
            (OrderValue::Text(..), OrderValue::Number(_)) => Ordering::Greater,
        }
    }
}

/// Compares two entries of a collection by its key. Entries without a value are last.
fn in_order(collection: &Collection, a: &Entry, b: &Entry, zone: &TimeZone) -> Ordering {
    let order = collection.order();
    match (order_value(collection, order.key, a, zone), order_value(collection, order.key, b, zone)) {
        (Some(a), Some(b)) => {
            let ordering = a.compare(&b);
            if order.is_descending { ordering.reverse() } else { ordering }
        }
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn order_value(collection: &Collection, key: &str, entry: &Entry, zone: &TimeZone) -> Option<OrderValue> {
    let front_matter = &entry.document.front_matter;
    let seconds = |seconds: i64| OrderValue::Number(seconds as f64);
    match key {
        "title" => Some(OrderValue::text(&front_matter.keys.title)),
        "date" => entry.date.map(seconds),
        _ => match front_matter.fields.get(key)? {
            FieldValue::Text(text) => Some(OrderValue::text(text)),
            FieldValue::Number(number) => Some(OrderValue::Number(*number)),
            FieldValue::Time(time) => Some(seconds(time.unix_seconds(zone))),
            FieldValue::Choice(choice) => {
                let choices = &collection.fields.get(key)?.choices;
                choices.iter().position(|known| known == choice).map(|index| OrderValue::Number(index as f64))
            }
            FieldValue::Markdown(_)
            | FieldValue::Url(_)
            | FieldValue::Image(_)
            | FieldValue::Author(_)
            | FieldValue::Topic(_)
            | FieldValue::Article(_)
            | FieldValue::Many(_) => None,
        },
    }
}

impl SiteModel {
    /// Returns the published entries of a collection, as indexes.
    #[must_use]
    pub fn entries_of(&self, collection: usize) -> Range<usize> {
        let start = self.entries.partition_point(|entry| entry.collection < collection);
        let end = self.entries.partition_point(|entry| entry.collection <= collection);
        start..end
    }

    /// Returns the id and the settings of a collection.
    #[must_use]
    pub fn collection(&self, index: usize) -> (&str, &Collection) {
        let (id, collection) = self.config.collections.get_index(index).expect("an index of the settings");
        (id, collection)
    }

    /// Returns the URL of a page of a collection's listing; pages are counted from 1.
    #[must_use]
    pub fn collection_page(&self, index: usize, number: usize) -> UrlPath {
        let (id, collection) = self.collection(index);
        let folder = collection.folder(id);
        let path = if number <= 1 { format!("/{folder}/") } else { format!("/{folder}/page/{number}/") };
        UrlPath::new(&path).expect("the folder of a collection is a slug")
    }

    /// Returns the number of entries on a page of a collection's listing.
    #[must_use]
    pub fn entries_per_page(&self, index: usize) -> usize {
        self.collection(index).1.page_size.unwrap_or(self.config.listing.page_size)
    }
}
