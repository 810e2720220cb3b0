//! The entries of feeds, for any format: full texts with absolute URLs.

mod article;
pub(crate) mod sitemap;

use std::fmt::Write;

use super::{PageRenderer, TextStore};
use crate::feeds::{Channel, Entry, FeedFormat};
use crate::html::escape_xml;
use crate::path::UrlPath;
use crate::site::{ArticleData, CardRef, ContentNode, Feed, FeedField, FeedItem, TermRef};

impl PageRenderer<'_> {
    /// Returns the text of a feed in a format. `url` is the URL of the feed.
    ///
    /// # Errors
    /// A block in a text cannot be rendered.
    pub(super) fn feed(
        &self,
        format: &FeedFormat,
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
            language: self.globals.language,
            publisher: self.globals.publisher,
            zone: self.globals.zone,
            hub: feed.hub,
            entries,
        };
        Ok((format.write)(&channel))
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
            FeedItem::Entry { title, url, summary, date, updated, authors, topics, fields, content } => {
                let url = globals.base.absolute(url);
                let mut html = String::new();
                for field in fields {
                    html.push_str(&self.entry_field(field, texts)?);
                }
                html.push_str(&self.plain_text(content.as_deref(), texts)?);
                let author = |author: &TermRef<'_>| (author.title.to_owned(), Some(globals.base.absolute(author.url)));
                let publisher = || vec![(globals.publisher.to_owned(), None)];
                Entry {
                    id: url.clone(),
                    url,
                    title: (*title).to_owned(),
                    summary: summary.map(str::to_owned),
                    html,
                    published: *date,
                    updated: updated.unwrap_or(*date).max(*date),
                    authors: if authors.is_empty() { publisher() } else { authors.iter().map(author).collect() },
                    tags: topics.iter().map(|&topic| topic.to_owned()).collect(),
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

    /// Returns a declared field of an entry as HTML: its values behind the label, or its texts below it.
    fn entry_field(&self, field: &FeedField<'_>, texts: &TextStore) -> Result<String, tera::Error> {
        let label = escape_xml(field.label);
        let mut parts = String::new();
        for part in &field.parts {
            parts.push_str(&self.plain_text(Some(part), texts)?);
        }
        if !parts.is_empty() {
            return Ok(format!("<h2>{label}</h2>\n{parts}"));
        }
        let values = field.texts.iter().map(|(text, url)| match url {
            Some(url) => format!("<a href=\"{}\">{}</a>", escape_xml(url), escape_xml(text)),
            None => escape_xml(text).into_owned(),
        });
        let values = values.collect::<Vec<_>>().join("; ");
        Ok(if values.is_empty() { String::new() } else { format!("<p><strong>{label}:</strong> {values}</p>\n") })
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
        let image = card.image.clone().map(|image| globals.absolute(image));
        let text = self.article_text(article.card.index(), content, texts)?;
        Ok(Entry {
            id: url.clone(),
            url,
            title: card.title.to_owned(),
            summary: card.summary.map(str::to_owned),
            html: article::html(article, &card, image.as_ref(), text, globals),
            published: card.date,
            updated: article.modified(globals).unwrap_or(card.date).max(card.date),
            authors,
            tags: std::iter::once(card.section.title.to_owned()).chain(label).chain(topics).collect(),
            image: image.map(|image| image.url),
        })
    }

    /// Returns an issue as HTML: the editor's note, then each article with its label and summary.
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
