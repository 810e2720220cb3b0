//! Drops from the caches before a target what a deployment has changed, and nothing else.

use http::Method;
use serde_json::{Value, json};

use super::http::{Answer, Call, HttpClient, host_of};
use super::parallel::in_parallel;
use super::{DeployContext, Result, error};
use crate::providers::hosts::Target;

/// Greatest number of URLs in a request to Cloudflare.
const CLOUDFLARE_URLS: usize = 30;

const CLOUDFLARE: &str = "https://api.cloudflare.com/client/v4";

const FASTLY: &str = "https://api.fastly.com";

/// Number of requests to Fastly at once.
const THREADS: usize = 8;

/// A cache before a target, with what opens it.
pub(super) enum Cache {
    /// A zone of Cloudflare.
    ///
    /// Source: <https://developers.cloudflare.com/api/resources/cache/methods/purge/>
    Cloudflare { url: String, zone: String, token: String },
    /// Fastly.
    ///
    /// Source: <https://www.fastly.com/documentation/reference/api/purging/>
    Fastly { url: String, token: String },
}

/// Returns the caches before a target.
///
/// # Errors
/// If a token is missing, which is better known before anything is sent.
pub(super) fn caches(target: &Target, context: &DeployContext<'_>) -> Result<Vec<Cache>> {
    let token = |name: &str, of: &str| {
        (context.variable)(name).ok_or_else(|| {
            error(format!("there is no token to drop pages from the cache of {of}"))
                .help(format!("set {name} in the environment; it needs the permission to purge, and no other"))
        })
    };
    let mut caches = Vec::new();
    if let Some(zone) = target.text("cloudflare_zone") {
        let url = (context.variable)("CLOUDFLARE_API_BASE_URL").unwrap_or_else(|| CLOUDFLARE.to_owned());
        let token = token("CLOUDFLARE_API_TOKEN", "Cloudflare")?;
        caches.push(Cache::Cloudflare { url, zone: zone.to_owned(), token });
    }
    if target.flag("fastly") {
        let url = (context.variable)("FASTLY_API_ENDPOINT").unwrap_or_else(|| FASTLY.to_owned());
        caches.push(Cache::Fastly { url, token: token("FASTLY_API_TOKEN", "Fastly")? });
    }
    Ok(caches)
}

impl Cache {
    /// Drops URLs.
    ///
    /// # Errors
    /// If the service refuses: readers then get old pages until these expire.
    pub(super) fn purge(&self, client: &HttpClient, urls: &[&String]) -> Result<()> {
        match self {
            Cache::Cloudflare { url, zone, token } => {
                let url = format!("{}/zones/{zone}/purge_cache", url.trim_end_matches('/'));
                let authorization = format!("Bearer {token}");
                let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
                urls.chunks(CLOUDFLARE_URLS).try_for_each(|urls| {
                    let body = json!({ "files": urls }).to_string();
                    let body = Some(body.as_bytes());
                    check(&url, &client.call(&Call { method: Method::POST, url: &url, headers: &headers, body })?)
                })
            }
            Cache::Fastly { url, token } => in_parallel(urls, THREADS, |changed| {
                // The key goes to Fastly, and not to the site's own host.
                let changed = changed.split_once("://").map_or(changed.as_str(), |(_, rest)| rest);
                let url = format!("{}/purge/{changed}", url.trim_end_matches('/'));
                let headers = [("fastly-key", token.as_str())];
                check(
                    &url,
                    &client.call(&Call { method: Method::POST, url: &url, headers: &headers, body: Some(&[]) })?,
                )
            })
            .map(drop),
        }
    }
}

fn check(url: &str, answer: &Answer) -> Result<()> {
    if answer.is_success() {
        return Ok(());
    }
    let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let said = said.as_ref().and_then(|said| said.pointer("/errors/0/message").or_else(|| said.get("msg")));
    let said = said.and_then(Value::as_str).map(|said| format!(": {said}")).unwrap_or_default();
    Err(error(format!(
        "the site is deployed, but `{}` drops nothing from its cache (status {}){said}",
        host_of(url),
        answer.status
    ))
    .help("readers get old pages until these expire; check the token, and drop what `--urls FILE` names by hand"))
}
