//! Words that templates ask for and no language file has, that a language lacks, that nobody asks for, and plural forms
//! that do not fit the language.

use std::collections::{BTreeMap, BTreeSet};

use super::super::engine::ThemeContract;
use super::super::layers::{Layer, Layers};
use super::super::plurals::{PluralCategory, PluralRules};
use super::super::translations::{Translation, missing_words, of_layer};
use super::own;
use super::scan::TemplateSource;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Span};
use crate::time::primary_subtag;

/// Numbers that a site really counts to: a form that only millions take may be missing.
const COUNTED: std::ops::Range<i64> = 0..1000;

/// Checks the words of all languages that the theme speaks, and of the site's.
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

/// The words of English, of all layers.
fn english(layers: &Layers) -> BTreeSet<String> {
    layers.iter().flat_map(|layer| words(layer, "en").into_keys()).collect()
}

/// Mistakes of the files themselves are told when the theme loads, those of other languages than the site's here.
fn words(layer: &Layer, language: &str) -> BTreeMap<String, Translation> {
    of_layer(layer, language, &mut Vec::new())
}

/// The languages that a layer has a file of.
fn languages(layer: &Layer) -> impl Iterator<Item = &str> {
    layer.files.keys().filter_map(|path| path.strip_prefix("i18n/")?.strip_suffix(".yaml"))
}

fn file(layer: &Layer, language: &str) -> String {
    format!("{}i18n/{language}.yaml", layer.place)
}

/// Words that templates ask for by name, and English does not have.
fn unknown(sources: &[TemplateSource<'_>], known: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    for source in sources {
        for asked in source.given("t", "key").into_iter().filter(|asked| !known.contains(asked.text)) {
            let message = format!("there is no word `{}` in i18n/", asked.text);
            let help = format!("add it to `{}`", file(source.layer, "en"));
            let diagnostic = Diagnostic::error("words", message).at(source.file(), Span::Bytes(asked.range));
            diagnostics.push(diagnostic.help(help).suggest(asked.text, known.iter().map(String::as_str)));
        }
    }
}

/// Words that a language lacks: the site's must have all, another all those of the layers that speak it.
fn missing(layers: &Layers, config: &Config, known: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    let site = config.language.as_str();
    let spoken: BTreeSet<&str> =
        own(layers).flat_map(languages).map(primary_subtag).chain([primary_subtag(site)]).collect();
    for language in spoken.into_iter().filter(|language| *language != "en") {
        let regional = if primary_subtag(site) == language { site } else { language };
        let has: BTreeSet<String> = layers
            .iter()
            .flat_map(|layer| words(layer, language).into_keys().chain(words(layer, regional).into_keys()))
            .collect();
        let speakers = || own(layers).filter(|layer| layer.files.contains_key(&format!("i18n/{language}.yaml")));
        let wanted: BTreeSet<String> = match primary_subtag(site) == language {
            true => known.clone(),
            false => speakers().flat_map(|layer| words(layer, "en").into_keys()).collect(),
        };
        let missing: Vec<&str> = wanted.difference(&has).map(String::as_str).collect();
        if missing.is_empty() {
            continue;
        }
        let diagnostic = Diagnostic::error("words", missing_words(language, missing.iter().copied()));
        // The theme's own file is where words of the theme belong; the site's comes before it in the list.
        let place = speakers().last().map(|layer| file(layer, language));
        let all = missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        diagnostics.push(match place {
            Some(place) => diagnostic.at(place, Span::Whole).help(format!("add {all}")),
            None => {
                let help = format!("add `i18n/{language}.yaml`, to the theme or to the site, with {all}");
                diagnostic.at(config::FILE, Span::value("language")).help(help)
            }
        });
    }
}

/// Words of English that neither a template nor the program asks for.
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
    let is_asked = |key: &str| {
        let begins = prefixes.iter().any(|prefix| !prefix.text.is_empty() && key.starts_with(prefix.text));
        begins || whole.contains(key) || by_program(key)
    };
    for language in languages(layer) {
        for key in words(layer, language).into_keys().filter(|key| !is_asked(key)) {
            let message = format!("no template asks for the word `{key}`");
            let spot = Span::Key(vec![key]);
            let diagnostic = Diagnostic::warning("unused", message).at(file(layer, language), spot);
            diagnostics.push(diagnostic.help("take it out"));
        }
    }
}

/// Plural forms that a language does not have, and those that are not given.
fn forms(layer: &Layer, language: &str, diagnostics: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    let entries = of_layer(layer, language, &mut found);
    diagnostics.append(&mut found);
    let plurals = PluralRules::of(language);
    let of_language = plurals.forms();
    let wanted: BTreeSet<PluralCategory> = COUNTED.map(|count| plurals.form(count)).collect();
    let list =
        |forms: &BTreeSet<PluralCategory>| forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ");
    for (key, entry) in entries {
        let Translation::Counted(counted) = entry else { continue };
        let given = counted.forms();
        for form in given.difference(&of_language) {
            let message = format!("`{language}` has no plural form `{form}`");
            let spot = Span::Key(vec![key.clone(), form.to_string()]);
            let help = format!("its forms are {}", list(&of_language));
            diagnostics.push(Diagnostic::error("words", message).at(file(layer, language), spot).help(help));
        }
        for form in wanted.difference(&given) {
            let numbers = COUNTED.filter(|count| plurals.form(*count) == *form).take(3);
            let numbers = numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
            let message = format!("`{key}` lacks the plural form `{form}` of `{language}`");
            let help = format!("add `{form}:`, for {numbers} …");
            let spot = Span::Key(vec![key.clone()]);
            diagnostics.push(Diagnostic::error("words", message).at(file(layer, language), spot).help(help));
        }
    }
}
