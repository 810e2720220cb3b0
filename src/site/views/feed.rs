//! Feeds as raw values: the feed's own metadata, and items with everything that any format may write.

use serde::Serialize;

use super::super::{Listing, Newsletter, Site};
use super::article::ArticleData;
use super::card::{CardRef, TermRef};
use super::query::TextRef;
use super::view_tree::{ContentNode, ViewTree};
use crate::content::comment::Comment;
use crate::content::front_matter::CorrectionKind;
use crate::path::{SourcePath, UrlPath};

/// The items of a feed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedContent {
    /// The latest articles of a listing.
    Articles(Listing),
    /// The latest corrections.
    Corrections,
    /// The latest issues of a newsletter, by its id.
    Issues(String),
    /// The latest entries of a collection, by its index.
    Entries(usize),
    /// The latest comments.
    Comments,
}

/// A feed.
#[derive(Serialize)]
pub struct Feed<'s> {
    /// The title.
    pub title: String,
    /// One or two sentences; the title if the site has none.
    pub description: String,
    /// The URL of the page with the same content.
    pub page: UrlPath,
    /// The hub of WebSub that sends the feed to those who ask for it.
    pub hub: Option<&'s str>,
    /// The items, the latest first.
    pub items: Vec<FeedItem<'s>>,
}

/// An item of a feed.
#[derive(Serialize)]
pub enum FeedItem<'s> {
    /// An article with its text.
    Article(ArticleData<'s>, Option<Box<ContentNode<'s>>>),
    /// An issue with its text and its articles.
    Issue {
        /// The subject.
        title: &'s str,
        /// The URL of the issue's page.
        url: &'s UrlPath,
        /// The preheader, or the beginning of the text.
        summary: Option<&'s str>,
        /// The time at which it is sent, in Unix seconds.
        date: i64,
        /// The text.
        content: Option<Box<ContentNode<'s>>>,
        /// The articles.
        articles: Vec<CardRef<'s>>,
    },
    /// An entry with its fields and its text.
    Entry {
        /// The title.
        title: &'s str,
        /// The URL of the entry's page.
        url: &'s UrlPath,
        /// The summary, or the beginning of the text.
        summary: Option<&'s str>,
        /// Publication in Unix seconds.
        date: i64,
        /// The last substantial change in Unix seconds.
        updated: Option<i64>,
        /// The names of the authors with the URLs of their pages.
        authors: Vec<TermRef<'s>>,
        /// The titles of the topics.
        topics: Vec<&'s str>,
        /// The declared fields that it has, in the order of the settings.
        fields: Vec<FeedField<'s>>,
        /// The text.
        content: Option<Box<ContentNode<'s>>>,
    },
    /// A correction.
    Correction {
        /// The article.
        article: CardRef<'s>,
        /// The correction's position among those of the article, from 1.
        number: usize,
        /// Its date, in Unix seconds.
        date: i64,
        /// Its kind.
        kind: CorrectionKind,
        /// What was corrected.
        text: &'s str,
    },
    /// A comment.
    Comment {
        /// The article.
        article: CardRef<'s>,
        /// The time at which it was written, in Unix seconds.
        date: i64,
        /// The comment.
        comment: &'s Comment,
    },
}

/// A declared field of an entry in a feed.
#[derive(Serialize)]
pub struct FeedField<'s> {
    /// The label.
    pub label: &'s str,
    /// The values as text, each with the absolute URL that it links to.
    pub texts: Vec<(String, Option<String>)>,
    /// The values of a field of Markdown.
    pub parts: Vec<Box<ContentNode<'s>>>,
}

impl FeedItem<'_> {
    /// Returns the texts of the item.
    pub(super) fn contents(&self) -> impl Iterator<Item = &ContentNode<'_>> {
        let (content, fields) = match self {
            FeedItem::Article(_, content) | FeedItem::Issue { content, .. } => (content.as_deref(), &[][..]),
            FeedItem::Entry { content, fields, .. } => (content.as_deref(), fields.as_slice()),
            FeedItem::Correction { .. } | FeedItem::Comment { .. } => (None, &[][..]),
        };
        content.into_iter().chain(fields.iter().flat_map(|field| &field.parts).map(|part| &**part))
    }
}

