//! Finds members that a variable never has: `article.titel`. Rendering finds some of these, but a condition on a
//! missing member is just false.

use std::collections::BTreeMap;

use tera::Value;

use super::scan::{TemplateSource, is_word};
use crate::diagnostic::{Diagnostic, Span, nearest};

/// Members of variables, collected from their values on many pages.
#[derive(Clone, Debug, Default)]
pub struct Shapes(BTreeMap<String, Shape>);

/// Members of a map, or of the items of a list.
#[derive(Clone, Debug, Default)]
struct Shape {
    members: BTreeMap<String, Shape>,
    items: Option<Box<Shape>>,
}

/// Maps whose members are chosen by the site.
const OPEN_MAPS: [&str; 4] = ["extra", "data", "fields", "fragments"];

impl Shapes {
    /// Adds the members in a variable's value on one page.
    pub fn add(&mut self, name: &str, value: &Value) {
        self.0.entry(name.to_owned()).or_default().add(value);
    }

    /// Adds the members that another collection has.
    pub fn merge(&mut self, other: Shapes) {
        for (name, shape) in other.0 {
            self.0.entry(name).or_default().merge(&shape);
        }
    }
}

impl Shape {
    fn add(&mut self, value: &Value) {
        if let Some(map) = value.as_map() {
            for (key, value) in map {
                if let Some(key) = key.as_str() {
                    self.members.entry(key.to_owned()).or_default().add(value);
                }
            }
        }
        for item in value.as_array().unwrap_or_default() {
            self.items.get_or_insert_default().add(item);
        }
    }

    /// Returns whether any value had members or items.
    fn is_known(&self) -> bool {
        !self.members.is_empty() || self.items.is_some()
    }

    fn merge(&mut self, other: &Shape) {
        for (name, shape) in &other.members {
            self.members.entry(name.clone()).or_default().merge(shape);
        }
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
    }
}

/// Names that a template defines itself, the innermost last: loop variables, component parameters, assigned names.
/// `None` if the shape of the value is unknown.
type Locals<'s> = Vec<(&'s str, Option<&'s Shape>)>;

/// Shapes of the arguments of components, by component and argument, over all calls; `None` if a call passes an unknown
/// shape.
type ArgumentShapes = BTreeMap<(String, String), Option<Shape>>;

/// Greatest depth to which components call each other.
const MAX_DEPTH: usize = 4;

/// Collects the shapes of arguments from all calls. A component may pass on its own arguments, so the calls are
/// collected again with the shapes known so far.
fn argument_shapes(sources: &[TemplateSource<'_>], shapes: &Shapes) -> ArgumentShapes {
    (0..MAX_DEPTH).fold(ArgumentShapes::new(), |known, _| {
        let mut argument_shapes = ArgumentShapes::new();
        for source in sources {
            walk(source, shapes, &known, |locals, _, tag| {
                for (component, argument, value) in calls(tag) {
                    let shape = lookup(plain_list(value), locals, shapes).filter(|shape| shape.is_known());
                    merge(&mut argument_shapes, (component.to_owned(), argument.to_owned()), shape);
                }
            });
        }
        argument_shapes
    })
}

/// Returns the shape of an argument that the program passes to blocks itself, whatever the author has written.
fn given_by_program<'s>(component: &str, argument: &str, shapes: &'s Shapes) -> Option<&'s Shape> {
    let is_block = component.starts_with("block.") || component.starts_with("plain.");
    match argument {
        "articles" => shapes.0.get("latest").filter(|_| is_block),
        "newsletter" => shapes.0.get("newsletter").filter(|_| is_block),
        _ => None,
    }
}

/// Adds a shape to those of a name. Once unknown, it stays unknown.
fn merge<K: Ord>(shapes: &mut BTreeMap<K, Option<Shape>>, name: K, shape: Option<&Shape>) {
    match (shapes.get_mut(&name), shape) {
        (None, shape) => drop(shapes.insert(name, shape.cloned())),
        (Some(Some(before)), Some(shape)) => before.merge(shape),
        (Some(before), _) => *before = None,
    }
}

