//! The template engine: Tera with the templates of all layers, the functions `t` and `asset`, and checks made before
//! any page is rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tera::{ComponentArgType, Kwargs, State, Tera, Value};

use super::assets::Asset;
use super::layers::Layers;
use super::numbers::NumberFormat;
use super::social_cards::{ThemeFonts, fit_text};
use super::template_errors;
use super::translations::Translations;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pictures::{PictureMarkup, ShownImage, TEXT_SLOT};

/// What a page kind requires of its template.
#[derive(Clone, Copy, Debug)]
pub struct TemplateContract<'t> {
    /// Name of the template: `article.html`.
    pub template: &'t str,
    /// Name of the page kind in the documentation: `article`.
    pub kind: &'static str,
    /// Variables that the template gets.
    pub variables: &'static [&'static str],
    /// Template blocks that it, or a template that it extends, must have for sites to override.
    pub blocks: &'static [&'static str],
}

/// The theme contract: everything that the program asks of a theme.
#[derive(Clone, Copy, Debug)]
pub struct ThemeContract {
    /// Templates of the page kinds.
    pub pages: &'static [TemplateContract<'static>],
    /// Variables that fragments may use: those that are equal on many pages.
    pub fragments: &'static [&'static str],
    /// Keys of translations that the program uses itself; `label_*` stands for all keys with this prefix.
    pub translations: &'static [&'static str],
    /// Assets that the program uses itself.
    pub assets: &'static [&'static str],
    /// Blocks that authors may rely on.
    pub author_blocks: &'static [&'static str],
}

/// A block for authors, defined by a component of the theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockDefinition {
    /// Component that renders the block: `block.fact_box`.
    pub component: String,
    /// Component that renders it in feeds; `None` if there is none.
    pub plain: Option<String>,
    /// Parameters.
    pub arguments: Vec<BlockParameter>,
}

/// A parameter of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockParameter {
    /// Name in the template, with underscores.
    pub name: String,
    /// Type that the template declares; `None` for any.
    pub kind: Option<ParameterType>,
    /// Whether an argument is required.
    pub required: bool,
}

/// Type that a template declares for a parameter of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// Text in quotes, or a link.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// An image.
    Image,
    /// A list of articles.
    Articles,
}

impl ParameterType {
    /// Converts the type that the engine knows; `None` for one of a later engine, which takes anything.
    fn of(declared: ComponentArgType) -> Option<ParameterType> {
        match declared {
            ComponentArgType::String => Some(ParameterType::Text),
            ComponentArgType::Bool => Some(ParameterType::Bool),
            ComponentArgType::Integer => Some(ParameterType::Integer),
            ComponentArgType::Float | ComponentArgType::Number => Some(ParameterType::Number),
            ComponentArgType::Map => Some(ParameterType::Image),
            ComponentArgType::Array => Some(ParameterType::Articles),
            _ => None,
        }
    }
}

/// What the functions of templates answer from.
#[derive(Clone, Copy)]
pub(super) struct Functions<'a> {
    /// For `asset`.
    pub assets: &'a Arc<BTreeMap<String, Asset>>,
    /// For `t`.
    pub translations: &'a Arc<Translations>,
    /// For `picture`.
    pub pictures: &'a Arc<PictureMarkup>,
    /// For `fit`.
    pub fonts: &'a Arc<ThemeFonts>,
}

