//! Replaces the fences of blocks by markers before parsing. A marker ends every container, paragraph and table of
//! CommonMark. The parser decides which fences count: a marker that is an HTML block of its own is a fence; one inside
//! code or a comment becomes the author's text again.
//!
//! Invariant: each offset in the marked text corresponds to one in the original text.

use std::borrow::Cow;
use std::ops::Range;

/// The blank line ends HTML that lasts until one. The declaration (HTML block of kind 4 in CommonMark, section 4.6) can
/// interrupt a paragraph and ends on its own line.
const MARKER: &str = "\n<!X>\n";

/// A text with markers for its fences.
pub(super) struct Marked<'a> {
    /// The text to parse.
    pub(super) text: Cow<'a, str>,
    original: &'a str,
    fences: Vec<Fence>,
}

struct Fence {
    /// Byte offset of the marker in the marked text.
    at: usize,
    /// Byte range of the line in the original text, with its line ending.
    line: Range<usize>,
}

impl<'a> Marked<'a> {
    /// Replaces every line that begins with three colons.
    pub(super) fn new(original: &'a str) -> Marked<'a> {
        let bytes = original.as_bytes();
        let is_fence = |&at: &usize| bytes[at..].starts_with(b":::") && (at == 0 || bytes[at - 1] == b'\n');
        let mut starts = memchr::memchr_iter(b':', bytes).filter(is_fence).peekable();
        if starts.peek().is_none() {
            return Marked { text: Cow::Borrowed(original), original, fences: Vec::new() };
        }
        let mut text = String::with_capacity(original.len() + 64);
        let mut fences = Vec::new();
        let mut copied = 0;
        for start in starts {
            let end = original[start..].find('\n').map_or(original.len(), |at| start + at + 1);
            text.push_str(&original[copied..start]);
            fences.push(Fence { at: text.len(), line: start..end });
            text.push_str(MARKER);
            copied = end;
        }
        text.push_str(&original[copied..]);
        Marked { text: Cow::Owned(text), original, fences }
    }

    /// Returns the fence whose marker is the HTML block at `start`: its line without the ending, and its byte offset in
    /// the original text. `None` for other HTML blocks.
    pub(super) fn fence_at(&self, start: usize) -> Option<(&'a str, usize)> {
        let at = start.checked_sub(1)?;
        let index = self.fences.binary_search_by_key(&at, |fence| fence.at).ok()?;
        let line = self.fences[index].line.clone();
        Some((self.original[line.clone()].trim_end_matches(['\n', '\r']), line.start))
    }

    /// Converts an offset in the marked text to one in the original.
    pub(super) fn original_offset(&self, offset: usize) -> usize {
        match self.fences.partition_point(|fence| fence.at <= offset).checked_sub(1) {
            None => offset,
            Some(index) => {
                let Fence { at, line } = &self.fences[index];
                let inside = offset - at;
                if inside < MARKER.len() { line.start } else { line.end + (inside - MARKER.len()) }
            }
        }
    }

    /// Returns a range of the marked text as the author wrote it.
    pub(super) fn written(&self, range: Range<usize>) -> &'a str {
        &self.original[self.original_offset(range.start)..self.original_offset(range.end)]
    }

    /// Returns whether there are no fences, so that both texts are equal.
    pub(super) fn is_plain(&self) -> bool {
        self.fences.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back() {
        let text = "::: a\none\n:::\r\n\ntwo\n::::";
        let marked = Marked::new(text);
        assert_eq!(marked.text, "\n<!X>\none\n\n<!X>\n\ntwo\n\n<!X>\n");
        for word in ["one", "two"] {
            let at = marked.text.find(word).unwrap();
            assert_eq!(marked.original_offset(at), text.find(word).unwrap());
            assert_eq!(marked.written(at..at + 3), word);
        }
        assert_eq!(marked.written(0..marked.text.len()), text);
        assert_eq!(marked.fence_at(1), Some(("::: a", 0)));
        assert_eq!(marked.fence_at(11), Some((":::", 10)));
        assert_eq!(marked.fence_at(2), None);
        let inside: String = [(10, 11), (11, 16)].map(|(start, end)| marked.written(start..end)).concat();
        assert_eq!(inside, ":::\r\n");
    }

    #[test]
    fn colons_elsewhere_are_left_alone() {
        let marked = Marked::new("a ::: b\n ::: c\n> ::: d\n");
        assert!(marked.is_plain());
    }
}
