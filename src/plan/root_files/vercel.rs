//! `vercel.json`: headers and redirects for Vercel.
//!
//! The format: <https://vercel.com/docs/project-configuration>; patterns of paths are those of `path-to-regexp`.

use serde_json::{Value, json};

use super::super::Planner;
use super::super::host_rules::{CACHE_IMMUTABLE, CACHE_SHORT};
use super::RootFile;
use crate::path::OutputLayout;

pub(super) const VERCEL: RootFile = RootFile { name: "vercel.json", write };

fn write(planner: &Planner<'_>) -> Option<String> {
    if !planner.is_read(VERCEL.name) {
        return None;
    }
    let rules = planner.host_rules();
    let header = |name: &str, value: &str| json!({ "key": name, "value": value });
    let cache = |value: &str| [header("Cache-Control", value)];
    let mut all: Vec<Value> = rules.headers.iter().map(|(name, value)| header(name, value)).collect();
    all.extend(cache(CACHE_SHORT));
    // The last rule that sets a header wins.
    let mut headers = vec![json!({ "source": format!("{}(.*)", pattern(&rules.root)), "headers": all })];
    headers.extend(rules.immutable.iter().map(|path| {
        let source = path.strip_suffix('*').map_or_else(|| pattern(path), |start| format!("{}(.*)", pattern(start)));
        json!({ "source": source, "headers": cache(CACHE_IMMUTABLE) })
    }));
    let redirects: Vec<Value> = rules
        .redirects
        .iter()
        .map(|(alias, target)| {
            json!({ "source": pattern(alias), "destination": escaped(target, &[':', '\\']), "statusCode": 301 })
        })
        .collect();
    let mut file = json!({ "headers": headers, "redirects": redirects, "trailingSlash": true });
    if planner.site.model.config.urls == OutputLayout::Files {
        // The file `x.html` is sent for `/x/`, and its own URL leads there.
        file["cleanUrls"] = json!(true);
    }
    Some(format!("{file:#}\n"))
}

/// Returns the pattern that matches a path and no other.
fn pattern(path: &str) -> String {
    escaped(path, &['(', ')', '*', '+', '?', ':', '{', '}', '\\', '!', '$', '.', '[', ']', '|', '^'])
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
