//! A server of the site's own, reached by rsync over SSH.

use super::{FOLDER, Host, KEEP, MACHINE, PORT, RELEASES};

pub(super) const RSYNC: Host =
    Host { kind: "rsync", name: "a server, by rsync", reads: &[], settings: &[MACHINE, FOLDER, PORT, KEEP, RELEASES] };
