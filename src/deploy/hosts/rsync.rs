//! A server with a shell and rsync. rsync writes each file whole, beside the others, and renames it into place.
//!
//! All else is done by scripts for a shell of POSIX, which begin in the folder of the target.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::releases::{Current, Found, ReleaseHost, Releases};
use super::ssh::{Ssh, folder_of, quoted};
use crate::deploy::files::{SiteFile, check_unchanged};
use crate::deploy::host::TargetHost;
use crate::deploy::lock::{Lock, lost};
use crate::deploy::program::Program;
use crate::deploy::record::{RECORD, Record};
use crate::deploy::{DeployContext, DeployObserver, Result};
use crate::path::OutputPath;
use crate::providers::hosts::Target;

/// A folder of a server.
pub(super) struct RsyncHost {
    ssh: Ssh,
    /// The folder of the target, with `/` at its end.
    root: String,
    /// Where the files are, below the root; empty, or with `/` at its end.
    place: String,
    output: PathBuf,
    /// Whether the folder of the files exists.
    exists: bool,
    /// Our lock, as it is on the server, with the name of the deployment.
    held: String,
    id: String,
}

/// How often the lock is tried while others take and release it.
const LOCK_TRIES: u32 = 5;

/// Takes the lock, as it is in `$new`. If one is replaced, which is in `$stale`, it is moved away first, and put back if
/// it is another by then. The link is made in one step, and fails if there is a lock. Temporary files of earlier
/// deployments are removed: what still runs of them can then send nothing. If it has written there in between, removing
/// is tried once more.
const TAKE_LOCK: &str = r#"
mine=".handbill/lock.$id" lock=.handbill/deploy.lock
mkdir -p .handbill
printf %s "$new" >"$mine"
if [ -n "$replaces" ] && mv -f -- "$lock" "$mine.old" 2>/dev/null; then
  [ "$(cat -- "$mine.old")" = "$stale" ] || ln -- "$mine.old" "$lock" || :
  rm -f -- "$mine.old"
fi
if ln -- "$mine" "$lock" 2>/dev/null || { [ ! -e "$lock" ] && ln -- "$mine" "$lock"; }; then
  rm -rf .handbill/part.* 2>/dev/null || rm -rf .handbill/part.*
  mkdir ".handbill/part.$id"
  echo taken
else
  cat -- "$lock"
fi
rm -f -- "$mine"
"#;

/// Replaces our lock, whose content is in `$old`, by `$new`.
const RENEW_LOCK: &str = r#"
if [ "$(cat .handbill/deploy.lock)" = "$old" ]; then
  printf %s "$new" >".handbill/part.$id/lock"
  mv -f -- ".handbill/part.$id/lock" .handbill/deploy.lock
  echo renewed
fi
"#;

/// Removes our lock, whose content is in `$old`.
const UNLOCK: &str = r#"
rm -rf -- ".handbill/part.$id"
if [ "$(cat .handbill/deploy.lock)" = "$old" ]; then rm -f .handbill/deploy.lock; fi
"#;

/// Removes a file, and the folders that are empty then. A folder is not that file, and below a file there is none; not
/// every `rm` takes the latter for what `-f` ignores.
const REMOVE: &str = r#"
is_below_file() {
  parent=$1
  while [ "$parent" != "${parent%/*}" ]; do
    parent=${parent%/*}
    if [ -f "./$parent" ]; then return 0; fi
  done
  return 1
}
remove() {
  if [ -d "./$1" ] && [ ! -h "./$1" ]; then return 0; fi
  rm -f -- "./$1" 2>/dev/null || is_below_file "$1" || rm -f -- "./$1"
  folder=$1
  while case $folder in */*) ;; *) false ;; esac; do
    folder=${folder%/*}
    rmdir -- "./$folder" 2>/dev/null || break
  done
}
"#;

/// Prints what `current` is, the release before it, and the names in the folder of releases.
const LIST: &str = r#"
current=missing
if [ -e current ] || [ -h current ]; then
  current=elsewhere
  real=$(cd -P ./current 2>/dev/null && pwd -P) || real=
  all=$(cd -P ./releases 2>/dev/null && pwd -P) || all=
  if [ -n "$real" ] && [ -n "$all" ] && [ "${real%/*}" = "$all" ]; then current="release ${real##*/}"; fi
fi
printf '%s\n' "$current"
readlink current/.handbill/before 2>/dev/null || echo
if [ -d releases ]; then ls -1 releases; fi
"#;

