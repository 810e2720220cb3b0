//! `staticwebapp.config.json`: headers and redirects for Azure Static Web Apps.
//!
//! The format: <https://learn.microsoft.com/azure/static-web-apps/configuration>.

use serde_json::{Map, Value, json};

use super::super::Planner;
use super::super::host_rules::{CACHE_IMMUTABLE, CACHE_SHORT};
use super::RootFile;

pub(super) const STATIC_WEB_APP: RootFile = RootFile { name: "staticwebapp.config.json", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    if !planner.is_read(STATIC_WEB_APP.name) {
        return None;
    }
    let rules = planner.host_rules();
    let mut headers: Map<String, Value> =
        rules.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    headers.insert("Cache-Control".into(), json!(CACHE_SHORT));
    // The first route that matches a request applies.
    let redirects =
        rules.redirects.iter().map(|(alias, target)| json!({ "route": alias, "redirect": target, "statusCode": 301 }));
    let immutable =
        rules.immutable.iter().map(|path| json!({ "route": path, "headers": { "Cache-Control": CACHE_IMMUTABLE } }));
    let routes: Vec<Value> = redirects.chain(immutable).collect();
    let file = json!({
        "globalHeaders": headers,
        "routes": routes,
        "responseOverrides": { "404": { "rewrite": rules.not_found } },
        "trailingSlash": "always",
    });
    Some(format!("{file:#}\n"))
}