impl Site {
    /// Returns the answer to [`Query::Feed`](super::super::Query::Feed); `None` for an unknown newsletter.
    pub(super) fn feed(&self, content: &FeedContent) -> Option<Feed<'_>> {
        let count = self.model.config.feeds.items;
        let feed = match content {
            FeedContent::Articles(listing) => {
                let name = match listing {
                    Listing::All => None,
                    Listing::Term(kind, id) => self.model.terms.get(*kind, id).map(|term| term.title.as_str()),
                };
                self.feed_of(name, None, self.model.page_of(listing, 1), self.feed_articles(listing, count))
            }
            FeedContent::Corrections => {
                let (name, summary) = (self.translate("corrections"), self.translate("corrections_summary"));
                let page = UrlPath::new("/corrections/").expect("plain");
                self.feed_of(Some(&name), Some(&summary), page, self.feed_corrections(count))
            }
            FeedContent::Issues(id) => {
                let newsletter = self.model.newsletters.iter().find(|newsletter| newsletter.id == *id)?;
                let front_matter = &newsletter.document.front_matter;
                let items = self.feed_issues(newsletter, count);
                let page = newsletter.archive_page(1);
                self.feed_of(Some(&front_matter.title), front_matter.summary.as_deref(), page, items)
            }
            FeedContent::Entries(index) => {
                let (_, collection) = self.model.collection(*index);
                let page = self.model.collection_page(*index, 1);
                let items = self.feed_entries(*index, count);
                self.feed_of(Some(&collection.title), collection.summary.as_deref(), page, items)
            }
            FeedContent::Comments => {
                let name = self.translate("comments");
                self.feed_of(Some(&name), None, UrlPath::new("/").expect("the root"), self.feed_comments(count))
            }
        };
        Some(feed)
    }

    fn feed_of<'s>(
        &'s self,
        name: Option<&str>,
        summary: Option<&str>,
        page: UrlPath,
        items: Vec<FeedItem<'s>>,
    ) -> Feed<'s> {
        let title = name.map_or_else(
            || self.model.config.title.to_string(),
            |name| format!("{} – {name}", self.model.config.title),
        );
        let description = summary.or(self.model.config.description.as_deref()).unwrap_or(&title).to_owned();
        let hub = self.model.config.pings.websub.as_deref();
        Feed { title, description, page, hub, items }
    }

    fn feed_articles(&self, listing: &Listing, count: usize) -> Vec<FeedItem<'_>> {
        // Indexes are in the order of publication; a listing may have pinned articles at the top.
        let mut articles = self.listing(listing).to_vec();
        articles.sort_unstable();
        articles.truncate(count);
        let item = |index| {
            FeedItem::Article(self.article_data(index), self.feed_text(&self.model.articles[index].document.path))
        };
        articles.into_iter().map(item).collect()
    }

    fn feed_issues(&self, newsletter: &Newsletter, count: usize) -> Vec<FeedItem<'_>> {
        let issues = self.model.issues_of(&newsletter.id).into_iter().take(count);
        let item = |index: usize| {
            let issue = &self.model.issues[index];
            FeedItem::Issue {
                title: &issue.document.front_matter.title,
                url: &issue.url,
                summary: self.model.issue_view(issue).summary,
                date: issue.date,
                content: self.feed_text(&issue.document.path),
                articles: self.urls.articles_of(issue).into_iter().map(|article| self.card(article)).collect(),
            }
        };
        issues.map(item).collect()
    }

    fn feed_entries(&self, collection: usize, count: usize) -> Vec<FeedItem<'_>> {
        let mut latest: Vec<usize> = self.model.entries_of(collection).collect();
        latest.sort_by_key(|&index| std::cmp::Reverse(self.model.entries[index].date));
        latest.truncate(count);
        latest.into_iter().filter_map(|index| self.cards().feed_entry(index)).collect()
    }

    fn feed_corrections(&self, count: usize) -> Vec<FeedItem<'_>> {
        let latest = self.model.all_corrections().into_iter().take(count);
        let item = |(date, index, position): (i64, usize, usize)| {
            let correction = &self.model.articles[index].document.front_matter.corrections[position];
            let (kind, text) = (correction.kind, correction.text.as_str());
            FeedItem::Correction { article: self.card(index), number: position + 1, date, kind, text }
        };
        latest.map(item).collect()
    }

    fn feed_comments(&self, count: usize) -> Vec<FeedItem<'_>> {
        let latest = self.model.latest_comments(count).into_iter();
        latest.map(|(date, index, comment)| FeedItem::Comment { article: self.card(index), date, comment }).collect()
    }

    /// Returns the text of a published file.
    fn feed_text(&self, path: &SourcePath) -> Option<Box<ContentNode<'_>>> {
        match self.cards().content(&TextRef(path.clone())) {
            ViewTree::Content(content) => Some(content),
            _ => None,
        }
    }
}
