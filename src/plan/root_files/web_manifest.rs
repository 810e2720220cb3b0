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
    let home = site.model.base.link(&UrlPath::new("/").expect("the root"));
    let manifest = json!({
        "name": site.model.config.title,
        "short_name": site.model.config.title,
        "description": site.model.config.description,
        "lang": site.model.config.language,
        "start_url": home,
        "scope": home,
        "display": "browser",
        "icons": icons,
    });
    Some(format!("{manifest:#}\n"))
}
