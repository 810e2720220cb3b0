//! What pages may ask of a site. A page's needs are written down in the plan as such queries, and it sees nothing
//! but their answers.

use std::fmt;

use super::super::terms::TermKind;
use super::feed::FeedContent;
use crate::path::{SourcePath, UrlPath};

/// A listing of articles.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Listing {
    /// All of them, the pinned ones on top.
    All,
    /// A term's.
    Term(TermKind, String),
}

/// A file with a text, by its path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextRef(pub SourcePath);

/// A question. Articles are named by their index in the site.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Query {
    /// An article with all that its own page shows.
    Article(usize),
    /// The text of a file, its links resolved.
    Content(TextRef),
    /// The series that an article is part of.
    Series(usize),
    /// Articles on the same matters: how many.
    Related(usize, usize),
    /// The latest articles: how many, and which one not.
    Latest(usize, Option<usize>),
    /// What readers wrote under an article.
    Comments(usize),
    /// The list offered where this one is named, and the page that it is told readers sign up on.
    Newsletter(Option<String>, Option<UrlPath>),
    /// All lists.
    Newsletters,
    /// All lists, those together that one form can be for.
    SignUps,
    /// The announcements of today.
    Promos,
    /// One article as a list shows it.
    Card(Option<usize>),
    /// Some articles as lists show them.
    Cards(Vec<usize>),
    /// The section groups of the front page: the id of a section with the indexes of its articles.
    SectionGroups(Vec<(String, Vec<usize>)>),
    /// A term, or the whole paper, as the head of its listing.
    ListingHeader(Listing),
    /// Where a page of a listing stands among the others: number and page size.
    Pagination(Listing, usize, usize),
    /// The years and months that have articles; of one year, or all.
    Years(Option<i16>),
    /// A month.
    Month(Option<(i16, i8)>),
    /// Everything put right, the latest first.
    Corrections,
    /// An issue of a newsletter with its articles, by its index.
    Issue(usize),
    /// Some issues.
    Issues(Vec<usize>),
    /// An issue as a link.
    IssueLink(Option<usize>),
    /// Where a page of a list's archive stands among the others: number and page size.
    ArchivePagination(String, usize, usize),
    /// A standing page.
    StaticPage(SourcePath),
    /// A link, as it is: for redirects.
    Link(String),
    /// A feed, the same for all formats.
    Feed(FeedContent),
    /// The build's clock as a day.
    Today,
    /// Where a page stands in the navigation: its section's place in the settings, and its own link when the
    /// navigation has that.
    Here(Option<usize>, Option<String>),
}

impl Query {
    /// Whether many pages ask the same, so that the answer is worth keeping.
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
            Query::StaticPage(path) => write!(f, "page {path}"),
            Query::Link(link) => write!(f, "link {link}"),
            Query::Feed(FeedContent::Articles(listing)) => write!(f, "feed({listing})"),
            Query::Feed(FeedContent::Corrections) => f.write_str("feed(corrections)"),
            Query::Feed(FeedContent::Issues(newsletter_id)) => write!(f, "feed({newsletter_id})"),
            Query::Feed(FeedContent::Comments) => f.write_str("feed(comments)"),
            Query::Today => f.write_str("today"),
            Query::Here(..) => f.write_str("its position in the navigation"),
        }
    }
}
