//! A server of the site's own, reached by rsync over SSH.

use super::{CLOUDFLARE_ZONE, FASTLY, FOLDER, Host, KEEP, MACHINE, PORT, RELEASES};

pub(super) const RSYNC: Host = Host {
    kind: "rsync",
    name: "a server, by rsync",
    reads: &[],
    settings: &[MACHINE, FOLDER, PORT, RELEASES, KEEP, CLOUDFLARE_ZONE, FASTLY],
};
