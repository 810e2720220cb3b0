//! A server that gives files and no shell. Each file is put under a temporary name and renamed, which replaces the old
//! one in one step on servers that know `posix-rename@openssh.com`.
//!
//! The lock is a folder with a file, since a folder is moved in one step too, and never replaces one with a file.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::ssh::{Ssh, folder_of};
use crate::deploy::files::{SiteFile, check_unchanged};
use crate::deploy::host::TargetHost;
use crate::deploy::lock::{LOCK, Lock, lost};
use crate::deploy::parallel::in_parallel;
use crate::deploy::record::{RECORD, Record};
use crate::deploy::{DeployContext, DeployObserver, Result, error};
use crate::path::OutputPath;
use crate::providers::hosts::Target;

/// A folder of a server.
pub(super) struct SftpHost {
    ssh: Ssh,
    /// The folder of the target, with `/` at its end.
    root: String,
    /// Folders that are known to exist.
    folders: BTreeSet<String>,
    /// Our lock, as it is on the server, with the name of the deployment.
    held: Vec<u8>,
    id: String,
}

/// Beginning of the paths of folders with files that are being written.
const PART: &str = ".handbill/part.";

/// Beginning of the paths of locks that are being taken or removed.
const LOCK_PART: &str = ".handbill/lock.";

/// What `sftp` prints before each command.
const PROMPT: &str = "sftp> ";

/// Number of programs that send at once: each waits for the server most of its time. OpenSSH's servers allow ten
/// sessions in a connection.
const PROGRAMS: usize = 6;

/// How often the lock is tried while others take and release it.
const LOCK_TRIES: u32 = 5;

impl SftpHost {
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<SftpHost> {
        let ssh = Ssh::open(target, context)?;
        Ok(SftpHost { ssh, root: folder_of(target), folders: BTreeSet::new(), held: Vec::new(), id: String::new() })
    }

    /// Runs commands, calls `line` with each line of the output, and returns what was said of commands whose failure is
    /// ignored: they begin with `-`. The output has each command, before it is done, after [`PROMPT`].
    fn batch(&self, commands: &str, mut line: impl FnMut(&str)) -> Result<String> {
        let (ssh, options) = self.ssh.command();
        let program = self.ssh.program("sftp").arguments(["-S", ssh]).arguments(options);
        let program = program.arguments(["-b", "-", self.ssh.host()]).input(commands);
        let ((), said) = program.run_with(|output| {
            let mut lines = BufReader::new(output).split(b'\n');
            lines.try_for_each(|bytes| bytes.map(|bytes| line(&String::from_utf8_lossy(&bytes))))
        })?;
        Ok(said)
    }

    fn commands(&self, commands: &str) -> Result<()> {
        self.batch(commands, |_| ()).map(drop)
    }

    /// Returns a path below the folder of the target, quoted.
    fn there(&self, path: &str) -> String {
        quoted(&format!("{}{path}", self.root))
    }

    fn part(&self, name: &str) -> String {
        self.there(&format!("{PART}{}/{name}", self.id))
    }

