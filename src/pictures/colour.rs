//! Colours: from the colour space of a file to sRGB, in which all variants are.

use qcms::{DataType, Intent, Profile, Transform};

use super::pixels::{Pixels, Samples, divided, fraction_product};

/// How the colours of a picture become those of sRGB.
pub(super) struct Conversion {
    /// The transform of the file's ICC profile; `None` without a profile, with one that cannot be used or with one that
    /// changes nothing.
    transform: Option<Transform>,
}

impl Conversion {
    /// Makes the conversion from an ICC profile (ICC.1:2022), which may be empty, for pixels of a kind. A profile that
    /// does not fit them or is damaged is ignored, as browsers do.
    pub(super) fn new(profile: &[u8], samples: Samples) -> Conversion {
        // The colour space that a profile is for is in its header.
        let (kind, result) = match (samples, profile.get(16..20)) {
            (Samples::Grey, Some(b"GRAY")) => (DataType::Gray8, DataType::RGB8),
            (Samples::Rgb, Some(b"RGB ")) => (DataType::RGB8, DataType::RGB8),
            (Samples::Rgba | Samples::MultipliedRgba, Some(b"RGB ")) => (DataType::RGBA8, DataType::RGBA8),
            (Samples::Cmyk | Samples::InvertedCmyk | Samples::Ycck, Some(b"CMYK")) => (DataType::CMYK, DataType::RGB8),
            _ => return Conversion { transform: None },
        };
        let transform = Profile::new_from_slice(profile, false).and_then(|profile| {
            let mut srgb = Profile::new_sRGB();
            srgb.precache_output_transform();
            Transform::new_to(&profile, &srgb, kind, result, Intent::Perceptual)
        });
        Conversion { transform: transform.filter(|transform| kind != DataType::RGB8 || changes_colours(transform)) }
    }

    /// Returns whether the colours stay as they are.
    pub(super) fn is_none(&self) -> bool {
        self.transform.is_none()
    }

    /// Converts pixels to grey, RGB or RGBA in sRGB.
    pub(super) fn to_srgb(&self, pixels: Pixels) -> Pixels {
        let Pixels { width, height, samples, data } = pixels;
        let (samples, data) = match samples {
            Samples::Grey => (Samples::Grey, self.convert_grey(data)),
            Samples::Rgb | Samples::Rgba => (samples, self.convert_rgb(data)),
            Samples::MultipliedRgba => (Samples::Rgba, self.convert_rgb(divided(&data))),
            Samples::Cmyk => (Samples::Rgb, self.convert_inks(&data)),
            Samples::InvertedCmyk => (Samples::Rgb, self.convert_inks(&inverted(&data))),
            Samples::Ycck => (Samples::Rgb, self.convert_inks(&inks_of_ycck(&data))),
        };
        Pixels { width, height, samples, data }
    }

    fn convert_grey(&self, data: Vec<u8>) -> Vec<u8> {
        let Some(transform) = &self.transform else { return data };
        let mut rgb = vec![0; data.len() * 3];
        transform.convert(&data, &mut rgb);
        rgb.as_chunks::<3>().0.iter().map(|[red, _, _]| *red).collect()
    }

    fn convert_rgb(&self, mut data: Vec<u8>) -> Vec<u8> {
        if let Some(transform) = &self.transform {
            transform.apply(&mut data);
        }
        data
    }

    /// Converts amounts of ink to RGB: by the profile, or as if each ink were ideal.
    fn convert_inks(&self, data: &[u8]) -> Vec<u8> {
        if let Some(transform) = &self.transform {
            let mut rgb = vec![0; data.len() / 4 * 3];
            transform.convert(data, &mut rgb);
            return rgb;
        }
        let light = |ink: u8, black: u8| fraction_product(255 - ink, 255 - black);
        let pixels = data.as_chunks::<4>().0.iter();
        pixels
            .flat_map(|&[cyan, magenta, yellow, black]| [cyan, magenta, yellow].map(|ink| light(ink, black)))
            .collect()
    }
}

/// Returns whether a transform of RGB changes any of some colours by more than a rounding: most profiles in photographs
/// are of sRGB itself.
fn changes_colours(transform: &Transform) -> bool {
    // Each of red, green and blue in six steps of 51.
    let before: Vec<u8> =
        (0..216).flat_map(|number| [number % 6, number / 6 % 6, number / 36].map(|it| it * 51)).collect();
    let mut after = before.clone();
    transform.apply(&mut after);
    before.iter().zip(&after).any(|(before, after)| before.abs_diff(*after) > 1)
}

/// Exchanges amounts of ink and amounts of light.
fn inverted(data: &[u8]) -> Vec<u8> {
    data.iter().map(|sample| 255 - sample).collect()
}

/// Returns the amounts of ink that YCCK stands for: luminance and chrominance are of cyan, magenta and yellow (ITU-T
/// T.871, section 7, with inks in place of red, green and blue).
fn inks_of_ycck(data: &[u8]) -> Vec<u8> {
    let byte = |sum: i32| ((sum + (1 << 15)) >> 16).clamp(0, 255) as u8;
    let pixels = data.as_chunks::<4>().0.iter();
    pixels
        .flat_map(|&[y, cb, cr, black]| {
            // Factors are in parts of 65,536.
            let (luminance, blue, red) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
            let cyan = byte(luminance + 91_881 * red);
            let magenta = byte(luminance - 22_554 * blue - 46_802 * red);
            let yellow = byte(luminance + 116_130 * blue);
            [cyan, magenta, yellow, 255 - black]
        })
        .collect()
}
