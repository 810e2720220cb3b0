//! Netlify. Headers and redirects are in the formats that it invented.
//!
//! Source: <https://docs.netlify.com/routing/headers/>

use super::Host;
use super::settings::{HostSettingType, required};

pub(super) const NETLIFY: Host = Host {
    kind: "netlify",
    name: "Netlify",
    reads: &["_headers", "_redirects"],
    settings: &[required("site", HostSettingType::Name, "the name or the id of the site at Netlify")],
    secrets: &["NETLIFY_AUTH_TOKEN"],
    npm: None,
    setup: "At Netlify, under User settings → Applications, make a personal access token.",
};
