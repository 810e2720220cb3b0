//! The views of templates, as plain structures. `docs/theming.md` describes them for authors of themes.

use serde::Serialize;

use super::super::terms::Term;
use crate::config::BaseUrl;
use crate::content::front_matter::{CommentsState, LabeledLink};
use crate::pictures::Picture;
use crate::providers::comments::Embed;
use crate::providers::newsletter::Form;

/// A date for readers and machines.
#[derive(Clone, Debug, Serialize)]
pub struct DateView {
    /// The time in RFC 3339 with the site's offset.
    pub iso: String,
    /// The date: `Nov. 24, 2026`.
    pub text: String,
    /// The date with its weekday: `Tuesday, Nov. 24, 2026`.
    pub weekday: String,
    /// The time: `6:30 p.m.`; empty at the start of a day, which a date without a time means.
    pub time: String,
    /// The year.
    pub year: i16,
}

/// An image with its size in pixels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImageView {
    /// The link to the image; to a variant of a moderate size if there are variants.
    pub url: String,
    /// The width in pixels, if known.
    pub width: Option<u32>,
    /// The height in pixels, if known.
    pub height: Option<u32>,
    /// The text alternative.
    pub alt: String,
    /// The caption.
    pub caption: Option<String>,
    /// The name of its photographer or artist.
    pub credit: Option<String>,
    /// The URL of its license.
    pub license: Option<String>,
    /// What the function `picture` makes variants of; `None` for an image that is shown as it is.
    pub picture: Option<Picture>,
}

/// A link to a term.
#[derive(Clone, Debug, Serialize)]
pub struct TermLink {
    /// The id of the term.
    pub id: String,
    /// The title of the term.
    pub title: String,
    /// The link.
    pub url: String,
}

impl TermLink {
    /// Makes the link of a term.
    #[must_use]
    pub fn of(term: &Term, base: &BaseUrl) -> TermLink {
        TermLink { id: term.id.clone(), title: term.title.clone(), url: base.link(&term.url) }
    }
}

/// A link to an author.
#[derive(Clone, Debug, Serialize)]
pub struct AuthorLink {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The link to their page.
    pub url: String,
}

impl AuthorLink {
    /// Makes the link of an author.
    #[must_use]
    pub fn of(term: &Term, base: &BaseUrl) -> AuthorLink {
        AuthorLink { id: term.id.clone(), name: term.title.clone(), url: base.link(&term.url) }
    }
}

/// A label with its translation.
#[derive(Clone, Debug, Serialize)]
pub struct LabelView {
    /// The value in front matter.
    pub id: &'static str,
    /// The translation.
    pub text: String,
}

/// An author with everything that the author's page shows, except the biography.
#[derive(Debug, Serialize)]
pub struct AuthorView<'s> {
    /// The id.
    pub id: &'s str,
    /// The name.
    pub name: &'s str,
    /// The link to their page.
    pub url: String,
    /// The role.
    pub role: Option<&'s str>,
    /// The email address.
    pub email: Option<&'s str>,
    /// A portrait.
    pub image: Option<ImageView>,
    /// Links to the author's pages on other sites.
    pub links: &'s [LabeledLink],
    /// The handle in the fediverse: `@user@host`.
    pub fediverse: Option<&'s str>,
    /// Whether the author still writes for the site.
    pub active: bool,
    /// The site's own keys.
    pub extra: serde_json::Value,
}

/// The header of a listing.
#[derive(Debug, Serialize)]
pub(crate) struct TermView<'s> {
    /// `section`, `topic`, `author`, `series` or `latest`.
    pub kind: &'static str,
    /// The id.
    pub id: &'s str,
    /// The name.
    pub title: String,
    /// One or two sentences about the term.
    pub summary: Option<&'s str>,
    /// The image of the term.
    pub image: Option<ImageView>,
    /// The link to its first page.
    pub url: String,
    /// The number of articles.
    pub count: usize,
    /// An author's role.
    pub role: Option<&'s str>,
    /// An author's email address.
    pub email: Option<&'s str>,
    /// An author's pages on other sites.
    pub links: &'s [LabeledLink],
    /// An author's handle in the fediverse.
    pub fediverse: Option<&'s str>,
    /// Whether an author still writes for the site.
    pub active: bool,
    /// The site's own keys.
    pub extra: serde_json::Value,
}

