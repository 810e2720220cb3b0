//! A planned page and the answers to its queries → bytes. Pure: no I/O, no clock, no globals.

mod article_cache;
mod body;
mod escape;
mod feeds;
mod fragments;
mod page_inputs;
mod strip_metadata;
mod structured_data;

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use tera::{Context, Value};

use self::article_cache::{ArticleCache, init_once};
pub use self::body::TextStore;
pub use self::escape::{escape_xml, strip_invalid_chars};
use self::fragments::FragmentKey;
pub use self::page_inputs::PageInputs;
use self::page_inputs::SharedAnswer;
pub use self::strip_metadata::{CorruptImage, without_metadata};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{SourcePath, UrlPath};
use crate::plan::{OutputFile, OutputKind, PageMeta};
use crate::site::{Query, Site, SourceFile, TermKind, TextRef, View, ViewTree, globals_digest};
use crate::theme::{Layers, Theme, template_error};

/// Everything that rendering reads.
pub struct PageRenderer<'a> {
    site: &'a Site,
    theme: &'a Theme,
    layers: &'a Layers,
    inputs: &'a BTreeMap<SourcePath, SourceFile>,
    /// What many pages ask.
    answers: FxHashMap<Query, SharedAnswer<'a>>,
    globals_digest: Digest,
    /// What structured data say of the publisher.
    publisher: Box<serde_json::value::RawValue>,
    /// The digest of what decides the bytes of files that go through no template.
    static_digest: Digest,
    plain: ArticleCache<String>,
    /// Each article as lists show it, once somebody asked for it.
    cards: ArticleCache<Value>,
    /// Each author's box, by address, likewise.
    authors: FxHashMap<&'a UrlPath, OnceLock<Value>>,
    fragments: FxHashMap<FragmentKey<'a>, OnceLock<Value>>,
}

/// Bytes that most pages fit in.
const USUAL_PAGE: usize = 24 << 10;

/// Gives a theme's templates what all pages see: the site and the theme's own settings.
pub fn set_globals(site: &Site, theme: &mut Theme) {
    let facts = site.facts(crate::plan::site_feeds(site), crate::plan::comment_feeds(site)).value();
    let globals = theme.tera.global_context();
    globals.insert_value("site", facts);
    globals.insert("theme", &theme.context);
}

