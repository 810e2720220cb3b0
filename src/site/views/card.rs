//! The article as listings show it: [`CardData`] is the raw value, [`CardView`] the template's view made from it.
//!
//! The digest of a card is the digest of its `CardData`, so it covers whatever the view can show. A new member is added
//! to both structures; [`CardView::of`] does not compile until the view has it.

use serde::{Serialize, Serializer};

use super::super::terms::{Term, TermKind};
use super::super::{Site, SiteModel, UrlIndex};
use super::build_views::reading_time;
use super::globals::Globals;
use super::view::{DateView, ImageView, LabelView};
use super::view_tree::ViewTree;
use crate::content::front_matter::{Extra, Label};
use crate::digest::Digest;
use crate::path::UrlPath;

/// The data of a card, independent of the site's language, zone and base URL.
#[derive(Debug, Serialize)]
pub struct CardData<'s> {
    /// The headline.
    pub title: &'s str,
    /// The URL of the article's page.
    pub url: &'s UrlPath,
    /// The short line above the headline.
    pub kicker: Option<&'s str>,
    /// The summary, else the beginning of the text.
    pub summary: Option<&'s str>,
    /// The section.
    pub section: TermRef<'s>,
    /// The label, the section's if the article has none.
    pub label: Label,
    /// Publication in Unix seconds.
    pub date: i64,
    /// The last substantial change in Unix seconds.
    pub updated: Option<i64>,
    /// The authors.
    pub authors: Vec<TermRef<'s>>,
    /// Text shown instead of the authors.
    pub byline: Option<&'s str>,
    /// The topics.
    pub topics: Vec<TermRef<'s>>,
    /// The lead image.
    pub image: Option<ImageView>,
    /// Reading time in minutes.
    pub reading_time: u32,
    /// The number of comments; `None` if there are none or they are not shown.
    pub comments: Option<usize>,
    /// Whether listings keep it at the top.
    pub pinned: bool,
    /// Why readers do not see it yet; `None` once it is published.
    pub state: Option<&'static str>,
    /// The site's own keys.
    pub extra: &'s Extra,
}

/// The section, a topic or an author of a card.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TermRef<'s> {
    /// The id.
    pub id: &'s str,
    /// The title; an author's name.
    pub title: &'s str,
    /// The URL of its listing.
    pub url: &'s UrlPath,
}

/// The view of a card, without its section, topics and authors, whose values all cards share.
#[derive(Debug, Serialize)]
pub struct CardView<'s> {
    /// The headline.
    pub title: &'s str,
    /// The link.
    pub url: String,
    /// The absolute URL.
    pub permalink: String,
    /// The short line above the headline.
    pub kicker: Option<&'s str>,
    /// The summary, else the beginning of the text.
    pub summary: Option<&'s str>,
    /// The label; `None` for news.
    pub label: Option<LabelView>,
    /// The publication date.
    pub date: DateView,
    /// The date of the last substantial change.
    pub updated: Option<DateView>,
    /// Text shown instead of the authors.
    pub byline: Option<&'s str>,
    /// The lead image.
    pub image: Option<&'s ImageView>,
    /// Reading time in minutes.
    pub reading_time: u32,
    /// The number of comments; `None` if there are none or they are not shown.
    pub comments: Option<usize>,
    /// Whether listings keep it at the top.
    pub pinned: bool,
    /// Why readers do not see it yet; `None` once it is published.
    pub state: Option<&'static str>,
    /// The site's own keys.
    pub extra: &'s Extra,
}

