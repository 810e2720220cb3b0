//! What is wrong with the templates, all of it. The engine stops at the first mistake of most kinds, so the templates
//! are loaded again and again, each time with those mended that were told last.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tera::{ErrorKind, Kwargs, State, Tera, Value};

use super::layers::Layers;
use crate::diagnostic::{Diagnostic, Span};

/// Templates by their full names: `site/article.html`.
type Templates = BTreeMap<String, String>;

/// Tells every mistake of templates that cannot be loaded. The engine is one with all of them mended; `None` when that
/// cannot be done.
pub(super) fn explain(
    layers: &Layers,
    templates: Vec<(String, String)>,
    prepared: impl Fn() -> Tera,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Tera> {
    let mut mending = TemplateRepair::new(layers, templates.into_iter().collect());
    mending.unreadable(&prepared, diagnostics);
    // Each round takes out at least one mistake, and loads all templates: the first so many are enough.
    for _ in 0..MOST {
        let mut tera = prepared();
        mending.register(&mut tera);
        let Err(error) = tera.add_raw_templates(&mending.templates) else { return Some(tera) };
        if !mending.take_out(&error, diagnostics) {
            return None;
        }
    }
    None
}

/// How many mistakes are looked for of which the engine tells one at a time.
const MOST: usize = 100;

/// Templates out of which mistakes are taken.
struct TemplateRepair<'a> {
    layers: &'a Layers,
    templates: Templates,
    /// Components of templates that cannot be read: nobody is to blame for calling these.
    excused: BTreeSet<String>,
    /// Filters, functions and tests that are called and not there: the word for the kind, and the name.
    unknown: BTreeSet<(String, String)>,
}

impl<'a> TemplateRepair<'a> {
    fn new(layers: &'a Layers, templates: Templates) -> TemplateRepair<'a> {
        TemplateRepair { layers, templates, excused: BTreeSet::new(), unknown: BTreeSet::new() }
    }

    /// Tells which templates cannot be read at all, and empties these but for the blocks that others fill.
    fn unreadable(&mut self, prepared: impl Fn() -> Tera, diagnostics: &mut Vec<Diagnostic>) {
        for (name, text) in &mut self.templates {
            let Err(error) = prepared().add_raw_template(name, text) else { continue };
            if matches!(error.kind(), ErrorKind::SyntaxError(_)) {
                diagnostics.push(template_error(&error, self.layers));
                self.excused.extend(defined(text, "component"));
                let blocks = defined(text, "block").into_iter();
                *text = blocks.map(|block| format!("{{% block {block} %}}{{% endblock %}}")).collect();
            }
        }
    }

    /// Puts something in the place of all that is called and not there.
    fn register(&self, tera: &mut Tera) {
        for (kind, name) in self.unknown.iter().cloned() {
            match kind.as_str() {
                "filter" => tera.register_filter(name, |value: &Value, _: Kwargs, _: &State| value.clone()),
                "function" => tera.register_function(name, |_: Kwargs, _: &State| String::new()),
                _ => tera.register_test(name, |_: &Value, _: Kwargs, _: &State| true),
            }
        }
    }

    /// Tells what shows when all templates are together, and takes it out; whether that could be done.
    fn take_out(&mut self, error: &tera::Error, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let reports = reports(error);
        if reports.is_empty() {
            diagnostics.push(template_error(error, self.layers));
        }
        match error.kind() {
            ErrorKind::MissingParent { current: template, .. } | ErrorKind::CircularExtend { tpl: template, .. } => {
                self.erase(template, |text| tag(text, "extends", None))
            }
            ErrorKind::CircularInclude { tpl, include_chain } => {
                let next = following(tpl, include_chain);
                self.erase(tpl, |text| tag(text, "include", next))
            }
            ErrorKind::Msg(words) => match twice_defined(words) {
                Some((_, template)) => self.templates.insert(template.to_owned(), String::new()).is_some(),
                None => {
                    let mut is_mended = false;
                    for report in &reports {
                        is_mended |= self.tell(report, diagnostics);
                    }
                    is_mended
                }
            },
            _ => false,
        }
    }

    /// Tells a report, and puts something in the place of what is missing; whether that could be done.
    fn tell(&mut self, report: &MissingReference<'_>, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let MissingReference { template, words, .. } = *report;
        let unknown = words.strip_prefix("Unknown ").and_then(|rest| rest.strip_suffix('`')?.split_once(" `"));
        let Some((kind, name)) = unknown else {
            let help = "blocks of a template that extends another are those of the other, or stand inside one";
            diagnostics.push(report.diagnostic(self.layers).help(help));
            return false;
        };
        if !self.excused.contains(name) || kind != "component" {
            diagnostics.push(self.advised(report.diagnostic(self.layers), kind, name));
        }
        let stand_in = match kind {
            "template" => (format!("site/{name}"), String::new()),
            "component" => {
                (format!("{template} {name}"), format!("{{% component {name}() %}}{{% endcomponent {name} %}}"))
            }
            _ => return self.unknown.insert((kind.to_owned(), name.to_owned())),
        };
        self.templates.insert(stand_in.0, stand_in.1);
        true
    }

    fn advised(&self, diagnostic: Diagnostic, kind: &str, name: &str) -> Diagnostic {
        let components = || self.templates.values().flat_map(|text| defined(text, "component"));
        match kind {
            "template" => {
                diagnostic.help(format!("add `templates/{name}`")).suggest_path(name, self.layers.names(TEMPLATES))
            }
            "component" => {
                let known: BTreeSet<String> = components().collect();
                let help = format!("define it: `{{% component {name}() %}}…{{% endcomponent {name} %}}`");
                diagnostic.help(help).suggest(name, known.iter().map(String::as_str))
            }
            "function" => diagnostic.help("templates have the functions `t` and `asset`, and those of Tera"),
            "filter" => diagnostic.help("templates have the filter `urlencode`, and those of Tera"),
            _ => diagnostic.help("templates have the tests of Tera"),
        }
    }

    /// Puts spaces in the place of a tag, so that all else stays where it is.
    fn erase(&mut self, template: &str, find: impl Fn(&str) -> Option<Range<usize>>) -> bool {
        let Some(text) = self.templates.get_mut(template) else { return false };
        let Some(range) = find(text) else { return false };
        let spaces: String = text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        text.replace_range(range, &spaces);
        true
    }
}

/// The folder of templates in a layer.
const TEMPLATES: &str = "templates/";

/// What of other templates, components, filters and functions is named and not there: the engine tells all of it in
/// one text, each as `error: WORDS`, then `--> TEMPLATE:LINE:COLUMN`.
struct MissingReference<'a> {
    words: &'a str,
    template: &'a str,
    line: usize,
    column: usize,
}

