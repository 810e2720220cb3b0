//! Entries as pages show them, with their declared fields.

use serde::Serialize;

use super::super::entries::Entry;
use super::super::model::SiteModel;
use super::super::terms::TermKind;
use super::super::urls::ResolvedLink;
use super::card::{Cards, TermRef};
use super::feed::FeedItem;
use super::query::TextRef;
use super::view::{AuthorLink, DateView, ImageView, Pagination, TermLink};
use super::view_tree::ViewTree;
use crate::content::body::{Heading, LinkTarget};
use crate::content::collection::{FieldConfig, FieldValue};
use crate::content::fields::SiteUrl;
use crate::content::front_matter::Image;

/// The members of a value beside its text, in the order in which a value has several.
const MEMBERS: [&str; 6] = ["date", "number", "url", "html", "image", "card"];

/// An entry without its fields.
#[derive(Serialize)]
struct EntryView<'s> {
    title: &'s str,
    url: String,
    permalink: String,
    summary: Option<&'s str>,
    date: Option<DateView>,
    updated: Option<DateView>,
    image: Option<ImageView>,
    authors: Vec<AuthorLink>,
    topics: Vec<TermLink>,
    toc: &'s [Heading],
    state: Option<&'static str>,
    extra: serde_json::Value,
}

/// A collection as a link with a summary.
#[derive(Serialize)]
struct CollectionView<'s> {
    id: &'s str,
    title: &'s str,
    summary: Option<&'s str>,
    url: String,
    has_feeds: bool,
}

