//! Cloudflare Pages. Headers and redirects are in the formats of Netlify.
//!
//! Source: <https://developers.cloudflare.com/pages/configuration/>

use super::settings::{HostSettingType, required};
use super::{Host, PageFileSupport};

pub(super) const CLOUDFLARE: Host = Host {
    kind: "cloudflare",
    name: "Cloudflare Pages",
    reads: &["_headers", "_redirects"],
    page_files: PageFileSupport::No,
    settings: &[required("project", HostSettingType::Name, "the name of the project in Cloudflare Pages")],
    secrets: &["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"],
    npm: Some("wrangler"),
    setup: "At Cloudflare, make a project of Pages for direct upload, and a token with the permission “Cloudflare Pages: Edit”.",
};
