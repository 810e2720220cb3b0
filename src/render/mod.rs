//! Renders planned output files from the answers to their queries. Pure: no I/O, no clock, no globals.

mod article_cache;
mod body;
mod feeds;
mod fragments;
mod page_inputs;
mod strip_metadata;
mod structured_data;
mod values;

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use tera::{Context, Value};

use self::article_cache::{ArticleCache, init_once};
pub use self::body::TextStore;
use self::fragments::FragmentKey;
pub use self::page_inputs::PageInputs;
use self::page_inputs::{MetaInput, SharedAnswer};
pub use self::strip_metadata::{CorruptImage, without_metadata};
use self::values::TermValues;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::html::{json_in_html, strip_invalid_chars};
use crate::path::SourcePath;
use crate::plan::{OutputFile, OutputKind, PageMeta, PageMetaDefaults};
use crate::site::{ContentNode, Globals, Query, Site, SourceFile, TextRef, ViewTree};
use crate::theme::{Layers, Theme, template_error};

/// Renders output files from the site, the theme and the sources.
///
/// ```
/// # use std::time::SystemTime;
/// # use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
/// # use handbill::digest::Digest;
/// # let program = Digest::of_bytes(b"version 1");
/// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
/// # let mut prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
/// let texts = prepared.texts(Vec::new()).expect("the texts of the site");
/// let outputs = &prepared.plan.outputs;
/// let renderer = prepared.renderer(outputs, program);
/// let page = outputs.iter().find(|output| output.url.as_str() == "/about/").expect("the page");
/// let inputs = renderer.page_inputs(page);
/// let html = renderer.render(page, &inputs, &texts, &|path| prepared.folder.read(path)).expect("a valid theme");
/// assert!(html.starts_with(b"<!doctype html>"));
/// ```
pub struct PageRenderer<'a> {
    /// Answers queries. No function that writes bytes uses it directly.
    site: &'a Site,
    theme: &'a Theme,
    layers: &'a Layers,
    sources: &'a BTreeMap<SourcePath, SourceFile>,
    /// The answers to queries of many pages.
    answers: FxHashMap<Query, SharedAnswer<'a>>,
    globals: Globals<'a>,
    meta_defaults: PageMetaDefaults,
    /// The publisher's node of the structured data.
    publisher: Box<serde_json::value::RawValue>,
    /// The digest of what all output files share: the three fields above, the variables `site` and `theme`, and the
    /// program.
    globals_digest: Digest,
    /// The digest of the program.
    program: Digest,
    /// The text of each article for feeds and emails, once it is used.
    plain: ArticleCache<String>,
    /// The card of each article, once it is used.
    cards: ArticleCache<Value>,
    terms: TermValues<'a>,
    fragments: FxHashMap<FragmentKey<'a>, OnceLock<Value>>,
}

/// The initial capacity for a page in bytes, enough for most pages.
const USUAL_PAGE: usize = 24 << 10;

/// Sets the variables that all templates have: `site` and `theme`.
pub fn set_globals(site: &Site, theme: &mut Theme) {
    let defaults = PageMetaDefaults::of(site);
    let globals = theme.tera.global_context();
    globals.insert("site", &site.context(&defaults.feeds, &defaults.comment_feeds));
    globals.insert("theme", &theme.context);
}