    /// Returns the bytes of a file; `None` if there is none.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let file = self.ssh.scratch("got", b"")?;
        let there = self.there(path);
        match self.commands(&format!("get {there} {}\n", here(&file))) {
            // The name is sftp's own; it says so of a folder on the way too.
            Err(failed) if failed.message.contains(&format!("File {there} not found")) => Ok(None),
            Err(failed) => Err(failed),
            Ok(()) => std::fs::read(&file).map(Some).map_err(|_| error("a file that `sftp` has written is gone")),
        }
    }

    /// Returns the commands that write a file whole.
    fn put(&self, file: &Path, part: &str, path: &str) -> String {
        format!("put {} {part}\nrename {part} {}\n", here(file), self.there(path))
    }

    /// Returns the commands that make the folders of paths.
    fn make_folders<'p>(&mut self, paths: impl Iterator<Item = &'p OutputPath>) -> String {
        let mut commands = String::new();
        for path in paths {
            let parents: Vec<&Path> = Path::new(path.folder()).ancestors().collect();
            for folder in parents.iter().rev().filter_map(|folder| folder.to_str()).filter(|folder| !folder.is_empty())
            {
                if self.folders.insert(folder.to_owned()) {
                    commands += &format!("-mkdir {}\n", self.there(folder));
                }
            }
        }
        commands
    }

    /// Returns whether a path is that of a folder.
    fn is_folder(&self, path: &OutputPath) -> bool {
        self.commands(&format!("cd {}\n", self.there(path.as_str()))).is_ok()
    }

    fn owner(&self) -> String {
        format!("{LOCK}/owner")
    }

    fn is_ours(&self) -> Result<bool> {
        Ok(self.get(&self.owner())?.as_ref() == Some(&self.held))
    }

    /// Takes the lock in one step with its owner; returns whether there was none.
    fn create_lock(&self, bytes: &[u8], id: &str) -> Result<bool> {
        let file = self.ssh.scratch("owner", bytes)?;
        let folder = format!("{LOCK_PART}{id}");
        let folders = format!("-mkdir {}\n-mkdir {}\n", quoted(&self.root), self.there(".handbill"));
        let put = format!(
            "mkdir {}\nput {} {}\n-rename {} {}\n",
            self.there(&folder),
            here(&file),
            self.there(&format!("{folder}/owner")),
            self.there(&folder),
            self.there(LOCK)
        );
        // A rename that fails leaves its folder.
        let left = format!("-rm {}\nrmdir {}\n", self.there(&format!("{folder}/owner")), self.there(&folder));
        self.commands(&(folders + &put))?;
        let taken = self.commands(&left).is_err();
        if taken && self.get(&self.owner())?.as_deref() != Some(bytes) {
            return Err(lost());
        }
        Ok(taken)
    }

    /// Removes what earlier deployments have left. What still runs of them can then write nothing.
    fn remove_parts(&self) -> Result<()> {
        let mut commands = String::new();
        let part = PART.rsplit('/').next().unwrap_or(PART);
        self.batch(&format!("ls -1 {}\n", self.there(".handbill/")), |line| {
            let name = line.rsplit('/').next().filter(|name| name.starts_with(part) && !line.starts_with(PROMPT));
            if let Some(name) = name.map(|name| format!("{}.handbill/{name}", self.root)) {
                commands += &format!("-rm {}/*\n-rmdir {}\n", escaped(&name), quoted(&name));
            }
        })?;
        self.commands(&commands)
    }

    /// Removes a lock with this content. Another one by now is moved away too, and put back.
    fn remove_lock(&self, stale: &[u8], id: &str) -> Result<()> {
        let moved = format!("{LOCK_PART}{id}.stale");
        self.batch(&format!("-rename {} {}\n", self.there(LOCK), self.there(&moved)), |_| ())?;
        match self.get(&format!("{moved}/owner"))? {
            Some(found) if found != stale => {
                self.commands(&format!("-rename {} {}\n", self.there(&moved), self.there(LOCK)))
            }
            _ => {
                let owner = self.there(&format!("{moved}/owner"));
                self.commands(&format!("-rm {owner}\n-rmdir {}\n", self.there(&moved)))
            }
        }
    }
}

impl TargetHost for SftpHost {
    fn record(&mut self) -> Result<Option<Record>> {
        self.get(RECORD)?.map(|bytes| Record::decode(&bytes)).transpose()
    }

    /// Nothing is known to be the same: to compare a file, it would have to be fetched, which takes as long as to send it.
    fn same(&mut self, _files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        Ok(BTreeSet::new())
    }

    fn lock(&mut self, lock: &Lock, may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        let (bytes, id) = (lock.encode(), lock.id());
        for _ in 0..LOCK_TRIES {
            if self.create_lock(&bytes, &id)? {
                (self.held, self.id) = (bytes, id);
                self.remove_parts()?;
                return self.commands(&format!("mkdir {}\n", self.part(""))).map(|()| None);
            }
            let Some(found) = self.get(&self.owner())? else { continue };
            match Lock::decode(&found).filter(|held| !may_replace(held)) {
                Some(held) => return Ok(Some(held)),
                None => self.remove_lock(&found, &id)?,
            }
        }
        Err(lost())
    }

