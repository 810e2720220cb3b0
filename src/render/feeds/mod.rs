//! Feeds: RSS 2.0 with `content:encoded` and one `dc:creator` an author, Atom (RFC 4287), JSON Feed 1.1. Full texts,
//! absolute addresses.

mod article;
mod formats;
pub(crate) mod sitemap;

use std::fmt::Write;

use self::formats::{atom, json_feed, rss};
use super::{PageRenderer, TextStore};
use crate::html::escape_xml;
use crate::path::UrlPath;
use crate::plan::FeedFormat;
use crate::site::{ArticleData, CardRef, ContentNode, Feed, FeedItem, TermRef};

/// What a feed says of itself.
struct Channel<'f> {
    title: &'f str,
    description: &'f str,
    site_url: String,
    self_url: String,
    updated: i64,
}

/// An item of a feed as all formats write it. Times are Unix seconds.
#[derive(Default)]
struct Entry {
    id: String,
    url: String,
    title: String,
    summary: Option<String>,
    html: String,
    published: i64,
    updated: i64,
    /// Names, each with the URL of the author's page.
    authors: Vec<(String, Option<String>)>,
    tags: Vec<String>,
    image: Option<String>,
}

impl PageRenderer<'_> {
    /// Writes a feed that is published at a URL.
    ///
    /// # Errors
    /// When a block in a text cannot be rendered.
    pub(super) fn feed(
        &self,
        format: FeedFormat,
        feed: &Feed<'_>,
        url: &UrlPath,
        texts: &TextStore,
    ) -> Result<String, tera::Error> {
        let entries: Vec<Entry> = feed.items.iter().map(|item| self.entry(item, texts)).collect::<Result<_, _>>()?;
        let channel = Channel {
            title: &feed.title,
            description: &feed.description,
            site_url: self.globals.base.absolute(&feed.page),
            self_url: self.globals.base.absolute(url),
            updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(0),
        };
        Ok(match format {
            FeedFormat::Rss => rss(&self.globals, &channel, &entries),
            FeedFormat::Atom => atom(&self.globals, &channel, &entries),
            FeedFormat::Json => json_feed(&self.globals, &channel, &entries),
        })
    }

    fn entry(&self, item: &FeedItem<'_>, texts: &TextStore) -> Result<Entry, tera::Error> {
        let globals = &self.globals;
        let entry = match item {
            FeedItem::Article(article, content) => return self.article_entry(article, content.as_deref(), texts),
            FeedItem::Issue { title, url, summary, date, content, articles } => {
                let url = globals.base.absolute(url);
                Entry {
                    id: url.clone(),
                    url,
                    title: (*title).to_owned(),
                    summary: summary.map(str::to_owned),
                    html: self.issue_html(content.as_deref(), articles, texts)?,
                    published: *date,
                    updated: *date,
                    authors: vec![(globals.publisher.to_owned(), None)],
                    ..Entry::default()
                }
            }
            FeedItem::Correction { article, number, date, kind, text } => {
                let article = article.data();
                let url = globals.base.absolute(article.url);
                let kind = globals.translate(&format!("correction_{}", kind.as_str()));
                let (text, link, title) = (escape_xml(text), escape_xml(&url), escape_xml(article.title));
                Entry {
                    id: format!("{url}#correction-{number}"),
                    title: format!("{kind}: {}", article.title),
                    html: format!("<p>{text}</p>\n<p><a href=\"{link}\">{title}</a></p>\n"),
                    url,
                    published: *date,
                    updated: *date,
                    authors: vec![(globals.publisher.to_owned(), None)],
                    ..Entry::default()
                }
            }
            FeedItem::Comment { article, date, comment } => {
                let article = article.data();
                let url = format!("{}#comment-{}", globals.base.absolute(article.url), comment.id);
                let arguments = [("author", comment.author.clone()), ("title", article.title.to_owned())];
                Entry {
                    id: url.clone(),
                    url,
                    title: globals.translate_with("comment_on", &arguments),
                    html: comment.html.clone(),
                    published: *date,
                    updated: *date,
                    authors: vec![(comment.author.clone(), None)],
                    ..Entry::default()
                }
            }
        };
        Ok(entry)
    }

    fn article_entry(
        &self,
        article: &ArticleData<'_>,
        content: Option<&ContentNode<'_>>,
        texts: &TextStore,
    ) -> Result<Entry, tera::Error> {
        let globals = &self.globals;
        let card = article.card.data();
        let url = globals.base.absolute(card.url);
        let author = |author: &TermRef<'_>| (author.title.to_owned(), Some(globals.base.absolute(author.url)));
        let authors = match card.byline {
            Some(byline) => vec![(byline.to_owned(), None)],
            None => card.authors.iter().map(author).collect(),
        };
        let label = globals.label(card.label).map(|label| label.text).filter(|label| label != card.section.title);
        let topics = card.topics.iter().map(|topic| topic.title.to_owned());
        let picture = card.image.clone().map(|image| globals.absolute(image));
        let text = self.article_text(article.card.index(), content, texts)?;
        Ok(Entry {
            id: url.clone(),
            url,
            title: card.title.to_owned(),
            summary: card.summary.map(str::to_owned),
            html: article::html(article, &card, picture.as_ref(), text, globals),
            published: card.date,
            updated: article.modified(globals).unwrap_or(card.date).max(card.date),
            authors,
            tags: std::iter::once(card.section.title.to_owned()).chain(label).chain(topics).collect(),
            image: picture.map(|image| image.url),
        })
    }

    /// An issue whole: the editor's note, then each article with its summary.
    fn issue_html(
        &self,
        content: Option<&ContentNode<'_>>,
        articles: &[CardRef<'_>],
        texts: &TextStore,
    ) -> Result<String, tera::Error> {
        let mut html = self.plain_text(content, texts)?;
        for card in articles.iter().map(CardRef::data) {
            let (title, url) = (escape_xml(card.title), self.globals.base.absolute(card.url));
            let _ = writeln!(html, "<h2><a href=\"{}\">{title}</a></h2>", escape_xml(&url));
            if let Some(label) = self.globals.label(card.label) {
                let _ = writeln!(html, "<p><strong>{}</strong></p>", escape_xml(&label.text));
            }
            if let Some(summary) = card.summary {
                let _ = writeln!(html, "<p>{}</p>", escape_xml(summary));
            }
        }
        Ok(html)
    }
}
