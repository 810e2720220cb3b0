//! `_headers`: the response headers of all pages, for hosts that read them from a file (Netlify, Cloudflare Pages).

use super::super::Planner;
use super::RootFile;

pub(super) const HEADERS: RootFile = RootFile { name: "_headers", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    planner.site.model.config.security.headers.then(|| planner.site.headers_file())
}
