//! The assembled site: the published texts and terms, the URLs of all files, and the answers to the queries of pages.
//!
//! A site is immutable, but for [`update`]. It is assembled from scratch after any other change, which takes
//! milliseconds, so that nothing in it is stale. The build's clock is an input and is read nowhere else.

mod articles;
mod context;
mod derived;
mod entries;
mod front_page;
mod headers;
mod inputs;
mod issues;
mod model;
mod newsletters;
mod permalinks;
mod published;
mod static_pages;
mod terms;
mod texts;
mod theme;
mod unpublished;
mod update;
mod urls;
mod validate;
mod views;

pub use self::articles::Article;
pub use self::derived::Derived;
pub use self::entries::Entry;
pub use self::front_page::FrontPage;
pub use self::inputs::{InvalidSources, SiteInputs, SourceFile};
pub use self::issues::{Issue, newsletter_id_of};
pub use self::model::SiteModel;
pub use self::newsletters::Newsletter;
pub use self::published::Published;
pub use self::static_pages::StaticPage;
pub use self::terms::{Term, TermFile, TermKind, Terms};
pub use self::texts::PublishedText;
pub use self::theme::SiteTheme;
pub use self::unpublished::{IncludeUnpublished, UnpublishedReason, UnpublishedText};
pub use self::urls::aliases::alias;
pub use self::urls::{LinkError, ResolvedLink, UrlIndex, UrlStatus};
pub(crate) use self::validate::{MAX_SUGGESTIONS, rooted_advice};
pub use self::views::article::{ArticleData, ArticleView, CorrectionView};
pub use self::views::build_views::reading_time;
pub use self::views::card::{CardData, CardRef, CardView, Cards, TermRef};
pub use self::views::feed::{Feed, FeedContent, FeedField, FeedItem};
pub use self::views::globals::Globals;
pub use self::views::query::{Listing, Query, TextRef};
pub use self::views::view::{
    AuthorLink, AuthorView, DateView, ImageView, IssueView, NewsletterView, PageNumber, Pagination, TermLink,
};
pub use self::views::view_tree::{ContentNode, ViewTree};
use crate::diagnostic::Diagnostic;

/// The assembled site. [`Site::answer`] answers the queries of pages.
///
/// ```
/// # use std::time::SystemTime;
/// # use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
/// # use handbill::digest::Digest;
/// # let program = Digest::of_bytes(b"version 1");
/// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
/// # let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
/// use handbill::site::Query;
///
/// let site = prepared.site;
/// assert!(site.model.articles.iter().all(|article| article.date <= site.model.clock));
/// // A page gets the answers to its queries, and their digests are part of its trace.
/// let (latest, fewer) = (site.answer(&Query::Latest(3, None)), site.answer(&Query::Latest(2, None)));
/// assert_ne!(latest.digest(), fewer.digest());
/// ```
pub struct Site {
    /// What the site has and publishes.
    pub model: SiteModel,
    /// The published texts by path, and the URLs of all files.
    pub urls: UrlIndex,
    /// What the site needs of the theme.
    pub theme: SiteTheme,
    /// Values computed from the model and the URLs.
    pub derived: Derived,
}

impl Site {
    /// Assembles a site. Errors that only show with all files at hand go into `diagnostics`.
    pub fn assemble(inputs: &SiteInputs<'_>, diagnostics: &mut Vec<Diagnostic>) -> Site {
        let model = SiteModel::gather(inputs, diagnostics);
        let urls = UrlIndex::of(&model, inputs);
        let theme = SiteTheme::of(inputs.theme);
        validate::validate(&model, &urls, &theme, inputs, diagnostics);
        let derived = Derived::of(&model, &urls);
        let mut site = Site { model, urls, theme, derived };
        site.theme.card_design = site.card_design_of_site();
        site
    }
}
