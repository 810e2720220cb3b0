//! What goes wrong most often, found in the text itself: the parser's own words would not help.

use super::Block;
use crate::diagnostic::{Diagnostic, Spot};

/// Friendly words for what goes wrong most often: an unquoted colon, a tab, an unclosed quote.
pub(super) fn syntax_error(block: Block<'_>, error: &serde_yaml::Error) -> Diagnostic {
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
pub(super) fn find_anchor(text: &str) -> Option<(usize, usize, char)> {
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
