//! [`PageMeta`]: the page metadata for search engines and social networks. Title, description, canonical URL, feeds, Open
//! Graph.

use serde::Serialize;

use super::page_kinds::PageKind;
use super::social_cards::SocialCard;
use crate::config::SchemaType;
use crate::content::front_matter::CommentsState;
use crate::digest::Digest;
use crate::feeds::{FEED_FORMATS, FeedFormat};
use crate::path::UrlPath;
use crate::site::{ArticleData, AuthorView, CardData, Globals, ImageView, Listing, Site, SiteModel, Term};

/// The template variable `page` without the structured data, which `render` derives from it and the site.
#[derive(Clone, Debug, Serialize)]
pub struct PageMeta {
    /// The kind of the page.
    pub kind: PageKind,
    /// The root-relative URL of the page: `/news/`.
    pub url: String,
    /// The absolute URL of the page; empty for the 404 page.
    pub permalink: String,
    /// The absolute URL of first publication; equal to `permalink` unless the front matter names another. Empty for the
    /// 404 page.
    pub canonical: String,
    /// The content of `<title>`: the heading and the site's title.
    pub title: String,
    /// The heading of the page.
    pub heading: String,
    /// A description in one or two sentences, as plain text.
    pub description: Option<String>,
    /// Whether search engines are asked not to index the page.
    pub noindex: bool,
    /// The id of the section that the page belongs to.
    pub section: Option<String>,
    /// The title of the section, for readers; on issues, the title of the newsletter.
    pub section_title: Option<String>,
    /// The type of Open Graph (ogp.me): `article`, `profile` or `website`.
    pub og_type: &'static str,
    /// The image shown when the page is shared. Its URL is absolute.
    pub image: Option<ImageView>,
    /// The date of publication, of articles and issues.
    pub published: Option<crate::site::DateView>,
    /// The date of the last update or correction, if later than the publication.
    pub modified: Option<crate::site::DateView>,
    /// The names of the authors, or the byline.
    pub authors: Vec<String>,
    /// The authors' accounts on the fediverse: `@user@host`.
    pub fediverse: Vec<String>,
    /// The feeds of the page, for `<link rel="alternate">`.
    pub feeds: Vec<FeedLink>,
    /// The social card, which is the page's image unless the page has one of its own.
    #[serde(skip)]
    pub card: Option<SocialCard>,
}

/// A link to a feed by which feed readers discover it.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    /// The title of the feed with the name of its format: `News (RSS)`.
    pub title: String,
    /// The root-relative URL of the feed.
    pub url: String,
    /// The media type: `application/rss+xml`.
    #[serde(rename = "type")]
    pub media_type: &'static str,
}

/// Metadata that all articles' pages share.
#[derive(Clone, Debug, Serialize)]
pub struct PageMetaDefaults {
    /// The feeds of the whole site.
    pub feeds: Vec<FeedLink>,
    /// The feeds of the latest comments; empty when the site has no comments.
    pub comment_feeds: Vec<FeedLink>,
    /// The image for pages without one, with an absolute URL.
    pub image: Option<ImageView>,
    /// The design of the social cards of pages without an image; `None` if the site has none.
    pub card_design: Option<Digest>,
}

impl PageMetaDefaults {
    /// Returns the metadata that all articles' pages of a site share.
    #[must_use]
    pub fn of(site: &Site) -> PageMetaDefaults {
        PageMetaDefaults {
            feeds: site_feeds(site),
            comment_feeds: comment_feeds(site),
            image: social_image(site),
            card_design: site.card_design(),
        }
    }
}

/// The entity that a page's structured data describe in addition to the page. Articles' pages do not use it: their
/// structured data come from the article.
#[derive(Clone, Debug, Serialize)]
pub enum MainEntity {
    /// The page only.
    Page,
    /// An issue of a newsletter.
    Issue {
        /// The title of the newsletter.
        newsletter: String,
        /// The absolute URL of the newsletter's page.
        url: String,
    },
    /// An author, on the author's page.
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
    /// The role: `Reporter`.
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
    /// Returns the metadata of a page with this heading and a social card, or else the site's social image; all other
    /// fields are empty. The front page has the social image first: it stands for the site.
    #[must_use]
    pub fn new(site: &Site, kind: PageKind, url: &UrlPath, heading: &str) -> PageMeta {
        let globals = site.globals();
        let image = social_image(site);
        let card =
            site.card_design().filter(|_| kind.has_social_card() || image.is_none() && kind == PageKind::FrontPage);
        let card = card.map(|design| SocialCard::new(url, heading, None, design));
        let image = card.as_ref().map(|card| card.image(&globals)).or(image);
        PageMeta { card, ..PageMeta::with_image(&globals, image, kind, url, heading) }
    }

