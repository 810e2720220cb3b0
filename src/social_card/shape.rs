//! Shaping: which glyphs draw a line of text, and where.
//!
//! A line is cut into runs of one direction (UAX #9), one face and one script. Each is shaped by itself, and the runs
//! are put side by side in the order in which they are seen. Lengths are in ems, so that one shaping serves every size.

use std::ops::Range;

use harfrust::{
    Direction, Feature, Script, ShapeOptions, ShaperData, ShaperInstance, Tag, UnicodeBuffer, Variation, script,
};
use icu_segmenter::GraphemeClusterSegmenter;
use unicode_bidi::{BidiInfo, Level};

use super::fonts::{CardFonts, Face, TextStyle, WEIGHT_AXIS};

/// A line of text as glyphs, from left to right.
pub(super) struct ShapedLine<'f> {
    pub(super) glyphs: Vec<PlacedGlyph<'f>>,
    /// Sum of all advances.
    pub(super) width: f32,
}

/// A glyph and its place. The origin is the left end of the baseline, y points up.
pub(super) struct PlacedGlyph<'f> {
    pub(super) face: &'f Face,
    pub(super) id: u32,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) advance: f32,
    /// Where in the text, in bytes, the characters begin that the glyph draws.
    pub(super) start: usize,
}

/// The direction of a line. It decides on which side the line begins, and the place of what has no direction itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BaseDirection {
    LeftToRight,
    RightToLeft,
    /// That of the first letter.
    OfText,
}

/// Characters of one direction, face and script.
struct Run<'f> {
    range: Range<usize>,
    face: &'f Face,
    script: Option<Script>,
}

/// Shapes one line. Characters that no font has are left out.
pub(super) fn shape<'f>(
    text: &str,
    direction: BaseDirection,
    style: &TextStyle,
    fonts: &'f CardFonts,
) -> ShapedLine<'f> {
    let base = match direction {
        BaseDirection::LeftToRight => Some(Level::ltr()),
        BaseDirection::RightToLeft => Some(Level::rtl()),
        BaseDirection::OfText => None,
    };
    let faces = fonts.ranked(style);
    let bidi = BidiInfo::new(text, base);
    let mut line = ShapedLine { glyphs: Vec::new(), width: 0.0 };
    for paragraph in &bidi.paragraphs {
        let (levels, ranges) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in ranges {
            let is_rtl = levels[range.start].is_rtl();
            let mut runs = runs(text, range, &faces);
            if is_rtl {
                runs.reverse();
            }
            for run in runs {
                line.push(text, &run, is_rtl, style);
            }
        }
    }
    line
}

/// Cuts characters of one direction into runs.
///
/// What is of no script, such as digits and punctuation, stays with the letters before it if their face has it, so that
/// an Arabic sentence does not end in a Latin full stop.
fn runs<'f>(text: &str, range: Range<usize>, faces: &[&'f Face]) -> Vec<Run<'f>> {
    let mut runs: Vec<Run> = Vec::new();
    for cluster in clusters(&text[range.clone()]) {
        let cluster = range.start + cluster.start..range.start + cluster.end;
        let characters = &text[cluster.clone()];
        let sets = |face: &Face| characters.chars().all(|c| face.sets(c));
        let script = script_of(characters);
        let before = runs.last_mut().filter(|run| run.range.end == cluster.start);
        let face_of_letters =
            before.as_ref().filter(|run| run.script.is_some() && script.is_none()).map(|run| run.face);
        let candidates = face_of_letters.into_iter().chain(faces.iter().copied());
        let Some(face) = candidates.into_iter().find(|face| sets(face)) else { continue };
        match before {
            Some(run)
                if std::ptr::eq(run.face, face)
                    && (script.is_none() || run.script.is_none() || script == run.script) =>
            {
                run.range.end = cluster.end;
                run.script = run.script.or(script);
            }
            _ => runs.push(Run { range: cluster, face, script }),
        }
    }
    runs
}

/// Returns what a reader takes for one character each (grapheme clusters, UAX #29).
pub(super) fn clusters(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(text).collect();
    (1..ends.len()).map(move |i| ends[i - 1]..ends[i])
}

/// Returns the script of a cluster; spaces, digits and punctuation are of any.
fn script_of(cluster: &str) -> Option<Script> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(cluster);
    buffer.guess_segment_properties();
    Some(buffer.script()).filter(|script| *script != script::UNKNOWN)
}

/// Reports whether the letters of a script touch, so that spaces between them would tear words apart.
fn joins(script: Script) -> bool {
    let joined = [
        script::ARABIC,
        script::BENGALI,
        script::DEVANAGARI,
        script::GURMUKHI,
        script::MANDAIC,
        script::MONGOLIAN,
        script::NKO,
        script::SYRIAC,
    ];
    joined.contains(&script)
}

