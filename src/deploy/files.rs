//! The files that a deployment sends: those that the build published, with the digest of their bytes.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Result;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath};
use crate::plan::DeployPhase;
use crate::publish::{Manifest, ManifestEntry};
use crate::source::io_error_text;

/// A file of the output.
#[derive(Clone, Debug)]
pub(super) struct SiteFile {
    pub(super) path: OutputPath,
    /// Where its bytes are.
    pub(super) file: PathBuf,
    /// Number of bytes.
    pub(super) length: u64,
    pub(super) digest: Digest,
    /// The layout by which its URL comes from its path.
    pub(super) layout: OutputLayout,
    pub(super) phase: DeployPhase,
    /// Whether the build compressed another file to it, for web servers that look for it beside the original.
    pub(super) is_variant: bool,
}

/// The encodings of compressed files beside their originals, by extension (`build::compress`).
const ENCODINGS: &[&str] = &[".gz", ".br"];

impl SiteFile {
    /// Returns the bytes of the file.
    ///
    /// # Errors
    /// If the file cannot be read, or has changed since its digest was taken.
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        let bytes = std::fs::read(&self.file).map_err(|error| unreadable(&self.file, &error))?;
        if Digest::of_bytes(&bytes) != self.digest {
            let message = format!("`{}` has changed while the site was deployed", self.file.display());
            return Err(super::error(message).help("run `handbill deploy` again, and let nothing else write there"));
        }
        Ok(bytes)
    }
}

/// Returns the path of the file of which this one would be a compressed variant, by its name.
pub(super) fn original(path: &OutputPath) -> Option<OutputPath> {
    let original = ENCODINGS.iter().find_map(|encoding| path.as_str().strip_suffix(encoding))?;
    OutputPath::new(original).ok()
}

/// Checks files that another program has read.
///
/// # Errors
/// If one of them has changed since its digest was taken.
pub(super) fn check_unchanged(files: &[&SiteFile]) -> Result<()> {
    files.par_iter().try_for_each(|file| file.read().map(drop))
}

/// Returns whether a path is that of a page.
pub(super) fn is_page(path: &OutputPath) -> bool {
    path.as_str().ends_with(".html")
}

/// Returns whether a file's name has a fingerprint: `assets/style.0123abcd.css`. Pages that were sent earlier, and are
/// in caches, go on loading it after the theme has changed.
pub(super) fn is_fingerprinted(path: &OutputPath) -> bool {
    let Some(name) = path.as_str().strip_prefix("assets/") else { return false };
    let name = ENCODINGS.iter().find_map(|encoding| name.strip_suffix(encoding)).unwrap_or(name);
    let parts: Vec<&str> = name.rsplit('/').next().unwrap_or(name).split('.').collect();
    let is_digest = |part: &&str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.len() >= 3 && parts[1..parts.len() - 1].iter().any(is_digest)
}

/// Returns whether a path is that of a variant of a picture or a social card. One that was taken down is removed at once:
/// it may show somebody who must not be shown.
pub(super) fn is_picture(path: &OutputPath) -> bool {
    path.as_str().strip_prefix(crate::pictures::FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// Lists the files that a build published into `output`, by path.
///
/// # Errors
/// One for each file that cannot be read.
pub(super) fn site_files(
    output: &Path,
    manifest: &Manifest,
    phases: &[(OutputPath, DeployPhase)],
) -> std::result::Result<Vec<SiteFile>, Vec<Diagnostic>> {
    let phases: FxHashMap<&str, DeployPhase> = phases.iter().map(|(path, phase)| (path.as_str(), *phase)).collect();
    // The plan has the site's own compressed files, and none that a build adds.
    let planned = |path: &OutputPath| match phases.get(path.as_str()) {
        Some(phase) => (*phase, false),
        None => match original(path).and_then(|original| phases.get(original.as_str()).copied()) {
            Some(phase) => (phase, true),
            None => (DeployPhase::Asset, false),
        },
    };
    let entries: Vec<(&OutputPath, &ManifestEntry)> = manifest.files().collect();
    let read = |(path, entry): &(&OutputPath, &ManifestEntry)| {
        let file = output.join(path.as_str());
        let bytes = std::fs::read(&file).map_err(|error| unreadable(&file, &error))?;
        let (length, digest) = (bytes.len() as u64, Digest::of_bytes(&bytes));
        let (phase, is_variant) = planned(path);
        Ok(SiteFile { path: (*path).clone(), file, length, digest, layout: entry.layout, phase, is_variant })
    };
    let (files, errors): (Vec<_>, Vec<_>) =
        entries.par_iter().map(read).collect::<Vec<Result<SiteFile>>>().into_iter().partition(Result::is_ok);
    match errors.is_empty() {
        true => Ok(files.into_iter().flatten().collect()),
        false => Err(errors.into_iter().filter_map(Result::err).collect()),
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {}", file.display(), io_error_text(error));
    super::error(message).help("check its permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_fingerprint_are_known() {
        let check = |path: &str| is_fingerprinted(&OutputPath::new(path).unwrap());
        assert!(check("assets/style.0123abcd45.css") && check("assets/fonts/a.b.0123abcd45.woff2.br"));
        assert!(!check("assets/style.css") && !check("news/a.0123abcd45.css") && !check("assets/0123abcd45.css"));
    }
}
