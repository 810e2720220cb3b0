//! GitLab Pages. It reads redirects, and sends no headers of a site's own.
//!
//! Source: <https://docs.gitlab.com/user/project/pages/redirects/>

use super::{BRANCH, Host, PageFileSupport, REMOTE};

pub(super) const GITLAB_PAGES: Host = Host {
    kind: "gitlab-pages",
    name: "GitLab Pages",
    reads: &["_redirects"],
    page_files: PageFileSupport::No,
    settings: &[REMOTE, BRANCH],
    secrets: &[],
    npm: None,
    setup: "On GitLab, under Deploy → Pages, set your domain, and switch off “unique domain”.",
};
