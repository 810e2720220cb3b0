//! The assembled site: every published article in order, every term, every address, and the answers to what pages
//! ask of them.
//!
//! A site is immutable. It is assembled from scratch after each change, which takes milliseconds, so nothing in it
//! can be stale. The build's clock enters here, once.

mod articles;
mod context;
mod front_page;
mod headers;
mod issues;
mod sign_ups;
mod terms;
mod texts;
mod unpublished;
mod update;
mod urls;
mod validate;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;

pub use self::articles::Article;
use self::articles::ArticlePartition;
pub use self::front_page::FrontPage;
pub use self::issues::{Issue, newsletter_id_of};
pub use self::terms::{Term, TermFile, TermKind, Terms};
pub use self::texts::PublishedText;
use self::texts::Texts;
pub use self::unpublished::{IncludeUnpublished, UnpublishedReason, UnpublishedText};
pub use self::urls::aliases::alias;
pub use self::urls::{LinkError, ResolvedLink, UrlIndex, UrlStatus};
pub(crate) use self::validate::{MAX_SUGGESTIONS, rooted_advice};
pub use self::views::article::{ArticleData, ArticleView, CorrectionView};
pub use self::views::build_views::{date_view, reading_time};
pub use self::views::card::{CardData, CardRef, CardView, TermRef};
pub use self::views::feed::{Feed, FeedContent, FeedItem};
pub use self::views::globals::Globals;
pub use self::views::query::{Listing, Query, TextRef};
pub use self::views::view::{
    AuthorLink, AuthorView, DateView, ImageView, IssueView, NewsletterView, PageNumber, Pagination, TermLink,
};
pub use self::views::view_tree::{ContentNode, ViewTree};
use crate::config::{BaseUrl, Config, Promo};
use crate::content::any_document::AnyDocument;
use crate::content::comment::Comment;
use crate::content::document::Document;
use crate::content::front_matter::{CommentsState, Extra, NewsletterFrontMatter, PageFrontMatter};
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::csp::SourceLists;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::path::{SourcePath, UrlPath};
use crate::providers::comments::CommentProvider;
use crate::theme::{KnownBlocks, Theme};
use crate::time::TimeSpec;

/// A standing page in its place.
#[derive(Clone, Debug)]
pub struct StaticPage {
    /// Its file.
    pub document: Arc<Document<PageFrontMatter>>,
    /// Its address.
    pub url: UrlPath,
    /// Why readers would not see it, when it is shown all the same.
    pub unpublished_reason: Option<UnpublishedReason>,
}

/// A newsletter in its place.
#[derive(Clone, Debug)]
pub struct Newsletter {
    /// Its file.
    pub document: Arc<Document<NewsletterFrontMatter>>,
    /// Its id.
    pub id: String,
    /// Its sign-up page.
    pub url: UrlPath,
    /// How readers come onto it.
    pub sign_up: crate::providers::newsletter::SignUp,
}

/// A source with the digest of its bytes.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// What the file is.
    pub parsed: ParsedSource,
    /// The digest of its bytes.
    pub digest: Digest,
}

/// What a site is assembled from.
#[derive(Clone, Copy)]
pub struct SiteInputs<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Every file by path.
    pub sources: &'a BTreeMap<SourcePath, SourceFile>,
    /// Files with errors, as far as they could be read: what refers to them is not to blame.
    pub invalid: &'a InvalidSources,
    /// The theme.
    pub theme: &'a Theme,
    /// The blocks that authors may use; `None` when nobody knows, for want of the theme.
    pub blocks: Option<&'a KnownBlocks>,
    /// The build's clock, in seconds since 1970-01-01T00:00:00Z.
    pub clock: i64,
    /// Which of the articles held back are shown all the same.
    pub include: IncludeUnpublished,
}

/// The assembled site.
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
/// assert!(site.articles.iter().all(|article| article.date <= site.clock));
/// // A page gets the answers to its queries, and their digests are part of its trace.
/// let (latest, fewer) = (site.answer(&Query::Latest(3, None)), site.answer(&Query::Latest(2, None)));
/// assert_ne!(latest.digest(), fewer.digest());
/// ```
pub struct Site {
    /// The settings.
    pub config: Config,
    /// The base URL in its parts.
    pub base: BaseUrl,
    /// The site's time zone.
    pub zone: TimeZone,
    /// The build's clock, in seconds since 1970-01-01T00:00:00Z.
    pub clock: i64,
    /// Published articles, the latest first.
    pub articles: Vec<Article>,
    /// Sections, topics, authors and series.
    pub terms: Terms,
    /// Standing pages, by path.
    pub pages: Vec<StaticPage>,
    /// Newsletters, in their order.
    pub newsletters: Vec<Newsletter>,
    /// Published issues of newsletters, the latest first.
    pub issues: Vec<Issue>,
    invalid_newsletters: Vec<String>,
    /// Where readers discuss articles.
    pub comment_provider: CommentProvider,
    /// Comments by the slug of their article, in threads' order of writing.
    pub comments: BTreeMap<String, Vec<Comment>>,
    /// Data files by name.
    pub data: BTreeMap<String, Extra>,
    /// Where everything is.
    pub urls: UrlIndex,
    /// The words of the site's language.
    translations: Arc<crate::theme::Translations>,
    /// How many items each list shows.
    list_sizes: BTreeMap<String, usize>,
    has_comments: bool,
    /// What the theme's pages need, for a policy.
    theme_csp_sources: SourceLists,
    /// The digest of each article as lists show it, in the order of `articles`.
    card_digests: Vec<Digest>,
    /// The digest of each author's box, by id.
    authors: BTreeMap<String, Digest>,
    /// The months that have articles, the latest first, each with its articles, the latest first.
    pub months: Vec<((i16, i8), Vec<usize>)>,
    /// All articles with the pinned ones on top, as indexes of `articles`.
    pub pinned_first: Vec<usize>,
}

