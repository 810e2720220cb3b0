//! Entries as pages and feeds show them, with their declared fields.

use serde::Serialize;

use super::super::entries::Entry;
use super::super::model::SiteModel;
use super::super::terms::{Term, TermKind};
use super::super::urls::ResolvedLink;
use super::card::{CardRef, Cards, TermRef};
use super::feed::{FeedField, FeedItem};
use super::query::TextRef;
use super::view::{AuthorLink, DateView, ImageView, Pagination, TermLink};
use super::view_tree::{ContentNode, ViewTree};
use crate::content::body::{Heading, LinkTarget};
use crate::content::collection::{FieldConfig, FieldValue};
use crate::content::fields::SiteUrl;
use crate::content::front_matter::Image;
use crate::path::UrlPath;

/// The greatest number of entries of one collection on the page of a term.
const ENTRIES_OF_TERM: usize = 20;

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

/// A value of a declared field as readers see it: the members that its type has.
#[derive(Default)]
struct ShownValue<'s> {
    text: Option<String>,
    date: Option<DateView>,
    number: Option<f64>,
    url: Option<ShownUrl>,
    html: Option<Box<ContentNode<'s>>>,
    image: Option<ImageView>,
    card: Option<CardRef<'s>>,
}

/// A URL in the two forms that pages and feeds need.
struct ShownUrl {
    /// The link on a page.
    link: String,
    /// The absolute URL.
    absolute: String,
}

impl<'s> ShownValue<'s> {
    /// Returns the value for templates; without a value all members are none.
    fn into_node(self) -> ViewTree<'s> {
        fn leaf<'s>(member: Option<impl Serialize + Send + Sync + 's>) -> ViewTree<'s> {
            member.map_or(ViewTree::None, ViewTree::of)
        }
        ViewTree::Map(vec![
            ("text", leaf(self.text)),
            ("date", leaf(self.date)),
            ("number", leaf(self.number)),
            ("url", leaf(self.url.map(|url| url.link))),
            ("html", self.html.map_or(ViewTree::None, ViewTree::Content)),
            ("image", leaf(self.image)),
            ("card", self.card.map_or(ViewTree::None, ViewTree::Card)),
        ])
    }
}

