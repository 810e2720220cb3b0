//! Checks rendered pages as a browser reads them: dead links, duplicate ids, requests to other hosts. Errors in sources
//! are found earlier; this finds those that the theme and raw HTML cause.
//!
//! URLs of other sites are not requested: whether one responds today says little about the page. Called by
//! `build::check`.

mod page;

use std::collections::{BTreeMap, HashMap};

use url::Url;

pub use self::page::PageFindings;
use self::page::UrlUse;
use crate::csp::{Policy, origin};
use crate::diagnostic::{CheckGroup, Diagnostic, Level, Span, nearest_path};
use crate::path::decode_path;
use crate::plan::{OutputFile, OutputKind, PageKind};
use crate::site::{MAX_SUGGESTIONS, Site};

/// The code of the diagnostics of finished pages.
pub const CODE: &str = "page";

/// Returns whether a [`PageFindings`] can be made of a page.
#[must_use]
pub fn is_checkable(page: &OutputFile) -> bool {
    matches!(&page.kind, OutputKind::Template(template) if template.kind != PageKind::Redirect)
}

/// Returns the diagnostics of rendered pages; a problem is reported once, however many pages have it.
/// `findings` has those of `pages`, in the same order; `None` for pages that are not [checkable](is_checkable).
///
/// ```
/// # use std::time::SystemTime;
/// # use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
/// # use handbill::digest::Digest;
/// # let program = Digest::of_bytes(b"version 1");
/// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
/// # let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
/// use handbill::check::{PageFindings, check, is_checkable};
///
/// let html = b"<title>A page</title><a href='/nowhere/'>a link</a>";
/// let pages = &prepared.plan.outputs;
/// let findings: Vec<_> = pages.iter().map(|page| is_checkable(page).then(|| PageFindings::of(html))).collect();
/// let diagnostics = check(&prepared.site, pages, &findings);
/// assert!(diagnostics[0].message.contains("`/nowhere/`"));
/// ```
#[must_use]
pub fn check(site: &Site, pages: &[OutputFile], findings: &[Option<PageFindings>]) -> Vec<Diagnostic> {
    let known = pages.iter().zip(findings).map(|(page, findings)| (page.url.as_str(), findings.as_ref())).collect();
    let checks = Check { site, known, policy: site.content_policy() };
    let mut found: BTreeMap<PageProblem, Vec<&OutputFile>> = BTreeMap::new();
    for (page, findings) in pages.iter().zip(findings) {
        for error in findings.iter().flat_map(|findings| checks.problems(page, findings)) {
            found.entry(error).or_default().push(page);
        }
    }
    let mut searches = 0;
    found.into_iter().map(|(problem, pages)| checks.diagnostic(problem, &pages, &mut searches)).collect()
}

/// A problem of a page. The text is the URL, id, image or host concerned.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PageProblem {
    NoTitle,
    DuplicateId(String),
    NoAlt(String),
    DeadLink(String, UrlUse),
    MissingFragment(String),
    OtherHost(String),
}

struct Check<'a> {
    site: &'a Site,
    /// Every URL of the site, with the findings of its page.
    known: HashMap<&'a str, Option<&'a PageFindings>>,
    policy: Policy,
}