impl<'s> CardView<'s> {
    /// Makes the view of a card.
    #[must_use]
    pub fn of(card: &'s CardData<'_>, globals: &Globals<'_>) -> CardView<'s> {
        let CardData {
            title,
            url,
            kicker,
            summary,
            section: _,
            label,
            date,
            updated,
            authors: _,
            byline,
            topics: _,
            image,
            reading_time,
            comments,
            pinned,
            state,
            extra,
        } = card;
        CardView {
            title,
            url: globals.base.link(url),
            permalink: globals.base.absolute(url),
            kicker: *kicker,
            summary: *summary,
            label: globals.label(*label),
            date: globals.date(*date),
            updated: updated.map(|at| globals.date(at)),
            byline: *byline,
            image: image.as_ref(),
            reading_time: *reading_time,
            comments: *comments,
            pinned: *pinned,
            state: *state,
            extra,
        }
    }
}

/// The cards of all articles: what their data come from, and their digests.
#[derive(Clone, Copy)]
pub struct Cards<'s> {
    pub(in super::super) model: &'s SiteModel,
    pub(in super::super) urls: &'s UrlIndex,
    /// The digest of each article's card, in the order of [`SiteModel::articles`].
    pub(in super::super) digests: &'s [Digest],
}

impl<'s> Cards<'s> {
    /// Returns the card of an article by its index.
    #[must_use]
    pub fn get(self, index: usize) -> CardRef<'s> {
        CardRef { cards: self, index }
    }

    /// Returns the cards of articles by their indexes.
    pub(crate) fn list(self, indexes: &[usize]) -> ViewTree<'s> {
        ViewTree::List(indexes.iter().map(|&index| ViewTree::Card(self.get(index))).collect())
    }
}

/// The card of an article, by reference: its digest is known, its data are gathered when a renderer asks for them.
///
/// Serializes as the digest.
#[derive(Clone, Copy)]
pub struct CardRef<'s> {
    cards: Cards<'s>,
    index: usize,
}

impl<'s> CardRef<'s> {
    /// Returns the article's index in the site.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the digest of the data.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.cards.digests[self.index]
    }

    /// Gathers the data.
    #[must_use]
    pub fn data(&self) -> CardData<'s> {
        CardData::of(self.cards.model, self.cards.urls, self.index)
    }
}

impl Serialize for CardRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digest().serialize(serializer)
    }
}

impl Site {
    /// Returns the cards of all articles.
    #[must_use]
    pub fn cards(&self) -> Cards<'_> {
        Cards { model: &self.model, urls: &self.urls, digests: &self.derived.card_digests }
    }

    /// Returns the card of an article by its index.
    pub(crate) fn card(&self, index: usize) -> CardRef<'_> {
        self.cards().get(index)
    }
}

impl<'s> CardData<'s> {
    /// Gathers the data of the card of the article with this index.
    #[must_use]
    pub fn of(model: &'s SiteModel, urls: &UrlIndex, index: usize) -> CardData<'s> {
        let article = &model.articles[index];
        let (front_matter, analysis) = (&article.document.front_matter, &article.document.analysis);
        let excerpt = Some(analysis.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
        let image = front_matter.image.as_ref();
        let terms = &model.terms;
        let section = terms.get(TermKind::Section, &model.config.sections[article.section].id);
        let authors = front_matter.authors.iter().filter_map(|id| terms.get(TermKind::Author, id));
        let topics = front_matter.topics.iter().filter_map(|id| terms.get(TermKind::Topic, id));
        CardData {
            title: &front_matter.title,
            url: &article.url,
            kicker: front_matter.kicker.as_deref(),
            summary: front_matter.summary.as_deref().or(excerpt),
            section: section.map(TermRef::of).expect("the section of a published article is a term"),
            label: article.label,
            date: article.date,
            updated: article.updated,
            authors: authors.map(TermRef::of).collect(),
            byline: front_matter.byline.as_deref(),
            topics: topics.map(TermRef::of).collect(),
            image: image.and_then(|image| urls.image(image, &article.document.path, &article.url)),
            reading_time: reading_time(analysis.word_count),
            comments: model.comment_count(article),
            pinned: front_matter.pinned.is_some(),
            state: article.unpublished_reason.map(|reason| reason.word()),
            extra: &front_matter.extra,
        }
    }
}

impl<'s> TermRef<'s> {
    pub(super) fn of(term: &'s Term) -> TermRef<'s> {
        TermRef { id: &term.id, title: &term.title, url: &term.url }
    }
}
