//! Members of variables that no page has: `article.titel`. An engine that renders finds some of these, but a condition
//! on what is not there is only ever false.

use std::collections::{BTreeMap, BTreeSet};

use tera::Value;

use super::scan::{Source, is_word};
use crate::diagnostic::{Diagnostic, Spot, nearest};

/// What the values of variables look like, learnt from those of many pages.
#[derive(Clone, Debug, Default)]
pub struct Shapes(BTreeMap<String, Shape>);

/// The members of a map, or of the items of a list.
#[derive(Clone, Debug, Default)]
struct Shape {
    members: BTreeMap<String, Shape>,
    items: Option<Box<Shape>>,
}

/// Maps whose members are whatever a site puts there.
const OPEN: [&str; 3] = ["extra", "data", "fragments"];

impl Shapes {
    /// Learns from a variable's value on one page.
    pub fn learn(&mut self, name: &str, value: &Value) {
        self.0.entry(name.to_owned()).or_default().learn(value);
    }

    /// Adds what others learnt.
    pub fn merge(&mut self, other: Shapes) {
        for (name, shape) in other.0 {
            self.0.entry(name).or_default().merge(shape);
        }
    }
}

impl Shape {
    fn learn(&mut self, value: &Value) {
        if let Some(map) = value.as_map() {
            for (key, value) in map {
                if let Some(key) = key.as_str() {
                    self.members.entry(key.to_owned()).or_default().learn(value);
                }
            }
        }
        for item in value.as_array().unwrap_or_default() {
            self.items.get_or_insert_default().learn(item);
        }
    }

    fn merge(&mut self, other: Shape) {
        for (name, shape) in other.members {
            self.members.entry(name).or_default().merge(shape);
        }
        if let Some(items) = other.items {
            self.items.get_or_insert_default().merge(*items);
        }
    }
}

/// Names of a template that stand for what is not known: arguments of components, and what is computed.
type Local = BTreeMap<String, Option<Shape>>;