/// A newsletter with its sign-up form.
#[derive(Debug, Serialize)]
pub struct NewsletterView<'s> {
    /// The id.
    pub id: &'s str,
    /// The name.
    pub title: &'s str,
    /// One line on what subscribers get.
    pub summary: Option<&'s str>,
    /// How often it is sent.
    pub frequency: Option<&'s str>,
    /// The sentence of consent under the form.
    pub consent: Option<&'s str>,
    /// The text of the button.
    pub button: Option<&'s str>,
    /// The link to its sign-up page.
    pub url: String,
    /// The link to the page that asks readers to check their inbox.
    pub thanks_url: String,
    /// The link to its archive, if it has issues.
    pub archive_url: Option<String>,
    /// The link to the page on the use of readers' data.
    pub privacy_url: Option<String>,
    /// Whether subscribers get an email with a link to confirm.
    pub confirms: bool,
    /// The provider's name; empty for a service run by the site itself.
    pub provider: &'s str,
    /// The form; `None` where readers sign up on a page of the provider.
    pub form: Option<Form>,
    /// The provider's sign-up page; `None` where there is a form.
    pub hosted_url: Option<&'s str>,
    /// The host of the provider's sign-up page.
    pub host: Option<String>,
    /// The site's own keys.
    pub extra: serde_json::Value,
}

/// An issue of a newsletter, without its articles.
#[derive(Debug, Serialize)]
pub struct IssueView<'s> {
    /// The subject.
    pub title: &'s str,
    /// The link.
    pub url: String,
    /// The absolute URL.
    pub permalink: String,
    /// The preheader, or the beginning of the text.
    pub summary: Option<&'s str>,
    /// The date on which it is sent.
    pub date: DateView,
    /// Why readers do not see it yet, when unpublished content is included; `None` once it is published.
    pub state: Option<&'static str>,
    /// The site's own keys.
    pub extra: serde_json::Value,
}

/// Newsletters that readers subscribe to in one form.
#[derive(Debug, Serialize)]
pub(crate) struct SignUpView<'s> {
    /// The newsletters.
    pub newsletters: Vec<NewsletterView<'s>>,
    /// The form for several newsletters, with a checkbox for each; `None` for a single newsletter, which has its own
    /// form.
    pub form: Option<Form>,
}

/// A link of a menu.
#[derive(Debug, Serialize)]
pub(crate) struct MenuItem<'s> {
    /// The title of the page.
    pub title: &'s str,
    /// The link.
    pub url: String,
}

/// The position of a page in the navigation.
#[derive(Debug, Serialize)]
pub(crate) struct Here<'s> {
    /// The id of its section.
    pub section: Option<&'s str>,
    /// The link of the page itself, if the navigation has that link.
    pub url: Option<String>,
}

/// The pagination of a page of a listing.
#[derive(Clone, Debug, Serialize)]
pub struct Pagination {
    /// The number of this page, from 1.
    pub number: usize,
    /// The number of pages.
    pub count: usize,
    /// The number of articles on all pages.
    pub total: usize,
    /// The link to the previous page.
    pub previous: Option<String>,
    /// The link to the next page.
    pub next: Option<String>,
    /// The pages to link to by number: the first, the last, and those near this one.
    pub pages: Vec<PageNumber>,
}

/// A numbered link to a page of a listing.
#[derive(Clone, Debug, Serialize)]
pub struct PageNumber {
    /// The number, from 1.
    pub number: usize,
    /// The link.
    pub url: String,
    /// Whether it is the current page.
    pub current: bool,
    /// Whether numbers before it are omitted.
    pub gap: bool,
}

/// A comment with its replies.
#[derive(Debug, Serialize)]
pub(crate) struct CommentView<'s> {
    /// Its id.
    pub id: &'s str,
    /// The name of the writer, as shown.
    pub author: &'s str,
    /// The time at which it was written.
    pub date: DateView,
    /// The text as safe HTML.
    pub html: &'s str,
    /// The URL of the writer's site.
    pub url: Option<&'s str>,
    /// The replies.
    pub replies: Vec<CommentView<'s>>,
}

/// The comments on an article.
#[derive(Debug, Serialize)]
pub(crate) struct CommentsView<'s> {
    /// `open` or `closed`.
    pub state: CommentsState,
    /// The number of comments.
    pub count: usize,
    /// The comments that are no replies, each with its replies.
    pub thread: Vec<CommentView<'s>>,
    /// The email address for comments.
    pub email: Option<&'s str>,
    /// The URL that the form posts to.
    pub form: Option<&'s str>,
    /// How the page loads the comment provider's script; `None` without one, or when comments are closed.
    pub embed: Option<Embed>,
}
