//! Compresses the texts of the output, for hosts and web servers that serve `x.html.gz` or `x.html.br` instead of
//! compressing each response.
//!
//! A compressed file is derived from the bytes of its original: its trace is the digest of these, so that what has the
//! same bytes is not compressed again, even if it was rendered again. The original's trace ends with what became of each
//! encoding, so that a file without a compressed one is known to have none. The threads that render compress, too.

use std::collections::HashSet;
use std::io::Write;

use flate2::{Compression, GzBuilder};

use super::render_all::PageSink;
use crate::config::Encoding;
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath};
use crate::plan::{OutputFile, Plan};
use crate::publish::{Publication, PublishError, PublishedFile, Staged, Trace};

/// Extensions of files that are texts, which all become much smaller.
const TEXTS: &[&str] = &["html", "css", "js", "xml", "json", "svg", "txt", "webmanifest"];

/// The best that gzip has: decompression takes the same time at all levels.
const GZIP_LEVEL: u32 = 9;

/// Of 11: the highest without the search for the shortest encoding of 10 and 11, which is much slower.
const BROTLI_QUALITY: i32 = 9;

/// The sink of a build that compresses. Returns for each file what to publish, and whether it was rendered.
pub(super) struct CompressingSink<'a> {
    publication: &'a Publication,
    encodings: &'a [Encoding],
    /// Paths of the plan: a file of the site's own is never replaced by a compressed one.
    planned: HashSet<&'a OutputPath>,
}

/// What became of a file in one encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    /// There is a compressed file beside it.
    Smaller,
    /// There is none, since it would not be smaller.
    NotSmaller,
    /// The site has a file of its own there.
    Own,
}

impl<'a> CompressingSink<'a> {
    pub(super) fn new(publication: &'a Publication, encodings: &'a [Encoding], plan: &'a Plan) -> CompressingSink<'a> {
        let planned = match encodings {
            [] => HashSet::new(),
            _ => plan.outputs.iter().map(|page| &page.output).collect(),
        };
        CompressingSink { publication, encodings, planned }
    }

    /// Returns the encodings of a file, each with the path of the compressed one.
    fn targets(&self, page: &OutputFile) -> Vec<(Encoding, OutputPath)> {
        if self.encodings.is_empty() {
            return Vec::new();
        }
        if !is_text(&page.output) {
            return Vec::new();
        }
        let path = page.output.as_str();
        let beside = |encoding: &Encoding| {
            let path = OutputPath::new(&format!("{path}.{}", encoding.extension())).ok()?;
            Some((*encoding, path))
        };
        self.encodings.iter().filter_map(beside).collect()
    }

    /// Returns what an earlier build published beside a file with these bytes.
    fn kept(&self, encoding: Encoding, path: &OutputPath, content: Digest) -> Option<PublishedFile> {
        let trace = trace_of(encoding, content);
        let staged = self.publication.fresh(path, &trace)?;
        Some(variant(path, trace, staged))
    }
}

impl PageSink for CompressingSink<'_> {
    type Done = (Vec<PublishedFile>, bool);

    fn known(&self, page: &OutputFile) -> Option<&Trace> {
        PageSink::known(self.publication, page)
    }

    fn reuse(&self, page: &OutputFile, trace: &Trace) -> Option<Self::Done> {
        let targets = self.targets(page);
        if targets.is_empty() {
            return self.publication.reuse(page, trace).map(|(file, _)| (vec![file], false));
        }
        let known = self.publication.known(&page.output)?;
        // Each encoding has two outcomes, unless the site has a file of its own; the one of the earlier build is in the
        // trace.
        (0..1_u32 << targets.len()).find_map(|outcome| {
            let variant = |index: usize, path: &OutputPath| match outcome >> index & 1 {
                _ if self.planned.contains(path) => Variant::Own,
                0 => Variant::Smaller,
                _ => Variant::NotSmaller,
            };
            let variants: Vec<Variant> =
                targets.iter().enumerate().map(|(index, (_, path))| variant(index, path)).collect();
            let trace = with_variants(trace, &targets, &variants);
            if known.trace != trace {
                return None;
            }
            let (file, _) = self.publication.reuse(page, &trace)?;
            let smaller = targets.iter().zip(&variants).filter(|(_, variant)| **variant == Variant::Smaller);
            let beside = smaller.map(|((encoding, path), _)| self.kept(*encoding, path, known.content));
            let files: Option<Vec<PublishedFile>> = [Some(file)].into_iter().chain(beside).collect();
            Some((files?, false))
        })
    }

