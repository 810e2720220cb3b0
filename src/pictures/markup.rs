//! [`PictureMarkup`]: the HTML of pictures in a theme's slots, and the URLs of their variants.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::rendition::FOLDER;
use super::{Picture, Recipe, Rendition, Slot, TEXT_SLOT, VariantFormat};
use crate::html::escape_xml;

/// What HTML of pictures depends on besides the picture: the theme's slots, the settings and the base URL's path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PictureMarkup {
    /// Slots of the theme by name; [`TEXT_SLOT`] is always among them.
    slots: BTreeMap<String, Slot>,
    /// How pictures are encoded; `None` if the site has no variants.
    recipe: Option<Recipe>,
    /// Path of the base URL, without a slash at its end.
    base_path: String,
}

/// An image to be shown.
#[derive(Clone, Debug)]
pub struct ShownImage<'a> {
    /// The link to the image, or to the variant for sharing.
    pub url: &'a str,
    /// Width and height in pixels, if known.
    pub size: Option<(u32, u32)>,
    /// The picture, if variants are made of it.
    pub picture: Option<Picture>,
    /// The text alternative.
    pub alt: &'a str,
    /// The title attribute; empty if there is none.
    pub title: &'a str,
    /// Whether it is the page's largest picture, which is to be loaded first.
    pub is_eager: bool,
}

impl PictureMarkup {
    /// Combines the slots of a theme with the settings. `recipe` is `None` for a site without variants.
    #[must_use]
    pub fn new(mut slots: BTreeMap<String, Slot>, recipe: Option<Recipe>, base_path: &str) -> PictureMarkup {
        slots.entry(TEXT_SLOT.to_owned()).or_insert_with(Slot::for_texts);
        PictureMarkup { slots, recipe, base_path: base_path.to_owned() }
    }

    /// Returns the names of the slots.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str)
    }

    /// Returns the slot with this name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.get(name)
    }

    /// Returns how pictures are encoded; `None` if the site has no variants.
    #[must_use]
    pub fn recipe(&self) -> Option<&Recipe> {
        self.recipe.as_ref()
    }

    /// Returns all renditions that pages may name of a picture: that for sharing, then one for each slot.
    pub fn renditions(&self, picture: &Picture) -> impl Iterator<Item = Rendition> {
        let recipe = self.recipe.as_ref();
        let shared = recipe.map(|recipe| Rendition::for_sharing(picture, recipe));
        shared
            .into_iter()
            .chain(self.slots.values().filter_map(move |slot| Some(Rendition::of(picture, slot, recipe?))))
    }

    /// Returns the link and size of the variant for feeds, emails and shared links; `None` if the site has no variants.
    #[must_use]
    pub fn shared(&self, picture: &Picture) -> Option<(String, (u32, u32))> {
        let rendition = Rendition::for_sharing(picture, self.recipe.as_ref()?);
        let size = rendition.largest();
        Some((self.url(&rendition, size.0, picture.fallback), size))
    }

    fn url(&self, rendition: &Rendition, width: u32, format: VariantFormat) -> String {
        format!("{}/{FOLDER}/{}", self.base_path, rendition.file_name(width, format))
    }

    /// Returns the HTML of an image in a slot: `picture` with its variants, or a plain `img` without any. `None` if the
    /// theme has no such slot.
    #[must_use]
    pub fn html(&self, image: &ShownImage<'_>, slot: &str) -> Option<String> {
        let slot = self.slots.get(slot)?;
        let mut html = String::with_capacity(1024);
        let Some((picture, recipe)) = image.picture.as_ref().zip(self.recipe.as_ref()) else {
            push_img(image, image.url, "", image.size, &mut html);
            return Some(html);
        };
        let rendition = Rendition::of(picture, slot, recipe);
        let sizes = escape_xml(&slot.sizes);
        let candidates = |format: VariantFormat| {
            let one = |(width, _): &(u32, u32)| format!("{} {width}w", self.url(&rendition, *width, format));
            format!("srcset=\"{}\" sizes=\"{sizes}\"", rendition.sizes.iter().map(one).collect::<Vec<_>>().join(", "))
        };
        // A picture that is shown whole has the variant for sharing, which programs without `srcset` take.
        let fallback = rendition.fallback().map(|(width, format)| self.url(&rendition, width, format));
        let usual = fallback.as_deref().unwrap_or(image.url);
        let size = Some(rendition.largest());
        if recipe.formats.is_empty() {
            push_img(image, usual, &format!(" {}", candidates(picture.fallback)), size, &mut html);
            return Some(html);
        }
        html.push_str("<picture>");
        for format in &rendition.formats {
            let _ = write!(html, "<source type=\"{}\" {}>", format.media_type(), candidates(*format));
        }
        push_img(image, usual, "", size, &mut html);
        html.push_str("</picture>");
        Some(html)
    }
}

fn push_img(image: &ShownImage<'_>, url: &str, srcset: &str, size: Option<(u32, u32)>, html: &mut String) {
    let _ = write!(html, "<img src=\"{}\"{}", escape_xml(url), srcset);
    let _ = write!(html, " alt=\"{}\"", escape_xml(image.alt));
    if !image.title.is_empty() {
        let _ = write!(html, " title=\"{}\"", escape_xml(image.title));
    }
    if let Some((width, height)) = size {
        let _ = write!(html, " width=\"{width}\" height=\"{height}\"");
    }
    html.push_str(if image.is_eager { " fetchpriority=\"high\">" } else { " loading=\"lazy\" decoding=\"async\">" });
}
