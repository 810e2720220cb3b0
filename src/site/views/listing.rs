//! Listings: their header, pagination, and the archive by year and month.

use std::collections::BTreeSet;

use super::super::terms::TermFile;
use super::super::{Site, SiteModel};
use super::query::Listing;
use super::view::{PageNumber, Pagination, TermView};
use super::view_tree::ViewTree;
use crate::path::UrlPath;
use crate::time::month_text;

impl Site {
    /// Returns the indexes of the articles of a listing, in its order.
    #[must_use]
    pub fn listing(&self, listing: &Listing) -> &[usize] {
        match listing {
            Listing::All => &self.derived.pinned_first,
            Listing::Term(kind, id) => self.model.terms.get(*kind, id).map_or(&[], |term| &term.articles),
        }
    }

    pub(crate) fn head(&self, listing: &Listing) -> ViewTree<'_> {
        let Listing::Term(kind, id) = listing else {
            let view = self.model.term_view(
                "latest",
                "latest",
                self.translate("latest_articles"),
                "/",
                self.model.articles.len(),
            );
            return ViewTree::Merged(
                Box::new(ViewTree::of(view)),
                Box::new(ViewTree::Map(vec![("content", ViewTree::None)])),
            );
        };
        let Some(term) = self.model.terms.get(*kind, id) else { return ViewTree::None };
        let mut view =
            self.model.term_view(kind.word(), &term.id, term.title.clone(), term.url.as_str(), term.articles.len());
        view.image = self.urls.term_image(term);
        match &term.file {
            TermFile::None => {}
            TermFile::Summary(summary) => view.summary = summary.as_deref(),
            TermFile::Author(document) => {
                let front_matter = &document.front_matter;
                view.role = front_matter.role.as_deref();
                view.email = front_matter.email.as_deref();
                view.links = &front_matter.links;
                view.fediverse = front_matter.fediverse.as_deref();
                view.active = front_matter.active;
                view.extra = front_matter.extra.value();
            }
            TermFile::Topic(document) => {
                let front_matter = &document.front_matter;
                view.summary = front_matter.summary.as_deref();
                view.extra = front_matter.extra.value();
            }
            TermFile::Series(document) => {
                let front_matter = &document.front_matter;
                view.summary = front_matter.summary.as_deref();
                view.extra = front_matter.extra.value();
            }
        }
        let content = ViewTree::Map(vec![("content", self.cards().text_of(term))]);
        ViewTree::Merged(Box::new(ViewTree::of(view)), Box::new(content))
    }

    pub(crate) fn pagination(&self, listing: &Listing, number: usize, size: usize) -> Pagination {
        paginate(self.listing(listing).len(), number, size, |number| {
            self.model.base.link(&self.model.page_of(listing, number))
        })
    }

    pub(crate) fn month(&self, year: i16, month: i8) -> serde_json::Value {
        let articles = self.derived.months.iter().find(|(key, _)| *key == (year, month));
        self.model.month_of(year, month, articles.map_or(0, |(_, articles)| articles.len()))
    }

    pub(crate) fn years(&self, only: Option<i16>) -> ViewTree<'_> {
        let months = self.derived.months.iter().filter(|((year, _), _)| only.is_none_or(|only| only == *year));
        let months: Vec<(i16, i8, usize)> =
            months.map(|&((year, month), ref articles)| (year, month, articles.len())).collect();
        let years = months.chunk_by(|(one, ..), (next, ..)| one == next).map(|months| {
            let year = months[0].0;
            let url = UrlPath::new(&format!("/archive/{year:04}/")).expect("digits");
            let count: usize = months.iter().map(|(.., count)| count).sum();
            let months: Vec<_> =
                months.iter().map(|&(year, month, count)| self.model.month_of(year, month, count)).collect();
            serde_json::json!({ "year": year, "url": self.model.base.link(&url), "count": count, "months": months })
        });
        ViewTree::of(years.collect::<Vec<_>>())
    }
}

impl SiteModel {
    fn term_view<'s>(&self, kind: &'static str, id: &'s str, title: String, url: &str, count: usize) -> TermView<'s> {
        TermView {
            kind,
            id,
            title,
            summary: None,
            image: None,
            url: self.base.link(&UrlPath::new(url).expect("a URL of the site")),
            count,
            role: None,
            email: None,
            links: &[],
            fediverse: None,
            active: true,
            extra: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// Returns the URL of a page of a listing; pages are counted from 1.
    #[must_use]
    pub fn page_of(&self, listing: &Listing, number: usize) -> UrlPath {
        let first = match listing {
            Listing::All => "/".to_owned(),
            Listing::Term(kind, id) => {
                self.terms.get(*kind, id).map_or_else(|| "/".to_owned(), |term| term.url.as_str().to_owned())
            }
        };
        let url = if number <= 1 { first } else { format!("{first}page/{number}/") };
        UrlPath::new(&url).expect("a URL of the site")
    }

    /// Returns a month with its number of articles.
    fn month_of(&self, year: i16, month: i8, count: usize) -> serde_json::Value {
        let url = UrlPath::new(&format!("/archive/{year:04}/{month:02}/")).expect("digits");
        let text = month_text(year, month, &self.config.language);
        serde_json::json!({ "text": text, "url": self.base.link(&url), "count": count })
    }
}

/// Returns the pagination of page `number`, counted from 1, of a listing with `total` entries in pages of `size`.
pub(crate) fn paginate(total: usize, number: usize, size: usize, link: impl Fn(usize) -> String) -> Pagination {
    let count = total.div_ceil(size).max(1);
    let near: BTreeSet<usize> =
        [1, count].into_iter().chain(number.saturating_sub(2).max(1)..=(number + 2).min(count)).collect();
    let mut before = 0;
    let numbers = near.into_iter().map(|other| {
        let gap = other > before + 1;
        before = other;
        PageNumber { number: other, url: link(other), current: other == number, gap }
    });
    Pagination {
        number,
        count,
        total,
        pages: numbers.collect(),
        previous: (number > 1).then(|| link(number - 1)),
        next: (number < count).then(|| link(number + 1)),
    }
}
