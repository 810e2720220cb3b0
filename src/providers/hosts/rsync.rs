//! A server of the site's own, reached by rsync over SSH.

use super::{
    CLOUDFLARE_ZONE, FASTLY, FOLDER, Host, KEEP, MACHINE, PORT, PageFileSupport, RELEASES, SSH_SECRETS, SSH_SETUP,
};

pub(super) const RSYNC: Host = Host {
    kind: "rsync",
    name: "a server, by rsync",
    reads: &[],
    page_files: PageFileSupport::Yes,
    settings: &[MACHINE, FOLDER, PORT, RELEASES, KEEP, CLOUDFLARE_ZONE, FASTLY],
    secrets: SSH_SECRETS,
    npm: None,
    setup: SSH_SETUP,
};