/// Makes the release `$to` of hard links of the release `$from`. rsync is sure to be there, and links folders in any
/// system.
const PREPARE: &str = r#"
mkdir -p releases
for old; do rm -rf -- "releases/$old" 2>/dev/null || rm -rf -- "releases/$old"; done
if [ -n "$from" ]; then rsync -a --link-dest="../$from/" "releases/$from/" "releases/$to/"; else mkdir "releases/$to"; fi
mkdir -p -- "releases/$to/.handbill/part.$id"
"#;

/// Makes `$to` the current release, with `$from` as the one before it. rsync replaces a symlink by a rename, in any system.
const SWITCH: &str = r#"
next=".handbill/part.$id/next"
mkdir -- "$next"
if [ -n "$from" ]; then
  rm -f -- "releases/$to/.handbill/before"
  ln -s -- "$from" "releases/$to/.handbill/before"
fi
ln -s "releases/$to" "$next/current"
rm -rf "releases/$to/.handbill/part.$id"
rsync -l -- "$next/current" ./
for old; do rm -rf -- "releases/$old"; done
"#;

impl RsyncHost {
    /// Opens a target, with releases if its settings say so.
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<Box<dyn TargetHost>> {
        let host = RsyncHost {
            ssh: Ssh::open(target, context)?,
            root: folder_of(target),
            place: String::new(),
            output: context.output.to_owned(),
            exists: false,
            held: String::new(),
            id: String::new(),
        };
        Ok(match target.flag("releases") {
            true => Box::new(Releases::of(host, target)),
            false => Box::new(host),
        })
    }

    /// Runs a script in the folder of the target, with values for its variables.
    fn script(&self, variables: &[(&str, &str)], script: &str) -> Result<Vec<u8>> {
        self.ssh.script(&self.in_root(variables, script))
    }

    fn in_root(&self, variables: &[(&str, &str)], script: &str) -> String {
        format!("cd -- {}\n{}", quoted(&self.root), with_variables(variables, script))
    }

    /// Prepares a run of rsync for files of a folder, given by their paths there.
    fn rsync<'p>(&self, folder: &Path, paths: impl Iterator<Item = &'p str>) -> Program {
        let (ssh, options) = self.ssh.command();
        let shell: Vec<String> = std::iter::once(ssh).chain(options.iter().map(String::as_str)).map(in_shell).collect();
        let names: Vec<&[u8]> = paths.flat_map(|path| [path.as_bytes(), b"\0"]).collect();
        self.ssh
            .program("rsync")
            .folder(folder)
            .arguments(["--rsh", &shell.join(" "), "--protect-args", "--files-from=-", "--from0"])
            .arguments(["--keep-dirlinks", "--8-bit-output", "--outbuf=L"])
            .input(names.concat())
    }

    /// Returns where rsync writes.
    fn destination(&self) -> String {
        format!("{}:{}{}", self.ssh.host(), self.root, self.place)
    }

    /// Sends files of a folder, whatever the server has, and calls `sent` with the number of bytes of each.
    fn transfer<'p>(
        &self,
        folder: &Path,
        paths: impl Iterator<Item = &'p str>,
        mut sent: impl FnMut(u64),
    ) -> Result<()> {
        let program = self
            .rsync(folder, paths)
            .arguments(["--ignore-times", "--compress", "--chmod=ugo=rwX", "--out-format=%i %l"])
            .arguments([format!("--temp-dir=.handbill/part.{}", self.id)])
            .arguments(["--", "./", &self.destination()]);
        let read = |output| {
            for line in BufReader::new(output).lines() {
                let line = line?;
                let length = line.strip_prefix("<f").and_then(|line| line.rsplit(' ').next()?.parse().ok());
                length.into_iter().for_each(&mut sent);
            }
            Ok(())
        };
        program.run_with(read).map(drop)
    }
}

