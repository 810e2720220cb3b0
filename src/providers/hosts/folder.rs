//! A folder of this machine or of one that it mounts, which a web server serves.

use super::settings::{HostSettingType, required};
use super::{CLOUDFLARE_ZONE, FASTLY, Host, KEEP, PageFileSupport, RELEASES};

pub(super) const FOLDER: Host = Host {
    kind: "folder",
    name: "a folder",
    reads: &[],
    page_files: PageFileSupport::Yes,
    settings: &[
        required("path", HostSettingType::Path, "the folder that the web server serves: `/srv/paper`"),
        RELEASES,
        KEEP,
        CLOUDFLARE_ZONE,
        FASTLY,
    ],
    secrets: &[],
    npm: None,
    setup: "Let the web server serve the folder: `handbill explain --host nginx` prints its configuration.",
};
