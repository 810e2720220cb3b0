//! Programs of the system that a deployment runs: `ssh`, `rsync`, `git`.
//!
//! A program inherits the environment. Secrets are given to it there and never as arguments, which all users of a machine
//! can read; what it says on its standard error becomes the message of a diagnostic, without them.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{Result, error};
use crate::source::io_error_text;

/// Help for what a program says: the first row whose text is in it. The text is in lower case.
pub(super) type Hints = &'static [(&'static str, &'static str)];

/// A run of a program.
pub(super) struct Program {
    command: Command,
    input: Vec<u8>,
    secrets: Vec<String>,
    hints: Hints,
}

/// Greatest number of bytes of a standard error that are kept. The rest is read and dropped.
const MAX_SAID_BYTES: usize = 64 << 10;

/// Number of lines at the beginning and at the end of a standard error that a message has.
const SHOWN_LINES: usize = 2;

/// How long a standard error stays open to another process after the program has ended: versions of OpenSSH before 8.5
/// leave it to the process that keeps a connection.
const SAID_AFTER_END: Duration = Duration::from_millis(200);

impl Program {
    /// Prepares a run. Messages are in English, whatever the machine's language is.
    pub(super) fn new(name: impl AsRef<OsStr>) -> Program {
        let mut command = Command::new(name);
        command.env("LC_ALL", "C");
        Program { command, input: Vec::new(), secrets: Vec::new(), hints: &[] }
    }

    /// Adds arguments.
    pub(super) fn arguments(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Program {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of the environment.
    pub(super) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Program {
        self.command.env(name, value);
        self
    }

    /// Sets a variable of the environment whose value is in no message.
    pub(super) fn secret(mut self, name: &str, value: &str) -> Program {
        // Programs leave out space around a token.
        self.secrets.push(value.trim().to_owned());
        self.variable(name, value)
    }

    /// Sets the folder in which the program runs.
    pub(super) fn folder(mut self, folder: &Path) -> Program {
        self.command.current_dir(folder);
        self
    }

    /// Sets the standard input, which is empty otherwise.
    pub(super) fn input(mut self, input: impl Into<Vec<u8>>) -> Program {
        self.input = input.into();
        self
    }

    /// Sets the help for what the program may say.
    pub(super) fn hints(mut self, hints: Hints) -> Program {
        self.hints = hints;
        self
    }

    /// Runs the program and returns its standard output.
    ///
    /// # Errors
    /// If there is no such program, or it fails; with what it said.
    pub(super) fn run(self) -> Result<Vec<u8>> {
        self.run_with(read_all).map(|(output, _)| output)
    }

    /// Runs the program, and calls `read` with its standard output while it runs. Returns the result, and what the
    /// program said on its standard error.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub(super) fn run_with<T>(mut self, read: impl FnOnce(ChildStdout) -> io::Result<T>) -> Result<(T, String)> {
        let input = std::mem::take(&mut self.input);
        self.run_between(|mut stdin| _ = stdin.write_all(&input), read)
    }

    /// Runs the program with a standard input that is made while it runs, piece by piece, and returns its standard
    /// output. With an error among the pieces the input ends, and that is the error.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub(super) fn run_with_pieces(self, mut pieces: impl Iterator<Item = Result<Vec<u8>>> + Send) -> Result<Vec<u8>> {
        let mut failure = None;
        let write = |mut stdin: ChildStdin| {
            for piece in pieces.by_ref() {
                match piece {
                    Ok(bytes) if stdin.write_all(&bytes).is_ok() => {}
                    piece => return failure = piece.err(),
                }
            }
        };
        let output = self.run_between(write, read_all);
        failure.map_or_else(|| output.map(|(output, _)| output), Err)
    }

    fn run_between<T>(
        mut self,
        write: impl FnOnce(ChildStdin) + Send,
        read: impl FnOnce(ChildStdout) -> io::Result<T>,
    ) -> Result<(T, String)> {
        let name = self.command.get_program().to_string_lossy().into_owned();
        let ended = self.end(write, read);
        let (status, said, output) = ended.map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => error(format!("there is no program `{name}` here"))
                .help(format!("install `{name}`, so that it is in a folder of `PATH`")),
            _ => error(format!("`{name}` cannot be run: {}", io_error_text(&cause))),
        })?;
        if status.success() {
            let output =
                output.map_err(|cause| error(format!("`{name}` cannot be read: {}", io_error_text(&cause))))?;
            return Ok((output, said));
        }
        let said = self.secrets.iter().filter(|secret| !secret.is_empty()).fold(said, |said, s| said.replace(s, "…"));
        let how = match status.code() {
            _ if !said.is_empty() => shown(&said),
            Some(code) => format!("it ended with status {code}"),
            None => "it was stopped by a signal".to_owned(),
        };
        let lower = said.to_lowercase();
        let hint = self.hints.iter().find(|(text, _)| lower.contains(text));
        let help = hint.map_or_else(
            || format!("see to what `{name}` says, then run `handbill deploy` again"),
            |(_, help)| (*help).to_owned(),
        );
        Err(error(format!("`{name}` failed: {how}")).help(help))
    }

    /// Runs the program to its end; returns its status, what it said, and what `read` made of its output.
    fn end<T>(
        &mut self,
        write: impl FnOnce(ChildStdin) + Send,
        read: impl FnOnce(ChildStdout) -> io::Result<T>,
    ) -> io::Result<(ExitStatus, String, io::Result<T>)> {
        let command = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let stdin = stdin.expect("the standard input is a pipe");
        let said = listen(stderr.expect("the standard error is a pipe"));
        let output = std::thread::scope(|scope| {
            // A program that ends before it has read everything says why itself.
            scope.spawn(move || write(stdin));
            read(stdout.expect("the standard output is a pipe"))
        });
        let status = child.wait()?;
        let mut bytes = Vec::new();
        while let Ok(more) = said.recv_timeout(SAID_AFTER_END) {
            bytes.extend(more);
        }
        let said = String::from_utf8_lossy(&bytes);
        Ok((status, anstream::adapter::strip_str(&said).to_string(), output))
    }
}

