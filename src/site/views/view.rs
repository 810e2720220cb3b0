//! What templates see, as plain structures. `docs/theming.md` describes them for theme makers.

use serde::Serialize;

use crate::content::front_matter::{CommentsState, LabeledLink};
use crate::providers::comments::Embed;
use crate::providers::newsletter::Form;

/// A date for readers and machines.
#[derive(Clone, Debug, Serialize)]
pub struct DateView {
    /// RFC 3339 with the site's offset.
    pub iso: String,
    /// `Nov. 24, 2026`
    pub text: String,
    /// `Tuesday, Nov. 24, 2026`
    pub weekday: String,
    /// `6:30 p.m.`; empty at the start of a day, which is what a date without a time stands for.
    pub time: String,
    /// The year.
    pub year: i16,
}

/// A picture with its size in pixels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImageView {
    /// The link to it.
    pub url: String,
    /// Pixels across, when known.
    pub width: Option<u32>,
    /// Pixels down, when known.
    pub height: Option<u32>,
    /// What it shows.
    pub alt: String,
    /// The line under it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// A named link.
#[derive(Clone, Debug, Serialize)]
pub struct TermLink {
    /// Its id.
    pub id: String,
    /// Its name, under the key that fits the kind.
    pub title: String,
    /// The link.
    pub url: String,
}

/// A name and a link of an author.
#[derive(Clone, Debug, Serialize)]
pub struct AuthorLink {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The link to their page.
    pub url: String,
}

/// A label with its word.
#[derive(Clone, Debug, Serialize)]
pub struct LabelView {
    /// The word in front matter.
    pub id: &'static str,
    /// The word for readers.
    pub text: String,
}

/// An author with all that their own page shows, but for the biography.
#[derive(Debug, Serialize)]
pub struct AuthorView<'s> {
    /// The id.
    pub id: &'s str,
    /// The name.
    pub name: &'s str,
    /// The link to their page.
    pub url: String,
    /// What they do here.
    pub role: Option<&'s str>,
    /// Their address.
    pub email: Option<&'s str>,
    /// A portrait.
    pub image: Option<ImageView>,
    /// Elsewhere on the web.
    pub links: &'s [LabeledLink],
    /// `@user@host`
    pub fediverse: Option<&'s str>,
    /// Whether they still write here.
    pub active: bool,
    /// Anything of the site's own.
    pub extra: serde_json::Value,
}

/// The head of a listing.
#[derive(Debug, Serialize)]
pub(crate) struct TermView<'s> {
    /// `section`, `topic`, `author`, `series` or `latest`.
    pub kind: &'static str,
    /// The id.
    pub id: &'s str,
    /// The name.
    pub title: String,
    /// One or two sentences.
    pub summary: Option<&'s str>,
    /// A picture.
    pub image: Option<ImageView>,
    /// The link to its first page.
    pub url: String,
    /// How many articles.
    pub count: usize,
    /// An author's role.
    pub role: Option<&'s str>,
    /// An author's address.
    pub email: Option<&'s str>,
    /// An author's pages elsewhere.
    pub links: &'s [LabeledLink],
    /// An author's handle.
    pub fediverse: Option<&'s str>,
    /// Whether an author still writes here.
    pub active: bool,
    /// Anything of the site's own.
    pub extra: serde_json::Value,
}

/// A list and its form.
#[derive(Debug, Serialize)]
pub struct NewsletterView<'s> {
    /// The id.
    pub id: &'s str,
    /// The name.
    pub title: &'s str,
    /// What subscribers get.
    pub summary: Option<&'s str>,
    /// How often.
    pub frequency: Option<&'s str>,
    /// The sentence under the form.
    pub consent: Option<&'s str>,
    /// The words on the button.
    pub button: Option<&'s str>,
    /// The link to its sign-up page.
    pub url: String,
    /// The link to the page that says "check your inbox".
    pub thanks_url: String,
    /// The link to its archive, if it has issues.
    pub archive_url: Option<String>,
    /// The link to the page on readers' data.
    pub privacy_url: Option<String>,
    /// Whether subscribers get a mail with a link to confirm.
    pub confirms: bool,
    /// The provider's name; empty for a service of the site's own.
    pub provider: &'s str,
    /// The form; none where readers sign up on a page of the provider's.
    pub form: Option<Form>,
    /// That page.
    pub hosted_url: Option<&'s str>,
    /// Its host, as readers know it.
    pub host: Option<String>,
    /// Anything of the site's own.
    pub extra: serde_json::Value,
}

/// An issue of a newsletter, but for its articles.
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
    /// When it is sent.
    pub date: DateView,
    /// Why it would be held back, in a preview.
    pub state: Option<&'static str>,
    /// Anything of the site's own.
    pub extra: serde_json::Value,
}

/// Lists that readers sign up for together.
#[derive(Debug, Serialize)]
pub(crate) struct SignUpView<'s> {
    /// The lists.
    pub newsletters: Vec<NewsletterView<'s>>,
    /// The form for several, with a tick box for each; none for one list, which has its own.
    pub form: Option<Form>,
}

/// A name and a link.
#[derive(Debug, Serialize)]
pub(crate) struct MenuItem<'s> {
    /// The name.
    pub title: &'s str,
    /// The link.
    pub url: String,
}

/// Where a page stands in the navigation.
#[derive(Debug, Serialize)]
pub(crate) struct Here<'s> {
    /// The id of its section.
    pub section: Option<&'s str>,
    /// Its own link, when the navigation has that.
    pub url: Option<String>,
}

/// Where a page of a listing stands among the others.
#[derive(Clone, Debug, Serialize)]
pub struct Pagination {
    /// This page's number, from 1.
    pub number: usize,
    /// How many pages.
    pub count: usize,
    /// How many articles on all of them.
    pub total: usize,
    /// The link to the page before.
    pub previous: Option<String>,
    /// The link to the page after.
    pub next: Option<String>,
    /// Some of the pages, for a row of links.
    pub pages: Vec<PageNumber>,
}

/// A page in a row of links.
#[derive(Clone, Debug, Serialize)]
pub struct PageNumber {
    /// Its number.
    pub number: usize,
    /// The link.
    pub url: String,
    /// Whether it is this page.
    pub current: bool,
    /// Whether numbers were left out before it.
    pub gap: bool,
}

/// A comment with its answers.
#[derive(Debug, Serialize)]
pub(crate) struct CommentView<'s> {
    /// Its id.
    pub id: &'s str,
    /// The name shown.
    pub author: &'s str,
    /// When it was written.
    pub date: DateView,
    /// Its text as safe HTML.
    pub html: &'s str,
    /// The writer's own site.
    pub url: Option<&'s str>,
    /// What was answered.
    pub replies: Vec<CommentView<'s>>,
}

/// An article's comments.
#[derive(Debug, Serialize)]
pub(crate) struct CommentsView<'s> {
    /// `open` or `closed`.
    pub state: CommentsState,
    /// How many.
    pub count: usize,
    /// Those that answer none, with their answers.
    pub thread: Vec<CommentView<'s>>,
    /// Where to send one by mail.
    pub email: Option<&'s str>,
    /// Where the form posts to.
    pub form: Option<&'s str>,
    /// How the page loads a comment system, where there is one and comments are open.
    pub embed: Option<Embed>,
}
