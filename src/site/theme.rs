//! [`SiteTheme`]: what the site needs of the theme, without its templates and assets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Site;
use crate::csp::SourceLists;
use crate::digest::Digest;
use crate::theme::{Theme, Translations};

/// What the site needs of the theme.
pub struct SiteTheme {
    /// The translations for the site's language.
    pub(super) translations: Arc<Translations>,
    /// The number of items of each list, by the list's name.
    list_sizes: BTreeMap<String, usize>,
    /// The sources that the theme's pages load from, for the Content-Security-Policy.
    pub(super) csp_sources: SourceLists,
    /// The digest of the design of social cards; `None` if the site has none.
    pub(super) card_design: Option<Digest>,
}

impl SiteTheme {
    /// Takes what the site needs from a theme.
    pub(super) fn of(theme: &Theme) -> SiteTheme {
        SiteTheme {
            translations: Arc::clone(&theme.translations),
            list_sizes: theme.context.list_sizes.clone(),
            csp_sources: theme.csp_sources.clone(),
            card_design: theme.card_design,
        }
    }

    /// Returns the number of items that a list of the theme shows; `default` if the theme does not set it.
    #[must_use]
    pub fn list_size(&self, name: &str, default: usize) -> usize {
        self.list_sizes.get(name).copied().unwrap_or(default)
    }
}

impl Site {
    /// Returns the digest of all that social cards show besides the texts of a page: the theme's design, the variable
    /// `site` and the logo. `None` if the site has no cards.
    #[must_use]
    pub fn card_design(&self) -> Option<Digest> {
        self.theme.card_design
    }

    /// Adds to the digest of the theme's design what cards show of the site.
    pub(super) fn card_design_of_site(&self) -> Option<Digest> {
        let design = self.theme.card_design?;
        let logo = self.model.config.organization.logo.as_ref().and_then(|logo| logo.path());
        let logo = logo.and_then(|path| self.urls.file_digest(&path));
        Some(Digest::of(&(design, Digest::of_json(&self.context(&(), &())), logo)))
    }
}
