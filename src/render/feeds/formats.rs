//! Entries as RSS 2.0, Atom and JSON Feed write them.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Channel, Entry};
use crate::html::escape_xml;
use crate::site::Globals;
use crate::time::{rfc3339, rfc5322};

pub(super) fn rss(globals: &Globals<'_>, channel: &Channel<'_>, entries: &[Entry]) -> String {
    let date = |seconds: i64| rfc5322(&globals.zoned(seconds));
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
        escape_xml(globals.language),
        escape_xml(&channel.self_url),
    );
    if !entries.is_empty() {
        let _ = writeln!(xml, "<lastBuildDate>{}</lastBuildDate>", date(channel.updated));
    }
    for entry in entries {
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

pub(super) fn atom(globals: &Globals<'_>, channel: &Channel<'_>, entries: &[Entry]) -> String {
    let date = |seconds: i64| rfc3339(&globals.zoned(seconds));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{}</title>\n<subtitle>{}</subtitle>\n<id>{}</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<updated>{}</updated>\n<author><name>{}</name></author>\n",
        escape_xml(globals.language),
        escape_xml(channel.title),
        escape_xml(channel.description),
        escape_xml(&channel.self_url),
        escape_xml(&channel.self_url),
        escape_xml(&channel.site_url),
        date(channel.updated),
        escape_xml(globals.publisher),
    );
    for entry in entries {
        let _ = write!(
            xml,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n",
            escape_xml(&entry.title),
            escape_xml(&entry.id),
            escape_xml(&entry.url),
            date(entry.published),
            date(entry.updated),
        );
        for (author, url) in &entry.authors {
            let url = url.as_ref().map(|url| format!("<uri>{}</uri>", escape_xml(url))).unwrap_or_default();
            let _ = writeln!(xml, "<author><name>{}</name>{url}</author>", escape_xml(author));
        }
        for tag in &entry.tags {
            let _ = writeln!(xml, "<category term=\"{}\"/>", escape_xml(tag));
        }
        if let Some(summary) = &entry.summary {
            let _ = writeln!(xml, "<summary>{}</summary>", escape_xml(summary));
        }
        let _ = write!(xml, "<content type=\"html\">{}</content>\n</entry>\n", escape_xml(&entry.html));
    }
    xml.push_str("</feed>\n");
    xml
}

pub(super) fn json_feed(globals: &Globals<'_>, channel: &Channel<'_>, entries: &[Entry]) -> String {
    let date = |seconds: i64| rfc3339(&globals.zoned(seconds));
    let person = |(name, url): &(String, Option<String>)| match url {
        Some(url) => json!({ "name": name, "url": url }),
        None => json!({ "name": name }),
    };
    let items: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut item = json!({
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_html": entry.html,
                "date_published": date(entry.published),
                "date_modified": date(entry.updated),
                "authors": entry.authors.iter().map(person).collect::<Vec<_>>(),
                "tags": entry.tags,
            });
            if let Some(summary) = &entry.summary {
                item["summary"] = json!(summary);
            }
            if let Some(image) = &entry.image {
                item["image"] = json!(image);
            }
            item
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.site_url,
        "feed_url": channel.self_url,
        "language": globals.language,
        "items": items,
    });
    serde_json::to_string_pretty(&feed).expect("plain data") + "\n"
}
