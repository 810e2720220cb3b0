//! The pictures among the site's files: those from which variants are made, and why others are not.

use std::sync::Arc;

use super::{ResolvedLink, SiteInputs, UrlIndex};
use crate::content::FileInfo;
use crate::content::body::LinkTarget;
use crate::content::fields::ImageData;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::pictures::{self, Focus, Picture, PictureInfo, PictureMarkup};

/// What the settings and the theme say of pictures.
pub(in crate::site) struct PictureSettings {
    /// The slots of the theme, and how pictures are encoded.
    pub markup: Arc<PictureMarkup>,
    /// The greatest number of pixels of a picture.
    max_pixels: u64,
}

impl PictureSettings {
    pub(super) fn of(inputs: &SiteInputs<'_>) -> PictureSettings {
        let max_pixels = inputs.config.pictures.max_pixels();
        PictureSettings { markup: Arc::clone(&inputs.theme.pictures), max_pixels }
    }
}

impl UrlIndex {
    /// Returns the picture in a file, from which variants are made; `None` for all files that are published as they are:
    /// vector graphics, animations, formats that only browsers read, and all images of a site without variants.
    /// `focus` is that of the use, which takes precedence over that of the file's data.
    #[must_use]
    pub fn picture(&self, path: &SourcePath, focus: Option<Focus>) -> Option<Picture> {
        self.pictures.markup.recipe()?;
        let file = self.files.get(path)?;
        let info = file.info.picture.filter(|info| info.has_variants() && !self.has_too_many_pixels(info))?;
        Some(Picture {
            name: Picture::name_of(path.file_name()),
            digest: file.digest,
            width: info.width,
            height: info.height,
            fallback: pictures::fallback(&info),
            focus: focus.or(self.image_data(path).and_then(|data| data.focus)).unwrap_or(Focus::CENTER),
        })
    }

    /// Returns the slots of the theme, and how pictures are encoded.
    #[must_use]
    pub fn picture_markup(&self) -> &PictureMarkup {
        &self.pictures.markup
    }

    /// Returns the file without a text that a link or image leads to.
    #[must_use]
    pub fn file_of<'s>(&'s self, target: &'s LinkTarget) -> Option<&'s SourcePath> {
        match target {
            LinkTarget::Source(path, _) => self.files.get_key_value(path).map(|(path, _)| path),
            LinkTarget::Root(written) => match self.resolve_root(written) {
                Ok(ResolvedLink::File { path, .. }) => Some(path),
                _ => None, // a page, or nothing
            },
            LinkTarget::Own(_) | LinkTarget::External(_) | LinkTarget::Fragment(_) => None,
        }
    }

    /// Returns what the file beside an image says of it.
    #[must_use]
    pub fn image_data(&self, path: &SourcePath) -> Option<&ImageData> {
        self.image_data.get(path).map(|data| &**data)
    }

    /// Returns the digest of the bytes of a file without a text.
    #[must_use]
    pub fn file_digest(&self, path: &SourcePath) -> Option<Digest> {
        self.files.get(path).map(|file| file.digest)
    }

    /// Returns the files of data beside which there is no image, each with the image it is named after.
    pub(in crate::site) fn image_data_without_image(&self) -> impl Iterator<Item = (SourcePath, &SourcePath)> {
        let mut images: Vec<&SourcePath> =
            self.image_data.keys().filter(|image| !self.files.contains_key(*image)).collect();
        images.sort();
        images.into_iter().filter_map(|image| Some((SourcePath::new(&format!("{image}.yaml")).ok()?, image)))
    }

    /// Returns what is known of a file without a text.
    pub(in crate::site) fn file_info(&self, path: &SourcePath) -> Option<&FileInfo> {
        self.files.get(path).map(|file| &file.info)
    }

    /// Returns whether a picture has more pixels than the settings allow.
    pub(in crate::site) fn has_too_many_pixels(&self, info: &PictureInfo) -> bool {
        u64::from(info.width) * u64::from(info.height) > self.pictures.max_pixels
    }
}
