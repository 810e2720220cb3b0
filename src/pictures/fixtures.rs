//! Files for the tests, made in code.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::pixels::{Pixels, Samples};

/// Pixels by a function of their place, which returns the bytes of one.
pub(super) fn drawn<const BYTES: usize>(
    (width, height): (u32, u32),
    samples: Samples,
    pixel: impl Fn(u32, u32) -> [u8; BYTES],
) -> Pixels {
    assert_eq!(samples.bytes(), BYTES, "a pixel has all its samples");
    let data = (0..height).flat_map(|y| (0..width).flat_map(|x| pixel(x, y)).collect::<Vec<u8>>()).collect();
    Pixels { width, height, samples, data }
}

/// A pattern that looks like a photograph to encoders: soft waves with noise.
pub(super) fn photograph(width: u32, height: u32) -> Pixels {
    drawn((width, height), Samples::Rgb, |x, y| {
        let wave = |step: f64| 120.0 + 90.0 * (f64::from(x) * step).sin() * (f64::from(y) * step * 0.7).cos();
        let noise = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(2_246_822_519)) >> 28;
        [0.05, 0.08, 0.11].map(|step| wave(step) as u8 + noise as u8)
    })
}

/// What a JPEG has besides its pixels.
#[derive(Default)]
pub(super) struct JpegOptions<'o> {
    /// A number of EXIF, or 0 for no EXIF.
    pub(super) orientation: u8,
    /// An ICC profile; empty for none.
    pub(super) profile: &'o [u8],
    pub(super) is_progressive: bool,
    /// Whether each component has a scan of its own.
    pub(super) has_scans: bool,
    /// Whether four samples are transformed to luminance and chrominance.
    pub(super) is_ycck: bool,
}

/// A JPEG of high quality, without chroma subsampling.
pub(super) fn jpeg(pixels: &Pixels, options: &JpegOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 98);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    encoder.set_progressive(options.is_progressive);
    encoder.set_optimized_huffman_tables(options.has_scans);
    if options.orientation > 0 {
        encoder.add_exif_metadata(&exif(options.orientation)).unwrap();
    }
    if !options.profile.is_empty() {
        encoder.add_icc_profile(options.profile).unwrap();
    }
    let kind = match pixels.samples {
        Samples::Grey => ColorType::Luma,
        Samples::Cmyk if options.is_ycck => ColorType::CmykAsYcck,
        Samples::Cmyk => ColorType::Cmyk,
        _ => ColorType::Rgb,
    };
    let side = |side: u32| u16::try_from(side).unwrap();
    encoder.encode(&pixels.data, side(pixels.width), side(pixels.height), kind).unwrap();
    bytes
}

/// A block of EXIF with an orientation.
pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif
}

/// A chunk of a RIFF file.
pub(super) fn riff_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let padding = &[0][..data.len() % 2];
    [kind, length.as_slice(), data, padding].concat()
}

/// A WebP of chunks.
pub(super) fn webp_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff_chunk(b"RIFF", &[b"WEBP".as_slice(), &chunks.concat()].concat())
}

/// The chunk at the front of a WebP with flags, a width and a height.
pub(super) fn webp_front(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let [width, height] = [width - 1, height - 1].map(u32::to_le_bytes);
    riff_chunk(b"VP8X", &[&[flags, 0, 0, 0], &width[..3], &height[..3]].concat())
}

/// A GIF with frames of one colour.
pub(super) fn gif(frames: usize) -> Vec<u8> {
    let head = b"GIF89a\x03\0\x02\0\x80\0\0\0\0\0\xff\xff\xff";
    let frame = b"\x21\xf9\x04\x01\x0a\0\0\0\x2c\0\0\0\0\x03\0\x02\0\0\x02\x02\x84\x51\0";
    [head.as_slice(), &frame.repeat(frames), b";"].concat()
}

/// The fixed-point numbers of ICC profiles.
fn s15_fixed16(number: f64) -> [u8; 4] {
    ((number * 65_536.0).round() as i32).to_be_bytes()
}

/// An ICC profile (ICC.1:2022) for a colour space, of tags.
fn profile(space: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut header = vec![0; 128];
    header[8] = 4;
    header[12..24].copy_from_slice(&[*b"mntr", *space, *b"XYZ "].concat());
    header[36..40].copy_from_slice(b"acsp");
    header[68..80].copy_from_slice(&[0.9642, 1.0, 0.8249].map(s15_fixed16).concat());
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let (mut table, mut data) = (number(tags.len()).to_vec(), Vec::new());
    for (name, content) in tags {
        let at = 128 + 4 + tags.len() * 12 + data.len();
        table.extend([**name, number(at), number(content.len())].concat());
        data.extend(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = [header, table, data].concat();
    let length = number(profile.len());
    profile[..4].copy_from_slice(&length);
    profile
}

/// The profile of Display P3, as Apple's phones embed it.
pub(super) fn display_p3() -> Vec<u8> {
    let colour = |xyz: [f64; 3]| [b"XYZ \0\0\0\0".as_slice(), &xyz.map(s15_fixed16).concat()].concat();
    let curve = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045].map(s15_fixed16).concat();
    let curve = [b"para\0\0\0\0\0\x03\0\0".as_slice(), &curve].concat();
    profile(
        b"RGB ",
        &[
            (b"wtpt", colour([0.9642, 1.0, 0.8249])),
            (b"rXYZ", colour([0.51512, 0.2412, -0.00105])),
            (b"gXYZ", colour([0.29198, 0.69225, 0.04189])),
            (b"bXYZ", colour([0.1571, 0.06657, 0.78407])),
            (b"rTRC", curve.clone()),
            (b"gTRC", curve.clone()),
            (b"bTRC", curve),
        ],
    )
}

/// The profile of a grey with gamma 1.8.
pub(super) fn grey_gamma() -> Vec<u8> {
    let curve = b"curv\0\0\0\0\0\0\0\x01\x01\xcd".to_vec();
    profile(
        b"GRAY",
        &[
            (b"wtpt", [b"XYZ \0\0\0\0".as_slice(), &[0.9642, 1.0, 0.8249].map(s15_fixed16).concat()].concat()),
            (b"kTRC", curve),
        ],
    )
}