    fn with_image(
        globals: &Globals<'_>,
        image: Option<ImageView>,
        kind: PageKind,
        url: &UrlPath,
        heading: &str,
    ) -> PageMeta {
        let title =
            if kind == PageKind::FrontPage { heading.to_owned() } else { format!("{heading} – {}", globals.title) };
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
            card: None,
        }
    }

    /// Returns the metadata of an article's page.
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
        // Unpublished articles are rendered in previews only; search engines must not index a preview that is served
        // publicly.
        meta.noindex = front_matter.noindex || card.state.is_some();
        meta.section = Some(card.section.id.to_owned());
        meta.section_title = Some(card.section.title.to_owned());
        meta.feeds.clone_from(&defaults.feeds);
        if article.comments_state != CommentsState::Off {
            meta.feeds.extend_from_slice(&defaults.comment_feeds);
        }
        meta.og_type = "article";
        let social_card = || Some(SocialCard::of_article(card, defaults.card_design?).image(globals));
        meta.image = shareable(globals, card.image.clone()).or_else(social_card).or(meta.image);
        meta.published = Some(globals.date(card.date));
        meta.modified = article.modified(globals).filter(|at| *at > card.date).map(|at| globals.date(at));
        meta.authors = match card.byline {
            Some(byline) => vec![byline.to_owned()],
            None => card.authors.iter().map(|author| author.title.to_owned()).collect(),
        };
        meta.fediverse = article.fediverse.iter().map(|&handle| handle.to_owned()).collect();
        meta
    }

    /// Returns the metadata with the feeds of a listing, named by `name`.
    #[must_use]
    pub fn with_feeds(mut self, site: &Site, listing: &Listing, name: &str) -> PageMeta {
        self.feeds = feed_links(&site.model, &site.model.page_of(listing, 1), name);
        self
    }
}

/// Returns the feeds of all articles, for pages without a feed of their own.
pub(super) fn site_feeds(site: &Site) -> Vec<FeedLink> {
    feed_links(&site.model, &UrlPath::new("/").expect("the root"), &site.model.config.title)
}

/// Returns the feeds of the latest comments; empty when the site has no comments.
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

/// Returns the links to a page's feeds, one in each format. `name` is the title of the feed.
pub(super) fn feed_links(model: &SiteModel, page: &UrlPath, name: &str) -> Vec<FeedLink> {
    let link = |format: &&FeedFormat| FeedLink {
        title: format!("{name} ({})", format.label),
        url: model.base.link(&format.url(page)),
        media_type: format.media_type,
    };
    FEED_FORMATS.iter().map(link).collect()
}

impl PageKind {
    /// Returns whether a page of this kind has something of its own to say when it is shared. Others have the social image
    /// of the settings.
    fn has_social_card(self) -> bool {
        match self {
            PageKind::Article
            | PageKind::Author
            | PageKind::Collection
            | PageKind::Entry
            | PageKind::Issue
            | PageKind::Newsletter
            | PageKind::Page
            | PageKind::Section
            | PageKind::Series
            | PageKind::Topic => true,
            PageKind::Archive
            | PageKind::ArchiveMonth
            | PageKind::Corrections
            | PageKind::FrontPage
            | PageKind::Issues
            | PageKind::Latest
            | PageKind::NewsletterConfirmed
            | PageKind::NewsletterThanks
            | PageKind::Newsletters
            | PageKind::NotFound
            | PageKind::Redirect => false,
        }
    }
}

/// Returns the image shown when a page without an image is shared, with an absolute URL: the social image of the
/// settings, else the logo. `None` when the settings have neither.
fn social_image(site: &Site) -> Option<ImageView> {
    let organization = &site.model.config.organization;
    let written = organization.social_image.as_deref().or(organization.logo.as_deref())?;
    if written.ends_with(".svg") {
        return None;
    }
    let mut image = site.urls.static_image(written)?;
    image.alt = site.model.config.publisher().to_owned();
    Some(site.globals().absolute(image))
}

/// Returns an image with an absolute URL if it is large enough to be shown with shared links. Social networks require 200
/// pixels in width and height; an image of unknown size is accepted.
pub(super) fn shareable(globals: &Globals<'_>, image: Option<ImageView>) -> Option<ImageView> {
    let is_large = |image: &ImageView| [image.width, image.height].into_iter().flatten().all(|pixels| pixels >= 200);
    let is_drawing = |image: &ImageView| image.url.ends_with(".svg"); // no social network shows one
    image.filter(|image| is_large(image) && !is_drawing(image)).map(|image| globals.absolute(image))
}
