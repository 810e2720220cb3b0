//! Aliases: a redirect page at each old URL of a text.

use super::page_kinds::PageKind;
use super::page_meta::PageMeta;
use super::{OutputFile, Planner};
use crate::path::{SourcePath, UrlPath};
use crate::site::{PublishedText, Query, Site, alias};

/// Returns every alias with the text to whose URL it redirects. An alias that is invalid, or equal to the text's own
/// URL, is skipped: `site` reports it. So is one that names the file of the text's page: hosts send the page there.
pub(super) fn redirects(site: &Site) -> impl Iterator<Item = (UrlPath, &PublishedText)> {
    site.urls.texts().iter().flat_map(|text| {
        let aliases = text.keys().aliases.iter().filter_map(|written| alias(written, &site.model.base).ok());
        let layout = site.model.config.urls;
        let page = text.url.output(layout);
        aliases.filter(move |alias| alias.output(layout) != page).map(move |alias| (alias, text))
    })
}

impl Planner<'_> {
    /// Plans a redirect page for every alias.
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
