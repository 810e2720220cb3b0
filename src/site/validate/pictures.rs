//! Checks the pictures that texts show: files that no browser shows, that are damaged, too large or too small.

use super::Check;
use crate::content::SourceKind;
use crate::diagnostic::{CheckGroup, Diagnostic};
use crate::path::SourcePath;
use crate::pictures::extension_fits;

/// The length from which an animation is called heavy, in bytes. A video of the same is about a tenth as long.
const HEAVY: u64 = 1_000_000;

/// Extensions of pictures in pixels.
const RASTER: [&str; 6] = ["jpg", "jpeg", "png", "webp", "gif", "avif"];

impl Check<'_> {
    /// Returns what is wrong with the picture in a file. `slot` is the place of the theme where it is shown, if that is
    /// known.
    pub(super) fn picture(&self, path: &SourcePath, slot: Option<&str>) -> Option<Diagnostic> {
        let info = self.urls.file_info(path)?;
        if let Some((problem, help)) = &info.problem {
            let error = Diagnostic::error("image", format!("`{path}`: {problem}"));
            return Some(error.help(help.clone()).in_group(Some(CheckGroup::Images)));
        }
        let Some(picture) = info.picture else {
            let is_named_so = RASTER.iter().any(|known| path.extension().eq_ignore_ascii_case(known));
            let error = || Diagnostic::error("image", format!("`{}` is no picture", path.file_name()));
            let help = "open it in an image editor, and export it as JPEG or PNG";
            return is_named_so.then(|| error().help(help).in_group(Some(CheckGroup::Images)));
        };
        let (name, width, height) = (path.file_name(), picture.width, picture.height);
        if picture.has_variants() && self.urls.has_too_many_pixels(&picture) {
            let message = format!("`{name}` has {width} × {height} pixels, more than the settings allow");
            let help = "make it smaller in an image editor: 4000 pixels are enough for any screen; or raise \
                        `max_megapixels` under `pictures` in site.yaml";
            return Some(Diagnostic::error("image", message).help(help).in_group(Some(CheckGroup::Images)));
        }
        if !extension_fits(path.extension(), picture.format) {
            let format = picture.format;
            let extension = format.extensions()[0];
            let message = format!("`{name}` is named as another format: it is a {}", format.name());
            return Some(Diagnostic::warning("image", message).help(format!("rename it to `.{extension}`")));
        }
        if picture.is_animated && info.length > HEAVY {
            let message = format!("the animation `{name}` has {:.1} MB", info.length as f64 / 1e6);
            return Some(Diagnostic::note("image", message).help("a video of it would be about a tenth as long"));
        }
        let shown = self.urls.picture_markup().slot(slot?)?.shown_width();
        (picture.has_variants() && width * 2 < shown).then(|| {
            let message = format!("`{name}` is {width} pixels wide, and shown up to {shown} wide");
            Diagnostic::warning("image", message).help("use a larger copy of the picture, if there is one")
        })
    }

    /// Returns the slot in which the image of this file's front matter is shown.
    pub(super) fn slot_of_front_matter(&self) -> Option<&'static str> {
        match self.urls.text(self.path)?.kind {
            SourceKind::Article => Some("lead"),
            SourceKind::Author => Some("portrait"),
            _ => None, // themes differ
        }
    }
}
