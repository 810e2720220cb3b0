//! Servers that are reached by the system's own `ssh`: with its settings, its keys and the servers that it knows.
//!
//! All programs of a deployment share one connection, where `ssh` can do that. Nothing is asked: a key with a passphrase
//! has to be loaded.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};

use crate::deploy::program::{Hints, Program};
use crate::deploy::{DeployContext, Result, error};
use crate::providers::hosts::Target;
use crate::source::io_error_text;

/// Name of the variable with another command than `ssh`, and with options for it.
const SSH_VARIABLE: &str = "HANDBILL_SSH";

/// Options of every connection. Settings of the user that are meant for sessions of a person are turned off.
const OPTIONS: &[&str] = &[
    "-oBatchMode=yes",
    "-oConnectTimeout=20",
    "-oServerAliveInterval=20",
    "-oClearAllForwardings=yes",
    "-oRequestTTY=no",
    "-oRemoteCommand=none",
];

/// Help for what `ssh`, `rsync`, `sftp` and the server say.
const HINTS: Hints = &[
    (
        "identification has changed",
        "the server has another key than before: find out why, since somebody else may answer in its place; then remove \
         the old key with `ssh-keygen -R`",
    ),
    (
        "host key verification failed",
        "the server's key is not known here: connect once with `ssh`, compare the key with the one that the server's \
         administrator gives you, and accept it; on a build machine, add it to `~/.ssh/known_hosts`",
    ),
    (
        "permission denied (",
        "the server accepts no key of this machine: load it with `ssh-add`, or name its file in `~/.ssh/config` or as \
         `HANDBILL_SSH=\"ssh -i FILE\"`, and add its public half to `~/.ssh/authorized_keys` on the server",
    ),
    ("too many authentication failures", "name the key in `~/.ssh/config`, with `IdentitiesOnly yes`"),
    ("could not resolve hostname", "check `host` in the target's settings, and the connection of this machine"),
    ("connection refused", "check `host` and `port` in the target's settings, and that the server runs"),
    ("timed out", "check `host` and `port` in the target's settings, and the connection of this machine"),
    ("no route to host", "check `host` in the target's settings, and the connection of this machine"),
    ("no space left", "make room on the server, then run `handbill deploy` again: it goes on where it was"),
    ("quota exceeded", "make room on the server, then run `handbill deploy` again: it goes on where it was"),
    ("rsync: not found", "install `rsync` on the server, or use the kind `sftp`"),
    ("rsync: command not found", "install `rsync` on the server, or use the kind `sftp`"),
    ("is your shell clean", "what the server's shell prints before it runs a program must go: see its `~/.bashrc`"),
    ("no such file or directory", "create the folder that `path` names on the server, or at least its parent"),
    ("read-only file system", "use a `path` on the server that can be written to"),
    ("permission denied", "let the user of `host` write into the folder that `path` names"),
];

/// A server.
pub(super) struct Ssh {
    /// `ssh` with its options.
    command: Vec<String>,
    host: String,
    scratch: Scratch,
    runs: AtomicU64,
}

impl Ssh {
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<Ssh> {
        let command = (context.variable)(SSH_VARIABLE).unwrap_or_else(|| "ssh".to_owned());
        let mut command = words(&command).filter(|words| !words.is_empty()).ok_or_else(|| {
            error(format!("`{SSH_VARIABLE}` is no command: a quote is open")).help("write `ssh -i \"/path/of a/key\"`")
        })?;
        let scratch = Scratch::new()?;
        command.extend(OPTIONS.iter().map(|&option| option.to_owned()));
        if let Some(port) = target.setting("port") {
            command.push(format!("-oPort={port}"));
        }
        if cfg!(unix) {
            command.push("-oControlMaster=auto".to_owned());
            command.push(format!("-oControlPath={}", scratch.folder.join("connection").display()));
            command.push("-oControlPersist=60".to_owned());
        }
        let host = target.text("host").unwrap_or_default().to_owned();
        Ok(Ssh { command, host, scratch, runs: AtomicU64::new(0) })
    }