impl Check<'_> {
    fn problems(&self, page: &OutputFile, findings: &PageFindings) -> Vec<PageProblem> {
        let mut problems = Vec::new();
        if !findings.has_title {
            problems.push(PageProblem::NoTitle);
        }
        problems.extend(findings.repeated.iter().cloned().map(PageProblem::DuplicateId));
        problems.extend(findings.without_alt.iter().cloned().map(PageProblem::NoAlt));
        let base = Url::parse(&self.site.model.base.absolute(&page.url));
        let problem_of = |(url, how): (&String, &UrlUse)| self.error(base.as_ref().ok()?, findings, url, *how);
        problems.extend(findings.urls.iter().filter_map(problem_of));
        problems
    }

    /// Returns the problem of a URL on a page; `None` if it is valid.
    fn error(&self, page: &Url, findings: &PageFindings, url: &str, how: UrlUse) -> Option<PageProblem> {
        let target = page.join(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if target.origin() != page.origin() {
            let host = origin(target.as_str()).filter(|_| how == UrlUse::Loads)?;
            return (!self.policy.allows_anywhere(&host)).then_some(PageProblem::OtherHost(host));
        }
        let fragment = target.fragment().filter(|fragment| !fragment.is_empty() && !fragment.starts_with(":~:"));
        let fragment = fragment.and_then(decode_path);
        let is_missing = |findings: &PageFindings| {
            fragment.as_ref().is_some_and(|fragment| fragment != "top" && !findings.ids.contains(fragment))
        };
        if target.path() == page.path() && page.query() == target.query() {
            return is_missing(findings).then(|| PageProblem::MissingFragment(url.to_owned()));
        }
        let path = decode_path(target.path())?;
        let rest = path.strip_prefix(&self.site.model.base.path).filter(|rest| rest.starts_with('/'));
        let found = rest.and_then(|rest| {
            // Hosts add a trailing slash, and serve a folder's page by its file name.
            let spellings = [rest.to_owned(), format!("{rest}/"), rest.trim_end_matches("index.html").to_owned()];
            spellings.iter().find_map(|spelling| self.known.get(spelling.as_str()))
        });
        match found {
            None => Some(PageProblem::DeadLink(url.to_owned(), how)),
            Some(Some(findings)) if is_missing(findings) => Some(PageProblem::MissingFragment(url.to_owned())),
            Some(_) => None,
        }
    }

    fn diagnostic(&self, error: PageProblem, pages: &[&OutputFile], searches: &mut usize) -> Diagnostic {
        let first = pages[0];
        let (level, group, what, help) = match &error {
            PageProblem::NoTitle => {
                (Level::Error, None, "has no title".to_owned(), "give its template a `<title>`".to_owned())
            }
            PageProblem::DuplicateId(id) => {
                let help = "links to it lead to the first one; give the other another id";
                (Level::Error, Some(CheckGroup::Ids), format!("has the id `{id}` twice"), help.to_owned())
            }
            PageProblem::NoAlt(image) => {
                let help = "describe in `alt` what it shows, or write `alt=\"\"` if it is decorative";
                (Level::Warning, None, format!("shows `{image}` without a description"), help.to_owned())
            }
            PageProblem::DeadLink(url, how) => {
                let group = if *how == UrlUse::Loads { CheckGroup::Files } else { CheckGroup::Links };
                let message = format!("links to `{url}`, which is not a URL of this site");
                (Level::Error, Some(group), message, self.nearest(url, searches))
            }
            PageProblem::MissingFragment(url) => {
                let help = "fix the fragment, or give an element of that page this id";
                let message = format!("links to `{url}`, but no element of that page has this id");
                (Level::Error, Some(CheckGroup::Fragments), message, help.to_owned())
            }
            PageProblem::OtherHost(host) => {
                let message = format!("requests something from `{host}` when it is opened");
                let help = "that host gets readers' IP addresses; put a copy into `static/`, or name the host in \
                            `security: { allow: … }`";
                (Level::Warning, None, message, help.to_owned())
            }
        };
        let others = match pages.len() - 1 {
            0 => String::new(),
            1 => " (also on another page)".to_owned(),
            more => format!(" (also on {more} other pages)"),
        };
        let message = format!("`{}` {what}{others}", first.url);
        let mut diagnostic = Diagnostic::new(level, CODE, message).help(help).in_group(group);
        diagnostic.identity = Some(what);
        match &first.source {
            Some(source) if pages.len() == 1 => diagnostic.at(source, Span::Whole),
            _ => diagnostic,
        }
    }

    fn nearest(&self, url: &str, searches: &mut usize) -> String {
        *searches += 1;
        let known = self.known.keys().copied();
        let near = if *searches <= MAX_SUGGESTIONS { nearest_path(url, known) } else { None };
        near.map_or_else(
            || "look for it in the theme's templates, in the settings and in raw HTML".to_owned(),
            |near| format!("did you mean `{near}`?"),
        )
    }
}
