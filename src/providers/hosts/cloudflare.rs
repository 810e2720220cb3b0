//! Cloudflare Pages. Headers and redirects are in the formats of Netlify.
//!
//! Source: <https://developers.cloudflare.com/pages/configuration/>

use super::Host;
use super::settings::{HostSettingType, required};

pub(super) const CLOUDFLARE: Host = Host {
    kind: "cloudflare",
    name: "Cloudflare Pages",
    reads: &["_headers", "_redirects"],
    settings: &[required("project", HostSettingType::Name, "the name of the project in Cloudflare Pages")],
};