/// Points at every member that its variable does not have.
pub(super) fn check(sources: &[Source<'_>], shapes: &Shapes, diagnostics: &mut Vec<Diagnostic>) {
    for source in sources {
        let locals = locals(source, shapes);
        for (start, tag) in source.tags() {
            for (at, chain) in chains(tag) {
                if let Some((offset, name, known)) = unknown(chain, &locals, shapes) {
                    let at = start + at + offset;
                    let owner = chain[..offset - 1].to_owned();
                    let message = format!("`{owner}` has no member `{name}`");
                    let diagnostic = Diagnostic::error("template", message);
                    let diagnostic = diagnostic.at(source.file(), Spot::Bytes(at..at + name.len()));
                    diagnostics.push(match nearest(&name, known.iter().map(String::as_str)) {
                        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                        None => diagnostic.help(format!("it has {}", known.join(", "))),
                    });
                }
            }
        }
    }
}

/// The names that a template gives itself, each with the shapes of all that it may stand for. A list may be a member of
/// what another loop gives, so loops are gone through again with what is known.
fn locals(source: &Source<'_>, shapes: &Shapes) -> Local {
    (0..DEEPEST).fold(Local::new(), |known, _| bound(source, &known, shapes))
}

/// How deep loops stand in each other.
const DEEPEST: usize = 4;

fn bound(source: &Source<'_>, known: &Local, shapes: &Shapes) -> Local {
    let mut locals = Local::new();
    let mut bind = |name: &str, shape: Option<Shape>| match (locals.get_mut(name), shape) {
        (None, shape) => drop(locals.insert(name.to_owned(), shape)),
        (Some(Some(before)), Some(shape)) => before.merge(shape),
        (Some(before), _) => *before = None,
    };
    for (_, tag) in source.tags() {
        let tag = tag.trim_matches(['-', ' ', '\n']);
        let set = tag.strip_prefix("set ").or_else(|| tag.strip_prefix("set_global "));
        if let Some((_, arguments)) = tag.strip_prefix("component ").and_then(|rest| rest.split_once('(')) {
            words(arguments).chain(["body"]).for_each(|word| bind(word, None));
        } else if let Some((names, list)) = tag.strip_prefix("for ").and_then(|rest| rest.split_once(" in ")) {
            let list = lookup(plain_list(list), known, shapes).filter(|_| !names.contains(','));
            let item = list.and_then(|shape| shape.items.as_deref());
            names.split(',').for_each(|name| bind(name.trim(), item.cloned()));
        } else if let Some((name, _)) = set.and_then(|rest| rest.split_once('=')) {
            bind(name.trim(), None);
        }
        comprehended(tag).into_iter().for_each(|name| bind(name, None));
    }
    bind("loop", None);
    locals
}

/// The names that list comprehensions in an expression give: `[item.url for item in list]`.
fn comprehended(expression: &str) -> Vec<&str> {
    let pieces = expression.split(" for ").skip(1);
    pieces.filter_map(|piece| piece.split_once(" in ")).flat_map(|(names, _)| words(names)).collect()
}

/// A list by its name alone, or through filters that leave its items as they are.
fn plain_list(text: &str) -> &str {
    const KEEPING: [&str; 5] = ["slice", "reverse", "sort", "unique", "filter"];
    let mut parts = text.split('|').map(str::trim);
    let list = parts.next().unwrap_or_default();
    let keeps = |filter: &str| KEEPING.iter().any(|name| filter.starts_with(name));
    if parts.all(keeps) && list.chars().all(|c| is_word(c) || c == '.') { list } else { "" }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// The shape of `article.authors`, if it is known.
fn lookup<'s>(chain: &str, locals: &'s Local, shapes: &'s Shapes) -> Option<&'s Shape> {
    let mut parts = chain.split('.');
    let root = parts.next()?;
    let first = match locals.get(root) {
        Some(local) => local.as_ref(),
        None => shapes.0.get(root),
    };
    parts.try_fold(first?, |shape, part| shape.members.get(part))
}

/// The first member of a chain that is not there: its offset, its name, and what is there.
fn unknown(chain: &str, locals: &Local, shapes: &Shapes) -> Option<(usize, String, Vec<String>)> {
    let mut at = 0;
    for part in chain.split('.') {
        if at > 0 {
            let owner = &chain[..at - 1];
            if owner.split('.').any(|part| OPEN.contains(&part)) {
                return None;
            }
            let shape = lookup(owner, locals, shapes)?;
            // A name that a loop gives may hide a variable of pages, elsewhere in the same template.
            let page = shapes.0.get(owner).filter(|_| locals.contains_key(owner));
            let is_there = shape.members.contains_key(part) || page.is_some_and(|page| page.members.contains_key(part));
            if !shape.members.is_empty() && !is_there {
                return Some((at, part.to_owned(), shape.members.keys().cloned().collect()));
            }
        }
        at += part.len() + 1;
    }
    None
}

/// Names with members, `article.title`, in a tag, outside of texts in quotes; functions are none.
fn chains(tag: &str) -> Vec<(usize, &str)> {
    let mut chains = Vec::new();
    let mut quote: Option<char> = None;
    let mut at = 0;
    while let Some(c) = tag[at..].chars().next() {
        match quote {
            Some(open) => {
                quote = (c != open).then_some(open);
                at += c.len_utf8();
            }
            None if matches!(c, '"' | '\'' | '`') => {
                quote = Some(c);
                at += 1;
            }
            None if is_word(c) => {
                let length = tag[at..].find(|c: char| !is_word(c) && c != '.').unwrap_or(tag.len() - at);
                let chain = tag[at..at + length].trim_end_matches('.');
                let is_whole = !tag[..at].ends_with(['.', '<']) && !tag[at + length..].starts_with('(');
                if chain.contains('.') && is_whole && !c.is_ascii_digit() {
                    chains.push((at, chain));
                }
                at += length;
            }
            None => at += c.len_utf8(),
        }
    }
    let is_definition = ["component ", "endcomponent ", "block "]
        .iter()
        .any(|word| tag.trim_start_matches(['-', ' ', '\n']).starts_with(word));
    if is_definition { Vec::new() } else { chains }
}

/// The names of all variables that were seen, for tests of the shapes themselves.
impl Shapes {
    /// The variables that pages had.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::layers::Layers;
    use super::super::scan::{sources, tests::layer};
    use super::*;

    fn found(template: &str) -> Vec<String> {
        let mut shapes = Shapes::default();
        let article = serde_json::json!({
            "title": "x", "extra": { "a": 1 }, "image": null,
            "authors": [{ "name": "n", "links": [{ "label": "l" }] }],
        });
        shapes.learn("article", &Value::from_serializable(&article));
        shapes.learn("page", &Value::from_serializable(&serde_json::json!({ "kind": "article" })));
        let layers = Layers::of_layers(vec![layer("site", &[("templates/a.html", template)])]);
        let mut diagnostics = Vec::new();
        check(&sources(&layers), &shapes, &mut diagnostics);
        diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn members_that_are_not_there_are_found() {
        let none: [&str; 0] = [];
        assert_eq!(found("{% if article.titel %}{{ page.kind }}{% endif %}"), ["`article` has no member `titel`"]);
        assert_eq!(
            found(
                "{% for one in article.authors %}{{ one.nam }}{% for link in one.links %}{{ link.url }}{% endfor %}{% endfor %}"
            ),
            ["`one` has no member `nam`", "`link` has no member `url`"]
        );
        assert_eq!(found("{{ article.image.url }}{{ article.extra.b }}{{ \"article.x\" }}{# article.y #}"), none);
        assert_eq!(found("{% component card(article) %}{{ article.x }}{% endcomponent card %}"), none);
        assert_eq!(found("{% for page in pagination.pages %}{{ page.number }}{% endfor %}"), none);
        assert_eq!(found("{% set article = 1 %}{{ article.z }}{{ loop.index }}"), none);
    }
}
