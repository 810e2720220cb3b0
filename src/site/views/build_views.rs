//! Functions that make views of authors, images, newsletters and dates.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::super::terms::{Term, TermFile};
use super::super::urls::{ResolvedLink, UrlIndex};
use super::super::{Newsletter, PublishedText, Site, SiteModel};
use super::view::{AuthorView, DateView, ImageView, NewsletterView};
use super::view_tree::ViewTree;
use crate::content::body::LinkTarget;
use crate::content::front_matter::{Extra, Image};
use crate::path::{SourcePath, UrlPath};
use crate::pictures::Focus;
use crate::time::{date_text, rfc3339, time_text, weekday_and_date, zoned};

/// The reading speed in words per minute.
const WORDS_PER_MINUTE: u32 = 230;

/// Returns the minutes that a text of `word_count` words takes to read, at least one.
#[must_use]
pub fn reading_time(word_count: u32) -> u32 {
    word_count.div_ceil(WORDS_PER_MINUTE).max(1)
}

impl Site {
    /// Returns a translation; the key itself if it is missing.
    #[must_use]
    pub fn translate(&self, key: &str) -> String {
        self.globals().translate(key)
    }

    /// Returns a translation with its arguments filled in; the key itself if it is missing.
    #[must_use]
    pub fn translate_with(&self, key: &str, arguments: &[(&str, String)]) -> String {
        self.globals().translate_with(key, arguments)
    }
}

/// The views of images.
impl UrlIndex {
    /// Returns an image of front matter with its link resolved; `None` when the target does not exist, which validation
    /// reports.
    #[must_use]
    pub fn image(&self, image: &Image, file: &SourcePath, owner: &UrlPath) -> Option<ImageView> {
        let target = image.src.target(file)?;
        let view = self.image_of_target(&target, image.focus, file, owner)?;
        Some(ImageView {
            alt: image.alt.as_deref().map_or(view.alt, str::to_owned),
            caption: image.caption.clone().map(String::from).or(view.caption),
            credit: image.credit.clone().map(String::from).or(view.credit),
            license: image.license.as_deref().map(str::to_owned).or(view.license),
            ..view
        })
    }

    /// Returns the image in the front matter of a text.
    #[must_use]
    pub fn text_image(&self, text: &PublishedText) -> Option<ImageView> {
        self.image(text.keys().image?, text.path(), &text.url)
    }

    /// Returns the image of a term.
    #[must_use]
    pub fn term_image(&self, term: &Term) -> Option<ImageView> {
        let (image, file) = term.file.image()?;
        self.image(image, file, &term.url)
    }

    /// Returns an image of `static/` named in the settings.
    #[must_use]
    pub fn static_image(&self, written: &str) -> Option<ImageView> {
        let path = SourcePath::new(&format!("static/{}", written.trim_start_matches('/'))).ok()?;
        let size = self.file(&path)?;
        let url = UrlPath::new(&path.as_str()["static".len()..]).ok()?;
        Some(ImageView::new(self.base.link(&url), size))
    }

    /// Returns an image with what its file of data says of it; `None` when it does not exist. `focus` is that of the use.
    #[must_use]
    pub fn image_of_target(
        &self,
        target: &LinkTarget,
        focus: Option<Focus>,
        file: &SourcePath,
        owner: &UrlPath,
    ) -> Option<ImageView> {
        match self.resolve(target, file, owner) {
            Ok(ResolvedLink::File { url, path, size }) => {
                let picture = self.picture(path, focus);
                let shared = picture.as_ref().and_then(|picture| self.pictures.markup.shared(picture));
                let view = match shared {
                    Some((url, size)) => ImageView { picture, ..ImageView::new(url, Some(size)) },
                    None => ImageView::new(self.base.link(&url), size),
                };
                Some(match self.image_data(path) {
                    Some(data) => ImageView {
                        alt: data.alt.as_deref().unwrap_or_default().to_owned(),
                        caption: data.caption.clone().map(String::from),
                        credit: data.credit.clone().map(String::from),
                        license: data.license.as_deref().map(str::to_owned),
                        ..view
                    },
                    None => view,
                })
            }
            Ok(resolved) => resolved.link(&self.base).map(|url| ImageView::new(url, None)),
            Err(_) => None,
        }
    }
}

