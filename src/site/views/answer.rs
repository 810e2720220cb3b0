//! Answers to queries, each from the site alone.

use super::super::terms::{Term, TermKind};
use super::super::{Site, SiteModel};
use super::query::Query;
use super::view::Here;
use super::view_tree::ViewTree;
use crate::content::front_matter::Extra;
use crate::path::{SourcePath, UrlPath};
use crate::time::{TimeSpec, zoned};

impl Site {
    /// Returns the answer to a query.
    #[must_use]
    pub fn answer(&self, query: &Query) -> ViewTree<'_> {
        let (model, cards) = (&self.model, self.cards());
        match query {
            Query::Article(index) => self.article(*index),
            Query::Content(document) => cards.content(document),
            Query::Series(index) => self.series(*index),
            Query::Related(index, count) => cards.list(&model.related(*index, *count)),
            Query::Latest(count, except) => {
                let latest: Vec<usize> =
                    (0..model.articles.len()).filter(|index| Some(*index) != *except).take(*count).collect();
                cards.list(&latest)
            }
            Query::Comments(index) => model.thread(&model.articles[*index]),
            Query::Newsletter(named, page) => model.newsletter_node(named.as_deref(), page.as_ref()),
            Query::Newsletters => {
                let views = model.newsletters.iter().map(|newsletter| model.newsletter_view(newsletter, None));
                ViewTree::List(views.map(ViewTree::of).collect())
            }
            Query::SignUps => {
                let hub = UrlPath::new("/newsletters/").expect("plain");
                ViewTree::List(model.sign_up_views(&hub).into_iter().map(ViewTree::of).collect())
            }
            Query::Promos => self.promos(),
            Query::Card(index) => index.map_or(ViewTree::None, |index| ViewTree::Card(cards.get(index))),
            Query::Cards(indexes) => cards.list(indexes),
            Query::SectionGroups(groups) => self.section_groups(groups),
            Query::ListingHeader(listing) => self.head(listing),
            Query::Pagination(listing, number, size) => ViewTree::of(self.pagination(listing, *number, *size)),
            Query::Years(year) => self.years(*year),
            Query::Month(month) => match month {
                Some((year, month)) => ViewTree::of(self.month(*year, *month)),
                None => ViewTree::None,
            },
            Query::Corrections => self.corrections(),
            Query::Issue(index) => self.issue_node(*index),
            Query::Issues(indexes) => ViewTree::List(indexes.iter().map(|&index| self.issue_node(index)).collect()),
            Query::IssueLink(index) => index.map_or(ViewTree::None, |index| model.issue_link(index)),
            Query::ArchivePagination(newsletter_id, number, size) => {
                model.archive_pagination(newsletter_id, *number, *size).map_or(ViewTree::None, ViewTree::of)
            }
            Query::Entry(index) => cards.own_entry(*index),
            Query::Entries(indexes) => ViewTree::List(indexes.iter().map(|&index| cards.entry(index)).collect()),
            Query::Collection(index) => model.collection_node(*index),
            Query::EntryPagination(index, number) => ViewTree::of(model.entry_pagination(*index, *number)),
            Query::EntryGroups(term) => cards.entry_groups(term.as_ref()),
            Query::Document(path) => self.document(path),
            Query::Link(link) => ViewTree::of(link.clone()),
            Query::Feed(content) => self.feed(content).map_or(ViewTree::None, |feed| ViewTree::Feed(Box::new(feed))),
            Query::Today => ViewTree::of(model.date(model.start_of_day())),
            Query::Here(section, link) => ViewTree::of(Here {
                section: section.and_then(|section| model.config.sections.get(section)).map(|section| &*section.id),
                url: link.as_deref().map(str::to_owned),
            }),
        }
    }

    fn article(&self, index: usize) -> ViewTree<'_> {
        let ids = self.model.articles[index].document.front_matter.authors.iter();
        let authors = ids.filter_map(|id| self.model.terms.get(TermKind::Author, id));
        let authors = ViewTree::List(authors.map(|term| ViewTree::Author(self, term)).collect());
        let over = ViewTree::Merged(
            Box::new(ViewTree::Article(self.model.articles[index].document.metadata())),
            Box::new(ViewTree::Map(vec![("authors", authors)])),
        );
        ViewTree::Merged(Box::new(ViewTree::OwnCard(self.card(index))), Box::new(over))
    }

    /// Returns an author with everything that an author box shows.
    #[must_use]
    pub fn author<'s>(&'s self, term: &'s Term) -> ViewTree<'s> {
        self.cards().author(term)
    }

    fn series(&self, index: usize) -> ViewTree<'_> {
        let ids = self.model.articles[index].document.front_matter.series.iter();
        let series = ids.filter_map(|id| self.model.terms.get(TermKind::Series, id)).filter_map(|term| {
            let place = term.articles.iter().position(|&part| part == index)?;
            let neighbour = |at: Option<usize>| {
                let part = at.and_then(|at| term.articles.get(at));
                part.map_or(ViewTree::None, |&part| ViewTree::Card(self.card(part)))
            };
            Some(ViewTree::Map(vec![
                ("title", ViewTree::of(&term.title)),
                ("url", ViewTree::of(self.model.base.link(&term.url))),
                ("number", ViewTree::of(place + 1)),
                ("count", ViewTree::of(term.articles.len())),
                ("previous", neighbour(place.checked_sub(1))),
                ("next", neighbour(Some(place + 1))),
                ("parts", self.cards().list(&term.articles)),
            ]))
        });
        ViewTree::List(series.collect())
    }

    fn promos(&self) -> ViewTree<'_> {
        let views = self.model.active_promos().map(|(_, promo)| {
            let url = promo.url.as_deref().and_then(|url| self.link_of_settings(url));
            ViewTree::Map(vec![("text", ViewTree::of(&promo.text)), ("url", ViewTree::of(url))])
        });
        ViewTree::List(views.collect())
    }

    /// Returns a link of the settings, absolute or from the root; `None` when its target is unpublished.
    fn link_of_settings(&self, written: &str) -> Option<String> {
        let root = crate::content::body::LinkTarget::Root(written.to_owned());
        let home = UrlPath::new("/").expect("the root");
        let file = SourcePath::new(crate::config::FILE).expect("a plain name");
        match self.urls.resolve(&root, &file, &home) {
            Ok(resolved) if written.starts_with('/') => resolved.link(&self.model.base),
            _ => Some(written.to_owned()),
        }
    }

    fn section_groups(&self, groups: &[(String, Vec<usize>)]) -> ViewTree<'_> {
        let groups = groups.iter().filter_map(|(id, articles)| {
            let term = self.model.terms.get(TermKind::Section, id)?;
            let section = ViewTree::Map(vec![
                ("id", ViewTree::of(&term.id)),
                ("title", ViewTree::of(&term.title)),
                ("url", ViewTree::of(self.model.base.link(&term.url))),
            ]);
            Some(ViewTree::Map(vec![("section", section), ("articles", self.cards().list(articles))]))
        });
        ViewTree::List(groups.collect())
    }

    fn corrections(&self) -> ViewTree<'_> {
        let nodes = self.model.all_corrections().into_iter().map(|(date, index, position)| {
            let correction = &self.model.articles[index].document.front_matter.corrections[position];
            ViewTree::Map(vec![
                ("date", ViewTree::of(self.model.date(date))),
                ("kind", ViewTree::of(correction.kind.as_str())),
                ("text", ViewTree::of(&correction.text)),
                ("article", ViewTree::Card(self.card(index))),
            ])
        });
        ViewTree::List(nodes.collect())
    }

    fn document(&self, path: &SourcePath) -> ViewTree<'_> {
        let Some(text) = self.urls.text(path) else { return ViewTree::None };
        let keys = text.keys();
        ViewTree::of(serde_json::json!({
            "title": keys.title,
            "url": self.model.base.link(&text.url),
            "permalink": self.model.base.absolute(&text.url),
            "summary": keys.summary,
            "image": self.urls.text_image(text),
            "updated": keys.updated.map(|time| self.model.date(time.unix_seconds(&self.model.zone))),
            "toc": text.analysis().headings,
            "state": text.unpublished_reason.map(|reason| reason.word()),
            "extra": keys.extra.map(Extra::value),
        }))
    }
}

impl SiteModel {
    /// Returns the start of the clock's day, in Unix seconds, so that pages which show the day do not change every
    /// second.
    fn start_of_day(&self) -> i64 {
        let day = zoned(self.clock, &self.zone).date();
        TimeSpec::Day(day).unix_seconds(&self.zone)
    }

    /// Returns all corrections as date, article and position, the latest first.
    #[must_use]
    pub fn all_corrections(&self) -> Vec<(i64, usize, usize)> {
        let mut all: Vec<(i64, usize, usize)> = Vec::new();
        for (index, article) in self.articles.iter().enumerate() {
            for (position, correction) in article.document.front_matter.corrections.iter().enumerate() {
                all.push((correction.date.unix_seconds(&self.zone), index, position));
            }
        }
        all.sort_by_key(|&(date, index, position)| (std::cmp::Reverse(date), index, position));
        all
    }
}
