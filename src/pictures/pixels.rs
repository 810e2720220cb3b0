//! Decoded pixels in memory.

/// What the bytes of a pixel mean, each sample being a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Samples {
    /// Lightness.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and opacity, not multiplied with each other.
    Rgba,
    /// Cyan, magenta, yellow, black, as amounts of ink.
    Cmyk,
    /// Cyan, magenta, yellow, black, as amounts of light that the ink leaves, which Adobe's programs store.
    InvertedCmyk,
    /// [`InvertedCmyk`](Samples::InvertedCmyk), of which the first three are transformed to luminance and chrominance.
    Ycck,
}

impl Samples {
    /// The number of bytes of a pixel.
    pub(super) fn bytes(self) -> usize {
        match self {
            Samples::Grey => 1,
            Samples::Rgb => 3,
            Samples::Rgba | Samples::Cmyk | Samples::InvertedCmyk | Samples::Ycck => 4,
        }
    }
}

/// Pixels, row by row from the top, each row from the left, without padding.
#[derive(Debug)]
pub(super) struct Pixels {
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
    /// The meaning of the bytes.
    pub(super) samples: Samples,
    /// `width · height · samples.bytes()` bytes.
    pub(super) data: Vec<u8>,
}
