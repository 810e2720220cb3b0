//! [`SocialCard`]: the picture that a link to a page without a picture shows in social networks and messengers.
//!
//! Its name contains a digest of everything that it shows, so that the page can name it before it is drawn, and that it is
//! drawn again only when it would look different.

use serde::Serialize;

use crate::digest::Digest;
use crate::path::{OutputPath, SourcePath, UrlPath};
use crate::pictures::{FOLDER, RenditionId};
use crate::site::{CardData, Globals, ImageView};
use crate::social_card::{HEIGHT, WIDTH};

/// Version of the way in which cards are drawn. Another one gives all of them other names.
const VERSION: u32 = 1;

/// What a social card shows of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SocialCard {
    /// The headline.
    pub headline: String,
    /// The small line over it: the kicker or the section.
    pub kicker: Option<String>,
    /// The last part of the page's URL, for the name of the file.
    name: String,
    /// The design: the theme's, the site's title and logo.
    design: Digest,
    /// The file that the page is made from, for diagnostics.
    #[serde(skip)]
    pub source: Option<SourcePath>,
}

impl SocialCard {
    /// Returns the card of a page.
    pub(super) fn new(url: &UrlPath, headline: &str, kicker: Option<&str>, design: Digest) -> SocialCard {
        let name = url.as_str().trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty());
        SocialCard {
            headline: headline.to_owned(),
            kicker: kicker.map(str::to_owned),
            name: crate::pictures::Picture::name_of(name.unwrap_or("front")),
            design,
            source: None,
        }
    }

    /// Returns a card that is no page's, to try a design.
    #[must_use]
    pub fn sample(headline: &str) -> SocialCard {
        let url = UrlPath::new("/sample/").expect("a URL");
        SocialCard::new(&url, headline, Some("Housing"), Digest::default())
    }

    /// Returns the card of an article.
    pub(super) fn of_article(card: &CardData<'_>, design: Digest) -> SocialCard {
        SocialCard::new(card.url, card.title, Some(card.kicker.unwrap_or(card.section.title)), design)
    }

    /// Returns the id in the card's name.
    #[must_use]
    pub fn id(&self) -> RenditionId {
        RenditionId::of(self.key())
    }

    /// Returns the digest of everything that the card shows.
    #[must_use]
    pub fn key(&self) -> Digest {
        Digest::of(&("social card", VERSION, self))
    }

    /// Returns the path of the card in the output.
    #[must_use]
    pub fn output(&self) -> OutputPath {
        OutputPath::new(&format!("{FOLDER}/{}-card.{}.png", self.name, self.id())).expect("a slug and digits")
    }

    /// Returns the card as an image with an absolute URL.
    pub(super) fn image(&self, globals: &Globals<'_>) -> ImageView {
        let url = format!("{}{}/{}", globals.base.origin, globals.base.path, self.output());
        ImageView { alt: self.headline.clone(), ..ImageView::new(url, Some((WIDTH, HEIGHT))) }
    }
}