/// Returns the component calls in a tag, `<byline authors={card.authors} />`: component, argument and expression.
fn calls(tag: &str) -> Vec<(&str, &str, &str)> {
    let mut calls = Vec::new();
    for piece in tag.split('<').skip(1).filter(|piece| piece.starts_with(char::is_alphabetic)) {
        let end = piece.find(|c: char| !is_word(c) && c != '.').unwrap_or(piece.len());
        let (component, arguments) = piece.split_at(end);
        for (at, _) in arguments.match_indices("={") {
            let name = &arguments[arguments[..at].rfind(|c: char| !is_word(c)).map_or(0, |before| before + 1)..at];
            let value = arguments[at + 2..].split('}').next().unwrap_or_default();
            calls.push((component, name, value));
        }
    }
    calls
}

/// Reports every member that its variable does not have.
pub(super) fn check(sources: &[TemplateSource<'_>], shapes: &Shapes, diagnostics: &mut Vec<Diagnostic>) {
    let argument_shapes = argument_shapes(sources, shapes);
    for source in sources {
        walk(source, shapes, &argument_shapes, |locals, start, tag| {
            for (at, chain) in chains(tag) {
                let missing = unknown(chain, locals, shapes);
                diagnostics
                    .extend(missing.map(|(offset, known)| missing_member(source, start + at, chain, offset, &known)));
            }
        });
    }
}

/// Makes the diagnostic for a missing member of a chain.
fn missing_member(
    source: &TemplateSource<'_>,
    start: usize,
    chain: &str,
    offset: usize,
    known: &[String],
) -> Diagnostic {
    let (owner, rest) = (&chain[..offset - 1], &chain[offset..]);
    let name = rest.split('.').next().unwrap_or_default();
    let at = start + offset;
    let diagnostic = Diagnostic::error("template", format!("`{owner}` has no member `{name}`"));
    let diagnostic = diagnostic.at(source.file(), Span::Bytes(at..at + name.len()));
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("it has {}", known.join(", "))),
    }
}

/// Visits the tags of a template, each with the names defined there.
fn walk<'s>(
    source: &TemplateSource<'s>,
    shapes: &'s Shapes,
    argument_shapes: &'s ArgumentShapes,
    mut each: impl FnMut(&Locals<'s>, usize, &'s str),
) {
    let mut locals: Locals<'s> = Vec::new();
    // For each open loop, the number of names defined before it.
    let mut open: Vec<usize> = Vec::new();
    for (start, tag) in source.tags() {
        let word = tag.trim_matches(['-', ' ', '\n']);
        let set = word.strip_prefix("set ").or_else(|| word.strip_prefix("set_global "));
        if let Some((component, arguments)) = word.strip_prefix("component ").and_then(|rest| rest.split_once('(')) {
            // A component sees only its parameters.
            open.clear();
            locals.clear();
            let of_call = |name: &str| argument_shapes.get(&(component.trim().to_owned(), name.to_owned()));
            let shape = |name: &'s str| {
                let called = of_call(name).and_then(Option::as_ref);
                called.or_else(|| given_by_program(component, name, shapes))
            };
            locals.extend(parameters(arguments).map(|name| (name, shape(name))).chain([("body", None)]));
        } else if word.starts_with("endcomponent") {
            locals.clear();
        } else if let Some((names, list)) = word.strip_prefix("for ").and_then(|rest| rest.split_once(" in ")) {
            each(&locals, start, tag);
            let list = lookup(plain_list(list), &locals, shapes).filter(|_| !names.contains(','));
            let item = list.and_then(|shape| shape.items.as_deref());
            open.push(locals.len());
            locals.extend(names.split(',').map(|name| (name.trim(), item)).chain([("loop", None)]));
            continue;
        } else if word == "endfor" {
            locals.truncate(open.pop().unwrap_or(0));
        } else if let Some((name, _)) = set.and_then(|rest| rest.split_once('=')) {
            // An assignment is valid to the end of the template, also inside a loop.
            locals.insert(0, (name.trim(), None));
            open.iter_mut().for_each(|begin| *begin += 1);
        }
        let before = locals.len();
        locals.extend(comprehension_names(tag).into_iter().map(|name| (name, None)));
        each(&locals, start, tag);
        locals.truncate(before);
    }
}

