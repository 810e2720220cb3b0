//! [`Derived`]: values that many pages ask for, computed once from the model and the URL index.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::articles::Article;
use super::model::SiteModel;
use super::terms::TermKind;
use super::urls::UrlIndex;
use super::views::card::{CardData, Cards};
use crate::digest::Digest;
use crate::time::zoned;

/// Values computed from the model and the URL index.
pub struct Derived {
    /// The digest of each article's card, in the order of [`SiteModel::articles`].
    pub(super) card_digests: Vec<Digest>,
    /// The digest of each author box, by the author's id.
    author_digests: BTreeMap<String, Digest>,
    /// The year and month of each month that has articles, with the indexes of its articles; the latest first.
    pub months: Vec<((i16, i8), Vec<usize>)>,
    /// The indexes of all articles, the pinned ones first.
    pub pinned_first: Vec<usize>,
    /// Whether any article shows a comment.
    pub has_comments: bool,
}

impl Derived {
    /// Computes all values.
    pub(super) fn of(model: &SiteModel, urls: &UrlIndex) -> Derived {
        let articles = (0..model.articles.len()).into_par_iter();
        let card_digests: Vec<Digest> = articles.map(|index| Digest::of(&CardData::of(model, urls, index))).collect();
        Derived {
            author_digests: author_digests(model, urls, &card_digests),
            card_digests,
            months: months(model),
            pinned_first: pinned_first(&model.articles),
            has_comments: model.articles.iter().any(|article| model.comment_count(article).is_some()),
        }
    }

    /// Updates the values that depend on the display text of the article with this index.
    pub(super) fn update_article(&mut self, model: &SiteModel, urls: &UrlIndex, index: usize) {
        self.card_digests[index] = Digest::of(&CardData::of(model, urls, index));
        // The text of an author box may show the article's card.
        self.author_digests = author_digests(model, urls, &self.card_digests);
    }

    /// Returns the digest of an author box, by the author's id.
    pub(super) fn author_digest(&self, id: &str) -> Digest {
        self.author_digests[id]
    }
}

fn author_digests(model: &SiteModel, urls: &UrlIndex, card_digests: &[Digest]) -> BTreeMap<String, Digest> {
    let cards = Cards { model, urls, digests: card_digests };
    let authors = model.terms.iter().filter(|term| term.kind == TermKind::Author);
    authors.map(|term| (term.id.clone(), cards.author(term).digest())).collect()
}

fn months(model: &SiteModel) -> Vec<((i16, i8), Vec<usize>)> {
    let mut months: Vec<((i16, i8), Vec<usize>)> = Vec::new();
    for (index, article) in model.articles.iter().enumerate() {
        let at = zoned(article.date, &model.zone);
        let key = (at.year(), at.month());
        match months.last_mut() {
            Some((last, articles)) if *last == key => articles.push(index),
            _ => months.push((key, vec![index])),
        }
    }
    months
}

fn pinned_first(articles: &[Article]) -> Vec<usize> {
    let mut indexes: Vec<usize> = (0..articles.len()).collect();
    indexes.sort_by_key(|&index| articles[index].document.front_matter.pinned.unwrap_or(i64::MAX));
    indexes
}
