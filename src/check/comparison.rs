//! [`Comparison`]: the findings of all files together, and the diagnostics of their problems.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use url::Url;

use super::external::{self, Answer, Answers};
use super::leaks::Leak;
use super::page::{PageFindings, UrlUse};
use super::problem::{MAX_DESCRIPTION, MAX_TITLE, Problem, Report};
use super::redirects::{self, RedirectEnd};
use super::{CODE, FileFindings, FileReader};
use crate::csp::{Policy, origin};
use crate::diagnostic::{CheckGroup, Diagnostic, Level, Location, Span, nearest_path};
use crate::path::{OutputPath, SourcePath, decode_path};
use crate::plan::{OutputFile, OutputKind};
use crate::site::{MAX_SUGGESTIONS, UnpublishedReason};

/// Greatest number of sources in which the text of one problem is looked for.
const MAX_SEARCHED_SOURCES: usize = 8;

/// The findings of all files of a site, with what is needed to compare them.
pub(super) struct Comparison<'a> {
    reader: &'a FileReader<'a>,
    findings: &'a [FileFindings],
    source: &'a (dyn Fn(&SourcePath) -> Option<String> + Sync),
    /// The index of each URL of the site.
    known: HashMap<&'a str, usize>,
    /// For each file whether a page links to it.
    is_linked: Vec<AtomicBool>,
    policy: Policy,
    /// The answers about URLs of other sites; none if nobody was asked.
    answers: &'a Answers,
}

