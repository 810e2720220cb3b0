//! A branch of a repository that a host serves as it is, Codeberg Pages for example.

use super::settings::{HostSettingType, required};
use super::{BRANCH, CLOUDFLARE_ZONE, FASTLY, HISTORY, Host, PageFileSupport, REMOTE_HELP};

pub(super) const GIT: Host = Host {
    kind: "git",
    name: "a branch of a repository",
    reads: &[],
    page_files: PageFileSupport::If(
        "ask what serves the branch: Codeberg Pages and most others answer only `/x` with it",
    ),
    settings: &[required("remote", HostSettingType::Remote, REMOTE_HELP), BRANCH, HISTORY, CLOUDFLARE_ZONE, FASTLY],
    secrets: &[],
    npm: None,
    setup: "At the host, choose the branch as what is published.",
};
