//! [`Rendition`]: the variants of a picture for a slot. Everything about them is known from the picture's description,
//! before a pixel is read: their names, so that pages need not wait, and what is encoded into them.

use serde::Serialize;

use super::{Crop, Focus, Picture, Slot, VariantFormat, VariantSpec, crop};
use crate::digest::Digest;

/// Folder of the variants in the output. Browsers may keep what is below `assets/` for a year.
pub const FOLDER: &str = "assets/pictures";

/// Version of the way in which variants are made. Another one gives all of them other names.
const RECIPE: u32 = 1;

/// Number of hexadecimal digits of a rendition's digest in the names of its variants.
const DIGITS: usize = 12;

/// How the site's pictures are encoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipe {
    /// Quality of lossy formats, from 1 to 100.
    pub quality: u8,
    /// Formats that are offered before the fallback, the first one first.
    pub formats: Vec<VariantFormat>,
    /// Widths instead of those of the theme's slots.
    pub widths: Option<Vec<u32>>,
}

/// All variants of a picture for a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// Identifies the rendition: what is shown of the picture, in which sizes, formats and quality.
    pub id: RenditionId,
    /// Name in URLs of the picture.
    name: String,
    /// Digest of the picture's bytes.
    picture: Digest,
    /// The part of the picture that is shown.
    pub crop: Crop,
    /// Widths and heights in pixels, ascending.
    pub sizes: Vec<(u32, u32)>,
    /// Formats in which every size is made, the first one first.
    pub formats: Vec<VariantFormat>,
    /// The variant for programs that know none of the formats: its size, in the fallback format. `None` if the fallback
    /// is one of the formats, or if the variant for sharing, which shows the same, is the fallback.
    fallback: Option<((u32, u32), VariantFormat)>,
    quality: u8,
}

/// The digest of a rendition, as the names of its variants have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RenditionId([u8; DIGITS]);

/// A file of a rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Name of the file in [`FOLDER`].
    pub file_name: String,
    /// What is encoded.
    pub spec: VariantSpec,
    /// Identifies the bytes: the picture, the part of it, size, format and quality, whatever the picture's name.
    pub key: Digest,
}

impl Rendition {
    /// Returns the rendition of a picture for a slot. No variant is wider than the picture.
    #[must_use]
    pub fn of(picture: &Picture, slot: &Slot, recipe: &Recipe) -> Rendition {
        let Focus { x, y } = picture.focus;
        let ratio = slot.ratio.map(|ratio| (ratio.width, ratio.height));
        let crop = crop(picture.width, picture.height, ratio, Some((f64::from(x) / 10_000.0, f64::from(y) / 10_000.0)));
        let widths = widths(recipe.widths.as_deref().unwrap_or(&slot.widths), crop.width);
        let sizes: Vec<(u32, u32)> = widths.map(|width| (width, crop.height_at(width))).collect();
        // Of a hundred readers, one or two have a browser without WebP: for them one size is made, not all.
        let (formats, fallback) = match recipe.formats.as_slice() {
            [] => (vec![picture.fallback], None),
            formats => (formats.to_vec(), slot.ratio.map(|_| (sizes[sizes.len() / 2], picture.fallback))),
        };
        let digest = Digest::of(&(
            RECIPE,
            &picture.name,
            picture.digest,
            (crop.x, crop.y, crop.width, crop.height),
            &sizes,
            &formats,
            fallback,
            recipe.quality,
        ));
        Rendition {
            id: RenditionId::of(digest),
            name: picture.name.clone(),
            picture: picture.digest,
            crop,
            sizes,
            formats,
            fallback,
            quality: recipe.quality,
        }
    }

    /// Returns the rendition for feeds, emails and shared links: one variant of a moderate size, in the fallback format.
    #[must_use]
    pub fn for_sharing(picture: &Picture, recipe: &Recipe) -> Rendition {
        let recipe = Recipe { formats: Vec::new(), widths: None, quality: recipe.quality };
        Rendition::of(picture, &Slot::for_sharing(), &recipe)
    }

    /// Returns the variant for programs that choose none, if it is one of the rendition's: its width and format.
    #[must_use]
    pub fn fallback(&self) -> Option<(u32, VariantFormat)> {
        self.fallback.map(|((width, _), format)| (width, format))
    }

    /// Returns the largest size, width and height in pixels.
    #[must_use]
    pub fn largest(&self) -> (u32, u32) {
        *self.sizes.last().expect("there is always a size")
    }

    /// Returns the name of a variant's file: `picket-line-800.3f9a2c1b7d04.webp`.
    #[must_use]
    pub fn file_name(&self, width: u32, format: VariantFormat) -> String {
        format!("{}-{width}.{}.{}", self.name, self.id, format.extension())
    }

    /// Returns all variants.
    pub fn variants(&self) -> impl Iterator<Item = Variant> {
        let all = self.formats.iter().flat_map(|format| self.sizes.iter().map(|size| (*size, *format)));
        all.chain(self.fallback).map(|(size, format)| self.variant(size, format))
    }