    fn accept(&self, page: &OutputFile, trace: Trace, bytes: Vec<u8>) -> Result<Self::Done, PublishError> {
        let targets = self.targets(page);
        if targets.is_empty() {
            return self.publication.accept(page, trace, bytes).map(|(file, _)| (vec![file], true));
        }
        let content = Digest::of_bytes(&bytes);
        let (mut files, mut variants) = (Vec::new(), Vec::new());
        for (encoding, path) in &targets {
            if self.planned.contains(path) {
                variants.push(Variant::Own);
            } else if let Some(kept) = self.kept(*encoding, path, content) {
                variants.push(Variant::Smaller);
                files.push(kept);
            } else {
                let compressed = compress(*encoding, &bytes);
                if compressed.len() < bytes.len() {
                    let staged = self.publication.stage(path, &compressed)?;
                    variants.push(Variant::Smaller);
                    files.push(variant(path, trace_of(*encoding, content), staged));
                } else {
                    variants.push(Variant::NotSmaller);
                }
            }
        }
        let (file, _) = self.publication.accept(page, with_variants(&trace, &targets, &variants), bytes)?;
        files.push(file);
        Ok((files, true))
    }
}

/// Returns a compressed file. It has no URL of its own: servers send it for that of its original.
fn variant(path: &OutputPath, trace: Trace, staged: Staged) -> PublishedFile {
    PublishedFile { path: path.clone(), layout: OutputLayout::Folders, trace, staged }
}

/// Returns the trace of a compressed file: the bytes of its original, and how they were compressed.
fn trace_of(encoding: Encoding, content: Digest) -> Trace {
    let method = format!("{} {GZIP_LEVEL} {BROTLI_QUALITY}", encoding.extension());
    Trace(vec![content, Digest::of_bytes(method.as_bytes())])
}

/// Returns the trace of an original: that of the file, and what became of each encoding. The digests of answers stay in
/// their places.
fn with_variants(trace: &Trace, targets: &[(Encoding, OutputPath)], variants: &[Variant]) -> Trace {
    let words = targets.iter().zip(variants).map(|((encoding, _), variant)| {
        let variant = match variant {
            Variant::Smaller => "smaller",
            Variant::NotSmaller => "not smaller",
            Variant::Own => "own",
        };
        format!("{} {variant}\n", encoding.extension())
    });
    let marker = Digest::of_bytes(words.collect::<String>().as_bytes());
    Trace(trace.0.iter().copied().chain([marker]).collect())
}

/// Returns whether a file is a text, by its extension.
pub(crate) fn is_text(path: &OutputPath) -> bool {
    path.as_str().rsplit_once('.').is_some_and(|(_, extension)| TEXTS.contains(&extension))
}

/// Compresses bytes. The result depends on them alone: the header of gzip has no time and no name.
pub(crate) fn compress(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(bytes.len() / 3);
    let written = match encoding {
        Encoding::Gzip => {
            let mut writer = GzBuilder::new().mtime(0).write(&mut compressed, Compression::new(GZIP_LEVEL));
            writer.write_all(bytes).and_then(|()| writer.finish().map(drop))
        }
        Encoding::Br => {
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI_QUALITY,
                size_hint: bytes.len(),
                ..brotli::enc::BrotliEncoderParams::default()
            };
            brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters).map(drop)
        }
    };
    written.expect("a buffer in memory takes all bytes");
    compressed
}
