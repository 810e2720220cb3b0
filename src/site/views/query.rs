//! Queries of pages. The plan lists the queries of each page, and the page sees only their answers.

use std::fmt;

use super::super::terms::TermKind;
use super::feed::FeedContent;
use crate::path::{SourcePath, UrlPath};

/// A listing of articles.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Listing {
    /// All articles, the pinned ones first.
    All,
    /// The articles of a term, by its kind and id.
    Term(TermKind, String),
}

/// A source with a text, by its path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextRef(pub SourcePath);

/// A query. Articles and issues are named by their index in the site.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Query {
    /// An article with everything that its own page shows.
    Article(usize),
    /// The text of a file, with its links resolved.
    Content(TextRef),
    /// The series that an article is part of.
    Series(usize),
    /// Related articles: of which article, and the maximum number.
    Related(usize, usize),
    /// The latest articles: the number, and the index of one that is excluded.
    Latest(usize, Option<usize>),
    /// The comments on an article.
    Comments(usize),
    /// The newsletter offered on a page: the one with this id, else the site's default. The URL is that page's, sent to
    /// the provider as the source of the sign-up; `None` if the provider does not record it.
    Newsletter(Option<String>, Option<UrlPath>),
    /// All newsletters.
    Newsletters,
    /// All newsletters, grouped where one form can subscribe to several.
    SignUps,
    /// The promos that are shown at the build's clock.
    Promos,
    /// The card of one article.
    Card(Option<usize>),
    /// The cards of some articles, in this order.
    Cards(Vec<usize>),
    /// The section groups of the front page: the id of a section with the indexes of its articles.
    SectionGroups(Vec<(String, Vec<usize>)>),
    /// A term, or all articles, as the header of a listing.
    ListingHeader(Listing),
    /// The pagination of a listing: the number of the page, from 1, and the page size.
    Pagination(Listing, usize, usize),
    /// The years and months that have articles: of one year, or of all.
    Years(Option<i16>),
    /// A month: the link to its archive, and its number of articles.
    Month(Option<(i16, i8)>),
    /// All corrections, the latest first.
    Corrections,
    /// An issue of a newsletter with its articles, by its index.
    Issue(usize),
    /// Some issues of newsletters, by their indexes.
    Issues(Vec<usize>),
    /// The link to an issue.
    IssueLink(Option<usize>),
    /// The pagination of a newsletter's archive: its id, the number of the page, from 1, and the page size.
    ArchivePagination(String, usize, usize),
    /// An entry of a collection, by its index.
    Entry(usize),
    /// Some entries, by their indexes.
    Entries(Vec<usize>),
    /// A collection, by its index.
    Collection(usize),
    /// The pagination of a collection's listing: its index, and the number of the page, from 1.
    EntryPagination(usize, usize),
    /// The entries of a term, by its kind and id, grouped by collection.
    EntryGroups(Option<(TermKind, String)>),
    /// A static page.
    StaticPage(SourcePath),
    /// A link, unchanged: the target of a redirect.
    Link(String),
    /// A feed, independent of its format.
    Feed(FeedContent),
    /// The day of the build's clock.
    Today,
    /// The position of a page in the navigation: the index of its section in the settings, and its own link if the
    /// navigation has that link.
    Here(Option<usize>, Option<String>),
}

impl Query {
    /// Whether many pages have the same query, so that the answer is kept.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(
            self,
            Query::Latest(..)
                | Query::Newsletter(_, None)
                | Query::Newsletters
                | Query::Promos
                | Query::ListingHeader(_)
                | Query::Feed(_)
                | Query::Today
                | Query::Here(..)
        )
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listing::All => f.write_str("all"),
            Listing::Term(kind, id) => write!(f, "{} {id}", kind.word()),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Article(_) => f.write_str("this article"),
            Query::Content(document) => write!(f, "the text of {}", document.0),
            Query::Series(_) => f.write_str("its series"),
            Query::Related(_, count) => write!(f, "related({count})"),
            Query::Latest(count, _) => write!(f, "latest({count})"),
            Query::Comments(_) => f.write_str("its comments"),
            Query::Newsletter(Some(id), _) => write!(f, "newsletter({id})"),
            Query::Newsletter(None, _) => f.write_str("newsletter"),
            Query::Newsletters => f.write_str("newsletters"),
            Query::SignUps => f.write_str("sign-ups"),
            Query::Promos => f.write_str("promos"),
            Query::Card(_) => f.write_str("an article"),
            Query::Cards(indexes) => write!(f, "{} articles", indexes.len()),
            Query::SectionGroups(groups) => write!(f, "{} section groups", groups.len()),
            Query::ListingHeader(listing) => write!(f, "head({listing})"),
            Query::Pagination(listing, number, _) => write!(f, "pagination({listing}, {number})"),
            Query::Years(_) => f.write_str("years"),
            Query::Month(_) => f.write_str("month"),
            Query::Corrections => f.write_str("corrections"),
            Query::Issue(_) => f.write_str("this issue"),
            Query::Issues(indexes) => write!(f, "{} issues", indexes.len()),
            Query::IssueLink(_) => f.write_str("another issue"),
            Query::ArchivePagination(newsletter_id, number, _) => write!(f, "pagination({newsletter_id}, {number})"),
            Query::Entry(_) => f.write_str("this entry"),
            Query::Entries(indexes) => write!(f, "{} entries", indexes.len()),
            Query::Collection(_) => f.write_str("its collection"),
            Query::EntryPagination(_, number) => write!(f, "pagination(entries, {number})"),
            Query::EntryGroups(_) => f.write_str("its entries"),
            Query::StaticPage(path) => write!(f, "page {path}"),
            Query::Link(link) => write!(f, "link {link}"),
            Query::Feed(FeedContent::Articles(listing)) => write!(f, "feed({listing})"),
            Query::Feed(FeedContent::Corrections) => f.write_str("feed(corrections)"),
            Query::Feed(FeedContent::Issues(newsletter_id)) => write!(f, "feed({newsletter_id})"),
            Query::Feed(FeedContent::Entries(_)) => f.write_str("feed(entries)"),
            Query::Feed(FeedContent::Comments) => f.write_str("feed(comments)"),
            Query::Today => f.write_str("today"),
            Query::Here(..) => f.write_str("its position in the navigation"),
        }
    }
}
