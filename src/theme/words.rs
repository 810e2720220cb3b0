//! The words that readers see, from `i18n/LANGUAGE.yaml`.
//!
//! An entry is a text, or a text for `one` and for `other`. `{name}` in it is replaced by the argument of that name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::layers::Layers;
use crate::diagnostic::{Diagnostic, Spot};
use crate::time::primary;
use crate::yaml::{self, Block};

/// The words of a language.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Words {
    language: String,
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Entry {
    Plain(String),
    Counted(Counted),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    one: String,
    other: String,
}

impl Words {
    /// Gathers the words of a language from all layers, English beneath. A word that only English has is a warning.
    pub fn load(layers: &Layers, language: &str, diagnostics: &mut Vec<Diagnostic>) -> Words {
        let english = merged(layers, "en", diagnostics);
        let tag = primary(language);
        let mut entries = if tag == "en" { english.clone() } else { merged(layers, tag, diagnostics) };
        if language != tag {
            entries.extend(merged(layers, language, diagnostics));
        }
        let missing: Vec<&String> = english.keys().filter(|key| !entries.contains_key(*key)).collect();
        if !missing.is_empty() {
            let some: Vec<String> = missing.iter().take(3).map(|key| format!("`{key}`")).collect();
            let message =
                format!("{} words of the theme are missing in `{language}`, {} …", missing.len(), some.join(", "));
            diagnostics.push(
                Diagnostic::warning("words", message)
                    .at(crate::config::FILE, Spot::value("language"))
                    .help(format!("add them to `i18n/{tag}.yaml`; until then they stay English")),
            );
        }
        for (key, entry) in english {
            entries.entry(key).or_insert(entry);
        }
        Words { language: tag.to_owned(), entries }
    }

    /// A word with its arguments filled in. `None` when there is no such word.
    #[must_use]
    pub fn say(&self, key: &str, count: Option<i64>, arguments: &[(&str, String)]) -> Option<String> {
        let text = match self.entries.get(key)? {
            Entry::Plain(text) => text,
            Entry::Counted(counted) => {
                if is_one(&self.language, count.unwrap_or(0)) {
                    &counted.one
                } else {
                    &counted.other
                }
            }
        };
        Some(fill(text, arguments))
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

/// The plural rule of the languages that Handbill speaks (Unicode CLDR): French and Portuguese say 0 as one.
fn is_one(language: &str, count: i64) -> bool {
    count == 1 || count == 0 && matches!(language, "fr" | "pt")
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

fn merged(layers: &Layers, language: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Entry> {
    let path = format!("i18n/{language}.yaml");
    let mut entries = BTreeMap::new();
    for layer in layers.iter().rev() {
        let Some(bytes) = layer.files.get(&path) else { continue };
        let file = format!("{}{path}", layer.place);
        let text = String::from_utf8_lossy(bytes);
        let read: Option<BTreeMap<String, Entry>> = yaml::read(Block::file(&file, &text, "words"), diagnostics);
        entries.extend(read.unwrap_or_default());
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_and_counted() {
        let entries: BTreeMap<String, Entry> =
            serde_yaml::from_str("by: By {name}\nn: { one: '{n} comment', other: '{n} comments' }").unwrap();
        let words = Words { language: "en".into(), entries };
        assert_eq!(words.say("by", None, &[("name", "{n}".into())]).unwrap(), "By {n}");
        assert_eq!(words.say("n", Some(1), &[("n", "1".into())]).unwrap(), "1 comment");
        assert_eq!(words.say("n", Some(0), &[("n", "0".into())]).unwrap(), "0 comments");
        assert_eq!(words.say("none", None, &[]), None);
    }
}