    fn variant(&self, (width, height): (u32, u32), format: VariantFormat) -> Variant {
        let spec = VariantSpec { crop: self.crop, width, height, format, quality: self.quality };
        let Crop { x, y, width: crop_width, height: crop_height } = self.crop;
        let part = (x, y, crop_width, crop_height);
        let key = Digest::of(&(RECIPE, self.picture, part, width, height, format.extension(), self.quality));
        Variant { file_name: self.file_name(width, format), spec, key }
    }
}

/// Returns the widths of a ladder that fit into a picture of this width, and the picture's own width if it ends the
/// ladder. A width that is hardly less than the next one is left out.
fn widths(ladder: &[u32], width: u32) -> impl Iterator<Item = u32> {
    let largest = ladder.last().copied().unwrap_or(width).min(width);
    ladder.iter().copied().filter(move |step| u64::from(*step) * 10 <= u64::from(largest) * 9).chain([largest])
}

impl RenditionId {
    /// Returns the id for a digest.
    #[must_use]
    pub fn of(digest: Digest) -> RenditionId {
        let mut id = [0; DIGITS];
        id.copy_from_slice(digest.short(DIGITS).as_bytes());
        RenditionId(id)
    }

    /// Returns a digest that stands for the id in a trace.
    #[must_use]
    pub fn digest(self) -> Digest {
        Digest::parse(&format!("{self:0<32}")).expect("hexadecimal digits")
    }

    /// Returns the id that a digest in a trace stands for.
    #[must_use]
    pub fn of_digest(digest: Digest) -> Option<RenditionId> {
        let id = RenditionId::of(digest);
        (id.digest() == digest).then_some(id)
    }
}

impl std::fmt::Display for RenditionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(std::str::from_utf8(&self.0).expect("hexadecimal digits"))
    }
}

/// Returns the rendition that a variant's file name belongs to.
#[must_use]
pub fn rendition_in(file_name: &str) -> Option<RenditionId> {
    let (stem, _) = file_name.rsplit_once('.')?;
    let (_, digits) = stem.rsplit_once('.')?;
    let is_digest = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    Some(RenditionId(digits.as_bytes().try_into().ok().filter(|_| is_digest)?))
}

/// Returns the renditions whose variants a file of the output names, each once, in order of their digests. Names are
/// found in the bytes, whatever the format of the file.
#[must_use]
pub fn named_in(bytes: &[u8]) -> Vec<RenditionId> {
    let folder = format!("/{FOLDER}/");
    let name = |at: usize| {
        let rest = &bytes[at + folder.len()..];
        let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')));
        rendition_in(std::str::from_utf8(&rest[..end.unwrap_or(rest.len())]).ok()?)
    };
    let mut named: Vec<RenditionId> = memchr::memmem::find_iter(bytes, folder.as_bytes()).filter_map(name).collect();
    named.sort_unstable();
    named.dedup();
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Ratio;

    fn picture(width: u32, height: u32) -> Picture {
        let (name, fallback, focus) = ("a".to_owned(), VariantFormat::Jpeg, Focus::CENTER);
        Picture { name, digest: Digest::of_bytes(b"a"), width, height, fallback, focus }
    }

    fn recipe() -> Recipe {
        Recipe { quality: 75, formats: vec![VariantFormat::Webp], widths: None }
    }

    #[test]
    fn nothing_is_upscaled_and_no_width_is_made_twice() {
        let check = |width: u32, expected: &[u32]| {
            let slot = Slot { widths: vec![400, 800, 1200], sizes: "100vw".to_owned(), ratio: None };
            let sizes = Rendition::of(&picture(width, width), &slot, &recipe()).sizes;
            assert_eq!(sizes, expected.iter().map(|&width| (width, width)).collect::<Vec<_>>(), "{width}");
        };
        check(4000, &[400, 800, 1200]);
        check(1200, &[400, 800, 1200]);
        check(1000, &[400, 800, 1000]);
        check(850, &[400, 850]);
        check(30, &[30]);
    }

    #[test]
    fn names_are_found_in_any_text() {
        let slot = Slot { ratio: Some(Ratio { width: 3, height: 2 }), ..Slot::for_texts() };
        let rendition = Rendition::of(&picture(4000, 3000), &slot, &recipe());
        assert_eq!(rendition.sizes, [(480, 320), (720, 480), (960, 640), (1440, 960)]);
        let variants: Vec<Variant> = rendition.variants().collect();
        assert_eq!(variants.len(), 5, "four of WebP, one of JPEG");
        let page = format!(
            "<img src=\"https://a.example/paper/{FOLDER}/{}\" srcset=\"/{FOLDER}/{} 1x\"><a href=\"/{FOLDER}/x.png\">",
            variants[0].file_name, variants[4].file_name
        );
        assert_eq!(named_in(page.as_bytes()), [rendition.id]);
        assert_eq!(named_in(b"/assets/pictures/"), []);
    }
}
