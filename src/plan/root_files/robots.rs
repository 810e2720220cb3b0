//! `robots.txt` (RFC 9309): allows crawlers everything but what the settings refuse to those of AI, and names the
//! sitemaps.

use std::fmt::Write;

use super::super::Planner;
use super::{RootFile, url};
use crate::config::{CrawlerRule, CrawlersConfig};
use crate::providers::crawlers::{AS_OF, CRAWLERS, Purpose};

pub(super) const ROBOTS: RootFile = RootFile { name: "robots.txt", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let [pages, news] = ["sitemap.xml", "news-sitemap.xml"].map(|name| planner.site.model.base.absolute(&url(name)));
    let mut text = "User-agent: *\nAllow: /\n\n".to_owned();
    for (purpose, what) in [(Purpose::Training, "Training of AI models"), (Purpose::Search, "Search by AI")] {
        group(&mut text, &planner.site.model.config.crawlers, purpose, what);
    }
    let _ = write!(text, "Sitemap: {pages}\nSitemap: {news}\n");
    Some(text)
}

/// Adds the group of the crawlers with a purpose, if there is a rule for them.
fn group(text: &mut String, crawlers: &CrawlersConfig, purpose: Purpose, what: &str) {
    let Some(rule) = crawlers.rule(purpose) else { return };
    let _ = writeln!(text, "# {what}: crawlers known as of {AS_OF}");
    for crawler in CRAWLERS.iter().filter(|crawler| crawler.purpose == purpose) {
        let _ = writeln!(text, "User-agent: {}", crawler.user_agent);
    }
    let rule = match rule {
        CrawlerRule::Allow => "Allow: /",
        CrawlerRule::Refuse => "Disallow: /",
    };
    let _ = write!(text, "{rule}\n\n");
}
