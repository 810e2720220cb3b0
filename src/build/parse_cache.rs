//! The parse cache: stamp, digest and parse result of each source, kept between builds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::SystemTime;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::content::body::{BodyHtml, LinkTarget};
use crate::content::{self, ParseOptions, ParsedSource, SourceKind};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::site::SourceFile;
use crate::source::{SourceTree, Stamp};

/// Parsed sources, with the program version and the parse options that they hold for.
#[derive(Clone, Default)]
pub(crate) struct ParseCache {
    program: Digest,
    language: Option<ParseOptions>,
    entries: Vec<(SourcePath, CachedSource)>,
}

/// Head of the stored cache. The entries follow in chunks, so that several threads encode and decode them.
#[derive(Serialize, Deserialize)]
struct CacheHeader {
    program: Digest,
    language: Option<ParseOptions>,
    /// Length of each chunk in bytes.
    pieces: Vec<usize>,
}

/// Entries in a chunk.
const CHUNK_ENTRIES: usize = 512;

/// Greatest total of parsed bodies, in bytes of HTML, that are kept until their pages are rendered: those of about
/// 30,000 articles. In a larger site the others are parsed again when needed, so that memory stays bounded.
const TEXTS_KEPT: usize = 192 << 20;

impl ParseCache {
    /// Decodes a stored cache; empty if it is damaged or was written by another version of the program.
    pub(super) fn read(bytes: Option<Vec<u8>>, program: Digest) -> ParseCache {
        bytes.and_then(|bytes| ParseCache::decode(&bytes, program)).unwrap_or_default()
    }

    fn decode(bytes: &[u8], program: Digest) -> Option<ParseCache> {
        let (header, mut rest): (CacheHeader, &[u8]) = postcard::take_from_bytes(bytes).ok()?;
        if header.program != program {
            return None;
        }
        let mut pieces = Vec::with_capacity(header.pieces.len());
        for length in header.pieces {
            let (chunk, after) = rest.split_at_checked(length)?;
            pieces.push(chunk);
            rest = after;
        }
        let pieces: Result<Vec<Vec<(SourcePath, CachedSource)>>, _> =
            pieces.into_par_iter().map(postcard::from_bytes).collect();
        let entries = pieces.ok()?.into_iter().flatten().collect();
        Some(ParseCache { program, language: header.language, entries })
    }

    /// Encodes the head and the chunks.
    fn encode(&self) -> Vec<Vec<u8>> {
        let encode = |chunk: &[(SourcePath, CachedSource)]| postcard::to_stdvec(chunk).expect("our own types encode");
        let pieces: Vec<Vec<u8>> = self.entries.par_chunks(CHUNK_ENTRIES).map(encode).collect();
        let lengths = pieces.iter().map(Vec::len).collect();
        let header = CacheHeader { program: self.program, language: self.language.clone(), pieces: lengths };
        [postcard::to_stdvec(&header).expect("our own types encode")].into_iter().chain(pieces).collect()
    }
}

/// A cached source.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CachedSource {
    stamp: Stamp,
    /// Whether the stamp is old enough that any later write must change it.
    settled: bool,
    pub(super) digest: Digest,
    pub(super) source: ParsedSource,
    /// Diagnostics of the file: warnings, and errors in the Markdown of drafts and expiring articles, which do not stop
    /// a build.
    pub(super) warnings: Vec<Diagnostic>,
}

/// The parsed sources of a site.
pub struct ParseResults {
    /// Every source without errors, by path.
    pub sources: BTreeMap<SourcePath, SourceFile>,
    /// Every source with errors, with what could be parsed of it: references to these files are not reported as errors.
    pub invalid: BTreeMap<SourcePath, Option<ParsedSource>>,
    /// Bodies of the texts that were parsed in this run, as many as fit into [`TEXTS_KEPT`].
    pub bodies: HashMap<SourcePath, Arc<BodyHtml>>,
    /// Number of files that were parsed in this run.
    pub parsed: usize,
    memory: ParseCache,
    changed: bool,
}

impl ParseResults {
    /// Returns the cache entry of a source.
    pub(super) fn entry(&self, path: &SourcePath) -> Option<&CachedSource> {
        let at = self.memory.entries.binary_search_by(|(known, _)| known.cmp(path)).ok()?;
        Some(&self.memory.entries[at].1)
    }

    /// Returns the cache entry of a source, mutable.
    pub(super) fn entry_mut(&mut self, path: &SourcePath) -> Option<&mut CachedSource> {
        let at = self.memory.entries.binary_search_by(|(known, _)| known.cmp(path)).ok()?;
        Some(&mut self.memory.entries[at].1)
    }

    /// Returns a copy of the parse cache, for the next run.
    pub(crate) fn memory(&self) -> ParseCache {
        self.memory.clone()
    }

    /// Returns the encoded cache in pieces; `None` if it equals the stored one.
    #[must_use]
    pub fn encode_if_changed(&self) -> Option<Vec<Vec<u8>>> {
        self.changed.then(|| self.memory.encode())
    }
}

