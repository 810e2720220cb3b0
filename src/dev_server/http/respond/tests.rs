//! Requests to a small site in memory, at the root and below a path.

use std::cell::RefCell;
use std::collections::BTreeMap;

use http::header::{IF_NONE_MATCH, IF_RANGE};

use super::*;

/// A site in memory that records what was looked up.
struct Shelf {
    base: &'static str,
    files: BTreeMap<&'static str, ServedFile>,
    asked: RefCell<Vec<String>>,
}

fn shelf(base: &'static str) -> Shelf {
    let files = [
        ("index.html", "home"),
        ("news/index.html", "the news"),
        ("news/café/index.html", "coffee"),
        ("404.html", "no such page"),
        ("old/index.html", "a page that leads on"),
        ("feed.xml", "<rss/>"),
        ("film.mp4", "0123456789"),
        ("odd %2e name.txt", "odd"),
    ];
    let kind = |path: &str| if path.ends_with(".html") { FileKind::Page } else { FileKind::Asset };
    let files = files.into_iter().map(|(path, text)| (path, ServedFile::new(kind(path), text))).collect();
    Shelf { base, files, asked: RefCell::default() }
}

impl FileLookup for Shelf {
    fn base_path(&self) -> &str {
        self.base
    }

    fn file(&self, url: &UrlPath) -> Option<ServedFile> {
        let path = url.output(OutputLayout::Folders);
        self.asked.borrow_mut().push(url.to_string());
        self.files.get(path.as_str()).cloned()
    }

    fn redirect(&self, url: &UrlPath) -> Option<String> {
        let fragment = url.as_str() == "/old-part/";
        match url.as_str() {
            "/old/" | "/old-part/" => Some(format!("{}news/{}", self.base, if fragment { "#part" } else { "" })),
            _ => None,
        }
    }

    fn takes_form(&self, url: &UrlPath) -> bool {
        url.as_str() == "/newsletters/weekly/"
    }
}

fn request(method: Method, uri: &str, headers: &[(HeaderName, &str)]) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.body(Bytes::new()).unwrap()
}

fn get(base: &'static str, uri: &str) -> Response<Bytes> {
    respond(&request(Method::GET, uri, &[]), &shelf(base))
}

fn header<'a>(response: &'a Response<Bytes>, name: &HeaderName) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Checks the status, and the body, or for a redirect the location.
#[track_caller]
fn check(base: &'static str, uri: &str, status: u16, expected: &str) {
    let response = get(base, uri);
    let body = std::str::from_utf8(response.body()).unwrap();
    let seen = if response.status().is_redirection() { header(&response, &LOCATION) } else { body.trim_end() };
    assert_eq!((response.status().as_u16(), seen), (status, expected), "{base} {uri}");
}

#[test]
fn urls_give_their_files() {
    check("/", "/", 200, "home");
    check("/", "/news/", 200, "the news");
    check("/", "/news/?page=2", 200, "the news");
    check("/", "/%6Eews/", 200, "the news");
    check("/", "/news/caf%C3%A9/", 200, "coffee");
    check("/", "/feed.xml", 200, "<rss/>");
    check("/", "/odd%20%252e%20name.txt", 200, "odd");
}

#[test]
fn browsers_are_redirected_to_the_one_url_of_a_page() {
    check("/", "/news", 301, "/news/");
    check("/", "/news?utm=x&b=%20", 301, "/news/?utm=x&b=%20");
    check("/", "/news/index.html", 301, "/news/");
    check("/", "/index.html", 301, "/");
    check("/", "/news/caf%C3%A9", 301, "/news/caf%C3%A9/");
    check("/", "/old/", 301, "/news/");
    check("/", "/old", 301, "/news/");
    check("/", "/old?a=b", 301, "/news/?a=b");
    check("/", "/old-part/?a=b", 301, "/news/?a=b#part");
}

