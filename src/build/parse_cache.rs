//! What is remembered of sources between builds: each file's stamp, digest and parse.

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

/// Everything parsed, by what and how.
#[derive(Clone, Default)]
pub(crate) struct ParseCache {
    program: Digest,
    language: Option<ParseOptions>,
    entries: Vec<(SourcePath, CachedSource)>,
}

/// The head of what is written between builds. Behind it come the entries in pieces, so that every thread reads and
/// writes some.
#[derive(Serialize, Deserialize)]
struct CacheHeader {
    program: Digest,
    language: Option<ParseOptions>,
    /// Bytes of each piece.
    pieces: Vec<usize>,
}

/// Entries in a piece.
const CHUNK_ENTRIES: usize = 512;

/// How many bytes of parsed texts are kept for the pages that show them: those of 30,000 articles. In a larger site
/// the others are read again when their pages are made, so that memory is not filled with texts that wait.
const TEXTS_KEPT: usize = 192 << 20;

impl ParseCache {
    /// Reads what was written; nothing when it cannot be read, or another program wrote it.
    pub(super) fn read(bytes: Option<Vec<u8>>, program: Digest) -> ParseCache {
        bytes.and_then(|bytes| ParseCache::decode(&bytes, program)).unwrap_or_default()
    }

    fn decode(bytes: &[u8], program: Digest) -> Option<ParseCache> {
        let (head, mut rest): (CacheHeader, &[u8]) = postcard::take_from_bytes(bytes).ok()?;
        if head.program != program {
            return None;
        }
        let mut pieces = Vec::with_capacity(head.pieces.len());
        for length in head.pieces {
            let (piece, behind) = rest.split_at_checked(length)?;
            pieces.push(piece);
            rest = behind;
        }
        let pieces: Result<Vec<Vec<(SourcePath, CachedSource)>>, _> =
            pieces.into_par_iter().map(postcard::from_bytes).collect();
        let entries = pieces.ok()?.into_iter().flatten().collect();
        Some(ParseCache { program, language: head.language, entries })
    }

    /// The head and the pieces.
    fn encode(&self) -> Vec<Vec<u8>> {
        let encode = |piece: &[(SourcePath, CachedSource)]| postcard::to_stdvec(piece).expect("our own types encode");
        let pieces: Vec<Vec<u8>> = self.entries.par_chunks(CHUNK_ENTRIES).map(encode).collect();
        let lengths = pieces.iter().map(Vec::len).collect();
        let head = CacheHeader { program: self.program, language: self.language.clone(), pieces: lengths };
        [postcard::to_stdvec(&head).expect("our own types encode")].into_iter().chain(pieces).collect()
    }
}

/// One file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CachedSource {
    stamp: Stamp,
    /// Whether a later write must have changed the stamp.
    settled: bool,
    pub(super) digest: Digest,
    pub(super) source: ParsedSource,
    /// What was told of it: warnings, and errors in the text of what may rest.
    pub(super) warnings: Vec<Diagnostic>,
}

/// The sources of a site, parsed.
pub struct ParseResults {
    /// Every file that could be read, by path.
    pub inputs: BTreeMap<SourcePath, SourceFile>,
    /// Files with errors, as far as they could be read: what refers to them is not to blame.
    pub broken: BTreeMap<SourcePath, Option<ParsedSource>>,
    /// The texts of the files parsed just now, as many as are kept.
    pub bodies: HashMap<SourcePath, Arc<BodyHtml>>,
    /// How many files were parsed just now.
    pub parsed: usize,
    memory: ParseCache,
    changed: bool,
}

impl ParseResults {
    /// What is known of a file.
    pub(super) fn entry(&self, path: &SourcePath) -> Option<&CachedSource> {
        let at = self.memory.entries.binary_search_by(|(known, _)| known.cmp(path)).ok()?;
        Some(&self.memory.entries[at].1)
    }

    /// The same, to be changed.
    pub(super) fn entry_mut(&mut self, path: &SourcePath) -> Option<&mut CachedSource> {
        let at = self.memory.entries.binary_search_by(|(known, _)| known.cmp(path)).ok()?;
        Some(&mut self.memory.entries[at].1)
    }

    /// What is known of the sources, for the next look at them.
    pub(crate) fn memory(&self) -> ParseCache {
        self.memory.clone()
    }

