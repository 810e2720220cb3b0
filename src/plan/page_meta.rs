//! What a page says of itself in its head: title, description, canonical URL, feeds, how it looks when shared.

use serde::Serialize;

use super::page_kinds::PageKind;
use crate::config::SchemaType;
use crate::content::front_matter::CommentsState;
use crate::feeds::{FEED_FORMATS, FeedFormat};
use crate::path::UrlPath;
use crate::site::{ArticleData, AuthorView, CardData, Globals, ImageView, Listing, Site, SiteModel, Term};

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

/// What the metadata of all articles' pages have in common.
#[derive(Clone, Debug, Serialize)]
pub struct PageMetaDefaults {
    /// The feeds of the whole site.
    pub feeds: Vec<FeedLink>,
    /// The feeds of the latest comments; none if nobody has commented.
    pub comment_feeds: Vec<FeedLink>,
    /// The image for pages without one, with an absolute URL.
    pub image: Option<ImageView>,
}

impl PageMetaDefaults {
    /// Gathers what the metadata of a site's pages have in common.
    #[must_use]
    pub fn of(site: &Site) -> PageMetaDefaults {
        PageMetaDefaults { feeds: site_feeds(site), comment_feeds: comment_feeds(site), image: social_image(site) }
    }
}

/// What the structured data of a page that was planned with its own metadata describe beside the page.
#[derive(Clone, Debug, Serialize)]
pub enum MainEntity {
    /// Nothing more.
    Page,
    /// An issue of a newsletter.
    Issue {
        /// The title of the newsletter.
        newsletter: String,
        /// The absolute URL of the newsletter's page.
        url: String,
    },
    /// An author.
    Author(PersonEntity),
    /// An entry of a collection.
    Entry(Box<EntryEntity>),
}

/// An entry as structured data describe it. URLs are absolute.
#[derive(Clone, Debug, Serialize)]
pub struct EntryEntity {
    /// The type (schema.org).
    pub schema_type: SchemaType,
    /// The title of the collection.
    pub collection: String,
    /// The URL of the collection's listing.
    pub collection_url: String,
    /// The names of the authors, and the URLs of their pages.
    pub authors: Vec<(String, String)>,
}

/// An author as structured data describe them. URLs are absolute.
#[derive(Clone, Debug, Serialize)]
pub struct PersonEntity {
    /// The name.
    pub name: String,
    /// The URL of the author's page.
    pub url: String,
    /// The role.
    pub role: Option<String>,
    /// The URL of the portrait.
    pub image: Option<String>,
    /// The URLs of the author's pages elsewhere.
    pub same_as: Vec<String>,
    /// Whether the author still writes here.
    pub is_active: bool,
}

impl PersonEntity {
    pub(super) fn of(site: &Site, term: &Term) -> PersonEntity {
        let author = AuthorView::of(term, &site.urls);
        let links = author.links.iter().map(|link| link.url.as_str()).filter(|url| url.starts_with("http"));
        PersonEntity {
            name: author.name.to_owned(),
            url: site.model.base.absolute(&term.url),
            role: author.role.map(str::to_owned),
            image: author.image.map(|image| site.globals().absolute(image).url),
            same_as: links.map(str::to_owned).collect(),
            is_active: author.active,
        }
    }
}

impl PageMeta {
    /// The head of a page about which nothing more is said.
    #[must_use]
    pub fn new(site: &Site, kind: PageKind, url: &UrlPath, heading: &str) -> PageMeta {
        PageMeta::with_image(&site.globals(), social_image(site), kind, url, heading)
    }

    fn with_image(
        globals: &Globals<'_>,
        image: Option<ImageView>,
        kind: PageKind,
        url: &UrlPath,
        heading: &str,
    ) -> PageMeta {
        let title =
            if kind == PageKind::Front { heading.to_owned() } else { format!("{heading} – {}", globals.title) };
        PageMeta {
            kind,
            url: globals.base.link(url),
            permalink: globals.base.absolute(url),
            canonical: globals.base.absolute(url),
            title,
            heading: heading.to_owned(),
            description: None,
            noindex: false,
            section: None,
            section_title: None,
            og_type: "website",
            image,
            published: None,
            modified: None,
            authors: Vec::new(),
            fediverse: Vec::new(),
            feeds: Vec::new(),
        }
    }

