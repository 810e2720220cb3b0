//! Old addresses: a page that leads on for each, and one file of them all for hosts that understand it.

use super::head::Head;
use super::kinds::PageKind;
use super::{Made, Page, Planner};
use crate::diagnostic::{Diagnostic, Spot};
use crate::path::{ContentPath, UrlPath, decode_path};
use crate::site::Query;

impl Planner<'_> {
    pub(super) fn redirects(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let site = self.site;
        let articles = site.articles.iter().map(|a| (&a.document.path, &a.document.front.aliases, &a.url));
        let pages = site.pages.iter().map(|p| (&p.document.path, &p.document.front.aliases, &p.url));
        let mut lines = Vec::new();
        for (path, aliases, url) in articles.chain(pages) {
            for (index, written) in aliases.iter().enumerate() {
                match self.alias(written) {
                    Ok(alias) if alias == *url => {}
                    Ok(alias) => {
                        lines.push(format!("{} {} 301", site.base.link(&alias), site.base.link(url)));
                        let page = self.redirect(alias, url, path);
                        self.add(page);
                    }
                    Err(why) => diagnostics.push(
                        Diagnostic::error("front-matter", why)
                            .at(path, Spot::item("aliases", index))
                            .help("write the old address from the site's root: `/2019/05/strike/`"),
                    ),
                }
            }
        }
        if !lines.is_empty() {
            lines.sort();
            let url = UrlPath::new("/_redirects").expect("plain");
            self.add(Page::new(url, Made::Text(lines.join("\n") + "\n")));
        }
    }

    /// An old address as one of the site's: a page's ends with `/`, a file's has an extension.
    fn alias(&self, written: &str) -> Result<UrlPath, String> {
        let base = &self.site.base;
        let path = written.strip_prefix(&base.origin).unwrap_or(written);
        let path = path.strip_prefix(&base.path).filter(|rest| rest.starts_with('/')).unwrap_or(path);
        let path = decode_path(path).ok_or_else(|| format!("`{written}` is not UTF-8 when it is decoded"))?;
        if path.contains(['?', '#']) {
            return Err(format!("`{written}` has a query or fragment, which no static host can redirect"));
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let path = if last.is_empty() || last.contains('.') { path } else { format!("{path}/") };
        if !path.starts_with('/') {
            return Err(format!("`{written}` is no address from the root of this site"));
        }
        UrlPath::new(&path).map_err(|why| why.to_string())
    }

    fn redirect(&self, alias: UrlPath, target: &UrlPath, source: &ContentPath) -> Page {
        let site = self.site;
        let mut head = Head::new(site, PageKind::Redirect, &alias, &site.say("moved"));
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
