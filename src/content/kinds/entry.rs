//! Entries of the collections that a site declares. Their folders, keys and templates are data of the site, so they
//! have no row in [`CONTENT_KINDS`](super::CONTENT_KINDS).

use super::{ParsedText, TextFile};
use crate::content::ParsedSource;
use crate::content::collection::EntrySchema;
use crate::diagnostic::Diagnostic;

/// Parses an entry.
pub(in crate::content) fn parse(
    file: &TextFile<'_>,
    schema: &EntrySchema,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParsedText {
    file.document_as(schema, ParsedSource::Entry, |_| file.id(), diagnostics)
}
