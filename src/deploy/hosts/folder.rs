//! A folder of this machine, or one that is mounted there. Each file is written beside its place and renamed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::releases::{BEFORE, CURRENT, Current, Found, RELEASES, ReleaseHost, Releases};
use crate::deploy::files::SiteFile;
use crate::deploy::host::TargetHost;
use crate::deploy::lock::{LOCK, Lock, lost};
use crate::deploy::record::{RECORD, Record};
use crate::deploy::{DeployContext, DeployObserver, Result, error};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::OutputPath;
use crate::providers::hosts::Target;
use crate::publish::{Manifest, PublishError};
use crate::source::io_error_text;

/// A folder that gets one file after another.
pub(super) struct FolderHost {
    /// The folder of the target.
    root: PathBuf,
    /// Where the files are, in that folder or below.
    folder: PathBuf,
    /// Number of files that were written.
    parts: AtomicU64,
    /// Our lock, as it is in the folder, with the name of the deployment.
    held: Vec<u8>,
    id: String,
}

/// Beginning of the names of files that are being written.
const PART: &str = "part.";

/// How often the lock is tried while others take and release it.
const LOCK_TRIES: u32 = 5;

/// The folder of records, locks and files that are being written.
const RECORDS: &str = ".handbill";

impl FolderHost {
    /// Opens a target, with releases if its settings say so.
    ///
    /// # Errors
    /// If the folder is one of the site's own, or releases cannot be made on this system.
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<Box<dyn TargetHost>> {
        let root = context.root.join(with_home(target.text("path").unwrap_or_default(), context.variable)?);
        // Without a `/` at the end, which would follow a symlink.
        let root: PathBuf = root.components().collect();
        check(&root, context)?;
        let host = FolderHost::of(root);
        match target.flag("releases") {
            true if cfg!(windows) => Err(error("`releases` needs symlinks, which Windows does not give to everybody")
                .help("leave `releases` out, or deploy to a server with another system")),
            true => Ok(Box::new(Releases::of(host, target))),
            false => Ok(Box::new(host)),
        }
    }

    fn of(root: PathBuf) -> FolderHost {
        FolderHost { folder: root.clone(), root, parts: AtomicU64::new(0), held: Vec::new(), id: String::new() }
    }

    /// Returns an unused path for a file that is being written.
    fn part(&self, id: &str) -> PathBuf {
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        self.root.join(RECORDS).join(format!("{PART}{id}.{number}"))
    }