/// Where a URL leads.
enum Target {
    /// To another site.
    Elsewhere(Url),
    /// To a file of the site, by its index, or to none; with a decoded fragment if there is one.
    Own(Option<usize>, Option<String>),
    /// To a variant of a picture, which the next build makes.
    Variant,
    /// To what is unpublished, which the search for leaks reports.
    Unpublished,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        reader: &'a FileReader<'a>,
        findings: &'a [FileFindings],
        source: &'a (dyn Fn(&SourcePath) -> Option<String> + Sync),
        answers: &'a Answers,
    ) -> Comparison<'a> {
        let pages = reader.pages;
        Comparison {
            reader,
            findings,
            source,
            known: pages.iter().enumerate().map(|(index, page)| (page.url.as_str(), index)).collect(),
            is_linked: pages.iter().map(|_| AtomicBool::new(false)).collect(),
            policy: reader.site.content_policy(),
            answers,
        }
    }

    /// Returns the diagnostics of all problems.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        let of_files = self.reader.pages.par_iter().zip(self.findings).enumerate();
        let mut problems: Vec<(Problem, &OutputFile)> = of_files
            .flat_map_iter(|(index, (page, findings))| {
                self.problems(index, page, findings).into_iter().map(move |problem| (problem, page))
            })
            .collect();
        problems.extend(self.problems_of_indexed_pages());
        let mut found: BTreeMap<Problem, Vec<&OutputFile>> = BTreeMap::new();
        for (problem, page) in problems {
            found.entry(problem).or_default().push(page);
        }
        let mut searches = 0;
        found.into_iter().map(|(problem, pages)| self.diagnostic(&problem, &pages, &mut searches)).collect()
    }

    /// Returns the problems of a file, and marks the files that it links to.
    fn problems(&self, index: usize, page: &OutputFile, findings: &FileFindings) -> Vec<Problem> {
        let mut problems: Vec<Problem> = findings.leaks.iter().copied().map(Problem::Leak).collect();
        if let Some(found) = &findings.page {
            of_page(found, &mut problems);
        }
        let Ok(base) = Url::parse(&self.reader.site.model.base.absolute(&page.url)) else { return problems };
        for (url, how) in &findings.urls.0 {
            problems.extend(self.problem_of_url(index, &base, url, *how));
            problems.extend(self.problem_of_answer(&base, url));
        }
        for (rule, end) in redirects::ends(&findings.redirects) {
            match end {
                RedirectEnd::Circle => problems.push(Problem::RedirectCircle(rule.from.clone())),
                RedirectEnd::Url(to) => {
                    if let Some(Target::Own(None, _)) = self.target(&base, to) {
                        problems.push(Problem::Redirect(rule.from.clone(), to.to_owned()));
                    }
                }
            }
        }
        problems
    }

    /// Returns the problem of a URL in the file with this index; `None` if it is valid.
    fn problem_of_url(&self, index: usize, base: &Url, url: &str, how: UrlUse) -> Option<Problem> {
        match self.target(base, url)? {
            Target::Elsewhere(target) if how == UrlUse::Loads => {
                if base.scheme() == "https" && target.scheme() == "http" {
                    return Some(Problem::MixedContent(url.to_owned()));
                }
                let host = origin(target.as_str())?;
                (!self.policy.allows_anywhere(&host)).then_some(Problem::OtherHost(host))
            }
            Target::Own(Some(to), fragment) => {
                // Feeds have the texts of pages, whose fragments are checked there.
                if how == UrlUse::Names || self.findings[index].page.is_none() {
                    return None;
                }
                if to != index {
                    self.is_linked[to].store(true, Ordering::Relaxed);
                }
                let fragment = fragment.filter(|fragment| fragment != "top")?;
                let page = self.findings[to].page.as_ref()?;
                (!page.ids.contains(&fragment)).then(|| Problem::MissingFragment(url.to_owned()))
            }
            // What a feed has of a text is reported with the page of the text.
            Target::Own(None, _) if matches!(self.reader.pages[index].kind, OutputKind::Feed(_)) => {
                Some(Problem::DeadLink(self.root_relative(url).to_owned(), how))
            }
            Target::Own(None, _) => Some(Problem::DeadLink(url.to_owned(), how)),
            Target::Elsewhere(_) | Target::Unpublished | Target::Variant => None,
        }
    }

    /// Returns the problem of a URL of another site by the answer about it; `None` if it is good, or nobody was asked.
    fn problem_of_answer(&self, base: &Url, url: &str) -> Option<Problem> {
        if self.answers.is_empty() {
            return None;
        }
        let external = self.external(base, url)?;
        match self.answers.get(external.as_str())? {
            Answer::Good => None,
            Answer::Broken(why) => Some(Problem::Broken(url.to_owned(), why.clone())),
            Answer::Unknown(why) => Some(Problem::Unanswered(url.to_owned(), why.clone())),
        }
    }

    /// Returns the URLs of other sites that pages link to or load.
    pub(super) fn external_urls(&self) -> Vec<Url> {
        let mut urls = BTreeSet::new();
        for (page, findings) in
            self.reader.pages.iter().zip(self.findings).filter(|(_, findings)| findings.page.is_some())
        {
            let Ok(base) = Url::parse(&self.reader.site.model.base.absolute(&page.url)) else { continue };
            let of_readers = findings.urls.0.iter().filter(|(_, how)| **how != UrlUse::Names);
            urls.extend(of_readers.filter_map(|(url, _)| self.external(&base, url)));
        }
        urls.into_iter().collect()
    }

    /// Returns a URL of another site without its fragment; `None` if it is one of this site, or none of HTTP.
    fn external(&self, base: &Url, url: &str) -> Option<Url> {
        if !url.contains("//") {
            return None;
        }
        let Some(Target::Elsewhere(mut target)) = self.target(base, url) else { return None };
        target.set_fragment(None);
        Some(target)
    }

    /// Returns where a URL in a file leads; `None` if it is none of HTTP.
    fn target(&self, base: &Url, url: &str) -> Option<Target> {
        let path = url.strip_prefix(&self.reader.site.model.base.origin).unwrap_or(url);
        if is_plain_path(path) {
            return Some(self.own(path, None));
        }
        let target = base.join(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if target.origin() != base.origin() {
            return Some(Target::Elsewhere(target));
        }
        let fragment = target.fragment().filter(|fragment| !fragment.is_empty() && !fragment.starts_with(":~:"));
        let fragment = fragment.and_then(decode_path);
        Some(self.own(&decode_path(target.path())?, fragment))
    }

    /// Returns where a decoded path on the site's host leads.
    fn own(&self, path: &str, fragment: Option<String>) -> Target {
        let site = self.reader.site;
        let Some(rest) = path.strip_prefix(&site.model.base.path).filter(|rest| rest.starts_with('/')) else {
            return Target::Own(None, fragment);
        };
        // Hosts add a trailing slash, and serve a page by the name of its file.
        let find = |url: &str| self.known.get(url).copied();
        let found = find(rest)
            .or_else(|| find(&format!("{rest}/")))
            .or_else(|| find(&OutputPath::new(&rest[1..]).ok()?.url(site.model.config.urls)));
        if found.is_none() && site.urls.unpublished_at(rest).is_some() {
            return Target::Unpublished;
        }
        let is_variant = |url: &str| {
            let path = OutputPath::new(url.trim_start_matches('/'));
            path.is_ok_and(|path| self.reader.pictures.contains(site, &path))
        };
        if found.is_none() && is_variant(rest) {
            return Target::Variant;
        }
        Target::Own(found, fragment)
    }

    /// Returns the problems of the pages that search engines are asked to index: those in the sitemaps.
    fn problems_of_indexed_pages(&self) -> Vec<(Problem, &'a OutputFile)> {
        let pages = self.reader.pages;
        let entries = pages.iter().flat_map(|page| match &page.kind {
            OutputKind::Sitemap(entries) => entries.as_slice(),
            _ => &[], // no other file has entries of a sitemap
        });
        let listed: HashSet<&str> = entries.map(|entry| entry.location.as_str()).collect();
        let base = &self.reader.site.model.base;
        let mut problems = Vec::new();
        let mut titles: BTreeMap<&str, Vec<&OutputFile>> = BTreeMap::new();
        let mut descriptions: BTreeMap<&str, Vec<&OutputFile>> = BTreeMap::new();
        for (index, (page, findings)) in pages.iter().zip(self.findings).enumerate() {
            let Some(found) = findings.page.as_ref().filter(|_| listed.contains(&*base.absolute(&page.url))) else {
                continue;
            };
            if page.url.as_str() != "/" && !self.is_linked[index].load(Ordering::Relaxed) {
                problems.push((Problem::Orphan, page));
            }
            titles.entry(&found.title).or_default().push(page);
            descriptions.entry(&found.description).or_default().push(page);
            if found.title.chars().count() > MAX_TITLE {
                problems.push((Problem::LongTitle, page));
            }
            if found.description.chars().count() > MAX_DESCRIPTION {
                problems.push((Problem::LongDescription, page));
            }
            // Listings and the like have no text that could describe them.
            if found.description.is_empty() && page.source.is_some() {
                problems.push((Problem::NoDescription, page));
            }
        }
        let mut add_doubles = |texts: BTreeMap<&str, Vec<&'a OutputFile>>, problem: fn(String) -> Problem| {
            for (text, pages) in texts.into_iter().filter(|(text, pages)| !text.is_empty() && pages.len() > 1) {
                problems.extend(pages.into_iter().map(|page| (problem(text.to_owned()), page)));
            }
        };
        add_doubles(titles, Problem::DuplicateTitle);
        add_doubles(descriptions, Problem::DuplicateDescription);
        problems
    }

    fn diagnostic(&self, problem: &Problem, pages: &[&OutputFile], searches: &mut usize) -> Diagnostic {
        // Pages have a source that can be mended.
        let first = pages.iter().find(|page| page.source.is_some()).unwrap_or(&pages[0]);
        let Report { level, group, what, help } = match problem {
            Problem::DeadLink(url, how) => {
                let group = if *how == UrlUse::Loads { CheckGroup::Files } else { CheckGroup::Links };
                let verb = if *how == UrlUse::Names { "names" } else { "links to" };
                let what = format!("{verb} `{url}`, which is not a URL of this site");
                Report { level: Level::Error, group: Some(group), what, help: self.nearest(url, searches) }
            }
            Problem::Leak(index) => self.leak(*index),
            other => other.report().expect("only the two above need more"),
        };
        let others = match pages.len() - 1 {
            0 => String::new(),
            1 => " (also on another page)".to_owned(),
            more => format!(" (also on {more} other pages)"),
        };
        let message = format!("`{}` {what}{others}", first.url);
        let code = if matches!(problem, Problem::Broken(..) | Problem::Unanswered(..)) { external::CODE } else { CODE };
        let mut diagnostic = Diagnostic::new(level, code, message).help(help).in_group(group);
        diagnostic.identity = Some(what);
        diagnostic.location = self.location(problem, pages);
        diagnostic
    }

    fn leak(&self, index: usize) -> Report {
        let (leak, text) = self.reader.leaks.mention(self.reader.site, index);
        let (path, state) = (text.document.path(), text.reason.word());
        match leak {
            Leak::Url(url) => Report {
                level: Level::Error,
                // What has expired was public once.
                group: matches!(text.reason, UnpublishedReason::Expired(_)).then_some(CheckGroup::Links),
                what: format!("contains `{url}`, the URL of `{path}`, which is unpublished ({state})"),
                help: "remove it, or link to the file: such a link is plain text until the file is published"
                    .to_owned(),
            },
            Leak::Title(title) => Report {
                level: Level::Warning,
                group: None,
                what: format!("contains “{title}”, the title of `{path}`, which is unpublished ({state})"),
                help: "remove it, or give one of the two other words".to_owned(),
            },
        }
    }

    /// Returns the source that causes a problem, with the line if the text of the problem is in it. `None` for a problem
    /// of several pages whose sources do not have it: the theme or the settings do.
    fn location(&self, problem: &Problem, pages: &[&OutputFile]) -> Option<Location> {
        let needles = match problem {
            Problem::Leak(index) => match self.reader.leaks.mention(self.reader.site, *index).0 {
                Leak::Url(text) | Leak::Title(text) => vec![text.clone()],
            },
            other => other.needles(),
        };
        let mut sources: Vec<&SourcePath> = Vec::new();
        for page in pages {
            let copied = if let OutputKind::Copy(path) = &page.kind { Some(path) } else { None };
            sources.extend(page.source.as_ref().or(copied).filter(|source| !sources.contains(source)));
            if sources.len() == MAX_SEARCHED_SOURCES {
                break;
            }
        }
        let place = |file: &SourcePath, span| Some(Location { file: file.to_string(), span });
        for source in sources.iter().filter(|_| !needles.is_empty()) {
            let Some(text) = (self.source)(source) else { continue };
            let forms = needles.iter().flat_map(|needle| self.written_forms(needle));
            // A host is named by the URLs on it, which go on.
            let goes_on = matches!(problem, Problem::OtherHost(_));
            if let Some(span) = forms.into_iter().find_map(|needle| find(&text, &needle, goes_on)) {
                return place(source, span);
            }
        }
        if pages.len() == 1 { place(sources.first()?, Span::Whole) } else { None }
    }

    /// Returns how a text of a page may be written in its source.
    fn written_forms(&self, text: &str) -> Vec<String> {
        let base = &self.reader.site.model.base;
        let root_relative = self.root_relative(text);
        let mut forms = vec![text.to_owned(), root_relative.to_owned()];
        if root_relative.starts_with('/') {
            forms.extend(decode_path(root_relative));
            forms.extend([
                format!("{}{root_relative}", base.path),
                format!("{}{}{root_relative}", base.origin, base.path),
            ]);
            let bare: Vec<String> = forms.iter().map(|form| form.trim_end_matches('/').to_owned()).collect();
            forms.extend(bare);
        } else {
            forms.push(text.replace(['“', '”'], "\"").replace(['‘', '’'], "'"));
        }
        forms.retain(|form| form.len() > 1);
        forms
    }

    /// Returns a URL of this site without origin and path of the base URL; any other text as it is.
    fn root_relative<'t>(&self, text: &'t str) -> &'t str {
        let base = &self.reader.site.model.base;
        let path = text.strip_prefix(&base.origin).unwrap_or(text);
        path.strip_prefix(&base.path).filter(|rest| rest.starts_with('/')).unwrap_or(text)
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