    /// Makes the metadata of an article's page.
    #[must_use]
    pub fn of_article(
        article: &ArticleData<'_>,
        card: &CardData<'_>,
        globals: &Globals<'_>,
        defaults: &PageMetaDefaults,
    ) -> PageMeta {
        let front_matter = article.metadata.front_matter;
        let mut meta = PageMeta::with_image(globals, defaults.image.clone(), PageKind::Article, card.url, card.title);
        if let Some(canonical) = &front_matter.canonical_url {
            meta.canonical = canonical.to_string();
        }
        meta.description = card.summary.map(str::to_owned);
        // A preview of what is held back is no business of search engines, wherever it is served.
        meta.noindex = front_matter.noindex || card.state.is_some();
        meta.section = Some(card.section.id.to_owned());
        meta.section_title = Some(card.section.title.to_owned());
        meta.feeds.clone_from(&defaults.feeds);
        if article.comments_state != CommentsState::Off {
            meta.feeds.extend_from_slice(&defaults.comment_feeds);
        }
        meta.og_type = "article";
        meta.image = shareable(globals, card.image.clone()).or(meta.image);
        meta.published = Some(globals.date(card.date));
        meta.modified = article.modified(globals).filter(|at| *at > card.date).map(|at| globals.date(at));
        meta.authors = match card.byline {
            Some(byline) => vec![byline.to_owned()],
            None => card.authors.iter().map(|author| author.title.to_owned()).collect(),
        };
        meta.fediverse = article.fediverse.iter().map(|&handle| handle.to_owned()).collect();
        meta
    }

    /// The same with the feeds of a listing in front.
    #[must_use]
    pub fn with_feeds(mut self, site: &Site, listing: &Listing, name: &str) -> PageMeta {
        self.feeds = feed_links(&site.model, &site.model.page_of(listing, 1), name);
        self
    }
}

/// The feeds of the whole site, for pages that have none of their own.
pub(super) fn site_feeds(site: &Site) -> Vec<FeedLink> {
    feed_links(&site.model, &UrlPath::new("/").expect("the root"), &site.model.config.title)
}

/// The feeds of what readers said last, if anybody said anything.
fn comment_feeds(site: &Site) -> Vec<FeedLink> {
    if !site.derived.has_comments {
        return Vec::new();
    }
    feed_links(
        &site.model,
        &super::feeds::comments(),
        &format!("{} – {}", site.model.config.title, site.translate("comments")),
    )
}

/// The feeds of a page with feeds of its own, to be discovered.
pub(super) fn feed_links(model: &SiteModel, page: &UrlPath, name: &str) -> Vec<FeedLink> {
    let link = |format: &&FeedFormat| FeedLink {
        title: format!("{name} ({})", format.label),
        url: model.base.link(&format.url(page)),
        media_type: format.media_type,
    };
    FEED_FORMATS.iter().map(link).collect()
}

/// The picture shown when a page that has none is shared, with an absolute URL.
fn social_image(site: &Site) -> Option<ImageView> {
    let organization = &site.model.config.organization;
    let written = organization.social_image.as_deref().or(organization.logo.as_deref())?;
    let mut image = site.urls.static_image(written)?;
    image.alt = site.model.config.publisher().to_owned();
    Some(site.globals().absolute(image))
}

/// A picture with an absolute URL, if it is large enough for the places where links are shared: they want 200 pixels
/// each way.
pub(super) fn shareable(globals: &Globals<'_>, image: Option<ImageView>) -> Option<ImageView> {
    let is_large = |image: &ImageView| [image.width, image.height].into_iter().flatten().all(|pixels| pixels >= 200);
    image.filter(is_large).map(|image| globals.absolute(image))
}
