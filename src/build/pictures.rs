//! The variants of pictures: which ones the pages of a build name, and their bytes.
//!
//! A page's trace ends with the renditions that its bytes name, so that those of a page that is up to date are known
//! without reading it. Variants are made last, by threads of their own: from a cache, or else from the picture, which is
//! decoded once for all of its variants that are missing.

#![allow(clippy::disallowed_types, reason = "threads take pictures from one list, and share a limit of memory")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::SystemTime;

use super::render_all::RenderAbort;
use super::{BuildObserver, PreparedSite, Work, cache_folder, stopped};
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::path::{OutputPath, SourcePath};
use crate::pictures::{DecodeOptions, PictureProblem, RenditionId, Variant, VariantSpec, decode};
use crate::publish::{PictureCache, Publication, PublishedFile, Trace};

/// Greatest total of the pixels of pictures that are decoded at the same time. One larger picture is decoded alone.
const MAX_PIXELS_AT_ONCE: u64 = 100_000_000;

/// Returns the trace of a file whose bytes name these renditions. The digests of answers stay in their places.
pub(super) fn with_named(inputs: &Trace, named: &[RenditionId]) -> Trace {
    if named.is_empty() {
        return inputs.clone();
    }
    let named: Vec<Digest> = named.iter().map(|id| id.digest()).collect();
    let end = end_of(&named);
    Trace(inputs.0.iter().copied().chain(named).chain([end]).collect())
}

/// Returns the renditions at the end of the trace that an earlier build left, if its inputs are the same.
pub(super) fn named_before(known: Option<&Trace>, inputs: &Trace) -> Vec<RenditionId> {
    let Some(rest) = known.and_then(|known| known.0.strip_prefix(inputs.0.as_slice())) else { return Vec::new() };
    let length = (1..rest.len()).find(|&length| rest[length] == end_of(&rest[..length]));
    let named = &rest[..length.unwrap_or(0)];
    named.iter().filter_map(|digest| RenditionId::of_digest(*digest)).collect()
}

/// The digest after a list of renditions, which nothing else in a trace equals.
fn end_of(named: &[Digest]) -> Digest {
    Digest::of(&("renditions", named))
}

/// Returns the folder in which variants are kept.
pub(crate) fn picture_cache(prepared: &PreparedSite) -> PictureCache {
    let root = prepared.folder.root();
    let folder: PathBuf = match &prepared.config.pictures.cache {
        Some(folder) => root.join(folder.as_str()),
        None => cache_folder(root).join("pictures"),
    };
    PictureCache::new(&folder)
}

/// A variant that is missing in the output.
struct MissingVariant {
    variant: Variant,
    path: OutputPath,
}

/// Returns the published files of all variants of the renditions that the build's pages name.
pub(super) fn publish_variants(
    prepared: &PreparedSite,
    named: &BTreeSet<RenditionId>,
    publication: &Publication,
    now: SystemTime,
    observer: &dyn BuildObserver,
) -> Result<Vec<PublishedFile>, RenderAbort> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut published = Vec::new();
    let mut missing: BTreeMap<&SourcePath, Vec<MissingVariant>> = BTreeMap::new();
    let mut used = HashSet::new();
    for (source, variant) in prepared.plan.pictures.variants(&prepared.site, named) {
        let path = variant.output();
        used.insert(variant.key);
        match publication.fresh(&path, &trace_of(&variant)) {
            Some(staged) => published.push(PublishedFile { trace: trace_of(&variant), path, staged }),
            None => missing.entry(source).or_default().push(MissingVariant { variant, path }),
        }
    }
    let cache = picture_cache(prepared);
    if !missing.is_empty() {
        observer.stage("encode");
        observer.planned(Work::Variants, missing.values().map(Vec::len).sum());
        published.extend(encode_all(prepared, missing, publication, &cache, observer)?);
    }
    cache.prune(&used, now);
    Ok(published)
}

fn trace_of(variant: &Variant) -> Trace {
    Trace(vec![variant.key])
}

/// Makes all missing variants on all cores. The pictures with the most variants come first, so that no thread is left
/// with a long task at the end.
fn encode_all(
    prepared: &PreparedSite,
    missing: BTreeMap<&SourcePath, Vec<MissingVariant>>,
    publication: &Publication,
    cache: &PictureCache,
    observer: &dyn BuildObserver,
) -> Result<Vec<PublishedFile>, RenderAbort> {
    let mut pictures: Vec<(&SourcePath, Vec<MissingVariant>)> = missing.into_iter().collect();
    pictures.sort_by_key(|(_, variants)| variants.len());
    let threads = rayon::current_num_threads().min(pictures.len());
    let queue = Mutex::new(pictures);
    let limit = PixelLimit::default();
    let results: Mutex<Vec<(SourcePath, Result<Vec<PublishedFile>, RenderAbort>)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some((source, variants)) = next.filter(|_| !observer.is_stopped()) else { break };
                    let made = encode(prepared, source, &variants, publication, cache, &limit, observer);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((source.clone(), made));
                }
            });
        }
    });
    if observer.is_stopped() {
        return Err(RenderAbort::Diagnostics(vec![stopped()]));
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (mut published, mut diagnostics) = (Vec::new(), Vec::new());
    for (_, result) in results {
        match result {
            Ok(files) => published.extend(files),
            Err(RenderAbort::Diagnostics(found)) => diagnostics.extend(found),
            Err(stop) => return Err(stop),
        }
    }
    if diagnostics.is_empty() { Ok(published) } else { Err(RenderAbort::Diagnostics(diagnostics)) }
}

