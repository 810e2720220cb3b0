//! [`RootLinks`]: validates the fragments of root-relative links. Whether the URL exists is checked with the plan.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{LinkError, UrlIndex};
use crate::path::{SourcePath, decode_path};

/// The published texts by URL, collected when the first link with a fragment is checked.
pub(crate) struct RootLinks<'a> {
    urls: &'a UrlIndex,
    texts: OnceLock<HashMap<&'a str, &'a SourcePath>>,
}

impl<'a> RootLinks<'a> {
    /// Returns a table that is filled at the first use.
    pub(crate) fn new(urls: &'a UrlIndex) -> RootLinks<'a> {
        RootLinks { urls, texts: OnceLock::new() }
    }

    /// Returns the error of a link to a published text that has no heading of the link's fragment; `None` for other
    /// links.
    pub(crate) fn error(&self, written: &str) -> Option<LinkError> {
        let (url, fragment) = written.split_once('#').filter(|(_, fragment)| !fragment.is_empty())?;
        let url = decode_path(url.split('?').next().unwrap_or_default())?;
        let fragment = decode_path(fragment).unwrap_or_else(|| fragment.to_owned());
        let texts = self.texts.get_or_init(|| self.collect());
        let path = texts.get(url.as_str()).or_else(|| texts.get(format!("{url}/").as_str()))?;
        let is_known = self.urls.anchors(path).contains(&fragment);
        (!is_known).then(|| LinkError::NoFragment((*path).clone(), fragment))
    }

    fn collect(&self) -> HashMap<&'a str, &'a SourcePath> {
        self.urls.texts().iter().map(|text| (text.url.as_str(), text.path())).collect()
    }
}
