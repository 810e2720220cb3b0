//! A planned page and the answers to its queries → bytes. Pure: no I/O, no clock, no globals.

mod body;
mod cells;
mod escape;
mod feed;
mod picture;
mod sitemap;
mod structured_data;

use std::hash::Hash;
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use tera::{Context, Map, Value};

pub use self::body::Texts;
use self::cells::{Cells, filled};
pub use self::escape::{clean, escape_xml};
pub use self::picture::{Damaged, without_metadata};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{ContentPath, UrlPath};
use crate::plan::{Head, HeadOf, Made, Page};
use crate::site::{ContentNode, DocumentRef, Fill, Input, Node, Query, Site, Term, TermKind, View, common_digest};
use crate::theme::{Layers, Theme, template_error};

/// Everything that rendering reads.
pub struct Session<'a> {
    site: &'a Site,
    theme: &'a Theme,
    layers: &'a Layers,
    inputs: &'a std::collections::BTreeMap<ContentPath, Input>,
    /// What many pages ask.
    answers: FxHashMap<Query, Shared<'a>>,
    common: Digest,
    /// What structured data say of the publisher.
    publisher: Box<serde_json::value::RawValue>,
    /// The digest of what decides the bytes of files that go through no template.
    plainly: Digest,
    plain: Cells<String>,
    /// Each article as lists show it, once somebody asked for it.
    cards: Cells<Value>,
    /// Each author's box, by address, likewise.
    authors: FxHashMap<&'a UrlPath, OnceLock<Value>>,
    fragments: FxHashMap<FragmentKey<'a>, OnceLock<Value>>,
}

/// Bytes that most pages fit in.
const USUAL_PAGE: usize = 24 << 10;

/// A session with the texts at hand.
struct WithTexts<'s, 'a> {
    session: &'s Session<'a>,
    texts: &'s Texts,
}

/// A fragment and the queries that answer its variables.
type FragmentKey<'a> = (&'a str, Vec<&'a Query>);

/// What a page is made of, before it is rendered: the answers, and the digest of each.
pub struct Ingredients<'s> {
    /// The digest of all that decides the page's bytes.
    pub trace: Digest,
    /// The digest of each answer, in the order of the page's needs.
    pub parts: Vec<Digest>,
    answers: Vec<Answer<'s>>,
}

enum Answer<'s> {
    Own(Node<'s>),
    Shared(&'s Shared<'s>),
}

/// An answer that many pages share.
struct Shared<'a> {
    node: Node<'a>,
    digest: Digest,
    /// For templates, once one of them wants it.
    value: OnceLock<Value>,
}

impl<'s> Answer<'s> {
    fn node(&self) -> &Node<'s> {
        match self {
            Answer::Own(node) => node,
            Answer::Shared(shared) => &shared.node,
        }
    }

    fn value(&self, fill: &dyn Fill) -> Result<Value, tera::Error> {
        match self {
            Answer::Own(node) => node.value(fill),
            Answer::Shared(shared) => shared.value(fill),
        }
    }
}

impl Shared<'_> {
    fn value(&self, fill: &dyn Fill) -> Result<Value, tera::Error> {
        filled(&self.value, || self.node.value(fill)).cloned()
    }
}

/// What is different among all that the pages have.
fn distinct<'p, T: Eq + Hash + Send>(pages: &'p [Page], of: impl Fn(&'p Page) -> Vec<T> + Sync) -> FxHashSet<T> {
    let gathered = pages.par_iter().fold(FxHashSet::default, |mut all, page| {
        all.extend(of(page));
        all
    });
    gathered.reduce(FxHashSet::default, |mut some, others| {
        some.extend(others);
        some
    })
}

/// Gives a theme's templates what all pages see: the site and the theme's own settings.
pub fn dress(site: &Site, theme: &mut Theme) {
    let facts = site.facts(crate::plan::site_feeds(site), crate::plan::comment_feeds(site)).value();
    let globals = theme.tera.global_context();
    globals.insert_value("site", facts);
    globals.insert("theme", &theme.facts);
}