impl<'a> PageRenderer<'a> {
    /// Prepares for rendering some pages: answers once what many of them ask. The theme must have been [prepared](set_globals)
    /// for the site.
    #[must_use]
    pub fn new(
        site: &'a Site,
        theme: &'a Theme,
        layers: &'a Layers,
        inputs: &'a BTreeMap<SourcePath, SourceFile>,
        pages: &'a [OutputFile],
        program: Digest,
    ) -> PageRenderer<'a> {
        let facts = site.facts(crate::plan::site_feeds(site), crate::plan::comment_feeds(site));
        let shared: FxHashSet<&Query> = collect_distinct(pages, |page| {
            page.needs.iter().map(|(_, query)| query).filter(|query| query.is_shared()).collect()
        });
        let answer = |query: &Query| {
            let node = site.answer(query);
            let digest = node.digest();
            (query.clone(), SharedAnswer { node, digest, value: OnceLock::new() })
        };
        let answers = shared.into_par_iter().map(answer).collect();
        let authors = site.terms.iter().filter(|term| term.kind == TermKind::Author);
        let authors = authors.map(|term| (&term.url, OnceLock::new())).collect();
        let plainly = Digest::of(&(program, &site.config.time_zone, &site.config.organization));
        // An article's head has the site's picture where it has none of its own, and no answer tells its size.
        let shared_picture = Digest::of_json(&crate::plan::social_image(site));
        let common = Digest::of_all([globals_digest(&facts, theme), plainly, shared_picture]);
        let mut session = PageRenderer {
            site,
            theme,
            layers,
            inputs,
            answers,
            globals_digest: common,
            publisher: structured_data::organization(site),
            static_digest: plainly,
            plain: ArticleCache::new(site.articles.len()),
            cards: ArticleCache::new(site.articles.len()),
            authors,
            fragments: FxHashMap::default(),
        };
        let keys = collect_distinct(pages, |page| match page.kind {
            OutputKind::Template(_) => session.fragment_keys(page),
            _ => Vec::new(),
        });
        session.fragments = keys.into_iter().map(|key| (key, OnceLock::new())).collect();
        session
    }

    /// Lets go of what lists show of the articles before this one. Whoever asks for it again gets it made again.
    pub fn forget_cards(&mut self, before: usize) {
        self.cards.forget(before);
    }

    /// Renders a page. Files that are published as they are have no rendering: see [`OutputKind::Copy`].
    ///
    /// # Errors
    /// When a template fails: at its line.
    pub fn render(
        &self,
        page: &OutputFile,
        ingredients: &PageInputs<'_>,
        texts: &TextStore,
    ) -> Result<Vec<u8>, Diagnostic> {
        match &page.kind {
            OutputKind::Template(kind) => {
                let head = page.meta(self.site).expect("pages of templates have a head");
                let html = self
                    .template(kind.template(), page, &head, ingredients, texts)
                    .map_err(|error| self.explain(&error, page))?;
                Ok(strip_invalid_chars(html))
            }
            OutputKind::Feed(format, of) => {
                let text = self.feed(*format, of, page, texts).map_err(|error| self.explain(&error, page))?;
                Ok(strip_invalid_chars(text))
            }
            OutputKind::Sitemap(entries) => Ok(feeds::sitemap::urls(self.site, entries).into_bytes()),
            OutputKind::SitemapIndex(locations) => Ok(feeds::sitemap::index(locations).into_bytes()),
            OutputKind::NewsSitemap(recent) => Ok(strip_invalid_chars(feeds::sitemap::news(self.site, recent))),
            OutputKind::Text(text) => Ok(strip_invalid_chars(text.clone())),
            OutputKind::Asset(name) => {
                Ok(self.theme.assets.get(name).map(|asset| asset.bytes.clone()).unwrap_or_default())
            }
            OutputKind::Copy(_) => Ok(Vec::new()),
        }
    }

    fn template(
        &self,
        template: &str,
        page: &OutputFile,
        head: &PageMeta,
        ingredients: &PageInputs<'_>,
        texts: &TextStore,
    ) -> Result<Vec<u8>, tera::Error> {
        let mut context = Context::new();
        for (name, value) in self.variables(page, head, ingredients, texts)? {
            context.insert_value(name, value);
        }
        let mut html = Vec::with_capacity(USUAL_PAGE);
        self.theme.tera.render_to(template, &context, &mut html)?;
        Ok(html)
    }

    /// The variables of a page's template, but for those that all pages have alike.
    ///
    /// # Errors
    /// When a template fails that renders a part of one.
    pub fn variables(
        &self,
        page: &OutputFile,
        head: &PageMeta,
        ingredients: &PageInputs<'_>,
        texts: &TextStore,
    ) -> Result<Vec<(&'static str, Value)>, tera::Error> {
        let fill = self.with(texts);
        let mut variables = Vec::with_capacity(page.needs.len() + 2);
        for ((name, _), answer) in page.needs.iter().zip(&ingredients.answers) {
            variables.push((*name, answer.value(&fill)?));
        }
        let mut members = Value::from_serializable(head).into_map().unwrap_or_default();
        let data = structured_data::of(self.site, page, head, &self.publisher);
        members.insert("structured_data".into(), Value::safe_string(&escape::json_in_html(&data)));
        variables.push(("page", Value::from(members)));
        variables.push(("fragments", self.fragments(page, texts)?));
        Ok(variables)
    }

    /// The text of an article as feeds show it; worked out once for all feeds.
    fn plain_text(&self, index: usize, texts: &TextStore) -> Result<&str, tera::Error> {
        let make = || self.for_feed(&self.site.articles[index].document.path, texts);
        Ok(init_once(self.plain.get(index), make)?)
    }

    /// The text of an issue as feeds and emails show it: addresses are absolute, blocks stand in plain HTML.
    ///
    /// # Errors
    /// When a block in it cannot be rendered.
    pub fn issue_note(&self, index: usize, texts: &TextStore) -> Result<String, Diagnostic> {
        self.plain_issue(index, texts).map_err(|error| template_error(&error, self.layers))
    }

    fn plain_issue(&self, index: usize, texts: &TextStore) -> Result<String, tera::Error> {
        self.for_feed(&self.site.issues[index].document.path, texts)
    }

    /// The text of a file as feeds show it.
    fn for_feed(&self, path: &SourcePath, texts: &TextStore) -> Result<String, tera::Error> {
        match (texts.get(path), self.site.answer(&Query::Content(TextRef(path.clone())))) {
            (Some(text), ViewTree::Content(content)) => body::for_feed(self, &text, &content, texts),
            _ => Ok(String::new()),
        }
    }

    fn explain(&self, error: &tera::Error, page: &OutputFile) -> Diagnostic {
        let diagnostic = template_error(error, self.layers);
        let made_from = page.source.as_ref().map(|source| format!(", made from `{source}`")).unwrap_or_default();
        diagnostic.help(format!("while rendering `{}`{made_from}", page.url))
    }
}

/// What is different among all that the pages have.
fn collect_distinct<'p, T: Eq + Hash + Send>(
    pages: &'p [OutputFile],
    of: impl Fn(&'p OutputFile) -> Vec<T> + Sync,
) -> FxHashSet<T> {
    let gathered = pages.par_iter().fold(FxHashSet::default, |mut all, page| {
        all.extend(of(page));
        all
    });
    gathered.reduce(FxHashSet::default, |mut some, others| {
        some.extend(others);
        some
    })
}
