//! Pictures: smaller variants of a photograph or graphic, and their HTML.
//!
//! [`probe`] reads the head of a file. A [`Picture`] in a [`Slot`] of a theme has a [`Rendition`]: its variants, whose
//! names are known before any pixel is read. [`PictureMarkup`] writes their HTML. [`decode`] reads the pixels, and
//! [`DecodedPicture::encode`] makes the file of a variant: a [`crop`], resized, upright, in sRGB, without metadata.
//! All functions are of bytes to bytes: files and caches are left to others. The same bytes and specifications give the
//! same variants.
//!
//! A module for each format ([`jpeg`], [`png`], [`webp`], [`gif`], [`svg`], [`avif`]) reads heads and, for the first
//! three, pixels.

mod avif;
mod colour;
mod crop;
mod decoded;
#[cfg(test)]
mod fixtures;
mod format;
mod gif;
mod integers;
mod jpeg;
mod markup;
mod orientation;
mod picture;
mod pixels;
mod png;
mod probe;
mod problem;
mod rendition;
mod resize;
mod slot;
mod svg;
#[cfg(test)]
mod tests;
mod webp;

pub use self::crop::{Crop, crop};
pub use self::decoded::{DecodeOptions, DecodedPicture, VariantSpec, decode};
pub use self::format::{SourceFormat, VariantFormat, extension_fits};
pub use self::markup::{PictureMarkup, ShownImage};
pub use self::orientation::orientation_number;
pub use self::picture::{Focus, Picture};
pub use self::probe::{MAX_SIDE, PictureInfo, fallback, probe};
pub use self::problem::PictureProblem;
pub use self::rendition::{FOLDER, Recipe, Rendition, RenditionId, Variant, named_in, rendition_in};
pub use self::slot::{Ratio, Slot, TEXT_SLOT};