    /// Returns the server as programs name it: `paper@example.org`.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Returns `ssh` and its options.
    pub(super) fn command(&self) -> (&str, &[String]) {
        let (ssh, options) = self.command.split_first().expect("the command is not empty");
        (ssh, options)
    }

    /// Returns the number of programs that were run.
    pub(super) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Prepares a run of a program that connects to the server.
    pub(super) fn program(&self, name: &str) -> Program {
        self.runs.fetch_add(1, Ordering::Relaxed);
        Program::new(name).hints(HINTS)
    }

    /// Runs a script by a shell of POSIX on the server, and returns what it prints. It ends at the first failure.
    pub(super) fn script(&self, script: &str) -> Result<Vec<u8>> {
        let (ssh, options) = self.command();
        self.program(ssh).arguments(options).arguments([&self.host, "sh"]).input(format!("set -e\n{script}")).run()
    }

    /// Writes a file that only this user can read, and returns its path. It is removed after the deployment.
    pub(super) fn scratch(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let file = self.scratch.folder.join(name);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, bytes));
        written.map(|()| file.clone()).map_err(|cause| unwritable(&file, &cause))
    }
}

impl Drop for Ssh {
    /// Closes the shared connection.
    fn drop(&mut self) {
        if fs::exists(self.scratch.folder.join("connection")).unwrap_or(false) {
            let (ssh, options) = self.command();
            // If this fails, the connection is closed after a minute without use.
            let _ = self.program(ssh).arguments(options).arguments(["-O", "exit", &self.host]).run();
        }
    }
}

/// A private folder. Its path is short, because that of a socket may have about 100 bytes.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Result<Scratch> {
        let parent = std::env::temp_dir();
        let mut number = 0;
        loop {
            let folder = parent.join(format!("handbill-{}-{number}", std::process::id()));
            match create_private(&folder) {
                Ok(()) => return Ok(Scratch { folder }),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && number < 1000 => number += 1,
                Err(cause) => return Err(unwritable(&folder, &cause)),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is a temporary file of the system, which removes it some day.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn unwritable(path: &Path, cause: &io::Error) -> crate::diagnostic::Diagnostic {
    error(format!("cannot write `{}`: {}", path.display(), io_error_text(cause)))
        .help("check the folder for temporary files, which `TMPDIR` can name, and the space there")
}

/// Returns the path of the target's folder, with `/` at its end, in a form that no program takes for something else.
pub(super) fn folder_of(target: &Target) -> String {
    let path = target.text("path").unwrap_or_default();
    let path = path.strip_prefix("~/").unwrap_or(if path == "~" { "" } else { path });
    let start = if path.starts_with('/') { "" } else { "./" };
    format!("{start}{}/", path.trim_end_matches('/'))
}

/// Quotes a text for a shell of POSIX.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Splits a command into its words, at spaces that are not within quotes; `None` if a quote is open.
fn words(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => (quote, word) = (Some(c), word.or_else(|| Some(String::new()))),
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_is_split_at_spaces_outside_of_quotes() {
        let check = |command: &str, expected: &[&str]| {
            assert_eq!(words(command).unwrap(), expected, "{command}");
        };
        check("ssh", &["ssh"]);
        check("  ssh -i '/a b/key'  -o\"User Known\"=x ''", &["ssh", "-i", "/a b/key", "-oUser Known=x", ""]);
        check("", &[]);
        assert_eq!(words("ssh 'a"), None);
    }

    #[cfg(unix)]
    #[test]
    fn quoted_text_reaches_a_shell_unchanged() {
        for text in ["a b", "it's", "$(id) `id` \\ \"*\" 'x' ;&|", "two\nlines", "-n", ""] {
            let script = format!("printf %s {}", quoted(text));
            assert_eq!(Program::new("sh").input(script).run().unwrap(), text.as_bytes());
        }
    }
}
