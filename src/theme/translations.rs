//! Translations: the texts of `i18n/LANGUAGE.yaml` that readers see.
//!
//! An entry is a text, or a text for each plural category of the language. `{name}` in it is replaced by the argument
//! of that name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::layers::{Layer, Layers};
use super::plurals::{PluralCategory, PluralRules};
use crate::diagnostic::{Diagnostic, Span};
use crate::time::primary_subtag;
use crate::yaml::{self, YamlText};

/// The translations of a language.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Translations {
    plurals: PluralRules,
    entries: BTreeMap<String, Translation>,
    /// Keys that only English has; these use the English plural rules.
    english: BTreeSet<String>,
}

/// The translation of a key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) enum Translation {
    /// One text for all numbers.
    Plain(String),
    /// A text for each plural category.
    Counted(PluralTranslation),
}

/// Texts by plural category; a missing one is replaced by `other`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PluralTranslation {
    #[serde(default)]
    zero: Option<String>,
    #[serde(default)]
    one: Option<String>,
    #[serde(default)]
    two: Option<String>,
    #[serde(default)]
    few: Option<String>,
    #[serde(default)]
    many: Option<String>,
    other: String,
}

impl PluralTranslation {
    fn text(&self, form: PluralCategory) -> &str {
        let own = match form {
            PluralCategory::Zero => &self.zero,
            PluralCategory::One => &self.one,
            PluralCategory::Two => &self.two,
            PluralCategory::Few => &self.few,
            PluralCategory::Many => &self.many,
            PluralCategory::Other => &None,
        };
        own.as_deref().unwrap_or(&self.other)
    }

    /// Returns the categories that have a text.
    pub(super) fn forms(&self) -> BTreeSet<PluralCategory> {
        let optional = [
            (PluralCategory::Zero, &self.zero),
            (PluralCategory::One, &self.one),
            (PluralCategory::Two, &self.two),
            (PluralCategory::Few, &self.few),
            (PluralCategory::Many, &self.many),
        ];
        let given = optional.into_iter().filter(|(_, text)| text.is_some()).map(|(form, _)| form);
        given.chain([PluralCategory::Other]).collect()
    }
}

impl<'de> Deserialize<'de> for Translation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Translation, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Translation;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or texts for plural forms such as `{ one: …, other: … }`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Translation, E> {
                Ok(Translation::Plain(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Translation, A::Error> {
                PluralTranslation::deserialize(MapAccessDeserializer::new(map)).map(Translation::Counted)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl Translations {
    /// Collects the translations of a language from all layers, with English as the fallback. Keys that only English
    /// has are warned of.
    pub fn load(layers: &Layers, language: &str, diagnostics: &mut Vec<Diagnostic>) -> Translations {
        let english = merged(layers, "en", diagnostics);
        let tag = primary_subtag(language);
        let mut entries = if tag == "en" { english.clone() } else { merged(layers, tag, diagnostics) };
        if language != tag {
            entries.extend(merged(layers, language, diagnostics));
        }
        let missing: BTreeSet<String> = english.keys().filter(|key| !entries.contains_key(*key)).cloned().collect();
        if !missing.is_empty() {
            diagnostics.push(
                Diagnostic::warning("translations", missing_text(language, missing.iter().map(String::as_str)))
                    .at(crate::config::FILE, Span::value("language"))
                    .help(format!("add them to `i18n/{tag}.yaml`; until then they are English")),
            );
        }
        for (key, entry) in english {
            entries.entry(key).or_insert(entry);
        }
        Translations { plurals: PluralRules::of(language), entries, english: missing }
    }

    /// Returns a translation with its arguments filled in; `None` if the key is unknown. `count` selects the plural
    /// category; without it, that of 0.
    #[must_use]
    pub fn translate(&self, key: &str, count: Option<i64>, arguments: &[(&str, String)]) -> Option<String> {
        let text = match self.entries.get(key)? {
            Translation::Plain(text) => text,
            Translation::Counted(counted) => {
                let count = count.unwrap_or(0);
                let is_english = self.english.contains(key);
                counted.text(if is_english { PluralRules::default().form(count) } else { self.plurals.form(count) })
            }
        };
        Some(fill(text, arguments))
    }

    /// Returns the language tag.
    #[must_use]
    pub fn language(&self) -> &str {
        self.plurals.language()
    }

    /// Returns all keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

/// Returns the message that translations are missing: how many, and the first of them.
pub(super) fn missing_text<'k>(language: &str, missing: impl ExactSizeIterator<Item = &'k str>) -> String {
    const NAMED: usize = 3;
    let (count, mut some) = (missing.len(), missing.take(NAMED).map(|key| format!("`{key}`")).collect::<Vec<_>>());
    if count > NAMED {
        some.push("…".to_owned());
    }
    let (words, are) = if count == 1 { ("translation", "is") } else { ("translations", "are") };
    format!("{count} {words} of the theme {are} missing in `{language}`: {}", some.join(", "))
}

fn fill(text: &str, arguments: &[(&str, String)]) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match arguments.iter().find(|(name, _)| *name == &rest[1..close]) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    filled.push_str(rest);
    filled
}

fn merged(layers: &Layers, language: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Translation> {
    layers.iter().rev().flat_map(|layer| of_layer(layer, language, diagnostics)).collect()
}

/// Returns the translations that one layer has for a language.
pub(super) fn of_layer(
    layer: &Layer,
    language: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Translation> {
    let path = format!("i18n/{language}.yaml");
    let Some(bytes) = layer.files.get(&path) else { return BTreeMap::new() };
    let file = format!("{}{path}", layer.place);
    let text = String::from_utf8_lossy(bytes);
    yaml::parse(YamlText::file(&file, &text, "translations"), diagnostics).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_and_plural_forms_are_filled_in() {
        let entries: BTreeMap<String, Translation> =
            serde_yaml::from_str("by: By {name}\nn: { one: '{n} comment', other: '{n} comments' }").unwrap();
        let words = Translations { plurals: PluralRules::of("en"), entries, english: BTreeSet::new() };
        assert_eq!(words.translate("by", None, &[("name", "{n}".into())]).unwrap(), "By {n}");
        assert_eq!(words.translate("n", Some(1), &[("n", "1".into())]).unwrap(), "1 comment");
        assert_eq!(words.translate("n", Some(0), &[("n", "0".into())]).unwrap(), "0 comments");
        assert_eq!(words.translate("none", None, &[]), None);
    }

    #[test]
    fn english_fallbacks_use_the_english_plural_rules() {
        let text = "n: { one: '{n} comment', other: '{n} comments' }\nm: { one: a, few: b, many: c, other: d }";
        let entries: BTreeMap<String, Translation> = serde_yaml::from_str(text).unwrap();
        let words = Translations { plurals: PluralRules::of("pl"), entries, english: BTreeSet::from(["n".to_owned()]) };
        let check = |key: &str, count: i64, expected: &str| {
            assert_eq!(words.translate(key, Some(count), &[("n", count.to_string())]).as_deref(), Some(expected));
        };
        check("n", 22, "22 comments");
        check("m", 22, "b");
        check("m", 25, "c");
    }

    #[test]
    fn missing_translations_are_named() {
        assert_eq!(missing_text("es", ["a"].into_iter()), "1 translation of the theme is missing in `es`: `a`");
        let five = missing_text("es", ["a", "b", "c", "d", "e"].into_iter());
        assert_eq!(five, "5 translations of the theme are missing in `es`: `a`, `b`, `c`, …");
    }
}
