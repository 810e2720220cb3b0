//! The front page, the listings of all articles and of each term, the archive by year and month.

use rayon::prelude::*;

use super::page_kinds::PageKind;
use super::page_meta::{MainEntity, PageMeta, PersonEntity, shareable, site_feeds};
use super::{OutputFile, Planner};
use crate::path::UrlPath;
use crate::site::{FrontPage, Listing, Query, Term, TermKind};

impl Planner<'_> {
    /// Plans the front page and the further pages of the listing of all articles.
    pub(super) fn front_page(&mut self) {
        let site = self.site;
        let url = UrlPath::new("/").expect("the root");
        let front_page = FrontPage::arrange(site);
        let needs = vec![
            ("lead", Query::Card(front_page.lead)),
            ("secondary", Query::Cards(front_page.secondary)),
            ("river", Query::Cards(front_page.river)),
            ("section_groups", Query::SectionGroups(front_page.section_groups)),
            ("opinion", Query::Cards(front_page.opinion)),
            ("pagination", Query::Pagination(Listing::All, 1, site.model.config.listing.page_size)),
            ("newsletter", self.offered(None, &url)),
            ("promos", Query::Promos),
            ("now", Query::Today),
        ];
        let mut head = PageMeta::new(site, PageKind::FrontPage, &url, &site.model.config.title);
        head.description = site.model.config.description.clone().map(String::from);
        let mut page = self.page(url, head.with_feeds(site, &Listing::All, &site.model.config.title), needs);
        page.modified = self.newest(&Listing::All);
        self.add(page);
        let heading = site.translate("latest_articles");
        let further = self.listing(&Listing::All, PageKind::Latest, &heading, None, 2);
        self.pages.extend(further);
    }

    /// Plans the listing of each term.
    pub(super) fn listings(&mut self) {
        let terms: Vec<&Term> = self.site.model.terms.iter().collect();
        let of_term = |term: &Term| {
            let listing = Listing::Term(term.kind, term.id.clone());
            let kind = match term.kind {
                TermKind::Section => PageKind::Section,
                TermKind::Topic => PageKind::Topic,
                TermKind::Author => PageKind::Author,
                TermKind::Series => PageKind::Series,
            };
            self.listing(&listing, kind, &term.title, Some(term), 1)
        };
        let pages: Vec<OutputFile> = terms.into_par_iter().flat_map_iter(of_term).collect();
        self.pages.extend(pages);
    }

    /// Returns the pages of a listing, from the page with number `from` (1-based) to the last.
    fn listing(
        &self,
        listing: &Listing,
        kind: PageKind,
        title: &str,
        term: Option<&Term>,
        from: usize,
    ) -> Vec<OutputFile> {
        let site = self.site;
        let size = site.model.config.listing.page_size;
        let articles = site.listing(listing);
        let of_entries = term.into_iter().flat_map(|term| &term.entries);
        let entries_modified = of_entries.filter_map(|&entry| site.model.entries[entry].modified()).max();
        let modified = self.newest(listing).max(entries_modified);
        // The first page has them all.
        let entry_groups = |number: usize| match listing {
            Listing::Term(kind, id) if number == 1 => Query::EntryGroups(Some((*kind, id.clone()))),
            Listing::Term(..) | Listing::All => Query::EntryGroups(None),
        };
        let page = |number: usize| {
            let url = site.model.page_of(listing, number);
            let shown = articles.iter().copied().skip((number - 1) * size).take(size).collect();
            let needs = vec![
                ("term", Query::ListingHeader(listing.clone())),
                ("articles", Query::Cards(shown)),
                ("pagination", Query::Pagination(listing.clone(), number, size)),
                ("entry_groups", entry_groups(number)),
                ("newsletter", self.offered(None, &url)),
                ("promos", Query::Promos),
            ];
            let heading = if number == 1 {
                title.to_owned()
            } else {
                format!("{title} – {}", site.translate_with("page_number", &[("n", number.to_string())]))
            };
            let mut head = PageMeta::new(site, kind, &url, &heading);
            if let Some(term) = term {
                head.description = term.file.description().map(str::to_owned);
                // An image that is too small to be shared does not replace the site's social image.
                head.image = shareable(&site.globals(), site.urls.term_image(term)).or(head.image);
            }
            if let Listing::Term(TermKind::Section, id) = listing {
                head.section = Some(id.clone());
                head.section_title = Some(title.to_owned());
            }
            if kind == PageKind::Author {
                head.og_type = "profile";
            }
            // A series ends, so it has no feed of its own; an empty feed is not published.
            if articles.is_empty() && term.is_some() {
                head.feeds = site_feeds(site);
            } else if !matches!(listing, Listing::Term(TermKind::Series, _)) {
                head = head.with_feeds(site, listing, title);
            }
            let author = term.filter(|term| term.kind == TermKind::Author);
            let entity = author.map_or(MainEntity::Page, |term| MainEntity::Author(PersonEntity::of(site, term)));
            OutputFile { modified, entity, ..self.page(url, head, needs) }
        };
        (from..=self.count(listing)).map(page).collect()
    }

    /// Returns the date of the latest article of a listing in Unix seconds, the build's clock if that is earlier: a build
    /// that includes unpublished articles has future dates. `None` for an empty listing.
    fn newest(&self, listing: &Listing) -> Option<i64> {
        let dates = self.site.listing(listing).iter().map(|&index| self.site.model.articles[index].date);
        dates.max().map(|newest| newest.min(self.site.model.clock))
    }

    /// Plans the archive: a page of all years, of each year, and of each month with an article.
    pub(super) fn archive(&mut self) {
        let site = self.site;
        let months = &site.derived.months;
        if months.is_empty() {
            return;
        }
        let url = |path: &str| UrlPath::new(path).expect("digits and slashes");
        let heading = site.translate("archive");
        let archive = |planner: &Self, url: UrlPath, heading: &str, year: Option<i16>| -> OutputFile {
            let head = PageMeta::new(site, PageKind::Archive, &url, heading);
            planner.page(url, head, vec![("years", Query::Years(year))])
        };
        let page = archive(self, url("/archive/"), &heading, None);
        self.add(page);
        let mut years: Vec<i16> = months.iter().map(|((year, _), _)| *year).collect();
        years.dedup();
        for year in years {
            let page = archive(self, url(&format!("/archive/{year:04}/")), &format!("{heading} {year}"), Some(year));
            self.add(page);
        }
        for (position, ((year, month), articles)) in months.iter().enumerate() {
            let month_url = url(&format!("/archive/{year:04}/{month:02}/"));
            let text = crate::time::month_text(*year, *month, &site.model.config.language);
            let head = PageMeta::new(site, PageKind::ArchiveMonth, &month_url, &text);
            // Months are in order from the latest to the earliest.
            let neighbour = |at: Option<usize>| Query::Month(at.and_then(|at| months.get(at)).map(|(key, _)| *key));
            let needs = vec![
                ("month", Query::Month(Some((*year, *month)))),
                ("articles", Query::Cards(articles.clone())),
                ("earlier", neighbour(Some(position + 1))),
                ("later", neighbour(position.checked_sub(1))),
            ];
            let page = self.page(month_url, head, needs);
            self.add(page);
        }
    }
}
