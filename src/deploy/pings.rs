//! Tells services what a deployment has changed: a hub of WebSub its feeds, search engines its pages.
//!
//! Only URLs that answer with 200 are told, and pages only if the sitemap lists them: what is unpublished, redirects or
//! asks not to be indexed is in no sitemap.
//!
//! Sources: WebSub (W3C Recommendation, 2018), <https://www.indexnow.org/documentation>

use std::collections::BTreeSet;
use std::path::Path;

use form_urlencoded::Serializer;
use http::Method;
use serde_json::json;

use super::http::{Call, HttpClient, host_of};
use super::parallel::in_parallel;
use super::xml::elements;
use super::{Result, error};
use crate::config::{IndexNow, PingsConfig};
use crate::diagnostic::Diagnostic;
use crate::feeds::FEED_FORMATS;

/// The engine that tells all others.
const INDEXNOW: &str = "https://api.indexnow.org/indexnow";

/// Greatest number of URLs in a ping of IndexNow.
const INDEXNOW_URLS: usize = 10_000;

/// Number of URLs that are asked for at once.
const THREADS: usize = 8;

/// Number of URLs that services were told.
#[derive(Clone, Copy, Debug, Default)]
pub struct PingReport {
    /// Feeds, to the hub.
    pub feeds: usize,
    /// Pages, to search engines.
    pub pages: usize,
}

/// Tells the services of the settings that URLs have changed. `home` is the URL of the front page, `output` the output
/// folder. Returns with the counts what was refused, as warnings: the site is deployed all the same.
pub fn ping(config: &PingsConfig, home: &str, output: &Path, changed: &[String]) -> (PingReport, Vec<Diagnostic>) {
    let (mut report, mut warnings) = (PingReport::default(), Vec::new());
    let client = HttpClient::new();
    let mut take = |result: Result<usize>, count: &mut usize| match result {
        Ok(told) => *count = told,
        Err(error) => warnings.push(Diagnostic { level: crate::diagnostic::Level::Warning, ..error }),
    };
    if let Some(hub) = &config.websub {
        take(ping_hub(&client, hub, changed), &mut report.feeds);
    }
    if let Some(indexnow) = &config.indexnow {
        take(ping_engine(&client, indexnow, home, output, changed), &mut report.pages);
    }
    (report, warnings)
}

fn ping_hub(client: &HttpClient, hub: &str, changed: &[String]) -> Result<usize> {
    let is_feed = |url: &&String| FEED_FORMATS.iter().any(|format| url.ends_with(&format!("/{}", format.file)));
    let feeds = that_answer(client, changed.iter().filter(is_feed).collect())?;
    if feeds.is_empty() {
        return Ok(0);
    }
    let mut body = Serializer::new(String::new());
    body.append_pair("hub.mode", "publish");
    feeds.iter().for_each(|feed| _ = body.append_pair("hub.url", feed).append_pair("hub.topic", feed));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    post(client, hub, &headers, body.finish().as_bytes()).map(|()| feeds.len())
}

fn ping_engine(
    client: &HttpClient,
    indexnow: &IndexNow,
    home: &str,
    output: &Path,
    changed: &[String],
) -> Result<usize> {
    let listed = sitemap_urls(output);
    let mut pages = that_answer(client, changed.iter().filter(|url| listed.contains(*url)).collect())?;
    pages.truncate(INDEXNOW_URLS);
    if pages.is_empty() {
        return Ok(0);
    }
    let body = json!({
        "host": host_of(home),
        "key": indexnow.key.as_str(),
        "keyLocation": format!("{home}indexnow.txt"),
        "urlList": pages,
    });
    let engine = indexnow.engine.as_deref().unwrap_or(INDEXNOW);
    let headers = [("content-type", "application/json; charset=utf-8")];
    post(client, engine, &headers, body.to_string().as_bytes()).map(|()| pages.len())
}

fn post(client: &HttpClient, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<()> {
    let answer = client.call(&Call { method: Method::POST, url, headers, body: Some(body) })?;
    match answer.is_success() {
        true => Ok(()),
        false => Err(error(format!("`{}` does not take the ping: status {}", host_of(url), answer.status))
            .help("the site is deployed; check `pings` in site.yaml")),
    }
}

/// Returns those URLs that answer with 200.
fn that_answer(client: &HttpClient, urls: Vec<&String>) -> Result<Vec<String>> {
    let answered = in_parallel(&urls, THREADS, |url| {
        let answer = client.call(&Call { method: Method::HEAD, url, headers: &[], body: None })?;
        Ok((answer.status == 200).then(|| (*url).clone()))
    })?;
    Ok(answered.into_iter().flatten().collect())
}

/// Returns the URLs of all sitemaps of pages in the output.
fn sitemap_urls(output: &Path) -> BTreeSet<String> {
    let names = ["sitemap.xml".to_owned()].into_iter().chain((1..).map(|number| format!("sitemap-{number}.xml")));
    let mut urls = BTreeSet::new();
    for name in names {
        let Ok(text) = std::fs::read_to_string(output.join(name)) else { break };
        // An index names sitemaps, which are no pages.
        let mut named = Vec::new();
        let _ = elements(text.as_bytes(), &mut |name, text| match name {
            "loc" => named.push(text.to_owned()),
            "sitemapindex" => named.clear(),
            _ => {}
        });
        urls.extend(named);
    }
    urls
}
