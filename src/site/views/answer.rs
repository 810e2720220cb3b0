//! Answers to queries, each from the site alone.

use super::super::Site;
use super::super::terms::{Term, TermKind};
use super::build_views::date_view;
use super::query::{Query, TextRef};
use super::view::Here;
use super::view_tree::ViewTree;
use crate::path::{SourcePath, UrlPath};
use crate::time::zoned;

impl Site {
    /// Returns the answer to a query.
    #[must_use]
    pub fn answer(&self, query: &Query) -> ViewTree<'_> {
        match query {
            Query::Article(index) => self.article(*index),
            Query::Content(document) => self.content(document),
            Query::Series(index) => self.series(*index),
            Query::Related(index, count) => self.card_list(&self.related(*index, *count)),
            Query::Latest(count, except) => {
                let latest: Vec<usize> =
                    (0..self.articles.len()).filter(|index| Some(*index) != *except).take(*count).collect();
                self.card_list(&latest)
            }
            Query::Comments(index) => self.thread(&self.articles[*index]),
            Query::Newsletter(named, page) => match self.newsletter(named.as_deref()) {
                Some(newsletter) => ViewTree::of(self.newsletter_view(newsletter, page.as_ref())),
                None => ViewTree::None,
            },
            Query::Newsletters => ViewTree::List(
                self.newsletters
                    .iter()
                    .map(|newsletter| ViewTree::of(self.newsletter_view(newsletter, None)))
                    .collect(),
            ),
            Query::SignUps => {
                let hub = crate::path::UrlPath::new("/newsletters/").expect("plain");
                ViewTree::List(self.sign_up_views(&hub).into_iter().map(ViewTree::of).collect())
            }
            Query::Promos => self.promos(),
            Query::Card(index) => index.map_or(ViewTree::None, |index| ViewTree::Card(self.card(index))),
            Query::Cards(indexes) => self.card_list(indexes),
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
            Query::IssueLink(index) => index.map_or(ViewTree::None, |index| self.issue_link(index)),
            Query::ArchivePagination(newsletter_id, number, size) => {
                self.archive_pagination(newsletter_id, *number, *size).map_or(ViewTree::None, ViewTree::of)
            }
            Query::StaticPage(path) => self.document(path),
            Query::Link(link) => ViewTree::of(link.clone()),
            Query::Feed(content) => self.feed(content).map_or(ViewTree::None, |feed| ViewTree::Feed(Box::new(feed))),
            Query::Today => ViewTree::of(date_view(self, self.start_of_day())),
            Query::Here(section, link) => ViewTree::of(Here {
                section: section.and_then(|section| self.config.sections.get(section)).map(|section| &*section.id),
                url: link.as_deref().map(str::to_owned),
            }),
        }
    }

    /// Returns the start of the clock's day, in Unix seconds, so that pages which show the day do not change every
    /// second.
    fn start_of_day(&self) -> i64 {
        let day = zoned(self.clock, &self.zone).date();
        crate::time::TimeSpec::Day(day).unix_seconds(&self.zone)
    }

    pub(crate) fn card_list(&self, indexes: &[usize]) -> ViewTree<'_> {
        ViewTree::List(indexes.iter().map(|&index| ViewTree::Card(self.card(index))).collect())
    }

    fn article(&self, index: usize) -> ViewTree<'_> {
        let ids = self.articles[index].document.front_matter.authors.iter();
        let authors = ids.filter_map(|id| self.terms.get(TermKind::Author, id));
        let authors = ViewTree::List(authors.map(|term| ViewTree::Author(self, term)).collect());
        let over = ViewTree::Merged(
            Box::new(ViewTree::Article(self.articles[index].document.metadata())),
            Box::new(ViewTree::Map(vec![("authors", authors)])),
        );
        ViewTree::Merged(Box::new(ViewTree::OwnCard(self.card(index))), Box::new(over))
    }

    /// Returns an author with everything that an author box shows.
    #[must_use]
    pub fn author<'s>(&'s self, term: &'s Term) -> ViewTree<'s> {
        let bio = self.text_of(term);
        ViewTree::Merged(Box::new(ViewTree::of(self.author_view(term))), Box::new(ViewTree::Map(vec![("bio", bio)])))
    }

    /// Returns the text of a term's file; [`ViewTree::None`] for a term without one.
    pub(crate) fn text_of(&self, term: &Term) -> ViewTree<'_> {
        match term.file.path() {
            Some(path) => self.content(&TextRef(path.clone())),
            None => ViewTree::None,
        }
    }

    fn series(&self, index: usize) -> ViewTree<'_> {
        let ids = self.articles[index].document.front_matter.series.iter();
        let series = ids.filter_map(|id| self.terms.get(TermKind::Series, id)).filter_map(|term| {
            let place = term.articles.iter().position(|&part| part == index)?;
            let neighbour = |at: Option<usize>| {
                let part = at.and_then(|at| term.articles.get(at));
                part.map_or(ViewTree::None, |&part| ViewTree::Card(self.card(part)))
            };
            Some(ViewTree::Map(vec![
                ("title", ViewTree::of(&term.title)),
                ("url", ViewTree::of(self.base.link(&term.url))),
                ("number", ViewTree::of(place + 1)),
                ("count", ViewTree::of(term.articles.len())),
                ("previous", neighbour(place.checked_sub(1))),
                ("next", neighbour(Some(place + 1))),
                ("parts", self.card_list(&term.articles)),
            ]))
        });
        ViewTree::List(series.collect())
    }

    fn promos(&self) -> ViewTree<'_> {
        let views = self.active_promos().map(|(_, promo)| {
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
            Ok(resolved) if written.starts_with('/') => resolved.link(&self.base),
            _ => Some(written.to_owned()),
        }
    }

    fn section_groups(&self, groups: &[(String, Vec<usize>)]) -> ViewTree<'_> {
        let groups = groups.iter().filter_map(|(id, articles)| {
            let term = self.terms.get(TermKind::Section, id)?;
            let section = ViewTree::Map(vec![
                ("id", ViewTree::of(&term.id)),
                ("title", ViewTree::of(&term.title)),
                ("url", ViewTree::of(self.base.link(&term.url))),
            ]);
            Some(ViewTree::Map(vec![("section", section), ("articles", self.card_list(articles))]))
        });
        ViewTree::List(groups.collect())
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

    fn corrections(&self) -> ViewTree<'_> {
        let nodes = self.all_corrections().into_iter().map(|(date, index, position)| {
            let correction = &self.articles[index].document.front_matter.corrections[position];
            ViewTree::Map(vec![
                ("date", ViewTree::of(date_view(self, date))),
                ("kind", ViewTree::of(correction.kind.as_str())),
                ("text", ViewTree::of(&correction.text)),
                ("article", ViewTree::Card(self.card(index))),
            ])
        });
        ViewTree::List(nodes.collect())
    }

    fn document(&self, path: &SourcePath) -> ViewTree<'_> {
        let Some(page) = self.pages.iter().find(|page| page.document.path == *path) else { return ViewTree::None };
        let front_matter = &page.document.front_matter;
        ViewTree::of(serde_json::json!({
            "title": front_matter.title,
            "summary": front_matter.summary,
            "updated": front_matter.updated.map(|when| date_view(self, when.unix_seconds(&self.zone))),
            "toc": page.document.analysis.headings,
            "extra": front_matter.extra.value(),
        }))
    }
}
