//! Responds to requests like a good static host: redirects, the 404 page, `ETag`, ranges.
//!
//! A function of the request and a [`FileLookup`]; it does no I/O. A path is decoded once and must be a valid
//! [`UrlPath`]: one with `..`, a backslash, a NUL or an empty segment never reaches a lookup.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    LOCATION, RANGE,
};
use http::{Method, Request, Response, StatusCode};

use super::conditional::{ConditionOutcome, etag, evaluate, range_holds};
use super::plain_response::plain;
use super::range::{RangeOutcome, parse};
use crate::digest::Digest;
use crate::media_type::media_type;
use crate::path::{OutputLayout, UrlPath, decode_path};

/// The files of the site at the time of a request.
pub trait FileLookup {
    /// Returns the path of the site's base URL, with a slash at both ends: `/`, or `/paper/`.
    fn base_path(&self) -> &str;

    /// Returns the output file at a URL, rendered if needed; `None` if none is planned.
    fn file(&self, url: &UrlPath) -> Option<ServedFile>;

    /// Returns the target of an alias as a link: `/paper/news/hearing/`; `None` if there is no alias at this URL.
    fn redirect(&self, url: &UrlPath) -> Option<String>;

    /// Returns whether a form posts to this URL. The handler answers such a POST before it comes here; the value
    /// decides the `Allow` header.
    fn takes_form(&self, url: &UrlPath) -> bool {
        let _ = url;
        false
    }
}

/// A file to send.
#[derive(Clone, Debug)]
pub struct ServedFile {
    /// Content.
    pub bytes: Bytes,
    /// Digest of the content, which gives the `ETag`.
    pub digest: Digest,
    /// How browsers may cache it.
    pub kind: FileKind,
}

/// Caching and range behaviour of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A page: sent whole, never cached.
    Page,
    /// A resource of pages: cached and revalidated each time; ranges are supported.
    Asset,
}

impl ServedFile {
    /// A file with the digest of its bytes.
    #[must_use]
    pub fn new(kind: FileKind, bytes: impl Into<Bytes>) -> ServedFile {
        let bytes = bytes.into();
        ServedFile { digest: Digest::of_bytes(&bytes), bytes, kind }
    }
}

/// File that is sent with the status 404.
const NOT_FOUND: &str = "/404.html";

/// Responds to a request.
#[must_use]
pub fn respond(request: &Request<Bytes>, files: &dyn FileLookup) -> Response<Bytes> {
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => found(request, files),
        _ => other_method(request, files),
    };
    if request.method() == Method::HEAD && response.status() != StatusCode::NOT_MODIFIED {
        let length = std::mem::take(response.body_mut()).len();
        set(&mut response, CONTENT_LENGTH, &length.to_string());
    }
    response
}

/// Returns the URL below the site's base path that a request is for; `None` if it is outside, or not a valid path.
#[must_use]
pub fn url_path<B>(request: &Request<B>, base_path: &str) -> Option<UrlPath> {
    let below = request.uri().path().strip_prefix(base_path)?;
    // An encoded slash does not separate segments, and no file name contains one.
    if below.to_ascii_lowercase().contains("%2f") {
        return None;
    }
    UrlPath::new(&format!("/{}", decode_path(below)?)).ok()
}

fn found(request: &Request<Bytes>, files: &dyn FileLookup) -> Response<Bytes> {
    let base = files.base_path();
    let path = request.uri().path();
    if !path.starts_with(base) {
        return match path {
            "/" => moved(StatusCode::FOUND, base, request),
            path if path == base.trim_end_matches('/') => moved(StatusCode::MOVED_PERMANENTLY, base, request),
            _ => plain(StatusCode::NOT_FOUND, &format!("not part of the site, which is at {base}")),
        };
    }
    let Some(url) = url_path(request, base) else { return not_found(files) };
    if let Some(target) = files.redirect(&url) {
        return moved(StatusCode::MOVED_PERMANENTLY, &target, request);
    }
    match (files.file(&url), without_index(&url)) {
        (Some(_), Some(page)) => moved(StatusCode::MOVED_PERMANENTLY, &link(base, &page), request),
        (Some(file), None) => send(request, &url, file),
        (None, _) => match folder(&url, files) {
            Some(target) => moved(StatusCode::MOVED_PERMANENTLY, &target, request),
            None => not_found(files),
        },
    }
}

