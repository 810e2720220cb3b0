//! A folder of this machine or of one that it mounts, which a web server serves.

use super::Host;
use super::settings::{HostSettingType, required};

pub(super) const FOLDER: Host = Host {
    kind: "folder",
    name: "a folder",
    reads: &[],
    settings: &[required("path", HostSettingType::Path, "the folder that the web server serves: `/srv/paper`")],
};