    /// Writes a file whole: it is there as it was, or as it will be.
    fn write(&self, file: &Path, bytes: &[u8]) -> Result<()> {
        let part = self.part(&self.id);
        let write = || {
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&part, bytes)?;
            fs::rename(&part, file)
        };
        write().map_err(|error| {
            // The file system may be full; the next deployment removes what is left.
            let _ = fs::remove_file(&part);
            failed("write", file, &error)
        })
    }

    fn read(&self, file: &Path) -> Result<Option<Vec<u8>>> {
        match fs::read(file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", file, &error)),
        }
    }

    fn delete(&self, file: &Path) -> Result<()> {
        match fs::remove_file(file) {
            // If a parent is a file by now, or this is a folder, the file is not there either.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(()),
            Err(_) if fs::symlink_metadata(file).is_ok_and(|found| found.is_dir()) => Ok(()),
            removed => removed.map_err(|error| failed("remove", file, &error)),
        }
    }

    fn lock_file(&self) -> PathBuf {
        self.root.join(LOCK)
    }

    /// Returns the content of the lock; `None` if there is none.
    ///
    /// # Errors
    /// If something else is in its place, or it cannot be read.
    fn read_lock(&self) -> Result<Option<Vec<u8>>> {
        let file = self.lock_file();
        match fs::symlink_metadata(&file) {
            Ok(found) if !found.is_file() => {
                Err(error(format!("`{}` is not a file", file.display()))
                    .help("remove it: it is the lock of no deployment"))
            }
            _ => self.read(&file),
        }
    }

    /// Creates the lock in one step with its content; returns whether there was none.
    fn create_lock(&self, bytes: &[u8], id: &str) -> io::Result<bool> {
        let (part, file) = (self.part(id), self.lock_file());
        fs::create_dir_all(self.root.join(RECORDS))?;
        fs::write(&part, bytes)?;
        let linked = fs::hard_link(&part, &file);
        let removed = remove_if_there(&part);
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            // A file system without hard links.
            Err(_) => match fs::OpenOptions::new().write(true).create_new(true).open(&file) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                created => io::Write::write_all(&mut created?, bytes).map(|()| true),
            },
            Ok(()) => removed.map(|()| true),
        }
    }

    /// Removes a lock with this content. Another one by now is moved away too, and put back.
    fn remove_lock(&self, stale: &[u8], id: &str) -> io::Result<()> {
        let (part, file) = (self.part(id), self.lock_file());
        match fs::rename(&file, &part) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            moved => moved?,
        }
        if fs::read(&part)? != stale {
            // If somebody has taken the lock in between, that one holds.
            let _ = fs::hard_link(&part, &file);
        }
        fs::remove_file(&part)
    }

    /// Removes what earlier deployments have left unfinished.
    fn remove_parts(&self) -> io::Result<()> {
        let entries = fs::read_dir(self.root.join(RECORDS))?.collect::<io::Result<Vec<_>>>()?;
        let parts = entries.iter().filter(|entry| entry.file_name().to_string_lossy().starts_with(PART));
        // One that is gone by now is of a deployment that waits for our lock.
        parts.map(fs::DirEntry::path).try_for_each(remove_if_there)
    }
}

impl TargetHost for FolderHost {
    fn record(&mut self) -> Result<Option<Record>> {
        self.read(&self.folder.join(RECORD))?.map(|bytes| Record::decode(&bytes)).transpose()
    }

    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        let is_same = |file: &&&SiteFile| {
            let there = self.folder.join(file.path.as_str());
            let has_length =
                fs::symlink_metadata(&there).is_ok_and(|found| found.is_file() && found.len() == file.length);
            has_length && fs::read(there).is_ok_and(|bytes| Digest::of_bytes(&bytes) == file.digest)
        };
        Ok(files.par_iter().filter(is_same).map(|file| file.path.clone()).collect())
    }

    fn lock(&mut self, lock: &Lock, may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        let (bytes, id) = (lock.encode(), lock.id());
        let failed = |error: io::Error| failed("write", &self.lock_file(), &error);
        for _ in 0..LOCK_TRIES {
            if self.create_lock(&bytes, &id).map_err(failed)? {
                self.remove_parts().map_err(failed)?;
                (self.held, self.id) = (bytes, id);
                return Ok(None);
            }
            let Some(found) = self.read_lock()? else { continue };
            match Lock::decode(&found).filter(|held| !may_replace(held)) {
                Some(held) => return Ok(Some(held)),
                None => self.remove_lock(&found, &id).map_err(failed)?,
            }
        }
        Err(lost())
    }

    fn renew(&mut self, lock: &Lock) -> Result<()> {
        if self.read_lock()?.as_ref() != Some(&self.held) {
            return Err(lost());
        }
        let bytes = lock.encode();
        self.write(&self.lock_file(), &bytes)?;
        self.held = bytes;
        Ok(())
    }

    fn unlock(&mut self) -> Result<()> {
        match self.read_lock()?.as_ref() == Some(&self.held) {
            true => self.delete(&self.lock_file()),
            false => Ok(()),
        }
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        files.par_iter().try_for_each(|file| {
            self.write(&self.folder.join(file.path.as_str()), &file.read()?)?;
            observer.sent(file.length);
            Ok(())
        })?;
        Ok(Vec::new())
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        for path in paths {
            self.delete(&self.folder.join(path.as_str()))?;
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
        self.write(&self.folder.join(RECORD), &record.encode())
    }

    /// Nothing is requested of anybody.
    fn requests(&self) -> u64 {
        0
    }
}

