//! Sitemaps (sitemaps.org 0.9) and the news sitemap (Google's extension 0.9).

use std::fmt::Write;

use crate::html::escape_xml;
use crate::plan::SitemapEntry;
use crate::site::Site;
use crate::time::{primary_subtag, rfc3339, zoned};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A sitemap of pages.
pub(crate) fn urls(site: &Site, entries: &[SitemapEntry]) -> String {
    let mut xml = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n");
    for entry in entries {
        let _ = write!(xml, "<url><loc>{}</loc>", escape_xml(&entry.location));
        if let Some(modified) = entry.modified {
            let _ = write!(xml, "<lastmod>{}</lastmod>", rfc3339(&zoned(modified, &site.zone)));
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

/// A list of sitemaps.
pub(crate) fn index(locations: &[String]) -> String {
    let mut xml = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for location in locations {
        let _ = writeln!(xml, "<sitemap><loc>{}</loc></sitemap>", escape_xml(location));
    }
    xml.push_str("</sitemapindex>\n");
    xml
}

/// A sitemap of the articles of the last two days; it may be empty.
pub(crate) fn news(site: &Site, recent: &[usize]) -> String {
    let mut xml =
        format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\" xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n");
    for &index in recent {
        let article = &site.articles[index];
        let _ = writeln!(
            xml,
            "<url><loc>{}</loc><news:news><news:publication><news:name>{}</news:name><news:language>{}</news:language>\
             </news:publication><news:publication_date>{}</news:publication_date><news:title>{}</news:title></news:news></url>",
            escape_xml(&site.base.absolute(&article.url)),
            escape_xml(&site.config.title),
            escape_xml(primary_subtag(&site.config.language)),
            rfc3339(&zoned(article.date, &site.zone)),
            escape_xml(&article.document.front_matter.title),
        );
    }
    xml.push_str("</urlset>\n");
    xml
}
