//! Handler of requests: pages of the current snapshot, and below `/.handbill/` the resources of the browser part.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, REFERER};
use http::{Method, Request, Response, StatusCode, Uri};
use jiff::Timestamp;

use super::super::client;
use super::super::live::event_stream;
use super::super::live::live_site::LiveSite;
use super::super::live::snapshot::Snapshot;
use super::super::outbox::{self, FormEndpoint};
use super::body::Body;
use super::plain_response::plain;
use super::respond::{FileKind, FileLookup, ServedFile, respond, url_path};
use crate::digest::Digest;
use crate::html::escape_xml;
use crate::path::{OutputPath, UrlPath, decode_path};
use crate::plan::OutputFile;
use crate::time::TimeSpec;

/// Path prefix of resources that are not part of the site.
const INTERNAL: &str = ".handbill/";

/// Handles a request.
pub(crate) fn handle(live: &LiveSite, request: &Request<Bytes>) -> Response<Body> {
    let base = base_path(live);
    if let Some(internal) = request.uri().path().strip_prefix(&base).and_then(|below| below.strip_prefix(INTERNAL)) {
        return internal_routes(live, request, &base, internal);
    }
    if request.method() == Method::POST
        && let Some(endpoint) = endpoint_at(live, request.uri().path())
    {
        return receive_form(live, request, &endpoint).map(Body::from);
    }
    let variant = url_path(request, &base).and_then(|url| live.variant(&OutputPath::new(&url.as_str()[1..]).ok()?));
    if let Some(file) = variant {
        return respond(request, &SingleFile { base: &base, file }).map(Body::from);
    }
    let snapshot = live.snapshot();
    let Some(snapshot) = &*snapshot else { return no_snapshot_response(request, &base, live.follow).map(Body::from) };
    respond(request, &SnapshotFiles { live, snapshot, base: &base }).map(Body::from)
}

/// Returns the path of the site's base URL, with a slash at both ends.
fn base_path(live: &LiveSite) -> String {
    live.snapshot()
        .as_ref()
        .map_or_else(|| "/".to_owned(), |snapshot| format!("{}/", snapshot.planned.site.model.base.path))
}

/// The files of the current snapshot, with the browser part's script added to pages.
struct SnapshotFiles<'a> {
    live: &'a LiveSite,
    snapshot: &'a Snapshot,
    base: &'a str,
}

impl FileLookup for SnapshotFiles<'_> {
    fn base_path(&self) -> &str {
        self.base
    }

    fn file(&self, url: &UrlPath) -> Option<ServedFile> {
        let page = self.snapshot.page(url).filter(|page| !self.live.is_removed(page))?;
        let file = match self.live.make(self.snapshot, page) {
            Ok(file) => file,
            // The overlay shows the reason, and disappears when the page can be rendered again.
            Err(_) => ServedFile::new(FileKind::Page, render_failure_page(page)),
        };
        if file.kind != FileKind::Page {
            return Some(file);
        }
        let html = String::from_utf8_lossy(&file.bytes);
        let html = outbox::rewrite_forms(&html, &outbox::form_endpoints(&self.snapshot.planned.site.model));
        Some(ServedFile::new(FileKind::Page, client::with_script(&html, file.digest, self.base, self.live.follow)))
    }

    fn redirect(&self, url: &UrlPath) -> Option<String> {
        self.snapshot.redirect(url)
    }

    fn takes_form(&self, url: &UrlPath) -> bool {
        endpoint_in(self.snapshot, &self.snapshot.planned.site.model.base.link(url)).is_some()
    }
}

/// Returns the page that is sent in place of one whose template fails.
fn render_failure_page(page: &OutputFile) -> String {
    let heading = format!("{} cannot be shown", page.url);
    message_page(
        &heading,
        "A template fails on this page. The error is shown over it, and the page is loaded once it is fixed.",
    )
}

/// Responds while there is no snapshot yet.
fn no_snapshot_response(request: &Request<Bytes>, base: &str, follow: bool) -> Response<Bytes> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the site has errors and cannot be shown yet");
    }
    let html = message_page(
        "The site cannot be shown yet",
        "The errors are shown over this page. The site is loaded once they are fixed.",
    );
    let html = client::with_script(&html, Digest::of_bytes(html.as_bytes()), base, follow);
    page(StatusCode::SERVICE_UNAVAILABLE, html)
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.25}:root{color-scheme:light dark}";

fn message_page(heading: &str, text: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n<p>{1}</p>\n</main>\n</body>\n</html>\n",
        escape_xml(heading),
        escape_xml(text)
    )
}

