//! Plural forms, by the categories of Unicode CLDR: which of a word's forms goes with a number.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde::{Deserialize, Serialize};

/// The plural rule of a language.
#[derive(Clone)]
pub struct Plurals {
    language: String,
    rules: Option<Arc<PluralRules>>,
}

impl Plurals {
    /// The rule for cardinal numbers of a language (BCP 47). A language that CLDR does not know has one form.
    #[must_use]
    pub fn of(language: &str) -> Plurals {
        let locale = language.parse::<Locale>();
        let rules = locale.ok().and_then(|locale| PluralRules::try_new_cardinal(locale.into()).ok());
        Plurals { language: language.to_owned(), rules: rules.map(Arc::new) }
    }

    /// The language, as it was named.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The category of a number.
    #[must_use]
    pub fn form(&self, count: i64) -> Form {
        self.rules.as_ref().map_or(Form::Other, |rules| rules.category_for(count).into())
    }

    /// The categories that the language has; `other` is among them in every language.
    #[must_use]
    pub fn forms(&self) -> BTreeSet<Form> {
        let known = self.rules.iter().flat_map(|rules| rules.categories().map(Form::from).collect::<Vec<_>>());
        known.chain([Form::Other]).collect()
    }
}

impl fmt::Debug for Plurals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Plurals").field(&self.language).finish()
    }
}

impl PartialEq for Plurals {
    fn eq(&self, other: &Plurals) -> bool {
        self.language == other.language
    }
}

impl Default for Plurals {
    fn default() -> Plurals {
        Plurals::of("en")
    }
}

impl Serialize for Plurals {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.language.serialize(serializer)
    }
}

/// A category of CLDR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are those of CLDR")]
pub enum Form {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::Zero => "zero",
            Form::One => "one",
            Form::Two => "two",
            Form::Few => "few",
            Form::Many => "many",
            Form::Other => "other",
        })
    }
}

impl From<PluralCategory> for Form {
    fn from(category: PluralCategory) -> Form {
        match category {
            PluralCategory::Zero => Form::Zero,
            PluralCategory::One => Form::One,
            PluralCategory::Two => Form::Two,
            PluralCategory::Few => Form::Few,
            PluralCategory::Many => Form::Many,
            PluralCategory::Other => Form::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_form_of_their_language() {
        let check = |language: &str, expected: &[(i64, Form)]| {
            let plurals = Plurals::of(language);
            for (count, form) in expected {
                assert_eq!(plurals.form(*count), *form, "{language} {count}");
            }
        };
        check("en", &[(0, Form::Other), (1, Form::One), (2, Form::Other), (-1, Form::One)]);
        check("fr", &[(0, Form::One), (1, Form::One), (2, Form::Other), (1_000_000, Form::Many)]);
        check("pt-BR", &[(0, Form::One)]);
        check("pt-PT", &[(0, Form::Other)]);
        check("pl", &[(1, Form::One), (3, Form::Few), (5, Form::Many), (22, Form::Few), (25, Form::Many)]);
        check("ar", &[(0, Form::Zero), (2, Form::Two), (3, Form::Few), (11, Form::Many), (100, Form::Other)]);
        check("ja", &[(1, Form::Other)]);
        check("zxx", &[(1, Form::Other)]);
        check("no language", &[(1, Form::Other)]);
    }

    #[test]
    fn languages_have_their_forms() {
        assert_eq!(Plurals::of("en").forms(), BTreeSet::from([Form::One, Form::Other]));
        assert_eq!(Plurals::of("pl").forms(), BTreeSet::from([Form::One, Form::Few, Form::Many, Form::Other]));
    }
}