impl MissingReference<'_> {
    fn diagnostic(&self, layers: &Layers) -> Diagnostic {
        let spot = Span::Line(self.line, self.column);
        Diagnostic::error("template", lower(self.words)).at(place_of(self.template, layers), spot)
    }
}

fn reports(error: &tera::Error) -> Vec<MissingReference<'_>> {
    let ErrorKind::Msg(text) = error.kind() else { return Vec::new() };
    let mut reports = Vec::new();
    let mut words = None;
    for line in text.lines() {
        if let Some(reported) = line.strip_prefix("error: ") {
            words = Some(reported);
        }
        let Some(place) = line.trim_start().strip_prefix("--> ") else { continue };
        let mut parts = place.rsplitn(3, ':');
        let (column, line, template) = (parts.next(), parts.next(), parts.next());
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
        if let (Some(words), Some(line), Some(column), Some(template)) =
            (words.take(), number(line), number(column), template)
        {
            reports.push(MissingReference { words, template, line, column });
        }
    }
    reports
}

/// Turns an error of the engine into a diagnostic at the template's line.
#[must_use]
pub fn template_error(error: &tera::Error, layers: &Layers) -> Diagnostic {
    let at = |message: String, template: &str, spot: Span| {
        Diagnostic::error("template", message).at(place_of(template, layers), spot)
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            at(lower(report.message()), report.filename(), Span::Bytes(report.span().range.clone()))
        }
        ErrorKind::MissingParent { current, parent } => {
            let spot = spot(current, layers, |text| tag(text, "extends", None));
            at(format!("this extends `{parent}`, which is not there"), current, spot)
                .help(format!("add `templates/{parent}`"))
                .suggest_path(parent, layers.names(TEMPLATES))
        }
        ErrorKind::CircularExtend { tpl, .. } => {
            let spot = spot(tpl, layers, |text| tag(text, "extends", None));
            at("this extends itself in the end".into(), tpl, spot).help(IN_PLACE)
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let spot = spot(tpl, layers, |text| tag(text, "include", following(tpl, include_chain)));
            at("this includes itself in the end".into(), tpl, spot).help(IN_PLACE)
        }
        ErrorKind::Msg(words) if twice_defined(words).is_some() => {
            let (component, template) = twice_defined(words).expect("just seen");
            let spot = spot(template, layers, |text| definition(text, component));
            let first = words.split('`').nth(3).map(|first| place_of(first, layers)).unwrap_or_default();
            at(format!("the component `{component}` is defined in `{first}` too"), template, spot)
                .help("give one of them another name")
        }
        _ => Diagnostic::error("template", lower(&error.to_string())),
    }
}

/// The template that a template extends, as it names it.
#[must_use]
pub fn parent_template(text: &str) -> Option<&str> {
    let range = tag(text, "extends", None)?;
    inside(text, &range).1.split(['"', '\'', '`']).nth(1)
}

/// Advice for templates that name themselves.
const IN_PLACE: &str = "for the theme's template of the same name, write the theme's name before it, \
                        `broadsheet/article.html` say";

