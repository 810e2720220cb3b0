//! Taking everything back: what Handbill wrote, and only that.

use std::path::Path;

use super::cache::Cache;
use super::error::{PublishError, io_error};
use super::output_tree::list;
use super::{Publication, Report};
use crate::path::OutputPath;

/// What [`clean`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The files that are gone from the output, in order.
    pub removed: Vec<OutputPath>,
    /// What is left at the top of the output, in order: it is somebody else's, or holds what is.
    pub left: Vec<String>,
}

/// Removes what Handbill wrote into `output` for the site in `site`, and what it remembers of it in `cache`.
///
/// # Errors
/// As [`Publication::open`] and [`Publication::commit`].
pub fn clean(output: &Path, cache: &Path, site: &Path) -> Result<Cleaned, PublishError> {
    let publication = Publication::open(output, cache, site)?;
    let folder = publication.folder.path.clone();
    let remembered = match &publication.memory {
        Ok(memory) => memory.cache.clone(),
        Err(refusal) => return Err(refusal.clone()),
    };
    let Report { removed, .. } = publication.commit(Vec::new())?;
    let cleared = remembered.clear().and_then(|()| Cache::new(cache).clear());
    cleared.map_err(|error| io_error("remove the cache in", cache, &error))?;
    let listed = if folder.exists() { list(&folder) } else { Ok(Vec::new()) };
    let listed = listed.map_err(|error| io_error("list", output, &error))?;
    let mut left: Vec<String> = listed.into_iter().map(|(name, _)| name).collect();
    left.sort();
    Ok(Cleaned { removed, left })
}
