//! Protection of the dev server from other sites: only requests of the author's own browser for this server are
//! answered.
//!
//! A page from elsewhere can make a browser send requests to this machine, and can even point its own host name to this
//! machine's address and read the responses (DNS rebinding). So a request must name this machine as its host, and one
//! that reads events or posts must come from a page of this server.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::{HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::uri::Authority;
use http::{HeaderMap, Request, Response, StatusCode, Version};

use super::plain_response::plain;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// The request names no host, several, or an invalid one.
    NoHost,
    /// The request is for another host.
    OtherHost,
    /// The request comes from a page of another origin.
    OtherOrigin,
}

impl From<Forbidden> for Response<Bytes> {
    fn from(forbidden: Forbidden) -> Response<Bytes> {
        let (status, text) = match forbidden {
            Forbidden::NoHost => (StatusCode::BAD_REQUEST, "the request must name one host"),
            Forbidden::OtherHost => {
                (StatusCode::MISDIRECTED_REQUEST, "this is a dev server on its author's machine: open it as localhost")
            }
            Forbidden::OtherOrigin => (StatusCode::FORBIDDEN, "only pages of this site may ask for this"),
        };
        plain(status, text)
    }
}

/// Checks that a request is for this machine: by a loopback name or address, or by the address `local` at which its
/// connection arrived. Any port is accepted, since ports may be forwarded.
///
/// An HTTP/1.0 request may have no host (RFC 9112, section 3.2). No browser sends one, and DNS rebinding needs a
/// browser.
///
/// # Errors
/// If the request names no host, several, or another one.
pub fn host<B>(request: &Request<B>, local: IpAddr) -> Result<(), Forbidden> {
    let mut named = request.headers().get_all(HOST).iter();
    let (name, second) = (named.next(), named.next());
    if second.is_some() || name.is_none() && request.version() != Version::HTTP_10 {
        return Err(Forbidden::NoHost);
    }
    let name = name.map(|name| authority(name).ok_or(Forbidden::NoHost)).transpose()?;
    // A request to a proxy names its host in the request line too.
    let is_local = |name: &Authority| is_this_machine(name, local);
    let all = name.as_ref().is_none_or(is_local) && request.uri().authority().is_none_or(is_local);
    if all { Ok(()) } else { Err(Forbidden::OtherHost) }
}

/// Checks that a request comes from a page of this server, or from no page, as with `curl`.
///
/// Browsers name the origin in `Origin` and `Sec-Fetch-Site`, which pages cannot change. Each of these headers that is
/// present must match. A browser omits both only if a page of this origin asks, or no page.
///
/// # Errors
/// If the request comes from a page of another origin, including another port of this machine.
pub fn same_origin(headers: &HeaderMap) -> Result<(), Forbidden> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let site_agrees = site.is_none_or(|site| matches!(site, b"same-origin" | b"none"));
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin_agrees = origins.all(|origin| match origin.as_bytes() {
        // A page with the referrer policy `no-referrer` sends a null origin.
        b"null" => site == Some(b"same-origin"),
        origin => headers.get(HOST).is_some_and(|host| is_origin_of(origin, host.as_bytes())),
    });
    if site_agrees && origin_agrees { Ok(()) } else { Err(Forbidden::OtherOrigin) }
}

/// Sets the headers of every response that prevent other sites from embedding it and browsers from guessing its type.
pub fn security_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(resource_policy, HeaderValue::from_static("same-origin"));
    // With `no-referrer`, browsers would send a null origin with forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

fn authority(header: &HeaderValue) -> Option<Authority> {
    let authority = Authority::try_from(header.as_bytes()).ok()?;
    (!authority.as_str().contains('@') && !authority.host().is_empty()).then_some(authority)
}

fn is_this_machine(authority: &Authority, local: IpAddr) -> bool {
    let host = authority.host().to_ascii_lowercase();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        let address = address.to_canonical();
        return address.is_loopback() || address == local.to_canonical();
    }
    // Browsers resolve these names to this machine without DNS (RFC 6761, section 6.3).
    let name = host.strip_suffix('.').unwrap_or(&host);
    name == "localhost" || name.ends_with(".localhost")
}

