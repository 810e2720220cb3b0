//! GitHub Pages. It sends no headers of a site's own; `.nojekyll` keeps it from leaving out files that begin with `_`.
//!
//! Source: <https://docs.github.com/pages>

use super::{BRANCH, HISTORY, Host, REMOTE};

pub(super) const GITHUB_PAGES: Host = Host {
    kind: "github-pages",
    name: "GitHub Pages",
    reads: &[".nojekyll", "CNAME"],
    settings: &[REMOTE, BRANCH, HISTORY],
};
