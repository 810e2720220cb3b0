//! The site's language, a language tag of BCP 47.

/// Checks that a text is a language tag; the error has a message and a hint.
///
/// The first part has two or three letters: longer ones are in the grammar of RFC 5646, and none is registered.
pub(super) fn check(tag: &str) -> Result<(), (String, String)> {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let is_tag =
        (2..=3).contains(&language.len()) && language.chars().all(|c| c.is_ascii_alphabetic()) && parts.all(is_part);
    if is_tag {
        return Ok(());
    }
    let help = match meant(tag) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "use a language tag such as `en`, `es` or `pt-BR`".to_owned(),
    };
    Err((format!("`{tag}` is not a language tag"), help))
}

/// Returns the tag of a language that is written by its name, or whose parts are joined by `_`.
fn meant(written: &str) -> Option<String> {
    if written.contains('_') {
        let tag = written.replace('_', "-");
        return check(&tag).is_ok().then_some(tag);
    }
    let written = written.to_lowercase();
    let is_named = |(_, names): &&(&str, &[&str])| names.contains(&written.as_str());
    NAMES.iter().find(is_named).map(|(tag, _)| (*tag).to_owned())
}

/// Names of languages, in English and in the language itself.
const NAMES: &[(&str, &[&str])] = &[
    ("ar", &["arabic", "العربية"]),
    ("bn", &["bengali", "বাংলা"]),
    ("ca", &["catalan", "català"]),
    ("cs", &["czech", "čeština"]),
    ("da", &["danish", "dansk"]),
    ("de", &["german", "deutsch"]),
    ("el", &["greek", "ελληνικά"]),
    ("en", &["english"]),
    ("es", &["spanish", "español", "castellano"]),
    ("eu", &["basque", "euskara"]),
    ("fa", &["persian", "farsi", "فارسی"]),
    ("fi", &["finnish", "suomi"]),
    ("fr", &["french", "français"]),
    ("ga", &["irish", "gaeilge"]),
    ("gl", &["galician", "galego"]),
    ("he", &["hebrew", "עברית"]),
    ("hi", &["hindi", "हिन्दी"]),
    ("hr", &["croatian", "hrvatski"]),
    ("ht", &["haitian", "haitian creole", "kreyòl"]),
    ("hu", &["hungarian", "magyar"]),
    ("id", &["indonesian", "bahasa indonesia"]),
    ("it", &["italian", "italiano"]),
    ("ja", &["japanese", "日本語"]),
    ("ko", &["korean", "한국어"]),
    ("nb", &["norwegian", "norsk"]),
    ("nl", &["dutch", "nederlands"]),
    ("pl", &["polish", "polski"]),
    ("pt", &["portuguese", "português"]),
    ("ro", &["romanian", "română"]),
    ("ru", &["russian", "русский"]),
    ("sr", &["serbian", "српски"]),
    ("sv", &["swedish", "svenska"]),
    ("sw", &["swahili", "kiswahili"]),
    ("th", &["thai", "ไทย"]),
    ("tl", &["tagalog", "filipino"]),
    ("tr", &["turkish", "türkçe"]),
    ("uk", &["ukrainian", "українська"]),
    ("ur", &["urdu", "اردو"]),
    ("vi", &["vietnamese", "tiếng việt"]),
    ("zh", &["chinese", "中文"]),
];

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn tags_are_known_and_names_are_reported_as_tags() {
        for tag in ["en", "EN", "pt-BR", "zh-Hant-TW", "de-CH-1996", "fil", "sr-Latn"] {
            assert_eq!(check(tag), Ok(()), "{tag}");
        }
        let reported = |tag: &str, help: &str| {
            assert_eq!(check(tag), Err((format!("`{tag}` is not a language tag"), help.to_owned())));
        };
        reported("english", "did you mean `en`?");
        reported("Español", "did you mean `es`?");
        reported("pt_BR", "did you mean `pt-BR`?");
        let default = "use a language tag such as `en`, `es` or `pt-BR`";
        for tag in ["klingon", "", "e", "en-", "en--US", "e1", "en_", "english language"] {
            reported(tag, default);
        }
    }
}