/// Adds the problems of a page that need no other.
fn of_page(found: &PageFindings, problems: &mut Vec<Problem>) {
    problems.extend(found.title.is_empty().then_some(Problem::NoTitle));
    problems.extend((!found.has_language).then_some(Problem::NoLanguage));
    match found.main_headings {
        0 => problems.push(Problem::NoMainHeading),
        1 => {}
        _ => problems.push(Problem::MainHeadings),
    }
    problems.extend(found.skipped.clone().map(|(before, level, text)| Problem::SkippedHeading(before, level, text)));
    problems.extend(found.repeated.iter().cloned().map(Problem::DuplicateId));
    problems.extend(found.without_alt.iter().cloned().map(Problem::NoAlt));
    problems.extend(found.unlabeled.iter().cloned().map(Problem::NoLabel));
    problems.extend(found.data_problems.iter().cloned().map(Problem::StructuredData));
}

/// Returns whether a URL is a path that means itself, without a look at the URL standard. Most links of pages are such:
/// parsing them took a seventh of the time of a check.
fn is_plain_path(url: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    url.starts_with('/') && url.bytes().all(is_plain) && !url.contains("//") && !url.contains("/.")
}

/// Returns the span of a text in another where it is no part of a longer word or URL, but for its beginning if it
/// `may_go_on`; `None` if it is not there.
fn find(text: &str, needle: &str, may_go_on: bool) -> Option<Span> {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '%');
    let is_whole = |&(at, _): &(usize, &str)| {
        let (before, after) = (&text[..at], &text[at + needle.len()..]);
        !before.ends_with(goes_on) && (may_go_on || !after.starts_with(goes_on))
    };
    text.match_indices(needle).find(is_whole).map(|(at, found)| Span::Bytes(at..at + found.len()))
}
