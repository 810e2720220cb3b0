//! [`Published`]: a text of any kind with its URL, and the partition of a kind's texts by the build's clock.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::inputs::SiteInputs;
use super::unpublished::{UnpublishedReason, UnpublishedText};
use crate::content::ParsedSource;
use crate::content::any_document::AnyDocument;
use crate::content::document::Document;
use crate::diagnostic::Diagnostic;
use crate::path::UrlPath;

/// A published text with its URL, by the type of its front matter.
#[derive(Clone, Debug)]
pub struct Published<F> {
    /// The source file.
    pub document: Arc<Document<F>>,
    /// The URL of the page.
    pub url: UrlPath,
    /// Why readers do not see it yet, when unpublished texts are included; `None` when it is published.
    pub unpublished_reason: Option<UnpublishedReason>,
}

/// Partitions the texts of a kind by the clock into published and unpublished ones, each by path. `select` returns the
/// document of a source of the kind. Errors of URLs go into `diagnostics`.
pub(super) fn partition_by_clock<F>(
    inputs: &SiteInputs<'_>,
    zone: &TimeZone,
    select: impl Fn(&ParsedSource) -> Option<&Arc<Document<F>>>,
    url: impl Fn(&Document<F>) -> Result<UrlPath, Diagnostic>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Published<F>>, Vec<UnpublishedText>)
where
    Document<F>: AnyDocument + 'static,
{
    let (mut published, mut unpublished) = (Vec::new(), Vec::new());
    for document in inputs.sources.values().filter_map(|source| select(&source.parsed)) {
        let url = url(document);
        let unpublished_reason = UnpublishedReason::of(&document.keys(), zone, inputs.clock);
        diagnostics.extend(url.as_ref().err().cloned());
        if let Some(reason) = unpublished_reason.filter(|reason| !reason.is_shown(inputs.include)) {
            unpublished.push(UnpublishedText { document: document.clone(), url: url.ok(), reason });
            continue;
        }
        if let Ok(url) = url {
            published.push(Published { document: Arc::clone(document), url, unpublished_reason });
        }
    }
    (published, unpublished)
}
