//! The publish room from outside: a site's folder on the disk, builds, and what they leave.

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

use super::{Entry, Publication, PublishError, Report, State, Trace};
use crate::digest::Digest;
use crate::path::OutputPath;

/// Files by their paths, as a build makes them or as they are on the disk.
type Files = BTreeMap<String, String>;

/// Files from pairs of path and text.
fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// A site's folder in a temporary folder, with its output in `public`.
struct Desk {
    _folder: Option<TempDir>,
    site: PathBuf,
    output: PathBuf,
}

impl Desk {
    fn new() -> Desk {
        Desk::within(TempDir::new().unwrap())
    }

    /// A desk in memory where Linux has room there, unless `TMPDIR` names a place: for tests of hundreds of builds, most
    /// of whose time goes into making and removing files on a disk.
    fn in_memory() -> Desk {
        #[cfg(target_os = "linux")]
        if std::env::var_os("TMPDIR").is_none() {
            const ROOM: u64 = 2 << 30;
            let memory = Path::new("/dev/shm");
            let has_room = rustix::fs::statvfs(memory).is_ok_and(|system| system.f_bavail * system.f_frsize >= ROOM);
            if let Some(folder) = has_room.then(|| TempDir::new_in(memory).ok()).flatten() {
                return Desk::within(folder);
            }
        }
        Desk::new()
    }

    fn within(folder: TempDir) -> Desk {
        let desk = Desk::at(&folder.path().join("site"));
        Desk { _folder: Some(folder), ..desk }
    }

    /// A desk in a folder that outlives it.
    fn at(site: &Path) -> Desk {
        fs::create_dir_all(site.join("content")).unwrap();
        Desk { _folder: None, site: site.to_owned(), output: site.join("public") }
    }

    fn open(&self) -> Result<Publication, PublishError> {
        Publication::open(&self.output, &self.site.join(".handbill"), &self.site)
    }

    /// One whole build that makes these files, each from its own text.
    fn publish(&self, files: &Files) -> Result<Report, PublishError> {
        let publication = self.open()?;
        let entries = stage(&publication, files)?;
        publication.commit(entries)
    }

    /// A build of pairs that must go well: its report, and the output is what was built and what was put there.
    fn expect(&self, pairs: &[(&str, &str)], foreign: &[(&str, &str)]) -> Report {
        let report = self.publish(&files(pairs)).unwrap();
        let mut all = files(pairs);
        all.extend(files(foreign));
        assert_eq!(self.files(), all);
        self.expect_tidy();
        report
    }

    /// A build of pairs that must be refused and leave everything as it was: the messages.
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

    /// Nothing of a build is left lying about.
    fn expect_tidy(&self) {
        let site: Vec<String> =
            super::output_tree::list(&self.site).unwrap().into_iter().map(|(name, _)| name).collect();
        assert!(!site.iter().any(|name| name.ends_with("-stage")), "{site:?}");
        assert!(!self.output.join(".handbill-stage").exists());
    }

    /// Puts a file into the output by hand.
    fn put(&self, path: &str, text: &str) {
        let path = self.output.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The files in the output.
    fn files(&self) -> Files {
        self.tree().into_iter().filter(|(path, _)| !path.ends_with('/')).collect()
    }

    /// The files in the output, and the folders with a `/` behind; a symlink is where it leads to.
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

    /// The one file of this name in the cache.
    fn cache_file(&self, name: &str) -> PathBuf {
        let walk = walkdir::WalkDir::new(self.site.join(".handbill"));
        let mut found = walk.into_iter().filter_map(Result::ok).filter(|entry| entry.file_name() == name);
        let file = found.next().expect("there is such a file").into_path();
        assert!(found.next().is_none());
        file
    }
}

/// What a build does before it commits.
fn stage(publication: &Publication, files: &Files) -> Result<Vec<Entry>, PublishError> {
    let entry = |(path, text): (&String, &String)| {
        let (path, trace) = (path_of(path), trace_of(text));
        let staged = match publication.fresh(&path, &trace) {
            Some(staged) => staged,
            None => publication.stage(&path, text.as_bytes())?,
        };
        Ok(Entry { path, trace, staged })
    };
    files.par_iter().map(entry).collect()
}

fn path_of(path: &str) -> OutputPath {
    OutputPath::new(path).unwrap()
}

fn trace_of(text: &str) -> Trace {
    Trace(vec![Digest::of_bytes(b"theme"), Digest::of_bytes(text.as_bytes())])
}
