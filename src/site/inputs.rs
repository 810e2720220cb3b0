//! [`SiteInputs`]: everything that a site is assembled from, as arguments.

use std::collections::BTreeMap;

use super::unpublished::IncludeUnpublished;
use crate::config::Config;
use crate::content::ParsedSource;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::theme::{KnownBlocks, Theme};

/// A source with the digest of its bytes.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The parsed file.
    pub parsed: ParsedSource,
    /// The digest of the file's bytes.
    pub digest: Digest,
}

/// Files with errors, as far as they could be read. References to them are not reported as errors.
pub type InvalidSources = BTreeMap<SourcePath, Option<ParsedSource>>;

/// The inputs of [`Site::assemble`](super::Site::assemble).
#[derive(Clone, Copy)]
pub struct SiteInputs<'a> {
    /// The settings.
    pub config: &'a Config,
    /// All valid files by path.
    pub sources: &'a BTreeMap<SourcePath, SourceFile>,
    /// The files with errors by path.
    pub invalid: &'a InvalidSources,
    /// The theme.
    pub theme: &'a Theme,
    /// The blocks that texts may use; `None` if the theme cannot be read, so that blocks are not checked.
    pub blocks: Option<&'a KnownBlocks>,
    /// The build's clock, in seconds since 1970-01-01T00:00:00Z.
    pub clock: i64,
    /// The unpublished texts that are shown nevertheless.
    pub include: IncludeUnpublished,
}

impl<'a> SiteInputs<'a> {
    /// Returns the site's own file of headers; `None` if the build writes the file.
    pub(super) fn own_headers(&self) -> Option<&'a str> {
        self.sources.values().find_map(|source| match &source.parsed {
            ParsedSource::Headers(text) => Some(text.as_str()),
            _ => None, // no other source has headers
        })
    }
}