/// The component, and the second of the templates, of which the engine says: Component `x` is defined in both `a` and
/// `b`.
fn twice_defined(words: &str) -> Option<(&str, &str)> {
    let mut quoted = words.strip_prefix("Component `")?.split('`');
    Some((quoted.next()?, quoted.nth(3)?))
}

/// The template that comes after this one in a chain.
fn following<'c>(template: &str, chain: &'c [String]) -> Option<&'c str> {
    let at = chain.iter().position(|name| name == template)?;
    chain.get(at + 1).map(String::as_str)
}

/// Where in a template something stands: the word behind the tag's opening.
fn spot(template: &str, layers: &Layers, find: impl Fn(&str) -> Option<Range<usize>>) -> Span {
    let Some((layer, name)) = template.split_once('/') else { return Span::Whole };
    let bytes = layers.iter().find(|known| known.name == layer);
    let bytes = bytes.and_then(|layer| layer.files.get(&format!("{TEMPLATES}{name}")));
    let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let Some(range) = find(text) else { return Span::Whole };
    let (at, inside) = inside(text, &range);
    Span::Bytes(at..at + inside.find(char::is_whitespace).unwrap_or(inside.len()))
}

/// The tags `{% … %}` of a template.
fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("{%").map(|(at, _)| at..text[at..].find("%}").map_or(text.len(), |end| at + end + 2))
}

/// What stands in a tag, and where it begins.
fn inside<'t>(text: &'t str, range: &Range<usize>) -> (usize, &'t str) {
    let open = &text[range.start + 2..range.end];
    let plain = open.trim_start_matches(['-', ' ', '\t', '\r', '\n']);
    let at = range.end - plain.len();
    (at, plain.strip_suffix("%}").unwrap_or(plain).trim_end_matches(['-', ' ', '\t', '\r', '\n']))
}

/// The first tag of a kind, the one that names a template if there is such a one.
fn tag(text: &str, word: &str, named: Option<&str>) -> Option<Range<usize>> {
    let of_kind = || tags(text).filter(|range| inside(text, range).1.split(char::is_whitespace).next() == Some(word));
    let name = |range: &Range<usize>| inside(text, range).1.split(['"', '\'', '`']).nth(1).unwrap_or_default();
    let is_named = |range: &Range<usize>| {
        named.is_some_and(|full| name(range) == full || full.split_once('/').is_some_and(|(_, own)| name(range) == own))
    };
    of_kind().find(is_named).or_else(|| of_kind().next())
}

/// The tag that defines a component.
fn definition(text: &str, component: &str) -> Option<Range<usize>> {
    tags(text).find(|range| name_in(inside(text, range).1, "component") == Some(component))
}

/// What the tags of a kind define, blocks or components.
fn defined(text: &str, word: &str) -> BTreeSet<String> {
    tags(text).filter_map(|range| name_in(inside(text, &range).1, word)).map(str::to_owned).collect()
}

/// The name behind a tag's word.
fn name_in<'t>(tag: &'t str, word: &str) -> Option<&'t str> {
    let rest = tag.strip_prefix(word)?;
    let name = rest.trim_start();
    let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '-')).unwrap_or(name.len());
    (name.len() < rest.len() && end > 0).then(|| &name[..end])
}

/// Words of the engine as ours begin and end.
fn lower(words: &str) -> String {
    let mut chars = words.trim_end_matches('.').chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect::<String>()).unwrap_or_default()
}

/// `broadsheet/article.html` is `themes/broadsheet/templates/article.html`; `site/…` is `templates/…`.
fn place_of(template: &str, layers: &Layers) -> String {
    let layer =
        layers.iter().find(|layer| template.strip_prefix(&layer.name).is_some_and(|rest| rest.starts_with('/')));
    match layer {
        Some(layer) => format!("{}templates{}", layer.place, &template[layer.name.len()..]),
        None => template.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_what_they_define_are_found() {
        let text = "{%- extends \"base.html\" -%}\n{% include 'site/a.html' %}{% include \"b.html\" %}\n{% block main %}{% component x.y(a: string) %}";
        let check = |range: Option<Range<usize>>, expected: &str| assert_eq!(&text[range.unwrap()], expected);
        check(tag(text, "extends", None), "{%- extends \"base.html\" -%}");
        check(tag(text, "include", Some("site/a.html")), "{% include 'site/a.html' %}");
        check(tag(text, "include", Some("broadsheet/b.html")), "{% include \"b.html\" %}");
        check(definition(text, "x.y"), "{% component x.y(a: string) %}");
        assert_eq!(defined(text, "block"), BTreeSet::from(["main".to_owned()]));
        assert_eq!(defined("{% blocks a %}{% block", "block"), BTreeSet::new());
        assert_eq!(twice_defined("Component `x` is defined in both `a` and `b`"), Some(("x", "b")));
    }
}
