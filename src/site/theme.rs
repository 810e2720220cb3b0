//! [`SiteTheme`]: what the site needs of the theme, without its templates and assets.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::csp::SourceLists;
use crate::theme::{Theme, Translations};

/// What the site needs of the theme.
pub struct SiteTheme {
    /// The translations for the site's language.
    pub(super) translations: Arc<Translations>,
    /// The number of items of each list, by the list's name.
    list_sizes: BTreeMap<String, usize>,
    /// The sources that the theme's pages load from, for the Content-Security-Policy.
    pub(super) csp_sources: SourceLists,
}

impl SiteTheme {
    /// Takes what the site needs from a theme.
    pub(super) fn of(theme: &Theme) -> SiteTheme {
        SiteTheme {
            translations: Arc::clone(&theme.translations),
            list_sizes: theme.context.list_sizes.clone(),
            csp_sources: theme.csp_sources.clone(),
        }
    }

    /// Returns the number of items that a list of the theme shows; `default` if the theme does not set it.
    #[must_use]
    pub fn list_size(&self, name: &str, default: usize) -> usize {
        self.list_sizes.get(name).copied().unwrap_or(default)
    }
}
