//! Finds all errors of the templates. Tera stops at the first error of most kinds, so the templates are loaded again
//! and again, each time with the errors repaired that were reported last.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tera::{ErrorKind, Kwargs, State, Tera, Value};

use super::layers::Layers;
use crate::diagnostic::{Diagnostic, Span};

/// Templates by full name: `site/article.html`.
type Templates = BTreeMap<String, String>;

/// Reports every error of templates that cannot be loaded. Returns an engine with repaired templates; `None` if they
/// cannot be repaired.
pub(super) fn explain(
    layers: &Layers,
    templates: Vec<(String, String)>,
    new_engine: impl Fn() -> Tera,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Tera> {
    let mut repair = TemplateRepair::new(layers, templates.into_iter().collect());
    repair.unreadable(&new_engine, diagnostics);
    // Each round repairs at least one error but loads all templates, so the number of rounds is limited.
    for _ in 0..MAX_ROUNDS {
        let mut tera = new_engine();
        repair.register(&mut tera);
        let Err(error) = tera.add_raw_templates(&repair.templates) else { return Some(tera) };
        if !repair.repair_error(&error, diagnostics) {
            return None;
        }
    }
    None
}

/// Greatest number of errors that are found one at a time.
const MAX_ROUNDS: usize = 100;

/// Templates while they are repaired.
struct TemplateRepair<'a> {
    layers: &'a Layers,
    templates: Templates,
    /// Components of templates with syntax errors; calls of them are not reported.
    skipped: BTreeSet<String>,
    /// Unknown filters, functions and tests that templates use: kind and name.
    unknown: BTreeSet<(String, String)>,
}

impl<'a> TemplateRepair<'a> {
    fn new(layers: &'a Layers, templates: Templates) -> TemplateRepair<'a> {
        TemplateRepair { layers, templates, skipped: BTreeSet::new(), unknown: BTreeSet::new() }
    }

    /// Reports templates with syntax errors, and replaces them by the template blocks that they define.
    fn unreadable(&mut self, new_engine: impl Fn() -> Tera, diagnostics: &mut Vec<Diagnostic>) {
        for (name, text) in &mut self.templates {
            let Err(error) = new_engine().add_raw_template(name, text) else { continue };
            if matches!(error.kind(), ErrorKind::SyntaxError(_)) {
                diagnostics.push(template_error(&error, self.layers));
                self.skipped.extend(defined(text, "component"));
                let blocks = defined(text, "block").into_iter();
                *text = blocks.map(|block| format!("{{% block {block} %}}{{% endblock %}}")).collect();
            }
        }
    }

    /// Registers dummies for unknown filters, functions and tests.
    fn register(&self, tera: &mut Tera) {
        for (kind, name) in self.unknown.iter().cloned() {
            match kind.as_str() {
                "filter" => tera.register_filter(name, |value: &Value, _: Kwargs, _: &State| value.clone()),
                "function" => tera.register_function(name, |_: Kwargs, _: &State| String::new()),
                _ => tera.register_test(name, |_: &Value, _: Kwargs, _: &State| true),
            }
        }
    }

    /// Reports an error that appears when all templates are loaded together, and repairs it; returns whether it could.
    fn repair_error(&mut self, error: &tera::Error, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let reports = reports(error);
        if reports.is_empty() {
            diagnostics.push(template_error(error, self.layers));
        }
        match error.kind() {
            ErrorKind::MissingParent { current: template, .. } | ErrorKind::CircularExtend { tpl: template, .. } => {
                self.erase(template, |text| tag(text, "extends", None))
            }
            ErrorKind::CircularInclude { tpl, include_chain } => {
                let next = next_in(tpl, include_chain);
                self.erase(tpl, |text| tag(text, "include", next))
            }
            ErrorKind::Msg(message) => match duplicate_component(message) {
                Some((_, template)) => self.templates.insert(template.to_owned(), String::new()).is_some(),
                None => {
                    let mut is_repaired = false;
                    for report in &reports {
                        is_repaired |= self.repair_reference(report, diagnostics);
                    }
                    is_repaired
                }
            },
            _ => false,
        }
    }

    /// Reports a missing reference and adds a dummy; returns whether it could.
    fn repair_reference(&mut self, report: &MissingReference<'_>, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let MissingReference { template, message, .. } = *report;
        let unknown = message.strip_prefix("Unknown ").and_then(|rest| rest.strip_suffix('`')?.split_once(" `"));
        let Some((kind, name)) = unknown else {
            let help = "blocks of a template that extends another are those of the other, or inside one";
            diagnostics.push(report.diagnostic(self.layers).help(help));
            return false;
        };
        if !self.skipped.contains(name) || kind != "component" {
            diagnostics.push(self.with_help(report.diagnostic(self.layers), kind, name));
        }
        let dummy = match kind {
            "template" => (format!("site/{name}"), String::new()),
            "component" => {
                (format!("{template} {name}"), format!("{{% component {name}() %}}{{% endcomponent {name} %}}"))
            }
            _ => return self.unknown.insert((kind.to_owned(), name.to_owned())),
        };
        self.templates.insert(dummy.0, dummy.1);
        true
    }

    fn with_help(&self, diagnostic: Diagnostic, kind: &str, name: &str) -> Diagnostic {
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

    /// Replaces a tag by spaces, so that all positions stay valid.
    fn erase(&mut self, template: &str, find: impl Fn(&str) -> Option<Range<usize>>) -> bool {
        let Some(text) = self.templates.get_mut(template) else { return false };
        let Some(range) = find(text) else { return false };
        let spaces: String = text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        text.replace_range(range, &spaces);
        true
    }
}

/// Folder of the templates in a layer.
const TEMPLATES: &str = "templates/";

/// A reference to a missing template, component, filter or function. Tera reports all of them in one text, each as
/// `error: MESSAGE` and `--> TEMPLATE:LINE:COLUMN`.
struct MissingReference<'a> {
    message: &'a str,
    template: &'a str,
    line: usize,
    column: usize,
}

impl MissingReference<'_> {
    fn diagnostic(&self, layers: &Layers) -> Diagnostic {
        let span_of = Span::Line(self.line, self.column);
        Diagnostic::error("template", lower(self.message)).at(file_of(self.template, layers), span_of)
    }
}

