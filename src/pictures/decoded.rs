//! A decoded picture, and the variants that are made of it.

use serde::{Deserialize, Serialize};

use super::colour::Conversion;
use super::crop::Crop;
use super::format::{SourceFormat, VariantFormat};
use super::orientation::Orientation;
use super::pixels::{Pixels, Samples};
use super::probe::read_head;
use super::problem::PictureProblem;
use super::resize::resize;
use super::{jpeg, png, webp};

/// Limits of decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeOptions {
    /// The most pixels that a picture may have. Each takes 1, 3 or 4 bytes of memory. Compared before anything is
    /// allocated, since a small file can claim any size.
    pub max_pixels: u64,
}

impl Default for DecodeOptions {
    /// Photographs of phones have up to 108 megapixels.
    fn default() -> DecodeOptions {
        DecodeOptions { max_pixels: 120_000_000 }
    }
}

/// What a variant is: a part of a picture, its size, and its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VariantSpec {
    /// The part of the upright picture that the variant shows.
    pub crop: Crop,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The format of the file.
    pub format: VariantFormat,
    /// Quality from 1 to 100, where the format has one.
    pub quality: u8,
}

/// A picture in memory, from which variants are made.
///
/// Its pixels are kept as they are stored in the file. A variant's own, much fewer, are turned upright and converted to
/// sRGB.
pub struct DecodedPicture {
    pixels: Pixels,
    orientation: Orientation,
    conversion: Conversion,
    is_graphic: bool,
}

/// Decodes the pixels of a file.
///
/// # Errors
/// The file is a picture that cannot be used (see [`probe`](super::probe())), is none, or has too many pixels.
pub fn decode(bytes: &[u8], options: &DecodeOptions) -> Result<DecodedPicture, PictureProblem> {
    let head = read_head(bytes)?.ok_or(PictureProblem::Corrupt)?;
    let (width, height) = head.orientation.turned_size((head.width, head.height));
    if u64::from(width) * u64::from(height) > options.max_pixels {
        return Err(PictureProblem::TooManyPixels { width, height, max_pixels: options.max_pixels });
    }
    if head.is_animated {
        return Err(PictureProblem::NotDecoded(head.format));
    }
    let (pixels, profile) = match head.format {
        SourceFormat::Jpeg => (jpeg::decode(bytes)?, head.profile),
        SourceFormat::Png => png::decode(bytes)?,
        SourceFormat::Webp => (webp::decode(bytes)?, head.profile),
        SourceFormat::Gif | SourceFormat::Svg | SourceFormat::Avif => {
            return Err(PictureProblem::NotDecoded(head.format));
        }
    };
    Ok(DecodedPicture {
        conversion: Conversion::new(&profile, pixels.samples),
        is_graphic: head.is_lossless && is_graphic(&pixels),
        orientation: head.orientation,
        pixels,
    })
}

/// Returns whether pixels are of a graphic rather than a photograph: at least half of them are the same as the one to
/// their left. In photographs, noise makes that rare.
fn is_graphic(pixels: &Pixels) -> bool {
    let bytes = pixels.samples.bytes();
    let same = pixels.data.iter().zip(&pixels.data[bytes..]).filter(|(left, right)| left == right).count();
    same * 2 >= pixels.data.len()
}

impl DecodedPicture {
    /// Width in pixels of the upright picture.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.orientation.turned_size((self.pixels.width, self.pixels.height)).0
    }

    /// Height in pixels of the upright picture.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.orientation.turned_size((self.pixels.width, self.pixels.height)).1
    }

    /// Bytes of memory that the pixels take.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.pixels.data.len()
    }

    /// Makes a variant and returns the bytes of its file. They have no metadata, and are the same on every machine.
    ///
    /// # Errors
    /// The format of the variant has no room for its size.
    ///
    /// # Panics
    /// The crop is not in the picture.
    pub fn encode(&self, spec: &VariantSpec) -> Result<Vec<u8>, PictureProblem> {
        self.encode_all(std::slice::from_ref(spec)).remove(0)
    }

    /// Makes variants and returns the bytes of their files, in the order of their specifications. It takes less time
    /// than [`encode`](DecodedPicture::encode) for each of them.
    ///
    /// # Panics
    /// A crop is not in the picture.
    pub fn encode_all(&self, specs: &[VariantSpec]) -> Vec<Result<Vec<u8>, PictureProblem>> {
        specs.iter().map(|spec| self.encode_one(spec)).collect()
    }

    fn encode_one(&self, spec: &VariantSpec) -> Result<Vec<u8>, PictureProblem> {
        if spec.width.min(spec.height) == 0 || spec.width.max(spec.height) > spec.format.max_side() {
            return Err(PictureProblem::NotEncoded(spec.format));
        }
        let part = self.orientation.stored_crop(spec.crop, (self.pixels.width, self.pixels.height));
        let (width, height) = self.orientation.turned_size((spec.width, spec.height));
        let resized = resize(&self.pixels, part, width, height);
        let pixels = self.orientation.turn(self.conversion.to_srgb(resized));
        match spec.format {
            VariantFormat::Jpeg => jpeg::encode(&on_white(pixels), spec.quality),
            VariantFormat::Png => png::encode(&pixels),
            VariantFormat::Webp if self.is_graphic => webp::encode(&pixels, webp::Compression::Lossless),
            VariantFormat::Webp => webp::encode(&pixels, webp::Compression::Lossy(spec.quality)),
        }
    }
}

/// Returns pixels without transparency, as they are seen on white paper.
fn on_white(pixels: Pixels) -> Pixels {
    if pixels.samples != Samples::Rgba {
        return pixels;
    }
    let blended = |sample: u8, alpha: u8| {
        let sum = u16::from(sample) * u16::from(alpha) + 255 * u16::from(255 - alpha);
        u8::try_from((sum + 127) / 255).expect("an average of two bytes")
    };
    let colours = pixels.data.as_chunks::<4>().0.iter();
    let data = colours.flat_map(|&[red, green, blue, alpha]| [red, green, blue].map(|it| blended(it, alpha))).collect();
    Pixels { samples: Samples::Rgb, data, ..pixels }
}
