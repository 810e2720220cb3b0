//! [`PageFindings`]: what is in a finished page, as a browser sees it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::css;
use super::data::{DataVisitor, visit_json};
use super::structured_data::{self, DataProblem};
use crate::html::{HtmlToken, HtmlTokenizer, Tag, decode_attribute, decode_text, parse_srcset};

/// How a file uses a URL. Of several uses the last counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UrlUse {
    /// It names it, for programs: a canonical URL, a feed, an entry of a sitemap.
    Names,
    /// A reader can follow it.
    Leads,
    /// A browser loads it with the page, before the reader does anything.
    Loads,
}

/// The URLs of a file.
#[derive(Debug, Default)]
pub(super) struct Urls(pub(super) BTreeMap<String, UrlUse>);

/// The results of reading a finished page.
#[derive(Debug, Default)]
pub(super) struct PageFindings {
    pub(super) ids: BTreeSet<String>,
    /// Ids that more than one element has.
    pub(super) repeated: BTreeSet<String>,
    /// The URLs of images without the attribute `alt`.
    pub(super) without_alt: BTreeSet<String>,
    /// The fields of forms that have no label, by their names or ids.
    pub(super) unlabeled: BTreeSet<String>,
    /// The text of `<title>`, without white space at its ends; empty if there is none.
    pub(super) title: String,
    /// The content of `<meta name="description">`; empty if there is none.
    pub(super) description: String,
    /// Whether `<html>` has the attribute `lang`.
    pub(super) has_language: bool,
    /// Number of `<h1>`.
    pub(super) main_headings: usize,
    /// The first heading that is more than one level below the one before: that one's level, its own, its text.
    pub(super) skipped: Option<(u8, u8, String)>,
    /// What is wrong with the structured data.
    pub(super) data_problems: BTreeSet<DataProblem>,
}

/// Returns the findings of a page and its URLs. Bytes that are not UTF-8 are replaced.
pub(super) fn read_page(html: &[u8]) -> (PageFindings, Urls) {
    let html = String::from_utf8_lossy(html);
    let mut reader = PageReader::default();
    for (_, token) in HtmlTokenizer::new(&html) {
        match token {
            HtmlToken::Tag(tag) if tag.is_end => reader.end(&tag),
            HtmlToken::Tag(tag) => reader.start(&tag),
            HtmlToken::RawText(text) => reader.raw_text(text),
            HtmlToken::Text(text) => {
                if let Some((_, heading)) = &mut reader.heading {
                    heading.push_str(text);
                }
            }
            HtmlToken::Comment | HtmlToken::UnclosedComment | HtmlToken::Instruction(_) | HtmlToken::UnclosedTag(_) => {
            }
        }
    }
    let PageReader { mut found, urls, fields, labeled, .. } = reader;
    let unlabeled = fields.into_iter().filter(|(_, id)| id.as_ref().is_none_or(|id| !labeled.contains(id)));
    found.unlabeled = unlabeled.map(|(name, _)| name).collect();
    (found, urls)
}

impl Urls {
    /// Adds the URLs of HTML.
    pub(super) fn read_html(&mut self, html: &str) {
        for (_, token) in HtmlTokenizer::new(html) {
            if let HtmlToken::Tag(tag) = token
                && !tag.is_end
            {
                self.read_tag(&tag);
            }
        }
    }

    /// Adds the URLs of a stylesheet or of a `style` attribute.
    pub(super) fn read_css(&mut self, text: &str) {
        css::urls(text).into_iter().for_each(|url| self.note(url, UrlUse::Loads));
    }

    /// Adds the URLs of a start tag.
    fn read_tag(&mut self, tag: &Tag<'_>) {
        for attribute in &tag.attributes {
            let how = match &*lowercase(attribute.name) {
                "href" if tag.starts("link") => link_use(tag),
                "href" | "action" => UrlUse::Leads,
                "src" | "poster" => UrlUse::Loads,
                "data" if tag.starts("object") => UrlUse::Loads,
                "srcset" | "imagesrcset" => {
                    let srcset = decode_attribute(attribute.value);
                    parse_srcset(&srcset).into_iter().for_each(|(url, _)| self.note(url, UrlUse::Loads));
                    continue;
                }
                "style" => {
                    self.read_css(&decode_attribute(attribute.value));
                    continue;
                }
                _ => continue, // other attributes have no URLs
            };
            self.note(decode_attribute(attribute.value).trim(), how);
        }
    }

