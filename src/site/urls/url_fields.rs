//! Addresses that settings and front matter hold and that pages link to as they are: of the web, of a letter box or a
//! telephone, or from the site's root. Nothing that a browser would run.

use super::super::Site;
use crate::content::ParsedSource;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;

const WEB: [&str; 2] = ["https://", "http://"];
const CONTACT: [&str; 3] = ["mailto:", "tel:", "sms:"];

/// Checks the addresses of the settings.
pub(crate) fn settings(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let mut check = |url: &str, allowed: &[&str], path: &[&str]| {
        if !allowed.iter().any(|start| url.starts_with(start)) {
            let spot = Span::Value(path.iter().map(|part| (*part).to_owned()).collect());
            let diagnostic = error("settings", url).at(crate::config::FILE, spot);
            diagnostics.push(if allowed.contains(&"/") {
                diagnostic.help("write it with `https://`, or begin with `/` for a page of the site")
            } else {
                diagnostic
            });
        }
    };
    let rooted = [WEB.as_slice(), CONTACT.as_slice(), &["/"]].concat();
    for (index, promo) in site.config.promos.iter().enumerate() {
        if let Some(url) = &promo.url {
            check(url, &rooted, &["promos", &index.to_string(), "url"]);
        }
    }
    for (index, url) in site.config.organization.same_as.iter().enumerate() {
        check(url, &WEB, &["organization", "same_as", &index.to_string()]);
    }
    if let Some(form) = &site.config.comments.form {
        check(form, &["https://", "http://", "/"], &["comments", "form"]);
    }
}

/// Checks the addresses in the front matter of a file.
pub(crate) fn front_matter(path: &SourcePath, source: &ParsedSource, diagnostics: &mut Vec<Diagnostic>) {
    let mut check = |url: &str, allowed: &[&str], spot: Vec<String>| {
        if !allowed.iter().any(|start| url.starts_with(start)) {
            diagnostics.push(error("front-matter", url).at(path, Span::Value(spot)));
        }
    };
    match source {
        ParsedSource::Article(document) => {
            if let Some(url) = &document.front_matter.canonical_url {
                check(url, &WEB, vec!["canonical_url".into()]);
            }
            for (index, source) in document.front_matter.sources.iter().enumerate() {
                for (key, url) in [("url", &source.url), ("archived", &source.archived)] {
                    if let Some(url) = url {
                        check(url, &WEB, vec!["sources".into(), index.to_string(), key.into()]);
                    }
                }
            }
        }
        ParsedSource::Author(document) => {
            let allowed = [WEB.as_slice(), CONTACT.as_slice()].concat();
            for (index, link) in document.front_matter.links.iter().enumerate() {
                check(&link.url, &allowed, vec!["links".into(), index.to_string(), "url".into()]);
            }
        }
        _ => {}
    }
}

fn error(code: &'static str, url: &str) -> Diagnostic {
    Diagnostic::error(code, format!("`{url}` is not an absolute URL")).help("write it with `https://`")
}