impl TargetHost for RsyncHost {
    fn record(&mut self) -> Result<Option<Record>> {
        let folder = format!("{}{}", self.root, self.place);
        let script = format!(
            "if cd -- {} 2>/dev/null; then echo exists; if [ -e {RECORD} ]; then cat {RECORD}; fi; fi",
            quoted(&folder)
        );
        let output = self.ssh.script(&script)?;
        let record = output.strip_prefix(b"exists\n");
        self.exists = record.is_some();
        record.filter(|bytes| !bytes.is_empty()).map(Record::decode).transpose()
    }

    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        if !self.exists {
            return Ok(BTreeSet::new());
        }
        let program = self
            .rsync(&self.output, files.iter().map(|file| file.path.as_str()))
            .arguments(["--dry-run", "--checksum", "-ii", "--out-format=%i %n"])
            .arguments(["--", "./", &self.destination()]);
        let output = program.run()?;
        let files: HashMap<&[u8], &OutputPath> =
            files.iter().map(|file| (file.path.as_str().as_bytes(), &file.path)).collect();
        Ok(same_names(&output).filter_map(|name| files.get(name)).copied().cloned().collect())
    }

    fn lock(&mut self, lock: &Lock, may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        let (new, id) = (text(lock), lock.id());
        let folder = quoted(&self.root);
        let make_folder = format!("[ -d {folder} ] || mkdir -- {folder}\n");
        let mut stale = None::<String>;
        for _ in 0..LOCK_TRIES {
            let replaces = if stale.is_some() { "yes" } else { "" };
            let variables = [
                ("id", id.as_str()),
                ("new", &new),
                ("replaces", replaces),
                ("stale", stale.as_deref().unwrap_or_default()),
            ];
            let output = self.ssh.script(&(make_folder.clone() + &self.in_root(&variables, TAKE_LOCK)))?;
            if output == b"taken\n" {
                (self.held, self.id) = (new, id);
                return Ok(None);
            }
            match Lock::decode(&output).filter(|held| !may_replace(held)) {
                Some(held) => return Ok(Some(held)),
                None => stale = Some(String::from_utf8_lossy(&output).into_owned()),
            }
        }
        Err(lost())
    }

    fn renew(&mut self, lock: &Lock) -> Result<()> {
        let new = text(lock);
        let output = self.script(&[("id", &self.id), ("old", &self.held), ("new", &new)], RENEW_LOCK)?;
        if output.is_empty() {
            return Err(lost());
        }
        self.held = new;
        Ok(())
    }

    fn unlock(&mut self) -> Result<()> {
        self.script(&[("id", &self.id), ("old", &self.held)], UNLOCK).map(drop)
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        let paths = files.iter().map(|file| file.path.as_str());
        self.transfer(&self.output, paths, |bytes| observer.sent(bytes))?;
        check_unchanged(files).map(|()| Vec::new())
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        let calls = paths.iter().map(|path| format!("remove {}\n", quoted(path.as_str())));
        let script = format!("cd -- {}\n{REMOVE}{}", quoted(&format!("./{}", self.place)), calls.collect::<String>());
        self.script(&[], &script).map(drop)
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        let file = self.ssh.scratch(&format!("record/{RECORD}"), &record.encode())?;
        let folder = file.ancestors().nth(2).expect("the record is in a folder of that folder");
        self.transfer(folder, [RECORD].into_iter(), |_| ())
    }

    fn requests(&self) -> u64 {
        self.ssh.runs()
    }
}

impl ReleaseHost for RsyncHost {
    fn enter(&mut self, place: &str) {
        self.place = format!("{place}/");
    }

    fn releases(&mut self) -> Result<Found> {
        // The first deployment makes the folder.
        let enter = format!("cd -- {} 2>/dev/null || {{ echo missing; exit 0; }}\n", quoted(&self.root));
        let output = self.ssh.script(&format!("{enter}{LIST}"))?;
        Ok(found(&String::from_utf8_lossy(&output)))
    }

    fn prepare(&mut self, from: Option<&str>, to: &str, remove: &[String]) -> Result<()> {
        let variables = [("id", self.id.as_str()), ("from", from.unwrap_or_default()), ("to", to)];
        self.script(&variables, &format!("{}{PREPARE}", arguments(remove))).map(drop)
    }

    fn switch(&mut self, from: Option<&str>, to: &str, remove: &[String]) -> Result<()> {
        let variables = [("id", self.id.as_str()), ("from", from.unwrap_or_default()), ("to", to)];
        self.script(&variables, &format!("{}{SWITCH}", arguments(remove))).map(drop)
    }
}

/// Returns what [`LIST`] has printed.
fn found(output: &str) -> Found {
    let mut lines = output.lines();
    let current = match lines.next().unwrap_or_default() {
        "missing" => Current::Missing,
        line => line.strip_prefix("release ").map_or(Current::Elsewhere, |id| Current::Release(id.to_owned())),
    };
    let before = lines.next().filter(|before| !before.is_empty()).map(str::to_owned);
    Found { current, before, names: lines.map(str::to_owned).collect() }
}