    fn note(&mut self, url: &str, how: UrlUse) {
        if url.is_empty() || url.starts_with("data:") {
            return;
        }
        match self.0.get_mut(url) {
            Some(known) => *known = (*known).max(how),
            None => {
                self.0.insert(url.to_owned(), how);
            }
        }
    }
}

impl DataVisitor for Urls {
    fn url(&mut self, url: &str) {
        self.note(url, UrlUse::Names);
    }

    fn html(&mut self, html: &str) {
        self.read_html(html);
    }
}

/// Returns how a page uses the URL of a `<link>`.
fn link_use(tag: &Tag<'_>) -> UrlUse {
    let rel = tag.value("rel").unwrap_or_default().to_ascii_lowercase();
    let is_loaded = |word: &str| matches!(word, "stylesheet" | "icon" | "preload" | "modulepreload");
    if rel.split_whitespace().any(is_loaded) { UrlUse::Loads } else { UrlUse::Names }
}

/// The state while a page is read.
#[derive(Default)]
struct PageReader {
    found: PageFindings,
    urls: Urls,
    /// What the raw text that comes next is.
    raw: Raw,
    /// Number of `<svg>` that are open: the titles in them are those of drawings.
    drawings: usize,
    /// Number of `<label>` that are open.
    labels: usize,
    /// The level of the last heading.
    level: u8,
    /// The level before, and the text so far, of the heading that is open if it skips a level.
    heading: Option<(u8, String)>,
    /// Fields without a label of their own: the name to report, and the id.
    fields: Vec<(String, Option<String>)>,
    /// Ids that a `<label>` names.
    labeled: BTreeSet<String>,
}

#[derive(Clone, Copy, Default)]
enum Raw {
    Title,
    Style,
    StructuredData,
    #[default]
    Other,
}

/// Types of `<input>` that show no label, or are one themselves.
const UNLABELED_INPUTS: &[&str] = &["hidden", "submit", "button", "reset", "image"];

/// Longest text of a heading that is reported, in characters.
const MAX_HEADING: usize = 60;