impl<'s> Cards<'s> {
    /// Returns an entry as its own page shows it: with the summary that it was given, since the page has the text.
    pub(super) fn own_entry(self, index: usize) -> ViewTree<'s> {
        let entry = &self.model.entries[index];
        self.entry_with(entry, entry.document.front_matter.keys.summary.as_deref())
    }

    /// Returns an entry as listings show it.
    pub(super) fn entry(self, index: usize) -> ViewTree<'s> {
        let entry = &self.model.entries[index];
        self.entry_with(entry, entry.summary())
    }

    fn entry_with(self, entry: &'s Entry, summary: Option<&'s str>) -> ViewTree<'s> {
        let keys = &entry.document.front_matter.keys;
        let (authors, topics) = self.terms_of(entry);
        let base = &self.model.base;
        let view = EntryView {
            title: &keys.title,
            url: base.link(&entry.url),
            permalink: base.absolute(&entry.url),
            summary,
            date: entry.date.map(|date| self.model.date(date)),
            updated: entry.updated.map(|updated| self.model.date(updated)),
            image: keys.image.as_ref().and_then(|image| self.entry_image(entry, image)),
            authors: authors.map(|term| AuthorLink::of(term, base)).collect(),
            topics: topics.map(|term| TermLink::of(term, base)).collect(),
            toc: &entry.document.analysis.headings,
            state: entry.unpublished_reason.map(|reason| reason.word()),
            extra: keys.extra.value(),
        };
        let (_, collection) = self.model.collection(entry.collection);
        let fields = collection.fields.iter().map(|(name, field)| (name.as_str(), self.field(entry, name, field)));
        let fields = ViewTree::Map(vec![("fields", ViewTree::Map(fields.collect()))]);
        ViewTree::Merged(Box::new(ViewTree::of(view)), Box::new(fields))
    }

    /// Returns the authors and the topics of an entry.
    fn terms_of(self, entry: &'s Entry) -> (impl Iterator<Item = &'s Term>, impl Iterator<Item = &'s Term>) {
        let (keys, terms) = (&entry.document.front_matter.keys, &self.model.terms);
        let authors = keys.authors.iter().filter_map(move |id| terms.get(TermKind::Author, id));
        let topics = keys.topics.iter().filter_map(move |id| terms.get(TermKind::Topic, id));
        (authors, topics)
    }

    /// Returns a field of an entry: its label, type and values, and beside them the members of the first value. A field
    /// that the entry does not have has no values.
    fn field(self, entry: &'s Entry, name: &'s str, field: &'s FieldConfig) -> ViewTree<'s> {
        let first = self.shown_values(entry, name).next().unwrap_or_default();
        let members = ViewTree::Map(vec![
            ("label", ViewTree::of(field.label.as_deref().unwrap_or(name))),
            ("type", ViewTree::of(field.field_type.as_str())),
            ("values", ViewTree::List(self.shown_values(entry, name).map(ShownValue::into_node).collect())),
        ]);
        ViewTree::Merged(Box::new(first.into_node()), Box::new(members))
    }

    /// Returns the values of a field as readers see them. What refers to something unpublished is not among them.
    fn shown_values(self, entry: &'s Entry, name: &str) -> impl Iterator<Item = ShownValue<'s>> {
        let values = entry.document.front_matter.fields.get(name).into_iter().flat_map(FieldValue::each);
        values.filter_map(move |value| self.shown_value(entry, value))
    }

    fn shown_value(self, entry: &'s Entry, value: &'s FieldValue) -> Option<ShownValue<'s>> {
        let none = ShownValue::default();
        let text = |text: &str| Some(text.to_owned());
        let url =
            |url: &UrlPath| Some(ShownUrl { link: self.model.base.link(url), absolute: self.model.base.absolute(url) });
        Some(match value {
            FieldValue::Text(value) => ShownValue { text: text(value), ..none },
            FieldValue::Choice(value) => ShownValue { text: text(value), ..none },
            FieldValue::Number(number) => ShownValue { text: Some(number.to_string()), number: Some(*number), ..none },
            FieldValue::Time(time) => {
                let date = self.model.date(time.unix_seconds(&self.model.zone));
                let time = if date.time.is_empty() { String::new() } else { format!(", {}", date.time) };
                ShownValue { text: Some(format!("{}{time}", date.text)), date: Some(date), ..none }
            }
            FieldValue::Url(written) => {
                ShownValue { text: text(url_text(written)), url: Some(self.shown_url(entry, written)?), ..none }
            }
            FieldValue::Image(image) => {
                let image = self.entry_image(entry, image)?;
                ShownValue { text: text(&image.alt), image: Some(image), ..none }
            }
            FieldValue::Markdown(markdown) => {
                ShownValue { html: self.part(&TextRef(entry.document.path.clone()), &markdown.body), ..none }
            }
            FieldValue::Author(id) => {
                let term = self.model.terms.get(TermKind::Author, id)?;
                ShownValue { text: text(&term.title), url: url(&term.url), ..none }
            }
            FieldValue::Topic(id) => {
                let term = self.model.terms.get(TermKind::Topic, id)?;
                ShownValue { text: text(&term.title), url: url(&term.url), ..none }
            }
            FieldValue::Article(reference) => {
                let index = self.urls.article(&reference.path(&entry.document.path)?)?;
                let article = &self.model.articles[index];
                let title = text(&article.document.front_matter.title);
                ShownValue { text: title, url: url(&article.url), card: Some(self.get(index)), ..none }
            }
            FieldValue::Many(_) => return None,
        })
    }

    fn entry_image(self, entry: &Entry, image: &Image) -> Option<ImageView> {
        self.urls.image(image, &entry.document.path, &entry.url)
    }

    /// Returns the value of a `url` field; `None` when its target is unpublished.
    fn shown_url(self, entry: &Entry, url: &SiteUrl) -> Option<ShownUrl> {
        let link = match url.starts_with('/') {
            true => {
                let target = LinkTarget::Root(url.to_string());
                match self.urls.resolve(&target, &entry.document.path, &entry.url) {
                    Ok(ResolvedLink::Unpublished) => return None,
                    Ok(resolved) => resolved.link(&self.model.base)?,
                    Err(_) => url.to_string(), // reported when the plan is checked
                }
            }
            false => url.to_string(),
        };
        let absolute = if link.starts_with('/') { format!("{}{link}", self.model.base.origin) } else { link.clone() };
        Some(ShownUrl { link, absolute })
    }

    /// Returns the entries of a term, grouped by collection.
    pub(super) fn entry_groups(self, term: Option<&(TermKind, String)>) -> ViewTree<'s> {
        let term = term.and_then(|(kind, id)| self.model.terms.get(*kind, id));
        let Some(term) = term else { return ViewTree::List(Vec::new()) };
        let collection = |index: usize| self.model.entries[index].collection;
        let groups = term.entries.chunk_by(|&a, &b| collection(a) == collection(b)).map(|entries| {
            let shown = entries.iter().take(ENTRIES_OF_TERM).map(|&index| self.entry(index));
            ViewTree::Map(vec![
                ("collection", self.model.collection_node(collection(entries[0]))),
                ("entries", ViewTree::List(shown.collect())),
            ])
        });
        ViewTree::List(groups.collect())
    }

    /// Returns an entry as an item of a feed; `None` for one without a date.
    pub(super) fn feed_entry(self, index: usize) -> Option<FeedItem<'s>> {
        let entry = &self.model.entries[index];
        let date = entry.date?;
        let (_, collection) = self.model.collection(entry.collection);
        let mut fields = Vec::new();
        for (name, field) in &collection.fields {
            let label = field.label.as_deref().unwrap_or(name);
            let (mut texts, mut parts) = (Vec::new(), Vec::new());
            for value in self.shown_values(entry, name) {
                parts.extend(value.html);
                texts.extend(value.text.map(|text| (text, value.url.map(|url| url.absolute))));
            }
            if !texts.is_empty() || !parts.is_empty() {
                fields.push(FeedField { label, texts, parts });
            }
        }
        let (authors, topics) = self.terms_of(entry);
        Some(FeedItem::Entry {
            title: &entry.document.front_matter.keys.title,
            url: &entry.url,
            summary: entry.summary(),
            date,
            updated: entry.updated,
            authors: authors.map(TermRef::of).collect(),
            topics: topics.map(|term| term.title.as_str()).collect(),
            fields,
            content: match self.content(&TextRef(entry.document.path.clone())) {
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

    /// Returns the pagination of a collection's listing; pages are counted from 1.
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

#[cfg(test)]
mod tests {
    use super::url_text;

    #[test]
    fn urls_are_shown_as_readers_know_them() {
        let check = |url: &str, expected: &str| assert_eq!(url_text(url), expected);
        check("tel:+15550142", "+15550142");
        check("mailto:tips@paper.example?subject=Rent", "tips@paper.example");
        check("https://paper.example/", "paper.example");
        check("https://paper.example/form?a=1", "paper.example/form?a=1");
        check("/", "/");
        check("/about/", "/about");
    }
}
