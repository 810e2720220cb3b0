//! What the head of a file says about its picture, found without decoding a pixel.

use serde::{Deserialize, Serialize};

use super::format::{SourceFormat, VariantFormat};
use super::orientation::Orientation;
use super::problem::PictureProblem;
use super::{avif, gif, jpeg, png, svg, webp};

/// The longest side of a picture that is accepted, in pixels. Photographs and the panoramas of phones are smaller. Up
/// to here the bytes of a picture can be counted in 32 bits.
pub const MAX_SIDE: u32 = 30_000;

/// What the head of a file says about its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PictureInfo {
    /// The format that the bytes are of.
    pub format: SourceFormat,
    /// Width in pixels, as the picture is seen, which is after the orientation in its metadata is applied.
    pub width: u32,
    /// Height in pixels, as the picture is seen.
    pub height: u32,
    /// Whether the picture has more than one frame.
    pub is_animated: bool,
    /// Whether parts of the picture can be transparent.
    pub has_alpha: bool,
}

impl PictureInfo {
    /// Returns whether variants can be made of the picture.
    #[must_use]
    pub fn has_variants(&self) -> bool {
        self.format.has_variants() && !self.is_animated
    }
}

/// What the functions of the formats find in a head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) format: SourceFormat,
    /// Width as stored, in pixels.
    pub(super) width: u32,
    /// Height as stored, in pixels.
    pub(super) height: u32,
    pub(super) is_animated: bool,
    pub(super) has_alpha: bool,
    /// Whether a WebP is lossless, as graphics are.
    pub(super) is_lossless: bool,
    pub(super) orientation: Orientation,
    /// The ICC profile of the colours; empty if they are of sRGB, or if only decoding finds it.
    pub(super) profile: Vec<u8>,
}

impl Head {
    /// Makes the head of an upright, opaque picture of one frame.
    pub(super) fn new(format: SourceFormat, width: u32, height: u32) -> Head {
        Head {
            format,
            width,
            height,
            is_animated: false,
            has_alpha: false,
            is_lossless: format == SourceFormat::Png,
            orientation: Orientation::default(),
            profile: Vec::new(),
        }
    }
}

/// Returns what the head of a file says about its picture. `None` if the file is no picture at all.
///
/// # Errors
/// The file is a picture that cannot be used: of a format that browsers do not show, incomplete, damaged, of one pixel,
/// or larger than [`MAX_SIDE`].
pub fn probe(bytes: &[u8]) -> Result<Option<PictureInfo>, PictureProblem> {
    let Some(head) = read_head(bytes)? else { return Ok(None) };
    let (width, height) = head.orientation.turned_size((head.width, head.height));
    Ok(Some(PictureInfo {
        format: head.format,
        width,
        height,
        is_animated: head.is_animated,
        has_alpha: head.has_alpha,
    }))
}

/// Returns the head of a file. `None` if the file is no picture at all.
pub(super) fn read_head(bytes: &[u8]) -> Result<Option<Head>, PictureProblem> {
    let head = match bytes {
        [0xff, 0xd8, 0xff, ..] => jpeg::head(bytes)?,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif::head(bytes)?,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::head(bytes)?,
        _ if bytes.starts_with(png::SIGNATURE) => png::head(bytes)?,
        _ => {
            if let Some(format) = unsupported_format(bytes) {
                return Err(PictureProblem::Unsupported(format));
            }
            let is_media = bytes.get(4..8) == Some(b"ftyp");
            let Some(head) = (if is_media { avif::head(bytes) } else { svg::head(bytes) }) else { return Ok(None) };
            head?
        }
    };
    // A drawing has no pixels: one of any size is fine.
    if head.format != SourceFormat::Svg {
        if (head.width, head.height) == (1, 1) {
            return Err(PictureProblem::TooSmall);
        }
        if head.width.max(head.height) > MAX_SIDE {
            let (width, height) = head.orientation.turned_size((head.width, head.height));
            return Err(PictureProblem::TooLarge { width, height });
        }
    }
    Ok(Some(head))
}

/// Returns the name of a format of pictures that browsers do not show, by the first bytes of its files.
fn unsupported_format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Some(tiff_kind(bytes)),
        [b'I', b'I', b'R' | b'U', b'O' | b'S' | 0, ..] => Some("camera raw (Olympus, Panasonic)"),
        [b'F', b'U', b'J', b'I', b'F', b'I', b'L', b'M', b'C', b'C', b'D', ..] => Some("camera raw (RAF)"),
        // A bare codestream, and one in boxes (ISO 18181-2).
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some("JPEG XL"),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Some("JPEG 2000"),
        // The length of a bitmap's second header is a small number.
        [b'B', b'M', _, _, _, _, _, _, _, _, _, _, _, _, 12..=124, 0, 0, 0, ..] => Some("BMP"),
        [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => Some("PSD"),
        [0, 0, 1, 0, 1..=32, 0, ..] => Some("ICO"),
        [b'g', b'i', b'm', b'p', b' ', b'x', b'c', b'f', ..] => Some("XCF"),
        // A drawing that was compressed, as .svgz has it, would need a header of HTTP.
        _ => None,
    }
}

/// Returns the name of a format whose files begin as TIFF does: the raw files of most cameras say in the first
/// kilobytes which camera made them, or of which format they are.
fn tiff_kind(bytes: &[u8]) -> &'static str {
    let start = &bytes[..bytes.len().min(4096)];
    let has = |word: &[u8]| memchr::memmem::find(start, word).is_some();
    if start.get(8..10) == Some(b"CR") || has(b"Canon") {
        "camera raw (CR2)"
    } else if has(b"NIKON") {
        "camera raw (NEF)"
    } else if has(b"SONY") {
        "camera raw (ARW)"
    } else if has(b"PENTAX") {
        "camera raw (PEF)"
    } else {
        "TIFF or camera raw (DNG)"
    }
}

/// Returns the format for browsers that do not show WebP: PNG where the picture may be a graphic or has transparent
/// parts, else JPEG.
#[must_use]
pub fn fallback(info: &PictureInfo) -> VariantFormat {
    match info.format {
        SourceFormat::Png | SourceFormat::Gif | SourceFormat::Svg => VariantFormat::Png,
        SourceFormat::Webp | SourceFormat::Avif if info.has_alpha => VariantFormat::Png,
        SourceFormat::Jpeg | SourceFormat::Webp | SourceFormat::Avif => VariantFormat::Jpeg,
    }
}