/// Loads the templates of all layers. All errors are added to `diagnostics`; after an error, the engine serves only to
/// find further ones. `None` if not even that is possible.
pub(super) fn load(layers: &Layers, functions: Functions<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Tera> {
    let templates = templates(layers, diagnostics);
    let mut tera = new_engine(layers, functions);
    match tera.add_raw_templates(templates.iter().map(|(name, text)| (name, text))) {
        Ok(()) => Some(tera),
        Err(_) => template_errors::explain(layers, templates, || new_engine(layers, functions), diagnostics),
    }
}

fn new_engine(layers: &Layers, functions: Functions<'_>) -> Tera {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html", ".htm", ".xml", ".svg"]);
    let prefixes: Vec<String> = layers.iter().map(|layer| format!("{}/", layer.name)).collect();
    tera.set_fallback_prefixes(prefixes).expect("no templates yet");
    tera.register_filter("urlencode", |text: &str, _: Kwargs, _: &State| crate::path::encode_component(text));
    // Tera's own filter copies the text.
    tera.register_filter("safe", |value: Value, _: Kwargs, _: &State| match value.is_string() {
        true => value.mark_safe(),
        false => Value::safe_string(&value.to_string()),
    });
    let numbers = NumberFormat::of(functions.translations.language());
    let reported = numbers.clone();
    tera.register_filter("number", move |number: i64, _: Kwargs, _: &State| reported.text(number));
    let translations = Arc::clone(functions.translations);
    tera.register_function("t", move |arguments: Kwargs, _: &State| translate(&translations, &numbers, &arguments));
    let assets = Arc::clone(functions.assets);
    tera.register_function("asset", move |arguments: Kwargs, _: &State| asset_url(&assets, &arguments));
    let pictures = Arc::clone(functions.pictures);
    tera.register_function("picture", move |arguments: Kwargs, _: &State| picture(&pictures, &arguments));
    let fonts = Arc::clone(functions.fonts);
    tera.register_function("fit", move |arguments: Kwargs, _: &State| fit_text(&fonts, &arguments));
    tera
}

/// Returns the HTML of an image in a slot of the theme; without one, in that for texts. `alt` replaces the image's own.
fn picture(pictures: &PictureMarkup, arguments: &Kwargs) -> tera::TeraResult<Value> {
    let image: tera::Map = arguments.must_get("image")?;
    let slot: &str = arguments.get("slot")?.unwrap_or(TEXT_SLOT);
    let text = |name: &'static str| image.get(&tera::value::Key::from(name)).and_then(Value::as_str);
    let pixels = |name: &'static str| {
        image.get(&tera::value::Key::from(name)).and_then(Value::as_i64).and_then(|pixels| u32::try_from(pixels).ok())
    };
    let alt: Option<Value> = arguments.get("alt")?;
    let alt = alt.as_ref().and_then(Value::as_str);
    let shown = ShownImage {
        url: text("url").unwrap_or_default(),
        size: pixels("width").zip(pixels("height")),
        picture: text("picture").and_then(|picture| picture.parse().ok()),
        alt: alt.or(text("alt")).unwrap_or_default(),
        title: "",
        is_eager: arguments.get("eager")?.unwrap_or(false),
    };
    pictures.html(&shown, slot).map(|html| Value::safe_string(&html)).ok_or_else(|| {
        let near = nearest(slot, pictures.slots()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        tera::Error::message(format!("the theme has no slot `{slot}` under `pictures` in theme.yaml{near}"))
    })
}

fn translate(translations: &Translations, numbers: &NumberFormat, arguments: &Kwargs) -> tera::TeraResult<String> {
    let key: &str = arguments.must_get("key")?;
    let count: Option<i64> = arguments.get("n")?;
    let text = |value: &Value| value.as_i64().map_or_else(|| value.to_string(), |number| numbers.text(number));
    let named: Vec<(&str, String)> =
        arguments.iter().filter_map(|(name, value)| Some((name.as_str()?, text(value)))).collect();
    translations.translate(key, count, &named).ok_or_else(|| {
        let near =
            nearest(key, translations.keys()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        tera::Error::message(format!("there is no translation `{key}` in i18n/{near}"))
    })
}

fn asset_url(assets: &BTreeMap<String, Asset>, arguments: &Kwargs) -> tera::TeraResult<String> {
    let path: &str = arguments.must_get("path")?;
    let asset = assets.get(path).ok_or_else(|| {
        let near = nearest(path, assets.keys().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        tera::Error::message(format!("there is no file `{path}` in assets/{near}"))
    })?;
    Ok(asset.link.clone())
}

fn templates(layers: &Layers, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let mut templates = Vec::new();
    for layer in layers.iter() {
        for (path, bytes) in layer.files.range("templates/".to_owned()..) {
            let Some(name) = path.strip_prefix("templates/") else { break };
            match std::str::from_utf8(bytes) {
                Ok(text) => templates.push((format!("{}/{name}", layer.name), text.to_owned())),
                Err(_) => diagnostics.push(
                    Diagnostic::error("template", "this template is not UTF-8 text")
                        .at(format!("{}{path}", layer.place), Span::Whole)
                        .help("save it as UTF-8 in your editor"),
                ),
            }
        }
    }
    templates
}

/// Returns the contracts of the templates that collections name. Those that do not exist are reported as errors.
pub(super) fn collection_templates<'c>(
    tera: &Tera,
    config: &'c Config,
    needs: &[TemplateContract<'static>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<TemplateContract<'c>> {
    let mut contracts = Vec::new();
    for (id, collection) in &config.collections {
        let named = [("template", &collection.template), ("listing_template", &collection.listing_template)];
        for ((key, template), kind) in named.into_iter().zip(["entry", "collection"]) {
            let Some(template) = template else { continue };
            if tera.get_template_variables(template).is_err() {
                let span = Span::Value(["collections", id, key].map(str::to_owned).into());
                let error = Diagnostic::error("theme", format!("there is no template `{template}`"));
                let help = format!("add `templates/{template}` to the site or its theme");
                diagnostics.push(error.at(crate::config::FILE, span).help(help));
                continue;
            }
            let contract = needs.iter().find(|contract| contract.kind == kind);
            contracts.extend(contract.map(|contract| TemplateContract { template, ..*contract }));
        }
    }
    contracts
}

/// Returns the variables that each template uses. Missing templates and unknown variables are reported as errors.
pub(super) fn used_variables(
    tera: &Tera,
    layers: &Layers,
    needs: &[TemplateContract<'_>],
    fragments: &BTreeMap<String, BTreeSet<String>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut used_variables = BTreeMap::new();
    for need in needs {
        let named = match tera.get_template_variables(need.template) {
            Ok(named) => named,
            Err(_) => {
                let message = format!("the theme has no template `{}`", need.template);
                let help = format!("add `templates/{}`, to the theme or to the site", need.template);
                diagnostics.push(Diagnostic::error("theme", message).help(help));
                continue;
            }
        };
        let implicit = implicit_arguments(tera);
        let mut named: BTreeSet<String> = named.into_iter().map(str::to_owned).chain(implicit).collect();
        let known = |name: &str| need.variables.contains(&name);
        for unknown in named.iter().filter(|name| !known(name) && !GLOBALS.contains(&name.as_str())) {
            if let Some(diagnostic) = unknown_variable(layers, need, unknown) {
                diagnostics.push(diagnostic);
            }
        }
        if named.contains(FRAGMENTS) {
            let usable = fragments.values().filter(|variables| variables.iter().all(|name| known(name)));
            named.extend(usable.flatten().cloned().collect::<Vec<_>>());
        }
        used_variables.insert(need.template.to_owned(), named.into_iter().filter(|name| known(name)).collect());
    }
    used_variables
}

/// Variables of every template.
const GLOBALS: [&str; 4] = ["site", "theme", "page", FRAGMENTS];

/// Variable with the rendered fragments.
const FRAGMENTS: &str = "fragments";

/// Variable of fragments that render an article's card.
const CARD: &str = "card";

/// Names of the card fragments, and the other fragments with the variables that they use.
pub(super) type Fragments = (Vec<String>, BTreeMap<String, BTreeSet<String>>);

/// Returns the templates in `fragments/`. A fragment has no access to the page, so it is rendered once for all pages on
/// which its variables are equal. One that uses `card` has no other variable and is rendered once for each article.
pub(super) fn fragments(
    tera: &Tera,
    layers: &Layers,
    known: &'static [&'static str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Fragments {
    let mut fragments = Fragments::default();
    for file in layers.names("templates/fragments/") {
        let template = format!("fragments/{file}");
        let (Some(name), Ok(named)) = (file.strip_suffix(".html"), tera.get_template_variables(&template)) else {
            continue;
        };
        let named: BTreeSet<String> =
            named.into_iter().filter(|name| !matches!(*name, "site" | "theme")).map(str::to_owned).collect();
        let known = if named.contains(CARD) { &[CARD] } else { known };
        for unknown in named.iter().filter(|name| !known.contains(&name.as_str())) {
            let need = TemplateContract { template: "", kind: "fragment", variables: known, blocks: &[] };
            diagnostics.extend(unknown_variable(layers, &need, unknown));
        }
        match named.contains(CARD) {
            true => fragments.0.push(name.to_owned()),
            false => drop(fragments.1.insert(name.to_owned(), named)),
        }
    }
    fragments
}

/// Returns the arguments that components take implicitly from the page; Tera's list of a template's variables does not
/// contain them.
fn implicit_arguments(tera: &Tera) -> BTreeSet<String> {
    let components = tera.get_component_names().filter_map(|name| tera.get_component_definition(name));
    components
        .flat_map(|component| {
            let implicit = component.args().iter().filter(|argument| argument.is_implicit());
            implicit.map(|argument| argument.name().to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

/// Makes the diagnostic for an unknown variable, at the first template of the kind's chain that uses it in a tag.
fn unknown_variable(layers: &Layers, need: &TemplateContract<'_>, name: &str) -> Option<Diagnostic> {
    if name.starts_with("__tera") {
        return None;
    }
    let own = if need.kind == "fragment" {
        "templates/fragments/".to_owned()
    } else {
        format!("templates/{}", need.template)
    };
    let all = layers.iter().flat_map(|layer| layer.files.iter().map(move |(path, bytes)| (layer, path, bytes)));
    let mut files: Vec<_> = all.filter(|(_, path, _)| path.starts_with("templates/")).collect();
    files.sort_by_key(|(_, path, _)| !path.starts_with(&own));
    let (file, offset) = files.into_iter().find_map(|(layer, path, bytes)| {
        let text = std::str::from_utf8(bytes).ok()?;
        Some((format!("{}{path}", layer.place), find_in_tags(text, name)?))
    })?;
    let message = format!("`{name}` is not a variable of the page kind `{}`", need.kind);
    let known = need.variables.iter().copied().chain(GLOBALS);
    let diagnostic = Diagnostic::error("template", message).at(file, Span::Bytes(offset..offset + name.len()));
    Some(match nearest(name, known) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("it has {}", need.variables.join(", "))),
    })
}

pub(super) fn find_in_tags(text: &str, name: &str) -> Option<usize> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).map(|(at, _)| at).find(|&at| {
        let open = text[..at]
            .rfind(['{', '}'])
            .is_some_and(|brace| text[..=brace].ends_with('{') || text[..at].rfind("{%") > text[..at].rfind("%}"));
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        open && !before.is_some_and(|c| word(c) || c == '.') && !after.is_some_and(word)
    })
}

/// Returns the blocks that components named `block.…` define.
pub(super) fn blocks(tera: &Tera) -> BTreeMap<String, BlockDefinition> {
    let names = tera.get_component_names().filter_map(|name| Some((name, name.strip_prefix("block.")?)));
    names
        .filter_map(|(component, short)| {
            let info = tera.get_component_definition(component)?;
            let explicit = info.args().iter().filter(|argument| !argument.is_implicit());
            let arguments = explicit.map(|argument| BlockParameter {
                name: argument.name().to_owned(),
                kind: argument.arg_type().and_then(ParameterType::of),
                required: argument.is_required(),
            });
            let plain = format!("plain.{short}");
            let spec = BlockDefinition {
                component: component.to_owned(),
                plain: tera.contains_component(&plain).then_some(plain),
                arguments: arguments.collect(),
            };
            Some((short.replace('_', "-"), spec))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::find_in_tags;

    #[test]
    fn names_are_found_in_tags_only() {
        let text = "<p>titel</p> {{ article.titel }} {% if x %}{{ titel }}";
        assert_eq!(find_in_tags(text, "titel"), Some(text.rfind("titel").unwrap()));
        assert_eq!(find_in_tags("{% for a in list %}", "list"), Some(12));
        assert_eq!(find_in_tags("list", "list"), None);
    }
}
