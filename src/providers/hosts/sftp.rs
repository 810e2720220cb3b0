//! A server of the site's own, reached by SFTP.

use super::{CLOUDFLARE_ZONE, FASTLY, FOLDER, Host, KEEP, MACHINE, PORT, PageFileSupport, SSH_SECRETS, SSH_SETUP};

pub(super) const SFTP: Host = Host {
    kind: "sftp",
    name: "a server, by SFTP",
    reads: &[],
    page_files: PageFileSupport::Yes,
    settings: &[MACHINE, FOLDER, PORT, KEEP, CLOUDFLARE_ZONE, FASTLY],
    secrets: SSH_SECRETS,
    npm: None,
    setup: SSH_SETUP,
};
