//! JPEG (ITU-T T.81): the head of a file, its pixels, and files made of pixels.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::format::{SourceFormat, VariantFormat};
use super::integers::be_u16;
use super::orientation::Orientation;
use super::pixels::{Pixels, Samples, fraction_product};
use super::probe::Head;
use super::problem::PictureProblem;

/// Reads the segments before the first scan, and looks for the end of the picture.
pub(super) fn head(bytes: &[u8]) -> Result<Head, PictureProblem> {
    let mut segments = Segments { bytes, at: 2 };
    let (mut frame, mut orientation, mut profile) = (None, Orientation::default(), Vec::new());
    loop {
        let (marker, data) = segments.next().ok_or(PictureProblem::Truncated)?;
        match marker {
            // Start of a frame: baseline, extended or progressive, with Huffman codes.
            0xc0..=0xc2 => frame = Some(data),
            0xc3 | 0xc5..=0xc7 | 0xcb | 0xcd..=0xcf => return Err(PictureProblem::Unsupported("lossless JPEG")),
            0xc9 | 0xca => return Err(PictureProblem::Unsupported("JPEG with arithmetic coding")),
            0xe1 if data.starts_with(b"Exif\0\0") => orientation = Orientation::from_exif(&data[6..]),
            // A profile is stored in parts, which are numbered and in order (ICC.1:2022, annex B.4).
            0xe2 if data.starts_with(b"ICC_PROFILE\0") => profile.extend_from_slice(data.get(14..).unwrap_or_default()),
            0xda => break,
            0xd9 => return Err(PictureProblem::Corrupt),
            _ => {}
        }
    }
    let frame = frame.ok_or(PictureProblem::Corrupt)?;
    let side = |at| be_u16(frame, at).filter(|side| *side > 0).map(u32::from).ok_or(PictureProblem::Corrupt);
    let (height, width) = (side(1)?, side(3)?);
    if frame[0] != 8 {
        return Err(PictureProblem::Unsupported("JPEG with 12 bits per sample"));
    }
    if !segments.reaches_end() {
        return Err(PictureProblem::Truncated);
    }
    Ok(Head { orientation, profile, ..Head::new(SourceFormat::Jpeg, width, height) })
}

/// The marker segments of a file (T.81, annex B).
struct Segments<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Segments<'b> {
    /// Returns the next marker and the data of its segment. `None` at the end of the bytes.
    fn next(&mut self) -> Option<(u8, &'b [u8])> {
        // Fill bytes may precede a marker, and some programs leave others there.
        self.at += memchr::memchr(0xff, self.bytes.get(self.at..)?)?;
        while *self.bytes.get(self.at)? == 0xff {
            self.at += 1;
        }
        let marker = self.bytes[self.at];
        self.at += 1;
        if matches!(marker, 0x00 | 0x01 | 0xd0..=0xd9) {
            return Some((marker, &[]));
        }
        let length = usize::from(be_u16(self.bytes, self.at)?).max(2);
        let data = self.bytes.get(self.at + 2..self.at + length)?;
        self.at += length;
        Some((marker, data))
    }

    /// Returns whether the marker of the picture's end follows. Between it and here are entropy-coded data, in which
    /// 0xff is followed by 0x00, and segments between the scans of a progressive picture.
    fn reaches_end(mut self) -> bool {
        while let Some((marker, _)) = self.next() {
            if marker == 0xd9 {
                return true;
            }
        }
        false
    }
}

/// Decodes the pixels of a file whose head was read.
///
/// Decoding is strict: where data are missing in the middle, a picture would be grey from there on.
pub(super) fn decode(bytes: &[u8]) -> Result<Pixels, PictureProblem> {
    let corrupt = |_| PictureProblem::Corrupt;
    let options = DecoderOptions::new_fast()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(corrupt)?;
    let stored = decoder.input_colorspace().ok_or(PictureProblem::Corrupt)?;
    let (decoded, samples) = match stored {
        ColorSpace::Luma => (ColorSpace::Luma, Samples::Grey),
        ColorSpace::YCCK => (ColorSpace::YCCK, Samples::Ycck),
        ColorSpace::CMYK if is_by_adobe(bytes) => (ColorSpace::CMYK, Samples::InvertedCmyk),
        ColorSpace::CMYK => (ColorSpace::CMYK, Samples::Cmyk),
        _ => (ColorSpace::RGB, Samples::Rgb),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(decoded));
    let data = decoder.decode().map_err(corrupt)?;
    let (width, height) = decoder.dimensions().ok_or(PictureProblem::Corrupt)?;
    let side = |length| u32::try_from(length).map_err(|_| PictureProblem::Corrupt);
    Ok(Pixels { width: side(width)?, height: side(height)?, samples, data })
}

/// Returns whether Adobe's segment precedes the first scan: its programs store CMYK inverted.
fn is_by_adobe(bytes: &[u8]) -> bool {
    let mut segments = Segments { bytes, at: 2 };
    std::iter::from_fn(|| segments.next())
        .take_while(|(marker, _)| *marker != 0xda)
        .any(|(marker, data)| marker == 0xee && data.starts_with(b"Adobe"))
}

/// Encodes grey, RGB or RGBA pixels at a quality of 1 to 100, which scales the tables of T.81, annex K, as libjpeg does.
/// Transparent parts become white, as they are on paper.
///
/// The Huffman codes are those of T.81, annex K.3. With codes of its own a file would have 1 to 4 % fewer bytes; but the
/// encoder then writes a scan for each component, which few baseline files have and some decoders get wrong.
pub(super) fn encode(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, PictureProblem> {
    let problem = PictureProblem::NotEncoded(VariantFormat::Jpeg);
    let side = |length: u32| u16::try_from(length).map_err(|_| problem);
    let blended;
    let (data, colours) = match pixels.samples {
        Samples::Grey => (&pixels.data, ColorType::Luma),
        Samples::Rgba => {
            blended = on_white(&pixels.data);
            (&blended, ColorType::Rgb)
        }
        _ => (&pixels.data, ColorType::Rgb),
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(data, side(pixels.width)?, side(pixels.height)?, colours).map_err(|_| problem)?;
    Ok(bytes)
}

/// Returns colours without their opacities, as they are seen on white.
fn on_white(rgba: &[u8]) -> Vec<u8> {
    let blended = |sample, alpha| fraction_product(sample, alpha) + (255 - alpha);
    let pixels = rgba.as_chunks::<4>().0.iter();
    pixels.flat_map(|&[red, green, blue, alpha]| [red, green, blue].map(|sample| blended(sample, alpha))).collect()
}
