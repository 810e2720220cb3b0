//! Tests of whole pictures: from the bytes of a file to the bytes of its variants.

use proptest::prelude::*;

use super::fixtures::{
    JpegOptions, display_p3, drawn, exif, gif, grey_gamma, jpeg, photograph, riff_chunk, webp_front, webp_of,
};
use super::pixels::{Pixels, Samples};
use super::*;

/// The specification of a variant that shows all of a picture.
fn whole(picture: &DecodedPicture, width: u32, format: VariantFormat) -> VariantSpec {
    let crop = crop(picture.width(), picture.height(), None, None);
    VariantSpec { crop, width, height: crop.height_at(width), format, quality: 80 }
}

/// Decodes a file and returns the pixels of a PNG of it, of a width.
fn shown_at(bytes: &[u8], width: u32) -> Pixels {
    let picture = decode(bytes, &DecodeOptions::default()).unwrap();
    let file = picture.encode(&whole(&picture, width, VariantFormat::Png)).unwrap();
    png::decode(&file).unwrap().0
}

/// Decodes a file and returns the pixels that are shown.
fn shown(bytes: &[u8]) -> Pixels {
    shown_at(bytes, probe(bytes).unwrap().unwrap().width)
}

/// Returns the pixel at a place.
fn at(pixels: &Pixels, x: u32, y: u32) -> &[u8] {
    let bytes = pixels.samples.bytes();
    let start = (y * pixels.width + x) as usize * bytes;
    &pixels.data[start..start + bytes]
}

/// Asserts that samples differ by a few steps at most.
fn assert_close(samples: &[u8], expected: &[u8], steps: u8) {
    let is_close =
        samples.len() == expected.len() && samples.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= steps);
    assert!(is_close, "{samples:?} is not about {expected:?}");
}

/// A photograph as a file of each format that has variants.
fn photographs() -> Vec<(&'static str, Vec<u8>)> {
    let pixels = photograph(96, 64);
    let progressive = JpegOptions { is_progressive: true, ..JpegOptions::default() };
    vec![
        ("JPEG", jpeg(&pixels, &JpegOptions::default())),
        ("progressive JPEG", jpeg(&pixels, &progressive)),
        ("PNG", png::encode(&pixels).unwrap()),
        ("lossy WebP", webp::encode(&pixels, webp::Compression::Lossy(90)).unwrap()),
        ("lossless WebP", webp::encode(&pixels, webp::Compression::Lossless).unwrap()),
    ]
}

#[test]
fn photographs_are_turned_upright() {
    // Red, green, blue and black quarters.
    let quarters = drawn((48, 32), Samples::Rgb, |x, y| match (x < 24, y < 16) {
        (true, true) => [255, 0, 0],
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        (false, false) => [0, 0, 0],
    });
    let (red, green, blue, black) = ([255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]);
    let corners = [
        (1, [red, green, blue, black]),
        (2, [green, red, black, blue]),
        (3, [black, blue, green, red]),
        (4, [blue, black, red, green]),
        (5, [red, blue, green, black]),
        (6, [blue, red, black, green]),
        (7, [black, green, blue, red]),
        (8, [green, black, red, blue]),
    ];
    for (orientation, expected) in corners {
        let file = jpeg(&quarters, &JpegOptions { orientation, ..JpegOptions::default() });
        let info = probe(&file).unwrap().unwrap();
        assert_eq!((info.width, info.height), if orientation < 5 { (48, 32) } else { (32, 48) }, "{orientation}");
        let upright = shown(&file);
        let (right, bottom) = (upright.width - 4, upright.height - 4);
        for ((x, y), colour) in [(3, 3), (right, 3), (3, bottom), (right, bottom)].into_iter().zip(expected) {
            assert_close(at(&upright, x, y), &colour, 12);
        }
        // A crop of the upright picture has the same corner.
        let picture = decode(&file, &DecodeOptions::default()).unwrap();
        let spec = VariantSpec {
            crop: Crop { x: 0, y: 0, width: 8, height: 8 },
            width: 4,
            height: 4,
            format: VariantFormat::Png,
            quality: 80,
        };
        let corner = png::decode(&picture.encode(&spec).unwrap()).unwrap().0;
        assert_close(at(&corner, 1, 1), &expected[0], 12);
    }
}

