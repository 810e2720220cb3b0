//! Feed formats: a module and a row of [`FEED_FORMATS`] for each.
//!
//! A format writes a [`Channel`] of plain data. `plan` decides which feeds exist; `render` makes their entries.

mod atom;
mod json;
mod rss;

use jiff::tz::TimeZone;

use crate::path::UrlPath;

/// A feed format: RSS, Atom or JSON Feed.
#[derive(Debug)]
pub struct FeedFormat {
    /// The file name of feeds in this format: `feed.xml`.
    pub file: &'static str,
    /// The media type: `application/rss+xml`.
    pub media_type: &'static str,
    /// The name of the format for readers: `RSS`.
    pub label: &'static str,
    /// Returns the text of a feed in this format.
    pub write: fn(&Channel<'_>) -> String,
}

/// All feed formats, in the order in which pages link to them: the best known first.
pub const FEED_FORMATS: &[&FeedFormat] = &[&rss::RSS, &atom::ATOM, &json::JSON_FEED];

impl FeedFormat {
    /// Returns the URL of a page's feed in this format. `page` ends with a slash.
    #[must_use]
    pub fn url(&self, page: &UrlPath) -> UrlPath {
        UrlPath::new(&format!("{page}{}", self.file)).expect("a file below a page")
    }
}

/// The data of a feed, for any format. URLs are absolute, times are Unix seconds.
#[derive(Debug)]
pub struct Channel<'a> {
    /// The title of the feed.
    pub title: &'a str,
    /// A description in one or two sentences.
    pub description: &'a str,
    /// The URL of the page that the feed belongs to.
    pub site_url: String,
    /// The URL of the feed.
    pub self_url: String,
    /// The time of the last change of an entry; 0 without entries.
    pub updated: i64,
    /// The language as a BCP 47 tag.
    pub language: &'a str,
    /// The publisher's name.
    pub publisher: &'a str,
    /// The time zone in which times are written.
    pub zone: &'a TimeZone,
    /// The hub of WebSub that sends the feed to those who ask for it.
    pub hub: Option<&'a str>,
    /// The entries, the latest first.
    pub entries: Vec<Entry>,
}

/// The data of an entry of a feed, for any format. Times are Unix seconds.
#[derive(Debug, Default)]
pub struct Entry {
    /// The permanent id of the entry, a URL that no other entry has.
    pub id: String,
    /// The URL of the entry's page.
    pub url: String,
    /// The title of the entry.
    pub title: String,
    /// A summary in one or two sentences.
    pub summary: Option<String>,
    /// The full text as HTML with absolute URLs.
    pub html: String,
    /// The time of publication.
    pub published: i64,
    /// The time of the last change.
    pub updated: i64,
    /// The names of the authors, each with the URL of the author's page.
    pub authors: Vec<(String, Option<String>)>,
    /// The titles of the entry's section, label and topics.
    pub tags: Vec<String>,
    /// The URL of the entry's image.
    pub image: Option<String>,
}
