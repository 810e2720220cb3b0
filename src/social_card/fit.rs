//! Line breaking: a text is set at the largest size at which it fits into a box.
//!
//! The text is shaped once; at every size, the width of a line is a sum of advances. Lines end where UAX #14 lets them,
//! which keeps closing punctuation and small kana off the start of a line, and are of about the same length.

use std::ops::Range;

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;
use unicode_normalization::UnicodeNormalization;

use super::fonts::{CardFonts, Face, TextStyle};
use super::shape::{BaseDirection, ShapedLine, clusters, shape};

/// The room for a text, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextBox {
    /// The longest that a line may be.
    pub width: f32,
    /// The most that all lines may take. One line is set in any case.
    pub height: f32,
    /// Distance of two baselines in ems of the first family. Where another font sets most of the text, the distance
    /// grows as that font's own lines are higher: Arabic and Japanese need more room than Latin.
    pub line_height: f32,
}

/// A text broken into lines at the largest of the given sizes at which it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedText {
    /// Font size in pixels.
    pub size: f32,
    /// Distance of two baselines in pixels.
    pub line_height: f32,
    /// The lines, without the characters that no font has.
    pub lines: Vec<String>,
    /// Whether the end of the text was cut off; an ellipsis then ends the last line.
    pub is_shortened: bool,
}

/// Breaks a text into lines at the largest size at which it fits into a box without a break inside a word. If there is
/// none, the smallest size is taken, words longer than a line are broken, and what does not fit is cut off at the end
/// of a word.
///
/// # Panics
///
/// If there is no size.
#[must_use]
pub fn fit(text: &str, style: &TextStyle, sizes: &[f32], area: TextBox, fonts: &CardFonts) -> FittedText {
    let text = Text::new(text, style, fonts);
    let line_height = |size: f32| size * area.line_height * text.leading;
    let max_lines = |size: f32| ((area.height / line_height(size)) as usize).max(1);
    let fitted = |size: f32, lines: Vec<String>, is_shortened: bool| FittedText {
        size,
        line_height: line_height(size),
        lines,
        is_shortened,
    };
    let mut sizes = sizes.to_vec();
    sizes.sort_by(|a, b| b.total_cmp(a));
    for &size in &sizes {
        if let Some(lines) = text.balanced(&text.pieces, area.width / size, max_lines(size)) {
            return fitted(size, lines, false);
        }
    }
    let size = *sizes.last().expect("a text has a size");
    let pieces = text.divided(area.width / size);
    match text.balanced(&pieces, area.width / size, max_lines(size)) {
        Some(lines) => fitted(size, lines, false),
        None => fitted(size, text.shortened(&pieces, area.width / size, max_lines(size)), true),
    }
}

/// A text with the widths of its parts, in ems.
struct Text {
    text: String,
    /// Width of the text before each byte.
    widths: Vec<f32>,
    /// What stays together on a line: words, or characters where the script has no spaces.
    pieces: Vec<Piece>,
    hyphen_width: f32,
    /// `…`, or three full stops if no font has that.
    ellipsis: &'static str,
    ellipsis_width: f32,
    /// How much higher the lines are than those of the first family.
    leading: f32,
}

/// A part of a text after which a line may end, in bytes.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    /// End without the space after it.
    end: usize,
}

/// What a word says of its own division: a line that ends here shows a hyphen.
const SOFT_HYPHEN: char = '\u{ad}';

impl Text {
    fn new(text: &str, style: &TextStyle, fonts: &CardFonts) -> Text {
        let text = settable(text, fonts);
        let line = shape(&text, BaseDirection::OfText, style, fonts);
        let mut advances = vec![0.0; text.len() + 1];
        for glyph in &line.glyphs {
            advances[glyph.start + 1] += glyph.advance;
        }
        let widths = advances.iter().scan(0.0, |sum, advance| {
            *sum += advance;
            Some(*sum)
        });
        let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
        let ends: Vec<usize> = segmenter.segment_str(&text).collect();
        let width_of = |text: &str| shape(text, BaseDirection::OfText, style, fonts).width;
        let ellipsis = if fonts.missing_glyphs("…").is_empty() { "…" } else { "..." };
        Text {
            widths: widths.collect(),
            pieces: ends.windows(2).map(|ends| Piece::new(&text, ends[0], ends[1])).collect(),
            hyphen_width: width_of("-"),
            ellipsis,
            ellipsis_width: width_of(ellipsis),
            leading: leading(&line, style, fonts),
            text,
        }
    }

    /// Returns lines of about the same length, as few as possible. Returns nothing if there are more lines than asked
    /// for, or if a piece is wider than a line.
    fn balanced(&self, pieces: &[Piece], width: f32, max_lines: usize) -> Option<Vec<String>> {
        let mut lines = self.filled(pieces, width).filter(|lines| lines.len() <= max_lines)?;
        let (mut too_narrow, mut enough) = (0.0, width);
        for _ in 0..12 {
            let middle = (too_narrow + enough) / 2.0;
            match self.filled(pieces, middle) {
                Some(narrower) if narrower.len() == lines.len() => (lines, enough) = (narrower, middle),
                _ => too_narrow = middle,
            }
        }
        Some(lines.into_iter().map(|line| self.line(line)).collect())
    }

