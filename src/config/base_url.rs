//! The base URL: where the site will be served.

use url::{Host, Url};

use crate::path::UrlPath;

/// A base URL, split into origin and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme and host, without a slash at the end: `https://example.org`.
    pub origin: String,
    /// The path without a slash at the end: empty, or `/paper`.
    pub path: String,
}

impl BaseUrl {
    /// Parses an absolute http or https URL.
    ///
    /// # Errors
    /// A message for a diagnostic, when the text is no such URL.
    pub fn parse(text: &str) -> Result<BaseUrl, String> {
        let error = |why: &str| Err(format!("`{text}` {why}"));
        let Some((scheme, rest)) = text.split_once("://") else { return error("is not an absolute URL") };
        if !matches!(scheme, "http" | "https") {
            return error("is neither http nor https");
        }
        let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
        let good_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(good_host) {
            return error("has no host, or one that is not plain ASCII");
        }
        let path = path.trim_matches('/');
        let good_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '/');
        if !path.chars().all(good_path)
            || path.split('/').any(|part| part == ".." || part == ".")
            || path.contains("//")
        {
            return error("has a path that is not plain");
        }
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(BaseUrl { origin: format!("{scheme}://{}", host.to_ascii_lowercase()), path })
    }

    /// Returns whether the host is the machine itself: a loopback address, or a name that always means one (RFC 6761).
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = Url::parse(&self.origin).ok().and_then(|url| url.host().map(|host| host.to_owned()));
        match host {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
            Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
            None => false,
        }
    }

    /// Returns the link to a URL of the site, with the base URL's path before it: `/paper/news/`.
    #[must_use]
    pub fn link(&self, url: &UrlPath) -> String {
        format!("{}{}", self.path, url.encoded())
    }

    /// Returns the absolute URL of a URL of the site.
    #[must_use]
    pub fn absolute(&self, url: &UrlPath) -> String {
        format!("{}{}{}", self.origin, self.path, url.encoded())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_this_machine_are_known() {
        let local = ["localhost:1111", "a.localhost", "127.0.0.1", "127.1:80", "[::1]:3000", "0.0.0.0"];
        assert!(local.iter().all(|host| BaseUrl::parse(&format!("http://{host}/")).unwrap().is_local()));
        let public = ["example.org", "localhost.example.org", "10.0.0.1"];
        assert!(public.iter().all(|host| !BaseUrl::parse(&format!("http://{host}/")).unwrap().is_local()));
    }

    #[test]
    fn base_urls() {
        let check = |text: &str, origin: &str, path: &str| {
            let base = BaseUrl::parse(text).unwrap();
            assert_eq!((base.origin.as_str(), base.path.as_str()), (origin, path));
        };
        check("https://example.org/", "https://example.org", "");
        check("https://Example.org", "https://example.org", "");
        check("http://localhost:1517/paper/", "http://localhost:1517", "/paper");
        for bad in ["example.org", "ftp://x/", "https:///x", "https://x/../y", "https://x/a b"] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
