//! Sitemaps (sitemaps.org 0.9) and the news sitemap (Google's extension 0.9).

use std::fmt::Write;

use crate::html::escape_xml;
use crate::plan::SitemapEntry;
use crate::site::{CardData, Globals};
use crate::time::{primary_subtag, rfc3339};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Returns a sitemap of pages as XML.
pub(crate) fn urls(globals: &Globals<'_>, entries: &[SitemapEntry]) -> String {
    let mut xml = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n");
    for entry in entries {
        let _ = write!(xml, "<url><loc>{}</loc>", escape_xml(&entry.location));
        if let Some(modified) = entry.modified {
            let _ = write!(xml, "<lastmod>{}</lastmod>", rfc3339(&globals.zoned(modified)));
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

/// Returns an index of sitemaps as XML. The locations are absolute URLs.
pub(crate) fn index(locations: &[String]) -> String {
    let mut xml = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for location in locations {
        let _ = writeln!(xml, "<sitemap><loc>{}</loc></sitemap>", escape_xml(location));
    }
    xml.push_str("</sitemapindex>\n");
    xml
}

/// Returns a news sitemap of these articles as XML; it can be without entries.
pub(crate) fn news(globals: &Globals<'_>, articles: &[CardData<'_>]) -> String {
    let mut xml =
        format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\" xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n");
    for article in articles {
        let _ = writeln!(
            xml,
            "<url><loc>{}</loc><news:news><news:publication><news:name>{}</news:name><news:language>{}</news:language>\
             </news:publication><news:publication_date>{}</news:publication_date><news:title>{}</news:title></news:news></url>",
            escape_xml(&globals.base.absolute(article.url)),
            escape_xml(globals.title),
            escape_xml(primary_subtag(globals.language)),
            rfc3339(&globals.zoned(article.date)),
            escape_xml(article.title),
        );
    }
    xml.push_str("</urlset>\n");
    xml
}
