//! Feeds: RSS 2.0 with `content:encoded` and one `dc:creator` an author, Atom (RFC 4287), JSON Feed 1.1. Full texts,
//! absolute addresses.

mod article;
mod formats;
pub(crate) mod sitemap;

use std::fmt::Write;

use self::formats::{atom, json_feed, rss};
use super::{PageRenderer, TextStore};
use crate::content::comment::Comment;
use crate::digest::Digest;
use crate::html::escape_xml;
use crate::path::UrlPath;
use crate::plan::{FeedContent, FeedFormat, OutputFile};
use crate::site::{Listing, Newsletter, Query, Term, TermKind, TextRef};

/// What a feed says of itself.
struct Channel {
    title: String,
    description: String,
    site_url: String,
    self_url: String,
    updated: i64,
}

/// An entry of a feed, whatever the format.
struct Item {
    id: String,
    url: String,
    title: String,
    summary: Option<String>,
    html: String,
    published: i64,
    updated: i64,
    authors: Vec<(String, Option<String>)>,
    tags: Vec<String>,
    image: Option<String>,
}

impl PageRenderer<'_> {
    /// The articles that a feed carries, the latest first.
    pub(super) fn feed_articles(&self, of: &FeedContent) -> Vec<usize> {
        let FeedContent::Articles(listing) = of else { return Vec::new() };
        let mut articles = self.site.listing(listing).to_vec();
        articles.sort_unstable();
        articles.truncate(self.site.config.feeds.items);
        articles
    }

    /// The issues that a feed carries, the latest first.
    pub(super) fn feed_issues(&self, of: &FeedContent) -> Vec<usize> {
        let FeedContent::Issues(newsletter) = of else { return Vec::new() };
        let mut issues = self.site.issues_of(newsletter);
        issues.truncate(self.site.config.feeds.items);
        issues
    }

    /// The digest of all that a feed carries.
    pub(super) fn feed_digest(&self, of: &FeedContent) -> Digest {
        match of {
            FeedContent::Articles(listing) => {
                let title = self.term_of(listing).map(|term| Digest::of(&term.title));
                let digests = self.feed_articles(of).into_iter().flat_map(|index| {
                    let path = self.site.articles[index].document.path.clone();
                    let content = self.site.answer(&Query::Content(TextRef(path))).digest();
                    [
                        self.site.card_digests()[index],
                        content,
                        article::digest(&self.site.articles[index].document.front_matter),
                    ]
                });
                Digest::of_all(digests.chain(title))
            }
            FeedContent::Issues(newsletter) => {
                let title = self.newsletter(newsletter).map(|newsletter| &newsletter.document.front_matter);
                let title = title.map(|front_matter| Digest::of(&(&front_matter.title, &front_matter.summary)));
                let digests = self.feed_issues(of).into_iter().flat_map(|index| {
                    let path = self.site.issues[index].document.path.clone();
                    let content = self.site.answer(&Query::Content(TextRef(path))).digest();
                    [self.site.answer(&Query::Issue(index)).digest(), content]
                });
                Digest::of_all(digests.chain(title))
            }
            FeedContent::Corrections => {
                let positions: Vec<usize> =
                    self.site.all_corrections().iter().map(|(.., position)| *position).collect();
                let count = self.site.config.feeds.items;
                Digest::of_all([self.site.answer(&Query::Corrections).digest(), Digest::of(&(count, positions))])
            }
            FeedContent::Comments => {
                Digest::of_all(self.latest_comments().into_iter().map(|(date, index, comment)| {
                    Digest::of_all([self.site.card_digests()[index], Digest::of(&(date, comment))])
                }))
            }
        }
    }

    /// The term whose articles a feed carries.
    fn term_of(&self, listing: &Listing) -> Option<&Term> {
        match listing {
            Listing::All => None,
            Listing::Term(kind, id) => self.site.terms.get(*kind, id),
        }
    }

    /// Renders a feed.
    pub(super) fn feed(
        &self,
        format: FeedFormat,
        of: &FeedContent,
        page: &OutputFile,
        texts: &TextStore,
    ) -> Result<String, tera::Error> {
        let items = match of {
            FeedContent::Articles(_) => self
                .feed_articles(of)
                .into_iter()
                .map(|index| self.item(index, texts))
                .collect::<Result<Vec<_>, _>>()?,
            FeedContent::Issues(_) => {
                let issues = self.feed_issues(of).into_iter();
                issues.map(|index| self.issue_item(index, texts)).collect::<Result<Vec<_>, _>>()?
            }
            FeedContent::Corrections => self.correction_items(),
            FeedContent::Comments => self.comment_items(),
        };
        let channel = self.channel(of, page, &items);
        Ok(match format {
            FeedFormat::Rss => rss(self.site, &channel, &items),
            FeedFormat::Atom => atom(self.site, &channel, &items),
            FeedFormat::Json => json_feed(self.site, &channel, &items),
        })
    }

    fn channel(&self, of: &FeedContent, page: &OutputFile, items: &[Item]) -> Channel {
        let site = self.site;
        let named = |name: &str| format!("{} – {name}", site.config.title);
        let (title, home) = match of {
            FeedContent::Articles(listing) => (
                self.term_of(listing).map_or_else(|| site.config.title.to_string(), |term| named(&term.title)),
                site.page_of(listing, 1),
            ),
            FeedContent::Issues(id) => {
                let newsletter = self.newsletter(id).expect("a list with issues has a file");
                (named(&newsletter.document.front_matter.title), site.archive_page(newsletter, 1))
            }
            FeedContent::Corrections => {
                (named(&site.translate("corrections")), UrlPath::new("/corrections/").expect("plain"))
            }
            FeedContent::Comments => (named(&site.translate("comments")), UrlPath::new("/").expect("the root")),
        };
        let own = match of {
            FeedContent::Issues(id) => self
                .newsletter(id)
                .and_then(|newsletter| newsletter.document.front_matter.summary.clone().map(String::from)),
            FeedContent::Corrections => Some(site.translate("corrections_summary")),
            FeedContent::Articles(_) | FeedContent::Comments => None,
        };
        let description = own.or_else(|| site.config.description.clone().map(String::from));
        Channel {
            description: description.unwrap_or_else(|| title.clone()),
            title,
            site_url: site.base.absolute(&home),
            self_url: site.base.absolute(&page.url),
            updated: items.iter().map(|item| item.updated).max().unwrap_or(0),
        }
    }

    fn item(&self, index: usize, texts: &TextStore) -> Result<Item, tera::Error> {
        let site = self.site;
        let article = &site.articles[index];
        let front_matter = &article.document.front_matter;
        let corrected =
            front_matter.corrections.iter().map(|correction| correction.date.unix_seconds(&site.zone)).max();
        let url = site.base.absolute(&article.url);
        let authors = match &front_matter.byline {
            Some(byline) => vec![(byline.to_string(), None)],
            None => site
                .author_names(article)
                .into_iter()
                .map(|author| (author.name, Some(format!("{}{}", site.base.origin, author.url))))
                .collect(),
        };
        let tags = front_matter
            .topics
            .iter()
            .filter_map(|id| site.terms.get(TermKind::Topic, id))
            .map(|term| term.title.clone());
        let section = site.config.sections[article.section].title.to_string();
        let label = site.label(article.label).map(|label| label.text).filter(|label| *label != section);
        let excerpt = Some(article.document.analysis.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
        Ok(Item {
            id: url.clone(),
            url,
            title: front_matter.title.to_string(),
            summary: front_matter.summary.as_deref().or(excerpt).map(str::to_owned),
            html: self.article_for_feed(index, texts)?,
            published: article.date,
            updated: article.updated.max(corrected).unwrap_or(article.date).max(article.date),
            authors,
            tags: std::iter::once(section).chain(label).chain(tags).collect(),
            image: article::picture(site, article).map(|image| image.url),
        })
    }

    fn latest_comments(&self) -> Vec<(i64, usize, &Comment)> {
        self.site.latest_comments(self.site.config.feeds.items)
    }

    fn comment_items(&self) -> Vec<Item> {
        let site = self.site;
        let items = self.latest_comments().into_iter().map(|(date, index, comment)| {
            let article = &site.articles[index];
            let title = &article.document.front_matter.title;
            let url = format!("{}#comment-{}", site.base.absolute(&article.url), comment.id);
            Item {
                id: url.clone(),
                url,
                title: site
                    .translate_with("comment_on", &[("author", comment.author.clone()), ("title", title.to_string())]),
                summary: None,
                html: comment.html.clone(),
                published: date,
                updated: date,
                authors: vec![(comment.author.clone(), None)],
                tags: Vec::new(),
                image: None,
            }
        });
        items.collect()
    }

    fn newsletter(&self, id: &str) -> Option<&Newsletter> {
        self.site.newsletters.iter().find(|newsletter| newsletter.id == id)
    }

    /// An issue whole: the editor's note, then each article with its summary.
    fn issue_item(&self, index: usize, texts: &TextStore) -> Result<Item, tera::Error> {
        let site = self.site;
        let issue = &site.issues[index];
        let mut html = self.plain_issue(index, texts)?;
        for card in site.articles_of(issue).into_iter().map(|article| site.card(article)) {
            let (title, url) = (escape_xml(card.title), escape_xml(&card.permalink));
            let _ = writeln!(html, "<h2><a href=\"{url}\">{title}</a></h2>");
            if let Some(label) = card.label {
                let _ = writeln!(html, "<p><strong>{}</strong></p>", escape_xml(&label.text));
            }
            if let Some(summary) = card.summary {
                let _ = writeln!(html, "<p>{}</p>", escape_xml(summary));
            }
        }
        let view = site.issue_view(issue);
        Ok(Item {
            id: view.permalink.clone(),
            title: view.title.to_owned(),
            summary: view.summary.map(str::to_owned),
            html,
            url: view.permalink,
            published: issue.date,
            updated: issue.date,
            authors: vec![(site.config.publisher().to_owned(), None)],
            tags: Vec::new(),
            image: None,
        })
    }

    fn correction_items(&self) -> Vec<Item> {
        let site = self.site;
        let all = site.all_corrections().into_iter().take(site.config.feeds.items);
        all.map(|(date, index, position)| {
            let article = &site.articles[index];
            let correction = &article.document.front_matter.corrections[position];
            let url = site.base.absolute(&article.url);
            let kind = site.translate(&format!("correction_{}", correction.kind.as_str()));
            Item {
                id: format!("{url}#correction-{}", position + 1),
                title: format!("{kind}: {}", article.document.front_matter.title),
                summary: None,
                html: format!(
                    "<p>{}</p>\n<p><a href=\"{}\">{}</a></p>\n",
                    escape_xml(&correction.text),
                    escape_xml(&url),
                    escape_xml(&article.document.front_matter.title)
                ),
                url,
                published: date,
                updated: date,
                authors: vec![(site.config.publisher().to_owned(), None)],
                tags: Vec::new(),
                image: None,
            }
        })
        .collect()
    }
}
