//! HTTP requests of a deployment: counted, and sent again when the network or the server fails for a moment.

#![allow(clippy::disallowed_types, reason = "deployments send requests")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use http::{HeaderMap, Method, Request, Response};
use ureq::{Agent, AsSendBody, Body};

use super::{Result, error};
use crate::diagnostic::Diagnostic;
use crate::http_client;

/// How often a request is sent until its failure is an error.
const TRIES: u32 = 5;

/// The first wait before a request is sent again; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(300);

/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Greatest length of a response that is read, in bytes.
const MAX_RESPONSE_BYTES: u64 = 256 << 20;

/// A client for the requests of one deployment. Redirects are not followed: no request of a deployment has a reason to
/// go to another host.
pub(super) struct HttpClient {
    agent: Agent,
    requests: AtomicU64,
}

/// A request.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    /// The URL, which may have a signature in its query and is never printed.
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    /// The body; `None` for methods without one.
    pub(super) body: Option<&'a [u8]>,
}

/// A response, read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns a header as text; `None` if it is missing or no ASCII.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl HttpClient {
    pub(super) fn new() -> HttpClient {
        HttpClient { agent: http_client::agent(), requests: AtomicU64::new(0) }
    }

    /// Returns the number of requests so far, with those that were sent again.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Sends a request, and again if it fails in a way that may pass: no connection, 429, or 5xx but for 501.
    ///
    /// # Errors
    /// If there is no response after all tries. A response is a result, whatever its status.
    pub(super) fn call(&self, call: &Call<'_>) -> Result<Answer> {
        let mut wait = FIRST_WAIT;
        for last in (0..TRIES).rev() {
            let answer = self.once(call);
            let may_pass = match &answer {
                Ok(answer) => answer.status == 429 || (answer.status >= 500 && answer.status != 501),
                Err(reason) => !reason.is_final,
            };
            if !may_pass || last == 0 {
                return answer.map_err(|reason| reason.diagnostic(call.url));
            }
            let asked = answer.ok().and_then(|answer| answer.header("retry-after")?.trim().parse().ok());
            thread::sleep(asked.map_or(wait, Duration::from_secs).min(LONGEST_WAIT));
            wait *= 2;
        }
        unreachable!("the last try returns")
    }

    fn once(&self, call: &Call<'_>) -> std::result::Result<Answer, NoAnswer> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = Request::builder().method(call.method.clone()).uri(call.url);
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        let invalid = |_| NoAnswer { reason: "the request has invalid characters".to_owned(), is_final: true };
        let response = match call.body {
            Some(body) => self.run(request.body(body).map_err(invalid)?),
            None => self.run(request.body(()).map_err(invalid)?),
        };
        let failed = |error: ureq::Error| NoAnswer {
            reason: reason_of(&error),
            is_final: matches!(error, ureq::Error::HostNotFound | ureq::Error::BadUri(_) | ureq::Error::Tls(_)),
        };
        let (parts, body) = response.map_err(failed)?.into_parts();
        let body = body.into_with_config().limit(MAX_RESPONSE_BYTES).read_to_vec().map_err(failed)?;
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    fn run<B: AsSendBody>(&self, request: Request<B>) -> std::result::Result<Response<Body>, ureq::Error> {
        self.agent.run(self.agent.configure_request(request).max_redirects(0).build())
    }
}

/// Why there is no response.
struct NoAnswer {
    reason: String,
    /// Whether it will be so again.
    is_final: bool,
}

impl NoAnswer {
    fn diagnostic(self, url: &str) -> Diagnostic {
        error(format!("`{}` cannot be reached: {}", host_of(url), self.reason))
            .help("check the connection and the settings of the target, then run `handbill deploy` again: it goes on")
    }
}

/// Returns the host of a URL, which is all of it that may be printed.
pub(super) fn host_of(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| Some((url.host_str()?, url.port())));
    match host {
        Some((host, Some(port))) => format!("{host}:{port}"),
        Some((host, None)) => host.to_owned(),
        None => "the host".to_owned(),
    }
}

fn reason_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => crate::source::io_error_text(error),
        ureq::Error::Timeout(_) => "it did not respond in time".to_owned(),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        // Others could name the URL.
        ureq::Error::BadUri(_) => "its URL is not valid".to_owned(),
        other => other.to_string(),
    }
}
