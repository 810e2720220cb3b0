//! RSS 2.0 with `content:encoded` and a `dc:creator` for each author.

use std::fmt::Write;

use super::{Channel, FeedFormat};
use crate::html::escape_xml;
use crate::time::{rfc5322, zoned};

pub(super) const RSS: FeedFormat =
    FeedFormat { file: "feed.xml", media_type: "application/rss+xml", label: "RSS", write };

fn write(channel: &Channel<'_>) -> String {
    let date = |seconds: i64| rfc5322(&zoned(seconds, channel.zone));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n",
    );
    let _ = write!(
        xml,
        "<title>{}</title>\n<link>{}</link>\n<description>{}</description>\n<language>{}</language>\n\
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n",
        escape_xml(channel.title),
        escape_xml(&channel.site_url),
        escape_xml(channel.description),
        escape_xml(channel.language),
        escape_xml(&channel.self_url),
    );
    if let Some(hub) = channel.hub {
        let _ = writeln!(xml, "<atom:link href=\"{}\" rel=\"hub\"/>", escape_xml(hub));
    }
    if !channel.entries.is_empty() {
        let _ = writeln!(xml, "<lastBuildDate>{}</lastBuildDate>", date(channel.updated));
    }
    for entry in &channel.entries {
        let _ = write!(
            xml,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"{}\">{}</guid>\n<pubDate>{}</pubDate>\n",
            escape_xml(&entry.title),
            escape_xml(&entry.url),
            entry.id == entry.url,
            escape_xml(&entry.id),
            date(entry.published),
        );
        for (author, _) in &entry.authors {
            let _ = writeln!(xml, "<dc:creator>{}</dc:creator>", escape_xml(author));
        }
        for tag in &entry.tags {
            let _ = writeln!(xml, "<category>{}</category>", escape_xml(tag));
        }
        if let Some(summary) = &entry.summary {
            let _ = writeln!(xml, "<description>{}</description>", escape_xml(summary));
        }
        let _ = write!(xml, "<content:encoded>{}</content:encoded>\n</item>\n", escape_xml(&entry.html));
    }
    xml.push_str("</channel>\n</rss>\n");
    xml
}
