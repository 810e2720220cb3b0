//! The variants of pictures and the social cards: which ones the pages of a build name, and their bytes.
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
use super::social_cards::draw;
use super::{BuildObserver, PreparedSite, Work, cache_folder, stopped};
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath, SourcePath};
use crate::pictures::{DecodeOptions, DecodedPicture, PictureProblem, RenditionId, Variant, VariantSpec, decode};
use crate::plan::SocialCard;
use crate::publish::{PictureCache, Publication, PublishedFile, Staged, Trace};
use crate::render::{CorruptImage, without_metadata};

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

/// A file that is missing in the output.
struct MissingFile {
    path: OutputPath,
    /// Identifies the bytes, in the cache and in the trace.
    key: Digest,
    content: Content,
}

/// What a missing file shows.
enum Content {
    /// A picture.
    Variant(VariantSpec),
    /// A social card.
    Card(SocialCard),
}

/// Work of one thread at a time: the missing variants of one picture, or one social card, which has no source.
type Task<'s> = (Option<&'s SourcePath>, Vec<MissingFile>);

/// The results of a task: the published files and warnings.
type TaskResult = Result<(Vec<PublishedFile>, Vec<Diagnostic>), RenderAbort>;

/// Receives the bytes of a missing file.
type OnFile<'f> = dyn FnMut(&MissingFile, Vec<u8>) -> Result<(), RenderAbort> + 'f;

/// Returns the published files of all variants and social cards that the build's pages name. Warnings go into
/// `diagnostics`.
pub(super) fn publish_variants(
    prepared: &PreparedSite,
    named: &BTreeSet<RenditionId>,
    publication: &Publication,
    now: SystemTime,
    observer: &dyn BuildObserver,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<PublishedFile>, RenderAbort> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let (mut published, mut used) = (Vec::new(), HashSet::new());
    let mut missing = |path: OutputPath, key: Digest, content: Content| {
        used.insert(key);
        match publication.fresh(&path, &Trace(vec![key])) {
            Some(staged) => published.push(published_file(path, key, staged)),
            None => return Some(MissingFile { path, key, content }),
        }
        None
    };
    let pictures = &prepared.plan.pictures;
    let mut variants: BTreeMap<&SourcePath, Vec<MissingFile>> = BTreeMap::new();
    for (source, variant) in pictures.variants(&prepared.site, named) {
        let found = missing(variant.output(), variant.key, Content::Variant(variant.spec));
        if let Some(found) = found {
            variants.entry(source).or_default().push(found);
        }
    }
    let cards = pictures.cards(named);
    let cards = cards.filter_map(|card| missing(card.output(), card.key(), Content::Card(card.clone())));
    let cards: Vec<Task<'_>> = cards.map(|card| (None, vec![card])).collect();
    let mut tasks: Vec<Task<'_>> = variants.into_iter().map(|(source, variants)| (Some(source), variants)).collect();
    tasks.extend(cards);
    let cache = picture_cache(prepared);
    if !tasks.is_empty() {
        observer.stage("encode");
        observer.planned(Work::Variants, tasks.iter().map(|(_, missing)| missing.len()).sum());
        let (made, warnings) = VariantWriter::new(prepared, publication, &cache, observer).run(tasks)?;
        published.extend(made);
        diagnostics.extend(warnings);
    }
    cache.prune(&used, now);
    Ok(published)
}

fn published_file(path: OutputPath, key: Digest, staged: Staged) -> PublishedFile {
    PublishedFile { path, trace: Trace(vec![key]), layout: OutputLayout::default(), staged }
}

/// Makes missing files on all cores.
struct VariantWriter<'a> {
    prepared: &'a PreparedSite,
    publication: &'a Publication,
    cache: &'a PictureCache,
    observer: &'a dyn BuildObserver,
    limit: PixelLimit,
}

