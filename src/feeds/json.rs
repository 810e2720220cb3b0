//! JSON Feed 1.1 (jsonfeed.org).

use serde_json::{Value, json};

use super::{Channel, FeedFormat};
use crate::time::{rfc3339, zoned};

pub(super) const JSON_FEED: FeedFormat =
    FeedFormat { file: "feed.json", media_type: "application/feed+json", label: "JSON Feed", write };

fn write(channel: &Channel<'_>) -> String {
    let date = |seconds: i64| rfc3339(&zoned(seconds, channel.zone));
    let person = |(name, url): &(String, Option<String>)| match url {
        Some(url) => json!({ "name": name, "url": url }),
        None => json!({ "name": name }),
    };
    let items: Vec<Value> = channel
        .entries
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
    let mut feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.site_url,
        "feed_url": channel.self_url,
        "language": channel.language,
        "items": items,
    });
    if let Some(hub) = channel.hub {
        feed["hubs"] = json!([{ "type": "WebSub", "url": hub }]);
    }
    serde_json::to_string_pretty(&feed).expect("plain data") + "\n"
}
