//! The pictures that texts show: which files they are in, and all renditions that pages may name. A variant is written if
//! a page names its rendition, which is known when the page is rendered.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{OutputFile, PageMetaSource, SocialCard};
use crate::content::body::LinkTarget;
use crate::content::fields::{Field, KeyPath};
use crate::path::{OutputPath, SourcePath};
use crate::pictures::{self, FOLDER, Focus, Picture, Rendition, RenditionId, Variant};
use crate::site::{CardData, PublishedText, Site, UrlIndex};

/// The pictures of a site with all renditions that pages may name.
#[derive(Debug, Default)]
pub struct Pictures {
    /// Each picture with its file, once for each focus.
    pictures: Vec<(SourcePath, Picture)>,
    /// The picture and the slot of each rendition, as indexes.
    renditions: FxHashMap<RenditionId, (u32, u32)>,
    /// The names of the slots.
    slots: Vec<String>,
    /// The social cards of pages without a picture of their own.
    cards: FxHashMap<RenditionId, SocialCard>,
}

/// A rendition with what it is made from.
#[derive(Debug)]
pub struct PlannedRendition<'p> {
    /// The file of the picture.
    pub source: &'p SourcePath,
    /// The slot of the theme; `sharing` for feeds, emails and shared links.
    pub slot: &'p str,
    /// The rendition.
    pub rendition: Rendition,
}

impl Pictures {
    /// Collects the pictures of all published texts, and the social cards of all pages.
    pub(crate) fn of(site: &Site, pages: &[OutputFile]) -> Pictures {
        let urls = &site.urls;
        let markup = urls.picture_markup();
        let cards = cards(site, pages);
        if markup.recipe().is_none() {
            return Pictures { cards, ..Pictures::default() };
        }
        let mut pictures: Vec<(SourcePath, Picture)> =
            urls.texts().par_iter().flat_map_iter(|text| pictures_of(urls, text)).collect();
        pictures.par_sort_by(|(a, one), (b, other)| (a, one.focus).cmp(&(b, other.focus)));
        pictures.dedup();
        let slots: Vec<String> = ["sharing"].into_iter().chain(markup.slots()).map(str::to_owned).collect();
        let ids = |(index, (_, picture)): (usize, &(SourcePath, Picture))| {
            let renditions = markup.renditions(picture).enumerate();
            renditions.map(|(slot, rendition)| (rendition.id, (index as u32, slot as u32))).collect::<Vec<_>>()
        };
        let renditions = pictures.par_iter().enumerate().flat_map_iter(ids).collect::<Vec<_>>();
        Pictures { renditions: renditions.into_iter().collect(), pictures, slots, cards }
    }

    /// Returns the renditions that a file of the output names, in order of their ids.
    #[must_use]
    pub fn named_in(&self, bytes: &[u8]) -> Vec<RenditionId> {
        if self.renditions.is_empty() && self.cards.is_empty() {
            return Vec::new();
        }
        let mut named = pictures::named_in(bytes);
        named.retain(|id| self.renditions.contains_key(id) || self.cards.contains_key(id));
        named
    }

    /// Returns the rendition with this id.
    #[must_use]
    pub fn rendition(&self, site: &Site, id: RenditionId) -> Option<PlannedRendition<'_>> {
        let (picture, slot) = *self.renditions.get(&id)?;
        let (source, picture) = &self.pictures[picture as usize];
        let rendition = site.urls.picture_markup().renditions(picture).nth(slot as usize)?;
        Some(PlannedRendition { source, slot: &self.slots[slot as usize], rendition })
    }

    /// Returns all variants of some renditions, each with its file.
    pub fn variants(&self, site: &Site, named: &BTreeSet<RenditionId>) -> impl Iterator<Item = (&SourcePath, Variant)> {
        let planned = named.iter().filter_map(|id| self.rendition(site, *id));
        planned.flat_map(|planned| {
            let variants: Vec<Variant> = planned.rendition.variants().collect();
            variants.into_iter().map(move |variant| (planned.source, variant))
        })
    }

    /// Returns the social cards among some renditions.
    pub fn cards<'p>(&'p self, named: &'p BTreeSet<RenditionId>) -> impl Iterator<Item = &'p SocialCard> {
        named.iter().filter_map(|id| self.cards.get(id))
    }

    /// Returns the social card at a path of the output.
    #[must_use]
    pub fn card(&self, path: &OutputPath) -> Option<&SocialCard> {
        let file_name = path.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?;
        self.cards.get(&pictures::rendition_in(file_name)?).filter(|card| card.output() == *path)
    }

    /// Returns whether a path of the output is that of a variant or a social card.
    #[must_use]
    pub fn contains(&self, site: &Site, path: &OutputPath) -> bool {
        self.card(path).is_some() || self.variant(site, path).is_some()
    }

    /// Returns the variant at a path of the output, with its rendition.
    #[must_use]
    pub fn variant(&self, site: &Site, path: &OutputPath) -> Option<(PlannedRendition<'_>, Variant)> {
        let file_name = path.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?;
        let planned = self.rendition(site, pictures::rendition_in(file_name)?)?;
        let variant = planned.rendition.variants().find(|variant| variant.file_name == file_name)?;
        Some((planned, variant))
    }
}

impl Variant {
    /// Returns the path of the variant in the output.
    #[must_use]
    pub fn output(&self) -> OutputPath {
        OutputPath::new(&format!("{FOLDER}/{}", self.file_name)).expect("a slug and digits")
    }
}

/// Returns the social cards of all pages, also of those that have an image of their own and do not name it.
fn cards(site: &Site, pages: &[OutputFile]) -> FxHashMap<RenditionId, SocialCard> {
    let Some(design) = site.card_design() else { return FxHashMap::default() };
    let card = |page: &OutputFile| {
        let mut card = match &page.meta {
            PageMetaSource::Article(index) => {
                SocialCard::of_article(&CardData::of(&site.model, &site.urls, *index), design)
            }
            PageMetaSource::Own(meta) => meta.card.clone()?,
            PageMetaSource::None => return None,
        };
        card.source.clone_from(&page.source);
        Some((card.id(), card))
    };
    pages.par_iter().filter_map(card).collect::<Vec<_>>().into_iter().collect()
}

/// Returns the images that a text shows, each with the focus of the use.
pub(super) fn images_of(text: &PublishedText) -> impl Iterator<Item = (LinkTarget, Option<Focus>)> {
    let mut images = Vec::new();
    text.document.fields().visit(&KeyPath::Root, &mut |_, field| {
        if let Field::Image(image) = field {
            images.extend(image.src.target(text.path()).map(|target| (target, image.focus)));
        }
    });
    images.into_iter().chain(text.analysis().images.iter().map(|image| (image.target.clone(), image.focus)))
}

fn pictures_of(urls: &UrlIndex, text: &PublishedText) -> Vec<(SourcePath, Picture)> {
    let picture = |(target, focus): (LinkTarget, Option<Focus>)| {
        let path = urls.file_of(&target)?;
        Some((path.clone(), urls.picture(path, focus)?))
    };
    images_of(text).filter_map(picture).collect()
}

/// Returns the files that texts link to. A picture that is not among them is published as variants only.
pub(super) fn linked_files(urls: &UrlIndex) -> BTreeSet<SourcePath> {
    let links = |text: &PublishedText| {
        let links = text.analysis().links.iter().filter_map(|link| urls.file_of(&link.target));
        links.cloned().collect::<Vec<_>>()
    };
    urls.texts().par_iter().flat_map_iter(links).collect()
}
