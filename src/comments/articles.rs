//! Finds the article that a URL means, and whether readers may comment on it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use url::Url;

use crate::build::{BuildOptions, NoObserver, Outcome, prepare};
use crate::content::any_document::AnyDocument;
use crate::content::front_matter::CommentsState;
use crate::content::{SourceKind, source_kind};
use crate::path::decode_path;
use crate::site::{SiteModel, alias};

/// The articles of a site, by their URLs and slugs.
pub(crate) struct Articles {
    /// Slugs by path, alias, slug and canonical URL.
    names: BTreeMap<String, String>,
    /// Whether comments are open, by the slug of a published article.
    pub(crate) states: BTreeMap<String, CommentsState>,
    /// Path of the site's base URL, without a trailing slash.
    base: String,
    /// Time zone of the site.
    pub(crate) zone: TimeZone,
    /// Name of a comment's author who gives none.
    pub(crate) anonymous: &'static str,
}

impl Articles {
    /// Collects the articles of a site; `None` if its errors prevent assembling it.
    pub(crate) fn of(options: &BuildOptions) -> Option<Articles> {
        let planned = prepare(options, &NoObserver, &mut Outcome::default())?;
        Some(Articles::of_site(&planned.site.model))
    }

    fn of_site(model: &SiteModel) -> Articles {
        let anonymous =
            if crate::time::primary_subtag(&model.config.language) == "es" { "Anónimo" } else { "Anonymous" };
        let mut articles = Articles {
            names: BTreeMap::new(),
            states: BTreeMap::new(),
            base: model.base.path.clone(),
            zone: model.zone.clone(),
            anonymous,
        };
        let is_article = |document: &dyn AnyDocument| source_kind(document.path()) == SourceKind::Article;
        let unpublished = model.unpublished.iter().filter(|text| is_article(&*text.document));
        let unpublished = unpublished.filter_map(|text| Some((text.document.keys(), text.slug()?, None)));
        let published = model.articles.iter();
        let published =
            published.map(|article| (article.document.keys(), article.slug.clone(), Some(article.url.as_str())));
        // In case of conflict, a published article overwrites an unpublished one.
        for (keys, slug, url) in unpublished.chain(published) {
            let aliases = keys.aliases.iter().filter_map(|written| alias(written, &model.base).ok());
            let names = aliases.map(|url| key(url.as_str())).chain(url.map(key));
            let first = keys.canonical_url.iter().filter_map(|url| path_of(url)).map(|path| key(&path));
            for name in names.chain(first).chain([key(slug.as_str())]) {
                articles.names.insert(name, slug.as_str().to_owned());
            }
        }
        for article in &model.articles {
            articles.states.insert(article.slug.as_str().to_owned(), model.comments_state(article));
        }
        articles
    }

    /// Returns the slug of the article that a URL, path or slug means; `None` if there is none.
    pub(crate) fn find(&self, written: &str) -> Option<String> {
        let path = path_of(written)?;
        let below = path.strip_prefix(self.base.as_str()).unwrap_or(&path);
        let (whole, below) = (key(&path), key(below));
        let last = below.rsplit('/').next().unwrap_or_default().to_owned();
        [whole, below, last].iter().filter(|name| !name.is_empty()).find_map(|name| self.names.get(name).cloned())
    }
}

/// Returns the path of a URL, decoded; a path or a slug is taken for a URL of the site. `None` for what is no URL, or
/// not UTF-8 when it is decoded.
fn path_of(written: &str) -> Option<String> {
    let site = Url::parse("https://site.invalid/").expect("a URL");
    decode_path(site.join(written).ok()?.path())
}

/// Normalizes a path for comparison: without slashes at its ends, `index.html` and extensions, in lower case.
fn key(path: &str) -> String {
    let path = path.trim_matches('/');
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    let path = path.strip_suffix(".html").or(path.strip_suffix(".htm")).or(path.strip_suffix(".php")).unwrap_or(path);
    path.to_lowercase()
}
