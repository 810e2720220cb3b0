//! A request to the preview becomes a response: pages of the edition that stands, and below `/.handbill/` what the
//! browser's half asks for.

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
use super::respond::{FileKind, FileLookup, ServedFile, respond};
use crate::digest::Digest;
use crate::path::{OutputPath, UrlPath, decode_path};
use crate::plan::OutputFile;
use crate::render::escape_xml;
use crate::time::TimeSpec;

/// Below it is what is no part of the site.
const OWN: &str = ".handbill/";

/// Answers a request.
pub(crate) fn handle(desk: &LiveSite, request: &Request<Bytes>) -> Response<Body> {
    let base = base_path(desk);
    if let Some(own) = request.uri().path().strip_prefix(&base).and_then(|below| below.strip_prefix(OWN)) {
        return internal_routes(desk, request, &base, own);
    }
    if request.method() == Method::POST
        && let Some(sink) = sink_at(desk, request.uri().path())
    {
        return posted(desk, request, &sink).map(Body::from);
    }
    let edition = desk.snapshot();
    let Some(edition) = &*edition else { return waiting(request, &base, desk.follow).map(Body::from) };
    respond(request, &SnapshotFiles { desk, edition, base: &base }).map(Body::from)
}

/// The path that the site lies under, with a slash at both ends.
fn base_path(desk: &LiveSite) -> String {
    desk.snapshot().as_ref().map_or_else(|| "/".to_owned(), |edition| format!("{}/", edition.planned.site.base.path))
}

/// The files of the edition that stands, as browsers get them.
struct SnapshotFiles<'a> {
    desk: &'a LiveSite,
    edition: &'a Snapshot,
    base: &'a str,
}

impl FileLookup for SnapshotFiles<'_> {
    fn base_path(&self) -> &str {
        self.base
    }

    fn file(&self, path: &OutputPath) -> Option<ServedFile> {
        let page = self.edition.page(path).filter(|page| !self.desk.is_removed(page))?;
        let file = match self.desk.make(self.edition, page) {
            Ok(file) => file,
            // The overlay says why, and goes when the page can be made.
            Err(_) => ServedFile::new(FileKind::Page, failed(page)),
        };
        if file.kind != FileKind::Page {
            return Some(file);
        }
        let html = String::from_utf8_lossy(&file.bytes);
        let html = outbox::rewrite_forms(&html, &outbox::form_endpoints(&self.edition.planned.site));
        Some(ServedFile::new(FileKind::Page, client::with_script(&html, file.digest, self.base, self.desk.follow)))
    }

    fn redirect(&self, url: &UrlPath) -> Option<String> {
        self.edition.redirect(url).map(str::to_owned)
    }

    fn takes_form(&self, url: &UrlPath) -> bool {
        sink_of(self.edition, &self.edition.planned.site.base.link(url)).is_some()
    }
}

/// In place of a page whose template fails.
fn failed(page: &OutputFile) -> String {
    let heading = format!("{} cannot be shown", page.url);
    own_page(
        &heading,
        "A template fails on this page. What is wrong stands over it, and it comes by itself when that is mended.",
    )
}

/// Before there is any edition.
fn waiting(request: &Request<Bytes>, base: &str, follow: bool) -> Response<Bytes> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the site has mistakes and cannot be shown yet");
    }
    let html = own_page(
        "The site cannot be shown yet",
        "What is wrong stands over this page. The site comes by itself when that is mended.",
    );
    let html = client::with_script(&html, Digest::of_bytes(html.as_bytes()), base, follow);
    page(StatusCode::SERVICE_UNAVAILABLE, html)
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.25}:root{color-scheme:light dark}";

