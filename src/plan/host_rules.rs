//! What a host is told of the site, whatever the format of its configuration: headers, the lifetime of files in caches,
//! redirects.

use super::redirects::redirects;
use super::{OutputFile, OutputKind, PageKind};
use crate::config::Encoding;
use crate::path::OutputLayout;
use crate::site::Site;

/// Caching of files whose names change with their content: a year, the longest that RFC 2616 allowed (section 14.21).
pub(crate) const CACHE_IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Caching of all other files (pages, feeds, the manifest): asked for again each time, and answered with 304 while they
/// are the same.
pub(crate) const CACHE_SHORT: &str = "public, max-age=0, must-revalidate";

/// The rules of a site for its hosts. URLs are paths of the host, with the base URL's path, percent-encoded.
pub(crate) struct HostRules {
    /// The absolute URL of the front page, for comments.
    pub(crate) home: String,
    /// The path of the front page, with a slash at its end: `/` or `/paper/`.
    pub(crate) root: String,
    /// The path of the page for unknown URLs.
    pub(crate) not_found: String,
    /// The headers of every response, except `Cache-Control`.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Paths of the fingerprinted files; `*` at the end stands for the rest of a path.
    pub(crate) immutable: Vec<String>,
    /// Encodings in which texts are in the output beside their own bytes, by name.
    pub(crate) encodings: Vec<Encoding>,
    /// If pages are files, `x.html` for `/x/`: the HTML files that are none, and are sent for their own URLs only.
    pub(crate) page_files: Option<PageFileRules>,
    /// Old URLs and those that they lead to, in order.
    pub(crate) redirects: Vec<(String, String)>,
}

impl HostRules {
    /// Returns the rules of a site with these output files.
    pub(crate) fn of(site: &Site, outputs: &[OutputFile]) -> HostRules {
        let base = &site.model.base;
        let mut redirects: Vec<(String, String)> =
            redirects(site).map(|(alias, text)| (base.link(&alias), base.link(&text.url))).collect();
        redirects.sort();
        let root = format!("{}/", base.path);
        HostRules {
            home: format!("{}{root}", base.origin),
            not_found: format!("{root}404.html"),
            headers: site.response_headers(),
            immutable: immutable(site, outputs),
            encodings: site.model.config.compress.clone(),
            page_files: PageFileRules::of(site, outputs),
            redirects,
            root,
        }
    }
}

/// What hosts are told if pages are files: `/x/` is the file `x.html`, to which `/x` and `/x.html` redirect.
pub(crate) struct PageFileRules {
    /// The URLs of the HTML files that are no pages, without `.html`: that of the page for unknown URLs, those of a site's
    /// own files.
    pub(crate) other_files: Vec<String>,
}

impl PageFileRules {
    /// Returns the rules of a site; `None` if its pages are folders.
    fn of(site: &Site, outputs: &[OutputFile]) -> Option<PageFileRules> {
        let is_redirect = |page: &OutputFile| matches!(&page.kind, OutputKind::Template(template) if template.kind == PageKind::Redirect);
        let is_index = |url: &str| url.ends_with("/index.html");
        let others = outputs.iter().filter(|page| !is_redirect(page) && !is_index(page.url.as_str()));
        let link = |page: &OutputFile| Some(site.model.base.link(&page.url).strip_suffix(".html")?.to_owned());
        let is_file = site.model.config.urls == OutputLayout::Files;
        is_file.then(|| PageFileRules { other_files: others.filter_map(link).collect() })
    }
}

/// Returns the folder of the theme's files; each of them if the site has files of its own there.
fn immutable(site: &Site, outputs: &[OutputFile]) -> Vec<String> {
    let in_assets = outputs.iter().filter(|page| page.output.as_str().starts_with("assets/"));
    let (fingerprinted, others): (Vec<&OutputFile>, Vec<&OutputFile>) =
        in_assets.partition(|page| matches!(page.kind, OutputKind::Asset(_)));
    let base = &site.model.base;
    match others.as_slice() {
        [] => vec![format!("{}/assets/*", base.path)],
        _ => fingerprinted.into_iter().map(|page| base.link(&page.url)).collect(),
    }
}
