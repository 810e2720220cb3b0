//! Which folders may be an output folder.
//!
//! Whatever we own there is replaced and removed without a question, so the folder must be one that nobody would
//! mistake for something else: not the root, not a home, nothing that holds the site or lies among its sources.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::error::{PublishError, io_error, refused};
use crate::digest::Digest;
use crate::source::{CONFIG_FILE, SOURCE_FOLDERS};

/// What a site is written in beside its rooms, by the names in its folder. Version control counts: it is the site's
/// memory.
const SOURCES: [&str; 6] = [CONFIG_FILE, ".handbill", ".git", ".hg", ".jj", ".svn"];

/// An output folder that may be written to. It need not be there yet.
#[derive(Clone, Debug)]
pub(super) struct OutputFolder {
    /// Its absolute path, without symlinks.
    pub(super) path: PathBuf,
    /// Its path as the user gave it.
    shown: PathBuf,
    key: String,
}

impl OutputFolder {
    /// Checks a folder for the site in `site`, whose cache is in `cache`.
    pub(super) fn check(output: &Path, cache: &Path, site: &Path) -> Result<OutputFolder, PublishError> {
        let path = resolve_folder(output).map_err(|error| io_error("find", output, &error))?;
        let site = resolve(site).map_err(|error| io_error("find", site, &error))?;
        let shown = output.display();
        let advice = "choose a folder of its own with `--output`, such as `public`";
        if path.parent().is_none() || path.file_name().is_none() {
            return Err(refused(format!("the output folder `{shown}` is the root of the file system"), advice));
        }
        if let Some(home) = home()
            && home.starts_with(&path)
        {
            return Err(refused(format!("the output folder `{shown}` is or holds your home folder"), advice));
        }
        if site.starts_with(&path) {
            return Err(refused(format!("the output folder `{shown}` is or holds the site's own folder"), advice));
        }
        let sources = SOURCE_FOLDERS.iter().chain(&SOURCES).map(|name| site.join(name)).chain([cache.to_owned()]);
        for source in sources.filter_map(|source| resolve(&source).ok()) {
            if path.starts_with(&source) || source.starts_with(&path) {
                let source = source.strip_prefix(&site).unwrap_or(&source).display().to_string();
                let message = format!("the output folder `{shown}` is not apart from the site's own `{source}`");
                return Err(refused(message, advice));
            }
        }
        check_is_folder(&path, output)?;
        let key = key(&path, &site);
        Ok(OutputFolder { path, shown: output.to_owned(), key })
    }

    /// The name under which it is remembered. A folder within the site keeps its name when the site is moved.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Where a file or a folder in it is; the empty text is the output folder itself.
    pub(super) fn inside(&self, relative: &str) -> PathBuf {
        match relative {
            "" => self.path.clone(),
            relative => self.path.join(relative),
        }
    }

    /// How to name a file or a folder in it to the user.
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
        Ok(target) => format!("name the folder that it leads to: `--output {}`", target.display()),
        Err(_) => "remove it: it leads nowhere".to_owned(),
    };
    Err(refused(format!("the output folder `{shown}` is a symlink"), help))
}

fn key(path: &Path, site: &Path) -> String {
    let (kind, path) = match path.strip_prefix(site) {
        Ok(within) => ("site", within),
        Err(_) => ("machine", path),
    };
    Digest::of(&(kind, path.as_os_str().as_encoded_bytes())).short(16)
}

/// A folder's absolute path without symlinks above it; it may itself be one.
fn resolve_folder(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => Ok(resolve(parent)?.join(name)),
        _ => resolve(&absolute),
    }
}

/// An absolute path without symlinks. The last parts need not be there, but then they must not climb.
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
