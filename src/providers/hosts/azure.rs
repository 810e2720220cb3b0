//! Azure Static Web Apps. Headers and redirects are in `staticwebapp.config.json`, of at most 20 KB.
//!
//! Source: <https://learn.microsoft.com/azure/static-web-apps/configuration>

use super::settings::{HostSettingType, optional};
use super::{Host, PageFileSupport};

pub(super) const AZURE: Host = Host {
    kind: "azure",
    name: "Azure Static Web Apps",
    reads: &["staticwebapp.config.json"],
    page_files: PageFileSupport::Yes,
    settings: &[optional("app", HostSettingType::Name, "the name of the Static Web App")],
    secrets: &["SWA_CLI_DEPLOYMENT_TOKEN"],
    npm: Some("@azure/static-web-apps-cli"),
    setup: "In Azure, make a Static Web App with the source “Other”, and copy its deployment token.",
};
