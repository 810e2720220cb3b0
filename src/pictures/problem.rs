//! Why a file cannot be used as a picture, in words for its author.

use std::fmt;

use super::format::{SourceFormat, VariantFormat};

/// A reason why a file cannot be used as a picture. `Display` says what is wrong; [`help`](PictureProblem::help) says
/// what its author can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureProblem {
    /// The file is a picture of a format that browsers do not show, or of a rare kind of a format that they do show;
    /// with the name of that format.
    Unsupported(&'static str),
    /// The file ends before its picture does.
    Truncated,
    /// The file does not follow the rules of its format.
    Corrupt,
    /// Both sides are of one pixel: nothing to see.
    TooSmall,
    /// A side is longer than [`MAX_SIDE`](super::MAX_SIDE) pixels.
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The picture has more pixels than may be decoded.
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels that may be decoded.
        max_pixels: u64,
    },
    /// The picture can be shown but not made smaller: it is of a format that is not decoded, or animated.
    NotDecoded(SourceFormat),
    /// A variant cannot be written: it has no pixels, or a side that its format has no room for.
    NotEncoded(VariantFormat),
}

impl PictureProblem {
    /// What an author can do about it: a sentence in lower case without a full stop.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            PictureProblem::Unsupported(_) => "export it as a JPEG (photographs) or PNG (graphics)",
            PictureProblem::Truncated => "copy or download it again: a transfer was probably interrupted",
            PictureProblem::Corrupt => "open it in an image editor and export it again",
            PictureProblem::TooSmall => "use a real picture: files of one pixel are mostly left over from tracking",
            PictureProblem::TooLarge { .. } | PictureProblem::TooManyPixels { .. } => {
                "make it smaller in an image editor: 4000 pixels are enough for any screen"
            }
            PictureProblem::NotDecoded(_) => "use a JPEG, PNG or WebP without animation if smaller variants are needed",
            PictureProblem::NotEncoded(_) => "ask for a smaller variant, or for one of another format",
        }
    }
}

impl fmt::Display for PictureProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PictureProblem::Unsupported(format) => write!(f, "browsers do not show pictures of the format {format}"),
            PictureProblem::Truncated => write!(f, "the picture is incomplete: the file ends too early"),
            PictureProblem::Corrupt => write!(f, "the picture is damaged"),
            PictureProblem::TooSmall => write!(f, "the picture has a single pixel"),
            PictureProblem::TooLarge { width, height } => {
                write!(f, "the picture is too large: {width}×{height} pixels, {} at most on a side", super::MAX_SIDE)
            }
            PictureProblem::TooManyPixels { width, height, max_pixels } => write!(
                f,
                "the picture is too large: {width}×{height} pixels, {} megapixels at most",
                max_pixels / 1_000_000
            ),
            PictureProblem::NotDecoded(format) => {
                write!(f, "no smaller variants can be made of this {} picture", format.name())
            }
            PictureProblem::NotEncoded(format) => {
                write!(f, "a variant cannot be written as {}", format.extension())
            }
        }
    }
}

impl std::error::Error for PictureProblem {}
