//! How the site's pictures are encoded.

use std::path::{Component, Path};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{Verbatim, fields, inert};
use crate::diagnostic::Span;
use crate::pictures::{Recipe, VariantFormat};
use crate::source::SOURCE_FOLDERS;

fields! {
    /// The variants of pictures.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct PicturesConfig {
        /// Whether pictures are published as variants for each width of a screen; otherwise as they are, without their
        /// metadata.
        pub variants: bool,
        /// The quality of JPEG and WebP, from 1 to 100.
        pub quality: usize,
        /// The formats that are offered besides JPEG and PNG.
        #[schemars(extend("examples" = [["webp"]]))]
        pub formats: Vec<PictureFormat>,
        /// Widths in pixels, ascending, instead of those of the theme.
        #[schemars(extend("examples" = [[480, 960, 1440]]))]
        pub widths: Option<Vec<usize>>,
        /// Whether a page without a picture has a social card: a picture of its headline for links that are shared.
        pub cards: bool,
        /// The greatest size of a picture in millions of pixels. A larger one is an error.
        pub max_megapixels: usize,
        /// The folder in which variants are kept for later builds, from the site's folder.
        #[schemars(extend("examples" = [".cache/pictures"]))]
        pub cache: Option<Verbatim>,
    }
}

/// A format that browsers take besides JPEG and PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PictureFormat {
    /// WebP (RFC 9649).
    Webp,
}

inert!(PictureFormat);

impl Default for PicturesConfig {
    fn default() -> PicturesConfig {
        PicturesConfig {
            variants: true,
            quality: 75,
            formats: vec![PictureFormat::Webp],
            widths: None,
            cards: false,
            max_megapixels: 80,
            cache: None,
        }
    }
}

/// Returns whether a path can be that of the cache: absolute, or below the site's folder, in none of its sources and not
/// in the usual output.
fn is_cache_folder(path: &str) -> bool {
    let path = Path::new(path);
    let mut parts = path.components().filter(|part| !matches!(part, Component::CurDir));
    if path.is_absolute() {
        return parts.all(|part| !matches!(part, Component::ParentDir)) && path.parent().is_some();
    }
    let Some(Component::Normal(first)) = parts.next() else { return false };
    let is_taken = SOURCE_FOLDERS.iter().chain(&["public"]).any(|taken| first.eq_ignore_ascii_case(taken));
    !is_taken && parts.all(|part| matches!(part, Component::Normal(_)))
}

impl PicturesConfig {
    /// Reports numbers that make no picture.
    pub(super) fn check(&self, report: &mut dyn FnMut(Span, String, &str)) {
        let span = |key: &str| Span::Value(vec!["pictures".into(), key.into()]);
        if !(1..=100).contains(&self.quality) {
            report(
                span("quality"),
                format!("`quality` is {}", self.quality),
                "write a number from 1 to 100, such as 75",
            );
        }
        if !(1..=1_000).contains(&self.max_megapixels) {
            let message = format!("`max_megapixels` is {}", self.max_megapixels);
            report(span("max_megapixels"), message, "write a number from 1 to 1000, such as 80");
        }
        let is_repeated = |index: usize| self.formats[..index].contains(&self.formats[index]);
        if (0..self.formats.len()).any(is_repeated) {
            report(span("formats"), "a format is given twice".into(), "keep one of them");
        }
        if self.cache.as_deref().is_some_and(|cache| !is_cache_folder(cache)) {
            let help =
                "name a folder for it alone, such as `.cache/pictures`: not one of the site's sources or its output";
            report(span("cache"), "this folder cannot hold the cache".into(), help);
        }
        let is_valid = |widths: &[usize]| {
            !widths.is_empty()
                && widths.iter().all(|width| (16..=8_000).contains(width))
                && widths.is_sorted_by(|a, b| a < b)
        };
        if self.widths.as_deref().is_some_and(|widths| !is_valid(widths)) {
            let help = "write numbers of pixels from 16 to 8000, such as [480, 960, 1440]";
            report(span("widths"), "`widths` are not widths in ascending order".into(), help);
        }
    }

    /// Returns the greatest number of pixels of a picture.
    #[must_use]
    pub fn max_pixels(&self) -> u64 {
        self.max_megapixels as u64 * 1_000_000
    }

    /// Returns how pictures are encoded; `None` if they are published as they are.
    #[must_use]
    pub fn recipe(&self) -> Option<Recipe> {
        let formats = self.formats.iter().map(|format| match format {
            PictureFormat::Webp => VariantFormat::Webp,
        });
        let widths = self.widths.iter().flatten().filter_map(|width| u32::try_from(*width).ok());
        self.variants.then(|| Recipe {
            quality: u8::try_from(self.quality).unwrap_or(75),
            formats: formats.collect(),
            widths: self.widths.is_some().then(|| widths.collect()),
        })
    }
}
