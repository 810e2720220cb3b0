//! `_headers`: the response headers of all pages, for hosts that read them from a file (Netlify, Cloudflare Pages).
//!
//! The formats: <https://docs.netlify.com/routing/headers/>,
//! <https://developers.cloudflare.com/pages/configuration/headers/>.

use std::fmt::Write;

use super::super::Planner;
use super::super::host_rules::CACHE_IMMUTABLE;
use super::RootFile;

pub(super) const HEADERS: RootFile = RootFile { name: "_headers", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    if planner.is_read(HEADERS.name) {
        return Some(for_targets(planner));
    }
    planner.site.model.config.security.headers.then(|| planner.site.headers_file())
}

/// All rules that apply to a file add up, with a comma between values. So `Cache-Control` is set for files that both
/// hosts would not keep, and not for the others, for which both send `public, max-age=0, must-revalidate` by themselves.
fn for_targets(planner: &Planner<'_>) -> String {
    let rules = planner.host_rules();
    let mut text = format!("{}*\n", rules.root);
    for (name, value) in &rules.headers {
        let _ = writeln!(text, "  {name}: {value}");
    }
    for path in &rules.immutable {
        let _ = writeln!(text, "{path}\n  Cache-Control: {CACHE_IMMUTABLE}");
    }
    text
}