fn own_page(heading: &str, text: &str) -> String {
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

/// What the browser's half asks for.
fn internal_routes(desk: &LiveSite, request: &Request<Bytes>, base: &str, own: &str) -> Response<Body> {
    if own == "events" {
        return stream(desk, request, base);
    }
    if own == "clock" {
        return clock(desk, request).map(Body::from);
    }
    if let Some(file) = own.strip_prefix("preview/").and_then(client::file) {
        return respond(request, &SingleFile { base, file }).map(Body::from);
    }
    match sink_at(desk, request.uri().path()) {
        Some(sink) if request.method() == Method::POST => posted(desk, request, &sink).map(Body::from),
        Some(_) => plain(StatusCode::METHOD_NOT_ALLOWED, "forms are posted here").map(Body::from),
        None => plain(StatusCode::NOT_FOUND, "there is nothing here").map(Body::from),
    }
}

/// One file of the browser's half, which a request has named.
struct SingleFile<'a> {
    base: &'a str,
    file: ServedFile,
}

impl FileLookup for SingleFile<'_> {
    fn base_path(&self) -> &str {
        self.base
    }

    fn file(&self, _: &OutputPath) -> Option<ServedFile> {
        Some(self.file.clone())
    }

    fn redirect(&self, _: &UrlPath) -> Option<String> {
        None
    }
}

/// The events of a page, which names itself and the edition of it that is shown.
fn stream(desk: &LiveSite, request: &Request<Bytes>, base: &str) -> Response<Body> {
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let below = field("page").strip_prefix(base).and_then(decode_path);
    let Some(page) = below.and_then(|below| UrlPath::new(&format!("/{below}")).ok()) else {
        return plain(StatusCode::BAD_REQUEST, "no page of the site is named").map(Body::from);
    };
    let shown = field("digest").to_owned();
    event_stream::answer(request, &desk.hub, page, |page| desk.initial_events(page, &shown))
}

/// Sets the clock: `as_of=2026-12-01T08:00`; empty for the machine's own.
fn clock(desk: &LiveSite, request: &Request<Bytes>) -> Response<Bytes> {
    if request.method() != Method::POST {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "the clock is set by POST");
    }
    let named = form_urlencoded::parse(request.body()).find(|(name, _)| name == "as_of");
    let written = named.map(|(_, value)| value.into_owned()).unwrap_or_default();
    let when = match written.trim() {
        "" => None,
        written => match TimeSpec::parse(written) {
            Ok(when) => Some(when),
            Err(why) => return plain(StatusCode::UNPROCESSABLE_ENTITY, &why),
        },
    };
    desk.set_clock(when);
    plain(StatusCode::OK, "set")
}

/// The form that posts to a path, if there is an edition.
fn sink_at(desk: &LiveSite, path: &str) -> Option<FormEndpoint> {
    desk.snapshot().as_ref().and_then(|edition| sink_of(edition, path))
}

fn sink_of(edition: &Snapshot, path: &str) -> Option<FormEndpoint> {
    let path = decode_path(path)?;
    outbox::form_endpoints(&edition.planned.site)
        .into_iter()
        .find(|sink| decode_path(&sink.address).as_ref() == Some(&path))
}

/// A time of the machine, as exact as the names of copies are.
fn milliseconds(time: SystemTime) -> Timestamp {
    let at = Timestamp::try_from(time).unwrap_or_default().as_millisecond();
    Timestamp::from_millisecond(at).unwrap_or_default()
}

/// Takes what a form posted, in place of the provider.
fn posted(desk: &LiveSite, request: &Request<Bytes>, sink: &FormEndpoint) -> Response<Bytes> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let back = header(REFERER)
        .and_then(|from| from.parse::<Uri>().ok())
        .map_or_else(|| "/".into(), |uri| uri.path().to_owned());
    let (submission, reported) =
        outbox::validate(sink, header(CONTENT_TYPE).unwrap_or_default(), request.body(), &back);
    if let Some(submission) = submission {
        let at = milliseconds(desk.now());
        if let Err(refused) = outbox::store(&desk.root(), &submission, at) {
            let why =
                refused.diagnostics().into_iter().map(|diagnostic| diagnostic.message).collect::<Vec<_>>().join("; ");
            return plain(StatusCode::INSUFFICIENT_STORAGE, &why);
        }
        desk.count_post();
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
