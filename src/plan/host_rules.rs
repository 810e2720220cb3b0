//! What a host is told of the site, whatever the format of its configuration: headers, the lifetime of files in caches,
//! redirects.

use super::redirects::redirects;
use super::{OutputFile, OutputKind};
use crate::config::Encoding;
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
            redirects,
            root,
        }
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
