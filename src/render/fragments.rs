//! The theme's fragments: each is rendered once for each set of answers.

use tera::{Context, Map, Value};

use super::article_cache::init_once;
use super::{PageRenderer, TextStore};
use crate::plan::OutputFile;
use crate::site::Query;

/// A fragment and the queries that answer its variables.
pub(super) type FragmentKey<'a> = (&'a str, Vec<&'a Query>);

impl<'a> PageRenderer<'a> {
    /// Returns the fragments that a page can use, each with the queries that answer its variables on that page.
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

    /// Returns the fragments of a page, each rendered once for all pages with the same queries.
    pub(super) fn fragments(&self, page: &OutputFile, texts: &TextStore) -> Result<Value, tera::Error> {
        let mut fragments = Map::new();
        for key in self.fragment_keys(page) {
            let (name, queries) = (key.0, &key.1);
            let make = || self.fragment(name, queries, texts);
            let value = match self.fragments.get(&key) {
                Some(cell) => init_once(cell, make)?.clone(),
                None => make()?,
            };
            fragments.insert(name.to_owned().into(), value);
        }
        Ok(Value::from(fragments))
    }

    fn fragment(&self, name: &str, queries: &[&Query], texts: &TextStore) -> Result<Value, tera::Error> {
        let values = self.with(texts);
        let mut context = Context::new();
        for (variable, query) in self.theme.fragments[name].iter().zip(queries) {
            let value = match self.answers.get(*query) {
                Some(shared) => values.shared(shared)?,
                None => values.value(&self.site.answer(query))?,
            };
            context.insert_value(variable.clone(), value);
        }
        let html = self.theme.tera.render(&format!("fragments/{name}.html"), &context)?;
        Ok(Value::safe_string(&html))
    }
}
