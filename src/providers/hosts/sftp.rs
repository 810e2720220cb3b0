//! A server of the site's own, reached by SFTP.

use super::{CLOUDFLARE_ZONE, FASTLY, FOLDER, Host, KEEP, MACHINE, PORT};

pub(super) const SFTP: Host = Host {
    kind: "sftp",
    name: "a server, by SFTP",
    reads: &[],
    settings: &[MACHINE, FOLDER, PORT, KEEP, CLOUDFLARE_ZONE, FASTLY],
};
