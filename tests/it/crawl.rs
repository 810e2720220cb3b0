//! Follows every URL in an output: each one of the site must lead to a file, and each fragment to an id.

use std::collections::BTreeMap;

use url::Url;

use crate::html::Html;
use crate::snapshot::Snapshot;
use crate::xml::Element;

/// An output with the base URL at which it will be served.
pub(crate) struct Crawl<'a> {
    files: &'a Snapshot,
    base: Url,
    pages: BTreeMap<&'a str, Html>,
    /// What is wrong.
    problems: Vec<String>,
}

/// Follows every URL of an output that is served at `base`, which ends with a slash.
#[track_caller]
pub(crate) fn expect_sound(files: &Snapshot, base: &str) {
    let base = Url::parse(base).expect("a URL");
    let texts = files.0.iter().filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)));
    let pages = texts.filter(|(path, _)| path.ends_with(".html")).map(|(path, text)| (path, Html::read(text)));
    let mut crawl = Crawl { files, base, pages: pages.collect(), problems: Vec::new() };
    crawl.pages();
    crawl.feeds();
    crawl.sitemaps();
    crawl.small_files();
    assert!(crawl.problems.is_empty(), "{}", crawl.problems.join("\n"));
}

impl Crawl<'_> {
    fn pages(&mut self) {
        let pages = std::mem::take(&mut self.pages);
        for (path, page) in &pages {
            let here = self.url_of(path);
            for (tag, attribute, url) in page.urls() {
                self.follow(&pages, path, &here, &format!("{tag} {attribute}"), url);
            }
            let ids: Vec<&str> = page.tags.iter().filter_map(|tag| tag.get("id")).collect();
            if ids.len() != page.ids().len() {
                self.problems.push(format!("{path}: an id is used twice: {ids:?}"));
            }
            for data in &page.data {
                let data: serde_json::Value = serde_json::from_str(data).expect("structured data are JSON");
                self.follow_json(&pages, path, &data);
            }
        }
        self.pages = pages;
    }

    /// Feeds are read outside the site, so every URL in them is absolute.
    fn feeds(&mut self) {
        let pages = std::mem::take(&mut self.pages);
        for (path, bytes) in &self.files.0 {
            let text = String::from_utf8_lossy(bytes);
            let name = path.rsplit('/').next().unwrap_or_default();
            let mut texts = Vec::new();
            match name {
                "feed.xml" | "atom.xml" => gather(&Element::read(&text), &mut texts),
                "feed.json" => {
                    let feed: serde_json::Value = serde_json::from_str(&text).expect("a feed is JSON");
                    self.follow_json(&pages, path, &feed);
                    let items = feed["items"].as_array().expect("a feed has items");
                    texts.extend(
                        items.iter().map(|item| (true, item["content_html"].as_str().unwrap_or("").to_owned())),
                    );
                }
                _ => continue,
            }
            let nowhere = Url::parse("https://reader.example/feeds/").expect("a URL");
            for (is_html, text) in texts {
                if !is_html {
                    self.follow(&pages, path, &nowhere, "link", &text);
                    continue;
                }
                let html = Html::read(&text);
                for (tag, attribute, url) in html.urls() {
                    if !url.contains(':') {
                        self.problems.push(format!("{path}: {tag} {attribute} is not absolute: {url}"));
                    }
                    self.follow(&pages, path, &nowhere, &format!("{tag} {attribute}"), url);
                }
            }
        }
        self.pages = pages;
    }

    fn sitemaps(&mut self) {
        let pages = std::mem::take(&mut self.pages);
        for path in ["sitemap.xml", "news-sitemap.xml"] {
            let text = String::from_utf8_lossy(&self.files.0[path]).into_owned();
            for url in Element::read(&text).all("url") {
                self.follow(&pages, path, &self.base.clone(), "loc", url.text_of("loc"));
            }
        }
        self.pages = pages;
    }

    fn small_files(&mut self) {
        let pages = std::mem::take(&mut self.pages);
        let text = |path: &str| self.files.0.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let manifest = text("manifest.webmanifest").map(|text| serde_json::from_str(&text).expect("it is JSON"));
        let (redirects, robots) = (text("_redirects").unwrap_or_default(), text("robots.txt").unwrap_or_default());
        let base = self.base.clone();
        if let Some::<serde_json::Value>(manifest) = manifest {
            let icons = manifest["icons"].as_array().expect("a list");
            for url in icons.iter().map(|icon| &icon["src"]).chain([&manifest["start_url"]]) {
                self.follow(&pages, "manifest.webmanifest", &base, "src", url.as_str().expect("a link"));
            }
        }
        for url in redirects.lines().flat_map(|line| line.split(' ').take(2)) {
            self.follow(&pages, "_redirects", &base, "redirect", url);
        }
        for url in robots.lines().filter_map(|line| line.strip_prefix("Sitemap: ")) {
            self.follow(&pages, "robots.txt", &base, "sitemap", url);
        }
        for (path, bytes) in self.files.0.iter().filter(|(path, _)| path.ends_with(".css")) {
            let here = self.url_of(path);
            let css = String::from_utf8_lossy(bytes).into_owned();
            for piece in css.split("url(").skip(1) {
                let url = piece.split(')').next().unwrap_or_default().trim_matches(['"', '\'']);
                if !url.starts_with("data:") && !url.starts_with('#') {
                    self.follow(&pages, path, &here, "url", url);
                }
            }
        }
        self.pages = pages;
    }

    fn follow_json(&mut self, pages: &BTreeMap<&str, Html>, path: &str, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) if text.starts_with(self.base.as_str()) && !text.contains(' ') => {
                // Ids of nodes, `https://paper.example/#publisher`, need not lead anywhere.
                let url = text.split('#').next().unwrap_or_default();
                self.follow(pages, path, &self.base.clone(), "structured data", url);
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.follow_json(pages, path, item)),
            serde_json::Value::Object(map) => map.values().for_each(|item| self.follow_json(pages, path, item)),
            _ => {}
        }
    }

    fn follow(&mut self, pages: &BTreeMap<&str, Html>, path: &str, here: &Url, what: &str, url: &str) {
        let mut error = |why: &str| self.problems.push(format!("{path}: {what} {url:?} {why}"));
        let Ok(target) = here.join(url) else { return error("is no URL") };
        if !matches!(target.scheme(), "http" | "https" | "mailto" | "tel") {
            return error("has another scheme");
        }
        if target.origin() != self.base.origin() {
            return;
        }
        let Some(rest) = target.path().strip_prefix(self.base.path()) else {
            return error("leaves the folder of the site");
        };
        let Some(plain) = handbill::path::decode_path(rest) else { return error("is not UTF-8") };
        let file = if plain.is_empty() || plain.ends_with('/') { format!("{plain}index.html") } else { plain };
        if !self.files.0.contains_key(&file) {
            return error("leads to no file");
        }
        let Some(fragment) = target.fragment().filter(|fragment| !fragment.is_empty()) else { return };
        let fragment = handbill::path::decode_path(fragment).unwrap_or_default();
        let found = pages.get(file.as_str()).is_some_and(|page| page.ids().contains(fragment.as_str()));
        if !found && !fragment.starts_with("correction-") {
            error("leads to no id");
        }
    }

    fn url_of(&self, path: &str) -> Url {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        self.base.join(&handbill::path::encode_path(path)).expect("a URL")
    }
}

/// The texts of a feed that are HTML or a URL: whether it is HTML, and the text.
fn gather(element: &Element, texts: &mut Vec<(bool, String)>) {
    for child in &element.children {
        match child.name.as_str() {
            "content:encoded" | "content" => texts.push((true, child.text.clone())),
            "link" if child.text.is_empty() => texts.push((false, child.get("href").unwrap_or_default().to_owned())),
            "link" | "uri" => texts.push((false, child.text.clone())),
            "atom:link" => texts.push((false, child.get("href").unwrap_or_default().to_owned())),
            _ => {}
        }
        gather(child, texts);
    }
}
