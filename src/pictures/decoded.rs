//! A decoded picture, and the variants that are made of it.

use serde::{Deserialize, Serialize};

use super::colour::Conversion;
use super::crop::Crop;
use super::format::{SourceFormat, VariantFormat};
use super::orientation::Orientation;
use super::pixels::Pixels;
use super::probe::{MAX_SIDE, read_head};
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
    format: SourceFormat,
    pixels: Pixels,
    orientation: Orientation,
    conversion: Conversion,
    may_be_graphic: bool,
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
        format: head.format,
        conversion: Conversion::new(&profile, pixels.samples),
        may_be_graphic: head.is_lossless && may_be_graphic(&pixels),
        orientation: head.orientation,
        pixels: pixels.multiplied(),
    })
}

/// Returns whether pixels may be of a graphic: at least a quarter of them are the same as the one to their left. In
/// photographs, noise makes that rare.
fn may_be_graphic(pixels: &Pixels) -> bool {
    fn repeated<const BYTES: usize>(data: &[u8]) -> usize {
        data.as_chunks::<BYTES>().0.windows(2).filter(|pair| pair[0] == pair[1]).count()
    }
    let repeated = match pixels.samples.bytes() {
        1 => repeated::<1>(&pixels.data),
        3 => repeated::<3>(&pixels.data),
        _ => repeated::<4>(&pixels.data),
    };
    repeated * 4 >= pixels.data.len() / pixels.samples.bytes()
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

    /// Returns whether a variant would show what the file itself shows: all of it, in its own size, format, colours and
    /// orientation.
    #[must_use]
    pub fn is_shown_by_file(&self, spec: &VariantSpec) -> bool {
        let has_format = match spec.format {
            VariantFormat::Jpeg => self.format == SourceFormat::Jpeg,
            VariantFormat::Png => self.format == SourceFormat::Png,
            VariantFormat::Webp => self.format == SourceFormat::Webp,
        };
        let size = (self.width(), self.height());
        let is_whole = (spec.crop.width, spec.crop.height) == size && (spec.width, spec.height) == size;
        has_format && is_whole && self.orientation == Orientation::default() && self.conversion.is_none()
    }

    /// Makes a variant and returns the bytes of its file. They have no metadata, and are the same each time.
    ///
    /// # Errors
    /// The format of the variant has no room for its size.
    ///
    /// # Panics
    /// The crop is not in the picture.
    pub fn encode(&self, spec: &VariantSpec) -> Result<Vec<u8>, PictureProblem> {
        self.encode_all(std::slice::from_ref(spec)).remove(0)
    }

    /// Makes variants and returns the bytes of their files, in the order of their specifications: the same as
    /// [`encode`](DecodedPicture::encode) returns for each of them, in less time, as pixels that several formats have
    /// in common are made once.
    ///
    /// Small variants are not made of larger ones, which would save a fifteenth of the time: a file would depend on
    /// which others are made with it.
    ///
    /// # Panics
    /// A crop is not in the picture.
    #[must_use]
    pub fn encode_all(&self, specs: &[VariantSpec]) -> Vec<Result<Vec<u8>, PictureProblem>> {
        let pixels_of = |index: usize| (specs[index].crop, specs[index].width, specs[index].height);
        let mut by_pixels: Vec<usize> = (0..specs.len()).collect();
        by_pixels.sort_by_key(|&index| pixels_of(index));
        let mut files: Vec<_> = specs.iter().map(|spec| Err(PictureProblem::NotEncoded(spec.format))).collect();
        for group in by_pixels.chunk_by(|&one, &next| pixels_of(one) == pixels_of(next)) {
            let (crop, width, height) = pixels_of(group[0]);
            if (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height) {
                let pixels = self.pixels_of(crop, width, height);
                for &index in group {
                    files[index] = self.file(&pixels, &specs[index]);
                }
            }
        }
        files
    }

    /// Returns the pixels of a crop at a width and height: upright and in sRGB.
    fn pixels_of(&self, crop: Crop, width: u32, height: u32) -> Pixels {
        let part = self.orientation.stored_crop(crop, (self.pixels.width, self.pixels.height));
        let (width, height) = self.orientation.turned_size((width, height));
        let resized = resize(&self.pixels, part, width, height);
        self.orientation.turn(self.conversion.to_srgb(resized))
    }

    /// Returns the file of a variant that has some pixels.
    fn file(&self, pixels: &Pixels, spec: &VariantSpec) -> Result<Vec<u8>, PictureProblem> {
        match spec.format {
            VariantFormat::Jpeg => jpeg::encode(pixels, spec.quality),
            VariantFormat::Png => png::encode(pixels),
            VariantFormat::Webp if self.may_be_graphic => webp::encode_graphic(pixels, spec.quality),
            VariantFormat::Webp => webp::encode(pixels, webp::Compression::Lossy(spec.quality)),
        }
    }
}
