//! Static pages, whose URLs follow from their paths.

use super::published::Published;
use crate::content::document::{self, Document};
use crate::content::kinds::PageFrontMatter;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, UrlPath};

/// A published static page with its URL.
pub type StaticPage = Published<PageFrontMatter>;

/// Returns the URL of a static page: its slug, else its path below `content/pages/`.
///
/// # Errors
/// The diagnostic of an invalid slug.
pub(super) fn page_url(document: &Document<PageFrontMatter>) -> Result<UrlPath, Diagnostic> {
    let error = |why: String, span: Span| {
        Diagnostic::error("front-matter", why)
            .at(&document.path, span)
            .help("write `about` or `about/team`, for example")
    };
    if let Some(written) = &document.front_matter.slug {
        let parts: Result<Vec<Slug>, _> = written.trim_matches('/').split('/').map(Slug::new).collect();
        let parts = parts.map_err(|why| error(why.to_string(), Span::value("slug")))?;
        let joined = parts.iter().map(Slug::as_str).collect::<Vec<_>>().join("/");
        return UrlPath::new(&format!("/{joined}/")).map_err(|why| error(why.to_string(), Span::value("slug")));
    }
    let below = document.path.as_str().strip_prefix("content/pages/").unwrap_or_default();
    let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folders =
        if document.path.is_bundle() { folder.rsplit_once('/').map_or("", |(above, _)| above) } else { folder };
    let names = folders.split('/').filter(|part| !part.is_empty()).chain([document::name(&document.path)]);
    let parts: Option<Vec<String>> =
        names.map(|name| Slug::slugify(name).map(|slug| slug.as_str().to_owned())).collect();
    let parts = parts.ok_or_else(|| error("the file's name results in an empty slug".into(), Span::Whole))?;
    UrlPath::new(&format!("/{}/", parts.join("/"))).map_err(|why| error(why.to_string(), Span::Whole))
}