fn is_origin_of(origin: &[u8], host: &[u8]) -> bool {
    let without_port = |name: &[u8]| name.strip_suffix(b":80").unwrap_or(name).to_ascii_lowercase();
    origin.strip_prefix(b"http://").is_some_and(|origin| without_port(origin) == without_port(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: Version, uri: &str, hosts: &[&str]) -> Request<()> {
        let mut request = Request::builder().version(version).uri(uri).body(()).unwrap();
        for host in hosts {
            request.headers_mut().append(HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap());
        }
        request
    }

    #[track_caller]
    fn check_host(name: &str, expected: Result<(), Forbidden>) {
        let local = "192.168.1.7".parse().unwrap();
        assert_eq!(host(&request(Version::HTTP_11, "/", &[name]), local), expected, "{name}");
    }

    #[test]
    fn names_of_this_machine_are_answered() {
        for name in [
            "localhost",
            "LocalHost:1517",
            "localhost.",
            "paper.localhost:80",
            "127.0.0.1",
            "127.0.0.1:1517",
            "127.8.9.10:9",
            "[::1]",
            "[::1]:1517",
            "[0:0:0:0:0:0:0:1]:1",
            "192.168.1.7:1517",
            "[::ffff:192.168.1.7]",
        ] {
            check_host(name, Ok(()));
        }
    }

    #[test]
    fn other_names_are_refused() {
        for name in [
            "evil.example",
            "evil.example:1517",
            "localhost.evil.example",
            "evillocalhost",
            "127.0.0.1.evil.example",
            "128.0.0.1",
            "192.168.1.8",
            "0.0.0.0:1517",
            "[::]",
            "[::2]:1517",
            "127.1",
            "2130706433",
        ] {
            check_host(name, Err(Forbidden::OtherHost));
        }
        for name in ["", ":1517", "a b", "localhost@evil.example", "localhost/", "http://localhost", "[::1"] {
            check_host(name, Err(Forbidden::NoHost));
        }
    }

    #[test]
    fn host_is_named_once() {
        let local = "127.0.0.1".parse().unwrap();
        let check = |version, uri, hosts: &[&str], expected| {
            assert_eq!(host(&request(version, uri, hosts), local), expected, "{uri} {hosts:?}");
        };
        check(Version::HTTP_11, "/", &[], Err(Forbidden::NoHost));
        check(Version::HTTP_11, "/", &["localhost", "localhost"], Err(Forbidden::NoHost));
        check(Version::HTTP_10, "/", &[], Ok(()));
        check(Version::HTTP_10, "/", &["evil.example"], Err(Forbidden::OtherHost));
        check(Version::HTTP_11, "http://localhost:1517/", &["localhost:1517"], Ok(()));
        check(Version::HTTP_11, "http://evil.example/", &["localhost:1517"], Err(Forbidden::OtherHost));
    }

    #[test]
    fn only_pages_of_the_dev_server_may_ask() {
        let check = |origin: Option<&str>, site: Option<&str>, answered: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:1517"));
            origin.map(|origin| headers.insert(ORIGIN, origin.parse().unwrap()));
            site.map(|site| headers.insert("sec-fetch-site", site.parse().unwrap()));
            assert_eq!(same_origin(&headers).is_ok(), answered, "{origin:?} {site:?}");
        };
        check(None, None, true);
        check(None, Some("same-origin"), true);
        check(None, Some("none"), true);
        check(None, Some("same-site"), false);
        check(None, Some("cross-site"), false);
        check(Some("http://localhost:1517"), None, true);
        check(Some("http://LOCALHOST:1517"), Some("same-origin"), true);
        check(Some("http://localhost:1518"), None, false);
        check(Some("http://localhost"), None, false);
        check(Some("https://localhost:1517"), None, false);
        check(Some("http://127.0.0.1:1517"), None, false);
        check(Some("http://evil.example"), None, false);
        check(Some("http://evil.example"), Some("same-origin"), false);
        check(Some("null"), None, false);
        check(Some("null"), Some("cross-site"), false);
        check(Some("null"), Some("same-origin"), true);
    }
}