/// Returns the URL of a page that was requested by its file name: `/news/` for `/news/index.html`.
fn without_index(url: &UrlPath) -> Option<UrlPath> {
    let folder = url.as_str().strip_suffix("index.html").filter(|rest| rest.ends_with('/'))?;
    Some(UrlPath::new(folder).expect("a URL without its last part is one"))
}

/// Returns the target for a URL without its trailing slash.
fn folder(url: &UrlPath, files: &dyn FileLookup) -> Option<String> {
    let url = UrlPath::new(&format!("{url}/")).ok()?;
    files.redirect(&url).or_else(|| files.file(&url).map(|_| link(files.base_path(), &url)))
}

fn link(base: &str, url: &UrlPath) -> String {
    format!("{}{}", base.trim_end_matches('/'), url.encoded())
}

/// Redirects, and keeps the query of the request.
fn moved(status: StatusCode, target: &str, request: &Request<Bytes>) -> Response<Bytes> {
    let query = request.uri().query().filter(|_| !target.contains('?'));
    let (target, fragment) = target.split_at(target.find('#').unwrap_or(target.len()));
    let target = query.map_or(format!("{target}{fragment}"), |query| format!("{target}?{query}{fragment}"));
    let mut response = plain(status, &format!("moved to {target}"));
    set(&mut response, LOCATION, &target);
    response
}

fn not_found(files: &dyn FileLookup) -> Response<Bytes> {
    let url = UrlPath::new(NOT_FOUND).expect("plain");
    let Some(page) = files.file(&url) else { return plain(StatusCode::NOT_FOUND, "not found") };
    let mut response = Response::new(page.bytes);
    *response.status_mut() = StatusCode::NOT_FOUND;
    set(&mut response, CONTENT_TYPE, &media_type_of(&url));
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

fn other_method(request: &Request<Bytes>, files: &dyn FileLookup) -> Response<Bytes> {
    let takes_form = url_path(request, files.base_path()).is_some_and(|url| files.takes_form(&url));
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "this method is not allowed for this URL");
    set(&mut response, ALLOW, if takes_form { "GET, HEAD, POST" } else { "GET, HEAD" });
    response
}

/// Sends a file, subject to the request's conditions.
fn send(request: &Request<Bytes>, url: &UrlPath, file: ServedFile) -> Response<Bytes> {
    let tag = etag(&file.digest);
    let mut response = match evaluate(request.headers(), &tag) {
        ConditionOutcome::Send => content(request, url, &file, &tag),
        ConditionOutcome::Same => {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        }
        ConditionOutcome::Another => plain(StatusCode::PRECONDITION_FAILED, "the file has changed"),
    };
    set(&mut response, ETAG, &tag);
    set(&mut response, CACHE_CONTROL, if file.kind == FileKind::Page { "no-store" } else { "no-cache" });
    response
}

/// Sends the file or a range of it.
fn content(request: &Request<Bytes>, url: &UrlPath, file: &ServedFile, tag: &str) -> Response<Bytes> {
    let length = file.bytes.len();
    let allows_ranges = file.kind == FileKind::Asset;
    let range = request.headers().get(RANGE).and_then(|value| value.to_str().ok());
    // Ranges are defined for GET only (RFC 9110, section 14.2).
    let range =
        range.filter(|_| allows_ranges && request.method() == Method::GET && range_holds(request.headers(), tag));
    let mut response = match range.map_or(RangeOutcome::Whole, |range| parse(range, length)) {
        RangeOutcome::Whole => Response::new(file.bytes.clone()),
        RangeOutcome::Part(part) => {
            let mut response = Response::new(file.bytes.slice(part.clone()));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, CONTENT_RANGE, &format!("bytes {}-{}/{length}", part.start, part.end - 1));
            response
        }
        RangeOutcome::Unsatisfiable => {
            let mut response = plain(StatusCode::RANGE_NOT_SATISFIABLE, "the file is shorter");
            set(&mut response, CONTENT_RANGE, &format!("bytes */{length}"));
            return response;
        }
    };
    set(&mut response, CONTENT_TYPE, &media_type_of(url));
    set(&mut response, ACCEPT_RANGES, if allows_ranges { "bytes" } else { "none" });
    response
}

/// Returns the media type of the file at a URL; that of a page if the URL ends with a slash.
fn media_type_of(url: &UrlPath) -> Cow<'static, str> {
    media_type(&url.output(OutputLayout::Folders))
}

/// Sets a header, unless the value is not valid in one.
fn set<B>(response: &mut Response<B>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests;