fn page(status: StatusCode, html: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Handles a request below `/.handbill/`.
fn internal_routes(live: &LiveSite, request: &Request<Bytes>, base: &str, internal: &str) -> Response<Body> {
    if internal == "events" {
        return stream(live, request, base);
    }
    if internal == "clock" {
        return clock(live, request).map(Body::from);
    }
    if let Some(file) = internal.strip_prefix("client/").and_then(client::file) {
        return respond(request, &SingleFile { base, file }).map(Body::from);
    }
    match endpoint_at(live, request.uri().path()) {
        Some(endpoint) if request.method() == Method::POST => receive_form(live, request, &endpoint).map(Body::from),
        Some(_) => plain(StatusCode::METHOD_NOT_ALLOWED, "forms are posted here").map(Body::from),
        None => plain(StatusCode::NOT_FOUND, "there is nothing here").map(Body::from),
    }
}

/// A file of the browser part that a request has named.
struct SingleFile<'a> {
    base: &'a str,
    file: ServedFile,
}

impl FileLookup for SingleFile<'_> {
    fn base_path(&self) -> &str {
        self.base
    }

    fn file(&self, _: &UrlPath) -> Option<ServedFile> {
        Some(self.file.clone())
    }

    fn redirect(&self, _: &UrlPath) -> Option<String> {
        None
    }
}

/// Opens the event stream of a page. The query names the page's URL and the digest of the version that is shown.
fn stream(live: &LiveSite, request: &Request<Bytes>, base: &str) -> Response<Body> {
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let below = field("page").strip_prefix(base).and_then(decode_path);
    let Some(page) = below.and_then(|below| UrlPath::new(&format!("/{below}")).ok()) else {
        return plain(StatusCode::BAD_REQUEST, "no page of the site is named").map(Body::from);
    };
    let shown = field("digest").to_owned();
    event_stream::answer(request, &live.hub, page, |page| live.initial_events(page, &shown))
}

/// Sets the clock of the dev server: `as_of=2026-12-01T08:00`; empty for the machine's own.
fn clock(live: &LiveSite, request: &Request<Bytes>) -> Response<Bytes> {
    if request.method() != Method::POST {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "the clock is set by POST");
    }
    let named = form_urlencoded::parse(request.body()).find(|(name, _)| name == "as_of");
    let value = named.map(|(_, value)| value.into_owned()).unwrap_or_default();
    let time = match value.trim() {
        "" => None,
        value => match TimeSpec::parse(value) {
            Ok(time) => Some(time),
            Err(reason) => return plain(StatusCode::UNPROCESSABLE_ENTITY, &reason),
        },
    };
    live.set_clock(time);
    plain(StatusCode::OK, "set")
}

/// Returns the endpoint of the form that posts to a path; `None` if there is none, or no snapshot.
fn endpoint_at(live: &LiveSite, path: &str) -> Option<FormEndpoint> {
    live.snapshot().as_ref().and_then(|snapshot| endpoint_in(snapshot, path))
}

fn endpoint_in(snapshot: &Snapshot, path: &str) -> Option<FormEndpoint> {
    let path = decode_path(path)?;
    outbox::form_endpoints(&snapshot.planned.site.model)
        .into_iter()
        .find(|endpoint| decode_path(&endpoint.path).as_ref() == Some(&path))
}

/// Returns a time in milliseconds, the precision of the names of outbox copies.
fn milliseconds(time: SystemTime) -> Timestamp {
    let at = Timestamp::try_from(time).unwrap_or_default().as_millisecond();
    Timestamp::from_millisecond(at).unwrap_or_default()
}

/// Handles a posted form in place of the provider.
fn receive_form(live: &LiveSite, request: &Request<Bytes>, endpoint: &FormEndpoint) -> Response<Bytes> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let back_path = header(REFERER)
        .and_then(|from| from.parse::<Uri>().ok())
        .map_or_else(|| "/".into(), |uri| uri.path().to_owned());
    let (submission, reported) =
        outbox::validate(endpoint, header(CONTENT_TYPE).unwrap_or_default(), request.body(), &back_path);
    if let Some(submission) = submission {
        let at = milliseconds(live.now());
        if let Err(error) = outbox::store(&live.root(), &submission, at) {
            let reason =
                error.diagnostics().into_iter().map(|diagnostic| diagnostic.message).collect::<Vec<_>>().join("; ");
            return plain(StatusCode::INSUFFICIENT_STORAGE, &reason);
        }
        live.count_post();
    }
    match reported {
        outbox::FormResponse::Page(status, html) => page(StatusCode::from_u16(status).unwrap_or_default(), html),
        outbox::FormResponse::SeeOther(link) => {
            let mut response = plain(StatusCode::SEE_OTHER, "taken");
            if let Ok(link) = HeaderValue::from_str(&crate::path::encode_path(&decode_path(&link).unwrap_or(link))) {
                response.headers_mut().insert(LOCATION, link);
            }
            response
        }
    }
}