#[test]
fn missing_file_gets_the_404_page() {
    for uri in ["/none/", "/none", "/feed.xml/", "/news/none", "/odd%20%2e%20name.txt", "/caf%E9/", "/%zz"] {
        check("/", uri, 404, "no such page");
    }
    let response = get("/", "/none/");
    assert_eq!(header(&response, &CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(header(&response, &CACHE_CONTROL), "no-store");
    assert_eq!(header(&response, &ETAG), "");
    let mut without = shelf("/");
    without.files.remove(NOT_FOUND);
    assert_eq!(respond(&request(Method::GET, "/none/", &[]), &without).status(), StatusCode::NOT_FOUND);
}

#[test]
fn nothing_that_climbs_reaches_a_lookup() {
    for uri in [
        "/../etc/passwd",
        "/news/../../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/.%2E/etc/passwd",
        "/news/%2e%2e/",
        "/./news/",
        "/news/.",
        "//news/",
        "//evil.example/news",
        "/news//",
        "/news%2f",
        "/news%2Fcaf%C3%A9/",
        "/..%2f..%2fetc/passwd",
        "/..%5c..%5cboot.ini",
        "/news%5C",
        "/news%00/",
        "/news/%0d%0aSet-Cookie:x/",
        "/%FF/",
    ] {
        let shelf = shelf("/");
        let response = respond(&request(Method::GET, uri, &[]), &shelf);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{uri}");
        assert_eq!(*shelf.asked.borrow(), [NOT_FOUND], "{uri}");
    }
    // Decoded once, the path is the name of no file.
    check("/", "/%252e%252e/etc/passwd", 404, "no such page");
}

#[test]
fn site_below_a_path_is_served_there_alone() {
    check("/paper/", "/paper/", 200, "home");
    check("/paper/", "/paper/news/", 200, "the news");
    check("/paper/", "/paper/news?a=b", 301, "/paper/news/?a=b");
    check("/paper/", "/paper/index.html", 301, "/paper/");
    check("/paper/", "/paper/old", 301, "/paper/news/");
    check("/paper/", "/paper/none/", 404, "no such page");
    check("/paper/", "/", 302, "/paper/");
    check("/paper/", "/paper?a=b", 301, "/paper/?a=b");
    for uri in ["/news/", "/papers/", "/paper%2fnews/", "/other/../paper/"] {
        check("/paper/", uri, 404, "not part of the site, which is at /paper/");
    }
}

#[test]
fn pages_are_never_kept_and_files_are_asked_about() {
    let page = get("/", "/news/");
    assert_eq!(header(&page, &CACHE_CONTROL), "no-store");
    assert_eq!(header(&page, &ACCEPT_RANGES), "none");
    let film = get("/", "/film.mp4");
    assert_eq!(header(&film, &CACHE_CONTROL), "no-cache");
    assert_eq!(header(&film, &ACCEPT_RANGES), "bytes");
    assert_eq!(header(&film, &CONTENT_TYPE), "video/mp4");
    assert_eq!(header(&get("/", "/news"), &CACHE_CONTROL), "no-store");
}

#[test]
fn file_that_the_browser_has_is_not_sent_again() {
    for uri in ["/news/", "/film.mp4"] {
        let tag = header(&get("/", uri), &ETAG).to_owned();
        assert!(tag.starts_with('"') && tag.len() == 34, "{tag}");
        for method in [Method::GET, Method::HEAD] {
            let same = respond(&request(method, uri, &[(IF_NONE_MATCH, &tag)]), &shelf("/"));
            assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
            assert_eq!((header(&same, &ETAG), same.body().len()), (tag.as_str(), 0));
            assert_eq!(header(&same, &CONTENT_LENGTH), "");
        }
        let other = respond(&request(Method::GET, uri, &[(IF_NONE_MATCH, "\"0\"")]), &shelf("/"));
        assert_eq!(other.status(), StatusCode::OK);
    }
}

#[test]
fn head_has_the_headers_of_get() {
    for uri in ["/", "/news", "/film.mp4", "/none/", "/old/"] {
        let (get, head) = (get("/", uri), respond(&request(Method::HEAD, uri, &[]), &shelf("/")));
        assert_eq!(head.status(), get.status());
        assert!(head.body().is_empty());
        assert_eq!(header(&head, &CONTENT_LENGTH), get.body().len().to_string());
        let mut headers = head.headers().clone();
        headers.remove(CONTENT_LENGTH);
        assert_eq!(headers, *get.headers());
    }
}

#[test]
fn parts_are_sent_of_files_and_never_of_pages() {
    let check = |method: Method, uri: &str, headers: &[(HeaderName, &str)], status: u16, body: &str, range: &str| {
        let response = respond(&request(method, uri, headers), &shelf("/"));
        assert_eq!(response.status().as_u16(), status, "{uri} {headers:?}");
        assert_eq!(header(&response, &CONTENT_RANGE), range, "{uri} {headers:?}");
        assert_eq!(std::str::from_utf8(response.body()).unwrap().trim_end(), body, "{uri} {headers:?}");
    };
    let tag = header(&get("/", "/film.mp4"), &ETAG).to_owned();
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=2-4")], 206, "234", "bytes 2-4/10");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=8-99")], 206, "89", "bytes 8-9/10");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=-3")], 206, "789", "bytes 7-9/10");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=0-1,5-6")], 200, "0123456789", "");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=10-")], 416, "the file is shorter", "bytes */10");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=2-4"), (IF_RANGE, &tag)], 206, "234", "bytes 2-4/10");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=2-4"), (IF_RANGE, "\"0\"")], 200, "0123456789", "");
    check(Method::GET, "/film.mp4", &[(RANGE, "bytes=2-4"), (IF_NONE_MATCH, &tag)], 304, "", "");
    check(Method::HEAD, "/film.mp4", &[(RANGE, "bytes=2-4")], 200, "", "");
    check(Method::GET, "/news/", &[(RANGE, "bytes=2-4")], 200, "the news", "");
}

#[test]
fn other_methods_are_refused_everywhere() {
    for (method, uri, allowed) in [
        (Method::POST, "/news/", "GET, HEAD"),
        (Method::PUT, "/none/", "GET, HEAD"),
        (Method::OPTIONS, "*", "GET, HEAD"),
        (Method::DELETE, "/newsletters/weekly/", "GET, HEAD, POST"),
    ] {
        let shelf = shelf("/");
        let response = respond(&request(method, uri, &[]), &shelf);
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{uri}");
        assert_eq!(header(&response, &ALLOW), allowed, "{uri}");
        assert!(shelf.asked.borrow().is_empty());
    }
}
