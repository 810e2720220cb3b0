//! The formats of pictures: those that are read, and those that are written.

use serde::{Deserialize, Serialize};

/// A format that is read. The format of a file follows from its bytes, not from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceFormat {
    /// JPEG (ITU-T T.81): baseline, extended or progressive, with 8 bits per sample.
    Jpeg,
    /// PNG (W3C, third edition), with or without animation.
    Png,
    /// WebP (RFC 9649): lossy, lossless or animated.
    Webp,
    /// GIF (version 87a or 89a).
    Gif,
    /// SVG, uncompressed.
    Svg,
    /// AVIF (AV1 Image File Format).
    Avif,
}

impl SourceFormat {
    /// The name of the format as authors know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SourceFormat::Jpeg => "JPEG",
            SourceFormat::Png => "PNG",
            SourceFormat::Webp => "WebP",
            SourceFormat::Gif => "GIF",
            SourceFormat::Svg => "SVG",
            SourceFormat::Avif => "AVIF",
        }
    }

    /// The extensions of the format's files, in lower case, the usual one first.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            SourceFormat::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            SourceFormat::Png => &["png", "apng"],
            SourceFormat::Webp => &["webp"],
            SourceFormat::Gif => &["gif"],
            SourceFormat::Svg => &["svg"],
            SourceFormat::Avif => &["avif"],
        }
    }

    /// Returns whether variants can be made of pictures of the format. Pictures of other formats are published as they
    /// are.
    #[must_use]
    pub fn has_variants(self) -> bool {
        match self {
            SourceFormat::Jpeg | SourceFormat::Png | SourceFormat::Webp => true,
            SourceFormat::Gif | SourceFormat::Svg | SourceFormat::Avif => false,
        }
    }
}

/// Returns whether a file of a format may have an extension, which is given without its dot, in any case.
#[must_use]
pub fn extension_fits(extension: &str, format: SourceFormat) -> bool {
    format.extensions().iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// A format that variants are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VariantFormat {
    /// JPEG, baseline, with chroma subsampling 4:2:0.
    Jpeg,
    /// PNG with 8 bits per sample.
    Png,
    /// WebP: lossless for most graphics, else lossy.
    Webp,
}

impl VariantFormat {
    /// The extension of the format's files, without its dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            VariantFormat::Jpeg => "jpg",
            VariantFormat::Png => "png",
            VariantFormat::Webp => "webp",
        }
    }

    /// The media type of the format's files (RFC 6838).
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            VariantFormat::Jpeg => "image/jpeg",
            VariantFormat::Png => "image/png",
            VariantFormat::Webp => "image/webp",
        }
    }

    /// The largest width and height that the format has room for, in pixels.
    #[must_use]
    pub fn max_side(self) -> u32 {
        match self {
            VariantFormat::Jpeg => 65_535,
            VariantFormat::Png => i32::MAX.unsigned_abs(),
            VariantFormat::Webp => 16_383,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_belong_to_formats() {
        let check =
            |extension, format, expected| assert_eq!(extension_fits(extension, format), expected, "{extension}");
        check("jpg", SourceFormat::Jpeg, true);
        check("JPEG", SourceFormat::Jpeg, true);
        check("png", SourceFormat::Jpeg, false);
        check("jpg", SourceFormat::Webp, false);
        check("", SourceFormat::Gif, false);
    }
}
