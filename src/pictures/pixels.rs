//! Decoded pixels in memory.

/// What the bytes of a pixel mean, each sample being a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Samples {
    /// Lightness.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and opacity.
    Rgba,
    /// [`Rgba`](Samples::Rgba), of which the first three are multiplied with the fourth.
    MultipliedRgba,
    /// Cyan, magenta, yellow, black, as amounts of ink.
    Cmyk,
    /// Cyan, magenta, yellow, black, as amounts of light that the ink leaves, which Adobe's programs store.
    InvertedCmyk,
    /// Cyan, magenta and yellow as amounts of ink, transformed to luminance and chrominance; black as an amount of light.
    Ycck,
}

impl Samples {
    /// The number of bytes of a pixel.
    pub(super) fn bytes(self) -> usize {
        match self {
            Samples::Grey => 1,
            Samples::Rgb => 3,
            Samples::Rgba | Samples::MultipliedRgba | Samples::Cmyk | Samples::InvertedCmyk | Samples::Ycck => 4,
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

impl Pixels {
    /// Multiplies colours with opacities. Resizing needs that: invisible pixels have a colour too, which must not reach
    /// their neighbours.
    pub(super) fn multiplied(mut self) -> Pixels {
        if self.samples == Samples::Rgba {
            for [red, green, blue, alpha] in self.data.as_chunks_mut::<4>().0 {
                [*red, *green, *blue] = [*red, *green, *blue].map(|sample| fraction_product(sample, *alpha));
            }
            self.samples = Samples::MultipliedRgba;
        }
        self
    }
}

/// Returns colours that were multiplied with opacities as they were before.
pub(super) fn divided(multiplied: &[u8]) -> Vec<u8> {
    let divided = |sample: u8, alpha: u8| {
        let alpha = u16::from(alpha).max(1);
        u8::try_from((u16::from(sample) * 255 + alpha / 2) / alpha).unwrap_or(u8::MAX)
    };
    let pixels = multiplied.as_chunks::<4>().0.iter();
    pixels
        .flat_map(|&[red, green, blue, alpha]| {
            [divided(red, alpha), divided(green, alpha), divided(blue, alpha), alpha]
        })
        .collect()
}

/// Returns the product of two fractions of 255.
pub(super) fn fraction_product(one: u8, other: u8) -> u8 {
    let product = u32::from(one) * u32::from(other);
    u8::try_from((product + 127) / 255).expect("a product of fractions is one")
}
