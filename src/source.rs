//! The site's folder on disk; the only module that reads its files.
//!
//! [`SourceTree::walk`] notes the [`Stamp`] of each file (length, times, inode) without opening it. A file is read
//! again only if its stamp differs from the stored one, or is too recent: two writes within one tick of the file
//! system's clock leave the same times ("racy" in Git's terms).

#![allow(clippy::disallowed_methods, reason = "this module reads the site folder")]

mod names;
mod stamp;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

pub use self::names::{CONFIG_FILE, KNOWN_PROBLEMS_FILE, MODERATION_QUEUE, SOURCE_FOLDERS, is_source_path};
use self::names::{TOP_FILES, is_ignored};
pub use self::stamp::Stamp;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;

/// The sources of a site, found by walking its folder.
#[derive(Clone, Debug)]
pub struct SourceTree {
    root: PathBuf,
    /// Stamp of each file that may be a source, by path.
    pub files: BTreeMap<SourcePath, Stamp>,
    /// Folders that were walked.
    pub folders: BTreeSet<SourcePath>,
    /// Symlinks that were followed, with the absolute path of the file or folder in the site's folder that each leads
    /// to.
    pub links: BTreeMap<SourcePath, PathBuf>,
    /// Paths that are ignored, in alphabetical order: dot files, editors' backups.
    pub ignored: Vec<String>,
    /// Errors about entries that cannot be sources: links out of the site's folder, devices, unreadable folders.
    pub diagnostics: Vec<Diagnostic>,
}

/// Returns the nearest folder at or above `start` that contains a `site.yaml`.
#[must_use]
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()).map(Path::to_path_buf)
}

/// Reads a file of a site as text, for the snippet of a diagnostic. `None` if it is not UTF-8, or not a regular file:
/// reading a pipe would block.
#[must_use]
pub fn text(root: &Path, path: &str) -> Option<String> {
    let file = root.join(SourcePath::new(path).ok()?.as_str());
    file.is_file().then(|| std::fs::read_to_string(file).ok())?
}

impl SourceTree {
    /// Walks the site's folder.
    ///
    /// # Errors
    /// If the folder itself cannot be read; what is wrong below it goes into `diagnostics`.
    pub fn walk(root: &Path) -> io::Result<SourceTree> {
        let mut folder = SourceTree::new(root)?;
        TOP_FILES.into_iter().for_each(|file| folder.visit_top_file(file));
        for top_folder in SOURCE_FOLDERS {
            if folder.root.join(top_folder).symlink_metadata().is_ok() {
                folder.visit(top_folder);
            }
        }
        folder.ignored.sort();
        Ok(folder)
    }

    /// Walks one file or folder of the site with everything below it. A path that does not exist, or cannot be a
    /// source, gives an empty tree.
    ///
    /// # Errors
    /// If the site's folder itself cannot be read.
    pub fn walk_subtree(root: &Path, part: &SourcePath) -> io::Result<SourceTree> {
        let mut folder = SourceTree::new(root)?;
        if let Some(file) = TOP_FILES.into_iter().find(|file| part.as_str() == *file) {
            folder.visit_top_file(file);
        } else if is_source_path(part.as_str()) && folder.root.join(part.as_str()).symlink_metadata().is_ok() {
            folder.visit(part.as_str());
        }
        folder.ignored.sort();
        Ok(folder)
    }