fn reports(error: &tera::Error) -> Vec<MissingReference<'_>> {
    let ErrorKind::Msg(text) = error.kind() else { return Vec::new() };
    let mut reports = Vec::new();
    let mut message = None;
    for line in text.lines() {
        if let Some(reported) = line.strip_prefix("error: ") {
            message = Some(reported);
        }
        let Some(place) = line.trim_start().strip_prefix("--> ") else { continue };
        let mut parts = place.rsplitn(3, ':');
        let (column, line, template) = (parts.next(), parts.next(), parts.next());
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
        if let (Some(message), Some(line), Some(column), Some(template)) =
            (message.take(), number(line), number(column), template)
        {
            reports.push(MissingReference { message, template, line, column });
        }
    }
    reports
}

/// Makes the diagnostic of an error of Tera, located in the template.
#[must_use]
pub fn template_error(error: &tera::Error, layers: &Layers) -> Diagnostic {
    let at = |message: String, template: &str, span_of: Span| {
        Diagnostic::error("template", message).at(file_of(template, layers), span_of)
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            at(lower(report.message()), report.filename(), Span::Bytes(report.span().range.clone()))
        }
        ErrorKind::MissingParent { current, parent } => {
            let span_of = span_of(current, layers, |text| tag(text, "extends", None));
            at(format!("this extends `{parent}`, which does not exist"), current, span_of)
                .help(format!("add `templates/{parent}`"))
                .suggest_path(parent, layers.names(TEMPLATES))
        }
        ErrorKind::CircularExtend { tpl, .. } => {
            let span_of = span_of(tpl, layers, |text| tag(text, "extends", None));
            at("this extends itself, directly or through others".into(), tpl, span_of).help(SELF_REFERENCE_HELP)
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let span_of = span_of(tpl, layers, |text| tag(text, "include", next_in(tpl, include_chain)));
            at("this includes itself, directly or through others".into(), tpl, span_of).help(SELF_REFERENCE_HELP)
        }
        ErrorKind::Msg(message) if duplicate_component(message).is_some() => {
            let (component, template) = duplicate_component(message).expect("just seen");
            let span_of = span_of(template, layers, |text| definition(text, component));
            let first = message.split('`').nth(3).map(|first| file_of(first, layers)).unwrap_or_default();
            at(format!("the component `{component}` is also defined in `{first}`"), template, span_of)
                .help("give one of them another name")
        }
        _ => Diagnostic::error("template", lower(&error.to_string())),
    }
}

