//! `manifest.webmanifest` (W3C Web Application Manifest): the site's name, language and icons.

use serde_json::{Value, json};

use super::super::Planner;
use super::RootFile;
use crate::path::UrlPath;

pub(super) const WEB_MANIFEST: RootFile = RootFile { name: "manifest.webmanifest", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    let site = planner.site;
    let icon = |(name, sizes, media): (&str, &str, &str)| {
        let asset = planner.theme.assets.get(name)?;
        Some(json!({ "src": asset.link, "sizes": sizes, "type": media }))
    };
    let icons = [
        ("icon.svg", "any", "image/svg+xml"),
        ("icon-192.png", "192x192", "image/png"),
        ("icon-512.png", "512x512", "image/png"),
    ];
    let icons: Vec<Value> = icons.into_iter().filter_map(icon).collect();
    let home = site.base.link(&UrlPath::new("/").expect("the root"));
    let manifest = json!({
        "name": site.config.title,
        "short_name": site.config.title,
        "description": site.config.description,
        "lang": site.config.language,
        "start_url": home,
        "scope": home,
        "display": "browser",
        "icons": icons,
    });
    Some(format!("{manifest:#}\n"))
}
