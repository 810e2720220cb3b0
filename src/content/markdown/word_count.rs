//! Counts words, extracts plain text and makes the excerpt.

use super::footnotes;
use crate::html::{HtmlToken, HtmlTokenizer, decode_text};

/// Counts words in pieces of text that may end inside a word.
#[derive(Default)]
pub(super) struct WordCounter {
    words: u32,
    ideographs: u32,
    inside: bool,
}

impl WordCounter {
    /// Adds a piece. Words are separated by spaces; in scripts without spaces (Chinese, Japanese), two characters count
    /// as a word.
    pub(super) fn add(&mut self, text: &str) {
        // Without branches, so that the compiler vectorizes the loop; likewise below.
        if text.bytes().fold(false, |found, byte| found | (0xe3..=0xe9).contains(&byte)) {
            text.chars().for_each(|c| self.add_char(c));
            return;
        }
        let bytes = text.as_bytes();
        let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return };
        let pairs =
            |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(&a, &b)| u8::from(is_space(a) & !is_space(b))).sum::<u8>();
        // Chunks of 255, so that the sum fits into a byte.
        let starts = bytes.chunks(255).zip(bytes[1..].chunks(255)).map(|(a, b)| u32::from(pairs(a, b))).sum::<u32>();
        self.words += starts + u32::from(!self.inside && !is_space(first));
        self.inside = !is_space(last);
    }

    fn add_char(&mut self, c: char) {
        if is_ideograph(c) {
            self.ideographs += 1;
            self.inside = false;
        } else if c.is_whitespace() || ('\u{3000}'..='\u{303f}').contains(&c) {
            self.inside = false;
        } else {
            self.words += u32::from(!self.inside);
            self.inside = true;
        }
    }

    /// Ends a word, as between two blocks.
    pub(super) fn gap(&mut self) {
        self.inside = false;
    }

    /// Returns the number of words so far.
    pub(super) fn words(&self) -> u32 {
        self.words + self.ideographs.div_ceil(2)
    }
}

fn is_space(byte: u8) -> bool {
    byte <= b' '
}

/// Returns whether a character is Han, Hiragana or Katakana. Hangul is written with spaces.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Appends the plain text of HTML written by this module: without tags and footnote references.
pub(super) fn push_plain_text(html: &str, out: &mut String) {
    let mut is_in_reference = false;
    for (_, token) in HtmlTokenizer::new(html) {
        match token {
            HtmlToken::Tag(tag) if tag.text == footnotes::REFERENCE => is_in_reference = true,
            HtmlToken::Tag(tag) if tag.text == footnotes::REFERENCE_END => is_in_reference = false,
            HtmlToken::Text(text) if !is_in_reference => out.push_str(&decode_text(text)),
            _ => {}
        }
    }
}

/// Collapses white space to single spaces.
pub(super) fn single_spaced(text: &str) -> String {
    let trimmed = text.trim();
    if trimmed.contains("  ") || trimmed.contains(['\n', '\t']) {
        return trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    trimmed.to_owned()
}

/// Greatest length of an excerpt, in characters.
const EXCERPT: usize = 300;

/// The beginning of the running text, collected from paragraphs.
#[derive(Default)]
pub(super) struct Excerpt {
    text: String,
    full: bool,
}

impl Excerpt {
    /// Adds a paragraph, unless the excerpt is long enough.
    pub(super) fn add(&mut self, html: &str) {
        if self.full {
            return;
        }
        let start = self.text.len();
        if start > 0 {
            self.text.push(' ');
        }
        let gap = self.text.len();
        // Only the part of a long paragraph that can be needed is inspected.
        let most = (EXCERPT * 16..html.len()).find(|&at| html.is_char_boundary(at)).unwrap_or(html.len());
        push_plain_text(&html[..most], &mut self.text);
        if self.text[gap..].trim().is_empty() {
            self.text.truncate(start);
        }
        self.full = self.text.len() > EXCERPT && self.text.chars().nth(EXCERPT).is_some();
    }

    /// Returns the excerpt, cut at a word and with an ellipsis if it is longer than 300 characters.
    pub(super) fn finish(self) -> String {
        let text = single_spaced(&self.text);
        let Some((end, _)) = text.char_indices().nth(EXCERPT) else { return text };
        let last = text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
        let cut = if text[last..].starts_with(' ') { last } else { text[..last].rfind(' ').unwrap_or(last) };
        format!("{}…", text[..cut].trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '”' | '»')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], words: u32) {
        let mut counter = WordCounter::default();
        pieces.iter().for_each(|piece| counter.add(piece));
        assert_eq!(counter.words(), words, "{pieces:?}");
    }

    #[test]
    fn words_are_counted() {
        check(&[""], 0);
        check(&["  one  two three "], 3);
        check(&["half", "way there"], 2);
        check(&["¿Qué pasó?"], 2);
        check(&["罢工进入第二年"], 4);
        check(&["第2年 strike"], 3);
    }

    #[test]
    fn excerpts_end_with_a_word() {
        let check = |html: &[&str], expected: &str| {
            let mut excerpt = Excerpt::default();
            html.iter().for_each(|html| excerpt.add(html));
            assert_eq!(excerpt.finish(), expected);
        };
        check(&["<em>A &amp; B</em>\nnow", "", "then"], "A & B now then");
        check(&["a<span title=\"x>y\">b</span><script>c</script>"], "ab");
        check(&[&"word ".repeat(100)], &format!("{}word…", "word ".repeat(59)));
        check(&[&"x".repeat(400)], &format!("{}…", "x".repeat(299)));
        check(&[&"é".repeat(300)], &"é".repeat(300));
    }
}
