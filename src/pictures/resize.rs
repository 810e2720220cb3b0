//! Resizing by Lanczos' filter.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::crop::Crop;
use super::pixels::{Pixels, Samples};

/// Resizes a part of a picture to a width and height in pixels, with Lanczos' filter of three lobes on integers.
/// Transparent pixels do not colour their neighbours.
pub(super) fn resize(source: &Pixels, part: Crop, width: u32, height: u32) -> Pixels {
    let kind = match source.samples.bytes() {
        1 => PixelType::U8,
        3 => PixelType::U8x3,
        _ => PixelType::U8x4,
    };
    let view = ImageRef::new(source.width, source.height, &source.data, kind).expect("pixels fill their rows");
    let mut resized = Image::new(width, height, kind);
    let options = ResizeOptions::new()
        .crop(f64::from(part.x), f64::from(part.y), f64::from(part.width), f64::from(part.height))
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(source.samples == Samples::Rgba);
    Resizer::new().resize(&view, &mut resized, &options).expect("the part is in the picture, and kinds are the same");
    Pixels { width, height, samples: source.samples, data: resized.into_vec() }
}
