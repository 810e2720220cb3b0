//! Netlify. Headers and redirects are in the formats that it invented.
//!
//! Source: <https://docs.netlify.com/routing/headers/>

use super::settings::{HostSettingType, required};
use super::{Host, PageFileSupport};

pub(super) const NETLIFY: Host = Host {
    kind: "netlify",
    name: "Netlify",
    reads: &["_headers", "_redirects"],
    page_files: PageFileSupport::If(
        "at Netlify, under Post processing, switch off “Pretty URLs”: with it, `/x/` is redirected to `/x`",
    ),
    settings: &[required("site", HostSettingType::Name, "the name or the id of the site at Netlify")],
    secrets: &["NETLIFY_AUTH_TOKEN"],
    npm: None,
    setup: "At Netlify, under User settings → Applications, make a personal access token.",
};