impl ReleaseHost for FolderHost {
    fn enter(&mut self, place: &str) {
        self.folder = self.root.join(place);
    }

    fn releases(&mut self) -> Result<Found> {
        let (link, folder) = (self.root.join(CURRENT), self.root.join(RELEASES));
        let current = match fs::symlink_metadata(&link) {
            Err(error) if error.kind() == ErrorKind::NotFound => Current::Missing,
            Err(error) => return Err(failed("read the symlink", &link, &error)),
            Ok(_) => name_in(&link, &folder).map_or(Current::Elsewhere, Current::Release),
        };
        let before = fs::read_link(link.join(BEFORE)).ok().and_then(|name| name.to_str().map(str::to_owned));
        let names = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries.and_then(|entries| {
                entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
            }),
        };
        Ok(Found { current, before, names: names.map_err(|error| failed("read", &folder, &error))? })
    }

    fn prepare(&mut self, from: Option<&str>, to: &str, remove: &[String]) -> Result<()> {
        self.remove_releases(remove)?;
        let folder = self.root.join(RELEASES);
        let to = folder.join(to);
        let made = match from {
            Some(from) => fs::create_dir_all(&folder).and_then(|()| link_tree(&folder.join(from), &to)),
            None => fs::create_dir_all(&to),
        };
        made.map_err(|error| failed("prepare", &to, &error))
    }

    fn switch(&mut self, from: Option<&str>, to: &str, remove: &[String]) -> Result<()> {
        let (link, release) = (self.root.join(CURRENT), Path::new(RELEASES).join(to));
        let before = self.root.join(&release).join(BEFORE);
        let remembered = match from {
            Some(from) => self.link(Path::new(from), &before),
            // The first release begins empty.
            None => Ok(()),
        };
        let switched = remembered.and_then(|()| self.link(&release, &link));
        switched.map_err(|error| failed("switch", &link, &error))?;
        self.remove_releases(remove)
    }
}

impl FolderHost {
    /// Makes a symlink in one step, in place of the one that is there.
    fn link(&self, target: &Path, link: &Path) -> io::Result<()> {
        let part = self.part(&self.id);
        link.parent().map_or(Ok(()), fs::create_dir_all)?;
        symlink(target, &part)?;
        fs::rename(&part, link)
    }

    fn remove_releases(&self, ids: &[String]) -> Result<()> {
        ids.iter()
            .map(|id| self.root.join(RELEASES).join(id))
            .try_for_each(|folder| fs::remove_dir_all(&folder).map_err(|error| failed("remove", &folder, &error)))
    }
}

/// Returns the name of the folder to which a symlink leads, if that is in `folder`.
fn name_in(link: &Path, folder: &Path) -> Option<String> {
    let (real, folder) = (fs::canonicalize(link).ok()?, fs::canonicalize(folder).ok()?);
    (real.parent()? == folder).then(|| real.file_name()?.to_str().map(str::to_owned)).flatten()
}

