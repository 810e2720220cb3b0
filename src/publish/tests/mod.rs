//! Tests of publishing through its public functions: a site's folder on disk, builds, and what they leave.

mod crash;
mod foreign;
mod machine;
mod refusal;
mod warm;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::TempDir;

use super::{Publication, PublishError, PublishedFile, Report, StagedState, Trace};
use crate::digest::Digest;
use crate::path::{OutputLayout, OutputPath};

/// Files by path, as a build makes them or as they are on disk.
type Files = BTreeMap<String, String>;

/// Makes files from pairs of path and text.
fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// A site in a temporary folder, with its output in `public`.
struct Fixture {
    _folder: Option<TempDir>,
    site: PathBuf,
    output: PathBuf,
}

impl Fixture {
    fn new() -> Fixture {
        Fixture::within(TempDir::new().unwrap())
    }

    /// Makes a fixture in memory where Linux has space there, unless `TMPDIR` names a place: for tests of hundreds of builds, most
    /// of whose time goes into making and removing files on a disk.
    fn in_memory() -> Fixture {
        #[cfg(target_os = "linux")]
        if std::env::var_os("TMPDIR").is_none() {
            const SPACE: u64 = 2 << 30;
            let memory = Path::new("/dev/shm");
            let has_space = rustix::fs::statvfs(memory).is_ok_and(|system| system.f_bavail * system.f_frsize >= SPACE);
            if let Some(folder) = has_space.then(|| TempDir::new_in(memory).ok()).flatten() {
                return Fixture::within(folder);
            }
        }
        Fixture::new()
    }

    fn within(folder: TempDir) -> Fixture {
        let fixture = Fixture::at(&folder.path().join("site"));
        Fixture { _folder: Some(folder), ..fixture }
    }

    /// Refers to a site in a folder that outlives the fixture.
    fn at(site: &Path) -> Fixture {
        fs::create_dir_all(site.join("content")).unwrap();
        Fixture { _folder: None, site: site.to_owned(), output: site.join("public") }
    }

    fn open(&self) -> Result<Publication, PublishError> {
        Publication::open(&self.output, &self.site.join(".handbill"), &self.site)
    }

    /// Publishes these files in a complete build; the trace of each follows from its text.
    fn publish(&self, files: &Files) -> Result<Report, PublishError> {
        let publication = self.open()?;
        let entries = stage(&publication, files)?;
        publication.commit(entries)
    }

    /// Publishes pairs, and checks that the output consists of them and the foreign files.
    fn expect(&self, pairs: &[(&str, &str)], foreign: &[(&str, &str)]) -> Report {
        let report = self.publish(&files(pairs)).unwrap();
        let mut all = files(pairs);
        all.extend(files(foreign));
        assert_eq!(self.files(), all);
        self.expect_tidy();
        report
    }

    /// Publishes pairs, expects a refusal that changes nothing, and returns its messages.
    fn expect_refusal(&self, pairs: &[(&str, &str)]) -> Vec<String> {
        let before = self.tree();
        let Err(PublishError::Refused(diagnostics)) = self.publish(&files(pairs)) else {
            panic!("published, or refused by the machine");
        };
        assert_eq!(self.tree(), before);
        self.expect_tidy();
        assert!(diagnostics.iter().all(|diagnostic| diagnostic.code == "output" && diagnostic.help.is_some()));
        let site = format!("{}/", self.site.display());
        diagnostics.into_iter().map(|diagnostic| diagnostic.message.replace(&site, "")).collect()
    }

    /// Checks that no temporary file of a build is left.
    fn expect_tidy(&self) {
        let site: Vec<String> =
            super::output_tree::list(&self.site).unwrap().into_iter().map(|(name, _)| name).collect();
        assert!(!site.iter().any(|name| name.ends_with("-stage")), "{site:?}");
        assert!(!self.output.join(".handbill-stage").exists());
    }

    /// Writes a foreign file into the output.
    fn put(&self, path: &str, text: &str) {
        let path = self.output.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Returns the files in the output.
    fn files(&self) -> Files {
        self.tree().into_iter().filter(|(path, _)| !path.ends_with('/')).collect()
    }

    /// Returns the files in the output, and the folders with a `/` after the name; a symlink has its target as text.
    fn tree(&self) -> Files {
        let walk = walkdir::WalkDir::new(&self.output).min_depth(1);
        let entries = walk.into_iter().filter_map(Result::ok);
        entries
            .map(|entry| {
                let path = entry.path().strip_prefix(&self.output).unwrap().to_str().unwrap().to_owned();
                match entry.file_type() {
                    kind if kind.is_dir() => (path + "/", String::new()),
                    kind if kind.is_symlink() => {
                        (path, format!("-> {}", fs::read_link(entry.path()).unwrap().display()))
                    }
                    _ => (path, fs::read_to_string(entry.path()).unwrap()),
                }
            })
            .collect()
    }

    /// Returns the path of the copy of the owned paths beside the output.
    fn owned_copy(&self) -> PathBuf {
        let name = self.output.file_name().unwrap().to_str().unwrap();
        self.output.with_file_name(format!(".{name}.handbill-owned.txt"))
    }

    /// Returns the only file of this name in the cache.
    fn cache_file(&self, name: &str) -> PathBuf {
        let walk = walkdir::WalkDir::new(self.site.join(".handbill"));
        let mut found = walk.into_iter().filter_map(Result::ok).filter(|entry| entry.file_name() == name);
        let file = found.next().expect("there is such a file").into_path();
        assert!(found.next().is_none());
        file
    }
}

/// Stages files as a build does before it commits.
fn stage(publication: &Publication, files: &Files) -> Result<Vec<PublishedFile>, PublishError> {
    let entry = |(path, text): (&String, &String)| {
        let (path, trace) = (path_of(path), trace_of(text));
        let staged = match publication.fresh(&path, &trace) {
            Some(staged) => staged,
            None => publication.stage(&path, text.as_bytes())?,
        };
        Ok(PublishedFile { path, layout: OutputLayout::Folders, trace, staged })
    };
    files.par_iter().map(entry).collect()
}

fn path_of(path: &str) -> OutputPath {
    OutputPath::new(path).unwrap()
}

fn trace_of(text: &str) -> Trace {
    Trace(vec![Digest::of_bytes(b"theme"), Digest::of_bytes(text.as_bytes())])
}