impl<'s> AuthorView<'s> {
    /// Makes the view of an author with everything that the author's page shows.
    #[must_use]
    pub fn of(term: &'s Term, urls: &UrlIndex) -> AuthorView<'s> {
        let TermFile::Author(document) = &term.file else {
            return AuthorView {
                id: &term.id,
                name: &term.title,
                url: urls.base.link(&term.url),
                role: None,
                email: None,
                image: None,
                links: &[],
                fediverse: None,
                active: true,
                extra: Extra::default().value(),
            };
        };
        let front_matter = &document.front_matter;
        AuthorView {
            id: &term.id,
            name: &term.title,
            url: urls.base.link(&term.url),
            role: front_matter.role.as_deref(),
            email: front_matter.email.as_deref(),
            image: urls.term_image(term),
            links: &front_matter.links,
            fediverse: front_matter.fediverse.as_deref(),
            active: front_matter.active,
            extra: front_matter.extra.value(),
        }
    }
}

impl SiteModel {
    /// Returns a time, in Unix seconds, as a date in the site's zone and language.
    #[must_use]
    pub fn date(&self, seconds: i64) -> DateView {
        DateView::of(seconds, &self.zone, &self.config.language)
    }

    /// Returns the answer to [`Query::Newsletter`](super::super::Query::Newsletter).
    pub(super) fn newsletter_node(&self, named: Option<&str>, page: Option<&UrlPath>) -> ViewTree<'_> {
        match self.newsletter(named) {
            Some(newsletter) => ViewTree::of(self.newsletter_view(newsletter, page)),
            None => ViewTree::None,
        }
    }

    /// Returns a newsletter with its form. The form sends the URL of `page` to the provider as the source of the
    /// sign-up.
    #[must_use]
    pub fn newsletter_view<'s>(&'s self, newsletter: &'s Newsletter, page: Option<&UrlPath>) -> NewsletterView<'s> {
        let page = page.map(|page| self.base.link(page));
        let front_matter = &newsletter.document.front_matter;
        let thanks = newsletter.page("thanks");
        NewsletterView {
            id: &newsletter.id,
            title: &front_matter.title,
            summary: front_matter.summary.as_deref(),
            frequency: front_matter.frequency.as_deref(),
            consent: front_matter.consent.as_deref(),
            button: front_matter.button.as_deref(),
            url: self.base.link(&newsletter.url),
            thanks_url: self.base.link(&thanks),
            archive_url: (!self.issues_of(&newsletter.id).is_empty())
                .then(|| self.base.link(&newsletter.archive_page(1))),
            privacy_url: self.policy(self.config.organization.policies.privacy.as_deref()),
            confirms: newsletter.sign_up.confirms,
            provider: newsletter.sign_up.provider,
            form: (newsletter.sign_up.form())
                .map(|form| form.at(&self.base.link(&thanks), &self.base.absolute(&thanks), page.as_deref())),
            hosted_url: newsletter.sign_up.page(),
            host: newsletter.host(),
            extra: front_matter.extra.value(),
        }
    }

    /// Returns the link to a static page named in the settings.
    #[must_use]
    pub fn policy(&self, path: Option<&str>) -> Option<String> {
        self.policy_url(path).map(|url| self.base.link(url))
    }

    /// Returns the URL of a static page named in the settings.
    #[must_use]
    pub fn policy_url(&self, path: Option<&str>) -> Option<&UrlPath> {
        let path = format!("content/{}", path?);
        self.pages.iter().find(|page| page.document.path.as_str() == path).map(|page| &page.url)
    }
}

impl ImageView {
    /// Makes an image without text alternative, caption and credit. The size is in pixels.
    #[must_use]
    pub fn new(url: String, size: Option<(u32, u32)>) -> ImageView {
        let (width, height) = size.unzip();
        ImageView { url, width, height, alt: String::new(), caption: None, credit: None, license: None, picture: None }
    }
}

impl DateView {
    /// Makes the view of a time, in Unix seconds, in a zone and language.
    pub(super) fn of(seconds: i64, zone: &TimeZone, language: &str) -> DateView {
        let at = zoned(seconds, zone);
        DateView {
            iso: rfc3339(&at),
            text: date_text(&at, language),
            weekday: weekday_and_date(&at, language),
            time: if at.time() == Time::midnight() { String::new() } else { time_text(&at, language) },
            year: at.year(),
        }
    }
}
