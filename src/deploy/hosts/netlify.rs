//! Netlify, by its API: a deployment names every file of the site by the SHA-1 of its bytes, and Netlify asks for those
//! that it does not have. It publishes all of it at once.
//!
//! The list of the files that are published is the record, so that what is published by other means counts too.
//!
//! Source: <https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/>, and the API as data in the
//! package `@netlify/open-api`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::thread;
use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sha1::{Digest as _, Sha1};
use url::{Host, Url};

use super::NO_EARLIER_DEPLOYMENT;
use super::s3::hex;
use crate::deploy::files::{SiteFile, is_fingerprinted};
use crate::deploy::host::{Rollback, TargetHost};
use crate::deploy::http::{Answer, Call, HttpClient};
use crate::deploy::parallel::in_parallel;
use crate::deploy::record::{Record, RecordedFile, Superseded};
use crate::deploy::{DeployContext, DeployObserver, Result, error, no_earlier_deployment};
use crate::diagnostic::Diagnostic;
use crate::path::{OutputLayout, OutputPath, encode_path};
use crate::providers::hosts::Target;

const API: &str = "https://api.netlify.com/api/v1";

/// The variable with the access token.
const TOKEN: &str = "NETLIFY_AUTH_TOKEN";

/// The variable with another URL of the API, for tests.
const API_VARIABLE: &str = "HANDBILL_NETLIFY_URL";

/// Number of requests at once.
const THREADS: usize = 8;

/// Number of files from which Netlify compares them after its response.
const ASYNC_FILES: usize = 100;

/// Netlify answers so many requests in a minute, and the others with 429: how long and how often to wait for the next.
const MINUTE_WAIT: Duration = Duration::from_secs(10);
const MINUTE_WAITS: usize = 12;

/// Wait between two looks at a deploy, and the number of looks: 15 minutes.
const STATE_WAIT: Duration = Duration::from_secs(1);
const STATE_WAITS: usize = 900;

/// Number of deploys in which the one before the published one is looked for.
const LISTED_DEPLOYS: usize = 100;

/// A site at Netlify.
pub(super) struct NetlifyHost {
    client: HttpClient,
    api: String,
    authorization: String,
    /// The id or the domain of the site.
    site: String,
    /// The SHA-1 of each file that will be published, by path from the root.
    files: BTreeMap<String, String>,
    sent: Vec<SiteFile>,
    /// The id of the deploy to go back to, once it is found.
    before: Option<String>,
}

/// A file that is published.
#[derive(Deserialize)]
struct PublishedFile {
    path: String,
    sha: String,
}

/// A deploy: a version of the site.
#[derive(Deserialize)]
struct Deploy {
    id: String,
    #[serde(default)]
    state: String,
    /// The SHA-1s of the files that Netlify does not have.
    #[serde(default)]
    required: Option<Vec<String>>,
    #[serde(default)]
    context: Option<String>,
    #[serde(default)]
    error_message: Option<String>,
}

/// A site.
#[derive(Deserialize)]
struct Site {
    published_deploy: Option<Deploy>,
}

impl Deploy {
    /// Returns whether it was public, or could have been: previews of branches are not.
    fn is_of_production(&self) -> bool {
        self.state == "ready" && self.context.as_deref().is_none_or(|context| context == "production")
    }
}

