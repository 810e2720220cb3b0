//! What many pages show is rendered once: fragments, cards in lists, the boxes of authors.

use tera::{Context, Map, Value};

use super::article_cache::init_once;
use super::{PageRenderer, TextStore, body};
use crate::plan::OutputFile;
use crate::site::{ContentNode, Query, Term, ValueRenderer};

/// A session with the texts at hand.
pub(super) struct RenderContext<'s, 'a> {
    session: &'s PageRenderer<'a>,
    texts: &'s TextStore,
}

/// A fragment and the queries that answer its variables.
pub(super) type FragmentKey<'a> = (&'a str, Vec<&'a Query>);

impl<'a> PageRenderer<'a> {
    /// The fragments that a page can have, each with the queries that answer its variables there.
    pub(super) fn fragment_keys<'p>(&self, page: &'p OutputFile) -> Vec<FragmentKey<'p>>
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
    pub(super) fn fragments(&self, page: &OutputFile, texts: &TextStore) -> Result<Value, tera::Error> {
        let mut fragments = Map::new();
        for key in self.fragment_keys(page) {
            let (name, queries) = (key.0, &key.1);
            let make = || self.fragment(name, queries, texts);
            let value = match self.fragments.get(&key) {
                Some(place) => init_once(place, make)?.clone(),
                None => make()?,
            };
            fragments.insert(name.to_owned().into(), value);
        }
        Ok(Value::from(fragments))
    }

    fn fragment(&self, name: &str, queries: &[&Query], texts: &TextStore) -> Result<Value, tera::Error> {
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

    pub(super) fn with<'s>(&'s self, texts: &'s TextStore) -> RenderContext<'s, 'a> {
        RenderContext { session: self, texts }
    }
}

impl ValueRenderer for RenderContext<'_, '_> {
    fn text(&self, content: &ContentNode<'_>) -> Result<Value, tera::Error> {
        let Some(text) = self.texts.get(&content.document.0) else { return Ok(Value::safe_string("")) };
        let html = body::for_page(self.session, &text, content, self.texts)?;
        Ok(Value::safe_string(&html))
    }

    fn author(&self, term: &Term) -> Result<Value, tera::Error> {
        let make = || self.session.site.author(term).value(self);
        match self.session.authors.get(&term.url) {
            Some(place) => init_once(place, make).cloned(),
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
        init_once(self.session.cards.get(index), make).cloned()
    }
}