impl<'f> ShapedLine<'f> {
    /// Shapes a run and puts it at the right end of the line.
    fn push(&mut self, text: &str, run: &Run<'f>, is_rtl: bool, style: &TextStyle) {
        let font = run.face.font();
        let data = ShaperData::new(&font);
        let weight = Variation { tag: WEIGHT_AXIS, value: f32::from(style.weight) };
        let instance = ShaperInstance::from_variations(&font, [weight]);
        let shaper = data.shaper(&font).instance(Some(&instance)).build();

        let mut buffer = UnicodeBuffer::new();
        for (offset, c) in text[run.range.clone()].char_indices() {
            buffer.add(c, (run.range.start + offset) as u32);
        }
        // Letters join with those before and after the run.
        buffer.set_pre_context(&text[..run.range.start]);
        buffer.set_post_context(&text[run.range.end..]);
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.set_script(run.script.unwrap_or(script::COMMON));
        let spacing = if run.script.is_some_and(joins) { 0.0 } else { style.letter_spacing };
        // Letters that are spaced out have none between them that are drawn as one.
        let ligatures = Feature::new(Tag::new(b"liga"), u32::from(spacing <= 0.0), ..);
        let output = shaper.shape(buffer, ShapeOptions::new().features(&[ligatures]));

        let em = shaper.units_per_em() as f32;
        let infos = output.glyph_infos();
        for (i, (info, position)) in infos.iter().zip(output.glyph_positions()).enumerate() {
            let ends_cluster = infos.get(i + 1).is_none_or(|next| next.cluster != info.cluster);
            let advance = position.x_advance as f32 / em + if ends_cluster { spacing } else { 0.0 };
            self.glyphs.push(PlacedGlyph {
                face: run.face,
                id: info.glyph_id,
                x: self.width + position.x_offset as f32 / em,
                y: position.y_offset as f32 / em,
                advance,
                start: info.cluster as usize,
            });
            self.width += advance;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fonts::{test_fonts, test_style};
    use super::*;

    /// Returns where in a text the glyphs of a line begin, from left to right.
    fn starts(text: &str, direction: BaseDirection) -> Vec<usize> {
        let fonts = test_fonts();
        shape(text, direction, &test_style(), fonts).glyphs.iter().map(|glyph| glyph.start).collect()
    }

    #[test]
    fn glyphs_are_in_the_order_in_which_they_are_seen() {
        use BaseDirection::{LeftToRight, OfText, RightToLeft};
        assert_eq!(starts("ab.", LeftToRight), [0, 1, 2]);
        assert_eq!(starts("ab.", RightToLeft), [2, 0, 1]);
        assert_eq!(starts("بلا.", OfText), starts("بلا.", RightToLeft));
        let mixed = starts("بلا 12 ab", OfText);
        assert!(mixed.windows(2).position(|pair| pair == [10, 11]) < mixed.windows(2).position(|pair| pair == [7, 8]));
    }

    #[test]
    fn line_is_as_wide_as_its_glyphs() {
        let fonts = test_fonts();
        let line = shape("Łódź: مياه 家賃", BaseDirection::LeftToRight, &test_style(), fonts);
        let sum: f32 = line.glyphs.iter().map(|glyph| glyph.advance).sum();
        assert!((line.width - sum).abs() < 1e-4);
        assert!(line.glyphs.iter().all(|glyph| glyph.id != 0), "no glyph is the box of a missing one");
    }

    #[test]
    fn weight_of_a_variable_font_is_set() {
        let fonts = test_fonts();
        let width = |weight| {
            let style = TextStyle { weight, ..test_style() };
            shape("Rents fall", BaseDirection::LeftToRight, &style, fonts).width
        };
        assert!(width(700) > width(400) + 0.1);
    }

    #[test]
    fn spaced_letters_have_no_ligatures() {
        let fonts = test_fonts();
        let glyphs = |letter_spacing| {
            let style = TextStyle { letter_spacing, ..test_style() };
            shape("first", BaseDirection::LeftToRight, &style, fonts).glyphs.len()
        };
        assert_eq!((glyphs(-0.02), glyphs(0.0), glyphs(0.1)), (4, 4, 5));
    }

    #[test]
    fn letters_of_arabic_join() {
        let fonts = test_fonts();
        let width = |text| shape(text, BaseDirection::OfText, &test_style(), fonts).width;
        assert!(width("عمل") < 0.9 * width("ع م ل") - width(" "));
    }

    #[test]
    fn punctuation_and_digits_stay_with_the_letters_before_them() {
        let fonts = test_fonts();
        let families = |text: &str| -> Vec<bool> {
            let latin =
                fonts.ranked(&test_style())[..3].iter().map(|face| std::ptr::from_ref(*face)).collect::<Vec<_>>();
            let line = shape(text, BaseDirection::LeftToRight, &test_style(), fonts);
            line.glyphs.iter().map(|glyph| latin.contains(&std::ptr::from_ref(glyph.face))).collect()
        };
        assert_eq!(families("家「賃」a"), [false, false, false, false, true]);
        assert_eq!(families("(a)"), [true, true, true]);
    }
}
