//! YAML: the only module that parses it. A text goes in, a typed value or diagnostics come out, all errors of the text
//! at once.
//!
//! Texts are small (front matter: 64 KiB at most) and use no anchors and aliases, so that a short text cannot expand to
//! a large one. Diagnostics name paths of keys; [`locate`] finds those in the text when a report is made.

mod accidental_comments;
mod anchors;
mod expected_shape;
pub mod front_matter;
mod key_location;
mod recovery;
mod syntax_hints;

use std::fmt;
use std::marker::PhantomData;

pub use self::key_location::locate;
pub(crate) use self::recovery::DUMMY_VALUE;

use indexmap::IndexMap;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Diagnostic, Span};

/// Typographic quotation marks, which are ordinary characters in YAML.
const TYPOGRAPHIC_QUOTES: [char; 6] = ['“', '”', '„', '‘', '«', '»'];

/// Greatest length of a front matter, in bytes.
pub const MAX_FRONT_MATTER_BYTES: usize = 64 * 1024;

/// A YAML text with what its diagnostics need: the file, the line where it begins and the code.
#[derive(Clone, Copy, Debug)]
pub struct YamlText<'a> {
    /// Path of the file from the site's folder.
    pub file: &'a str,
    /// The YAML.
    pub text: &'a str,
    /// Line of the file (1-based) on which the text begins.
    pub line: usize,
    /// Code of the diagnostics: `front-matter`, `settings` …
    pub code: &'static str,
    /// Greatest length of the text, in bytes.
    pub limit: usize,
}

impl<'a> YamlText<'a> {
    /// The text of a whole file (data, comments, settings), of at most 16 MiB.
    #[must_use]
    pub fn file(file: &'a str, text: &'a str, code: &'static str) -> YamlText<'a> {
        YamlText { file, text, line: 1, code, limit: 16 * 1024 * 1024 }
    }
}

/// Parses a YAML text as `T`. All errors are added to `diagnostics`; with any, the result is `None`.
///
/// An empty text parses as an empty mapping.
pub fn parse<T: DeserializeOwned>(block: YamlText<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    let before = diagnostics.len();
    parse_lenient(block, diagnostics).filter(|_| !diagnostics[before..].iter().any(Diagnostic::is_error))
}

/// Parses a YAML text as `T` without its invalid keys, all of which are added to `diagnostics`. With errors, the value
/// serves only to find further errors.
pub fn parse_lenient<T: DeserializeOwned>(block: YamlText<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    parse_lenient_as(PhantomData::<T>, block, diagnostics)
}

/// What a YAML text is parsed as: a type, as `PhantomData`, or data that describe the shape of the values.
pub trait YamlShape<T>: for<'de> DeserializeSeed<'de, Value = T> + Copy {}

impl<T, S: for<'de> DeserializeSeed<'de, Value = T> + Copy> YamlShape<T> for S {}

/// Parses a YAML text by a shape, as [`parse_lenient`] does.
pub fn parse_lenient_as<T>(
    shape: impl YamlShape<T>,
    block: YamlText<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let block = YamlText { text: block.text.strip_prefix('\u{feff}').unwrap_or(block.text), ..block };
    if block.text.len() > block.limit {
        let message = format!("{} bytes of YAML are more than the {} allowed here", block.text.len(), block.limit);
        diagnostics.push(Diagnostic::error(block.code, message).at(block.file, Span::Line(block.line, 1)));
        return None;
    }
    if let Some((line, column, sigil)) = anchors::find(block.text) {
        diagnostics.push(
            Diagnostic::error(block.code, "anchors and aliases are not allowed here")
                .at(block.file, Span::Line(block.line + line, column))
                .help(format!("if the text really begins with `{sigil}`, put it in quotes")),
        );
        return None;
    }
    accidental_comments::warn(block, diagnostics);
    let text = if is_blank(block.text) { "{}" } else { block.text };
    let fast = serde_yaml::Deserializer::from_str(text);
    if let Ok(value) = shape.deserialize(fast) {
        return Some(value);
    }
    match serde_yaml::from_str(text) {
        Ok(tree) => match syntax_hints::no_keys(block).filter(|_| matches!(tree, serde_yaml::Value::String(_))) {
            Some(hint) => {
                diagnostics.push(hint);
                None
            }
            None => recovery::explain(shape, block, tree, diagnostics),
        },
        Err(error) => {
            diagnostics.push(syntax_hints::syntax_error(block, &error));
            None
        }
    }
}

/// Deserializes a text that must not be empty (`#[serde(deserialize_with)]`), for keys that readers see.
///
/// # Errors
/// If the text is empty or blank.
pub fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(D::Error::invalid_length(0, &"a text")) } else { Ok(text) }
}

