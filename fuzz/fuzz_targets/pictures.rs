//! Any bytes as a picture: it is decoded or refused in words, its head says of it what decoding finds, and what is
//! published of it can be read.

#![no_main]

use handbill::pictures::{DecodeOptions, PictureInfo, VariantFormat, VariantSpec, crop, decode, probe};
use handbill::render::without_metadata;
use libfuzzer_sys::fuzz_target;

/// A small limit: large pictures would only take time.
const OPTIONS: DecodeOptions = DecodeOptions { max_pixels: 1 << 16 };

fuzz_target!(|bytes: &[u8]| {
    let info = probe(bytes);
    let picture = decode(bytes, &OPTIONS);
    if let Err(problem) = &picture {
        assert!(!problem.to_string().is_empty() && !problem.help().is_empty());
    }
    if let Ok(picture) = picture {
        let info = info.expect("what is decoded has a head").expect("what is decoded is a picture");
        assert!(info.has_variants());
        let PictureInfo { width, height, .. } = info;
        for format in [VariantFormat::Webp, VariantFormat::Jpeg, VariantFormat::Png] {
            let crop = crop(width, height, Some((3, 2)), Some((0.2, 0.9)));
            let width = crop.width.min(48);
            let spec = VariantSpec { crop, width, height: crop.height_at(width), format, quality: 75 };
            let variant = picture.encode(&spec).expect("a small variant can be encoded");
            let made = probe(&variant).expect("a variant is sound").expect("a variant is a picture");
            assert_eq!((made.width, made.height), (spec.width, spec.height));
            assert_eq!(without_metadata(&variant), Ok(None), "a variant has no metadata");
        }
    }
    if let Ok(Some(cleaned)) = without_metadata(bytes) {
        assert_eq!(without_metadata(&cleaned), Ok(None), "what is cleaned is clean");
    }
});