/// Returns the names that list comprehensions in an expression define: `[item.url for item in list]`.
fn comprehension_names(expression: &str) -> Vec<&str> {
    let pieces = expression.split(" for ").skip(1);
    pieces.filter_map(|piece| piece.split_once(" in ")).flat_map(|(names, _)| identifiers(names)).collect()
}

/// Returns the list in an expression if it is a name alone, or with filters that keep the items unchanged; else an
/// empty text.
fn plain_list(text: &str) -> &str {
    const KEEPING: [&str; 5] = ["slice", "reverse", "sort", "unique", "filter"];
    let mut parts = text.split('|').map(str::trim);
    let list = parts.next().unwrap_or_default();
    let keeps = |filter: &str| KEEPING.iter().any(|name| filter.starts_with(name));
    if parts.all(keeps) && list.chars().all(|c| is_word(c) || c == '.') { list } else { "" }
}

/// Returns the names of a component's parameters, without types and defaults.
fn parameters(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split(',').map(|part| part.split([':', '=', ')']).next().unwrap_or_default().trim());
    names.filter(|name| !name.is_empty() && name.chars().all(is_word))
}

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// Returns the shape of a chain such as `article.authors`; `None` if it is unknown.
fn lookup<'s>(chain: &str, locals: &Locals<'s>, shapes: &'s Shapes) -> Option<&'s Shape> {
    let mut parts = chain.split('.');
    let root = parts.next()?;
    let first = match locals.iter().rev().find(|(name, _)| *name == root) {
        Some((_, local)) => *local,
        None => shapes.0.get(root),
    };
    parts.try_fold(first?, |shape, part| shape.members.get(part))
}

/// Returns the first missing member of a chain: its byte offset in the chain, and the members that exist.
fn unknown(chain: &str, locals: &Locals<'_>, shapes: &Shapes) -> Option<(usize, Vec<String>)> {
    let mut at = 0;
    for part in chain.split('.') {
        if at > 0 {
            let owner = &chain[..at - 1];
            if owner.split('.').any(|part| OPEN_MAPS.contains(&part)) {
                return None;
            }
            let shape = lookup(owner, locals, shapes)?;
            if !shape.members.is_empty() && !shape.members.contains_key(part) {
                return Some((at, shape.members.keys().cloned().collect()));
            }
        }
        at += part.len() + 1;
    }
    None
}

/// Returns the chains in a tag, such as `article.title`, outside of quoted texts; function calls are not included.
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

#[cfg(test)]
mod tests {
    use super::super::scan::{template_sources, tests::layer};
    use super::*;
    use crate::theme::layers::Layers;

    fn found(template: &str) -> Vec<String> {
        let mut shapes = Shapes::default();
        let article = serde_json::json!({
            "title": "x", "extra": { "a": 1 }, "image": null,
            "authors": [{ "name": "n", "links": [{ "label": "l" }] }],
        });
        shapes.add("article", &Value::from_serializable(&article));
        shapes.add("page", &Value::from_serializable(&serde_json::json!({ "kind": "article" })));
        let layers = Layers::of_layers(vec![layer("site", &[("templates/a.html", template)])]);
        let mut diagnostics = Vec::new();
        check(&template_sources(&layers), &shapes, &mut diagnostics);
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
        let byline = "{% component byline(who: map, n = 1) %}{{ who.nam }}{% endcomponent byline %}";
        assert_eq!(
            found(&format!("{byline}{{% for one in article.authors %}}{{{{ <byline who={{one}} /> }}}}{{% endfor %}}")),
            ["`who` has no member `nam`"]
        );
        assert_eq!(found(&format!("{byline}{{{{ <byline who={{article.authors | first}} /> }}}}")), none);
        assert_eq!(found("{% set article = 1 %}{{ article.z }}{{ loop.index }}"), none);
    }
}
