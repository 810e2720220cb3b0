//! A site in a temporary folder: written from one string, edited, built by the real program.
//!
//! Builds take `--as-of 2026-06-15T12:00:00Z` unless a test gives another clock, so no test depends on the day it runs
//! on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::built::Built;
use crate::run::{Program, Run};
use crate::snapshot::Snapshot;

/// The clock of builds that name none: noon in UTC of a Monday.
pub(crate) const NOW: &str = "2026-06-15T12:00:00Z";

/// The settings of a project that has none of its own.
const SETTINGS: &str = "title: The Paper\nbase_url: https://paper.example/\n";

/// A site in a temporary folder.
pub(crate) struct Project {
    folder: Arc<TempDir>,
}

impl Project {
    /// A site of the files in one text. Each begins with a line `-- path --`; indentation that all lines share is
    /// taken away. Without a `site.yaml` there is a plain one.
    #[track_caller]
    pub(crate) fn new(files: &str) -> Project {
        let folder = temporary_folder();
        let project = Project { folder: Arc::new(folder) };
        fs::create_dir_all(project.root()).expect("the site's folder");
        fs::create_dir_all(project.home()).expect("a home folder");
        project.write("site.yaml", SETTINGS);
        for (path, text) in split(&dedent(files)) {
            project.write(&path, text);
        }
        project
    }

    /// The site's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// The home folder of the program's user.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A path in the site's folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file, with the folders above it.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Project {
        let file = self.path(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(file, bytes).expect("the file can be written");
        self
    }

    /// Writes an article `content/articles/NAME.md` with the title `Title of NAME`, these keys and this text.
    #[track_caller]
    pub(crate) fn article(&self, name: &str, keys: &str, text: &str) -> &Project {
        let keys = dedent(keys);
        let path = format!("content/articles/{name}.md");
        let title = if keys.starts_with("title:") { String::new() } else { format!("title: Title of {name}\n") };
        self.write(&path, format!("---\n{title}{}\n---\n\n{text}\n", keys.trim_end()))
    }

    /// Adds settings to the plain ones.
    #[track_caller]
    pub(crate) fn settings(&self, yaml: &str) -> &Project {
        self.write("site.yaml", format!("{SETTINGS}{}", dedent(yaml)))
    }

    /// Replaces the first `from` in a file.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) -> &Project {
        let text = self.read(path);
        assert!(text.contains(from), "`{path}` does not contain {from:?}:\n{text}");
        self.write(path, text.replacen(from, to, 1))
    }

    /// A file of the site as text.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
    }

    /// Removes a file or a folder with all in it.
    #[track_caller]
    pub(crate) fn remove(&self, path: &str) -> &Project {
        let file = self.path(path);
        let removed = if file.is_dir() { fs::remove_dir_all(file) } else { fs::remove_file(file) };
        removed.unwrap_or_else(|error| panic!("`{path}`: {error}"));
        self
    }

    /// Gives a file or a folder another path.
    #[track_caller]
    pub(crate) fn rename(&self, from: &str, to: &str) -> &Project {
        fs::create_dir_all(self.path(to).parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::rename(self.path(from), self.path(to)).unwrap_or_else(|error| panic!("`{from}`: {error}"));
        self
    }

    /// The program, to be run in the site's folder.
    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(&self.root(), &self.home(), arguments)
    }

    /// Runs a command in the site's folder.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.program(arguments).run()
    }

    /// Builds the site.
    #[track_caller]
    pub(crate) fn build(&self) -> Built {
        self.build_args(&[])
    }

    /// Builds the site with further arguments.
    #[track_caller]
    pub(crate) fn build_args(&self, arguments: &[&str]) -> Built {
        self.built(self.build_program(arguments))
    }

    /// The program with the arguments of a build.
    pub(crate) fn build_program(&self, arguments: &[&str]) -> Program {
        let clock = if arguments.contains(&"--as-of") { vec![] } else { vec!["--as-of", NOW] };
        self.program(&[&["build", "--format", "json"], clock.as_slice(), arguments].concat())
    }

    /// Runs a build and reads what it says.
    #[track_caller]
    pub(crate) fn built(&self, program: Program) -> Built {
        let output = match program.value_of("--output") {
            Some(output) => self.root().join(output),
            None => self.path("public"),
        };
        Built::of(program.run(), output, Arc::clone(&self.folder))
    }

    /// Every file of `public/`.
    #[track_caller]
    pub(crate) fn output(&self) -> Snapshot {
        Snapshot::of(&self.path("public"))
    }

    /// The same site in another folder, without anything that a build wrote.
    pub(crate) fn fresh_copy(&self) -> Project {
        let copy = Project::new("");
        copy_folder(&self.root(), &copy.root(), &["public", ".handbill"]);
        copy
    }

    /// What a build from nothing makes of the site, with the same arguments.
    #[track_caller]
    pub(crate) fn cold_output(&self, arguments: &[&str]) -> Snapshot {
        let copy = self.fresh_copy();
        copy.build_args(arguments).expect_exit(0);
        copy.output()
    }
}

/// A temporary folder: in memory where Linux has enough of it, unless `TMPDIR` names a folder. Creating and removing
/// files on a disk takes longer than everything else in the tests.
fn temporary_folder() -> TempDir {
    #[cfg(target_os = "linux")]
    if std::env::var_os("TMPDIR").is_none() {
        const ROOM: u64 = 2 << 30;
        let memory = Path::new("/dev/shm");
        let has_space = rustix::fs::statvfs(memory).is_ok_and(|system| system.f_bavail * system.f_frsize >= ROOM);
        if let Some(folder) = has_space.then(|| tempfile::tempdir_in(memory).ok()).flatten() {
            return folder;
        }
    }
    tempfile::tempdir().expect("a temporary folder")
}

/// Copies a folder but for some names at its top.
pub(crate) fn copy_folder(from: &Path, to: &Path, without: &[&str]) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be listed") {
        let entry = entry.expect("a folder can be listed");
        let name = entry.file_name();
        if without.iter().any(|left| name == **left) {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type().expect("a file has a type").is_dir() {
            copy_folder(&entry.path(), &target, &[]);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// The files in a text: path and content.
fn split(files: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in files.split_inclusive('\n') {
        let path = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
        match (path, found.last_mut()) {
            (Some(path), _) => found.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => assert!(line.trim().is_empty(), "a text before the first `-- path --`: {line:?}"),
        }
    }
    found
}

/// A text without the indentation that all its lines share.
pub(crate) fn dedent(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines = text.split_inclusive('\n').map(|line| line.get(shared..).unwrap_or("\n"));
    let mut dedented: String = lines.collect();
    if dedented.trim_end_matches(' ').ends_with('\n') {
        dedented.truncate(dedented.trim_end_matches(' ').len());
    }
    dedented
}