/// Returns a script that sets its variables first.
fn with_variables(variables: &[(&str, &str)], script: &str) -> String {
    let variables = variables.iter().map(|(name, value)| format!("{name}={}\n", quoted(value)));
    variables.collect::<String>() + script
}

/// Returns a command that sets the arguments of a script.
fn arguments(texts: &[String]) -> String {
    let texts = texts.iter().map(|text| format!(" {}", quoted(text)));
    format!("set --{}\n", texts.collect::<String>())
}

/// Returns a lock as text.
fn text(lock: &Lock) -> String {
    String::from_utf8_lossy(&lock.encode()).into_owned()
}

/// Quotes a word of the command that rsync runs: its quotes are doubled within quotes.
fn in_shell(word: &str) -> String {
    format!("'{}'", word.replace('\'', "''"))
}

/// Returns the names of the files that are the same, from the itemized output of rsync: `.f` begins the line of a file
/// whose bytes would not be sent. A name with an escape is that of no file, so that a file is never taken for the same
/// by mistake.
fn same_names(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = output.split(|&byte| byte == b'\n');
    lines.filter(|line| line.starts_with(b".f")).filter_map(|line| line.get(12..))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a script in a folder of this machine.
    #[cfg(unix)]
    fn run(folder: &Path, script: &str) -> String {
        let output = Program::new("sh").folder(folder).input(format!("set -e\n{script}")).run().unwrap();
        String::from_utf8(output).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn current_is_the_release_to_which_it_leads_however_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(found(&run(folder, LIST)).current, Current::Missing);
        run(folder, "mkdir -p 'releases/1/.handbill' releases/0 && ln -s 0 releases/1/.handbill/before");
        let check = |link: &str, expected: Current| {
            run(folder, &format!("rm -f current && ln -s {} current", quoted(link)));
            let found = found(&run(folder, LIST));
            let before = matches!(expected, Current::Release(_)).then_some("0");
            assert_eq!((found.current, found.before.as_deref()), (expected, before), "{link}");
            assert_eq!(found.names, ["0", "1"]);
        };
        let release = || Current::Release("1".into());
        check("releases/1", release());
        check("./releases/1/", release());
        check(&folder.join("releases/1").display().to_string(), release());
        for elsewhere in ["releases/2", "releases", "releases/1/.handbill", "/", "nowhere"] {
            check(elsewhere, Current::Elsewhere);
        }
        run(folder, "rm current && mkdir current");
        assert_eq!(found(&run(folder, LIST)).current, Current::Elsewhere);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_another_kind_by_now_is_not_there_to_be_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        run(folder, "mkdir -p docs/more && touch docs/more/a.txt file gone");
        let remove = |paths: &[&str]| {
            let calls: String = paths.iter().map(|path| format!("remove {}\n", quoted(path))).collect();
            run(folder, &format!("{REMOVE}{calls}"));
        };
        remove(&["docs", "file/a.txt", "file/more/a.txt", "nowhere/a.txt", "gone"]);
        assert!(folder.join("docs/more/a.txt").exists() && folder.join("file").exists());
        assert!(!folder.join("gone").exists());
        remove(&["docs/more/a.txt"]);
        assert!(!folder.join("docs").exists());
    }

    #[cfg(unix)]
    #[test]
    fn lock_is_renewed_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        run(folder, "mkdir -p .handbill/part.x && printf ours >.handbill/deploy.lock");
        let renew =
            |old: &str, new: &str| run(folder, &with_variables(&[("id", "x"), ("old", old), ("new", new)], RENEW_LOCK));
        assert_eq!((renew("ours", "later"), renew("ours", "later")), ("renewed\n".into(), String::new()));
        run(folder, "rm .handbill/deploy.lock");
        assert_eq!(renew("later", "again"), "");
        assert!(!folder.join(".handbill/deploy.lock").exists());
    }

    #[test]
    fn files_that_rsync_would_not_send_are_the_same() {
        let output = b".f          index.html\n<f+++++++++ new/a.html\ncd+++++++++ new/\n.f...p..... a b.css\n<fc........ c.html\n";
        let names: Vec<&[u8]> = same_names(output).collect();
        assert_eq!(names, [b"index.html".as_slice(), b"a b.css"]);
    }

    #[test]
    fn words_of_the_shell_are_quoted_as_rsync_reads_them() {
        assert_eq!(["ssh", "-i", "it's a key"].map(in_shell).join(" "), "'ssh' '-i' 'it''s a key'");
    }
}