impl<'a> Session<'a> {
    /// Prepares for rendering some pages: answers once what many of them ask. The theme must have been [dressed](dress)
    /// for the site.
    #[must_use]
    pub fn new(
        site: &'a Site,
        theme: &'a Theme,
        layers: &'a Layers,
        inputs: &'a std::collections::BTreeMap<ContentPath, Input>,
        pages: &'a [Page],
        program: Digest,
    ) -> Session<'a> {
        let facts = site.facts(crate::plan::site_feeds(site), crate::plan::comment_feeds(site));
        let shared: FxHashSet<&Query> = distinct(pages, |page| {
            page.needs.iter().map(|(_, query)| query).filter(|query| query.is_shared()).collect()
        });
        let answer = |query: &Query| {
            let node = site.answer(query);
            let digest = node.digest();
            (query.clone(), Shared { node, digest, value: OnceLock::new() })
        };
        let answers = shared.into_par_iter().map(answer).collect();
        let authors = site.terms.iter().filter(|term| term.kind == TermKind::Author);
        let authors = authors.map(|term| (&term.url, OnceLock::new())).collect();
        let plainly = Digest::of(&(program, &site.config.time_zone, &site.config.organization));
        // An article's head has the site's picture where it has none of its own, and no answer tells its size.
        let shared_picture = Digest::of_json(&crate::plan::social_image(site));
        let common = Digest::of_all([common_digest(&facts, theme), plainly, shared_picture]);
        let mut session = Session {
            site,
            theme,
            layers,
            inputs,
            answers,
            common,
            publisher: structured_data::organization(site),
            plainly,
            plain: Cells::new(site.articles.len()),
            cards: Cells::new(site.articles.len()),
            authors,
            fragments: FxHashMap::default(),
        };
        let keys = distinct(pages, |page| match page.made {
            Made::Template(_) => session.fragment_keys(page),
            _ => Vec::new(),
        });
        session.fragments = keys.into_iter().map(|key| (key, OnceLock::new())).collect();
        session
    }

    /// The answer to a query that many pages share.
    fn shared(&self, query: &Query) -> Option<&Shared<'a>> {
        if query.is_shared() { self.answers.get(query) } else { None }
    }

    /// Answers a page's queries and digests all that decides its bytes.
    #[must_use]
    pub fn ingredients(&self, page: &Page) -> Ingredients<'_> {
        let answer = |(_, query): &(&str, Query)| match self.shared(query) {
            Some(shared) => (Answer::Shared(shared), shared.digest),
            None => {
                let node = self.site.answer(query);
                let digest = node.digest();
                (Answer::Own(node), digest)
            }
        };
        let (answers, parts): (Vec<Answer<'_>>, Vec<Digest>) = page.needs.iter().map(answer).unzip();
        let made = match &page.made {
            Made::Template(_) => Digest::of_all([self.common, self.head_digest(page), self.data_digest(page)]),
            Made::Feed(format, of) => {
                Digest::of_all([self.common, Digest::of(&(format, page.url.as_str())), self.feed_digest(of)])
            }
            Made::Sitemap(entries) => Digest::of(&(self.plainly, entries)),
            Made::SitemapIndex(locations) => Digest::of(&(self.plainly, locations)),
            Made::NewsSitemap(recent) => {
                Digest::of_all(recent.iter().map(|&index| self.site.cards()[index]).chain([self.common]))
            }
            Made::Text(text) => Digest::of_bytes(text.as_bytes()),
            Made::Asset(name) => {
                self.theme.assets.get(name).map(|asset| Digest::of_bytes(&asset.bytes)).unwrap_or_default()
            }
            Made::Copy(path) => Digest::of(&(self.plainly, self.inputs.get(path).map(|input| input.digest))),
        };
        let trace = Digest::of_all([made].into_iter().chain(parts.iter().copied()));
        Ingredients { trace, parts, answers }
    }

    /// The digest of what a page says of itself. An article's head follows from the article, of which the answers
    /// and the structured data have the digest already, and from the settings.
    fn head_digest(&self, page: &Page) -> Digest {
        match &page.head {
            HeadOf::None => Digest::default(),
            HeadOf::Article(index) => {
                let article = &self.site.articles[*index];
                let state = self.site.comments_state(article);
                Digest::of_all([self.site.cards()[*index], Digest::of(&(article.document.front.noindex, state))])
            }
            HeadOf::Own(head) => Digest::of_json(head),
        }
    }

    /// The digest of what an article's structured data say, where the template does not name the article itself.
    fn data_digest(&self, page: &Page) -> Digest {
        let is_needed = |index: usize| page.needs.iter().any(|(_, query)| *query == Query::Article(index));
        match structured_data::article(page) {
            Some(index) if !is_needed(index) => self.site.answer(&Query::Article(index)).digest(),
            _ => structured_data::list(self.site, page)
                .map_or_else(Digest::default, |list| Digest::of(&(&list.document.front.title, &list.url))),
        }
    }

    /// The texts that a page shows, by file: they must be at hand before it is rendered.
    #[must_use]
    pub fn texts_of(&self, page: &Page, ingredients: &Ingredients<'_>) -> Vec<ContentPath> {
        let mut texts = Vec::new();
        for answer in &ingredients.answers {
            answer.node().texts(&mut texts);
        }
        if let Made::Feed(_, of) = &page.made {
            texts.extend(
                self.feed_articles(of).into_iter().map(|index| self.site.articles[index].document.path.clone()),
            );
            texts.extend(self.feed_issues(of).into_iter().map(|index| self.site.issues[index].document.path.clone()));
        }
        texts
    }

    /// Lets go of what lists show of the articles before this one. Whoever asks for it again gets it made again.
    pub fn forget_cards(&mut self, before: usize) {
        self.cards.forget(before);
    }

    /// Renders a page. Files that are published as they are have no rendering: see [`Made::Copy`].
    ///
    /// # Errors
    /// When a template fails: at its line.
    pub fn render(&self, page: &Page, ingredients: &Ingredients<'_>, texts: &Texts) -> Result<Vec<u8>, Diagnostic> {
        match &page.made {
            Made::Template(kind) => {
                let head = page.head(self.site).expect("pages of templates have a head");
                let html = self
                    .template(kind.template(), page, &head, ingredients, texts)
                    .map_err(|error| self.explain(&error, page))?;
                Ok(clean(html))
            }
            Made::Feed(format, of) => {
                let text = self.feed(*format, of, page, texts).map_err(|error| self.explain(&error, page))?;
                Ok(clean(text))
            }
            Made::Sitemap(entries) => Ok(sitemap::urls(self.site, entries).into_bytes()),
            Made::SitemapIndex(locations) => Ok(sitemap::index(locations).into_bytes()),
            Made::NewsSitemap(recent) => Ok(clean(sitemap::news(self.site, recent))),
            Made::Text(text) => Ok(clean(text.clone())),
            Made::Asset(name) => Ok(self.theme.assets.get(name).map(|asset| asset.bytes.clone()).unwrap_or_default()),
            Made::Copy(_) => Ok(Vec::new()),
        }
    }

    fn template(
        &self,
        template: &str,
        page: &Page,
        head: &Head,
        ingredients: &Ingredients<'_>,
        texts: &Texts,
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
        page: &Page,
        head: &Head,
        ingredients: &Ingredients<'_>,
        texts: &Texts,
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

    /// The fragments that a page can have, each with the queries that answer its variables there.
    fn fragment_keys<'p>(&self, page: &'p Page) -> Vec<FragmentKey<'p>>
    where
        'a: 'p,
    {
        let query = |name: &String| page.needs.iter().find(|(need, _)| need == name).map(|(_, query)| query);
        let fragments = self.theme.fragments.iter();
        fragments
            .filter_map(|(name, variables)| Some((name.as_str(), variables.iter().map(query).collect::<Option<_>>()?)))
            .collect()
    }

    /// The fragments of a page, each rendered once for all pages that ask the same.
    fn fragments(&self, page: &Page, texts: &Texts) -> Result<Value, tera::Error> {
        let mut fragments = Map::new();
        for key in self.fragment_keys(page) {
            let (name, queries) = (key.0, &key.1);
            let make = || self.fragment(name, queries, texts);
            let value = match self.fragments.get(&key) {
                Some(place) => filled(place, make)?.clone(),
                None => make()?,
            };
            fragments.insert(name.to_owned().into(), value);
        }
        Ok(Value::from(fragments))
    }

    fn fragment(&self, name: &str, queries: &[&Query], texts: &Texts) -> Result<Value, tera::Error> {
        let fill = self.with(texts);
        let mut context = Context::new();
        for (variable, query) in self.theme.fragments[name].iter().zip(queries) {
            let value = match self.answers.get(*query) {
                Some(shared) => shared.value(&fill)?,
                None => self.site.answer(query).value(&fill)?,
            };
            context.insert_value(variable.clone(), value);
        }
        let html = self.theme.tera.render(&format!("fragments/{name}.html"), &context)?;
        Ok(Value::safe_string(&html))
    }

    fn with<'s>(&'s self, texts: &'s Texts) -> WithTexts<'s, 'a> {
        WithTexts { session: self, texts }
    }

    /// The text of an article as feeds show it; worked out once for all feeds.
    fn plain_text(&self, index: usize, texts: &Texts) -> Result<&str, tera::Error> {
        let path = &self.site.articles[index].document.path;
        let make = || match (texts.get(path), self.site.answer(&Query::Content(DocumentRef(path.clone())))) {
            (Some(text), Node::Content(content)) => body::for_feed(self, &text, &content, texts),
            _ => Ok(String::new()),
        };
        Ok(filled(self.plain.get(index), make)?)
    }

    /// The text of an issue as feeds and letters show it: addresses are absolute, blocks stand in plain HTML.
    ///
    /// # Errors
    /// When a block in it cannot be rendered.
    pub fn issue_note(&self, index: usize, texts: &Texts) -> Result<String, Diagnostic> {
        self.plain_issue(index, texts).map_err(|error| template_error(&error, self.layers))
    }

    /// The text of an issue as feeds show it.
    fn plain_issue(&self, index: usize, texts: &Texts) -> Result<String, tera::Error> {
        let path = &self.site.issues[index].document.path;
        match (texts.get(path), self.site.answer(&Query::Content(DocumentRef(path.clone())))) {
            (Some(text), Node::Content(content)) => body::for_feed(self, &text, &content, texts),
            _ => Ok(String::new()),
        }
    }

    fn explain(&self, error: &tera::Error, page: &Page) -> Diagnostic {
        let diagnostic = template_error(error, self.layers);
        let made_from = page.source.as_ref().map(|source| format!(", made from `{source}`")).unwrap_or_default();
        diagnostic.help(format!("while rendering `{}`{made_from}", page.url))
    }
}

