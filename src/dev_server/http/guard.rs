//! Which requests may be answered: those that the author's own browser makes for the preview itself.
//!
//! A page from elsewhere can make a browser send requests to this machine. It can even give its own name this
//! machine's address and then read the answers (DNS rebinding). Neither works here: a request must call this machine
//! by its own name, and whatever tells or changes something must come from a page of the preview.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::{HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::uri::Authority;
use http::{HeaderMap, Request, Response, StatusCode, Version};

use super::plain_response::plain;

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// It names no host, several, or something that is none.
    NoHost,
    /// It is for another host.
    OtherHost,
    /// It comes from a page of another site.
    OtherOrigin,
}

impl From<Forbidden> for Response<Bytes> {
    fn from(refusal: Forbidden) -> Response<Bytes> {
        let (status, text) = match refusal {
            Forbidden::NoHost => (StatusCode::BAD_REQUEST, "the request must name one host"),
            Forbidden::OtherHost => {
                (StatusCode::MISDIRECTED_REQUEST, "this is a preview on its author's machine: open it as localhost")
            }
            Forbidden::OtherOrigin => (StatusCode::FORBIDDEN, "only pages of this site may ask for this"),
        };
        plain(status, text)
    }
}

/// Checks that a request is for this machine: by a loopback name or address, or by the address `local` that its
/// connection came in by. The port may be any, since ports are forwarded.
///
/// A request in HTTP/1.0 may go without a host (RFC 9112, section 3.2): no browser sends such a one, and it takes a
/// browser to bind a name anew.
///
/// # Errors
/// When it names no host, several, or another one.
pub fn host<B>(request: &Request<B>, local: IpAddr) -> Result<(), Forbidden> {
    let mut named = request.headers().get_all(HOST).iter();
    let (name, second) = (named.next(), named.next());
    if second.is_some() || name.is_none() && request.version() != Version::HTTP_10 {
        return Err(Forbidden::NoHost);
    }
    let name = name.map(|name| authority(name).ok_or(Forbidden::NoHost)).transpose()?;
    // A request to a proxy names its host in the first line too.
    let ours = |name: &Authority| is_ours(name, local);
    let all = name.as_ref().is_none_or(ours) && request.uri().authority().is_none_or(ours);
    if all { Ok(()) } else { Err(Forbidden::OtherHost) }
}

/// Checks that a request comes from a page of the preview, or from no page at all, as those of `curl` do.
///
/// Browsers say so in `Origin` and `Sec-Fetch-Site`; pages cannot change either. Whichever is there must agree. They
/// leave both out only where a page of this very origin asks, or no page.
///
/// # Errors
/// When it comes from a page of another origin, another port of this machine included.
pub fn same_origin(headers: &HeaderMap) -> Result<(), Forbidden> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let site_agrees = site.is_none_or(|site| matches!(site, b"same-origin" | b"none"));
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin_agrees = origins.all(|origin| match origin.as_bytes() {
        // A page that keeps its address to itself (`no-referrer`).
        b"null" => site == Some(b"same-origin"),
        origin => headers.get(HOST).is_some_and(|host| is_origin_of(origin, host.as_bytes())),
    });
    if site_agrees && origin_agrees { Ok(()) } else { Err(Forbidden::OtherOrigin) }
}

/// What every response says, so that no other site can embed it or guess at it.
pub fn security_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(resource_policy, HeaderValue::from_static("same-origin"));
    // With `no-referrer` browsers would hide a form's origin from us as well.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

fn authority(header: &HeaderValue) -> Option<Authority> {
    let authority = Authority::try_from(header.as_bytes()).ok()?;
    (!authority.as_str().contains('@') && !authority.host().is_empty()).then_some(authority)
}

fn is_ours(authority: &Authority, local: IpAddr) -> bool {
    let host = authority.host().to_ascii_lowercase();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        let address = address.to_canonical();
        return address.is_loopback() || address == local.to_canonical();
    }
    // Browsers take these names for this machine and ask nobody (RFC 6761, section 6.3).
    let name = host.strip_suffix('.').unwrap_or(&host);
    name == "localhost" || name.ends_with(".localhost")
}

fn is_origin_of(origin: &[u8], host: &[u8]) -> bool {
    let plain = |name: &[u8]| name.strip_suffix(b":80").unwrap_or(name).to_ascii_lowercase();
    origin.strip_prefix(b"http://").is_some_and(|origin| plain(origin) == plain(host))
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
