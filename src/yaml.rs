//! The one door to YAML: a block of text in, a typed value or diagnostics out, every mistake of the block at once.
//!
//! Blocks are small (64 KiB at most) and may not use anchors and aliases, so that a short text cannot unfold into
//! a large one. Places are given as paths of keys; [`locate`] finds them in the text when someone asks.

mod mistakes;

pub(crate) use self::mistakes::STAND_IN;

use std::ops::Range;

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
    if let Some((line, column, sigil)) = find_anchor(block.text) {
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
            diagnostics.push(syntax_error(block, &error));
            None
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// Friendly words for what goes wrong most often: an unquoted colon, a tab, an unclosed quote.
fn syntax_error(block: Block<'_>, error: &serde_yaml::Error) -> Diagnostic {
    let message = error.to_string();
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let line_text = block.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let key_line = |line: usize, column: usize| Spot::Line(block.line + line.saturating_sub(1), column.max(1));
    let at =
        |spot: Spot, message: &str, help: &str| Diagnostic::error(block.code, message).at(block.file, spot).help(help);
    if let Some(tab) = block.text.lines().position(|line| line.trim_start_matches(' ').starts_with('\t'))
        && (message.contains("cannot start any token") || message.contains("tab"))
    {
        let spaces = block.text.lines().nth(tab).map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
        return at(key_line(tab + 1, spaces + 1), "a tab at the start of a line", "YAML is indented with spaces");
    }
    if let Some((line, column)) = find_unclosed_quote(block.text) {
        return at(
            key_line(line + 1, column),
            "a quote is opened and never closed",
            "close it on the same line, or write an apostrophe as ’",
        );
    }
    if message.contains("mapping values are not allowed") {
        let colon = line_text.match_indices(": ").nth(1).map_or(column, |(at, _)| line_text[..at].chars().count() + 1);
        return at(
            key_line(line, colon),
            "a colon inside a text without quotes",
            "put the whole text after the key in quotes",
        );
    }
    let duplicate = message.contains("duplicate entry");
    let words = message.rsplit_once(" at line ").map_or(message.as_str(), |(head, _)| head);
    if duplicate {
        let key = message.split('"').nth(1).unwrap_or("a key");
        let second =
            block.text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(&format!("{key}:"))).nth(1);
        let line = second.map_or(line, |(index, _)| index + 1);
        return at(key_line(line, 1), &format!("`{key}` is given twice"), "keep one of them");
    }
    Diagnostic::error(block.code, format!("this is not YAML: {words}")).at(block.file, key_line(line, column))
}

/// The first line (from 0) and column (from 1) where a value opens a quote that its line does not close and no
/// later line does.
fn find_unclosed_quote(text: &str) -> Option<(usize, usize)> {
    for (number, line) in text.lines().enumerate() {
        let Some((key, value)) = line.split_once(": ") else { continue };
        let lead = value.len() - value.trim_start().len();
        let value = value.trim();
        for quote in ['"', '\''] {
            let Some(rest) = value.strip_prefix(quote) else { continue };
            let rest = rest.replace("\\\"", "").replace("''", "");
            if !rest.contains(quote) {
                return Some((number, key.chars().count() + 2 + lead + 1));
            }
        }
    }
    None
}

/// The first anchor or alias: its line (from 0), column (from 1) and sigil. Quoted texts and block scalars are
/// passed over.
fn find_anchor(text: &str) -> Option<(usize, usize, char)> {
    if !text.contains(['&', '*']) {
        return None;
    }
    let mut scalar_indent: Option<usize> = None;
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if let Some(base) = scalar_indent {
            if indent > base || line.trim().is_empty() {
                continue;
            }
            scalar_indent = None;
        }
        let mut quote: Option<char> = None;
        let mut is_escaped = false;
        let mut at_value = true;
        let chars: Vec<char> = line.chars().collect();
        for (column, &c) in chars.iter().enumerate() {
            let next = chars.get(column + 1).copied();
            match (quote, c) {
                _ if is_escaped => is_escaped = false,
                (Some('"'), '\\') => is_escaped = true,
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if at_value => quote = Some(c),
                (None, '#') if column == 0 || chars[column - 1] == ' ' => break,
                (None, '&' | '*') if at_value && next.is_some_and(|n| n.is_alphanumeric() || n == '_') => {
                    return Some((number, column + 1, c));
                }
                _ => {}
            }
            at_value = match c {
                ' ' => at_value,
                ':' | '-' | '?' => next.is_none_or(|n| n == ' '),
                '[' | '{' | ',' => true,
                _ => false,
            };
        }
        let content = line.trim_end();
        let opens = content.trim_end_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit());
        if opens.strip_suffix(['|', '>']).is_some_and(|before| before.is_empty() || before.ends_with([' ', ':', '-'])) {
            scalar_indent = Some(indent);
        }
    }
    None
}