impl<'a> VariantWriter<'a> {
    fn new(
        prepared: &'a PreparedSite,
        publication: &'a Publication,
        cache: &'a PictureCache,
        observer: &'a dyn BuildObserver,
    ) -> VariantWriter<'a> {
        VariantWriter { prepared, publication, cache, observer, limit: PixelLimit::default() }
    }

    /// Does all tasks. Those with the most files come first, so that no thread is left with a long one at the end.
    fn run(&self, mut tasks: Vec<Task<'_>>) -> TaskResult {
        tasks.sort_by_key(|(_, missing)| missing.len());
        let threads = rayon::current_num_threads().min(tasks.len());
        let queue = Mutex::new(tasks);
        let results: Mutex<BTreeMap<OutputPath, TaskResult>> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
                        let Some((source, missing)) = next.filter(|_| !self.observer.is_stopped()) else { break };
                        let made = self.make(source, &missing);
                        results.lock().unwrap_or_else(PoisonError::into_inner).insert(missing[0].path.clone(), made);
                    }
                });
            }
        });
        if self.observer.is_stopped() {
            return Err(RenderAbort::Diagnostics(vec![stopped()]));
        }
        let (mut published, mut warnings, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for result in results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
            match result {
                Ok((files, found)) => {
                    published.extend(files);
                    warnings.extend(found);
                }
                // An error of a template is the same for all cards.
                Err(RenderAbort::Diagnostics(found)) => {
                    errors.extend(found.into_iter().filter(|error| !errors.contains(error)).collect::<Vec<_>>());
                }
                Err(stop) => return Err(stop),
            }
        }
        if errors.is_empty() { Ok((published, warnings)) } else { Err(RenderAbort::Diagnostics(errors)) }
    }

    /// Makes the files of a task: those in the cache are read, the others are made and stored there.
    fn make(&self, source: Option<&SourcePath>, missing: &[MissingFile]) -> TaskResult {
        let mut published = Vec::with_capacity(missing.len());
        let mut publish = |missing: &MissingFile, bytes: &[u8]| {
            let staged = self.publication.stage(&missing.path, bytes).map_err(RenderAbort::Publish)?;
            published.push(published_file(missing.path.clone(), missing.key, staged));
            self.observer.done();
            Ok::<(), RenderAbort>(())
        };
        let mut unknown = Vec::new();
        for missing in missing {
            match self.cache.load(missing.key) {
                Some(bytes) => publish(missing, &bytes)?,
                None => unknown.push(missing),
            }
        }
        let (mut warnings, mut result) = (Vec::new(), Ok(()));
        if !unknown.is_empty() {
            let kind = if source.is_some() { "variants of pictures" } else { "social cards" };
            self.observer.make(kind, &mut || {
                result = self.encode(source, &unknown, &mut warnings, &mut |missing, bytes| {
                    self.cache.store(missing.key, &bytes);
                    publish(missing, &bytes)
                });
            });
        }
        result.map(|()| (published, warnings))
    }

    /// Makes files, and passes the bytes of each to `done`. A picture is decoded once for all of its variants.
    fn encode(
        &self,
        source: Option<&SourcePath>,
        missing: &[&MissingFile],
        warnings: &mut Vec<Diagnostic>,
        done: &mut OnFile<'_>,
    ) -> Result<(), RenderAbort> {
        let failed = |diagnostic| RenderAbort::Diagnostics(vec![diagnostic]);
        let prepared = self.prepared;
        let size = source.and_then(|source| prepared.site.urls.file(source).flatten());
        let _permit = self.limit.take(size.map_or(0, |(width, height)| u64::from(width) * u64::from(height)));
        let picture = source.map(|source| {
            let bytes = read_picture(prepared, source)?;
            let picture = decode(&bytes, &decode_options(prepared)).map_err(|problem| explain(source, &problem))?;
            Ok::<_, Diagnostic>((picture, bytes))
        });
        let picture = picture.transpose().map_err(failed)?;
        for missing in missing {
            // Two slots may show the same part of a picture in the same size.
            if let Some(bytes) = self.cache.load(missing.key) {
                done(missing, bytes)?;
                continue;
            }
            let bytes = match (&missing.content, source.zip(picture.as_ref())) {
                (Content::Variant(spec), Some((source, (picture, file)))) => {
                    encode(picture, file, spec).map_err(|problem| explain(source, &problem))
                }
                (Content::Card(card), _) => draw(prepared, card, warnings),
                (Content::Variant(_), None) => unreachable!("a variant has a source"),
            };
            done(missing, bytes.map_err(failed)?)?;
        }
        Ok(())
    }
}

/// Reads the file of a picture, whose variants have names and cache entries by its digest.
///
/// # Errors
/// The file can no longer be read, or has changed since it was parsed.
fn read_picture(prepared: &PreparedSite, source: &SourcePath) -> Result<Vec<u8>, Diagnostic> {
    let bytes = prepared.folder.read(source)?;
    if prepared.site.urls.file_digest(source) == Some(Digest::of_bytes(&bytes)) {
        return Ok(bytes);
    }
    let changed = Diagnostic::error("image", "this picture changed while its variants were made");
    Err(changed.at(source, Span::Whole).help("build again"))
}

/// Encodes a variant. If the file shows the same in fewer bytes, those are taken, without metadata.
fn encode(picture: &DecodedPicture, file: &[u8], spec: &VariantSpec) -> Result<Vec<u8>, PictureProblem> {
    let encoded = picture.encode(spec)?;
    if !picture.is_shown_by_file(spec) || encoded.len() < file.len() {
        return Ok(encoded);
    }
    let cleaned = without_metadata(file).map_err(|CorruptImage| PictureProblem::Corrupt)?;
    let cleaned = cleaned.unwrap_or_else(|| file.to_vec());
    Ok(if cleaned.len() < encoded.len() { cleaned } else { encoded })
}

fn decode_options(prepared: &PreparedSite) -> DecodeOptions {
    DecodeOptions { max_pixels: prepared.config.pictures.max_pixels() }
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
        let (bytes, options) = (read_picture(prepared, source)?, decode_options(prepared));
        Ok(VariantTask { source: source.clone(), bytes, options, spec: variant.spec })
    }

    /// Makes the variant.
    ///
    /// # Errors
    /// If the picture cannot be decoded.
    pub(crate) fn encode(self) -> Result<Vec<u8>, Diagnostic> {
        let encoded = decode(&self.bytes, &self.options);
        let encoded = encoded.and_then(|picture| encode(&picture, &self.bytes, &self.spec));
        encoded.map_err(|problem| explain(&self.source, &problem))
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
