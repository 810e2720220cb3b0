//! The time at which the output may next change without an edit.

use super::feeds::NEWS_AGE;
use crate::content::fields::{Field, Fields, KeyPath};
use crate::site::Site;
use crate::time::zoned;

/// Returns the earliest time after the build's clock at which the output may change without an edit, in Unix
/// seconds: any time of front matter or settings, the end of an article's days in the news sitemap, or midnight. Until then the plan and all answers stay the same.
#[must_use]
pub fn next_change(site: &Site) -> Option<i64> {
    let mut next = None;
    let mut note = |time: i64| {
        if time > site.model.clock && next.is_none_or(|next| time < next) {
            next = Some(time);
        }
    };
    let published = site.urls.texts().iter().map(|text| &text.document);
    let documents = published.chain(site.model.unpublished.iter().map(|text| &text.document));
    for fields in documents.map(|document| document.fields()).chain([&site.model.config as &dyn Fields]) {
        fields.visit(&KeyPath::Root, &mut |_, field| {
            if let Field::Time(time) = field {
                note(time.unix_seconds(&site.model.zone));
            }
        });
    }
    site.model.articles.iter().for_each(|article| note(article.date + NEWS_AGE));
    let midnight = zoned(site.model.clock, &site.model.zone).tomorrow().and_then(|day| day.start_of_day());
    midnight.iter().for_each(|midnight| note(midnight.timestamp().as_second()));
    next
}
