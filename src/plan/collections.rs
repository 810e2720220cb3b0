//! The pages of collections: each entry, and the listing of each collection.

use super::page_kinds::PageKind;
use super::page_meta::{EntryEntity, MainEntity, PageMeta, feed_links, shareable, site_feeds};
use super::{OutputFile, Planner};
use crate::site::{Entry, Query, TermKind, TextRef};

impl Planner<'_> {
    /// Plans the pages of all collections.
    pub(super) fn collections(&mut self) {
        for index in 0..self.site.model.config.collections.len() {
            let entries: Vec<usize> = self.site.model.entries_of(index).collect();
            let pages: Vec<OutputFile> = entries.iter().map(|&entry| self.entry(entry)).collect();
            self.pages.extend(pages);
            let size = self.site.model.entries_per_page(index);
            // A collection without entries has a page too: a menu may link to it.
            for number in 1..=entries.len().div_ceil(size).max(1) {
                let shown = entries.iter().copied().skip((number - 1) * size).take(size).collect();
                let page = self.collection(index, shown, number);
                self.add(page);
            }
        }
    }

    /// Plans the page of the entry with this index.
    fn entry(&self, index: usize) -> OutputFile {
        let site = self.site;
        let model = &site.model;
        let entry = &model.entries[index];
        let collection = entry.collection;
        let (_, settings) = model.collection(collection);
        let keys = &entry.document.front_matter.keys;
        let mut head = PageMeta::new(site, PageKind::Entry, &entry.url, &keys.title);
        head.description = entry.summary().map(str::to_owned);
        head.section_title = Some(settings.title.to_string());
        head.noindex = keys.noindex || entry.unpublished_reason.is_some();
        let image = keys.image.as_ref().and_then(|image| site.urls.image(image, &entry.document.path, &entry.url));
        head.image = shareable(&site.globals(), image).or(head.image);
        head.published = entry.date.map(|date| model.date(date));
        head.modified = entry.updated.filter(|at| Some(*at) > entry.date).map(|at| model.date(at));
        head.feeds = self.feeds_of(collection);
        let entity = self.entity(entry);
        let path = &entry.document.path;
        let needs = vec![
            ("entry", Query::Entry(index)),
            ("collection", Query::Collection(collection)),
            ("content", Query::Content(TextRef(path.clone()))),
            ("related", Query::Cards(self.related(entry))),
        ];
        let mut page = self.page_with(settings.template.as_deref(), entry.url.clone(), head, needs);
        page.entity = MainEntity::Entry(Box::new(entity));
        page.source = Some(path.clone());
        page.modified = entry.modified();
        page
    }

    /// Returns the latest articles about the topics of an entry.
    fn related(&self, entry: &Entry) -> Vec<usize> {
        let model = &self.site.model;
        let count = model.config.listing.related.unwrap_or_else(|| self.site.theme.list_size("related", 3));
        let topics = entry.document.front_matter.keys.topics.iter();
        let topics = topics.filter_map(|id| model.terms.get(TermKind::Topic, id));
        let mut related: Vec<usize> = topics.flat_map(|topic| topic.articles.iter().copied()).collect();
        related.sort_unstable();
        related.dedup();
        related.truncate(count);
        related
    }

    /// Returns what the structured data of an entry's page describe.
    fn entity(&self, entry: &Entry) -> EntryEntity {
        let model = &self.site.model;
        let collection = entry.collection;
        let (_, settings) = model.collection(collection);
        let authors = entry.document.front_matter.keys.authors.iter();
        let authors = authors.filter_map(|id| model.terms.get(TermKind::Author, id));
        EntryEntity {
            schema_type: settings.schema_type,
            collection: settings.title.to_string(),
            collection_url: model.base.absolute(&model.collection_page(collection, 1)),
            authors: authors.map(|term| (term.title.clone(), model.base.absolute(&term.url))).collect(),
        }
    }

    /// Returns the links to a collection's feeds, or to the site's.
    fn feeds_of(&self, collection: usize) -> Vec<super::FeedLink> {
        let (_, settings) = self.site.model.collection(collection);
        match settings.feed {
            true => feed_links(&self.site.model, &self.site.model.collection_page(collection, 1), &settings.title),
            false => site_feeds(self.site),
        }
    }

    /// Plans a page of a collection's listing with the entries that it shows; pages are counted from 1.
    fn collection(&self, index: usize, shown: Vec<usize>, number: usize) -> OutputFile {
        let site = self.site;
        let (_, settings) = site.model.collection(index);
        let heading = match number {
            1 => settings.title.to_string(),
            _ => format!("{} – {}", settings.title, site.translate_with("page_number", &[("n", number.to_string())])),
        };
        let url = site.model.collection_page(index, number);
        let mut head = PageMeta::new(site, PageKind::Collection, &url, &heading);
        head.description = settings.summary.clone().map(String::from);
        head.feeds = self.feeds_of(index);
        let modified = shown.iter().filter_map(|&entry| site.model.entries[entry].modified()).max();
        let needs = vec![
            ("collection", Query::Collection(index)),
            ("entries", Query::Entries(shown)),
            ("pagination", Query::EntryPagination(index, number)),
        ];
        let mut page = self.page_with(settings.listing_template.as_deref(), url, head, needs);
        page.modified = modified;
        page
    }
}
