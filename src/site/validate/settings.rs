//! What the settings name: standing pages, lists, pictures, addresses.

use super::{check_newsletter_id, no_fragment};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::site::urls::root_links::RootLinks;
use crate::site::urls::url_fields;
use crate::site::{InvalidSources, LinkError, Site};

/// Checks what the settings name: standing pages, lists, the logo.
pub(in crate::site) fn settings(site: &Site, broken: &InvalidSources, diagnostics: &mut Vec<Diagnostic>) {
    url_fields::settings(site, diagnostics);
    promos(site, diagnostics);
    let policies = &site.config.organization.policies;
    let named = [
        ("ethics", &policies.ethics),
        ("corrections", &policies.corrections),
        ("stance", &policies.stance),
        ("funding", &policies.funding),
        ("privacy", &policies.privacy),
    ];
    let files = || site.pages.iter().filter_map(|page| page.document.path.as_str().strip_prefix("content/"));
    for (key, path) in named.iter().filter_map(|(key, path)| Some((*key, path.as_deref()?))) {
        let excused = SourcePath::new(&format!("content/{path}")).is_ok_and(|path| broken.contains_key(&path));
        if site.policy_url(Some(path)).is_none() && !excused {
            let spot = Span::Value(vec!["organization".into(), "policies".into(), key.into()]);
            diagnostics.push(
                Diagnostic::error("settings", format!("there is no published page `content/{path}`"))
                    .at(crate::config::FILE, spot)
                    .help("name a file below `content/`, `pages/ethics.md` say")
                    .suggest_path(path, files()),
            );
        }
    }
    for (key, picture) in
        [("logo", &site.config.organization.logo), ("social_image", &site.config.organization.social_image)]
    {
        let Some(written) = picture else { continue };
        let file = SourcePath::new(&format!("static/{}", written.trim_start_matches('/')));
        if !file.is_ok_and(|file| site.urls.file(&file).is_some()) {
            let spot = Span::Value(vec!["organization".into(), key.into()]);
            let message = format!("there is no file `static/{}`", written.trim_start_matches('/'));
            let help = "put the picture into `static/`, and name it from there: `/images/logo.svg`";
            diagnostics.push(Diagnostic::error("settings", message).at(crate::config::FILE, spot).help(help));
        }
    }
    let default = site.config.newsletters.default.as_deref();
    check_newsletter_id(
        site,
        default,
        crate::config::FILE,
        Span::Value(vec!["newsletters".into(), "default".into()]),
        diagnostics,
    );
    for (index, section) in site.config.sections.iter().enumerate() {
        let spot = Span::Value(vec!["sections".into(), index.to_string(), "newsletter".into()]);
        check_newsletter_id(site, section.newsletter.as_deref(), crate::config::FILE, spot, diagnostics);
    }
}

/// Checks the fragments of promos that are running: others may lead to what is not there yet, or no longer.
fn promos(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let rooted = RootLinks::new(site);
    for (index, promo) in site.active_promos() {
        if let Some(LinkError::NoFragment(path, fragment)) = promo.url.as_deref().and_then(|url| rooted.error(url)) {
            let spot = Span::Value(vec!["promos".into(), index.to_string(), "url".into()]);
            diagnostics.push(no_fragment(site, "settings", &path, &fragment).at(crate::config::FILE, spot));
        }
    }
}
