//! Finds anchors and aliases, which are not allowed: a short text could expand to a large one.

/// Returns line (0-based), column (1-based) and sigil of the first anchor or alias. Quoted texts and block scalars are
/// skipped.
pub(crate) fn find(text: &str) -> Option<(usize, usize, char)> {
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
