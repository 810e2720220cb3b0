//! PNG (W3C, third edition): the head of a file, its pixels, and files made of pixels.

use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Limits, Transformations};

use super::format::{SourceFormat, VariantFormat};
use super::integers::{array, be_u32};
use super::orientation::Orientation;
use super::pixels::{Pixels, Samples};
use super::probe::Head;
use super::problem::PictureProblem;

/// The first bytes of every file.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Reads the chunks of a file, but no pixels. Sums are not checked; decoding does.
///
/// The profile is left out: the decoder unpacks it.
pub(super) fn head(bytes: &[u8]) -> Result<Head, PictureProblem> {
    let mut head = None;
    let mut at = SIGNATURE.len();
    loop {
        let length = be_u32(bytes, at).ok_or(PictureProblem::Truncated)? as usize;
        let kind: [u8; 4] = array(bytes, at + 4).ok_or(PictureProblem::Truncated)?;
        let data = bytes.get(at + 8..at + 8 + length).ok_or(PictureProblem::Truncated)?;
        // Four bytes of a sum follow.
        at += 12 + length;
        match (&kind, &mut head) {
            (b"IHDR", None) => head = Some(header(data).ok_or(PictureProblem::Corrupt)?),
            (_, None) => return Err(PictureProblem::Corrupt),
            (b"tRNS", Some(head)) => head.has_alpha = true,
            (b"acTL", Some(head)) => head.is_animated = true,
            (b"eXIf", Some(head)) => head.orientation = Orientation::from_exif(data),
            // The sum after the end chunk is never looked at, so it may be missing.
            (b"IEND", Some(_)) => return head.ok_or(PictureProblem::Corrupt),
            _ => {}
        }
    }
}

/// Reads the chunk with the width, the height and the kind of samples.
fn header(data: &[u8]) -> Option<Head> {
    let side = |at| be_u32(data, at).filter(|side| *side > 0);
    let (width, height) = (side(0)?, side(4)?);
    // Kinds 4 and 6 have an opacity with each pixel.
    let has_alpha = matches!(data.get(9)?, 4 | 6);
    Some(Head { has_alpha, ..Head::new(SourceFormat::Png, width, height) })
}

/// Decodes the pixels of a file, with 8 bits per sample, and its colour profile, which is empty if it has none.
pub(super) fn decode(bytes: &[u8]) -> Result<(Pixels, Vec<u8>), PictureProblem> {
    let corrupt = |_| PictureProblem::Corrupt;
    // The size was compared with limits of our own; this one is for all else: rows, texts and profiles.
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 64 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(corrupt)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or(PictureProblem::Corrupt)?];
    let frame = reader.next_frame(&mut data).map_err(corrupt)?;
    let profile = reader.info().icc_profile.as_deref().unwrap_or_default().to_vec();
    let samples = match frame.color_type {
        ColorType::Grayscale => Samples::Grey,
        ColorType::GrayscaleAlpha => {
            data = data.as_chunks().0.iter().flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect();
            Samples::Rgba
        }
        ColorType::Rgb | ColorType::Indexed => Samples::Rgb,
        ColorType::Rgba => Samples::Rgba,
    };
    Ok((Pixels { width: frame.width, height: frame.height, samples, data }, profile))
}

/// Encodes grey, RGB or RGBA pixels.
pub(super) fn encode(pixels: &Pixels) -> Result<Vec<u8>, PictureProblem> {
    let problem = |_| PictureProblem::NotEncoded(VariantFormat::Png);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixels.width, pixels.height);
    encoder.set_color(match pixels.samples.bytes() {
        1 => ColorType::Grayscale,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    let mut writer = encoder.write_header().map_err(problem)?;
    writer.write_image_data(&pixels.data).map_err(problem)?;
    writer.finish().map_err(problem)?;
    Ok(bytes)
}
