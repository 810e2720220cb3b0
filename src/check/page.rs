//! What a finished page has, as a browser would find it: ids, and addresses that it leads to or loads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// What a page does with an address. A browser asks for what it loads before the reader does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UrlUse {
    Leads,
    Loads,
}

/// What was found in a page.
#[derive(Debug, Default)]
pub struct PageFindings {
    pub(super) ids: BTreeSet<String>,
    /// Ids that more than one element has.
    pub(super) repeated: BTreeSet<String>,
    pub(super) addresses: BTreeMap<String, UrlUse>,
    /// The addresses of pictures without the attribute `alt`.
    pub(super) without_alt: BTreeSet<String>,
    /// Whether there is a title with words in it.
    pub(super) has_title: bool,
}

impl PageFindings {
    /// Reads a page as a browser's tokenizer does (HTML Living Standard, 13.2.5).
    #[must_use]
    pub fn of(html: &[u8]) -> PageFindings {
        let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(String::from_utf8_lossy(html).as_ref().into());
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        tokenizer.sink.0.into_inner().facts
    }
}

#[derive(Default)]
struct Reader(RefCell<State>);

#[derive(Default)]
struct State {
    facts: PageFindings,
    in_title: bool,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(words) if state.in_title => state.facts.has_title |= !words.trim().is_empty(),
            Token::TagToken(tag) => {
                // A picture may have a title of its own, behind that of the page.
                state.in_title = tag.kind == TagKind::StartTag && &*tag.name == "title" && !state.facts.has_title;
                if tag.kind == TagKind::StartTag {
                    state.facts.take(&tag);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl PageFindings {
    fn take(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let value = |wanted: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == wanted);
            found.map(|attribute| attribute.value.trim())
        };
        if let Some(id) = value("id").filter(|id| !id.is_empty())
            && !self.ids.insert(id.to_owned())
        {
            self.repeated.insert(id.to_owned());
        }
        if name == "img" && value("alt").is_none() {
            self.without_alt.insert(value("src").unwrap_or_default().to_owned());
        }
        let is_loaded =
            |rel: &str| rel.split_whitespace().any(|word| matches!(word, "stylesheet" | "icon" | "preload"));
        let uses = [
            ("href", if name == "link" && value("rel").is_some_and(is_loaded) { UrlUse::Loads } else { UrlUse::Leads }),
            ("action", UrlUse::Leads),
            ("src", UrlUse::Loads),
            ("poster", UrlUse::Loads),
            ("data", UrlUse::Loads),
        ];
        for (attribute, how) in uses.into_iter().filter(|(attribute, _)| *attribute != "data" || name == "object") {
            value(attribute).into_iter().for_each(|address| self.note(address, how));
        }
        for candidate in value("srcset").into_iter().flat_map(|set| set.split(',')) {
            candidate.split_whitespace().next().into_iter().for_each(|address| self.note(address, UrlUse::Loads));
        }
    }

    fn note(&mut self, address: &str, how: UrlUse) {
        if !address.is_empty() {
            let known = self.addresses.entry(address.to_owned()).or_insert(how);
            *known = (*known).max(how);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_that_a_browser_finds() {
        let facts = PageFindings::of(
            b"<title>T</title><link rel='stylesheet' href=/a.css><link rel=canonical href=/b/><a href='/c/'>\
              <img src=/d.png srcset='/e.png 2x, /f.png 3x' alt><!-- <a href=/no/> --><form action=/g/>\
              <video poster=/h.png><object data=/i.svg></object><p data=/no/ title='<a href=/no/>'>",
        );
        let of = |how: UrlUse| {
            let all = facts.addresses.iter().filter(|(_, known)| **known == how);
            all.map(|(address, _)| address.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(UrlUse::Loads), ["/a.css", "/d.png", "/e.png", "/f.png", "/h.png", "/i.svg"]);
        assert_eq!(of(UrlUse::Leads), ["/b/", "/c/", "/g/"]);
        assert!(facts.has_title && facts.without_alt.is_empty());
    }

    #[test]
    fn what_is_missing_or_there_twice_is_found() {
        let facts =
            PageFindings::of(b"<title> </title><p id=a><p id=b><svg><title>S</title></svg><p id=a><img src=/x.png>");
        assert_eq!(facts.repeated.iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(facts.without_alt.iter().collect::<Vec<_>>(), ["/x.png"]);
        assert!(PageFindings::of(b"<p>").ids.is_empty() && !PageFindings::of(b"<title></title>").has_title);
    }
}