/// Returns the name of the template that a template extends.
#[must_use]
pub fn parent_template(text: &str) -> Option<&str> {
    let range = tag(text, "extends", None)?;
    inside(text, &range).1.split(['"', '\'', '`']).nth(1)
}

/// Help for templates that extend or include themselves.
const SELF_REFERENCE_HELP: &str = "for the theme's template of the same name, write the theme's name before it, \
                        `broadsheet/article.html` say";

/// Parses Tera's message "Component `x` is defined in both `a` and `b`"; returns the component and the second template.
fn duplicate_component(message: &str) -> Option<(&str, &str)> {
    let mut quoted = message.strip_prefix("Component `")?.split('`');
    Some((quoted.next()?, quoted.nth(3)?))
}

/// Returns the next template after this one in a chain.
fn next_in<'c>(template: &str, chain: &'c [String]) -> Option<&'c str> {
    let at = chain.iter().position(|name| name == template)?;
    chain.get(at + 1).map(String::as_str)
}

/// Returns the span of the first word in a tag.
fn span_of(template: &str, layers: &Layers, find: impl Fn(&str) -> Option<Range<usize>>) -> Span {
    let Some((layer, name)) = template.split_once('/') else { return Span::Whole };
    let bytes = layers.iter().find(|known| known.name == layer);
    let bytes = bytes.and_then(|layer| layer.files.get(&format!("{TEMPLATES}{name}")));
    let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let Some(range) = find(text) else { return Span::Whole };
    let (at, inside) = inside(text, &range);
    Span::Bytes(at..at + inside.find(char::is_whitespace).unwrap_or(inside.len()))
}

/// Returns the tags `{% … %}` of a template.
fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("{%").map(|(at, _)| at..text[at..].find("%}").map_or(text.len(), |end| at + end + 2))
}

/// Returns the content of a tag and its byte offset.
fn inside<'t>(text: &'t str, range: &Range<usize>) -> (usize, &'t str) {
    let open = &text[range.start + 2..range.end];
    let plain = open.trim_start_matches(['-', ' ', '\t', '\r', '\n']);
    let at = range.end - plain.len();
    (at, plain.strip_suffix("%}").unwrap_or(plain).trim_end_matches(['-', ' ', '\t', '\r', '\n']))
}

/// Returns the first tag of a kind that names the template `named`; without such a tag, the first of the kind.
fn tag(text: &str, word: &str, named: Option<&str>) -> Option<Range<usize>> {
    let of_kind = || tags(text).filter(|range| inside(text, range).1.split(char::is_whitespace).next() == Some(word));
    let name = |range: &Range<usize>| inside(text, range).1.split(['"', '\'', '`']).nth(1).unwrap_or_default();
    let is_named = |range: &Range<usize>| {
        named.is_some_and(|full| name(range) == full || full.split_once('/').is_some_and(|(_, own)| name(range) == own))
    };
    of_kind().find(is_named).or_else(|| of_kind().next())
}

/// Returns the tag that defines a component.
fn definition(text: &str, component: &str) -> Option<Range<usize>> {
    tags(text).find(|range| name_in(inside(text, range).1, "component") == Some(component))
}

/// Returns the names that tags of a kind define: blocks or components.
fn defined(text: &str, word: &str) -> BTreeSet<String> {
    tags(text).filter_map(|range| name_in(inside(text, &range).1, word)).map(str::to_owned).collect()
}

/// Returns the name after a tag's keyword.
fn name_in<'t>(tag: &'t str, word: &str) -> Option<&'t str> {
    let rest = tag.strip_prefix(word)?;
    let name = rest.trim_start();
    let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '-')).unwrap_or(name.len());
    (name.len() < rest.len() && end > 0).then(|| &name[..end])
}

/// Converts a message of Tera to our form: lower case, no full stop.
fn lower(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect::<String>()).unwrap_or_default()
}

/// Returns the path of a template: `broadsheet/article.html` is `themes/broadsheet/templates/article.html`, `site/…` is
/// `templates/…`.
fn file_of(template: &str, layers: &Layers) -> String {
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
        assert_eq!(duplicate_component("Component `x` is defined in both `a` and `b`"), Some(("x", "b")));
    }
}