/// Makes a folder with hard links of all files of another one. Symlinks are copied.
fn link_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    let entries = fs::read_dir(from)?.collect::<io::Result<Vec<_>>>()?;
    entries.par_iter().try_for_each(|entry| {
        let (kind, from, to) = (entry.file_type()?, entry.path(), to.join(entry.file_name()));
        match kind {
            kind if kind.is_dir() => link_tree(&from, &to),
            kind if kind.is_symlink() => symlink(&fs::read_link(&from)?, &to),
            _ => fs::hard_link(&from, &to),
        }
    })
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Checks that a target's folder has nothing of the site.
fn check(folder: &Path, context: &DeployContext<'_>) -> Result<()> {
    let shown = folder.display();
    let help = "choose a folder of its own as the `path` of the target";
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_symlink() => {
            return Err(error(format!("the target's folder `{shown}` is a symlink"))
                .help("name the folder to which it leads as the `path` of the target"));
        }
        Ok(found) if !found.is_dir() => {
            return Err(error(format!("`{shown}` is a file, and the target's `path` has to be a folder")).help(help));
        }
        // A folder that is not there is made.
        _ => {}
    }
    let real = |folder: &Path| fs::canonicalize(folder).or_else(|_| std::path::absolute(folder));
    if let (Ok(folder), Ok(output)) = (real(folder), real(context.output))
        && (folder.starts_with(&output) || output.starts_with(&folder))
    {
        return Err(error(format!("the target's folder `{shown}` and the output folder overlap")).help(help));
    }
    // What may not be the output of the site may not be a target either.
    let cache = crate::build::cache_folder(context.root);
    match Manifest::peek(folder, &cache, context.root) {
        Err(PublishError::Refused(_)) => {
            let message = format!("the target's folder `{shown}` has files of the site or your home folder in it");
            Err(error(message).help(help))
        }
        Err(PublishError::Io(failed)) => Err(error(failed.message).help(help)),
        Ok(_) => Ok(()),
    }
}

/// Returns a path of the settings, with the home folder in the place of `~`.
fn with_home(path: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<PathBuf> {
    let Some(rest) = path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return Ok(path.into());
    };
    let home = variable("HOME").or_else(|| variable("USERPROFILE")).ok_or_else(|| {
        error(format!(
            "the `path` of the target, `{path}`, is in your home folder, and `HOME` does not say where that is"
        ))
        .help("set `HOME`, or write the whole path")
    })?;
    Ok(Path::new(&home).join(rest.trim_start_matches('/')))
}

