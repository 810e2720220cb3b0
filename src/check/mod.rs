//! The finished pages, read as a browser would read them: do their links lead anywhere, are their ids their own, do they
//! ask other hosts for anything? What the sources say was looked at before; here shows what theme and raw HTML made of it.
//!
//! Addresses of other sites are not asked for: whether they answer today says little of the page.

mod page;

use std::collections::{BTreeMap, HashMap};

use url::Url;

pub use self::page::PageFindings;
use self::page::UrlUse;
use crate::csp::{Policy, origin};
use crate::diagnostic::{Diagnostic, Level, Span, nearest_path};
use crate::path::decode_path;
use crate::plan::{OutputFile, OutputKind, PageKind};
use crate::site::{MAX_SUGGESTIONS, Site};

/// Whether a page is one that [`Facts`] can be had of.
#[must_use]
pub fn is_checkable(page: &OutputFile) -> bool {
    matches!(page.kind, OutputKind::Template(kind) if kind != PageKind::Redirect)
}

/// What is wrong with the finished pages, each kind told once however many pages have it. `facts` are those of the pages
/// in their order, where they [are read](is_read).
#[must_use]
pub fn check(site: &Site, pages: &[OutputFile], facts: &[Option<PageFindings>]) -> Vec<Diagnostic> {
    let known = pages.iter().zip(facts).map(|(page, facts)| (page.url.as_str(), facts.as_ref())).collect();
    let checks = Check { site, known, policy: site.content_policy() };
    let mut found: BTreeMap<PageProblem, Vec<&OutputFile>> = BTreeMap::new();
    for (page, facts) in pages.iter().zip(facts) {
        for error in facts.iter().flat_map(|facts| checks.problems(page, facts)) {
            found.entry(error).or_default().push(page);
        }
    }
    let mut looks = 0;
    found.into_iter().map(|(problem, pages)| checks.diagnostic(problem, &pages, &mut looks)).collect()
}

/// Something wrong with a page. The text is the address, id or host that it is about.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PageProblem {
    NoTitle,
    IdTwice(String),
    NoAlt(String),
    NoAddress(String),
    NoPlace(String),
    OtherHost(String),
}

struct Check<'a> {
    site: &'a Site,
    /// Every address of the site, and what is known of the page there.
    known: HashMap<&'a str, Option<&'a PageFindings>>,
    policy: Policy,
}

impl Check<'_> {
    fn problems(&self, page: &OutputFile, facts: &PageFindings) -> Vec<PageProblem> {
        let mut problems = Vec::new();
        if !facts.has_title {
            problems.push(PageProblem::NoTitle);
        }
        problems.extend(facts.repeated.iter().cloned().map(PageProblem::IdTwice));
        problems.extend(facts.without_alt.iter().cloned().map(PageProblem::NoAlt));
        let base = Url::parse(&self.site.base.absolute(&page.url));
        let faulty = |(address, how): (&String, &UrlUse)| self.error(base.as_ref().ok()?, facts, address, *how);
        problems.extend(facts.addresses.iter().filter_map(faulty));
        problems
    }

    /// What is wrong with an address on a page.
    fn error(&self, page: &Url, facts: &PageFindings, address: &str, how: UrlUse) -> Option<PageProblem> {
        let target = page.join(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if target.origin() != page.origin() {
            let host = origin(target.as_str()).filter(|_| how == UrlUse::Loads)?;
            return (!self.policy.allows_anywhere(&host)).then_some(PageProblem::OtherHost(host));
        }
        let place = target.fragment().filter(|place| !place.is_empty() && !place.starts_with(":~:"));
        let place = place.and_then(decode_path);
        let is_missing =
            |facts: &PageFindings| place.as_ref().is_some_and(|place| place != "top" && !facts.ids.contains(place));
        if target.path() == page.path() && page.query() == target.query() {
            return is_missing(facts).then(|| PageProblem::NoPlace(address.to_owned()));
        }
        let path = decode_path(target.path())?;
        let rest = path.strip_prefix(&self.site.base.path).filter(|rest| rest.starts_with('/'));
        let found = rest.and_then(|rest| {
            // Hosts add the slash, and serve a folder's page by its file.
            let spellings = [rest.to_owned(), format!("{rest}/"), rest.trim_end_matches("index.html").to_owned()];
            spellings.iter().find_map(|spelling| self.known.get(spelling.as_str()))
        });
        match found {
            None => Some(PageProblem::NoAddress(address.to_owned())),
            Some(Some(facts)) if is_missing(facts) => Some(PageProblem::NoPlace(address.to_owned())),
            Some(_) => None,
        }
    }

    fn diagnostic(&self, error: PageProblem, pages: &[&OutputFile], looks: &mut usize) -> Diagnostic {
        let first = pages[0];
        let (level, what, help) = match &error {
            PageProblem::NoTitle => {
                (Level::Error, "has no title".to_owned(), "give its template a `<title>`".to_owned())
            }
            PageProblem::IdTwice(id) => {
                let help = "links to it lead to the first one; give the other another id";
                (Level::Error, format!("has the id `{id}` twice"), help.to_owned())
            }
            PageProblem::NoAlt(picture) => {
                let help = "say in `alt` what it shows, or write `alt=\"\"` where it only decorates";
                (Level::Warning, format!("shows `{picture}` without a description"), help.to_owned())
            }
            PageProblem::NoAddress(address) => {
                let message = format!("names `{address}`, and nothing of this site is there");
                (Level::Error, message, self.nearest(address, looks))
            }
            PageProblem::NoPlace(address) => {
                let help = "the page that it leads to has no element with this id";
                (Level::Error, format!("leads to `{address}`"), help.to_owned())
            }
            PageProblem::OtherHost(host) => {
                let message = format!("asks {host} for something when it is opened");
                let help = "readers' addresses go to that host; put a copy into `static/`, or name the host in \
                            `security: { allow: … }`";
                (Level::Warning, message, help.to_owned())
            }
        };
        let others = match pages.len() - 1 {
            0 => String::new(),
            1 => ", and so does another page".to_owned(),
            more => format!(", and so do {more} other pages"),
        };
        let diagnostic = Diagnostic::new(level, "page", format!("`{}` {what}{others}", first.url)).help(help);
        match &first.source {
            Some(source) if pages.len() == 1 => diagnostic.at(source, Span::Whole),
            _ => diagnostic,
        }
    }

    fn nearest(&self, address: &str, looks: &mut usize) -> String {
        *looks += 1;
        let known = self.known.keys().copied();
        let near = if *looks <= MAX_SUGGESTIONS { nearest_path(address, known) } else { None };
        near.map_or_else(
            || "look for it in the theme's templates, in the settings and in raw HTML".to_owned(),
            |near| format!("did you mean `{near}`?"),
        )
    }
}
