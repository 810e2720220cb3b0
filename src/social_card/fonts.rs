//! The fonts that cards may use, and which of them sets which character.
//!
//! A font is found by the family name that is in its file, as CSS has it: of a family the face whose style and weight
//! are nearest, and for a character that it lacks the next one (CSS Fonts 4, "cluster matching"). A variable font is a
//! face of many weights.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::io::Read;
use std::ops::RangeInclusive;
use std::sync::Arc;

use skrifa::instance::{Location, Size};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider, Tag};
use unicode_normalization::UnicodeNormalization;

/// The axis of weights of a variable font.
pub(super) const WEIGHT_AXIS: Tag = Tag::new(b"wght");

/// Fonts that cards may use: those of the theme's assets and those that the site adds. Never fonts of the system, so
/// that every machine makes the same cards.
pub struct CardFonts {
    faces: Vec<Face>,
}

/// How a text is set.
#[derive(Clone, Debug, PartialEq)]
pub struct TextStyle {
    /// Names of families, the preferred one first. A character that none of them has is set in any font that has it.
    pub families: Vec<String>,
    /// Weight, from 1 to 1000; 400 is regular, 700 bold.
    pub weight: u16,
    /// Whether the text is italic.
    pub is_italic: bool,
    /// Space that is added after each character, in ems. Scripts whose letters join, such as Arabic, take none.
    pub letter_spacing: f32,
}

/// A font file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontError {
    /// Name of the file, as it was given.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

/// One face of a font file.
pub(super) struct Face {
    data: Arc<[u8]>,
    index: u32,
    families: Vec<String>,
    weights: RangeInclusive<f32>,
    is_italic: bool,
    characters: BTreeSet<char>,
}

impl CardFonts {
    /// Reads font files, each with a name for messages: WOFF2, WOFF, TTF, OTF, and collections of them.
    ///
    /// # Errors
    ///
    /// The first file that is no font.
    pub fn new(files: &[(&str, &[u8])]) -> Result<CardFonts, FontError> {
        let mut faces = Vec::new();
        for (name, bytes) in files {
            let error = |reason: String| FontError { name: (*name).to_owned(), reason };
            let data: Arc<[u8]> = unpack(bytes).map_err(error)?.into();
            let fonts: Vec<FontRef> =
                FontRef::fonts(&data).collect::<Result<_, _>>().map_err(|reason| error(reason.to_string()))?;
            if fonts.is_empty() {
                return Err(error("it is not a font".to_owned()));
            }
            if !fonts.iter().all(is_complete) {
                return Err(error("it has no characters".to_owned()));
            }
            faces.extend(fonts.iter().zip(0..).map(|(font, index)| Face::new(font, index, data.clone())));
        }
        Ok(CardFonts { faces })
    }

    /// Returns the names of all families.
    #[must_use]
    pub fn families(&self) -> BTreeSet<&str> {
        self.faces.iter().flat_map(|face| &face.families).map(String::as_str).collect()
    }

    /// Returns the characters of a text that no font has, each once. A card is drawn without them.
    #[must_use]
    pub fn missing_glyphs(&self, text: &str) -> BTreeSet<char> {
        let is_missing = |c: &char| !c.is_whitespace() && !self.faces.iter().any(|face| face.sets(*c));
        text.nfc().filter(is_missing).collect()
    }

    /// Returns the faces for a style, the best first.
    pub(super) fn ranked(&self, style: &TextStyle) -> Vec<&Face> {
        let mut faces: Vec<&Face> = self.faces.iter().collect();
        faces.sort_by_cached_key(|face| {
            let family = style.families.iter().position(|name| face.is_of(name)).unwrap_or(usize::MAX);
            (family, face.is_italic != style.is_italic, face.distance(style.weight))
        });
        faces
    }
}

impl Face {
    fn new(font: &FontRef, index: u32, data: Arc<[u8]>) -> Face {
        let attributes = font.attributes();
        let weight = attributes.weight.value();
        let axis = font.axes().get_by_tag(WEIGHT_AXIS);
        let names = [StringId::TYPOGRAPHIC_FAMILY_NAME, StringId::FAMILY_NAME];
        let families = names.iter().filter_map(|id| font.localized_strings(*id).english_or_first());
        Face {
            data,
            index,
            families: families.map(|name| name.chars().collect()).collect(),
            weights: axis.map_or(weight..=weight, |axis| axis.min_value()..=axis.max_value()),
            is_italic: attributes.style != skrifa::attribute::Style::Normal,
            characters: font.charmap().mappings().filter_map(|(c, _)| char::from_u32(c)).collect(),
        }
    }

    /// Returns the font that the face is of.
    pub(super) fn font(&self) -> FontRef<'_> {
        FontRef::from_index(&self.data, self.index).expect("the file was read as a font when it was loaded")
    }

    /// Returns where on its axes a variable font has a weight.
    pub(super) fn location(&self, weight: u16) -> Location {
        self.font().axes().location([(WEIGHT_AXIS, f32::from(weight))])
    }

    /// Returns the height of a line as the font has it, from the highest ascender to the lowest descender, in ems.
    pub(super) fn line_height(&self) -> f32 {
        let metrics = self.font().metrics(Size::new(1.0), &Location::default());
        metrics.ascent - metrics.descent
    }

    /// Reports whether the face can set a character. Any space is set by the one that a font has.
    pub(super) fn sets(&self, c: char) -> bool {
        let has = |c: char| self.characters.contains(&c);
        is_control(c) || has(c) || c.is_whitespace() && has(' ')
    }

    fn is_of(&self, family: &str) -> bool {
        self.families.iter().any(|name| name.eq_ignore_ascii_case(family))
    }

    /// Returns how far a weight is from those that the face has.
    fn distance(&self, weight: u16) -> u32 {
        let weight = f32::from(weight);
        (weight - weight.clamp(*self.weights.start(), *self.weights.end())).abs() as u32
    }
}