    /// Walks `parts` again, with everything below them, and replaces what is known of them. The result equals a walk of
    /// the whole folder, except for the order of diagnostics.
    ///
    /// # Errors
    /// If the site's folder itself cannot be read; the tree is then unchanged.
    pub fn rescan<'p>(&mut self, parts: impl IntoIterator<Item = &'p SourcePath>) -> io::Result<()> {
        for part in parts {
            let seen = SourceTree::walk_subtree(&self.root, part)?;
            let is_below = |path: &str| {
                path.strip_prefix(part.as_str())
                    .is_some_and(|rest| matches!(rest.as_bytes().first(), None | Some(b'/')))
            };
            // The paths are sorted, so all that begin with `part` are adjacent.
            let starts = |path: &SourcePath| path.as_str().starts_with(part.as_str());
            let files = self.files.range(part..).map(|(path, _)| path).take_while(|path| starts(path));
            let files: Vec<SourcePath> = files.filter(|path| is_below(path.as_str())).cloned().collect();
            for file in &files {
                self.files.remove(file);
            }
            self.folders.retain(|folder| !is_below(folder.as_str()));
            self.links.retain(|link, _| !is_below(link.as_str()));
            self.ignored.retain(|path| !is_below(path));
            self.diagnostics
                .retain(|diagnostic| !diagnostic.location.as_ref().is_some_and(|location| is_below(&location.file)));
            self.files.extend(seen.files);
            self.folders.extend(seen.folders);
            self.links.extend(seen.links);
            self.ignored.extend(seen.ignored);
            self.diagnostics.extend(seen.diagnostics);
        }
        self.ignored.sort();
        Ok(())
    }

    fn new(root: &Path) -> io::Result<SourceTree> {
        Ok(SourceTree {
            root: root.canonicalize()?,
            files: BTreeMap::new(),
            folders: BTreeSet::new(),
            links: BTreeMap::new(),
            ignored: Vec::new(),
            diagnostics: Vec::new(),
        })
    }

    fn visit_top_file(&mut self, name: &str) {
        let path = SourcePath::new(name).expect("a plain name");
        if let Ok(metadata) = self.root.join(path.as_str()).metadata() {
            if metadata.is_file() {
                self.files.insert(path, Stamp::of(&metadata));
            } else {
                self.refuse(path.as_str(), "this is not a regular file", "replace it by a file");
            }
        }
    }

    fn visit(&mut self, top_folder: &str) {
        let top = self.root.join(top_folder);
        let mut walk = WalkDir::new(&top).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Ok(entry) => {
                    let enters = entry.file_type().is_dir();
                    if !self.take(&entry) && enters {
                        walk.skip_current_dir();
                    }
                }
                Err(error) => self.report_walk(top_folder, &error),
            }
        }
    }

    /// Notes an entry and returns whether it is a folder to walk.
    fn take(&mut self, entry: &DirEntry) -> bool {
        let relative = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
        let Some(text) = relative.to_str() else {
            let shown = relative.to_string_lossy().into_owned();
            self.refuse(&shown, "this file's name is not UTF-8", "rename it");
            return false;
        };
        let text = text.replace(std::path::MAIN_SEPARATOR, "/");
        if text == MODERATION_QUEUE && entry.file_type().is_dir() {
            return false;
        }
        if is_ignored(&text) {
            self.ignored.push(text);
            return false;
        }
        let target = if entry.path_is_symlink() { entry.path().canonicalize().ok() } else { None };
        if entry.path_is_symlink() && !target.as_ref().is_some_and(|target| target.starts_with(&self.root)) {
            self.refuse(&text, "this link leads out of the site's folder", "replace it by a copy of the file");
            return false;
        }
        if let (Some(target), Ok(path)) = (target, SourcePath::new(&text)) {
            self.links.insert(path, target);
        }
        if entry.file_type().is_dir() {
            // A folder name that is no source path adds no folder; the error is reported for each file in it.
            self.folders.extend(SourcePath::new(&text));
            return true;
        }
        if !entry.file_type().is_file() {
            self.refuse(
                &text,
                "this is not a regular file",
                "move it elsewhere: only files and folders can be published",
            );
            return false;
        }
        let path = match SourcePath::new(&text) {
            Ok(path) => path,
            Err(why) => {
                self.refuse(&text, &why.to_string(), "rename it");
                return false;
            }
        };
        match entry.metadata() {
            Ok(metadata) => {
                self.files.insert(path, Stamp::of(&metadata));
            }
            Err(error) => self.report_walk(&text, &error),
        }
        false
    }

    fn report_walk(&mut self, top_folder: &str, error: &walkdir::Error) {
        let path = error.path().and_then(|path| path.strip_prefix(&self.root).ok()).and_then(Path::to_str);
        let path = path.unwrap_or(top_folder).to_owned();
        if error.loop_ancestor().is_some() {
            self.refuse(&path, "this link leads back to a folder around it", "remove it");
        } else {
            let message = error.io_error().map_or_else(|| error.to_string(), io_error_text);
            self.refuse(&path, &format!("this cannot be read: {message}"), "check its permissions");
        }
    }

    fn refuse(&mut self, path: &str, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error("file", message).at(path, Span::Whole).help(help));
    }

    /// Returns the absolute path of the site's folder, without symlinks.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads a source.
    ///
    /// # Errors
    /// If the file cannot be read; the diagnostic is located at the file.
    pub fn read(&self, path: &SourcePath) -> Result<Vec<u8>, Diagnostic> {
        std::fs::read(self.root.join(path.as_str())).map_err(|error| {
            Diagnostic::error("file", format!("this cannot be read: {}", io_error_text(&error)))
                .at(path, Span::Whole)
                .help("check its permissions")
        })
    }

    /// Returns whether the walk found a file at `path`.
    #[must_use]
    pub fn contains(&self, path: &SourcePath) -> bool {
        self.files.contains_key(path)
    }
}

