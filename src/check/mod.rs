//! Checks finished files as browsers, search engines and curious readers do: dead links, duplicate ids, requests to
//! other hosts, headings, labels, structured data, mentions of what is unpublished. Errors in sources are found
//! earlier; this finds those that the theme, raw HTML and copied files cause.
//!
//! [`FileReader`] reads each file when it is rendered, and compares the findings of all of them at the end.
//! URLs of other sites are requested by [`external`] alone, when that is asked for. Called by `build::check`.

mod comparison;
mod css;
mod data;
pub mod external;
mod leaks;
mod page;
mod problem;
mod redirects;
mod structured_data;

use std::collections::BTreeSet;

use url::Url;

use self::comparison::Comparison;
use self::external::Answers;
use self::leaks::LeakSearch;
use self::page::{PageFindings, Urls, read_page};
use self::redirects::RedirectRule;
use crate::diagnostic::Diagnostic;
use crate::path::SourcePath;
use crate::plan::{OutputFile, OutputKind, PageKind, Pictures, Plan};
use crate::site::Site;

/// The code of the diagnostics of finished pages.
pub const CODE: &str = "page";

/// Reads the output files of a site.
pub struct FileReader<'a> {
    site: &'a Site,
    pages: &'a [OutputFile],
    pictures: &'a Pictures,
    leaks: LeakSearch,
}

/// The results of reading an output file.
#[derive(Debug, Default)]
pub struct FileFindings {
    /// `None` for what is no page.
    page: Option<Box<PageFindings>>,
    urls: Urls,
    redirects: Vec<RedirectRule>,
    /// The indexes of what is mentioned of unpublished texts.
    leaks: BTreeSet<usize>,
}

impl<'a> FileReader<'a> {
    /// Prepares the reading of all output files of a site.
    #[must_use]
    pub fn new(site: &'a Site, plan: &'a Plan) -> FileReader<'a> {
        let pages = &plan.outputs;
        FileReader { site, pages, pictures: &plan.pictures, leaks: LeakSearch::new(site, pages) }
    }

    /// Reads the bytes of an output file.
    #[must_use]
    pub fn read(&self, file: &OutputFile, bytes: &[u8]) -> FileFindings {
        let mut findings = FileFindings { leaks: self.leaks.find(bytes), ..FileFindings::default() };
        findings.leaks.append(&mut self.leaks.find(file.url.as_str().as_bytes()));
        let text = || String::from_utf8_lossy(bytes);
        let path = file.output.as_str();
        match &file.kind {
            OutputKind::Template(template) if template.kind == PageKind::Redirect => {}
            OutputKind::Template(_) => {
                let (page, urls) = read_page(bytes);
                (findings.page, findings.urls) = (Some(Box::new(page)), urls);
            }
            OutputKind::Feed(_) if path.ends_with(".json") => {
                let feed = serde_json::from_slice(bytes).unwrap_or_default();
                data::visit_json(&feed, &mut findings.urls);
            }
            OutputKind::Feed(_) | OutputKind::Sitemap(_) | OutputKind::SitemapIndex(_) | OutputKind::NewsSitemap => {
                data::visit_xml(&text(), &mut findings.urls)
            }
            OutputKind::Text(_) | OutputKind::Asset(_) | OutputKind::Copy(_) => {
                if path.ends_with(".css") {
                    findings.urls.read_css(&text());
                } else if path == "_redirects" {
                    findings.redirects = redirects::rules(&text());
                }
            }
        }
        findings
    }

    /// Returns the diagnostics of all files; a problem is reported once, however many files have it. `findings` are
    /// those of the site's output files, in their order; `source` returns the text of a source file; `answers` are those
    /// about [`external_urls`](FileReader::external_urls), none if nobody was asked.
    ///
    /// ```
    /// # use std::time::SystemTime;
    /// # use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
    /// # use handbill::digest::Digest;
    /// # let program = Digest::of_bytes(b"version 1");
    /// # let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
    /// # let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
    /// use handbill::check::FileReader;
    /// use handbill::check::external::Answers;
    ///
    /// let html = b"<html lang=en><title>A page</title><h1>A page</h1><a href='/nowhere/'>a link</a>";
    /// let reader = FileReader::new(&prepared.site, &prepared.plan);
    /// let findings: Vec<_> = prepared.plan.outputs.iter().map(|file| reader.read(file, html)).collect();
    /// let diagnostics = reader.check(&findings, &|_| None, &Answers::new());
    /// assert!(diagnostics.iter().any(|diagnostic| diagnostic.message.contains("`/nowhere/`")));
    /// ```
    #[must_use]
    pub fn check(
        &self,
        findings: &[FileFindings],
        source: &(dyn Fn(&SourcePath) -> Option<String> + Sync),
        answers: &Answers,
    ) -> Vec<Diagnostic> {
        Comparison::new(self, findings, source, answers).diagnostics()
    }

    /// Returns the URLs of other sites that pages link to or load, without fragments, each once and in order.
    #[must_use]
    pub fn external_urls(&self, findings: &[FileFindings]) -> Vec<Url> {
        let none = Answers::new();
        Comparison::new(self, findings, &|_| None, &none).external_urls()
    }
}