impl Site {
    /// Assembles a site. Mistakes that can only be seen with all files at hand go into `diagnostics`.
    pub fn assemble(assembly: &SiteInputs<'_>, diagnostics: &mut Vec<Diagnostic>) -> Site {
        let SiteInputs { config, sources: inputs, invalid: broken, theme, blocks, clock, include: preview } = *assembly;
        let zone = config.zone();
        let ArticlePartition { articles, mut unpublished, invalid: faulty } =
            articles::partition_by_clock(assembly, &zone, diagnostics);
        let (pages, unpublished_pages) = static_pages(assembly, &zone, diagnostics);
        let newsletters = sign_ups::newsletters(inputs, broken, &config.language, diagnostics);
        let (issues, unpublished_issues) =
            issues::partition_by_clock(inputs, &newsletters, preview, &zone, clock, diagnostics);
        let broken_lists = invalid_newsletters(inputs, broken, &newsletters);
        unpublished.extend(unpublished_pages.into_iter().chain(unpublished_issues));
        let texts = || Texts::gather(&articles, &pages, &newsletters, &issues, unpublished);
        let (terms, mut urls) = rayon::join(
            || Terms::gather(inputs, broken, config, &articles, &faulty, diagnostics),
            || UrlIndex::gather(config.base(), texts()),
        );
        urls.complete(inputs, &terms, broken.keys().chain(faulty.iter().map(|document| &document.path)));
        let mut site = Site {
            base: config.base(),
            zone,
            clock,
            pinned_first: pinned_first(&articles),
            months: months(&articles, &config.zone()),
            articles,
            terms,
            pages,
            newsletters,
            issues,
            invalid_newsletters: broken_lists,
            comment_provider: config.comments.provider.provider(&mut Vec::new()),
            comments: comments(inputs),
            data: data(inputs, diagnostics),
            urls,
            translations: Arc::clone(&theme.translations),
            list_sizes: theme.context.list_sizes.clone(),
            has_comments: false,
            theme_csp_sources: theme.csp_sources.clone(),
            card_digests: Vec::new(),
            authors: BTreeMap::new(),
            config: config.clone(),
        };
        site.has_comments = site.articles.iter().any(|article| site.comment_count(article).is_some());
        sign_ups::privacy(&site, diagnostics);
        headers::check(&site, own_headers(inputs), diagnostics);
        let has_unknown_slugs =
            !faulty.is_empty() || broken.keys().any(|path| source_kind(path) == SourceKind::Article);
        if !has_unknown_slugs {
            validate::comments(&site, inputs, diagnostics);
        }
        validate::documents(&site, inputs, blocks, broken, diagnostics);
        let authors = site.terms.iter().filter(|term| term.kind == TermKind::Author);
        site.authors = authors.map(|term| (term.id.clone(), site.author(term).digest())).collect();
        site.card_digests =
            (0..site.articles.len()).into_par_iter().map(|index| Digest::of(&site.card_data(index))).collect();
        site
    }

    /// How many items a list of the theme shows.
    #[must_use]
    pub fn list_size(&self, name: &str, default: usize) -> usize {
        self.list_sizes.get(name).copied().unwrap_or(default)
    }

    /// Whether, and how, readers may comment on an article.
    #[must_use]
    pub fn comments_state(&self, article: &Article) -> CommentsState {
        match self.comment_provider {
            CommentProvider::None => CommentsState::Off,
            CommentProvider::Files | CommentProvider::Embedded(_) => {
                article.document.front_matter.comments.unwrap_or(self.config.comments.default)
            }
        }
    }

    /// The comments of an article, oldest first.
    #[must_use]
    pub fn comments_of(&self, article: &Article) -> &[Comment] {
        self.comments.get(article.slug.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether any article shows a comment. Each article's page asks.
    #[must_use]
    pub fn has_comments(&self) -> bool {
        self.has_comments
    }

    /// What readers said last: the time, the article by its index, and the comment; the latest first.
    #[must_use]
    pub fn latest_comments(&self, count: usize) -> Vec<(i64, usize, &Comment)> {
        let mut latest: Vec<(i64, usize, &Comment)> = Vec::new();
        for (index, article) in self.articles.iter().enumerate() {
            if self.comment_count(article).is_some() {
                let comments = self.comments_of(article).iter();
                latest.extend(comments.map(|comment| (comment.date.unix_seconds(&self.zone), index, comment)));
            }
        }
        latest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| a.2.id.cmp(&b.2.id)));
        latest.truncate(count);
        latest
    }