fn remove_if_there(file: impl AsRef<Path>) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Returns the error of an operation on a file of the target.
fn failed(what: &str, path: &Path, cause: &io::Error) -> Diagnostic {
    error(format!("cannot {what} `{}`: {}", path.display(), io_error_text(cause)))
        .help("check the permissions of the target's folder, and the space there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::DeployOwner;
    use crate::path::OutputLayout;
    use crate::plan::DeployPhase;

    fn host(root: &Path) -> FolderHost {
        FolderHost::of(root.into())
    }

    fn lock(name: &str) -> Lock {
        Lock { owner: DeployOwner { name: name.into(), machine: name.into(), process: 1 }, at: 1000 }
    }

    #[test]
    fn lock_is_held_by_one_and_a_deployment_that_lost_it_leaves_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (host(folder.path()), host(folder.path()));
        assert_eq!(first.lock(&lock("first"), &|_| false).unwrap(), None);
        assert_eq!(second.lock(&lock("second"), &|_| false).unwrap(), Some(lock("first")));
        first.renew(&Lock { at: 1060, ..lock("first") }).unwrap();
        assert_eq!(second.lock(&lock("second"), &|_| true).unwrap(), None);
        assert!(first.renew(&lock("first")).unwrap_err().message.contains("taken over"));
        first.unlock().unwrap();
        second.renew(&lock("second")).unwrap();
        second.unlock().unwrap();
        assert_eq!(fs::read_dir(folder.path().join(RECORDS)).unwrap().count(), 0);
        // Nor is a lock ours that is not there.
        assert!(second.renew(&lock("second")).unwrap_err().message.contains("taken over"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_no_lock_and_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(RECORDS)).unwrap();
        symlink(Path::new("nowhere"), &folder.path().join(LOCK)).unwrap();
        let refused = host(folder.path()).lock(&lock("desk"), &|_| true).unwrap_err();
        assert!(refused.message.contains("is not a file"), "{}", refused.message);
    }

    #[test]
    fn file_takes_the_place_of_a_folder_that_is_removed_and_the_reverse() {
        struct Silent;
        impl DeployObserver for Silent {}
        let (folder, site) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(site.path().join("text"), "text").unwrap();
        let path = |path: &str| OutputPath::new(path).unwrap();
        let mut host = host(folder.path());
        host.lock(&lock("desk"), &|_| false).unwrap();
        let send = |host: &mut FolderHost, name: &str| {
            let (file, digest) = (site.path().join("text"), Digest::of_bytes(b"text"));
            let file = SiteFile {
                path: path(name),
                file,
                length: 4,
                digest,
                layout: OutputLayout::Folders,
                phase: DeployPhase::Asset,
                is_variant: false,
            };
            host.send(&[&file], &Silent).unwrap();
        };
        send(&mut host, "docs/a.txt");
        // The file `docs` is not there, since that is a folder; and then the reverse.
        host.remove(&[&path("docs")]).unwrap();
        assert!(folder.path().join("docs/a.txt").is_file());
        host.remove(&[&path("docs/a.txt")]).unwrap();
        send(&mut host, "docs");
        host.remove(&[&path("docs/a.txt"), &path("docs/more/b.txt")]).unwrap();
        assert!(folder.path().join("docs").is_file());
        host.remove(&[&path("docs")]).unwrap();
        send(&mut host, "docs/a.txt");
        assert!(folder.path().join("docs/a.txt").is_file());
    }

    #[test]
    fn home_folder_is_named_by_a_tilde() {
        let check = |path: &str, expected: Option<&str>| {
            let found = with_home(path, &|name| (name == "HOME").then(|| "/home/editor".to_owned()));
            assert_eq!(found.ok().as_deref(), expected.map(Path::new), "{path}");
        };
        check("~/live", Some("/home/editor/live"));
        check("~", Some("/home/editor"));
        check("~editor/live", Some("~editor/live"));
        check("../live", Some("../live"));
        assert!(with_home("~/live", &|_| None).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn release_has_all_files_of_the_one_before_and_changes_none_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut host = host(folder.path());
        host.lock(&lock("desk"), &|_| false).unwrap();
        host.prepare(None, "1", &[]).unwrap();
        host.write(&folder.path().join("releases/1/a/page.html"), b"old").unwrap();
        host.switch(None, "1", &[]).unwrap();
        fs::write(folder.path().join("current/a/foreign.txt"), "foreign").unwrap();
        host.prepare(Some("1"), "2", &[]).unwrap();
        host.write(&folder.path().join("releases/2/a/page.html"), b"new").unwrap();
        host.switch(Some("1"), "2", &[]).unwrap();
        let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!((read("releases/1/a/page.html"), read("current/a/page.html")), ("old".into(), "new".into()));
        assert_eq!(read("current/a/foreign.txt"), "foreign");
        let found = host.releases().unwrap();
        assert_eq!((found.current, found.before.as_deref()), (Current::Release("2".into()), Some("1")));
        host.switch(Some("1"), "2", &["1".into()]).unwrap();
        assert_eq!(host.releases().unwrap().names, ["2"]);
    }

    #[cfg(unix)]
    #[test]
    fn current_is_the_release_to_which_it_leads_however_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("releases/1/news")).unwrap();
        let check = |link: &str, expected: Current| {
            let current = folder.path().join(CURRENT);
            let _ = fs::remove_file(&current);
            symlink(Path::new(link), &current).unwrap();
            assert_eq!(host(folder.path()).releases().unwrap().current, expected, "{link}");
        };
        let release = || Current::Release("1".into());
        assert_eq!(host(folder.path()).releases().unwrap().current, Current::Missing);
        check("releases/1", release());
        check("./releases/1/", release());
        check(&folder.path().join("releases/1").display().to_string(), release());
        for elsewhere in ["releases/2", "releases", "releases/1/news", "/"] {
            check(elsewhere, Current::Elsewhere);
        }
        fs::remove_file(folder.path().join(CURRENT)).unwrap();
        fs::create_dir(folder.path().join(CURRENT)).unwrap();
        assert_eq!(host(folder.path()).releases().unwrap().current, Current::Elsewhere);
    }
}