impl NetlifyHost {
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<NetlifyHost> {
        let token = (context.variable)(TOKEN).ok_or_else(|| {
            error(format!("the environment has no `{TOKEN}`"))
                .help("make a personal access token in the user settings of Netlify, under Applications, and set it")
        })?;
        let api = (context.variable)(API_VARIABLE).map_or(Cow::Borrowed(API), Cow::Owned);
        let is_safe = Url::parse(&api).is_ok_and(|url| match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback() || url.scheme() == "https",
            Some(_) => url.scheme() == "https",
            None => false,
        });
        if !is_safe {
            return Err(error(format!("`{API_VARIABLE}` has no URL with https")).help("unset it: it is for tests"));
        }
        let site = target.text("site").unwrap_or_default();
        // An id is a UUID. A site with a name has it as a domain too, and the API takes domains.
        let is_name = !site.contains('.') && site.split('-').map(str::len).ne([8, 4, 4, 4, 12]);
        Ok(NetlifyHost {
            client: HttpClient::new(),
            api: api.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {token}"),
            site: if is_name { format!("{site}.netlify.app") } else { site.to_owned() },
            files: BTreeMap::new(),
            sent: Vec::new(),
            before: None,
        })
    }

    /// Finds the deploy that was published before the published one; `None` if there is none.
    fn before(&self) -> Result<Option<String>> {
        let site: Site = self.get(&format!("/sites/{}", self.site))?;
        let Some(published) = site.published_deploy else { return Ok(None) };
        let deploys: Vec<Deploy> = self.get(&format!("/sites/{}/deploys?per_page={LISTED_DEPLOYS}", self.site))?;
        // The latest are first.
        let mut earlier = deploys.into_iter().skip_while(|deploy| deploy.id != published.id).skip(1);
        Ok(earlier.find(Deploy::is_of_production).map(|deploy| deploy.id))
    }

    /// Sends a request, again in the next minute if there were too many in this one.
    fn call(&self, method: &Method, path: &str, body: Option<(&str, &[u8])>) -> Result<Answer> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.api) };
        let mut headers = vec![("authorization", self.authorization.as_str()), ("accept", "application/json")];
        headers.extend(body.map(|(media_type, _)| ("content-type", media_type)));
        let body = body.map(|(_, bytes)| bytes);
        for _ in 0..MINUTE_WAITS {
            let answer = self.client.call(&Call { method: method.clone(), url: &url, headers: &headers, body })?;
            match answer.status {
                429 => thread::sleep(MINUTE_WAIT),
                _ if answer.is_success() => return Ok(answer),
                _ => return Err(self.refused(&answer)),
            }
        }
        Err(error("Netlify answers no more requests of this token for a while")
            .help("run `handbill deploy` again later"))
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        parse(&self.call(&Method::GET, path, None)?)
    }

    fn refused(&self, answer: &Answer) -> Diagnostic {
        let said = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
        let said = said.get("message").and_then(|said| said.as_str()).unwrap_or("no reason is given");
        let said: String = said.chars().filter(|c| !c.is_control()).take(300).collect();
        match answer.status {
            401 | 403 => error(format!("Netlify does not accept the token in `{TOKEN}`"))
                .help("make a new personal access token, with access to the team of the site"),
            404 => error(format!("Netlify has no site `{}` that the token may change", self.site))
                .help("`site` in the settings of the target is its name or its id, as Netlify shows it"),
            status => error(format!("Netlify refused the deployment: {status}, {said}"))
                .help("run `handbill deploy` again; https://www.netlifystatus.com/ names problems of Netlify"),
        }
    }

    /// Waits until a deploy is in one of these states.
    fn wait(&self, mut deploy: Deploy, states: &[&str]) -> Result<Deploy> {
        for _ in 0..STATE_WAITS {
            if states.contains(&deploy.state.as_str()) {
                return Ok(deploy);
            }
            if matches!(deploy.state.as_str(), "error" | "rejected") {
                let reason = deploy.error_message.unwrap_or_else(|| deploy.state.clone());
                return Err(error(format!("Netlify could not publish the deploy: {reason}"))
                    .help("what was published before still is; the deploy's page at Netlify has more"));
            }
            thread::sleep(STATE_WAIT);
            deploy = self.get(&format!("/deploys/{}", deploy.id))?;
        }
        Err(error(format!("Netlify does not get ready with the deploy, which is in the state `{}`", deploy.state))
            .help("look at the deploy's page at Netlify, or run `handbill deploy` again"))
    }
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    serde_json::from_slice(&answer.body).map_err(|_| {
        error("Netlify answered with something else than its documentation says")
            .help("run `handbill deploy` again, perhaps with a newer Handbill")
    })
}