/// Returns an I/O error's message in lower case, without the operating system's error number.
#[must_use]
pub fn io_error_text(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::SourceTree;
    use crate::path::SourcePath;

    #[test]
    fn looking_again_finds_what_a_new_walk_finds() {
        let site = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = site.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let remove = |path: &str| std::fs::remove_dir_all(site.path().join(path)).unwrap();
        for path in ["site.yaml", "content/a.md", "content/a/b.md", "content/a/.x", "content/a-b.md", "content/ab/c.md"]
        {
            write(path, "old");
        }
        let mut folder = SourceTree::walk(site.path()).unwrap();
        let mut check = |parts: &[&str]| {
            let parts: Vec<SourcePath> = parts.iter().map(|part| SourcePath::new(part).unwrap()).collect();
            folder.rescan(&parts).unwrap();
            let anew = SourceTree::walk(site.path()).unwrap();
            assert_eq!((&folder.files, &folder.folders), (&anew.files, &anew.folders));
            assert_eq!((&folder.links, &folder.ignored), (&anew.links, &anew.ignored));
            assert_eq!(folder.diagnostics, anew.diagnostics);
        };
        check(&[]);
        write("content/a.md", "newer");
        write("site.yaml", "newer");
        check(&["content/a.md", "site.yaml", "content/nothing.md"]);
        write("content/a/d/e.md", "new");
        write("content/a/d/.y", "new");
        check(&["content/a/d"]);
        remove("content/a");
        check(&["content/a"]);
        write("content/a", "a file now");
        write("static/x.css", "");
        check(&["content/a", "static"]);
        remove("content");
        check(&["content"]);
        std::fs::remove_file(site.path().join("site.yaml")).unwrap();
        check(&["site.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn looking_again_forgets_problems_that_are_fixed() {
        let site = tempfile::tempdir().unwrap();
        let link = site.path().join("content/out.md");
        std::fs::create_dir_all(site.path().join("content")).unwrap();
        std::os::unix::fs::symlink("/etc/hosts", &link).unwrap();
        let mut folder = SourceTree::walk(site.path()).unwrap();
        assert_eq!(folder.diagnostics.len(), 1);
        std::fs::remove_file(&link).unwrap();
        std::fs::write(&link, "of the site").unwrap();
        folder.rescan(&[SourcePath::new("content/out.md").unwrap()]).unwrap();
        assert_eq!((folder.diagnostics.len(), folder.files.len()), (0, 1));
    }
}
