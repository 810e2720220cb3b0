//! [`Problem`]: what can be wrong with finished files, and how it is reported.

use super::page::UrlUse;
use super::structured_data::DataProblem;
use crate::diagnostic::{CheckGroup, Level};

/// A problem of a finished file. The text is the URL, id, image, host or member concerned. Equal problems of several
/// files are reported together.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Problem {
    NoTitle,
    NoLanguage,
    DuplicateId(String),
    NoAlt(String),
    NoLabel(String),
    NoMainHeading,
    MainHeadings,
    SkippedHeading(u8, u8, String),
    DeadLink(String, UrlUse),
    MissingFragment(String),
    OtherHost(String),
    MixedContent(String),
    Redirect(String, String),
    RedirectCircle(String),
    Orphan,
    DuplicateTitle(String),
    DuplicateDescription(String),
    NoDescription,
    LongTitle,
    LongDescription,
    /// A URL of another site, and why it is broken.
    Broken(String, String),
    /// A URL of another site, and why nobody can tell whether it is broken.
    Unanswered(String, String),
    /// The index of a mention in the search for leaks.
    Leak(usize),
    StructuredData(DataProblem),
}

/// The greatest number of characters of a title: search engines show some 60, and put the site's name at its end.
pub(super) const MAX_TITLE: usize = 120;

/// The greatest number of characters of a description: search engines show some 160.
pub(super) const MAX_DESCRIPTION: usize = 320;

/// How a problem is reported: level and group, what follows the file's name in the message, and the help.
pub(super) struct Report {
    pub(super) level: Level,
    pub(super) group: Option<CheckGroup>,
    pub(super) what: String,
    pub(super) help: String,
}

