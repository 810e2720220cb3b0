//! Links from the site's root: the text at an address, and whether it has the heading that a fragment names. Whether
//! there is such an address at all shows in the plan.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{LinkError, UrlIndex};
use crate::path::{SourcePath, decode_path};

/// The texts of a site by their addresses, gathered when the first link asks.
pub(crate) struct RootLinks<'a> {
    urls: &'a UrlIndex,
    texts: OnceLock<HashMap<&'a str, &'a SourcePath>>,
}

impl<'a> RootLinks<'a> {
    pub(crate) fn new(urls: &'a UrlIndex) -> RootLinks<'a> {
        RootLinks { urls, texts: OnceLock::new() }
    }

    /// The fragment of a link, if the text that it leads to has none such.
    pub(crate) fn error(&self, written: &str) -> Option<LinkError> {
        let (address, fragment) = written.split_once('#').filter(|(_, fragment)| !fragment.is_empty())?;
        let address = decode_path(address.split('?').next().unwrap_or_default())?;
        let fragment = decode_path(fragment).unwrap_or_else(|| fragment.to_owned());
        let texts = self.texts.get_or_init(|| self.gather());
        let path = texts.get(address.as_str()).or_else(|| texts.get(format!("{address}/").as_str()))?;
        let is_known = self.urls.anchors(path).contains(&fragment);
        (!is_known).then(|| LinkError::NoFragment((*path).clone(), fragment))
    }

    fn gather(&self) -> HashMap<&'a str, &'a SourcePath> {
        self.urls.texts().iter().map(|text| (text.url.as_str(), text.path())).collect()
    }
}
