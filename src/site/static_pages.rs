//! Static pages: which are published at the build's clock, each with its URL.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::inputs::SiteInputs;
use super::unpublished::{UnpublishedReason, UnpublishedText};
use crate::content::ParsedSource;
use crate::content::any_document::AnyDocument;
use crate::content::document::{self, Document};
use crate::content::front_matter::PageFrontMatter;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, UrlPath};

/// A published static page with its URL.
#[derive(Clone, Debug)]
pub struct StaticPage {
    /// The source file.
    pub document: Arc<Document<PageFrontMatter>>,
    /// The URL of the page.
    pub url: UrlPath,
    /// Why readers do not see it yet, when unpublished texts are included; `None` when it is published.
    pub unpublished_reason: Option<UnpublishedReason>,
}

/// Partitions the static pages by the clock into published and unpublished ones, each by path. Invalid slugs go into
/// `diagnostics`.
pub(super) fn partition_by_clock(
    inputs: &SiteInputs<'_>,
    zone: &TimeZone,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<StaticPage>, Vec<UnpublishedText>) {
    let (mut published, mut unpublished) = (Vec::new(), Vec::new());
    for source in inputs.sources.values() {
        let ParsedSource::Page(document) = &source.parsed else { continue };
        let url = page_url(document);
        let unpublished_reason = UnpublishedReason::of(&document.keys(), zone, inputs.clock);
        if let Some(reason) = unpublished_reason.filter(|reason| !reason.is_shown(inputs.include)) {
            unpublished.push(UnpublishedText { document: document.clone(), url: url.ok(), reason });
            continue;
        }
        match url {
            Ok(url) => published.push(StaticPage { document: Arc::clone(document), url, unpublished_reason }),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    (published, unpublished)
}

/// Returns the URL of a static page: its slug, else its path below `content/pages/`.
///
/// # Errors
/// The diagnostic of an invalid slug.
fn page_url(document: &Document<PageFrontMatter>) -> Result<UrlPath, Diagnostic> {
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