impl Problem {
    /// Returns the report; `None` for leaks and dead links, for which more is needed than the problem itself.
    pub(super) fn report(&self) -> Option<Report> {
        use Level::{Error, Note, Warning};
        let report = |level, group: Option<CheckGroup>, what: &str, help: &str| {
            Some(Report { level, group, what: what.to_owned(), help: help.to_owned() })
        };
        match self {
            Problem::NoTitle => report(Error, None, "has no title", "give its template a `<title>`"),
            Problem::NoLanguage => {
                let help = "write `<html lang=\"en\">`: screen readers and translators need it";
                report(Warning, None, "does not say its language", help)
            }
            Problem::DuplicateId(id) => {
                let help = "links to it lead to the first one; give the other another id";
                report(Error, Some(CheckGroup::Ids), &format!("has the id `{id}` twice"), help)
            }
            Problem::NoAlt(image) => {
                let help = "describe in `alt` what it shows, or write `alt=\"\"` if it is decorative";
                report(Warning, None, &format!("shows `{image}` without a description"), help)
            }
            Problem::NoLabel(field) => {
                let help = "put a `<label>` around it, or name its id in `for`, or write `aria-label`";
                report(Warning, None, &format!("has a form whose field `{field}` has no label"), help)
            }
            Problem::NoMainHeading => {
                report(Warning, None, "has no `<h1>`", "give its template a heading that says what the page is about")
            }
            Problem::MainHeadings => {
                let help = "begin the headings of a text with `##`; its title is the `<h1>`";
                report(Warning, None, "has more than one `<h1>`", help)
            }
            Problem::SkippedHeading(before, level, text) => {
                let help = format!("write a heading of level {}: readers of screen readers go by levels", before + 1);
                let what = format!("goes from a heading of level {before} to level {level} at “{text}”");
                report(Warning, None, &what, &help)
            }
            Problem::MissingFragment(url) => {
                let help = "fix the fragment, or give an element of that page this id";
                let what = format!("links to `{url}`, but no element of that page has this id");
                report(Error, Some(CheckGroup::Fragments), &what, help)
            }
            Problem::OtherHost(host) => {
                let help = "that host gets readers' IP addresses; put a copy into `static/`, or name the host in \
                            `security: { allow: … }`";
                report(Warning, None, &format!("requests something from `{host}` when it is opened"), help)
            }
            Problem::MixedContent(url) => {
                let help = "browsers refuse it on a page with https; write `https://`, or put a copy into `static/`";
                report(Error, Some(CheckGroup::Files), &format!("loads `{url}` without encryption"), help)
            }
            Problem::Redirect(from, to) => {
                let what = format!("redirects `{from}` to `{to}`, which is not a URL of this site");
                report(Error, Some(CheckGroup::Redirects), &what, "name the URL that a page has now")
            }
            Problem::RedirectCircle(from) => {
                let what = format!("redirects `{from}` in a circle");
                report(Error, Some(CheckGroup::Redirects), &what, "let it lead to a page")
            }
            Problem::Orphan => {
                let help = "link to it, or write `noindex: true`: readers and search engines find pages by links";
                report(Warning, None, "is in the sitemap, but no other page links to it", help)
            }
            Problem::DuplicateTitle(title) => {
                let help = "search results, tabs and bookmarks show nothing else; let the titles differ";
                report(Note, None, &format!("has the same title as another page, “{title}”"), help)
            }
            Problem::DuplicateDescription(text) => {
                let help = "search results show it below the title; let the summaries differ";
                report(Note, None, &format!("has the same description as another page, “{text}”"), help)
            }
            Problem::NoDescription => {
                report(Note, None, "has no description for search engines", "write a `summary` or `description`")
            }
            Problem::LongTitle => {
                let what = format!("has a title of more than {MAX_TITLE} characters");
                report(Note, None, &what, "search results show the first 60 or so")
            }
            Problem::LongDescription => {
                let what = format!("has a description of more than {MAX_DESCRIPTION} characters");
                report(Note, None, &what, "search results show the first 160 or so")
            }
            Problem::Broken(url, why) => {
                let help = "name another URL, or a copy in an archive of the web";
                report(Warning, None, &format!("links to `{url}`, which is broken: {why}"), help)
            }
            Problem::Unanswered(url, why) => {
                let what = format!("links to `{url}`, of which nobody can tell whether it is broken: {why}");
                report(Note, None, &what, "open it in a browser")
            }
            Problem::StructuredData(problem) => {
                let group = Some(CheckGroup::StructuredData);
                match problem {
                    DataProblem::Syntax(why) => {
                        let what = format!("has structured data that is no JSON: {why}");
                        report(Error, group, &what, "fix the `<script type=\"application/ld+json\">`")
                    }
                    DataProblem::Required(name, member) => {
                        let what = format!("has structured data of type `{name}` without `{member}`");
                        report(Error, group, &what, "search engines take no notice of it without this member")
                    }
                    DataProblem::Recommended(name, member) => {
                        let what = format!("has structured data of type `{name}` without `{member}`");
                        report(Warning, None, &what, "search engines recommend this member")
                    }
                }
            }
            Problem::DeadLink(..) | Problem::Leak(_) => None,
        }
    }

    /// Returns the texts to look for in the source of a page, to find the line that the problem is about.
    pub(super) fn needles(&self) -> Vec<String> {
        match self {
            Problem::DuplicateId(id) => vec![format!("id=\"{id}\""), format!("id={id}"), format!("{{#{id}}}")],
            Problem::NoLabel(name) => {
                vec![format!("name=\"{name}\""), format!("name={name}"), format!("id=\"{name}\"")]
            }
            Problem::NoAlt(text)
            | Problem::SkippedHeading(_, _, text)
            | Problem::DeadLink(text, _)
            | Problem::MissingFragment(text)
            | Problem::OtherHost(text)
            | Problem::MixedContent(text)
            | Problem::Redirect(text, _)
            | Problem::Broken(text, _)
            | Problem::Unanswered(text, _)
            | Problem::RedirectCircle(text)
            | Problem::DuplicateTitle(text)
            | Problem::DuplicateDescription(text) => vec![text.clone()],
            Problem::NoTitle
            | Problem::NoLanguage
            | Problem::NoMainHeading
            | Problem::MainHeadings
            | Problem::Orphan
            | Problem::NoDescription
            | Problem::LongTitle
            | Problem::LongDescription
            | Problem::Leak(_)
            | Problem::StructuredData(_) => Vec::new(),
        }
    }
}
