//! The answers to queries, each from the site alone.

use super::super::Site;
use super::super::terms::{Term, TermKind};
use super::build_views::date_view;
use super::query::{DocumentRef, Query};
use super::view::Here;
use super::view_tree::Node;
use crate::path::{SourcePath, UrlPath};
use crate::time::zoned;

impl Site {
    /// Answers a query.
    #[must_use]
    pub fn answer(&self, query: &Query) -> Node<'_> {
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
                Some(newsletter) => Node::of(self.newsletter_view(newsletter, page.as_ref())),
                None => Node::None,
            },
            Query::Newsletters => {
                Node::List(self.newsletters.iter().map(|list| Node::of(self.newsletter_view(list, None))).collect())
            }
            Query::SignUps => {
                let hub = crate::path::UrlPath::new("/newsletters/").expect("plain");
                Node::List(self.sign_up_views(&hub).into_iter().map(Node::of).collect())
            }
            Query::Promos => self.promos(),
            Query::Card(index) => index.map_or(Node::None, |index| Node::Card(self, index)),
            Query::Cards(indexes) => self.card_list(indexes),
            Query::Blocks(blocks) => self.blocks(blocks),
            Query::Head(list) => self.head(list),
            Query::Pagination(list, number, size) => Node::of(self.pagination(list, *number, *size)),
            Query::Years(year) => self.years(*year),
            Query::Month(month) => match month {
                Some((year, month)) => Node::of(self.month(*year, *month)),
                None => Node::None,
            },
            Query::Corrections => self.corrections(),
            Query::Issue(index) => self.issue_node(*index),
            Query::Issues(indexes) => Node::List(indexes.iter().map(|&index| self.issue_node(index)).collect()),
            Query::IssueLink(index) => index.map_or(Node::None, |index| self.issue_entry(index)),
            Query::ArchivePagination(list, number, size) => {
                self.archive_pagination(list, *number, *size).map_or(Node::None, Node::of)
            }
            Query::Document(path) => self.document(path),
            Query::Link(link) => Node::of(link.clone()),
            Query::Today => Node::of(date_view(self, self.start_of_day())),
            Query::Here(section, link) => Node::of(Here {
                section: section.and_then(|section| self.config.sections.get(section)).map(|section| &*section.id),
                url: link.as_deref().map(str::to_owned),
            }),
        }
    }

    /// The start of the clock's day: what shows the day must not change by the second.
    fn start_of_day(&self) -> i64 {
        let day = zoned(self.clock, &self.zone).date();
        crate::time::TimeSpec::Day(day).unix_seconds(&self.zone)
    }

    pub(crate) fn card_list(&self, indexes: &[usize]) -> Node<'_> {
        Node::List(indexes.iter().map(|&index| Node::Card(self, index)).collect())
    }

    fn article(&self, index: usize) -> Node<'_> {
        let ids = self.articles[index].document.front_matter.authors.iter();
        let authors = ids.filter_map(|id| self.terms.get(TermKind::Author, id));
        let authors = Node::List(authors.map(|term| Node::Author(self, term)).collect());
        let over = Node::Over(Box::new(Node::Facts(self, index)), Box::new(Node::Map(vec![("authors", authors)])));
        Node::Over(Box::new(Node::Headline(self, index)), Box::new(over))
    }

    /// An author with all that a box about them shows.
    #[must_use]
    pub fn author<'s>(&'s self, term: &'s Term) -> Node<'s> {
        let bio = self.text_of(term);
        Node::Over(Box::new(Node::of(self.author_view(term))), Box::new(Node::Map(vec![("bio", bio)])))
    }

    /// The text of a term's file.
    pub(crate) fn text_of(&self, term: &Term) -> Node<'_> {
        match term.file.path() {
            Some(path) => self.content(&DocumentRef(path.clone())),
            None => Node::None,
        }
    }

    fn series(&self, index: usize) -> Node<'_> {
        let ids = self.articles[index].document.front_matter.series.iter();
        let series = ids.filter_map(|id| self.terms.get(TermKind::Series, id)).filter_map(|term| {
            let place = term.articles.iter().position(|&part| part == index)?;
            let neighbour = |at: Option<usize>| {
                let part = at.and_then(|at| term.articles.get(at));
                part.map_or(Node::None, |&part| Node::Card(self, part))
            };
            Some(Node::Map(vec![
                ("title", Node::of(&term.title)),
                ("url", Node::of(self.base.link(&term.url))),
                ("number", Node::of(place + 1)),
                ("count", Node::of(term.articles.len())),
                ("previous", neighbour(place.checked_sub(1))),
                ("next", neighbour(Some(place + 1))),
                ("parts", self.card_list(&term.articles)),
            ]))
        });
        Node::List(series.collect())
    }

    fn promos(&self) -> Node<'_> {
        let views = self.running_promos().map(|(_, promo)| {
            let url = promo.url.as_deref().and_then(|url| self.link_of_settings(url));
            Node::Map(vec![("text", Node::of(&promo.text)), ("url", Node::of(url))])
        });
        Node::List(views.collect())
    }

    /// A link written in the settings, absolute or from the root; `None` when what it leads to is held back.
    fn link_of_settings(&self, written: &str) -> Option<String> {
        let root = crate::content::body::LinkTarget::Root(written.to_owned());
        let home = UrlPath::new("/").expect("the root");
        let file = SourcePath::new(crate::config::FILE).expect("a plain name");
        match self.addresses.resolve(&root, &file, &home) {
            Ok(resolved) if written.starts_with('/') => resolved.link(&self.base),
            _ => Some(written.to_owned()),
        }
    }

    fn blocks(&self, blocks: &[(String, Vec<usize>)]) -> Node<'_> {
        let blocks = blocks.iter().filter_map(|(id, articles)| {
            let term = self.terms.get(TermKind::Section, id)?;
            let section = Node::Map(vec![
                ("id", Node::of(&term.id)),
                ("title", Node::of(&term.title)),
                ("url", Node::of(self.base.link(&term.url))),
            ]);
            Some(Node::Map(vec![("section", section), ("articles", self.card_list(articles))]))
        });
        Node::List(blocks.collect())
    }

    /// Everything put right: article and position, the latest first.
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

    fn corrections(&self) -> Node<'_> {
        let nodes = self.all_corrections().into_iter().map(|(date, index, position)| {
            let correction = &self.articles[index].document.front_matter.corrections[position];
            Node::Map(vec![
                ("date", Node::of(date_view(self, date))),
                ("kind", Node::of(correction.kind.as_str())),
                ("text", Node::of(&correction.text)),
                ("article", Node::Card(self, index)),
            ])
        });
        Node::List(nodes.collect())
    }

    fn document(&self, path: &SourcePath) -> Node<'_> {
        let Some(page) = self.pages.iter().find(|page| page.document.path == *path) else { return Node::None };
        let front = &page.document.front_matter;
        Node::of(serde_json::json!({
            "title": front.title,
            "summary": front.summary,
            "updated": front.updated.map(|when| date_view(self, when.unix_seconds(&self.zone))),
            "contents": page.document.analysis.headings,
            "extra": front.extra.value(),
        }))
    }
}