    /// The house announcements that hold at the build's clock, each with its place among all of them.
    pub fn active_promos(&self) -> impl Iterator<Item = (usize, &Promo)> {
        let at = |when: Option<TimeSpec>| when.map(|when| when.unix_seconds(&self.zone));
        self.config.promos.iter().enumerate().filter(move |(_, promo)| {
            at(promo.starts).is_none_or(|start| start <= self.clock)
                && at(promo.ends).is_none_or(|end| end > self.clock)
        })
    }

    /// Whether a list has a file, but one with mistakes.
    fn has_invalid_newsletter(&self, id: &str) -> bool {
        self.invalid_newsletters.iter().any(|broken| broken == id)
    }

    /// The list offered on a page: the one named, the section's, the site's, the first; `None` for `none`.
    #[must_use]
    pub fn newsletter(&self, named: Option<&str>) -> Option<&Newsletter> {
        let id = named.or(self.config.newsletters.default.as_deref());
        match id {
            Some(id) => self.newsletters.iter().find(|newsletter| newsletter.id == id),
            None => self.newsletters.first(),
        }
    }
}

fn months(articles: &[Article], zone: &TimeZone) -> Vec<((i16, i8), Vec<usize>)> {
    let mut months: Vec<((i16, i8), Vec<usize>)> = Vec::new();
    for (index, article) in articles.iter().enumerate() {
        let at = crate::time::zoned(article.date, zone);
        let key = (at.year(), at.month());
        match months.last_mut() {
            Some((last, articles)) if *last == key => articles.push(index),
            _ => months.push((key, vec![index])),
        }
    }
    months
}

fn pinned_first(articles: &[Article]) -> Vec<usize> {
    let mut listed: Vec<usize> = (0..articles.len()).collect();
    listed.sort_by_key(|&index| articles[index].document.front_matter.pinned.unwrap_or(i64::MAX));
    listed
}

/// The site's own file of headers.
fn own_headers(inputs: &BTreeMap<SourcePath, SourceFile>) -> Option<&str> {
    inputs.values().find_map(|input| match &input.parsed {
        ParsedSource::Headers(text) => Some(text.as_str()),
        _ => None, // there is one such file
    })
}

/// The published static pages and the unpublished, each by path.
fn static_pages(
    assembly: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<StaticPage>, Vec<UnpublishedText>) {
    let (mut published, mut unpublished) = (Vec::new(), Vec::new());
    for input in assembly.sources.values() {
        let ParsedSource::Page(document) = &input.parsed else { continue };
        let url = urls::page_url(document);
        let unpublished_reason = UnpublishedReason::of(&document.keys(), zone, assembly.clock);
        if let Some(reason) = unpublished_reason.filter(|reason| !reason.is_shown(assembly.include)) {
            unpublished.push(UnpublishedText { document: document.clone(), url: url.ok(), reason });
            continue;
        }
        match url {
            Ok(url) => published.push(StaticPage { document: Arc::clone(document), url, unpublished_reason }),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    (published, unpublished)
}

/// The ids of lists that have a file with mistakes.
fn invalid_newsletters(
    inputs: &BTreeMap<SourcePath, SourceFile>,
    broken: &InvalidSources,
    sound: &[Newsletter],
) -> Vec<String> {
    let is_list = |path: &&SourcePath| crate::content::source_kind(path) == crate::content::SourceKind::Newsletter;
    let all = inputs.keys().chain(broken.keys()).filter(is_list).map(crate::content::document::name);
    all.filter(|id| !sound.iter().any(|newsletter| newsletter.id == *id)).map(str::to_owned).collect()
}

fn comments(inputs: &BTreeMap<SourcePath, SourceFile>) -> BTreeMap<String, Vec<Comment>> {
    let files = inputs.iter().filter_map(|(path, input)| match &input.parsed {
        ParsedSource::Comments(comments) => Some((path.stem().to_owned(), comments.clone())),
        _ => None, // only comments are asked for
    });
    files.collect()
}

/// The data files by name, in whatever folder they are.
fn data(inputs: &BTreeMap<SourcePath, SourceFile>, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Extra> {
    let mut named: BTreeMap<&str, &SourcePath> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (path, input) in inputs {
        let ParsedSource::Data(data) = &input.parsed else { continue };
        if let Some(other) = named.insert(path.stem(), path) {
            let message = format!("`{other}` and `{path}` are both `site.data.{}`", path.stem());
            let diagnostic = Diagnostic::error("data", message).at(path, Span::Whole);
            diagnostics.push(diagnostic.help("give one of them another name: folders are not part of the name"));
        }
        all.insert(path.stem().to_owned(), data.clone());
    }
    all
}

/// Files with errors, as far as they could be read.
pub type InvalidSources = BTreeMap<SourcePath, Option<ParsedSource>>;

/// A table for looking up by path; never iterated, so its order reaches nothing.
pub(crate) type ByPath<T> = rustc_hash::FxHashMap<SourcePath, T>;
