//! GitHub Pages. It sends no headers of a site's own; `.nojekyll` keeps it from leaving out files that begin with `_`.
//!
//! Source: <https://docs.github.com/pages>

use super::{BRANCH, CLOUDFLARE_ZONE, FASTLY, HISTORY, Host, PageFileSupport, REMOTE};

pub(super) const GITHUB_PAGES: Host = Host {
    kind: "github-pages",
    name: "GitHub Pages",
    reads: &[".nojekyll", "CNAME"],
    page_files: PageFileSupport::No,
    settings: &[REMOTE, BRANCH, HISTORY, CLOUDFLARE_ZONE, FASTLY],
    secrets: &[],
    npm: None,
    setup: "On GitHub, under Settings → Pages, choose “GitHub Actions” as the source, and set your domain there.",
};
