//! Pages outside the news flow: static pages, the sign-up pages of newsletters, the corrections, the 404 page.

use super::Planner;
use super::page_kinds::PageKind;
use super::page_meta::{PageMeta, feed_links, shareable, site_feeds};
use crate::path::{SourcePath, UrlPath};
use crate::site::{ImageView, Query, TextRef};

/// The number of issues that a sign-up page shows, the latest first.
const RECENT_ISSUES: usize = 4;

impl Planner<'_> {
    /// Plans the page of each file of `content/pages/`.
    pub(super) fn static_pages(&mut self) {
        let site = self.site;
        for static_page in &site.model.pages {
            let front_matter = &static_page.document.front_matter;
            let path = &static_page.document.path;
            let mut head = PageMeta::new(site, PageKind::Page, &static_page.url, &front_matter.title);
            let excerpt = Some(static_page.document.analysis.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
            head.description = front_matter.summary.as_deref().or(excerpt).map(str::to_owned);
            head.noindex = front_matter.noindex || static_page.unpublished_reason.is_some();
            head.feeds = site_feeds(site);
            head.image = self.image_of(path).or(head.image);
            let needs =
                vec![("document", Query::Document(path.clone())), ("content", Query::Content(TextRef(path.clone())))];
            let mut page = self.page(static_page.url.clone(), head, needs);
            page.source = Some(path.clone());
            page.modified = front_matter.updated.map(|when| when.unix_seconds(&site.model.zone));
            self.add(page);
        }
    }

    /// Returns the image in the front matter of a file, if it is large enough to be shared.
    fn image_of(&self, path: &SourcePath) -> Option<ImageView> {
        let urls = &self.site.urls;
        shareable(&self.site.globals(), urls.text_image(urls.text(path)?))
    }

    /// Plans the page of all newsletters, and for each newsletter its sign-up page and the pages shown after a sign-up
    /// and after its confirmation.
    pub(super) fn newsletters(&mut self) {
        let site = self.site;
        if site.model.newsletters.is_empty() {
            return;
        }
        let hub = UrlPath::new("/newsletters/").expect("plain");
        let head = PageMeta::new(site, PageKind::Newsletters, &hub, &site.translate("newsletters"));
        let page = self.page(hub, head, vec![("newsletters", Query::Newsletters), ("sign_ups", Query::SignUps)]);
        self.add(page);
        for newsletter in &site.model.newsletters {
            let path = &newsletter.document.path;
            let title = &newsletter.document.front_matter.title;
            let offered = self.offered(Some(newsletter.id.clone()), &newsletter.url);
            let offered = || ("newsletter", offered.clone());
            let mut head = PageMeta::new(site, PageKind::Newsletter, &newsletter.url, title);
            head.description = newsletter.document.front_matter.summary.clone().map(String::from);
            head.image = self.image_of(path).or(head.image);
            let document = ("document", Query::Document(path.clone()));
            let content = ("content", Query::Content(TextRef(path.clone())));
            let mut recent = site.model.issues_of(&newsletter.id);
            if !recent.is_empty() {
                head.feeds = feed_links(&site.model, &newsletter.url, title);
            }
            recent.truncate(RECENT_ISSUES);
            let needs =
                vec![offered(), document, content, ("issues", Query::Issues(recent)), ("latest", self.latest())];
            let mut page = self.page(newsletter.url.clone(), head, needs);
            page.source = Some(path.clone());
            self.add(page);
            let thanks = if newsletter.sign_up.confirms { "check_your_inbox" } else { "thanks_received" };
            for (name, kind, word) in [
                ("thanks", PageKind::NewsletterThanks, thanks),
                ("confirmed", PageKind::NewsletterConfirmed, "subscription_confirmed"),
            ] {
                let url = newsletter.page(name);
                let mut head = PageMeta::new(site, kind, &url, &site.translate(word));
                head.noindex = true;
                let mut page = self.page(url, head, vec![offered(), ("latest", self.latest())]);
                page.source = Some(path.clone());
                self.add(page);
            }
        }
    }

    /// Plans the page of all corrections, if an article has one.
    pub(super) fn corrections(&mut self) {
        let site = self.site;
        let Some((date, ..)) = site.model.all_corrections().first().copied() else { return };
        let url = UrlPath::new("/corrections/").expect("plain");
        let mut head = PageMeta::new(site, PageKind::Corrections, &url, &site.translate("corrections"));
        head.description = Some(site.translate("corrections_summary"));
        head.feeds = feed_links(&site.model, &url, &site.translate("corrections"));
        let mut page = self.page(url, head, vec![("corrections", Query::Corrections)]);
        page.modified = Some(date);
        self.add(page);
    }

    /// Plans the page that hosts send with status 404.
    pub(super) fn not_found(&mut self) {
        let url = UrlPath::new("/404.html").expect("plain");
        let mut head = PageMeta::new(self.site, PageKind::NotFound, &url, &self.site.translate("not_found"));
        head.noindex = true;
        // Hosts send it for any URL that does not exist, so it has no canonical URL.
        head.canonical = String::new();
        head.permalink = String::new();
        let page = self.page(url, head, vec![("latest", self.latest())]);
        self.add(page);
    }
}
