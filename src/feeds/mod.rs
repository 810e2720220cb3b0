//! Feed formats: a file and a row of [`FEED_FORMATS`] for each. A format writes plain data; `plan` decides which feeds
//! exist, `render` makes their entries.

mod atom;
mod json;
mod rss;

use jiff::tz::TimeZone;

use crate::path::UrlPath;

/// A format of feeds.
#[derive(Debug)]
pub struct FeedFormat {
    /// The name of its files.
    pub file: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its name for readers.
    pub label: &'static str,
    /// Writes a feed.
    pub write: fn(&Channel<'_>) -> String,
}

/// All formats, the one most readers know first.
pub const FEED_FORMATS: &[&FeedFormat] = &[&rss::RSS, &atom::ATOM, &json::JSON_FEED];

impl FeedFormat {
    /// The URL of the feed of a page.
    #[must_use]
    pub fn url(&self, page: &UrlPath) -> UrlPath {
        UrlPath::new(&format!("{page}{}", self.file)).expect("a file below a page")
    }
}

/// A feed as all formats write it. URLs are absolute, times are Unix seconds.
#[derive(Debug)]
pub struct Channel<'a> {
    /// The title.
    pub title: &'a str,
    /// One or two sentences.
    pub description: &'a str,
    /// The page whose feed it is.
    pub site_url: String,
    /// The feed's own URL.
    pub self_url: String,
    /// The time of the last change of an entry; 0 without entries.
    pub updated: i64,
    /// The language as a BCP 47 tag.
    pub language: &'a str,
    /// The publisher's name.
    pub publisher: &'a str,
    /// The zone in which times are written.
    pub zone: &'a TimeZone,
    /// The entries, the latest first.
    pub entries: Vec<Entry>,
}

/// An entry of a feed as all formats write it. Times are Unix seconds.
#[derive(Debug, Default)]
pub struct Entry {
    /// A URL that no other entry has.
    pub id: String,
    /// The URL of its page.
    pub url: String,
    /// The title.
    pub title: String,
    /// One or two sentences.
    pub summary: Option<String>,
    /// The full text as HTML.
    pub html: String,
    /// The time of publication.
    pub published: i64,
    /// The time of the last change.
    pub updated: i64,
    /// The names of the authors, each with the URL of the author's page.
    pub authors: Vec<(String, Option<String>)>,
    /// What it is about, as readers read it.
    pub tags: Vec<String>,
    /// The URL of its image.
    pub image: Option<String>,
}
