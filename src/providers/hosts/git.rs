//! A branch of a repository that a host serves as it is, Codeberg Pages for example.

use super::settings::{HostSettingType, required};
use super::{BRANCH, HISTORY, Host, REMOTE_HELP};

pub(super) const GIT: Host = Host {
    kind: "git",
    name: "a branch of a repository",
    reads: &[],
    settings: &[required("remote", HostSettingType::Remote, REMOTE_HELP), BRANCH, HISTORY],
};