    /// What to remember, in pieces; `None` when nothing changed.
    #[must_use]
    pub fn encode_if_changed(&self) -> Option<Vec<Vec<u8>>> {
        self.changed.then(|| self.memory.encode())
    }
}

/// Reads and parses what changed since `memory` was written; the rest is taken from there.
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
    // Both are in the order of paths.
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
    let texts_held = AtomicUsize::new(0);
    let fresh: Vec<_> = outdated
        .into_par_iter()
        .map(|(path, stamp, before)| {
            let mut look = read_source(folder, path, stamp, before, language, now);
            look.body = look.body.filter(|body| texts_held.fetch_add(body.html.len(), Relaxed) < TEXTS_KEPT);
            (path.clone(), look)
        })
        .collect();
    let mut parsed = ParseResults {
        inputs: BTreeMap::new(),
        broken: BTreeMap::new(),
        bodies: HashMap::new(),
        parsed: 0,
        memory: ParseCache { program, language: Some(language.clone()), entries: Vec::new() },
        changed,
    };
    for (path, look) in fresh {
        parsed.parsed += usize::from(look.is_new);
        if let Some(body) = look.body {
            parsed.bodies.insert(path.clone(), Arc::new(body));
        }
        match look.entry {
            Ok(entry) => {
                kept.push((path, entry));
            }
            Err(InvalidSource { source, found }) => {
                diagnostics.extend(found);
                parsed.broken.insert(path, source);
            }
        }
    }
    kept.sort_by(|(one, _), (other, _)| one.cmp(other));
    share_paths(&mut kept);
    diagnostics.extend(kept.iter().flat_map(|(_, entry)| entry.warnings.iter().cloned()));
    let input = |entry: &CachedSource| SourceFile { parsed: entry.source.clone(), digest: entry.digest };
    parsed.inputs = kept.iter().map(|(path, entry)| (path.clone(), input(entry))).collect();
    parsed.memory.entries = kept;
    parsed
}

/// Lets articles name files by the very values that the files have: links alone would fill as much memory as front
/// matter does.
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

/// Files that other rooms read for themselves are none of this one's.
fn is_input(path: &SourcePath) -> bool {
    !matches!(content::source_kind(path), SourceKind::Theme | SourceKind::Settings | SourceKind::Unknown)
}

/// A file with errors.
pub(super) struct InvalidSource {
    source: Option<ParsedSource>,
    found: Vec<Diagnostic>,
}

/// What a look at a file gave.
pub(super) struct ReadOutcome {
    pub(super) entry: Result<CachedSource, InvalidSource>,
    body: Option<BodyHtml>,
    is_new: bool,
}

/// Looks at a file again. The same bytes as before need no parsing, whatever the stamp says.
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
            let broken = InvalidSource { source: None, found: vec![error] };
            return ReadOutcome { entry: Err(broken), body: None, is_new: true };
        }
    };
    let digest = Digest::of_bytes(&bytes);
    let settled = stamp.is_settled(now);
    if let Some(before) = before.filter(|before| before.digest == digest) {
        return ReadOutcome { entry: Ok(CachedSource { stamp, settled, ..before }), body: None, is_new: false };
    }
    let parsed = content::parse(path, &bytes, language);
    // Whether the text of a draft matters is for others to say.
    let may_rest = parsed.source.as_ref().is_some_and(ParsedSource::is_unfinished);
    let failed =
        parsed.diagnostics.iter().any(|diagnostic| diagnostic.is_error() && !(may_rest && diagnostic.is_in_markdown()));
    let entry = match parsed.source {
        Some(source) if !failed => Ok(CachedSource { stamp, settled, digest, source, warnings: parsed.diagnostics }),
        source => Err(InvalidSource { source, found: parsed.diagnostics }),
    };
    ReadOutcome { entry, body: parsed.body, is_new: true }
}

/// Reads again the texts of files that were not parsed just now.
pub(super) fn texts(
    folder: &SourceTree,
    language: &ParseOptions,
    paths: impl IntoParallelIterator<Item = SourcePath>,
) -> Result<Vec<(SourcePath, Arc<BodyHtml>)>, Diagnostic> {
    paths
        .into_par_iter()
        .map(|path| {
            let bytes = folder.read(&path)?;
            let body = content::parse(&path, &bytes, language).body.unwrap_or_default();
            Ok((path, Arc::new(body)))
        })
        .collect()
}