impl fmt::Display for FontError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read the font `{}`: {}", self.name, self.reason)
    }
}

impl Error for FontError {}

/// Reports whether a font has characters, and a size to measure them by (`unitsPerEm` of OpenType is at least 16).
fn is_complete(font: &FontRef) -> bool {
    font.charmap().has_map() && font.metrics(Size::unscaled(), &Location::default()).units_per_em >= 16
}

/// Reports whether a character is not drawn but directs the setting of others, as joiners, variation selectors, marks
/// of direction and soft hyphens do.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Returns the OpenType font in a file.
fn unpack(file: &[u8]) -> Result<Vec<u8>, String> {
    match file.get(..4) {
        Some(b"wOF2") => wuff::decompress_woff2_with_custom_brotli(file, &mut |packed, size| {
            read_exactly(brotli::Decompressor::new(packed, 4096), size)
        }),
        Some(b"wOFF") => wuff::decompress_woff1_with_custom_z(file, &mut |packed, size| {
            read_exactly(flate2::read::ZlibDecoder::new(packed), size)
        }),
        _ => return Ok(file.to_vec()),
    }
    .map_err(|_| "it is damaged".to_owned())
}

/// Reads a number of bytes, and no more: a small file cannot fill the memory.
fn read_exactly(reader: impl Read, size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    reader.take(size as u64).read_to_end(&mut bytes)?;
    if bytes.len() == size { Ok(bytes) } else { Err("the file ends too early".into()) }
}

/// Fonts for tests: the default theme's, and samples of a Japanese and an Arabic one.
#[cfg(test)]
pub(super) fn test_fonts() -> &'static CardFonts {
    static FONTS: std::sync::OnceLock<CardFonts> = std::sync::OnceLock::new();
    let files: [(&str, &[u8]); 6] = [
        ("brygada-east", include_bytes!("../../themes/broadsheet/assets/fonts/brygada-east.woff2")),
        ("brygada", include_bytes!("../../themes/broadsheet/assets/fonts/brygada.woff2")),
        ("brygada-italic", include_bytes!("../../themes/broadsheet/assets/fonts/brygada-italic.woff2")),
        ("archivo", include_bytes!("../../themes/broadsheet/assets/fonts/archivo-narrow.woff2")),
        ("japanese", include_bytes!("../../tests/fonts/noto-sans-jp-sample.woff2")),
        ("arabic", include_bytes!("../../tests/fonts/noto-naskh-arabic-sample.woff2")),
    ];
    FONTS.get_or_init(|| CardFonts::new(&files).expect("the fonts are in order"))
}

/// A bold headline in the default theme's serif.
#[cfg(test)]
pub(super) fn test_style() -> TextStyle {
    TextStyle { families: vec!["Brygada 1918".to_owned()], weight: 700, is_italic: false, letter_spacing: -0.02 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_those_in_the_files() {
        let families = test_fonts().families().into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(families, ["Archivo Narrow", "Brygada 1918", "Noto Naskh Arabic", "Noto Sans JP Thin"]);
    }

    #[test]
    fn best_face_has_the_family_then_the_style_then_the_weight() {
        let fonts = test_fonts();
        let check = |family: &str, weight: u16, is_italic: bool, expected: usize| {
            let style = TextStyle { families: vec![family.to_owned()], weight, is_italic, ..test_style() };
            let best = fonts.ranked(&style)[0];
            assert!(std::ptr::eq(best, &fonts.faces[expected]), "{family} {weight}");
        };
        check("Brygada 1918", 700, false, 0);
        check("brygada 1918", 400, true, 2);
        check("Archivo Narrow", 700, false, 3);
        check("none of these", 400, true, 2);
        check("none of these", 600, false, 0);
    }

    #[test]
    fn characters_without_a_glyph_are_named_once() {
        let check = |text: &str, expected: &[char]| {
            let missing: Vec<char> = test_fonts().missing_glyphs(text).into_iter().collect();
            assert_eq!(missing, expected, "{text}");
        };
        check("Łódź, “été” 家賃 عمال", &[]);
        check("e\u{301}te\u{301}", &[]);
        check("soft\u{ad}hyphen\u{a0}and\u{202f}spaces\u{200d}", &[]);
        check("🎉 and 👩‍👧 and 🎉", &['🎉', '👧', '👩']);
        check("Ж", &['Ж']);
    }

    #[test]
    fn file_that_is_no_font_is_named() {
        let check = |bytes: &[u8], expected: &str| {
            let error = CardFonts::new(&[("fonts/some.woff2", bytes)]).err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), Some(expected));
        };
        check(b"", "cannot read the font `fonts/some.woff2`: it is not a font");
        check(b"<!doctype html>", "cannot read the font `fonts/some.woff2`: it is not a font");
        check(b"wOF2 and no more", "cannot read the font `fonts/some.woff2`: it is damaged");
        check(b"wOFF and no more", "cannot read the font `fonts/some.woff2`: it is damaged");
    }
}