fn read_all(mut output: ChildStdout) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    output.read_to_end(&mut bytes).map(|_| bytes)
}

/// Reads a standard error to its end, in a thread of its own.
fn listen(mut stderr: ChildStderr) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut buffer, mut left) = (vec![0; 4096], MAX_SAID_BYTES);
        while let Ok(length @ 1..) = stderr.read(&mut buffer) {
            let kept = length.min(left);
            left -= kept;
            if kept > 0 && sender.send(buffer[..kept].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Returns what a program said on one line, without control characters and without the middle if that is long.
fn shown(said: &str) -> String {
    let lines = said.split(['\n', '\r']).map(|line| line.replace(char::is_control, " "));
    let lines: Vec<String> =
        lines.map(|line| line.trim().trim_end_matches('.').to_owned()).filter(|line| !line.is_empty()).collect();
    match lines.len() {
        count if count <= 2 * SHOWN_LINES => lines.join("; "),
        count => [&lines[..SHOWN_LINES], &["…".to_owned()], &lines[count - SHOWN_LINES..]].concat().join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_says_is_shown_on_one_line_and_long_text_without_its_middle() {
        assert_eq!(shown("\n no such host.\r\nclosed\u{7}\n"), "no such host; closed");
        let long: String = (0..20).map(|number| format!("{number}\n")).collect();
        assert_eq!(shown(&long), "0; 1; …; 18; 19");
    }

    #[cfg(unix)]
    fn shell(script: &str) -> Program {
        Program::new("sh").arguments(["-s", "--", "a b"]).input(script)
    }

    #[cfg(unix)]
    #[test]
    fn program_gets_input_arguments_and_variables_and_its_output_is_returned() {
        let long = "x".repeat(1 << 20);
        let script = format!("printf '%s|%s|' \"$1\" \"$WORD\"; cat <<'END'\n{long}\nEND\n");
        let output = shell(&script).variable("WORD", "deploy").run().unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), format!("a b|deploy|{long}\n"));
    }

    #[cfg(unix)]
    #[test]
    fn input_in_pieces_ends_with_the_first_error_which_is_returned() {
        let cat = || Program::new("cat");
        let pieces = || ["a", "b"].map(|piece| Ok(piece.as_bytes().to_vec())).into_iter();
        assert_eq!(cat().run_with_pieces(pieces()).unwrap(), b"ab");
        let stopped = pieces().chain([Err(error("no more")), Ok(vec![])]);
        assert_eq!(cat().run_with_pieces(stopped).unwrap_err().message, "no more");
        let endless = std::iter::repeat_with(|| Ok(vec![0; 1 << 16]));
        assert!(
            Program::new("sh")
                .arguments(["-c", "exit 3"])
                .run_with_pieces(endless)
                .unwrap_err()
                .message
                .contains("status 3")
        );
    }

    #[cfg(unix)]
    #[test]
    fn failure_has_what_the_program_said_without_escapes_and_secrets() {
        let hints: Hints = &[("full", "make room")];
        let script = "printf '\\033[31mdisk FULL\\033[0m of %s\\n' \"$KEY\" >&2; exit 3";
        let failure = shell(script).secret("KEY", "hunter22").hints(hints).run().unwrap_err();
        assert_eq!(failure.message, "`sh` failed: disk FULL of …");
        assert_eq!(failure.help.as_deref(), Some("make room"));
        let failure = shell("exit 3").run().unwrap_err();
        assert_eq!(failure.message, "`sh` failed: it ended with status 3");
        let failure = Program::new("no-such-program").run().unwrap_err();
        assert_eq!(failure.message, "there is no program `no-such-program` here");
    }

    #[cfg(unix)]
    #[test]
    fn process_that_is_left_behind_is_not_waited_for() {
        assert_eq!(shell("sleep 5 >/dev/null & echo $!").run().unwrap().last(), Some(&b'\n'));
    }
}
