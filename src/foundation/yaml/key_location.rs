//! Finds a key and its value in a YAML text, for reports. The text has been parsed before, so this handles only the
//! forms that keys take.

use std::ops::Range;

/// Returns the byte ranges of the key and the value at a path of keys and indices. If the text does not have the whole
/// path, the deepest part found is returned; `None` if it does not have the first part.
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

/// Finds an entry of a flow mapping or sequence: `{ a: 1, b: 2 }`, `[x, y]`.
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

/// Finds an entry of a block mapping or sequence: lines of one indentation, `a: 1` or `- x`.
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
        // The items of a list may have the indentation of its key; then items and keys share a column.
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
    use super::locate;

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