    /// Fills lines one after another. Returns nothing if a piece is wider than a line.
    fn filled(&self, pieces: &[Piece], width: f32) -> Option<Vec<Range<usize>>> {
        let mut lines: Vec<Range<usize>> = Vec::new();
        for piece in pieces {
            match lines.last_mut() {
                Some(line) if self.width(line.start..piece.end) <= width => line.end = piece.end,
                _ if self.width(piece.start..piece.end) > width => return None,
                _ => lines.push(piece.start..piece.end),
            }
        }
        Some(lines)
    }

    /// Fills lines and cuts off what does not fit, at the end of a piece or, if the last line has no such place, of a
    /// character.
    fn shortened(&self, pieces: &[Piece], width: f32, max_lines: usize) -> Vec<String> {
        let mut lines = self.filled(pieces, width).unwrap_or_default();
        lines.truncate(max_lines);
        let Some(last) = lines.pop() else { return Vec::new() };
        let kept = |end: usize| self.text[last.start..end].trim_end_matches(is_left_out_before_ellipsis);
        let fits = |end: &usize| {
            let width_of_kept = self.width(last.start..last.start + kept(*end).len());
            width_of_kept + self.ellipsis_width <= width
        };
        let mut ends_of_pieces = pieces.iter().map(|piece| piece.end).filter(|end| last.contains(&(end - 1)));
        let ends_of_characters = clusters(&self.text[last.clone()]).map(|cluster| last.start + cluster.end);
        let end = ends_of_pieces.rfind(fits).or_else(|| ends_of_characters.filter(fits).last());
        let shortened = self.line(last.start..last.start + kept(end.unwrap_or(last.start)).len());
        let lines = lines.into_iter().map(|line| self.line(line));
        lines.chain([shortened + self.ellipsis]).collect()
    }

    /// Returns the pieces, with those that are wider than a line cut into characters.
    fn divided(&self, width: f32) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            if self.width(piece.start..piece.end) <= width {
                pieces.push(*piece);
                continue;
            }
            let characters = clusters(&self.text[piece.start..piece.end]);
            pieces.extend(characters.map(|c| Piece { start: piece.start + c.start, end: piece.start + c.end }));
        }
        pieces
    }

    fn width(&self, line: Range<usize>) -> f32 {
        let hyphen = if self.text[line.clone()].ends_with(SOFT_HYPHEN) { self.hyphen_width } else { 0.0 };
        self.widths[line.end] - self.widths[line.start] + hyphen
    }

    fn line(&self, line: Range<usize>) -> String {
        let text = &self.text[line];
        let hyphen = if text.ends_with(SOFT_HYPHEN) { "-" } else { "" };
        text.replace(SOFT_HYPHEN, "") + hyphen
    }
}

impl Piece {
    fn new(text: &str, start: usize, next: usize) -> Piece {
        Piece { start, end: start + text[start..next].trim_end().len() }
    }
}

/// Returns a text as it is set: composed (NFC), with single spaces, without what no font has.
fn settable(text: &str, fonts: &CardFonts) -> String {
    let text: String = text.nfc().collect();
    let missing = fonts.missing_glyphs(&text);
    let kept =
        clusters(&text).map(|cluster| &text[cluster]).filter(|cluster| !cluster.contains(|c| missing.contains(&c)));
    let kept: String = kept.collect();
    kept.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns how much higher lines are in the font that sets most of a text than in that of the first family.
fn leading(line: &ShapedLine, style: &TextStyle, fonts: &CardFonts) -> f32 {
    let share = |face: &Face| -> f32 {
        line.glyphs.iter().filter(|glyph| std::ptr::eq(glyph.face, face)).map(|glyph| glyph.advance).sum()
    };
    let faces = fonts.ranked(style);
    let Some(first) = faces.first() else { return 1.0 };
    let most = faces.iter().copied().reduce(|best, face| if share(face) > share(best) { face } else { best });
    most.map_or(1.0, |most| most.line_height() / first.line_height())
}

/// Punctuation and spaces that an ellipsis takes the place of.
fn is_left_out_before_ellipsis(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, ',' | ';' | ':' | '.' | '–' | '—' | '-' | '…' | '،' | '؛' | '、' | '。' | SOFT_HYPHEN)
}

#[cfg(test)]
mod tests {
    use super::super::fonts::{test_fonts, test_style};
    use super::*;

    const SIZES: [f32; 4] = [100.0, 80.0, 60.0, 40.0];
    const TEXTS: [&str; 6] = [
        "Rents fall for the first time in ten years, and landlords call it a crisis",
        "“We won’t leave” — how one street in Łódź beat the developer’s 1990–2024 plan",
        "Donaudampfschifffahrtsgesellschaft verklagt Bundesverkehrsministerium",
        "عمال الميناء يعلقون إضرابهم بعد اتفاق مع الحكومة على رفع الأجور",
        "家賃が十年ぶりに下落、市は「住まいの権利」条例を可決へ——若者団体の長い闘いが実る",
        "Non\u{ad}vio\u{ad}lence re\u{ad}sis\u{ad}tance",
    ];

