//! `_redirects`: all aliases in one file, for hosts that send redirects (Netlify, Cloudflare Pages).

use super::super::Planner;
use super::super::redirects::redirects;
use super::RootFile;

pub(super) const REDIRECTS: RootFile = RootFile { name: "_redirects", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let base = &planner.site.model.base;
    let redirects = redirects(planner.site);
    let mut lines: Vec<String> =
        redirects.map(|(alias, text)| format!("{} {} 301\n", base.link(&alias), base.link(&text.url))).collect();
    lines.sort();
    (!lines.is_empty()).then(|| lines.concat())
}
