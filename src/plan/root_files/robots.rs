//! `robots.txt` (RFC 9309): allows crawlers everything, and names the sitemaps.

use super::super::Planner;
use super::{RootFile, url};

pub(super) const ROBOTS: RootFile = RootFile { name: "robots.txt", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let [pages, news] = ["sitemap.xml", "news-sitemap.xml"].map(|name| planner.site.model.base.absolute(&url(name)));
    Some(format!("User-agent: *\nAllow: /\n\nSitemap: {pages}\nSitemap: {news}\n"))
}
