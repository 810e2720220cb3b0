//! When a site changes though nobody touches it.

use super::feeds::NEWS_AGE;
use crate::site::Site;
use crate::time::zoned;

/// The first time after the site's clock at which something appears or goes by the passing of time alone, the next
/// day at the latest, in seconds since 1970-01-01T00:00:00Z. Until then the plan and all answers stay as they are.
#[must_use]
pub fn next_change(site: &Site) -> Option<i64> {
    let zone = &site.zone;
    let documents = site.articles.iter().map(|article| &article.document);
    let documents = documents.chain(site.unpublished.iter().map(|held| &held.document));
    let of_articles = documents
        .map(|document| &document.front_matter)
        .flat_map(|front_matter| [Some(front_matter.date), front_matter.embargo, front_matter.expires]);
    let issues = site.issues.iter().map(|issue| &issue.document);
    let issues = issues.chain(site.unpublished_issues.iter().map(|held| &held.document));
    let of_issues = issues.map(|document| Some(document.front_matter.date));
    let of_promos = site.config.promos.iter().flat_map(|promo| [promo.starts, promo.ends]);
    let times = of_articles.chain(of_issues).chain(of_promos).flatten().map(|when| when.unix_seconds(zone));
    let no_news_any_more = site.articles.iter().map(|article| article.date + NEWS_AGE);
    let midnight = zoned(site.clock, zone).tomorrow().and_then(|day| day.start_of_day());
    let midnight = midnight.ok().map(|midnight| midnight.timestamp().as_second());
    times.chain(no_news_any_more).chain(midnight).filter(|at| *at > site.clock).min()
}
