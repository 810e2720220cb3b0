//! WebP (RFC 9649): the head of a file, its pixels, and files made of pixels by libwebp.

use webp::{Decoder, Encoder, PixelLayout, WebPConfig};

use super::format::{SourceFormat, VariantFormat};
use super::integers::{array, le_u16, le_u24, le_u32};
use super::orientation::Orientation;
use super::pixels::{Pixels, Samples};
use super::probe::Head;
use super::problem::PictureProblem;

/// Reads the chunks of a file, but no pixels.
pub(super) fn head(bytes: &[u8]) -> Result<Head, PictureProblem> {
    let size = le_u32(bytes, 4).ok_or(PictureProblem::Truncated)? as usize;
    let file = bytes.get(..size.saturating_add(8)).ok_or(PictureProblem::Truncated)?;
    let mut head: Option<Head> = None;
    let mut at = 12;
    while at < file.len() {
        let kind: [u8; 4] = array(file, at).ok_or(PictureProblem::Corrupt)?;
        let length = le_u32(file, at + 4).ok_or(PictureProblem::Corrupt)? as usize;
        let data = file.get(at + 8..at + 8 + length).ok_or(PictureProblem::Corrupt)?;
        // Chunks of odd length have a byte of padding.
        at += 8 + length + length % 2;
        match (&kind, &mut head) {
            (b"VP8X" | b"VP8 " | b"VP8L", None) => head = Some(header(kind, data).ok_or(PictureProblem::Corrupt)?),
            (_, None) => return Err(PictureProblem::Corrupt),
            (b"ICCP", Some(head)) => head.profile = data.to_vec(),
            (b"EXIF", Some(head)) => {
                // Some programs begin with the letters that EXIF has in a JPEG.
                head.orientation = Orientation::from_exif(data.strip_prefix(b"Exif\0\0").unwrap_or(data));
            }
            (b"VP8L", Some(head)) => head.is_lossless = true,
            _ => {}
        }
    }
    head.ok_or(PictureProblem::Corrupt)
}

/// Reads the size of a picture in the first chunk, which is of one of three kinds.
fn header(kind: [u8; 4], data: &[u8]) -> Option<Head> {
    match &kind {
        b"VP8X" => {
            let flags = *data.first()?;
            let (width, height) = (le_u24(data, 4)? + 1, le_u24(data, 7)? + 1);
            let (has_alpha, is_animated) = (flags & 0x10 != 0, flags & 0x02 != 0);
            Some(Head { has_alpha, is_animated, ..Head::new(SourceFormat::Webp, width, height) })
        }
        b"VP8L" => {
            let bits = le_u32(data, 1)?;
            let (width, height) = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
            let has_alpha = bits >> 28 & 1 == 1;
            Some(Head { has_alpha, is_lossless: true, ..Head::new(SourceFormat::Webp, width, height) })
        }
        _ => {
            // The upper two bits of each side tell browsers how to scale, and are ignored by all of them (RFC 6386).
            let side = |at| le_u16(data, at).map(|side| u32::from(side & 0x3fff)).filter(|side| *side > 0);
            Some(Head::new(SourceFormat::Webp, side(6)?, side(8)?))
        }
    }
}

/// Decodes the pixels of a file without animation.
pub(super) fn decode(bytes: &[u8]) -> Result<Pixels, PictureProblem> {
    let image = Decoder::new(bytes).decode().ok_or(PictureProblem::Corrupt)?;
    let samples = if image.is_alpha() { Samples::Rgba } else { Samples::Rgb };
    Ok(Pixels { width: image.width(), height: image.height(), samples, data: image.to_vec() })
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    /// All colours stay what they are; those of invisible pixels are lost.
    Lossless,
    /// At a quality of 1 to 100, opacities without loss.
    Lossy(u8),
}

/// Encodes pixels that may be of a graphic: lossless, unless that takes more than one and a half times the bytes of a
/// lossy file. Charts and text stay sharp, and mostly become smaller too; screenshots with photographs in them and
/// photographs with few colours become several times larger without loss.
pub(super) fn encode_graphic(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, PictureProblem> {
    let lossy = encode(pixels, Compression::Lossy(quality))?;
    let lossless = encode(pixels, Compression::Lossless)?;
    Ok(if lossless.len() * 2 <= lossy.len() * 3 { lossless } else { lossy })
}

/// Encodes grey, RGB or RGBA pixels with libwebp's method 4, its default.
pub(super) fn encode(pixels: &Pixels, compression: Compression) -> Result<Vec<u8>, PictureProblem> {
    let problem = PictureProblem::NotEncoded(VariantFormat::Webp);
    if pixels.width.max(pixels.height) > VariantFormat::Webp.max_side() {
        return Err(problem);
    }
    let mut config = WebPConfig::new().map_err(|()| problem)?;
    match compression {
        Compression::Lossless => (config.lossless, config.quality) = (1, 75.0),
        Compression::Lossy(quality) => config.quality = f32::from(quality),
    }
    let spread;
    let (data, layout) = match pixels.samples {
        Samples::Grey => {
            spread = pixels.data.iter().flat_map(|&grey| [grey; 3]).collect::<Vec<u8>>();
            (spread.as_slice(), PixelLayout::Rgb)
        }
        Samples::Rgba => (pixels.data.as_slice(), PixelLayout::Rgba),
        _ => (pixels.data.as_slice(), PixelLayout::Rgb),
    };
    let encoder = Encoder::new(data, layout, pixels.width, pixels.height);
    Ok(encoder.encode_advanced(&config).map_err(|_| problem)?.to_vec())
}
