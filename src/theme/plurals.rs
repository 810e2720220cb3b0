//! Plural categories of the Unicode CLDR.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use icu_locale_core::Locale;
use icu_plurals as icu;
use serde::{Deserialize, Serialize};

/// Plural rules of a language.
#[derive(Clone)]
pub struct PluralRules {
    language: String,
    rules: Option<Arc<icu::PluralRules>>,
}

impl PluralRules {
    /// Returns the rules for cardinal numbers of a language (BCP 47). A language that CLDR does not know has only the
    /// category `other`.
    #[must_use]
    pub fn of(language: &str) -> PluralRules {
        let locale = language.parse::<Locale>();
        let rules = locale.ok().and_then(|locale| icu::PluralRules::try_new_cardinal(locale.into()).ok());
        PluralRules { language: language.to_owned(), rules: rules.map(Arc::new) }
    }

    /// Returns the language tag as given.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Returns the category of a number.
    #[must_use]
    pub fn form(&self, count: i64) -> PluralCategory {
        self.rules.as_ref().map_or(PluralCategory::Other, |rules| rules.category_for(count).into())
    }

    /// Returns the categories of the language; every language has `other`.
    #[must_use]
    pub fn forms(&self) -> BTreeSet<PluralCategory> {
        let known =
            self.rules.iter().flat_map(|rules| rules.categories().map(PluralCategory::from).collect::<Vec<_>>());
        known.chain([PluralCategory::Other]).collect()
    }
}

impl fmt::Debug for PluralRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Plurals").field(&self.language).finish()
    }
}

impl PartialEq for PluralRules {
    fn eq(&self, other: &PluralRules) -> bool {
        self.language == other.language
    }
}

impl Default for PluralRules {
    fn default() -> PluralRules {
        PluralRules::of("en")
    }
}

impl Serialize for PluralRules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.language.serialize(serializer)
    }
}

/// A plural category of CLDR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are those of CLDR")]
pub enum PluralCategory {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl fmt::Display for PluralCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        })
    }
}

impl From<icu::PluralCategory> for PluralCategory {
    fn from(category: icu::PluralCategory) -> PluralCategory {
        match category {
            icu::PluralCategory::Zero => PluralCategory::Zero,
            icu::PluralCategory::One => PluralCategory::One,
            icu::PluralCategory::Two => PluralCategory::Two,
            icu::PluralCategory::Few => PluralCategory::Few,
            icu::PluralCategory::Many => PluralCategory::Many,
            icu::PluralCategory::Other => PluralCategory::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_form_of_their_language() {
        let check = |language: &str, expected: &[(i64, PluralCategory)]| {
            let plurals = PluralRules::of(language);
            for (count, form) in expected {
                assert_eq!(plurals.form(*count), *form, "{language} {count}");
            }
        };
        check(
            "en",
            &[
                (0, PluralCategory::Other),
                (1, PluralCategory::One),
                (2, PluralCategory::Other),
                (-1, PluralCategory::One),
            ],
        );
        check(
            "fr",
            &[
                (0, PluralCategory::One),
                (1, PluralCategory::One),
                (2, PluralCategory::Other),
                (1_000_000, PluralCategory::Many),
            ],
        );
        check("pt-BR", &[(0, PluralCategory::One)]);
        check("pt-PT", &[(0, PluralCategory::Other)]);
        check(
            "pl",
            &[
                (1, PluralCategory::One),
                (3, PluralCategory::Few),
                (5, PluralCategory::Many),
                (22, PluralCategory::Few),
                (25, PluralCategory::Many),
            ],
        );
        check(
            "ar",
            &[
                (0, PluralCategory::Zero),
                (2, PluralCategory::Two),
                (3, PluralCategory::Few),
                (11, PluralCategory::Many),
                (100, PluralCategory::Other),
            ],
        );
        check("ja", &[(1, PluralCategory::Other)]);
        check("zxx", &[(1, PluralCategory::Other)]);
        check("no language", &[(1, PluralCategory::Other)]);
    }

    #[test]
    fn languages_have_their_forms() {
        assert_eq!(PluralRules::of("en").forms(), BTreeSet::from([PluralCategory::One, PluralCategory::Other]));
        assert_eq!(
            PluralRules::of("pl").forms(),
            BTreeSet::from([PluralCategory::One, PluralCategory::Few, PluralCategory::Many, PluralCategory::Other])
        );
    }
}