impl Fill for WithTexts<'_, '_> {
    fn text(&self, content: &ContentNode<'_>) -> Result<Value, tera::Error> {
        let Some(text) = self.texts.get(&content.document.0) else { return Ok(Value::safe_string("")) };
        let html = body::for_page(self.session, &text, content, self.texts)?;
        Ok(Value::safe_string(&html))
    }

    fn author(&self, term: &Term) -> Result<Value, tera::Error> {
        let make = || self.session.site.author(term).value(self);
        match self.session.authors.get(&term.url) {
            Some(place) => filled(place, make).cloned(),
            None => make(),
        }
    }

    /// The article with those of the theme's fragments that show it: each is rendered once for all pages.
    fn card(&self, index: usize) -> Result<Value, tera::Error> {
        let make = || {
            let theme = self.session.theme;
            let mut members = self.session.site.card_value(index);
            let mut context = Context::new();
            context.insert_value("card", Value::from(members.clone()));
            let mut fragments = Map::with_capacity(theme.card_fragments.len());
            for name in &theme.card_fragments {
                let html = theme.tera.render(&format!("fragments/{name}.html"), &context)?;
                fragments.insert(name.clone().into(), Value::safe_string(&html));
            }
            members.insert("fragments".into(), Value::from(fragments));
            members.shrink_to_fit();
            Ok(Value::from(members))
        };
        filled(self.session.cards.get(index), make).cloned()
    }
}
