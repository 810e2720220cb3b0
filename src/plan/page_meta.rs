//! What a page says of itself in its head: title, description, canonical URL, feeds, how it looks when shared.

use serde::Serialize;

use super::feeds::{FEED_FORMATS, FeedFormat};
use super::page_kinds::PageKind;
use crate::content::front_matter::CommentsState;
use crate::path::UrlPath;
use crate::site::{ImageView, Listing, Site, date_view};

/// The variable `page`, but for the structured data, which follow from it and the site.
#[derive(Clone, Debug, Serialize)]
pub struct PageMeta {
    /// The kind of page.
    pub kind: PageKind,
    /// The link to it.
    pub url: String,
    /// Its absolute URL.
    pub permalink: String,
    /// The same, or where it first appeared.
    pub canonical: String,
    /// For `<title>`, the site's name included.
    pub title: String,
    /// Its heading.
    pub heading: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// Whether search engines are kept out.
    pub noindex: bool,
    /// The section it belongs to.
    pub section: Option<String>,
    /// That section's name.
    pub section_title: Option<String>,
    /// `article`, `profile` or `website`.
    pub og_type: &'static str,
    /// A picture with an absolute URL, for sharing.
    pub image: Option<ImageView>,
    /// Publication.
    pub published: Option<crate::site::DateView>,
    /// The last change that readers should know of.
    pub modified: Option<crate::site::DateView>,
    /// Names, for sharing.
    pub authors: Vec<String>,
    /// Handles of the authors.
    pub fediverse: Vec<String>,
    /// Feeds of what the page shows.
    pub feeds: Vec<FeedLink>,
}

/// A feed to be discovered.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    /// Its name.
    pub title: String,
    /// The link.
    pub url: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub media_type: &'static str,
}

impl PageMeta {
    /// The head of a page about which nothing more is said.
    #[must_use]
    pub fn new(site: &Site, kind: PageKind, url: &UrlPath, heading: &str) -> PageMeta {
        let title =
            if kind == PageKind::Front { heading.to_owned() } else { format!("{heading} – {}", site.config.title) };
        PageMeta {
            kind,
            url: site.base.link(url),
            permalink: site.base.absolute(url),
            canonical: site.base.absolute(url),
            title,
            heading: heading.to_owned(),
            description: None,
            noindex: false,
            section: None,
            section_title: None,
            og_type: "website",
            image: social_image(site),
            published: None,
            modified: None,
            authors: Vec::new(),
            fediverse: Vec::new(),
            feeds: Vec::new(),
        }
    }

    /// The head of an article's page.
    #[must_use]
    pub fn of_article(site: &Site, index: usize) -> PageMeta {
        let article = &site.articles[index];
        let front_matter = &article.document.front_matter;
        let mut head = PageMeta::new(site, PageKind::Article, &article.url, &front_matter.title);
        if let Some(canonical) = &front_matter.canonical_url {
            head.canonical = canonical.to_string();
        }
        let excerpt = Some(article.document.analysis.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
        head.description = front_matter.summary.as_deref().or(excerpt).map(str::to_owned);
        // A preview of what is held back is no business of search engines, wherever it is served.
        head.noindex = front_matter.noindex || article.unpublished_reason.is_some();
        let section = &site.config.sections[article.section];
        head.section = Some(section.id.to_string());
        head.section_title = Some(section.title.to_string());
        head.feeds = site_feeds(site);
        if site.comments_state(article) != CommentsState::Off {
            head.feeds.extend(comment_feeds(site));
        }
        head.og_type = "article";
        let image =
            front_matter.image.as_ref().and_then(|image| site.image(image, &article.document.path, &article.url));
        head.image = shareable(site, image).or(head.image);
        head.published = Some(date_view(site, article.date));
        let corrected =
            front_matter.corrections.iter().map(|correction| correction.date.unix_seconds(&site.zone)).max();
        head.modified = article.updated.max(corrected).filter(|at| *at > article.date).map(|at| date_view(site, at));
        let terms = || front_matter.authors.iter().filter_map(|id| site.terms.get(crate::site::TermKind::Author, id));
        head.authors = match &front_matter.byline {
            Some(byline) => vec![byline.to_string()],
            None => terms().map(|term| term.title.clone()).collect(),
        };
        if front_matter.byline.is_none() {
            head.fediverse = terms().filter_map(|term| site.author_view(term).fediverse.map(str::to_owned)).collect();
        }
        head
    }

    /// The same with the feeds of a listing in front.
    #[must_use]
    pub fn with_feeds(mut self, site: &Site, listing: &Listing, name: &str) -> PageMeta {
        self.feeds = feed_links(site, &site.page_of(listing, 1), name);
        self
    }
}

/// The feeds of the whole site, for pages that have none of their own.
#[must_use]
pub fn site_feeds(site: &Site) -> Vec<FeedLink> {
    feed_links(site, &UrlPath::new("/").expect("the root"), &site.config.title)
}

/// The feeds of what readers said last, if anybody said anything.
#[must_use]
pub fn comment_feeds(site: &Site) -> Vec<FeedLink> {
    if !site.has_comments() {
        return Vec::new();
    }
    feed_links(site, &super::feeds::comments(), &format!("{} – {}", site.config.title, site.translate("comments")))
}

/// The feeds of a page with feeds of its own, to be discovered.
pub(super) fn feed_links(site: &Site, page: &UrlPath, name: &str) -> Vec<FeedLink> {
    let link = |format: &FeedFormat| FeedLink {
        title: format!("{name} ({})", format.name()),
        url: site.base.link(&format.url(page)),
        media_type: format.media_type(),
    };
    FEED_FORMATS.iter().map(link).collect()
}

/// The picture shown when a page that has none is shared, with an absolute URL.
#[must_use]
pub fn social_image(site: &Site) -> Option<ImageView> {
    let organization = &site.config.organization;
    let written = organization.social_image.as_deref().or(organization.logo.as_deref())?;
    let mut image = site.static_image(written)?;
    image.alt = site.config.publisher().to_owned();
    Some(absolute(site, image))
}

/// A picture with an absolute URL, if it is large enough for the places where links are shared: they want 200 pixels
/// each way.
pub(super) fn shareable(site: &Site, image: Option<ImageView>) -> Option<ImageView> {
    let is_large = |image: &ImageView| [image.width, image.height].into_iter().flatten().all(|pixels| pixels >= 200);
    image.filter(is_large).map(|image| absolute(site, image))
}

/// A picture with the site's origin before its link.
#[must_use]
pub fn absolute(site: &Site, mut image: ImageView) -> ImageView {
    if image.url.starts_with('/') {
        image.url = format!("{}{}", site.base.origin, image.url);
    }
    image
}