#[test]
fn every_format_shows_the_same_photograph() {
    let original = photograph(96, 64);
    for (name, file) in photographs() {
        let pixels = shown(&file);
        assert_eq!((pixels.width, pixels.height, pixels.samples), (96, 64, Samples::Rgb), "{name}");
        let difference: u32 =
            pixels.data.iter().zip(&original.data).map(|(one, other)| u32::from(one.abs_diff(*other))).sum();
        let average = f64::from(difference) / pixels.data.len() as f64;
        assert!(average < 6.0, "{name}: {average}");
    }
}

#[test]
fn display_p3_becomes_srgb() {
    // Values by the definitions of both spaces, computed by hand.
    for (p3, srgb) in [([200, 60, 40], [217, 42, 23]), ([60, 180, 90], [0, 183, 78]), ([128, 128, 128], [128; 3])] {
        let patch = drawn((16, 16), Samples::Rgb, |_, _| p3);
        let profile = display_p3();
        let file = jpeg(&patch, &JpegOptions { profile: &profile, ..JpegOptions::default() });
        assert_close(at(&shown(&file), 8, 8), &srgb, 3);
    }
}

#[test]
fn grey_stays_grey_and_follows_its_profile() {
    let patch = drawn((16, 16), Samples::Grey, |_, _| [128]);
    assert_close(at(&shown(&jpeg(&patch, &JpegOptions::default())), 8, 8), &[128], 1);
    let profile = grey_gamma();
    let file = jpeg(&patch, &JpegOptions { profile: &profile, ..JpegOptions::default() });
    assert_close(at(&shown(&file), 8, 8), &[146], 2);
}

#[test]
fn inks_become_light() {
    let patch = drawn((16, 16), Samples::Cmyk, |_, _| [0, 204, 153, 51]);
    for is_ycck in [false, true] {
        let file = jpeg(&patch, &JpegOptions { is_ycck, ..JpegOptions::default() });
        // 255 · (1 − ink) · (1 − black), of inks in fractions.
        assert_close(at(&shown(&file), 8, 8), &[204, 41, 82], 4);
    }
}

/// A PNG of raw rows of a kind.
fn raw_png((width, height): (u32, u32), kind: ::png::ColorType, depth: ::png::BitDepth, rows: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    if kind == ::png::ColorType::Indexed {
        encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
        encoder.set_trns(vec![255, 0]);
    }
    encoder.write_header().unwrap().write_image_data(rows).unwrap();
    bytes
}

#[test]
fn every_kind_of_png_is_read() {
    use ::png::{BitDepth, ColorType};
    let check = |kind, depth, rows: &[u8], expected: &[u8]| {
        let file = raw_png((2, 1), kind, depth, rows);
        assert_eq!(shown(&file).data, expected, "{kind:?} {depth:?}");
    };
    check(ColorType::Grayscale, BitDepth::One, &[0b0100_0000], &[0, 255]);
    check(ColorType::Grayscale, BitDepth::Sixteen, &[0x12, 0x34, 0xff, 0xff], &[0x12, 0xff]);
    check(ColorType::Rgb, BitDepth::Sixteen, &[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0], &[1, 2, 3, 4, 5, 6]);
    check(ColorType::GrayscaleAlpha, BitDepth::Eight, &[9, 255, 7, 255], &[9, 9, 9, 255, 7, 7, 7, 255]);
    check(ColorType::Indexed, BitDepth::One, &[0b0100_0000], &[255, 0, 0, 255, 0, 0, 0, 0]);
}

