//! [`PageFindings`]: the ids of a finished page, and the URLs that it links to or loads, as a browser sees them.

use std::collections::{BTreeMap, BTreeSet};

use crate::html::{HtmlToken, HtmlTokenizer, Tag, parse_srcset};

/// How a page uses a URL: it links to it, or a browser loads it with the page, before the reader does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UrlUse {
    Leads,
    Loads,
}

/// The results of reading a finished page.
#[derive(Debug, Default)]
pub struct PageFindings {
    pub(super) ids: BTreeSet<String>,
    /// Ids that more than one element has.
    pub(super) repeated: BTreeSet<String>,
    pub(super) urls: BTreeMap<String, UrlUse>,
    /// The URLs of images without the attribute `alt`.
    pub(super) without_alt: BTreeSet<String>,
    /// Whether the page has a `<title>` that is not blank.
    pub(super) has_title: bool,
}

impl PageFindings {
    /// Returns the findings of a page. Bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn of(html: &[u8]) -> PageFindings {
        let html = String::from_utf8_lossy(html);
        let mut findings = PageFindings::default();
        let mut is_in_title = false;
        for (_, token) in HtmlTokenizer::new(&html) {
            match token {
                HtmlToken::Tag(tag) => {
                    is_in_title = tag.starts("title");
                    if !tag.is_end {
                        findings.read_tag(&tag);
                    }
                }
                HtmlToken::RawText(text) if is_in_title => findings.has_title |= !text.trim().is_empty(),
                _ => {}
            }
        }
        findings
    }

    /// Adds the id and the URLs of a start tag.
    fn read_tag(&mut self, tag: &Tag<'_>) {
        let value = |name: &str| tag.value(name).map(|value| value.trim().to_owned());
        if let Some(id) = value("id").filter(|id| !id.is_empty())
            && !self.ids.insert(id.clone())
        {
            self.repeated.insert(id);
        }
        if tag.starts("img") && tag.attribute("alt").is_none() {
            self.without_alt.insert(value("src").unwrap_or_default());
        }
        let is_loaded =
            |rel: String| rel.split_whitespace().any(|word| matches!(word, "stylesheet" | "icon" | "preload"));
        let uses = [
            (
                "href",
                if tag.starts("link") && value("rel").is_some_and(is_loaded) { UrlUse::Loads } else { UrlUse::Leads },
            ),
            ("action", UrlUse::Leads),
            ("src", UrlUse::Loads),
            ("poster", UrlUse::Loads),
            ("data", UrlUse::Loads),
        ];
        for (attribute, how) in uses.into_iter().filter(|(attribute, _)| *attribute != "data" || tag.starts("object")) {
            value(attribute).into_iter().for_each(|url| self.note(&url, how));
        }
        let srcset = value("srcset").unwrap_or_default();
        parse_srcset(&srcset).into_iter().for_each(|(url, _)| self.note(url, UrlUse::Loads));
    }

    fn note(&mut self, url: &str, how: UrlUse) {
        if !url.is_empty() {
            let known = self.urls.entry(url.to_owned()).or_insert(how);
            *known = (*known).max(how);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_those_that_a_browser_finds() {
        let findings = PageFindings::of(
            b"<title>T</title><link rel='stylesheet' href=/a.css><link rel=canonical href=/b/><a href='/c/'>\
              <img src=/d.png srcset='/e.png 2x, /f.png 3x' alt><!-- <a href=/no/> --><form action=/g/>\
              <video poster=/h.png><object data=/i.svg></object><p data=/no/ title='<a href=/no/>'>\
              <script>'<a href=/no/>'</script>",
        );
        let of = |how: UrlUse| {
            let all = findings.urls.iter().filter(|(_, known)| **known == how);
            all.map(|(url, _)| url.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(UrlUse::Loads), ["/a.css", "/d.png", "/e.png", "/f.png", "/h.png", "/i.svg"]);
        assert_eq!(of(UrlUse::Leads), ["/b/", "/c/", "/g/"]);
        assert!(findings.has_title && findings.without_alt.is_empty());
    }

    #[test]
    fn what_is_missing_or_there_twice_is_found() {
        let findings =
            PageFindings::of(b"<title> </title><p id=a><p id=b><svg><title>S</title></svg><p id=a><img src=/x.png>");
        assert_eq!(findings.repeated.iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(findings.without_alt.iter().collect::<Vec<_>>(), ["/x.png"]);
        assert!(PageFindings::of(b"<p>").ids.is_empty() && !PageFindings::of(b"<title></title>").has_title);
    }
}
