//! Removes what Handbill wrote, and nothing else; behind `handbill clean`.

use std::path::Path;

use super::cache::Cache;
use super::error::{PublishError, io_error};
use super::output_tree::list;
use super::owned_copy::OwnedCopy;
use super::{Publication, Report};
use crate::path::OutputPath;

/// Result of [`clean`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Files that were removed from the output, in order.
    pub removed: Vec<OutputPath>,
    /// Top-level entries that remain in the output, in order: foreign files, or folders that contain some.
    pub left: Vec<String>,
}

/// Removes all files that Handbill wrote into `output` for the site in `site`, and the site's cache in `cache`.
///
/// # Errors
/// Those of [`Publication::open`] and [`Publication::commit`]; also if the cache cannot be written or removed.
pub fn clean(output: &Path, cache: &Path, site: &Path) -> Result<Cleaned, PublishError> {
    let publication = Publication::open(output, cache, site)?;
    let folder = publication.folder.path.clone();
    let copy = OwnedCopy::beside(&publication.folder);
    let output_cache = match &publication.cache {
        Ok(cache) => cache.cache.clone(),
        Err(error) => return Err(error.clone()),
    };
    let Report { removed, .. } = publication.commit(Vec::new())?;
    let removed = removed.into_iter().map(|file| file.path).collect();
    let cleared = output_cache.clear().and_then(|()| copy.remove()).and_then(|()| Cache::new(cache).clear());
    cleared.map_err(|error| io_error("remove the cache in", cache, &error))?;
    let listed = if folder.exists() { list(&folder) } else { Ok(Vec::new()) };
    let listed = listed.map_err(|error| io_error("list", output, &error))?;
    let mut left: Vec<String> = listed.into_iter().map(|(name, _)| name).collect();
    left.sort();
    Ok(Cleaned { removed, left })
}