impl<'s> Cards<'s> {
    /// Returns an entry with its fields.
    pub(super) fn entry(self, index: usize) -> ViewTree<'s> {
        let entry = &self.model.entries[index];
        let (_, collection) = self.model.collection(entry.collection);
        let fields = collection.fields.iter().filter_map(|(name, field)| {
            let value = entry.document.front_matter.fields.get(name)?;
            Some((name.as_str(), self.field(entry, field, value)))
        });
        let fields = ViewTree::Map(vec![("fields", ViewTree::Map(fields.collect()))]);
        ViewTree::Merged(Box::new(ViewTree::of(self.entry_view(entry))), Box::new(fields))
    }

    fn entry_view(self, entry: &'s Entry) -> EntryView<'s> {
        let keys = &entry.document.front_matter.keys;
        let terms = &self.model.terms;
        let authors = keys.authors.iter().filter_map(|id| terms.get(TermKind::Author, id));
        let topics = keys.topics.iter().filter_map(|id| terms.get(TermKind::Topic, id));
        EntryView {
            title: &keys.title,
            url: self.model.base.link(&entry.url),
            permalink: self.model.base.absolute(&entry.url),
            summary: entry.summary(),
            date: entry.date.map(|date| self.model.date(date)),
            updated: entry.updated.map(|updated| self.model.date(updated)),
            image: keys.image.as_ref().and_then(|image| self.entry_image(entry, image)),
            authors: authors.map(|term| AuthorLink::of(term, &self.model.base)).collect(),
            topics: topics.map(|term| TermLink::of(term, &self.model.base)).collect(),
            toc: &entry.document.analysis.headings,
            state: entry.unpublished_reason.map(|reason| reason.word()),
            extra: keys.extra.value(),
        }
    }

    /// Returns a field: its label, type and values, and beside them the members of the first value.
    fn field(self, entry: &'s Entry, field: &'s FieldConfig, value: &'s FieldValue) -> ViewTree<'s> {
        // A reference to something unpublished leaves no trace.
        let shown = || value.each().filter_map(|value| self.field_value(entry, value));
        let none = || ViewTree::Map(["text"].into_iter().chain(MEMBERS).map(|name| (name, ViewTree::None)).collect());
        let first = shown().next().unwrap_or_else(none);
        let members = ViewTree::Map(vec![
            ("label", ViewTree::of(field.label.as_deref())),
            ("type", ViewTree::of(field.field_type.as_str())),
            ("values", ViewTree::List(shown().collect())),
        ]);
        ViewTree::Merged(Box::new(first), Box::new(members))
    }

    /// Returns a value as plain text; `None` when it refers to something that is not published.
    fn field_text(self, entry: &'s Entry, value: &'s FieldValue) -> Option<String> {
        let term = |kind, id: &str| self.model.terms.get(kind, id).map(|term| term.title.clone());
        match value {
            FieldValue::Text(text) => Some(text.to_string()),
            FieldValue::Choice(choice) => Some(choice.to_string()),
            FieldValue::Number(number) => Some(number.to_string()),
            FieldValue::Time(time) => Some(self.model.date(time.unix_seconds(&self.model.zone)).text),
            FieldValue::Url(url) => self.site_link(entry, url).map(|_| url_text(url).to_owned()),
            FieldValue::Image(image) => Some(image.alt.to_string()),
            FieldValue::Markdown(markdown) => Some(markdown.source.clone()),
            FieldValue::Author(id) => term(TermKind::Author, id),
            FieldValue::Topic(id) => term(TermKind::Topic, id),
            FieldValue::Article(reference) => {
                let index = self.urls.article(&reference.path(&entry.document.path)?)?;
                Some(self.model.articles[index].document.front_matter.title.to_string())
            }
            FieldValue::Many(_) => None,
        }
    }

    /// Returns a value as text, with the members that its type has beside it; `None` when it refers to something that
    /// is not published.
    fn field_value(self, entry: &'s Entry, value: &'s FieldValue) -> Option<ViewTree<'s>> {
        let link = |kind, id: &str| {
            let term = self.model.terms.get(kind, id)?;
            Some(vec![("url", ViewTree::of(self.model.base.link(&term.url)))])
        };
        let members = match value {
            FieldValue::Text(_) | FieldValue::Choice(_) => Vec::new(),
            FieldValue::Number(number) => vec![("number", ViewTree::of(*number))],
            FieldValue::Time(time) => {
                vec![("date", ViewTree::of(self.model.date(time.unix_seconds(&self.model.zone))))]
            }
            FieldValue::Url(url) => vec![("url", ViewTree::of(self.site_link(entry, url)?))],
            FieldValue::Image(image) => vec![("image", ViewTree::of(self.entry_image(entry, image)?))],
            FieldValue::Markdown(markdown) => {
                vec![("html", self.part(&TextRef(entry.document.path.clone()), &markdown.body))]
            }
            FieldValue::Author(id) => link(TermKind::Author, id)?,
            FieldValue::Topic(id) => link(TermKind::Topic, id)?,
            FieldValue::Article(reference) => {
                let index = self.urls.article(&reference.path(&entry.document.path)?)?;
                let url = self.model.base.link(&self.model.articles[index].url);
                vec![("url", ViewTree::of(url)), ("card", ViewTree::Card(self.get(index)))]
            }
            FieldValue::Many(_) => return None,
        };
        let mut all = vec![("text", ViewTree::of(self.field_text(entry, value)?))];
        let mut members = members.into_iter().peekable();
        for name in MEMBERS {
            all.push((name, members.next_if(|(given, _)| *given == name).map_or(ViewTree::None, |(_, node)| node)));
        }
        Some(ViewTree::Map(all))
    }

    fn entry_image(self, entry: &Entry, image: &Image) -> Option<ImageView> {
        self.urls.image(image, &entry.document.path, &entry.url)
    }

    /// Returns a link of an entry; `None` when its target is unpublished.
    fn site_link(self, entry: &Entry, url: &SiteUrl) -> Option<String> {
        if !url.starts_with('/') {
            return Some(url.to_string());
        }
        let target = LinkTarget::Root(url.to_string());
        match self.urls.resolve(&target, &entry.document.path, &entry.url) {
            Ok(ResolvedLink::Unpublished) => None,
            Ok(resolved) => resolved.link(&self.model.base),
            Err(_) => Some(url.to_string()),
        }
    }

    /// Returns the entries of a term, by collection.
    pub(super) fn entry_groups(self, term: Option<&(TermKind, String)>) -> ViewTree<'s> {
        let term = term.and_then(|(kind, id)| self.model.terms.get(*kind, id));
        let Some(term) = term else { return ViewTree::List(Vec::new()) };
        let collection = |index: usize| self.model.entries[index].collection;
        let groups = term.entries.chunk_by(|&a, &b| collection(a) == collection(b)).map(|entries| {
            ViewTree::Map(vec![
                ("collection", self.model.collection_node(collection(entries[0]))),
                ("entries", ViewTree::List(entries.iter().map(|&index| self.entry(index)).collect())),
            ])
        });
        ViewTree::List(groups.collect())
    }

    /// Returns an entry as an item of a feed; `None` for one without a date.
    pub(super) fn feed_entry(self, index: usize) -> Option<FeedItem<'s>> {
        let entry = &self.model.entries[index];
        let front_matter = &entry.document.front_matter;
        let (_, collection) = self.model.collection(entry.collection);
        let (terms, file) = (&self.model.terms, TextRef(entry.document.path.clone()));
        let authors = front_matter.keys.authors.iter().filter_map(|id| terms.get(TermKind::Author, id));
        let topics = front_matter.keys.topics.iter().filter_map(|id| terms.get(TermKind::Topic, id));
        let (mut fields, mut parts) = (Vec::new(), Vec::new());
        for (name, field) in &collection.fields {
            let label = field.label.as_deref().unwrap_or(name);
            let mut texts = Vec::new();
            for value in front_matter.fields.get(name).into_iter().flat_map(FieldValue::each) {
                match value {
                    FieldValue::Markdown(markdown) => {
                        if let ViewTree::Content(content) = self.part(&file, &markdown.body) {
                            parts.push((label, content));
                        }
                    }
                    _ => texts.extend(self.field_text(entry, value)),
                }
            }
            if !texts.is_empty() {
                fields.push((label, texts));
            }
        }
        Some(FeedItem::Entry {
            title: &front_matter.keys.title,
            url: &entry.url,
            summary: entry.summary(),
            date: entry.date?,
            updated: entry.updated,
            authors: authors.map(TermRef::of).collect(),
            topics: topics.map(|term| term.title.as_str()).collect(),
            fields,
            parts,
            content: match self.content(&file) {
                ViewTree::Content(content) => Some(content),
                _ => None, // the file has no page
            },
        })
    }
}

impl SiteModel {
    /// Returns a collection as a link with a summary.
    pub(super) fn collection_node(&self, index: usize) -> ViewTree<'_> {
        let (id, collection) = self.collection(index);
        ViewTree::of(CollectionView {
            id,
            title: &collection.title,
            summary: collection.summary.as_deref(),
            url: self.base.link(&self.collection_page(index, 1)),
            has_feeds: collection.feed,
        })
    }

    /// Returns the pagination of a collection's listing.
    pub(super) fn entry_pagination(&self, index: usize, number: usize) -> Pagination {
        let (total, size) = (self.entries_of(index).len(), self.entries_per_page(index));
        let link = |number| self.base.link(&self.collection_page(index, number));
        super::listing::paginate(total, number, size, link)
    }
}

/// Returns a URL as readers know it: an email address or a number without its scheme, a web page by its host.
fn url_text(url: &str) -> &str {
    if let Some((scheme, rest)) = url.split_once(':')
        && matches!(scheme, "mailto" | "tel" | "sms")
    {
        return rest.split('?').next().unwrap_or(rest);
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    rest.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(rest)
}