/// Makes the missing variants of one picture: those in the cache are read, the others are encoded and stored there.
fn encode(
    prepared: &PreparedSite,
    source: &SourcePath,
    missing: &[MissingVariant],
    publication: &Publication,
    cache: &PictureCache,
    limit: &PixelLimit,
    observer: &dyn BuildObserver,
) -> Result<Vec<PublishedFile>, RenderAbort> {
    let mut published = Vec::with_capacity(missing.len());
    let mut publish = |missing: &MissingVariant, bytes: &[u8]| {
        let staged = publication.stage(&missing.path, bytes).map_err(RenderAbort::Publish)?;
        published.push(PublishedFile { path: missing.path.clone(), trace: trace_of(&missing.variant), staged });
        observer.done();
        Ok::<(), RenderAbort>(())
    };
    let mut unknown = Vec::new();
    for missing in missing {
        match cache.load(missing.variant.key) {
            Some(bytes) => publish(missing, &bytes)?,
            None => unknown.push(missing),
        }
    }
    if !unknown.is_empty() {
        let mut result = Ok(());
        observer.make("variants of pictures", &mut || {
            let specs: Vec<VariantSpec> = unknown.iter().map(|missing| missing.variant.spec).collect();
            result = encode_variants(prepared, source, &specs, limit, &mut |index, bytes| {
                cache.store(unknown[index].variant.key, &bytes);
                publish(unknown[index], &bytes)
            });
        });
        result?;
    }
    Ok(published)
}

/// Encodes variants of a picture, and passes the bytes of each to `done` with its index.
fn encode_variants(
    prepared: &PreparedSite,
    source: &SourcePath,
    specs: &[VariantSpec],
    limit: &PixelLimit,
    done: &mut dyn FnMut(usize, Vec<u8>) -> Result<(), RenderAbort>,
) -> Result<(), RenderAbort> {
    let failed = |diagnostic| RenderAbort::Diagnostics(vec![diagnostic]);
    let explain = |problem: PictureProblem| failed(explain(source, &problem));
    let pixels =
        prepared.site.urls.file(source).flatten().map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    let _permit = limit.take(pixels);
    let bytes = prepared.folder.read(source).map_err(failed)?;
    let options = DecodeOptions { max_pixels: prepared.config.pictures.max_pixels() };
    let picture = decode(&bytes, &options).map_err(explain)?;
    drop(bytes);
    for (index, spec) in specs.iter().enumerate() {
        done(index, picture.encode(spec).map_err(explain)?)?;
    }
    Ok(())
}

/// A variant that can be made without the site: for the dev server, whose requests do not hold the site meanwhile.
pub(crate) struct VariantTask {
    source: SourcePath,
    bytes: Vec<u8>,
    options: DecodeOptions,
    spec: VariantSpec,
}

impl VariantTask {
    /// Reads what a variant is made from.
    ///
    /// # Errors
    /// If the file can no longer be read.
    pub(crate) fn read(
        prepared: &PreparedSite,
        source: &SourcePath,
        variant: &Variant,
    ) -> Result<VariantTask, Diagnostic> {
        let options = DecodeOptions { max_pixels: prepared.config.pictures.max_pixels() };
        Ok(VariantTask { source: source.clone(), bytes: prepared.folder.read(source)?, options, spec: variant.spec })
    }

    /// Makes the variant.
    ///
    /// # Errors
    /// If the picture cannot be decoded.
    pub(crate) fn encode(self) -> Result<Vec<u8>, Diagnostic> {
        let picture = decode(&self.bytes, &self.options).and_then(|picture| picture.encode(&self.spec));
        picture.map_err(|problem| explain(&self.source, &problem))
    }
}

fn explain(source: &SourcePath, problem: &PictureProblem) -> Diagnostic {
    Diagnostic::error("image", problem.to_string()).at(source, Span::Whole).help(problem.help())
}

/// Limits the pixels that are decoded at the same time, so that memory is bounded on any number of cores.
#[derive(Default)]
struct PixelLimit {
    taken: Mutex<u64>,
    freed: Condvar,
}

/// A share of the limit, given back when it is dropped.
struct Permit<'l> {
    limit: &'l PixelLimit,
    pixels: u64,
}

impl PixelLimit {
    /// Waits until a picture of this size may be decoded.
    fn take(&self, pixels: u64) -> Permit<'_> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken > 0 && *taken + pixels > MAX_PIXELS_AT_ONCE {
            taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += pixels;
        Permit { limit: self, pixels }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.limit.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.pixels;
        self.limit.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renditions_are_found_at_the_end_of_a_trace() {
        let digest = |text: &str| Digest::of_bytes(text.as_bytes());
        let inputs = Trace(vec![digest("a"), digest("b")]);
        let named: Vec<RenditionId> = ["c", "d"].map(|it| RenditionId::of(digest(it))).to_vec();
        let mut known = with_named(&inputs, &named);
        assert_eq!(named_before(Some(&known), &inputs), named);
        known.0.push(digest("what became of each encoding"));
        assert_eq!(named_before(Some(&known), &inputs), named);
        assert_eq!(named_before(Some(&known), &Trace(vec![digest("a")])), []);
        assert_eq!(named_before(Some(&inputs), &inputs), []);
        assert_eq!(with_named(&inputs, &[]), inputs);
    }

    #[test]
    fn pictures_wait_for_memory() {
        let limit = PixelLimit::default();
        let large = limit.take(MAX_PIXELS_AT_ONCE * 3);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(limit.take(1)));
            drop(large);
            waiting.join().unwrap();
        });
        assert_eq!(*limit.taken.lock().unwrap(), 0);
    }
}
