//! Whatever is unpublished and mentioned in the output: URLs and titles of unpublished texts, in the bytes of every
//! file.
//!
//! All bytes are searched, whatever they mean, so that nothing depends on how a format is read: pages, feeds, scripts,
//! the metadata of pictures. Compressed variants of files are made from the bytes that are searched
//! (`build::compress`), and can have nothing else.

use std::collections::{BTreeSet, HashSet};

use aho_corasick::AhoCorasick;

use crate::html::escape_xml;
use crate::path::encode_path;
use crate::plan::OutputFile;
use crate::site::{Site, UnpublishedText, alias};

/// Fewest words and characters of a title that no other text has by chance.
const DISTINCTIVE_WORDS: usize = 3;
const DISTINCTIVE_CHARS: usize = 16;

/// What of an unpublished text was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leak {
    /// A URL at which it would be published, or one of its aliases.
    Url(String),
    /// Its title.
    Title(String),
}

/// A search for all unpublished texts of a site at once.
pub(super) struct LeakSearch {
    /// `None` if there is nothing to search for.
    automaton: Option<AhoCorasick>,
    /// For each pattern the index of its mention.
    mentions_of_patterns: Vec<usize>,
    /// What can be found, with the index of the text among the unpublished ones.
    mentions: Vec<(Leak, usize)>,
    /// What may stand before a URL of the site: host and path of the base URL.
    host: String,
    path: String,
}

impl LeakSearch {
    /// Prepares the search for what is unpublished and is not the URL of a file or the title of a published text.
    pub(super) fn new(site: &Site, pages: &[OutputFile]) -> LeakSearch {
        let model = &site.model;
        let published: HashSet<&str> = pages.iter().map(|page| page.url.as_str()).collect();
        let titles: HashSet<&str> = site.urls.texts().iter().map(|text| text.keys().title).collect();
        let mut mentions = Vec::new();
        let mut patterns: Vec<String> = Vec::new();
        let mut mentions_of_patterns = Vec::new();
        for (index, text) in model.unpublished.iter().enumerate() {
            let keys = text.document.keys();
            let aliases = keys.aliases.iter().filter_map(|written| alias(written, &model.base).ok());
            let urls: Vec<String> =
                text.url.iter().cloned().chain(aliases).map(|url| url.as_str().to_owned()).collect();
            let urls = urls.into_iter().filter(|url| url.len() > 1 && !published.contains(url.as_str()));
            let title = is_distinctive(keys.title).then_some(keys.title).filter(|title| !titles.contains(title));
            let found = urls.map(Leak::Url).chain(title.map(|title| Leak::Title(title.to_owned())));
            for leak in found {
                let forms = leak.forms();
                mentions_of_patterns.extend(std::iter::repeat_n(mentions.len(), forms.len()));
                patterns.extend(forms);
                mentions.push((leak, index));
            }
        }
        // Patterns are short texts, and fewer than the automaton can number.
        let automaton = (!patterns.is_empty()).then(|| AhoCorasick::new(&patterns).expect("a small automaton"));
        let host = model.base.origin.rsplit('/').next().unwrap_or_default().to_owned();
        LeakSearch { automaton, mentions_of_patterns, mentions, host, path: model.base.path.clone() }
    }

    /// Returns the indexes of what is mentioned in the bytes.
    pub(super) fn find(&self, bytes: &[u8]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for hit in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(bytes)) {
            let mention = self.mentions_of_patterns[hit.pattern().as_usize()];
            let (before, after) = (&bytes[..hit.start()], &bytes[hit.end()..]);
            let is_whole = match self.mentions[mention].0 {
                Leak::Url(_) => self.begins_url(before) && ends_url(after),
                Leak::Title(_) => !before.last().is_some_and(is_word) && !after.first().is_some_and(is_word),
            };
            if is_whole {
                found.insert(mention);
            }
        }
        found
    }

    /// Returns what was found by its index, with the text that it is of.
    pub(super) fn mention<'s>(&self, site: &'s Site, index: usize) -> (&Leak, &'s UnpublishedText) {
        let (leak, text) = &self.mentions[index];
        (leak, &site.model.unpublished[*text])
    }

    /// Returns whether a URL of this site can begin after these bytes, so that it is not the end of another URL.
    fn begins_url(&self, before: &[u8]) -> bool {
        let before = before.strip_suffix(b"/").unwrap_or(before);
        let before = before.strip_suffix(self.path.as_bytes()).unwrap_or(before);
        before.ends_with(self.host.as_bytes()) || !before.last().is_some_and(is_of_url)
    }
}

impl Leak {
    /// Returns the texts by which it is found.
    fn forms(&self) -> BTreeSet<String> {
        match self {
            Leak::Url(url) => {
                let path = url.trim_end_matches('/');
                // A path of one segment is a word that a text may have.
                let path = path.strip_prefix('/').filter(|rest| rest.contains('/')).unwrap_or(path);
                BTreeSet::from([path.to_owned(), encode_path(path).into_owned()])
            }
            Leak::Title(title) => {
                let json = serde_json::Value::from(title.as_str()).to_string();
                let quoted =
                    title.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
                BTreeSet::from([
                    title.clone(),
                    escape_xml(title).into_owned(),
                    quoted,
                    json[1..json.len() - 1].to_owned(),
                ])
            }
        }
    }
}

fn is_distinctive(title: &str) -> bool {
    title.split_whitespace().count() >= DISTINCTIVE_WORDS && title.chars().count() >= DISTINCTIVE_CHARS
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_of_url(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'%' | b'/')
}

/// Returns whether a URL, without a slash at its end, can end before these bytes. What is below it counts too, such as
/// the pictures beside a text.
fn ends_url(after: &[u8]) -> bool {
    match after {
        [b'.', next, ..] => !is_word(next),
        [next, ..] => !is_word(next) && !matches!(next, b'-' | b'_' | b'~' | b'%'),
        [] => true,
    }
}