/// Reads and parses the sources that have changed since `memory` was stored; the others come from there.
pub(super) fn read(
    folder: &SourceTree,
    language: &ParseOptions,
    program: Digest,
    now: SystemTime,
    memory: ParseCache,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParseResults {
    let usable = memory.program == program && memory.language.as_ref() == Some(language);
    let entries = if usable { memory.entries } else { Vec::new() };
    // Both sequences are sorted by path.
    let mut known = entries.into_iter().peekable();
    let mut changed = !usable;
    let mut outdated = Vec::new();
    let mut kept = Vec::new();
    for (path, stamp) in folder.files.iter().filter(|(path, _)| is_input(path)) {
        while known.next_if(|(before, _)| before < path).is_some() {
            changed = true;
        }
        match known.next_if(|(before, _)| before == path) {
            Some((path, entry)) if entry.settled && entry.stamp == *stamp => kept.push((path, entry)),
            before => outdated.push((path, *stamp, before.map(|(_, entry)| entry))),
        }
    }
    changed |= known.next().is_some() || !outdated.is_empty();
    let bytes_kept = AtomicUsize::new(0);
    let fresh: Vec<_> = outdated
        .into_par_iter()
        .map(|(path, stamp, before)| {
            let mut outcome = read_source(folder, path, stamp, before, language, now);
            outcome.body = outcome.body.filter(|body| bytes_kept.fetch_add(body.html.len(), Relaxed) < TEXTS_KEPT);
            (path.clone(), outcome)
        })
        .collect();
    let mut parsed = ParseResults {
        sources: BTreeMap::new(),
        invalid: BTreeMap::new(),
        bodies: HashMap::new(),
        parsed: 0,
        memory: ParseCache { program, language: Some(language.clone()), entries: Vec::new() },
        changed,
    };
    for (path, outcome) in fresh {
        parsed.parsed += usize::from(outcome.is_new);
        if let Some(body) = outcome.body {
            parsed.bodies.insert(path.clone(), Arc::new(body));
        }
        match outcome.entry {
            Ok(entry) => {
                kept.push((path, entry));
            }
            Err(InvalidSource { source, found }) => {
                diagnostics.extend(found);
                parsed.invalid.insert(path, source);
            }
        }
    }
    kept.sort_by(|(one, _), (other, _)| one.cmp(other));
    share_paths(&mut kept);
    diagnostics.extend(kept.iter().flat_map(|(_, entry)| entry.warnings.iter().cloned()));
    let input = |entry: &CachedSource| SourceFile { parsed: entry.source.clone(), digest: entry.digest };
    parsed.sources = kept.iter().map(|(path, entry)| (path.clone(), input(entry))).collect();
    parsed.memory.entries = kept;
    parsed
}

/// Makes articles share the paths that they link to: separate copies would take as much memory as the front matter.
fn share_paths(entries: &mut [(SourcePath, CachedSource)]) {
    let paths: FxHashSet<SourcePath> = entries.iter().map(|(path, _)| path.clone()).collect();
    entries.par_iter_mut().for_each(|(path, entry)| {
        let ParsedSource::Article(document) = &mut entry.source else { return };
        let Some(document) = Arc::get_mut(document) else { return };
        document.path = path.clone();
        for link in &mut document.analysis.links {
            let LinkTarget::Source(named, _) = &mut link.target else { continue };
            if let Some(same) = paths.get(named) {
                *named = same.clone();
            }
        }
    });
}

/// Returns whether a source is parsed here. Theme files and settings have readers of their own.
fn is_input(path: &SourcePath) -> bool {
    !matches!(content::source_kind(path), SourceKind::Theme | SourceKind::Settings | SourceKind::Unknown)
}

/// A source with errors.
pub(super) struct InvalidSource {
    source: Option<ParsedSource>,
    found: Vec<Diagnostic>,
}

/// Result of reading a source.
pub(super) struct ReadOutcome {
    pub(super) entry: Result<CachedSource, InvalidSource>,
    body: Option<BodyHtml>,
    is_new: bool,
}

/// Reads a source. If its digest is unchanged, it is not parsed again, whatever the stamp says.
pub(super) fn read_source(
    folder: &SourceTree,
    path: &SourcePath,
    stamp: Stamp,
    before: Option<CachedSource>,
    language: &ParseOptions,
    now: SystemTime,
) -> ReadOutcome {
    let bytes = match folder.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let invalid = InvalidSource { source: None, found: vec![error] };
            return ReadOutcome { entry: Err(invalid), body: None, is_new: true };
        }
    };
    let digest = Digest::of_bytes(&bytes);
    let settled = stamp.is_settled(now);
    if let Some(before) = before.filter(|before| before.digest == digest) {
        return ReadOutcome { entry: Ok(CachedSource { stamp, settled, ..before }), body: None, is_new: false };
    }
    let parsed = content::parse(path, &bytes, language);
    // Whether errors in the text of a draft matter depends on the clock, which `site` decides; whether an error that
    // leaves the text publishable is a known problem, `known_problems`.
    let may_be_unpublished = parsed.source.as_ref().is_some_and(ParsedSource::is_unfinished);
    let failed = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error() && !diagnostic.leaves_publishable())
        .any(|diagnostic| !(may_be_unpublished && diagnostic.is_in_markdown()));
    let entry = match parsed.source {
        Some(source) if !failed => Ok(CachedSource { stamp, settled, digest, source, warnings: parsed.diagnostics }),
        source => Err(InvalidSource { source, found: parsed.diagnostics }),
    };
    ReadOutcome { entry, body: parsed.body, is_new: true }
}

/// Parses the bodies of sources that were not parsed in this run.
///
/// # Errors
/// When a source cannot be read.
pub(crate) fn texts(
    paths: impl IntoParallelIterator<Item = SourcePath>,
    language: &ParseOptions,
    read: &(dyn Fn(&SourcePath) -> Result<Vec<u8>, Diagnostic> + Sync),
) -> Result<Vec<(SourcePath, Arc<BodyHtml>)>, Diagnostic> {
    paths
        .into_par_iter()
        .map(|path| {
            let bytes = read(&path)?;
            let body = content::parse(&path, &bytes, language).body.unwrap_or_default();
            Ok((path, Arc::new(body)))
        })
        .collect()
}
