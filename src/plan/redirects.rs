//! Old URLs: for each a page that leads to the text's new one.

use super::page_kinds::PageKind;
use super::page_meta::PageMeta;
use super::{OutputFile, Planner};
use crate::path::{SourcePath, UrlPath};
use crate::site::{PublishedText, Query, Site, alias};

/// Every old URL with the text that it leads to. Aliases that are none are reported when the site is assembled.
pub(super) fn redirects(site: &Site) -> impl Iterator<Item = (UrlPath, &PublishedText)> {
    site.urls.texts().iter().flat_map(|text| {
        let aliases = text.keys().aliases.iter().filter_map(|written| alias(written, &site.model.base).ok());
        aliases.filter(|alias| *alias != text.url).map(move |alias| (alias, text))
    })
}

impl Planner<'_> {
    pub(super) fn redirects(&mut self) {
        for (alias, text) in redirects(self.site) {
            let page = self.redirect(alias, &text.url, text.path());
            self.add(page);
        }
    }

    fn redirect(&self, alias: UrlPath, target: &UrlPath, source: &SourcePath) -> OutputFile {
        let site = self.site;
        let mut head = PageMeta::new(site, PageKind::Redirect, &alias, &site.translate("moved"));
        head.canonical = site.model.base.absolute(target);
        head.noindex = true;
        let needs = vec![
            ("target", Query::Link(site.model.base.link(target))),
            ("target_absolute", Query::Link(site.model.base.absolute(target))),
        ];
        let mut page = self.page(alias, head, needs);
        page.source = Some(source.clone());
        page
    }
}
