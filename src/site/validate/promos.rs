//! Checks the URLs of promos.

use super::no_fragment;
use crate::diagnostic::{Diagnostic, Span};
use crate::site::urls::root_links::RootLinks;
use crate::site::{LinkError, SiteModel, UrlIndex};

/// Checks the fragments of the promos that are shown. Others may refer to what does not exist yet, or no longer.
pub(super) fn check(model: &SiteModel, urls: &UrlIndex, rooted: &RootLinks<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, promo) in model.active_promos() {
        if let Some(LinkError::NoFragment(path, fragment)) = promo.url.as_deref().and_then(|url| rooted.error(url)) {
            let span = Span::Value(vec!["promos".into(), index.to_string(), "url".into()]);
            diagnostics.push(no_fragment(urls, "settings", &path, &fragment).at(crate::config::FILE, span));
        }
    }
}
