//! Numbers for readers, formatted by the Unicode CLDR: `12,000`, `12.000`, `12 000`.

use std::fmt;
use std::sync::Arc;

use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;

/// Format of whole numbers in a language.
#[derive(Clone)]
pub(super) struct NumberFormat(Option<Arc<DecimalFormatter>>);

impl NumberFormat {
    /// Returns the format of a language (BCP 47). For a language that CLDR does not know, digits are not grouped.
    pub(super) fn of(language: &str) -> NumberFormat {
        let locale = language.parse::<Locale>().ok();
        let formatter = locale.and_then(|locale| DecimalFormatter::try_new(locale.into(), Default::default()).ok());
        NumberFormat(formatter.map(Arc::new))
    }

    /// Formats a number.
    pub(super) fn text(&self, number: i64) -> String {
        match &self.0 {
            Some(formatter) => formatter.format(&number.into()).to_string(),
            None => number.to_string(),
        }
    }
}

impl fmt::Debug for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Numbers")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_their_language_groups_them() {
        let check = |language: &str, number: i64, expected: &str| {
            assert_eq!(NumberFormat::of(language).text(number), expected, "{language}");
        };
        check("en", 999, "999");
        check("en", 12_000, "12,000");
        check("es", 1_200, "1200");
        check("es", 12_000, "12.000");
        check("de", 1_200, "1.200");
        check("fr", 12_000, "12\u{202f}000");
        check("hi", 1_200_000, "12,00,000");
        check("en", -1_200, "-1,200");
        check("no language", 12_000, "12000");
    }
}