    fn renew(&mut self, lock: &Lock) -> Result<()> {
        if !self.is_ours()? {
            return Err(lost());
        }
        let bytes = lock.encode();
        let file = self.ssh.scratch("owner", &bytes)?;
        self.commands(&self.put(&file, &self.part("owner"), &self.owner()))?;
        self.held = bytes;
        Ok(())
    }

    fn unlock(&mut self) -> Result<()> {
        match self.is_ours()? {
            true => {
                let part = format!("-rmdir {}\n", self.part(""));
                self.commands(&format!("{part}rm {}\nrmdir {}\n", self.there(&self.owner()), self.there(LOCK)))
            }
            false => Ok(()),
        }
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        let folders = self.make_folders(files.iter().map(|file| &file.path));
        if !folders.is_empty() {
            self.commands(&folders)?;
        }
        let share = files.len().div_ceil(PROGRAMS).max(1);
        let shares: Vec<(usize, &[&SiteFile])> = files.chunks(share).enumerate().collect();
        in_parallel(&shares, PROGRAMS, |(number, files)| {
            let part = self.part(&number.to_string());
            let commands: String = files.iter().map(|file| self.put(&file.file, &part, file.path.as_str())).collect();
            let mut lengths = files.iter().map(|file| file.length);
            let sent = |line: &str| {
                let is_rename = line.strip_prefix(PROMPT).is_some_and(|command| command.starts_with("rename"));
                if is_rename && let Some(bytes) = lengths.next() {
                    observer.sent(bytes);
                }
            };
            self.batch(&commands, sent)
        })?;
        check_unchanged(files).map(|()| Vec::new())
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        let files: String = paths.iter().map(|path| format!("-rm {}\n", self.there(path.as_str()))).collect();
        let said = self.batch(&files, |_| ())?;
        for failed in said.lines().filter(|line| is_failed_removal(line)) {
            // The server gives no reason where a folder is in the place of the file, which is not there then.
            let named = paths.iter().filter(|path| failed.contains(&format!("/{path}: ")));
            if named.max_by_key(|path| path.as_str().len()).is_some_and(|path| self.is_folder(path)) {
                continue;
            }
            return Err(error(format!("`sftp` failed: {failed}")).help("let the user of `host` remove files there"));
        }
        // Folders that are empty now go too, the inner ones first.
        let parents = paths.iter().flat_map(|path| Path::new(path.folder()).ancestors()).filter_map(Path::to_str);
        let folders: BTreeSet<&str> = parents.filter(|folder| !folder.is_empty()).collect();
        let commands: String = folders.iter().rev().map(|folder| format!("-rmdir {}\n", self.there(folder))).collect();
        self.folders.retain(|folder| !folders.contains(folder.as_str()));
        self.commands(&commands)
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        let file = self.ssh.scratch("record", &record.encode())?;
        self.commands(&self.put(&file, &self.part("record"), RECORD))
    }

    fn requests(&self) -> u64 {
        self.ssh.runs()
    }
}

/// Returns whether `sftp` says that it could not remove a file that is there.
fn is_failed_removal(said: &str) -> bool {
    let is_missing = said.contains("No such file") || said.contains("not found");
    !is_missing && (said.contains("delete") || said.contains("remove"))
}

/// Quotes the path of a file of this machine.
fn here(file: &Path) -> String {
    quoted(&file.to_string_lossy())
}

/// Quotes a path for a command of `sftp`, so that no character in it is a wildcard.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', r"\\").replace('"', "\\\""))
}

/// Escapes a path for a command of `sftp`, so that a wildcard can follow.
fn escaped(path: &str) -> String {
    path.chars().flat_map(|c| [Some('\\').filter(|_| !c.is_alphanumeric() && c != '/'), Some(c)]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_and_escaped_as_sftp_reads_them() {
        assert_eq!(quoted(r#"/srv/a b/"x"\*"#), r#""/srv/a b/\"x\"\\*""#);
        assert_eq!(escaped("/srv/my paper*/"), r"/srv/my\ paper\*/");
    }

    #[test]
    fn only_what_is_there_and_stays_is_a_failed_removal() {
        assert!(is_failed_removal("remote delete /srv/a.html: Permission denied"));
        assert!(!is_failed_removal("remote delete /srv/a.html: No such file or directory"));
        assert!(!is_failed_removal("File \"/srv/a.html\" not found."));
    }
}
