//! Limits the nesting of quotes and lists. For each line that continues a paragraph lazily, the parser checks every
//! open container, so that the cost of a text is depth times lines.

/// Texts shorter than this, in bytes, are always cheap.
const SHORT: usize = 10_000;
/// Depth that is always accepted.
const DEEP: usize = 100;
/// Greatest product of lines and depth.
const MOST: usize = 20_000_000;

/// Returns the byte offset of the deepest line if a text would take too long.
pub(super) fn excess(text: &str) -> Option<usize> {
    if text.len() < SHORT {
        return None;
    }
    let (mut lines, mut start, mut deepest) = (0, 0, (0, 0));
    for line in text.split_inclusive('\n') {
        lines += 1;
        deepest = deepest.max((depth(line), start));
        start += line.len();
    }
    (deepest.0 > DEEP && deepest.0.saturating_mul(lines) > MOST).then_some(deepest.1)
}

/// Returns an upper bound of a line's depth: its markers of quotes and lists, and what its indentation allows.
fn depth(line: &str) -> usize {
    let bytes = line.as_bytes();
    let (mut at, mut markers, mut columns) = (0, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4,
            b'>' | b':' => markers += 1,
            b'-' | b'+' | b'*' | b'.' | b')' if matches!(bytes.get(at + 1), Some(b' ' | b'\t' | b'\n')) => markers += 1,
            b'0'..=b'9' => {}
            _ => break,
        }
        at += 1;
    }
    if markers == 0 { 0 } else { markers + columns / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_deep_texts_of_many_lines_are_refused() {
        assert_eq!(excess(&(">".repeat(20_000) + "a")), None);
        assert_eq!(excess(&("- a\n".repeat(1_000_000))), None);
        assert_eq!(excess(&("x\n".to_owned() + &"> - ".repeat(5_000) + "a" + &"\nb".repeat(20_000))), Some(2));
        assert_eq!(excess(&("-".repeat(300) + "\n" + &"a\n".repeat(200_000))), None);
        let staircase: String = (0..1_000).map(|depth| " ".repeat(depth * 2) + "- a\n").collect();
        assert_eq!(excess(&staircase), None);
        assert!(excess(&(staircase + &"b\n".repeat(100_000))).is_some());
    }
}