#[test]
fn opacities_are_kept_and_invisible_colours_are_not_seen() {
    // Opaque red to the left, invisible green to the right.
    let sheet = drawn((64, 64), Samples::Rgba, |x, _| if x < 32 { [255, 0, 0, 255] } else { [0, 255, 0, 0] });
    let file = png::encode(&sheet).unwrap();
    assert!(probe(&file).unwrap().unwrap().has_alpha);
    let picture = decode(&file, &DecodeOptions::default()).unwrap();
    for format in [VariantFormat::Png, VariantFormat::Webp] {
        let variant = picture.encode(&whole(&picture, 16, format)).unwrap();
        assert!(probe(&variant).unwrap().unwrap().has_alpha, "{format:?}");
        let pixels = shown(&variant);
        assert_close(at(&pixels, 2, 8), &[255, 0, 0, 255], 1);
        assert_eq!(at(&pixels, 13, 8)[3], 0, "{format:?}");
        assert!((0..16).all(|x| at(&pixels, x, 8)[1] == 0), "{format:?}: no green in {:?}", pixels.data);
    }
    let paper = jpeg::decode(&picture.encode(&whole(&picture, 16, VariantFormat::Jpeg)).unwrap()).unwrap();
    assert_close(at(&paper, 14, 8), &[255, 255, 255], 8);
}

#[test]
fn graphics_are_lossless_in_webp_and_photographs_are_not() {
    let is_lossless = |file: &[u8]| file.windows(4).any(|word| word == b"VP8L");
    let variant = |pixels: &Pixels| {
        let picture = decode(&png::encode(pixels).unwrap(), &DecodeOptions::default()).unwrap();
        picture.encode(&whole(&picture, 50, VariantFormat::Webp)).unwrap()
    };
    let chart = drawn((100, 60), Samples::Rgb, |x, y| if x / 10 % 2 == 0 && y > 30 { [20, 80, 160] } else { [255; 3] });
    assert!(is_lossless(&variant(&chart)));
    assert!(!is_lossless(&variant(&photograph(100, 60))));
}

#[test]
fn heads_say_what_a_picture_is() {
    let check = |bytes: &[u8], expected: Option<(SourceFormat, u32, u32, bool, bool)>| {
        let info = probe(bytes).unwrap();
        let found = info.map(|it| (it.format, it.width, it.height, it.is_animated, it.has_alpha));
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
    };
    check(&gif(1), Some((SourceFormat::Gif, 3, 2, false, true)));
    check(&gif(2), Some((SourceFormat::Gif, 3, 2, true, true)));
    let still = webp_of(&[webp_front(0x18, 500, 300), riff_chunk(b"EXIF", &exif(6))]);
    check(&still, Some((SourceFormat::Webp, 300, 500, false, true)));
    let animated = webp_of(&[webp_front(0x02, 500, 300), riff_chunk(b"ANIM", &[0; 6])]);
    check(&animated, Some((SourceFormat::Webp, 500, 300, true, false)));
    check(b"<svg viewBox='0 0 20 10'/>", Some((SourceFormat::Svg, 20, 10, false, true)));
    let drawing = b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<svg width='20' height='10'>\n</svg>";
    check(drawing, Some((SourceFormat::Svg, 20, 10, false, true)));
    check(&avif(), Some((SourceFormat::Avif, 40, 60, false, true)));
    check(b"<!doctype html><html><svg></svg>", None);
    check(b"%PDF-1.7", None);
    check(b"A text.", None);
    check(b"\0\0\0\x14ftypisom\0\0\0\0mp42", None);
    check(b"", None);
}

/// An AVIF with a picture of 60 by 40 pixels on its side, and its opacities.
fn avif() -> Vec<u8> {
    let boxed = |kind: &[u8; 4], content: &[u8]| {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes(), kind, content].concat()
    };
    let properties = [
        boxed(b"ispe", b"\0\0\0\0\0\0\0\x3c\0\0\0\x28"),
        boxed(b"irot", b"\x01"),
        boxed(b"auxC", b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"),
    ];
    let properties = boxed(b"iprp", &boxed(b"ipco", &properties.concat()));
    let meta = boxed(b"meta", &[b"\0\0\0\0".as_slice(), &properties].concat());
    [boxed(b"ftyp", b"avif\0\0\0\0avifmif1"), meta, boxed(b"mdat", &[7; 100])].concat()
}