impl<'a> PageRenderer<'a> {
    /// Prepares the rendering of some pages: answers the queries that many of them have. [`set_globals`] must have been
    /// called with the same site and theme.
    #[must_use]
    pub fn new(
        site: &'a Site,
        theme: &'a Theme,
        layers: &'a Layers,
        sources: &'a BTreeMap<SourcePath, SourceFile>,
        pages: &'a [OutputFile],
        program: Digest,
    ) -> PageRenderer<'a> {
        let shared: FxHashSet<&Query> = collect_distinct(pages, |page| {
            page.needs.iter().map(|(_, query)| query).filter(|query| query.is_shared()).collect()
        });
        let answer = |query: &Query| {
            let node = site.answer(query);
            let digest = node.digest();
            (query.clone(), SharedAnswer { node, digest, value: OnceLock::new() })
        };
        let answers = shared.into_par_iter().map(answer).collect();
        let (globals, meta_defaults) = (site.globals(), PageMetaDefaults::of(site));
        let publisher = structured_data::organization(site);
        let globals_digest = Digest::of_all([
            program,
            theme.digest,
            globals.digest(),
            Digest::of_json(&site.context(&meta_defaults.feeds, &meta_defaults.comment_feeds)),
            Digest::of(&meta_defaults),
            Digest::of_bytes(publisher.get().as_bytes()),
        ]);
        let mut renderer = PageRenderer {
            site,
            theme,
            layers,
            sources,
            answers,
            globals,
            meta_defaults,
            publisher,
            globals_digest,
            program,
            plain: ArticleCache::new(site.model.articles.len()),
            cards: ArticleCache::new(site.model.articles.len()),
            terms: TermValues::new(&site.model.terms),
            fragments: FxHashMap::default(),
        };
        let keys = collect_distinct(pages, |page| match page.kind {
            OutputKind::Template(_) => renderer.fragment_keys(page),
            _ => Vec::new(),
        });
        renderer.fragments = keys.into_iter().map(|key| (key, OnceLock::new())).collect();
        renderer
    }

    /// Drops the cached cards of the articles before index `before`. A card that is used again is made again.
    pub fn forget_cards(&mut self, before: usize) {
        self.cards.forget(before);
    }

    /// Renders an output file of any kind. `read` reads the source of a file that is copied.
    ///
    /// # Errors
    /// A template fails (the location is its line), a source cannot be read, or an image is corrupt.
    pub fn render(
        &self,
        page: &OutputFile,
        inputs: &PageInputs<'_>,
        texts: &TextStore,
        read: &dyn Fn(&SourcePath) -> Result<Vec<u8>, Diagnostic>,
    ) -> Result<Vec<u8>, Diagnostic> {
        match &page.kind {
            OutputKind::Template(template) => {
                let html = self.page(&template.name, page, inputs, texts);
                Ok(strip_invalid_chars(html.map_err(|error| self.explain(&error, page))?))
            }
            OutputKind::Feed(format) => {
                let feed = inputs.feed().expect("a feed is planned with its content");
                let text = self.feed(format, feed, &page.url, texts).map_err(|error| self.explain(&error, page))?;
                Ok(strip_invalid_chars(text))
            }
            OutputKind::Sitemap(entries) => Ok(feeds::sitemap::urls(&self.globals, entries).into_bytes()),
            OutputKind::SitemapIndex(locations) => Ok(feeds::sitemap::index(locations).into_bytes()),
            OutputKind::NewsSitemap => {
                let articles: Vec<_> = inputs.cards().map(|card| card.data()).collect();
                Ok(strip_invalid_chars(feeds::sitemap::news(&self.globals, &articles)))
            }
            OutputKind::Text(text) => Ok(strip_invalid_chars(text.clone())),
            OutputKind::Asset(name) => {
                Ok(self.theme.assets.get(name).map(|asset| asset.bytes.clone()).unwrap_or_default())
            }
            OutputKind::Copy(path) => copy(path, read(path)?),
        }
    }

    fn page(
        &self,
        template: &str,
        page: &OutputFile,
        inputs: &PageInputs<'_>,
        texts: &TextStore,
    ) -> Result<Vec<u8>, tera::Error> {
        let mut context = Context::new();
        for (name, value) in self.variables(page, inputs, texts)? {
            context.insert_value(name, value);
        }
        let mut html = Vec::with_capacity(USUAL_PAGE);
        self.theme.tera.render_to(template, &context, &mut html)?;
        Ok(html)
    }

    /// Returns the variables of a page's template, without those that all pages share; an empty list for a file without
    /// template.
    ///
    /// # Errors
    /// A fragment or a block in a text cannot be rendered.
    pub fn variables(
        &self,
        page: &OutputFile,
        inputs: &PageInputs<'_>,
        texts: &TextStore,
    ) -> Result<Vec<(&'static str, Value)>, tera::Error> {
        let Some(meta) = self.page_variable(&inputs.meta) else { return Ok(Vec::new()) };
        let values = self.with(texts);
        let mut variables = Vec::with_capacity(page.needs.len() + 2);
        for ((name, _), answer) in page.needs.iter().zip(&inputs.answers) {
            variables.push((*name, values.answer(answer)?));
        }
        variables.push(("page", meta));
        variables.push(("fragments", self.fragments(page, texts)?));
        Ok(variables)
    }

    /// Returns the variable `page`: the metadata and the structured data; `None` for a file without metadata.
    fn page_variable(&self, input: &MetaInput<'_>) -> Option<Value> {
        let variable = |meta: &PageMeta, data: structured_data::Graph<'_>| {
            let mut members = Value::from_serializable(meta).into_map().unwrap_or_default();
            members.insert("structured_data".into(), Value::safe_string(&json_in_html(&data)));
            Value::from(members)
        };
        match input {
            MetaInput::None => None,
            MetaInput::Article(article) => {
                let card = article.card.data();
                let meta = PageMeta::of_article(article, &card, &self.globals, &self.meta_defaults);
                let data = structured_data::of_article(article, &card, &meta, &self.globals, &self.publisher);
                Some(variable(&meta, data))
            }
            MetaInput::Own(meta, entity) => {
                let data = structured_data::of_page(meta, entity, &self.globals, &self.publisher);
                Some(variable(meta, data))
            }
        }
    }

    /// Renders a template of the theme that belongs to no page, an email's for example, with the answers to some
    /// queries and one more variable.
    ///
    /// # Errors
    /// The template fails.
    pub fn template(
        &self,
        template: &str,
        needs: &[(&'static str, Query)],
        (name, view): (&'static str, &impl Serialize),
        texts: &TextStore,
    ) -> Result<String, tera::Error> {
        let values = self.with(texts);
        let mut context = Context::new();
        for (name, query) in needs {
            context.insert_value(*name, values.value(&self.site.answer(query))?);
        }
        context.insert(name, view);
        self.theme.tera.render(template, &context)
    }

    /// Returns the text of an article for feeds, computed once for all feeds.
    fn article_text(
        &self,
        index: usize,
        content: Option<&ContentNode<'_>>,
        texts: &TextStore,
    ) -> Result<&str, tera::Error> {
        Ok(init_once(self.plain.get(index), || self.plain_text(content, texts))?)
    }

    /// Returns a text for feeds and emails: URLs are absolute, blocks are plain HTML.
    fn plain_text(&self, content: Option<&ContentNode<'_>>, texts: &TextStore) -> Result<String, tera::Error> {
        match content.and_then(|content| Some((content, texts.body_of(content)?))) {
            Some((content, text)) => body::for_feed(self, &text, content, texts),
            None => Ok(String::new()),
        }
    }

    /// Returns the text of an issue for feeds and emails: URLs are absolute, blocks are plain HTML.
    ///
    /// # Errors
    /// A block in the text cannot be rendered.
    pub fn issue_note(&self, index: usize, texts: &TextStore) -> Result<String, Diagnostic> {
        let answer = self.site.answer(&Query::Content(TextRef(self.site.model.issues[index].document.path.clone())));
        let content = if let ViewTree::Content(content) = &answer { Some(&**content) } else { None };
        self.plain_text(content, texts).map_err(|error| template_error(&error, self.layers))
    }

    /// Returns the diagnostic of a template's error, with the page and its source in the help.
    fn explain(&self, error: &tera::Error, page: &OutputFile) -> Diagnostic {
        let diagnostic = template_error(error, self.layers);
        let from = page.source.as_ref().map(|source| format!(" from `{source}`")).unwrap_or_default();
        diagnostic.help(format!("while rendering `{}`{from}", page.url))
    }
}

/// Returns the bytes of a copied file, without the private metadata of an image.
fn copy(path: &SourcePath, bytes: Vec<u8>) -> Result<Vec<u8>, Diagnostic> {
    match without_metadata(&bytes) {
        Ok(cleaned) => Ok(cleaned.unwrap_or(bytes)),
        Err(CorruptImage) => Err(Diagnostic::error("image", "this image is damaged")
            .at(path, Span::Whole)
            .help("save it again: its metadata could not be removed")),
    }
}

/// Collects the distinct values of `of(page)` over all pages, in parallel and in no particular order.
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