/// Returns the URL of the next page of a list, from the header `Link` (RFC 8288).
fn next_page(answer: &Answer) -> Option<String> {
    let links = answer.header("link")?;
    let next = links.split(',').find(|link| link.contains("rel=\"next\"") || link.contains("rel=next"))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}

impl TargetHost for NetlifyHost {
    fn is_atomic(&self) -> bool {
        true
    }

    fn identity(&self, file: &SiteFile) -> Result<String> {
        if file.path.as_str().contains(['#', '?']) {
            let message = format!("Netlify takes no file whose name has `#` or `?`: `{}`", file.path);
            return Err(error(message).help("rename it"));
        }
        Ok(hex(&Sha1::digest(file.read()?)))
    }

    fn record(&mut self) -> Result<Option<Record>> {
        let mut record = Record::new(0);
        let mut page = Some(format!("/sites/{}/files", self.site));
        while let Some(path) = page {
            let answer = self.call(&Method::GET, &path, None)?;
            page = next_page(&answer).filter(|next| next.starts_with(&self.api));
            for file in parse::<Vec<PublishedFile>>(&answer)? {
                let Ok(path) = OutputPath::new(file.path.trim_start_matches('/')) else { continue };
                let file = RecordedFile::new(file.sha, OutputLayout::Folders);
                // The list says nothing of when a file was superseded, so that none is kept.
                match is_fingerprinted(&path) {
                    true => _ = record.superseded.insert(path, Superseded { since: i64::MIN / 2, file }),
                    false => _ = record.files.insert(path, file),
                }
            }
        }
        Ok(Some(record))
    }

    fn same(&mut self, _files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        Ok(BTreeSet::new())
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        self.sent.extend(files.iter().map(|file| (*file).clone()));
        files.iter().for_each(|file| observer.sent(file.length));
        Ok(Vec::new())
    }

    fn remove(&mut self, _paths: &[&OutputPath]) -> Result<()> {
        Ok(())
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        self.files = record.files.iter().map(|(path, file)| (format!("/{path}"), file.identity.clone())).collect();
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let is_async = self.files.len() > ASYNC_FILES;
        let body = json!({ "files": self.files, "async": is_async, "draft": false }).to_string();
        let path = format!("/sites/{}/deploys", self.site);
        let mut deploy: Deploy =
            parse(&self.call(&Method::POST, &path, Some(("application/json", body.as_bytes())))?)?;
        if is_async {
            deploy = self.wait(deploy, &["prepared", "uploading", "uploaded", "ready"])?;
        }
        let sha_of = |file: &SiteFile| self.files.get(&format!("/{}", file.path)).map(String::as_str);
        let sent: HashMap<&str, &SiteFile> = self.sent.iter().filter_map(|file| Some((sha_of(file)?, file))).collect();
        let required = deploy.required.take().unwrap_or_default();
        in_parallel(&required, THREADS, |sha| {
            let file = sent.get(sha.as_str()).ok_or_else(|| {
                error("Netlify has lost a file that it published")
                    .help("run `handbill deploy --force`, which sends all")
            })?;
            let path = format!("/deploys/{}/files/{}", deploy.id, encode_path(file.path.as_str()));
            self.call(&Method::PUT, &path, Some(("application/octet-stream", &file.read()?))).map(drop)
        })?;
        let deploy = self.get(&format!("/deploys/{}", deploy.id))?;
        self.wait(deploy, &["ready"]).map(drop)
    }

    fn rollback(&mut self) -> Result<Rollback> {
        self.before = self.before()?;
        Ok(if self.before.is_some() { Rollback::Switch } else { NO_EARLIER_DEPLOYMENT })
    }

    fn switch_back(&mut self) -> Result<()> {
        let before = self.before.take().ok_or_else(no_earlier_deployment)?;
        let path = format!("/sites/{}/deploys/{before}/restore", self.site);
        self.call(&Method::POST, &path, Some(("application/json", b"{}"))).map(drop)
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
