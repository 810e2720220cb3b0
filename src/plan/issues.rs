//! The archive of each newsletter: a page for each issue, and the listing of all issues.

use super::page_kinds::PageKind;
use super::page_meta::{MainEntity, PageMeta, feed_links};
use super::{OutputFile, Planner};
use crate::site::{Newsletter, Query, TextRef};

impl Planner<'_> {
    /// Plans the archives of all newsletters.
    pub(super) fn issues(&mut self) {
        let site = self.site;
        for newsletter in &site.model.newsletters {
            let issues = site.model.issues_of(&newsletter.id);
            for position in 0..issues.len() {
                let page = self.issue(newsletter, &issues, position);
                self.add(page);
            }
            let size = site.model.config.listing.page_size;
            for (number, shown) in issues.chunks(size).enumerate() {
                let page = self.archive_of(newsletter, shown, number + 1);
                self.add(page);
            }
        }
    }

    /// Returns the page of the issue at position `position` of the newsletter's archive, which begins with the latest.
    fn issue(&self, newsletter: &Newsletter, issues: &[usize], position: usize) -> OutputFile {
        let site = self.site;
        let index = issues[position];
        let issue = &site.model.issues[index];
        let view = site.model.issue_view(issue);
        let mut head = PageMeta::new(site, PageKind::Issue, &issue.url, view.title);
        head.description = view.summary.map(str::to_owned);
        head.section_title = Some(newsletter.document.front_matter.title.to_string());
        head.noindex = issue.unpublished_reason.is_some();
        head.og_type = "article";
        head.published = Some(site.model.date(issue.date));
        head.feeds = feed_links(&site.model, &newsletter.url, &newsletter.document.front_matter.title);
        let path = &issue.document.path;
        let needs = vec![
            ("issue", Query::Issue(index)),
            ("newsletter", self.offered(Some(newsletter.id.clone()), &issue.url)),
            ("content", Query::Content(TextRef(path.clone()))),
            ("earlier", Query::IssueLink(issues.get(position + 1).copied())),
            ("later", Query::IssueLink(position.checked_sub(1).map(|before| issues[before]))),
        ];
        let mut page = self.page(issue.url.clone(), head, needs);
        page.entity = MainEntity::Issue {
            newsletter: newsletter.document.front_matter.title.to_string(),
            url: site.model.base.absolute(&newsletter.url),
        };
        page.source = Some(path.clone());
        page.modified = Some(issue.date.min(site.model.clock));
        page
    }

    /// Returns the page with a number (1-based) of a newsletter's archive.
    fn archive_of(&self, newsletter: &Newsletter, shown: &[usize], number: usize) -> OutputFile {
        let site = self.site;
        let size = site.model.config.listing.page_size;
        let title = &newsletter.document.front_matter.title;
        let heading = site.translate_with("issues_of", &[("title", title.to_string())]);
        let heading = match number {
            1 => heading,
            _ => format!("{heading} – {}", site.translate_with("page_number", &[("n", number.to_string())])),
        };
        let url = newsletter.archive_page(number);
        let mut head = PageMeta::new(site, PageKind::Issues, &url, &heading);
        head.feeds = feed_links(&site.model, &newsletter.url, title);
        let needs = vec![
            ("newsletter", self.offered(Some(newsletter.id.clone()), &url)),
            ("issues", Query::Issues(shown.to_vec())),
            ("pagination", Query::ArchivePagination(newsletter.id.clone(), number, size)),
        ];
        let mut page = self.page(url, head, needs);
        page.modified = shown.iter().map(|&index| site.model.issues[index].date.min(site.model.clock)).max();
        page
    }
}
