//! The one door to YAML: a block of text in, a typed value or diagnostics out, every mistake of the block at once.
//!
//! Blocks are small (64 KiB at most) and may not use anchors and aliases, so that a short text cannot unfold into
//! a large one. Places are given as paths of keys; [`locate`] finds them in the text when someone asks.

mod mistakes;
mod place;
mod slips;

pub(crate) use self::mistakes::STAND_IN;
pub use self::place::locate;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Spot};

/// The most bytes that a block of front matter may have.
pub const LARGEST_BLOCK: usize = 64 * 1024;

/// A YAML text and what is needed to speak of it: the file it is in, the line its first line is on, and the code
/// its diagnostics carry.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The file, by its path from the site's folder.
    pub file: &'a str,
    /// The YAML itself.
    pub text: &'a str,
    /// The line of the file, counted from 1, on which the text begins.
    pub line: usize,
    /// The code of its diagnostics: `front-matter`, `settings` …
    pub code: &'static str,
    /// The most bytes it may have.
    pub limit: usize,
}

impl<'a> Block<'a> {
    /// A whole file of YAML (a data or comments file, settings), of any reasonable size.
    #[must_use]
    pub fn file(file: &'a str, text: &'a str, code: &'static str) -> Block<'a> {
        Block { file, text, line: 1, code, limit: 16 * 1024 * 1024 }
    }
}

/// Reads a typed value. All that is wrong goes into `diagnostics`; then the result is `None`.
///
/// An empty block reads as an empty mapping.
pub fn read<T: DeserializeOwned>(block: Block<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    let before = diagnostics.len();
    read_what_fits(block, diagnostics).filter(|_| diagnostics.len() == before)
}

/// Reads a typed value, without those of its keys that are wrong: all of these go into `diagnostics`. What is half
/// read is good for finding further mistakes and for nothing else.
pub fn read_what_fits<T: DeserializeOwned>(block: Block<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    let block = Block { text: block.text.strip_prefix('\u{feff}').unwrap_or(block.text), ..block };
    if block.text.len() > block.limit {
        let message = format!("{} bytes of YAML are more than the {} allowed here", block.text.len(), block.limit);
        diagnostics.push(Diagnostic::error(block.code, message).at(block.file, Spot::Line(block.line, 1)));
        return None;
    }
    if let Some((line, column, sigil)) = slips::find_anchor(block.text) {
        diagnostics.push(
            Diagnostic::error(block.code, "anchors and aliases are not allowed here")
                .at(block.file, Spot::Line(block.line + line, column))
                .help(format!("if the text really begins with `{sigil}`, put it in quotes")),
        );
        return None;
    }
    let text = if is_blank(block.text) { "{}" } else { block.text };
    let fast = serde_yaml::Deserializer::from_str(text);
    if let Ok(value) = T::deserialize(fast) {
        return Some(value);
    }
    match serde_yaml::from_str(text) {
        Ok(tree) => mistakes::explain(block, tree, diagnostics),
        Err(error) => {
            diagnostics.push(slips::syntax_error(block, &error));
            None
        }
    }
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
        title: String,
        #[serde(default)]
        draft: bool,
        #[serde(default)]
        topics: Vec<String>,
        image: Option<Image>,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by serde")]
    struct Image {
        src: String,
        alt: String,
    }

    fn mistakes(text: &str) -> Vec<String> {
        let mut diagnostics = Vec::new();
        let block = Block { file: "a.md", text, line: 2, code: "front-matter", limit: LARGEST_BLOCK };
        let value: Option<Sample> = read(block, &mut diagnostics);
        assert_eq!(value.is_none(), !diagnostics.is_empty());
        diagnostics
            .iter()
            .map(|d| {
                format!("{} | {:?} | {}", d.message, d.place.as_ref().unwrap().spot, d.help.as_deref().unwrap_or(""))
            })
            .collect()
    }

    #[test]
    fn every_mistake_of_a_block_is_told() {
        let told =
            mistakes("title: Hearing\nsumary: x\ndraft: \"yes\"\nimage: {src: a.png, atl: b}\ntopics: housing\n");
        assert_eq!(told.len(), 4, "{told:#?}");
        assert!(told.iter().any(|line| line.contains("unknown key `sumary`")));
        assert!(told.iter().any(|line| line.contains("unknown key `atl`") && line.contains("did you mean `alt`?")));
        assert!(told.iter().any(|line| line.contains("`draft`") && line.contains("without quotes")));
        assert!(told.iter().any(|line| line.contains("`topics`") && line.contains("write a list")));
    }

    #[test]
    fn item_that_is_no_mapping_hides_no_other() {
        let mut told = Vec::new();
        let block = Block::file("a.yaml", "- one\n- { src: a.png }\n- { src: b.png, alt: b, atl: c }\n", "data");
        let items: Option<Vec<Image>> = read_what_fits(block, &mut told);
        let told: Vec<&str> = told.iter().map(|told| told.message.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:#?}");
        assert!(told[0].contains("takes keys with values, not a text"), "{told:#?}");
        assert!(told[1].contains("missing key `alt`") && told[2].contains("unknown key `atl`"), "{told:#?}");
        assert_eq!(items.map(|items| items.len()), Some(3));
    }

    #[test]
    fn the_three_usual_slips_have_friendly_words() {
        assert!(mistakes("title: Strike: day two\n")[0].contains("colon inside a text without quotes"));
        assert!(mistakes("title: a\ntopics:\n\t- x\n")[0].contains("a tab at the start of a line"));
        assert!(mistakes("title: \"Strike\ndraft: true\n")[0].contains("never closed"));
        assert!(mistakes("title: a\ntitle: b\n")[0].contains("`title` is given twice"));
    }

    #[test]
    fn anchors_are_refused_and_texts_are_not() {
        assert!(mistakes("title: &a x\n")[0].contains("anchors"));
        assert!(mistakes("title: x\ntopics: [*a, *a]\n")[0].contains("anchors"));
        assert!(mistakes("title: \"*R&D* and &more\"\n").is_empty());
        assert!(mistakes("title: R&D *now*\n").is_empty());
        assert!(mistakes("title: |\n  *bold* start\n  &amp then\n").is_empty());
    }
}