/// Where a path of keys and list positions stands in a block: the range of the last key and that of its value, in
/// bytes. Goes as deep as the text allows and gives the deepest place found; `None` when not even the first is.
#[must_use]
pub fn locate(text: &str, path: &[String]) -> Option<(Range<usize>, Range<usize>)> {
    let mut found = None;
    let mut region = 0..text.len();
    for part in path {
        let Some((key, value)) = child(text, region.clone(), part) else { break };
        region = value.clone();
        found = Some((key, trim(text, value)));
    }
    found
}

fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    let end = start + inner.trim().len();
    start..end
}

type KeyAndValue = (Range<usize>, Range<usize>);

fn child(text: &str, region: Range<usize>, part: &str) -> Option<KeyAndValue> {
    let trimmed = trim(text, region.clone());
    if text[trimmed.clone()].starts_with(['{', '[']) {
        flow_child(text, trimmed, part)
    } else {
        block_child(text, region, part)
    }
}

/// In `{ a: 1, b: 2 }` or `[x, y]`.
fn flow_child(text: &str, region: Range<usize>, part: &str) -> Option<KeyAndValue> {
    let index = part.parse::<usize>().ok();
    let mut depth = 0usize;
    let mut quote = None;
    let mut entry = region.start + 1;
    let mut entries = Vec::new();
    for (offset, c) in text[region.clone()].char_indices() {
        let at = region.start + offset;
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    entries.push(entry..at);
                    break;
                }
            }
            (None, ',') if depth == 1 => {
                entries.push(entry..at);
                entry = at + 1;
            }
            _ => {}
        }
    }
    if let Some(index) = index.filter(|_| text[region.clone()].starts_with('[')) {
        let range = trim(text, entries.get(index)?.clone());
        return Some((range.clone(), range));
    }
    entries.into_iter().find_map(|entry| {
        let entry = trim(text, entry);
        let (key, _) = text[entry.clone()].split_once(':')?;
        let plain = key.trim().trim_matches(['"', '\'']);
        (plain == part)
            .then(|| (entry.start..entry.start + key.trim_end().len(), entry.start + key.len() + 1..entry.end))
    })
}

/// Under lines of one indentation: `a: 1` or `- x`.
fn block_child(text: &str, region: Range<usize>, part: &str) -> Option<KeyAndValue> {
    let index = part.parse::<usize>().ok();
    let mut lines: Vec<(usize, usize, usize)> = Vec::new(); // start of content, column, start of line
    let mut line_start = text[..region.start].rfind('\n').map_or(0, |at| at + 1);
    let mut at = region.start;
    for line in text[region.clone()].split_inclusive('\n') {
        let content = at + (line.len() - line.trim_start().len());
        let body = line.trim();
        if !body.is_empty() && !body.starts_with('#') {
            lines.push((content, content - line_start, line_start));
        }
        at += line.len();
        line_start = at;
    }
    let indent = lines.iter().map(|(_, column, _)| *column).min()?;
    let tops: Vec<usize> =
        lines.iter().filter(|(_, column, _)| *column == indent).map(|(content, ..)| *content).collect();
    let mut position = 0;
    for (number, &start) in tops.iter().enumerate() {
        // A list under a key may stand at the key's own indentation; then items and keys share a column.
        let is_item = text[start..].starts_with("- ") || text[start..].starts_with("-\n");
        let end = tops
            .iter()
            .skip(number + 1)
            .find(|&&next| is_item || !text[next..].starts_with('-'))
            .copied()
            .map_or(region.end, |next| text[..next].rfind('\n').map_or(next, |newline| newline.max(start)));
        if is_item {
            if index == Some(position) {
                return Some((start..start + 1, start + 1..end));
            }
            position += 1;
            continue;
        }
        let line_end = text[start..end].find('\n').map_or(end, |newline| start + newline);
        let Some((key, _)) = text[start..line_end].split_once(':') else { continue };
        if key.trim().trim_matches(['"', '\'']) == part {
            return Some((start..start + key.trim_end().len(), start + key.len() + 1..end));
        }
    }
    None
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

    #[test]
    fn keys_are_found_where_they_stand() {
        let text = "title: A\nimage: { src: a.png, alt: \"x, y\" }\nsources:\n  - title: one\n    url: u1\n  - title: two\n    url: u2\ntopics: [a, bee]\nlist:\n- p\n- q\nlast: z\n";
        let check = |path: &[&str], key: &str, value: &str| {
            let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
            let (k, v) = locate(text, &path).unwrap_or_else(|| panic!("{path:?}"));
            assert_eq!((&text[k], &text[v]), (key, value), "{path:?}");
        };
        check(&["title"], "title", "A");
        check(&["image", "alt"], "alt", "\"x, y\"");
        check(&["sources", "1", "url"], "url", "u2");
        check(&["topics", "1"], "bee", "bee");
        check(&["list", "1"], "-", "q");
        check(&["last"], "last", "z");
    }
}