impl PageReader {
    fn start(&mut self, tag: &Tag<'_>) {
        let value = |name: &str| tag.value(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        if let Some(id) = value("id")
            && !self.found.ids.insert(id.clone())
        {
            self.found.repeated.insert(id);
        }
        self.urls.read_tag(tag);
        self.raw = Raw::Other;
        match &*lowercase(tag.name) {
            "html" => self.found.has_language |= value("lang").is_some(),
            "title" if self.drawings == 0 => self.raw = Raw::Title,
            "style" => self.raw = Raw::Style,
            "script" if value("type").as_deref() == Some("application/ld+json") => self.raw = Raw::StructuredData,
            "meta" if value("name").is_some_and(|name| name.eq_ignore_ascii_case("description")) => {
                self.found.description = value("content").unwrap_or_default();
            }
            "svg" if !tag.text.ends_with("/>") => self.drawings += 1,
            "img" if tag.attribute("alt").is_none() => {
                self.found.without_alt.insert(value("src").unwrap_or_default());
            }
            "label" => {
                self.labels += 1;
                self.labeled.extend(value("for"));
            }
            name @ ("input" | "select" | "textarea") => {
                let kind = value("type").map(|kind| kind.to_ascii_lowercase());
                let needs_label = name != "input" || !UNLABELED_INPUTS.contains(&kind.as_deref().unwrap_or("text"));
                let is_named = ["aria-label", "aria-labelledby", "title"].iter().any(|name| value(name).is_some());
                if needs_label && !is_named && self.labels == 0 {
                    let shown = value("name").or_else(|| value("id")).unwrap_or_else(|| name.to_owned());
                    self.fields.push((shown, value("id")));
                }
            }
            name => {
                if let Some(level) = heading_level(name) {
                    self.found.main_headings += usize::from(level == 1);
                    if level > self.level + 1 && self.level > 0 && self.found.skipped.is_none() {
                        self.heading = Some((self.level, String::new()));
                    }
                    self.level = level;
                }
            }
        }
    }

    fn end(&mut self, tag: &Tag<'_>) {
        match &*lowercase(tag.name) {
            "svg" => self.drawings = self.drawings.saturating_sub(1),
            "label" => self.labels = self.labels.saturating_sub(1),
            name if heading_level(name).is_some() => {
                if let Some((before, text)) = self.heading.take() {
                    let text = decode_text(&text);
                    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    self.found.skipped = Some((before, self.level, text.chars().take(MAX_HEADING).collect()));
                }
            }
            _ => {}
        }
    }

    fn raw_text(&mut self, text: &str) {
        match self.raw {
            Raw::Title if self.found.title.is_empty() => self.found.title = decode_text(text).trim().to_owned(),
            Raw::Style => self.urls.read_css(text),
            Raw::StructuredData => match serde_json::from_str(text) {
                Ok(data) => {
                    visit_json(&data, &mut self.urls);
                    structured_data::problems(&data, &mut self.found.data_problems);
                }
                Err(error) => {
                    self.found.data_problems.insert(DataProblem::Syntax(error.to_string()));
                }
            },
            Raw::Title | Raw::Other => {}
        }
    }
}

/// Returns a name in lower case, as nearly all are.
fn lowercase(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// Returns the level of a heading by the name of its element; `None` for other elements.
fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_those_that_a_browser_finds() {
        let (found, urls) = read_page(
            b"<title>T</title><link rel='stylesheet' href=/a.css><link rel=canonical href=/b/><a href='/c/'>\
              <img src=/d.png srcset='/e.png 2x, /f.png 3x' alt><!-- <a href=/no/> --><form action=/g/>\
              <video poster=/h.png><object data=/i.svg></object><p data=/no/ title='<a href=/no/>'>\
              <script>'<a href=/no/>'</script><p style=\"background: url('/j.png')\"><style>a{b:url(/k.png)}</style>\
              <script type='application/ld+json'>{\"url\": \"https://a.example/l/\"}</script>",
        );
        let of = |how: UrlUse| {
            let all = urls.0.iter().filter(|(_, known)| **known == how);
            all.map(|(url, _)| url.as_str()).collect::<Vec<_>>()
        };
        let loaded = ["/a.css", "/d.png", "/e.png", "/f.png", "/h.png", "/i.svg", "/j.png", "/k.png"];
        assert_eq!(of(UrlUse::Loads), loaded);
        assert_eq!(of(UrlUse::Leads), ["/c/", "/g/"]);
        assert_eq!(of(UrlUse::Names), ["/b/", "https://a.example/l/"]);
        assert!(found.title == "T" && found.without_alt.is_empty());
    }

    #[test]
    fn what_is_missing_or_there_twice_is_found() {
        let of = |html: &str| read_page(html.as_bytes()).0;
        let found = of("<title> </title><p id=a><p id=b><svg><title>S</title></svg><p id=a><img src=/x.png>");
        assert_eq!(found.repeated.iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(found.without_alt.iter().collect::<Vec<_>>(), ["/x.png"]);
        assert_eq!(found.title, "");
        assert!(!found.has_language && of("<html lang=en>").has_language);
        assert_eq!(of("<meta name=Description content='D &amp; E'>").description, "D & E");
    }

    #[test]
    fn headings_may_rise_by_any_number_and_fall_by_one() {
        let of = |html: &str| read_page(html.as_bytes()).0.skipped;
        assert_eq!(of("<h1>A</h1><h2>B</h2><h3>C</h3><h1>D</h1><h2>E</h2>"), None);
        assert_eq!(of("<h3>A</h3><h4>B</h4>"), None, "what comes before the first heading is another page's");
        assert_eq!(of("<h1>A</h1><h3>B &amp;\n <b>C</b></h3><h5>D</h5>"), Some((1, 3, "B & C".to_owned())));
        assert_eq!(read_page(b"<h1>A</h1><H1>B</H1>").0.main_headings, 2);
    }

    #[test]
    fn fields_have_a_label_in_any_of_the_ways_that_browsers_know() {
        let of = |html: &str| read_page(html.as_bytes()).0.unlabeled.into_iter().collect::<Vec<_>>();
        let labeled = "<label for=a>A</label><input id=a><label>B <select name=b></select></label><input aria-label=C>\
                       <textarea aria-labelledby=d></textarea><input title=E><input type=hidden><input type=submit>";
        assert!(of(labeled).is_empty());
        assert_eq!(of("<input name=a><label>B</label><textarea id=b></textarea><select>"), ["a", "b", "select"]);
        assert_eq!(of("<input id=a title=' '><label for=a>A</label><input type=email name=e>"), ["e"]);
    }
}