    fn fitted(text: &str, width: f32, height: f32) -> FittedText {
        fit(text, &test_style(), &SIZES, TextBox { width, height, line_height: 1.05 }, test_fonts())
    }

    fn without_spaces(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace() && *c != SOFT_HYPHEN).collect()
    }

    #[test]
    fn lines_are_never_wider_than_the_box_and_no_word_is_lost() {
        let fonts = test_fonts();
        for text in TEXTS {
            for width in [150.0, 300.0, 500.0, 1072.0] {
                for height in [80.0, 200.0, 400.0] {
                    let fitted = fitted(text, width, height);
                    for line in &fitted.lines {
                        let shaped = shape(line, BaseDirection::OfText, &test_style(), fonts);
                        assert!(shaped.width * fitted.size <= width + 0.5, "{line} in {width}");
                    }
                    assert!(fitted.lines.len() as f32 * fitted.line_height <= height.max(fitted.line_height));
                    if !fitted.is_shortened && !text.contains(SOFT_HYPHEN) {
                        assert_eq!(without_spaces(&fitted.lines.concat()), without_spaces(text));
                    }
                }
            }
        }
    }

    #[test]
    fn largest_size_that_fits_is_taken() {
        let check = |text: &str, height: f32, expected: f32, lines: usize| {
            let fitted = fitted(text, 1000.0, height);
            assert_eq!((fitted.size, fitted.lines.len()), (expected, lines), "{text}");
        };
        check("Enough", 110.0, 100.0, 1);
        check(TEXTS[0], 450.0, 100.0, 4);
        check(TEXTS[0], 300.0, 80.0, 3);
        check(TEXTS[0], 130.0, 60.0, 2);
        check("", 100.0, 100.0, 0);
    }

    #[test]
    fn lines_are_of_about_the_same_length() {
        assert_eq!(
            fitted("Rents fall for the first time in ten years", 1000.0, 220.0).lines,
            ["Rents fall for the first", "time in ten years"]
        );
    }

    #[test]
    fn what_is_cut_off_ends_at_a_word_with_an_ellipsis() {
        let check = |text: &str, width: f32, expected: &[&str]| {
            let fitted = fitted(text, width, 90.0);
            assert!(fitted.is_shortened);
            assert_eq!(fitted.lines, expected);
        };
        check(TEXTS[0], 420.0, &["Rents fall for the first", "time in ten years…"]);
        check(TEXTS[2], 420.0, &["Donaudampfschifffah", "rtsgesellschaft…"]);
        check(TEXTS[3], 330.0, &["عمال الميناء يعلقون…"]);
    }

    #[test]
    fn closing_punctuation_and_small_kana_never_begin_a_line() {
        let text = "ちょっとしたキャットフード。ちょっとした「住まい」、ちょっとした！？キャッ（ト）フード";
        for width in 160..400 {
            for line in fitted(text, width as f32, 2000.0).lines {
                assert!(
                    !line.starts_with(['。', '、', '」', '）', '！', '？', 'ょ', 'っ', 'ャ', 'ッ', 'ー']),
                    "{line}"
                );
                assert!(!line.ends_with(['「', '（']), "{line}");
            }
        }
    }

    #[test]
    fn word_is_broken_only_where_no_size_holds_it() {
        let word = "Bundesverkehrsministerium";
        let whole = fitted(word, 900.0, 400.0);
        assert_eq!((whole.size, whole.lines), (60.0, vec![word.to_owned()]));
        assert_eq!(fitted(word, 300.0, 400.0).lines, ["Bundesverkeh", "rsministerium"]);
    }

    #[test]
    fn soft_hyphens_show_at_the_end_of_a_line_only() {
        assert_eq!(fitted(TEXTS[5], 300.0, 150.0).lines, ["Nonviolence", "resistance"]);
        assert_eq!(
            fitted("Bundes\u{ad}verkehrs\u{ad}ministerium", 320.0, 120.0).lines,
            ["Bundesverkehrs-", "ministerium"]
        );
    }

    #[test]
    fn script_of_higher_lines_gets_more_room() {
        let line_height = |text| {
            let fitted = fitted(text, 1000.0, 400.0);
            fitted.line_height / fitted.size
        };
        assert!((line_height("Rents fall") - 1.05).abs() < 0.001);
        assert!(line_height("家賃が十年ぶりに下落") > 1.25);
        assert!(line_height("عمال الميناء") > 1.4);
    }

    #[test]
    fn what_no_font_has_is_left_out() {
        assert_eq!(fitted("Festival 🎉 after 👩‍👧 the flood", 1000.0, 120.0).lines, ["Festival after the flood"]);
    }
}
