//! PNG files of few colours.
//!
//! A card in two inks has some hundred colours, most of them on the edges of letters. With a palette, the file is half
//! as large as in true colour.

use std::collections::BTreeMap;

use png::{BitDepth, ColorType, Encoder, Filter};
use resvg::tiny_skia::Pixmap;

/// Colours that a palette can hold.
const PALETTE: usize = 256;
/// A picture of more colours than this, such as a photograph, stays in true colour.
const FLAT: usize = 4 * PALETTE;

type Rgb = [u8; 3];

/// Encodes an opaque picture. Of up to 1,024 colours, the 256 that most pixels have are kept and the others become the
/// nearest of these.
pub(super) fn encode(pixmap: &Pixmap) -> Vec<u8> {
    let pixels: Vec<Rgb> = pixmap.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut counts: BTreeMap<Rgb, usize> = BTreeMap::new();
    for run in pixels.chunk_by(Rgb::eq) {
        *counts.entry(run[0]).or_default() += run.len();
    }
    let (width, height) = (pixmap.width(), pixmap.height());
    if counts.len() > FLAT {
        return write(width, height, ColorType::Rgb, None, Filter::Adaptive, pixels.as_flattened());
    }
    let mut by_frequency: Vec<(Rgb, usize)> = counts.iter().map(|(color, count)| (*color, *count)).collect();
    by_frequency.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let palette: Vec<Rgb> = by_frequency.iter().take(PALETTE).map(|(color, _)| *color).collect();
    let indices: BTreeMap<Rgb, u8> = counts.keys().map(|color| (*color, nearest(*color, &palette))).collect();
    let mut indexed: Vec<u8> = Vec::with_capacity(pixels.len());
    for run in pixels.chunk_by(Rgb::eq) {
        indexed.resize(indexed.len() + run.len(), indices[&run[0]]);
    }
    write(width, height, ColorType::Indexed, Some(palette.as_flattened()), Filter::NoFilter, &indexed)
}

/// Returns the index of the nearest colour.
fn nearest(color: Rgb, palette: &[Rgb]) -> u8 {
    let distance =
        |other: &Rgb| -> u32 { color.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
    let nearest = palette.iter().enumerate().min_by_key(|(_, other)| distance(other));
    nearest.map_or(0, |(index, _)| index as u8)
}

fn write(width: u32, height: u32, color: ColorType, palette: Option<&[u8]>, filter: Filter, data: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_filter(filter);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
    }
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(data));
    written.expect("the picture has as many bytes as its size says");
    file
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::{ColorU8, Pixmap};

    use super::*;

    /// Encodes and decodes a picture of 64 × 64 pixels.
    fn round_trip(color: impl Fn(u32) -> Rgb) -> (ColorType, Vec<Rgb>, Vec<Rgb>) {
        let mut pixmap = Pixmap::new(64, 64).expect("the size is not zero");
        let colors: Vec<Rgb> = (0..64 * 64).map(color).collect();
        for (pixel, [red, green, blue]) in pixmap.pixels_mut().iter_mut().zip(&colors) {
            *pixel = ColorU8::from_rgba(*red, *green, *blue, 255).premultiply();
        }
        let file = encode(&pixmap);
        let color_type = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a PNG").info().color_type;
        let decoded = Pixmap::decode_png(&file).expect("a PNG");
        let decoded = decoded.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
        (color_type, colors, decoded.collect())
    }

    #[test]
    fn few_colours_are_kept_as_they_are() {
        let (color_type, before, after) = round_trip(|i| [(i % 200) as u8, 20, 30]);
        assert_eq!(color_type, ColorType::Indexed);
        assert_eq!(before, after);
    }

    #[test]
    fn of_some_more_colours_rare_ones_become_near_ones() {
        let (color_type, before, after) =
            round_trip(|i| if i < 3000 { [255, 0, 0] } else { [(i % 250) as u8, 0, u8::from(i == 4000)] });
        assert_eq!(color_type, ColorType::Indexed);
        assert_eq!(before[..4000], after[..4000]);
        let is_near = |(a, b): (&Rgb, &Rgb)| a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1);
        assert!(before.iter().zip(&after).all(is_near));
    }

    #[test]
    fn many_colours_stay_in_true_colour() {
        let (color_type, before, after) = round_trip(|i| [(i % 256) as u8, (i / 256) as u8, 0]);
        assert_eq!(color_type, ColorType::Rgb);
        assert_eq!(before, after);
    }
}