#[test]
fn formats_that_browsers_do_not_show_are_named() {
    let check = |bytes: &[u8], name| assert_eq!(probe(bytes), Err(PictureProblem::Unsupported(name)));
    check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC");
    check(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "camera raw (CR3)");
    check(b"II*\0\x10\0\0\0CR\x02\0", "camera raw (CR2)");
    check(b"MM\0*\0\0\0\x08NIKON CORPORATION", "camera raw (NEF)");
    check(b"II*\0\x08\0\0\0SONY", "camera raw (ARW)");
    check(b"II*\0\x08\0\0\0", "TIFF or camera raw (DNG)");
    check(b"\xff\x0a\xfa\x1f", "JPEG XL");
    check(b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL");
    check(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0", "BMP");
    check(b"8BPS\0\x01\0\0\0\0\0\0", "PSD");
    let twelve_bits = b"\xff\xd8\xff\xc1\0\x0b\x0c\0\x10\0\x10\x01\x01\x11\0\xff\xda\0\x02\xff\xd9";
    check(twelve_bits, "JPEG with 12 bits per sample");
}

#[test]
fn truncated_files_are_noticed_at_every_tenth() {
    let mut files = photographs();
    files.extend([("GIF", gif(2)), ("AVIF", avif())]);
    for (name, file) in files {
        assert!(probe(&file).is_ok(), "{name}");
        for tenths in 1..10 {
            let part = &file[..file.len() * tenths / 10];
            // Before all boxes of an AVIF are there, one that is missing is an error of another kind.
            let is_noticed = matches!(probe(part), Err(PictureProblem::Truncated | PictureProblem::Corrupt));
            assert!(is_noticed, "{name}, {tenths} tenths: {:?}", probe(part));
            assert!(decode(part, &DecodeOptions::default()).is_err(), "{name}, {tenths} tenths");
        }
    }
}

#[test]
fn a_jpeg_with_a_scan_for_each_component_is_read() {
    let even = drawn((33, 33), Samples::Rgb, |_, _| [200, 100, 50]);
    let file = jpeg(&even, &JpegOptions { has_scans: true, ..JpegOptions::default() });
    let pixels = shown(&file);
    assert!(pixels.data.as_chunks::<3>().0.iter().all(|pixel| pixel[0] > 190 && pixel[2] < 60), "{:?}", pixels.data);
}

#[test]
fn data_after_the_end_are_ignored() {
    for (name, file) in photographs() {
        let longer = [&file, b"MPF\0 and a film".as_slice()].concat();
        assert_eq!(shown(&longer).data, shown(&file).data, "{name}");
    }
}

#[test]
fn bombs_are_refused_by_their_heads() {
    let problem = |bytes: &[u8]| decode(bytes, &DecodeOptions { max_pixels: 1_000_000 }).err();
    let huge = raw_png_head(29_000, 29_000);
    let expected = PictureProblem::TooManyPixels { width: 29_000, height: 29_000, max_pixels: 1_000_000 };
    assert_eq!(problem(&huge), Some(expected));
    let huge = raw_png_head(i32::MAX as u32, 2);
    assert_eq!(problem(&huge), Some(PictureProblem::TooLarge { width: i32::MAX as u32, height: 2 }));
    let huge = b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0\xff\xda\0\x02\xff\xd9";
    assert_eq!(problem(huge), Some(PictureProblem::TooLarge { width: 65_535, height: 65_535 }));
    let tiny = raw_png_head(1, 1);
    assert_eq!(problem(&tiny), Some(PictureProblem::TooSmall));
}

/// A PNG that claims a size and has no pixels.
fn raw_png_head(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png::encode(&drawn((4, 4), Samples::Grey, |_, _| [0])).unwrap();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes
}

#[test]
fn variants_are_the_same_each_time_and_in_any_company() {
    for (name, file) in photographs() {
        let picture = decode(&file, &DecodeOptions::default()).unwrap();
        let again = decode(&file, &DecodeOptions::default()).unwrap();
        let formats = [VariantFormat::Webp, VariantFormat::Jpeg, VariantFormat::Png];
        let specs = [90, 60, 40].map(|width| formats.map(|format| whole(&picture, width, format))).concat();
        let files = picture.encode_all(&specs);
        assert_eq!(files, again.encode_all(&specs), "{name}");
        for (spec, file) in specs.iter().zip(files) {
            assert_eq!(file, picture.encode(spec), "{name}");
            let info = probe(&file.unwrap()).unwrap().unwrap();
            assert_eq!((info.width, info.height), (spec.width, spec.height), "{name}");
        }
    }
}

#[test]
fn variants_have_no_metadata() {
    let profile = display_p3();
    let file = jpeg(&photograph(96, 64), &JpegOptions { orientation: 6, profile: &profile, ..JpegOptions::default() });
    let picture = decode(&file, &DecodeOptions::default()).unwrap();
    for format in [VariantFormat::Webp, VariantFormat::Jpeg, VariantFormat::Png] {
        let variant = picture.encode(&whole(&picture, 48, format)).unwrap();
        for word in ["Exif", "EXIF", "eXIf", "ICC", "iCCP", "XMP", "xmp", "IPTC", "Photoshop"] {
            let has_word = memchr::memmem::find(&variant, word.as_bytes()).is_some();
            assert!(!has_word, "{format:?} has {word}");
        }
    }
}

#[test]
fn sizes_without_room_are_errors() {
    let picture = decode(&photographs()[0].1, &DecodeOptions::default()).unwrap();
    let check = |width, height, format| {
        let spec = VariantSpec { width, height, ..whole(&picture, 40, format) };
        assert_eq!(picture.encode(&spec), Err(PictureProblem::NotEncoded(format)));
    };
    check(0, 10, VariantFormat::Jpeg);
    check(16_384, 1, VariantFormat::Webp);
    check(u32::MAX, u32::MAX, VariantFormat::Png);
}

#[test]
fn animated_pictures_are_not_decoded() {
    let animated = webp_of(&[webp_front(0x02, 500, 300), riff_chunk(b"ANIM", &[0; 6])]);
    let problem = |bytes: &[u8]| decode(bytes, &DecodeOptions::default()).err();
    assert_eq!(problem(&animated), Some(PictureProblem::NotDecoded(SourceFormat::Webp)));
    assert_eq!(problem(&gif(1)), Some(PictureProblem::NotDecoded(SourceFormat::Gif)));
    assert_eq!(problem(b"<svg/>"), Some(PictureProblem::NotDecoded(SourceFormat::Svg)));
    assert_eq!(problem(b"A text."), Some(PictureProblem::Corrupt));
}

#[test]
fn damaged_files_do_not_panic() {
    let profile = display_p3();
    let with_profile = jpeg(&photograph(20, 16), &JpegOptions { profile: &profile, ..JpegOptions::default() });
    let files: Vec<Vec<u8>> = photographs().into_iter().map(|(_, file)| file).chain([with_profile]).collect();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let damage = (any::<prop::sample::Index>(), any::<bool>(), any::<u8>());
    proptest!(config, |(file in prop::sample::select(files), damages in prop::collection::vec(damage, 1..8))| {
        let mut bytes = file;
        for (place, is_in_head, value) in damages {
            let length = bytes.len();
            bytes[place.index(if is_in_head { length.min(700) } else { length })] = value;
        }
        if let Ok(picture) = decode(&bytes, &DecodeOptions { max_pixels: 1_000_000 }) {
            let _ = picture.encode(&whole(&picture, 10, VariantFormat::Png));
        }
    });
}
