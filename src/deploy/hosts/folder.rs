//! A folder of this machine, or one that is mounted there. Each file is written beside its place and renamed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::deploy::files::SiteFile;
use crate::deploy::host::TargetHost;
use crate::deploy::lock::{LOCK, Lock};
use crate::deploy::record::{RECORD, Record};
use crate::deploy::{DeployContext, DeployObserver, Result, error};
use crate::digest::Digest;
use crate::path::OutputPath;
use crate::providers::hosts::Target;
use crate::source::io_error_text;

/// A folder that gets one file after another.
pub(super) struct FolderHost {
    folder: PathBuf,
    operations: u64,
}

/// Name of a file that is being written, in the folder of the record.
const PART: &str = ".handbill/part";

impl FolderHost {
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> FolderHost {
        FolderHost { folder: context.root.join(target.text("path").unwrap_or_default()), operations: 0 }
    }

    /// Writes a file whole: it is there as it was, or as it will be.
    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.operations += 1;
        let (part, file) = (self.folder.join(PART), self.folder.join(path));
        let write = || {
            for folder in [part.parent(), file.parent()].into_iter().flatten() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&part, bytes)?;
            fs::rename(&part, &file)
        };
        write().map_err(|error| failed("write", &file, &error))
    }

    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>> {
        self.operations += 1;
        match fs::read(self.folder.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &self.folder.join(path), &error)),
        }
    }

    fn delete(&mut self, path: &str) -> Result<()> {
        self.operations += 1;
        match fs::remove_file(self.folder.join(path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", &self.folder.join(path), &error)),
            _ => Ok(()),
        }
    }
}

impl TargetHost for FolderHost {
    fn record(&mut self) -> Result<Option<Record>> {
        self.read(RECORD)?.map(|bytes| Record::decode(&bytes)).transpose()
    }

    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        let is_same = |file: &&&SiteFile| {
            let there = self.folder.join(file.path.as_str());
            let has_length =
                fs::symlink_metadata(&there).is_ok_and(|found| found.is_file() && found.len() == file.length);
            has_length && fs::read(there).is_ok_and(|bytes| Digest::of_bytes(&bytes) == file.digest)
        };
        Ok(files.iter().filter(is_same).map(|file| file.path.clone()).collect())
    }

    fn lock(&mut self, lock: &Lock, may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        let file = self.folder.join(LOCK);
        self.operations += 1;
        let create = || {
            fs::create_dir_all(self.folder.join(".handbill"))?;
            fs::OpenOptions::new().write(true).create_new(true).open(&file)?.write_all(&lock.encode())
        };
        match create() {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let held = self.read(LOCK)?.and_then(|bytes| Lock::decode(&bytes));
                match held.filter(|held| !may_replace(held)) {
                    Some(held) => Ok(Some(held)),
                    None => self.renew(lock).map(|()| None),
                }
            }
            created => created.map(|()| None).map_err(|error| failed("write", &file, &error)),
        }
    }

    fn renew(&mut self, lock: &Lock) -> Result<()> {
        self.write(LOCK, &lock.encode())
    }

    fn unlock(&mut self) -> Result<()> {
        self.delete(LOCK)
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        for file in files {
            self.write(file.path.as_str(), &file.read()?)?;
            observer.sent(file.length);
        }
        Ok(Vec::new())
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        for path in paths {
            self.delete(path.as_str())?;
            // Folders that are empty now go too; one with a file of somebody else stays.
            let parents = Path::new(path.folder()).ancestors().filter(|folder| !folder.as_os_str().is_empty());
            for folder in parents {
                if fs::remove_dir(self.folder.join(folder)).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        self.write(RECORD, &record.encode())
    }

    fn requests(&self) -> u64 {
        self.operations
    }
}

/// Returns the error of an operation on a file of the target.
fn failed(what: &str, path: &Path, cause: &io::Error) -> crate::diagnostic::Diagnostic {
    error(format!("cannot {what} `{}`: {}", path.display(), io_error_text(cause)))
        .help("check the permissions of the target's folder, and the space there")
}
