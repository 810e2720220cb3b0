//! The answers to queries, each from the site alone.

use std::collections::{BTreeMap, BTreeSet};

use super::Site;
use super::node::Node;
use super::publication::Article;
use super::query::{DocumentRef, List, Query};
use super::show::date_view;
use super::terms::{Term, TermFile, TermKind};
use super::view::{CommentView, CommentsView, Here, PageNumber, Pagination, TermView};
use crate::content::comment::Comment;
use crate::content::discussion::{Discussion, Subject};
use crate::content::front_matter::CommentsState;
use crate::path::{ContentPath, UrlPath};
use crate::time::{month_text, zoned};

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
        crate::time::When::Day(day).instant(&self.zone)
    }

    pub(super) fn card_list(&self, indexes: &[usize]) -> Node<'_> {
        Node::List(indexes.iter().map(|&index| Node::Card(self, index)).collect())
    }

    fn article(&self, index: usize) -> Node<'_> {
        let ids = self.articles[index].document.front.authors.iter();
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
    fn text_of(&self, term: &Term) -> Node<'_> {
        match term.file.path() {
            Some(path) => self.content(&DocumentRef(path.clone())),
            None => Node::None,
        }
    }

    fn series(&self, index: usize) -> Node<'_> {
        let ids = self.articles[index].document.front.series.iter();
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

    fn thread(&self, article: &Article) -> Node<'_> {
        let state = self.comments_state(article);
        if state == CommentsState::Off {
            return Node::None;
        }
        let comments = self.comments_of(article);
        let mut answers: BTreeMap<Option<&str>, Vec<&Comment>> = BTreeMap::new();
        for comment in comments {
            answers.entry(comment.reply_to.as_deref()).or_default().push(comment);
        }
        for replies in answers.values_mut() {
            replies.sort_by_key(|comment| comment.date.instant(&self.zone));
        }
        let by_hand = matches!(self.discussion, Discussion::Files);
        let embed = match &self.discussion {
            Discussion::Embedded(embedded) if state == CommentsState::Open => Some(embedded.embed(&Subject {
                path: &self.base.link(&article.url),
                url: &self.base.absolute(&article.url),
                title: &article.document.front.title,
                language: &self.config.language,
            })),
            _ => None,
        };
        Node::of(CommentsView {
            state,
            count: comments.len(),
            thread: self.replies(None, &answers, 0),
            email: self.config.comments.email.as_deref().filter(|_| by_hand),
            form: self.config.comments.form.as_deref().filter(|_| by_hand),
            embed,
        })
    }

    /// The answers to a comment. Deeper than ten, they are listed after one another: nobody can read further in.
    fn replies<'s>(
        &'s self,
        to: Option<&str>,
        answers: &BTreeMap<Option<&'s str>, Vec<&'s Comment>>,
        depth: usize,
    ) -> Vec<CommentView<'s>> {
        let mut views = Vec::new();
        for comment in answers.get(&to).into_iter().flatten() {
            if depth < 10 {
                views.push(self.comment_view(comment, self.replies(Some(&comment.id), answers, depth + 1)));
                continue;
            }
            let mut next = vec![*comment];
            while let Some(comment) = next.pop() {
                views.push(self.comment_view(comment, Vec::new()));
                next.extend(answers.get(&Some(comment.id.as_str())).into_iter().flatten().rev());
            }
        }
        views
    }

    fn comment_view<'s>(&self, comment: &'s Comment, replies: Vec<CommentView<'s>>) -> CommentView<'s> {
        CommentView {
            id: &comment.id,
            author: &comment.author,
            date: date_view(self, comment.date.instant(&self.zone)),
            html: &comment.html,
            url: comment.url.as_deref(),
            replies,
        }
    }

    fn promos(&self) -> Node<'_> {
        let views = self.running_promos().map(|(_, promo)| {
            let url = promo.url.as_deref().map(|url| self.link_of_settings(url));
            Node::Map(vec![("text", Node::of(&promo.text)), ("url", Node::of(url))])
        });
        Node::List(views.collect())
    }

    /// A link written in the settings: absolute or from the root.
    #[must_use]
    pub fn link_of_settings(&self, written: &str) -> String {
        let root = crate::content::body::Target::Root(written.to_owned());
        let home = UrlPath::new("/").expect("the root");
        let file = ContentPath::new(crate::config::FILE).expect("a plain name");
        let link = match self.addresses.resolve(&root, &file, &home) {
            Ok(resolved) if written.starts_with('/') => resolved.link(&self.base),
            _ => None,
        };
        link.unwrap_or_else(|| written.to_owned())
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

    /// The articles of a listing, in its order.
    #[must_use]
    pub fn list(&self, list: &List) -> &[usize] {
        match list {
            List::All => &self.listed,
            List::Term(kind, id) => self.terms.get(*kind, id).map_or(&[], |term| &term.articles),
        }
    }

    fn head(&self, list: &List) -> Node<'_> {
        let List::Term(kind, id) = list else {
            let view = self.term_view("latest", "latest", self.say("latest_articles"), "/", self.articles.len());
            return Node::Over(Box::new(Node::of(view)), Box::new(Node::Map(vec![("content", Node::None)])));
        };
        let Some(term) = self.terms.get(*kind, id) else { return Node::None };
        let mut view =
            self.term_view(kind.word(), &term.id, term.title.clone(), term.url.as_str(), term.articles.len());
        match &term.file {
            TermFile::None => {}
            TermFile::Summary(summary) => view.summary = summary.as_deref(),
            TermFile::Author(document) => {
                let front = &document.front;
                view.image = front.image.as_ref().and_then(|image| self.image(image, &document.path, &term.url));
                view.role = front.role.as_deref();
                view.email = front.email.as_deref();
                view.links = &front.links;
                view.fediverse = front.fediverse.as_deref();
                view.active = front.active;
                view.extra = front.extra.value();
            }
            TermFile::Topic(document) => {
                let front = &document.front;
                view.summary = front.summary.as_deref();
                view.image = front.image.as_ref().and_then(|image| self.image(image, &document.path, &term.url));
                view.extra = front.extra.value();
            }
            TermFile::Series(document) => {
                let front = &document.front;
                view.summary = front.summary.as_deref();
                view.image = front.image.as_ref().and_then(|image| self.image(image, &document.path, &term.url));
                view.extra = front.extra.value();
            }
        }
        let content = Node::Map(vec![("content", self.text_of(term))]);
        Node::Over(Box::new(Node::of(view)), Box::new(content))
    }

    fn term_view<'s>(&self, kind: &'static str, id: &'s str, title: String, url: &str, count: usize) -> TermView<'s> {
        TermView {
            kind,
            id,
            title,
            summary: None,
            image: None,
            url: self.base.link(&UrlPath::new(url).expect("an address of ours")),
            count,
            role: None,
            email: None,
            links: &[],
            fediverse: None,
            active: true,
            extra: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// The address of a page of a listing.
    #[must_use]
    pub fn page_of(&self, list: &List, number: usize) -> UrlPath {
        let first = match list {
            List::All => "/".to_owned(),
            List::Term(kind, id) => {
                self.terms.get(*kind, id).map_or_else(|| "/".to_owned(), |term| term.url.as_str().to_owned())
            }
        };
        let url = if number <= 1 { first } else { format!("{first}page/{number}/") };
        UrlPath::new(&url).expect("an address of ours")
    }

    fn pagination(&self, list: &List, number: usize, size: usize) -> Pagination {
        paginate(self.list(list).len(), number, size, |number| self.base.link(&self.page_of(list, number)))
    }

    fn month(&self, year: i16, month: i8) -> serde_json::Value {
        let count = self.months.iter().find(|(key, _)| *key == (year, month)).map_or(0, |(_, articles)| articles.len());
        let url = UrlPath::new(&format!("/archive/{year:04}/{month:02}/")).expect("digits");
        serde_json::json!({
            "text": month_text(year, month, &self.config.language),
            "url": self.base.link(&url),
            "count": count,
        })
    }

    fn years(&self, only: Option<i16>) -> Node<'_> {
        let mut years: Vec<(i16, Vec<serde_json::Value>, usize)> = Vec::new();
        for &((year, month), ref articles) in &self.months {
            if only.is_some_and(|only| only != year) {
                continue;
            }
            let url = UrlPath::new(&format!("/archive/{year:04}/{month:02}/")).expect("digits");
            let view = serde_json::json!({
                "text": month_text(year, month, &self.config.language),
                "url": self.base.link(&url),
                "count": articles.len(),
            });
            match years.last_mut() {
                Some((last, months, count)) if *last == year => {
                    months.push(view);
                    *count += articles.len();
                }
                _ => years.push((year, vec![view], articles.len())),
            }
        }
        let views: Vec<serde_json::Value> = years
            .into_iter()
            .map(|(year, months, count)| {
                let url = UrlPath::new(&format!("/archive/{year:04}/")).expect("digits");
                serde_json::json!({ "year": year, "url": self.base.link(&url), "count": count, "months": months })
            })
            .collect();
        Node::of(views)
    }

    /// Everything put right: article and position, the latest first.
    #[must_use]
    pub fn all_corrections(&self) -> Vec<(i64, usize, usize)> {
        let mut all: Vec<(i64, usize, usize)> = Vec::new();
        for (index, article) in self.articles.iter().enumerate() {
            for (position, correction) in article.document.front.corrections.iter().enumerate() {
                all.push((correction.date.instant(&self.zone), index, position));
            }
        }
        all.sort_by_key(|&(date, index, position)| (std::cmp::Reverse(date), index, position));
        all
    }

    fn corrections(&self) -> Node<'_> {
        let nodes = self.all_corrections().into_iter().map(|(date, index, position)| {
            let correction = &self.articles[index].document.front.corrections[position];
            Node::Map(vec![
                ("date", Node::of(date_view(self, date))),
                ("kind", Node::of(correction.kind.as_str())),
                ("text", Node::of(&correction.text)),
                ("article", Node::Card(self, index)),
            ])
        });
        Node::List(nodes.collect())
    }

    fn document(&self, path: &ContentPath) -> Node<'_> {
        let Some(page) = self.pages.iter().find(|page| page.document.path == *path) else { return Node::None };
        let front = &page.document.front;
        Node::of(serde_json::json!({
            "title": front.title,
            "summary": front.summary,
            "updated": front.updated.map(|when| date_view(self, when.instant(&self.zone))),
            "contents": page.document.outline.headings,
            "extra": front.extra.value(),
        }))
    }
}

/// Where a page stands among those of a listing with so many entries.
pub(super) fn paginate(total: usize, number: usize, size: usize, link: impl Fn(usize) -> String) -> Pagination {
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
