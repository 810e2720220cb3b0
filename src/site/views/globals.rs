//! [`Globals`]: the values that every output may use besides the answers to its own queries.

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

use super::super::Site;
use super::view::{DateView, ImageView, LabelView};
use crate::config::BaseUrl;
use crate::content::front_matter::Label;
use crate::digest::Digest;
use crate::path::UrlPath;
use crate::theme::Translations;
use crate::time::{TimeSpec, zoned};

/// The settings that decide how values are written in any output: names, language, time zone, base URL, translations.
///
/// Invariant: the digest of these, with that of the theme, is part of the trace of every output that uses them.
#[derive(Clone, Copy)]
pub struct Globals<'s> {
    /// The site's title.
    pub title: &'s str,
    /// The site's description.
    pub description: Option<&'s str>,
    /// The publisher's name.
    pub publisher: &'s str,
    /// The language as a BCP 47 tag.
    pub language: &'s str,
    /// Whether quotation marks, dashes and dots become those of the language.
    pub smart_punctuation: bool,
    /// The base URL.
    pub base: &'s BaseUrl,
    /// The time zone.
    pub zone: &'s TimeZone,
    zone_name: &'s str,
    translations: &'s Translations,
}

impl Site {
    /// Returns the values that every output may use.
    #[must_use]
    pub fn globals(&self) -> Globals<'_> {
        let Site { model, theme, .. } = self;
        Globals {
            title: &model.config.title,
            description: model.config.description.as_deref(),
            publisher: model.config.publisher(),
            language: &model.config.language,
            smart_punctuation: model.config.markdown.smart_punctuation,
            base: &model.base,
            zone: &model.zone,
            zone_name: &model.config.time_zone,
            translations: &theme.translations,
        }
    }
}

impl Globals<'_> {
    /// Returns the digest of everything but the translations, which the theme's digest covers.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Globals {
            title,
            description,
            publisher,
            language,
            smart_punctuation,
            base: BaseUrl { origin, path },
            zone: _, // The zone of this name.
            zone_name,
            translations: _,
        } = self;
        Digest::of(&(title, description, publisher, language, smart_punctuation, (origin, path), zone_name))
    }

    /// Returns a time, in Unix seconds, as a date in the site's zone and language.
    #[must_use]
    pub fn date(&self, seconds: i64) -> DateView {
        DateView::of(seconds, self.zone, self.language)
    }

    /// Resolves a time spec in the site's zone to Unix seconds.
    #[must_use]
    pub fn seconds(&self, time: TimeSpec) -> i64 {
        time.unix_seconds(self.zone)
    }

    /// Returns a time, in Unix seconds, in the site's zone.
    #[must_use]
    pub fn zoned(&self, seconds: i64) -> ZonedDateTime {
        zoned(seconds, self.zone)
    }

    /// Returns a label with its translation; `None` for plain news.
    #[must_use]
    pub fn label(&self, label: Label) -> Option<LabelView> {
        let id = label.as_str();
        (label != Label::News).then(|| LabelView { id, text: self.translate(&format!("label_{id}")) })
    }

    /// Returns a translation; the key itself if it is missing.
    #[must_use]
    pub fn translate(&self, key: &str) -> String {
        self.translate_with(key, &[])
    }

    /// Returns a translation with its arguments filled in; the key itself if it is missing.
    #[must_use]
    pub fn translate_with(&self, key: &str, arguments: &[(&str, String)]) -> String {
        self.translations.translate(key, None, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// Returns the absolute URL of the front page.
    #[must_use]
    pub fn root(&self) -> String {
        self.base.absolute(&UrlPath::new("/").expect("the root"))
    }

    /// Returns an image with an absolute URL.
    #[must_use]
    pub fn absolute(&self, mut image: ImageView) -> ImageView {
        if image.url.starts_with('/') {
            image.url = format!("{}{}", self.base.origin, image.url);
        }
        image
    }
}
