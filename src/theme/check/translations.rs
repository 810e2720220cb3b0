//! Checks translations: keys that templates use and no file has, keys that a language lacks, unused keys, and plural
//! categories that do not fit the language.

use std::collections::{BTreeMap, BTreeSet};

use super::super::engine::ThemeContract;
use super::super::layers::{Layer, Layers};
use super::super::plurals::{PluralCategory, PluralRules};
use super::super::translations::{Translation, missing_text, of_layer};
use super::own;
use super::scan::TemplateSource;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Span};
use crate::time::primary_subtag;

/// Numbers that a site realistically counts to: a plural category used only for millions may be missing.
const COUNTS: std::ops::Range<i64> = 0..1000;

/// Checks the translations of all languages of the theme, and of the site's.
pub(super) fn check(
    layers: &Layers,
    sources: &[TemplateSource<'_>],
    config: &Config,
    needs: ThemeContract,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let known = english(layers);
    unknown(sources, &known, diagnostics);
    missing(layers, config, &known, diagnostics);
    for layer in own(layers) {
        unused(layer, sources, needs, diagnostics);
        for language in languages(layer) {
            forms(layer, language, diagnostics);
        }
    }
}

/// Returns the keys of English in all layers.
fn english(layers: &Layers) -> BTreeSet<String> {
    layers.iter().flat_map(|layer| translations(layer, "en").into_keys()).collect()
}

/// Errors in the files of the site's language are reported when the theme is loaded, those of other languages by
/// [`forms`].
fn translations(layer: &Layer, language: &str) -> BTreeMap<String, Translation> {
    of_layer(layer, language, &mut Vec::new())
}

/// Returns the languages that a layer has a file for.
fn languages(layer: &Layer) -> impl Iterator<Item = &str> {
    layer.files.keys().filter_map(|path| path.strip_prefix("i18n/")?.strip_suffix(".yaml"))
}

fn file(layer: &Layer, language: &str) -> String {
    format!("{}i18n/{language}.yaml", layer.place)
}

/// Reports keys that templates name and English does not have.
fn unknown(sources: &[TemplateSource<'_>], known: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    for source in sources {
        for used in source.given("t", "key").into_iter().filter(|used| !known.contains(used.text)) {
            let message = format!("there is no translation `{}` in i18n/", used.text);
            let help = format!("add it to `{}`", file(source.layer, "en"));
            let diagnostic = Diagnostic::error("translations", message).at(source.file(), Span::Bytes(used.range));
            diagnostics.push(diagnostic.help(help).suggest(used.text, known.iter().map(String::as_str)));
        }
    }
}

/// Reports keys that a language lacks: the site's language must have all, another those of the layers that have a file
/// for it.
fn missing(layers: &Layers, config: &Config, known: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    let site = config.language.as_str();
    let languages_used: BTreeSet<&str> =
        own(layers).flat_map(languages).map(primary_subtag).chain([primary_subtag(site)]).collect();
    for language in languages_used.into_iter().filter(|language| *language != "en") {
        let regional = if primary_subtag(site) == language { site } else { language };
        let has: BTreeSet<String> = layers
            .iter()
            .flat_map(|layer| {
                translations(layer, language).into_keys().chain(translations(layer, regional).into_keys())
            })
            .collect();
        let layers_with = || own(layers).filter(|layer| layer.files.contains_key(&format!("i18n/{language}.yaml")));
        let required: BTreeSet<String> = match primary_subtag(site) == language {
            true => known.clone(),
            false => layers_with().flat_map(|layer| translations(layer, "en").into_keys()).collect(),
        };
        let missing: Vec<&str> = required.difference(&has).map(String::as_str).collect();
        if missing.is_empty() {
            continue;
        }
        let diagnostic = Diagnostic::error("translations", missing_text(language, missing.iter().copied()));
        // The theme's own file, the last in the list, is where translations of the theme belong.
        let location = layers_with().last().map(|layer| file(layer, language));
        let all = missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        diagnostics.push(match location {
            Some(location) => diagnostic.at(location, Span::Whole).help(format!("add {all}")),
            None => {
                let help = format!("add `i18n/{language}.yaml`, to the theme or to the site, with {all}");
                diagnostic.at(config::FILE, Span::value("language")).help(help)
            }
        });
    }
}

/// Warns of keys that neither a template nor the program uses.
fn unused(layer: &Layer, sources: &[TemplateSource<'_>], needs: ThemeContract, diagnostics: &mut Vec<Diagnostic>) {
    let literals: Vec<_> = sources.iter().flat_map(TemplateSource::literals).collect();
    let (prefixes, whole): (Vec<_>, Vec<_>) = literals.iter().partition(|literal| literal.is_prefix);
    let whole: BTreeSet<&str> = whole.iter().map(|literal| literal.text).collect();
    let by_program = |key: &str| {
        needs.translations.iter().any(|word| match word.strip_suffix('*') {
            Some(prefix) => key.starts_with(prefix),
            None => key == *word,
        })
    };
    let is_used = |key: &str| {
        let begins = prefixes.iter().any(|prefix| !prefix.text.is_empty() && key.starts_with(prefix.text));
        begins || whole.contains(key) || by_program(key)
    };
    for language in languages(layer) {
        for key in translations(layer, language).into_keys().filter(|key| !is_used(key)) {
            let message = format!("no template uses the translation `{key}`");
            let span = Span::Key(vec![key]);
            let diagnostic = Diagnostic::warning("unused", message).at(file(layer, language), span);
            diagnostics.push(diagnostic.help("remove it"));
        }
    }
}

/// Reports plural categories that a language does not have, and those that are missing.
fn forms(layer: &Layer, language: &str, diagnostics: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    let entries = of_layer(layer, language, &mut found);
    diagnostics.append(&mut found);
    let plurals = PluralRules::of(language);
    let of_language = plurals.forms();
    let required: BTreeSet<PluralCategory> = COUNTS.map(|count| plurals.form(count)).collect();
    let list =
        |forms: &BTreeSet<PluralCategory>| forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ");
    for (key, entry) in entries {
        let Translation::Counted(counted) = entry else { continue };
        let given = counted.forms();
        for form in given.difference(&of_language) {
            let message = format!("`{language}` has no plural form `{form}`");
            let span = Span::Key(vec![key.clone(), form.to_string()]);
            let help = format!("its forms are {}", list(&of_language));
            diagnostics.push(Diagnostic::error("translations", message).at(file(layer, language), span).help(help));
        }
        for form in required.difference(&given) {
            let numbers = COUNTS.filter(|count| plurals.form(*count) == *form).take(3);
            let numbers = numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
            let message = format!("`{key}` has no plural form `{form}` of `{language}`");
            let help = format!("add `{form}:`, for {numbers} …");
            let span = Span::Key(vec![key.clone()]);
            diagnostics.push(Diagnostic::error("translations", message).at(file(layer, language), span).help(help));
        }
    }
}
