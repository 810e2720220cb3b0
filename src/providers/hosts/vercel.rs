//! Vercel. Headers and redirects are in `vercel.json`.
//!
//! Source: <https://vercel.com/docs/project-configuration>

use super::settings::{HostSettingType, optional};
use super::{Host, PageFileSupport};

pub(super) const VERCEL: Host = Host {
    kind: "vercel",
    name: "Vercel",
    reads: &["vercel.json"],
    page_files: PageFileSupport::Yes,
    settings: &[optional("project", HostSettingType::Name, "the name of the project at Vercel")],
    secrets: &["VERCEL_TOKEN"],
    npm: Some("vercel"),
    setup: "At Vercel, under Account Settings → Tokens, make a token.",
};
