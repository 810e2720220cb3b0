//! Entries as RSS 2.0, Atom and JSON Feed write them.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Channel, Item};
use crate::html::escape_xml;
use crate::site::Site;
use crate::time::{rfc3339, rfc5322, zoned};

pub(super) fn rss(site: &Site, channel: &Channel, items: &[Item]) -> String {
    let date = |seconds: i64| rfc5322(&zoned(seconds, &site.zone));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n",
    );
    let _ = write!(
        xml,
        "<title>{}</title>\n<link>{}</link>\n<description>{}</description>\n<language>{}</language>\n\
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n",
        escape_xml(&channel.title),
        escape_xml(&channel.site_url),
        escape_xml(&channel.description),
        escape_xml(&site.config.language),
        escape_xml(&channel.self_url),
    );
    if !items.is_empty() {
        let _ = writeln!(xml, "<lastBuildDate>{}</lastBuildDate>", date(channel.updated));
    }
    for item in items {
        let _ = write!(
            xml,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"{}\">{}</guid>\n<pubDate>{}</pubDate>\n",
            escape_xml(&item.title),
            escape_xml(&item.url),
            item.id == item.url,
            escape_xml(&item.id),
            date(item.published),
        );
        for (author, _) in &item.authors {
            let _ = writeln!(xml, "<dc:creator>{}</dc:creator>", escape_xml(author));
        }
        for tag in &item.tags {
            let _ = writeln!(xml, "<category>{}</category>", escape_xml(tag));
        }
        if let Some(summary) = &item.summary {
            let _ = writeln!(xml, "<description>{}</description>", escape_xml(summary));
        }
        let _ = write!(xml, "<content:encoded>{}</content:encoded>\n</item>\n", escape_xml(&item.html));
    }
    xml.push_str("</channel>\n</rss>\n");
    xml
}

pub(super) fn atom(site: &Site, channel: &Channel, items: &[Item]) -> String {
    let date = |seconds: i64| rfc3339(&zoned(seconds, &site.zone));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{}</title>\n<subtitle>{}</subtitle>\n<id>{}</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<updated>{}</updated>\n<author><name>{}</name></author>\n",
        escape_xml(&site.config.language),
        escape_xml(&channel.title),
        escape_xml(&channel.description),
        escape_xml(&channel.self_url),
        escape_xml(&channel.self_url),
        escape_xml(&channel.site_url),
        date(channel.updated),
        escape_xml(site.config.publisher()),
    );
    for item in items {
        let _ = write!(
            xml,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n",
            escape_xml(&item.title),
            escape_xml(&item.id),
            escape_xml(&item.url),
            date(item.published),
            date(item.updated),
        );
        for (author, url) in &item.authors {
            let url = url.as_ref().map(|url| format!("<uri>{}</uri>", escape_xml(url))).unwrap_or_default();
            let _ = writeln!(xml, "<author><name>{}</name>{url}</author>", escape_xml(author));
        }
        for tag in &item.tags {
            let _ = writeln!(xml, "<category term=\"{}\"/>", escape_xml(tag));
        }
        if let Some(summary) = &item.summary {
            let _ = writeln!(xml, "<summary>{}</summary>", escape_xml(summary));
        }
        let _ = write!(xml, "<content type=\"html\">{}</content>\n</entry>\n", escape_xml(&item.html));
    }
    xml.push_str("</feed>\n");
    xml
}

pub(super) fn json_feed(site: &Site, channel: &Channel, items: &[Item]) -> String {
    let date = |seconds: i64| rfc3339(&zoned(seconds, &site.zone));
    let person = |(name, url): &(String, Option<String>)| match url {
        Some(url) => json!({ "name": name, "url": url }),
        None => json!({ "name": name }),
    };
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            let mut entry = json!({
                "id": item.id,
                "url": item.url,
                "title": item.title,
                "content_html": item.html,
                "date_published": date(item.published),
                "date_modified": date(item.updated),
                "authors": item.authors.iter().map(person).collect::<Vec<_>>(),
                "tags": item.tags,
            });
            if let Some(summary) = &item.summary {
                entry["summary"] = json!(summary);
            }
            if let Some(image) = &item.image {
                entry["image"] = json!(image);
            }
            entry
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.site_url,
        "feed_url": channel.self_url,
        "language": site.config.language,
        "items": items,
    });
    serde_json::to_string_pretty(&feed).expect("plain data") + "\n"
}
