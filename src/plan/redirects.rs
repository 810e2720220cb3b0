//! Old addresses: a page that leads on for each, and one file of them all for hosts that understand it.

use super::page_kinds::PageKind;
use super::page_meta::PageMeta;
use super::{OutputFile, OutputKind, Planner};
use crate::path::{SourcePath, UrlPath};
use crate::site::{Query, alias};

impl Planner<'_> {
    pub(super) fn redirects(&mut self) {
        let site = self.site;
        let mut lines = Vec::new();
        for text in site.texts() {
            let url = &text.url;
            for written in text.keys().aliases {
                // Those that are none were told when the site was assembled.
                let Some(alias) = alias(written, &site.base).ok().filter(|alias| alias != url) else { continue };
                lines.push(format!("{} {} 301", site.base.link(&alias), site.base.link(url)));
                let page = self.redirect(alias, url, text.path());
                self.add(page);
            }
        }
        if !lines.is_empty() {
            lines.sort();
            let url = UrlPath::new("/_redirects").expect("plain");
            self.add(OutputFile::new(url, OutputKind::Text(lines.join("\n") + "\n")));
        }
    }

    fn redirect(&self, alias: UrlPath, target: &UrlPath, source: &SourcePath) -> OutputFile {
        let site = self.site;
        let mut head = PageMeta::new(site, PageKind::Redirect, &alias, &site.translate("moved"));
        head.canonical = site.base.absolute(target);
        head.noindex = true;
        let needs = vec![
            ("target", Query::Link(site.base.link(target))),
            ("target_absolute", Query::Link(site.base.absolute(target))),
        ];
        let mut page = self.page(alias, head, needs);
        page.source = Some(source.clone());
        page
    }
}
