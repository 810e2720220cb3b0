//! Checks which folders may be an output folder.
//!
//! Files of ours are replaced and removed there without asking. So the folder may not be the root of the file system, a
//! home folder, a folder that contains the site, or one among its sources.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::error::{PublishError, io_error, refused};
use crate::digest::Digest;
use crate::source::{CONFIG_FILE, SOURCE_FOLDERS};

/// Entries of the site's folder that may not overlap the output, besides the source folders. Those of version control
/// hold the site's history.
const SOURCES: [&str; 6] = [CONFIG_FILE, ".handbill", ".git", ".hg", ".jj", ".svn"];

/// An output folder that may be written. It need not exist yet.
#[derive(Clone, Debug)]
pub(super) struct OutputFolder {
    /// Absolute path without symlinks.
    pub(super) path: PathBuf,
    /// Path as the user gave it.
    shown: PathBuf,
    key: String,
    owner: Digest,
}

impl OutputFolder {
    /// Checks an output folder for the site in `site`, whose cache is in `cache`.
    pub(super) fn check(output: &Path, cache: &Path, site: &Path) -> Result<OutputFolder, PublishError> {
        let path = resolve_folder(output).map_err(|error| io_error("find", output, &error))?;
        let site = resolve(site).map_err(|error| io_error("find", site, &error))?;
        let shown = output.display();
        let help = "choose a folder of its own with `--output`, such as `public`";
        if path.parent().is_none() || path.file_name().is_none() {
            return Err(refused(format!("the output folder `{shown}` is the root of the file system"), help));
        }
        if let Some(home) = home()
            && home.starts_with(&path)
        {
            return Err(refused(format!("the output folder `{shown}` is or contains your home folder"), help));
        }
        if site.starts_with(&path) {
            return Err(refused(format!("the output folder `{shown}` is or contains the site's own folder"), help));
        }
        let sources = SOURCE_FOLDERS.iter().chain(&SOURCES).map(|name| site.join(name)).chain([cache.to_owned()]);
        for source in sources.filter_map(|source| resolve(&source).ok()) {
            if path.starts_with(&source) || source.starts_with(&path) {
                let source = source.strip_prefix(&site).unwrap_or(&source).display().to_string();
                let message = format!("the output folder `{shown}` and the site's own `{source}` overlap");
                return Err(refused(message, help));
            }
        }
        check_is_folder(&path, output)?;
        let (key, owner) = (key(&path, &site), owner(&path, &site));
        Ok(OutputFolder { path, shown: output.to_owned(), key, owner })
    }

    /// Returns the key of this folder in the cache. For a folder in the site it is made from the relative path, so that
    /// it survives moving the site.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the digest of the site and the output folder, which differs for two sites that publish into one folder.
    /// For a folder in the site it is made from the relative path, so that it survives moving the site.
    pub(super) fn owner(&self) -> Digest {
        self.owner
    }

    /// Returns the path of a file or folder in the output; the empty text is the output folder itself.
    pub(super) fn inside(&self, relative: &str) -> PathBuf {
        match relative {
            "" => self.path.clone(),
            relative => self.path.join(relative),
        }
    }

    /// Returns the path of a file or folder in the output as messages name it.
    pub(super) fn show(&self, relative: &str) -> PathBuf {
        match relative {
            "" => self.shown.clone(),
            relative => self.shown.join(relative),
        }
    }
}

fn check_is_folder(path: &Path, output: &Path) -> Result<(), PublishError> {
    let shown = output.display();
    let kind = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error("look at", output, &error)),
        Ok(metadata) => metadata.file_type(),
    };
    if kind.is_dir() {
        return Ok(());
    }
    if !kind.is_symlink() {
        return Err(refused(
            format!("the output `{shown}` is not a folder"),
            "move it away, or choose a folder with `--output`",
        ));
    }
    let help = match fs::canonicalize(path) {
        Ok(target) => format!("name its target: `--output {}`", target.display()),
        Err(_) => "remove it: its target does not exist".to_owned(),
    };
    Err(refused(format!("the output folder `{shown}` is a symbolic link"), help))
}

fn key(path: &Path, site: &Path) -> String {
    let (kind, path) = match path.strip_prefix(site) {
        Ok(within) => ("site", within),
        Err(_) => ("machine", path),
    };
    Digest::of(&(kind, path.as_os_str().as_encoded_bytes())).short(16)
}

fn owner(path: &Path, site: &Path) -> Digest {
    match path.strip_prefix(site) {
        Ok(within) => Digest::of(&within.as_os_str().as_encoded_bytes()),
        Err(_) => Digest::of(&(path.as_os_str().as_encoded_bytes(), site.as_os_str().as_encoded_bytes())),
    }
}

/// Resolves symlinks in the parents of a folder, but not the folder's own name.
fn resolve_folder(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => Ok(resolve(parent)?.join(name)),
        _ => resolve(&absolute),
    }
}

/// Returns an absolute path without symlinks. The last segments need not exist, but then they may not contain `..`.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    for there in absolute.ancestors() {
        let rest = absolute.strip_prefix(there).expect("an ancestor is a prefix");
        match fs::canonicalize(there) {
            Ok(real) if rest.as_os_str().is_empty() => return Ok(real),
            Ok(real) if rest.components().all(|part| matches!(part, Component::Normal(_))) => {
                return Ok(real.join(rest));
            }
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(ErrorKind::NotFound))
}

fn home() -> Option<PathBuf> {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    fs::canonicalize(home).ok()
}