/// Deserializes a mapping whose keys the site chooses; a key that is given twice is an error.
///
/// # Errors
/// Those of the values, and a key that is given twice.
pub fn unique_keys<'de, D, T>(deserializer: D) -> Result<IndexMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct UniqueKeys<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for UniqueKeys<T> {
        type Value = IndexMap<String, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<IndexMap<String, T>, A::Error> {
            let mut values = IndexMap::new();
            while let Some(key) = map.next_key::<String>()? {
                if values.contains_key(&key) {
                    return Err(A::Error::custom(format!("duplicate field `{key}`")));
                }
                let value = map.next_value()?;
                values.insert(key, value);
            }
            Ok(values)
        }
    }

    deserializer.deserialize_map(UniqueKeys(PhantomData))
}

/// Returns the text of a serde error that the diagnostic shows as a message and a hint.
#[must_use]
pub fn error_with_help(message: &str, help: &str) -> String {
    format!("{message}{HELP_SEPARATOR}{help}")
}

/// Between the message and the hint of an error: the unit separator of ASCII.
const HELP_SEPARATOR: char = '\u{1f}';

/// Deserializes any value as JSON text.
///
/// A key that is given twice is an error, while a JSON parser would take the last.
///
/// # Errors
/// Those of the deserializer, and values that JSON cannot express.
pub fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = serde_yaml::Value::deserialize(deserializer)?;
    serde_json::to_string(&value).map_err(D::Error::custom)
}

fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by serde")]
    struct Sample {
        #[serde(deserialize_with = "non_empty")]
        title: String,
        #[serde(default)]
        draft: bool,
        #[serde(default)]
        topics: Vec<String>,
        image: Option<Image>,
        menu: Option<Menu>,
        #[serde(default)]
        listing: Listing,
    }

    #[derive(Deserialize, Debug)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code, reason = "read by serde")]
    enum Menu {
        Header,
        Off,
    }

    #[derive(Deserialize, Debug, Default)]
    #[serde(deny_unknown_fields, default)]
    #[allow(dead_code, reason = "read by serde")]
    struct Listing {
        page_size: usize,
        latest: Option<usize>,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by serde")]
    struct Image {
        src: String,
        alt: String,
    }

    fn problems(text: &str) -> Vec<String> {
        let mut diagnostics = Vec::new();
        let block = YamlText { file: "a.md", text, line: 2, code: "front-matter", limit: MAX_FRONT_MATTER_BYTES };
        let value: Option<Sample> = parse(block, &mut diagnostics);
        assert_eq!(value.is_none(), !diagnostics.is_empty());
        diagnostics
            .iter()
            .map(|d| {
                format!("{} | {:?} | {}", d.message, d.location.as_ref().unwrap().span, d.help.as_deref().unwrap_or(""))
            })
            .collect()
    }

    #[test]
    fn every_error_of_a_block_is_reported() {
        let reported =
            problems("title: Hearing\nsumary: x\ndraft: \"yes\"\nimage: {src: a.png, atl: b}\ntopics: housing\n");
        assert_eq!(reported.len(), 4, "{reported:#?}");
        assert!(reported.iter().any(|line| line.contains("unknown key `sumary`")));
        assert!(reported.iter().any(|line| line.contains("unknown key `atl`") && line.contains("did you mean `alt`?")));
        assert!(reported.iter().any(|line| line.contains("`draft`") && line.contains("without quotes")));
        assert!(reported.iter().any(|line| line.contains("`topics`") && line.contains("write a list")));
    }

    #[test]
    fn values_that_do_not_fit_are_reported_with_what_would() {
        let check = |text: &str, message: &str, help: &str| {
            let reported = problems(&format!("title: x\n{text}\n"));
            assert_eq!(reported.len(), 1, "{text}: {reported:#?}");
            assert!(
                reported[0].starts_with(&format!("{message} |")) && reported[0].ends_with(help),
                "{text}: {reported:#?}"
            );
        };
        assert!(problems("title: x\nmenu: off\n").is_empty());
        check("menu: false", "`menu` cannot be `false`", "it is one of header, off");
        check("menu: 3", "`menu` cannot be `3`", "it is one of header, off");
        check("menu: [off]", "`menu` takes a word, not a list", "");
        let image = "`image` takes keys with values, not a text";
        check("image: a.png", image, "write `image: { src: a.png, alt: … }`; keys here: src, alt");
        check("image: A picture", image, "write `image: { src: \"A picture\", alt: … }`; keys here: src, alt");
        let listing = "`listing` takes keys with values, not 20";
        check("list: x", "unknown key `list`", "known keys: title, draft, topics, image, menu, listing");
        check("listing: 20", listing, "write `listing: { page_size: 20 }`; keys here: page_size, latest");
        let draft = "`draft` takes `true` or `false`, not a text";
        check("draft: “true”", draft, "typographic quotation marks are not YAML quotes: write \"…\", or none");
        check("tags: [a]", "unknown key `tags`", "Handbill calls this `topics`");
        check("layout: post", "unknown key `layout`", "delete it: the folder of a file decides its kind");
    }

    #[test]
    fn title_of_nothing_is_reported_and_hides_nothing() {
        for title in ["", " \"\"", " \"  \"", " '\u{a0}'"] {
            let reported = problems(&format!("title:{title}\ndraft: 3\n"));
            assert_eq!(reported.len(), 2, "{title}: {reported:#?}");
            assert!(
                reported.iter().any(|reported| reported.starts_with("`title` is empty | Value([\"title\"]) |")),
                "{reported:#?}"
            );
        }
    }

    #[test]
    fn text_after_a_hash_sign_is_warned_of_and_not_read() {
        let mut diagnostics = Vec::new();
        let read_it: Option<Sample> = parse(YamlText::file("a.yaml", "title: Why #metoo\n", "data"), &mut diagnostics);
        assert_eq!(read_it.map(|sample| sample.title).as_deref(), Some("Why"));
        assert!(diagnostics.len() == 1 && !diagnostics[0].is_error(), "{diagnostics:#?}");
    }

    #[test]
    fn item_that_is_no_mapping_hides_no_other() {
        let mut diagnostics = Vec::new();
        let block = YamlText::file("a.yaml", "- one\n- { src: a.png }\n- { src: b.png, alt: b, atl: c }\n", "data");
        let items: Option<Vec<Image>> = parse_lenient(block, &mut diagnostics);
        let helps: Vec<&str> = diagnostics.iter().take(1).filter_map(|diagnostic| diagnostic.help.as_deref()).collect();
        let reported: Vec<&str> = diagnostics.iter().map(|reported| reported.message.as_str()).collect();
        assert_eq!(reported.len(), 3, "{reported:#?}");
        assert!(reported[0].contains("takes keys with values, not a text"), "{reported:#?}");
        assert_eq!(helps, ["write `- { src: one, alt: … }`; keys here: src, alt"], "{reported:#?}");
        assert!(
            reported[1].contains("missing key `alt`") && reported[2].contains("unknown key `atl`"),
            "{reported:#?}"
        );
        assert_eq!(items.map(|items| items.len()), Some(3));
    }

    #[test]
    fn common_errors_have_hints() {
        assert!(problems("title: Strike: day two\n")[0].contains("colon inside a text without quotes"));
        assert!(problems("title: a\ntopics:\n\t- x\n")[0].contains("a tab at the start of a line"));
        assert!(problems("title: \"Strike\ndraft: true\n")[0].contains("never closed"));
        assert!(problems("title: a\ntitle: b\n")[0].contains("`title` is given twice"));
    }

    #[test]
    fn syntax_hints_are_reported_at_their_location() {
        let check = |text: &str, line: usize, column: usize, message: &str, help: &str| {
            let reported = problems(text);
            let reported = reported.first().map_or("", String::as_str);
            assert!(reported.starts_with(message) && reported.contains(help), "{text:?}: {reported}");
            assert!(reported.contains(&format!("| Line({}, {column}) |", line + 1)), "{text:?}: {reported}");
        };
        check("title: a\n draft: true\n", 2, 2, "this line is indented more than the others", "begin it where");
        check(" title: a\ndraft: true\n", 1, 2, "this line is indented more than the others", "begin it where");
        check("image:\n   src: a\n  alt: b\n", 3, 3, "this line is indented less than the others", "begin it where");
        check("title:X\ndraft: true\n", 1, 7, "a space is missing after `title:`", "`key: value`");
        check("title: a\nkicker:X\ndraft: true\n", 2, 8, "a space is missing after `kicker:`", "`key: value`");
        check("title:X\n", 1, 7, "a space is missing after `title:`", "`key: value`");
        check("title: a\nand more\n", 2, 1, "this line has no key", "indented");
        check("title: “X: y”\n", 1, 8, "typographic quotation marks are not YAML quotes", "\"…\"");
        check("title: 'It's on'\n", 1, 11, "an apostrophe ends the text here", "''");
        check("title: \"It\" is \"on\"\n", 1, 11, "a quotation mark ends the text here", "'…'");
        check("title: \"a\nimage: \"b\"\n", 1, 8, "a quote is opened and never closed", "close it");
        check("title: x\ntopics: [\"a]\n", 2, 10, "a quote is opened and never closed", "close it");
        check("title: \"two\n  lines\"\nkicker: @home\n", 3, 9, "a text in YAML cannot begin with `@`", "in quotes");
        check("title: -5 degrees: cold\n", 1, 18, "a colon inside a text", "in quotes");
        check("title:X\nkicker: “a”\n", 1, 7, "a space is missing after `title:`", "`key: value`");
        check("kicker:X\ntitle: a: b: c\n", 1, 8, "a space is missing after `kicker:`", "`key: value`");
        check("topics:\n  - 'It's on'\n  - b\n", 2, 8, "an apostrophe ends the text here", "''");
        check("image:\n   src: a\n  alt: [b] # c\n", 3, 3, "this line is indented less", "begin it where");
        check("title: @home\n", 1, 8, "a text in YAML cannot begin with `@`", "in quotes");
        check("title: % of us\n", 1, 8, "a text in YAML cannot begin with `%`", "in quotes");
        check("title: `x`\n", 1, 8, "a text in YAML cannot begin with ```", "in quotes");
        check("topics:\n  - @home\n", 2, 5, "a text in YAML cannot begin with `@`", "in quotes");
        check("title: > x\n", 1, 8, "a text in YAML cannot begin with `>`", "in quotes");
        check("title: [Updated] strike\n", 1, 16, "there is text after the `]`", "in quotes");
        check("topics: [a\ntitle: x\n", 1, 9, "a bracket `[` is opened and never closed", "close it with `]`");
        check("title: x\nimage: { src: a, alt: b\n", 2, 8, "a bracket `{` is opened and never closed", "`}`");
        check("image: { src: a, alt: b #c }\n", 1, 8, "a bracket `{` is opened and never closed", "a YAML comment");
        check("image: { src: \"a\" alt: b }\n", 1, 19, "a comma or the `}` is missing", "commas");
        check("title: \"a \\q\"\n", 1, 11, "this is not YAML: found unknown escape character |", "");
    }

    #[test]
    fn anchors_are_refused_and_texts_are_not() {
        assert!(problems("title: &a x\n")[0].contains("anchors"));
        assert!(problems("title: x\ntopics: [*a, *a]\n")[0].contains("anchors"));
        assert!(problems("title: \"*R&D* and &more\"\n").is_empty());
        assert!(problems("title: R&D *now*\n").is_empty());
        assert!(problems("title: |\n  *bold* start\n  &amp then\n").is_empty());
    }
}
