//! The program as a process: with an environment that is the same everywhere, and never longer than a time limit.

use std::ffi::OsString;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// No command of a test takes so long on any machine; one that does hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// The program with its arguments, not started yet.
pub(crate) struct Program {
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    folder: PathBuf,
    megabytes: Option<u32>,
    input: Option<Vec<u8>>,
}

/// What became of it.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Program {
    /// The program with arguments, for a folder to run in and a home folder.
    pub(crate) fn new(folder: &Path, home: &Path, arguments: &[&str]) -> Program {
        Program {
            arguments: arguments.iter().map(OsString::from).collect(),
            variables: vec![("HOME".into(), home.into())],
            folder: folder.to_owned(),
            megabytes: None,
            input: None,
        }
    }

    /// The same with bytes on its standard input.
    pub(crate) fn input(mut self, bytes: impl AsRef<[u8]>) -> Program {
        self.input = Some(bytes.as_ref().to_vec());
        self
    }

    /// The same with an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Program {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The same in another folder.
    pub(crate) fn within(mut self, folder: &Path) -> Program {
        self.folder = folder.to_owned();
        self
    }

    /// Limits the address space, in megabytes: a larger allocation fails, and the program dies.
    pub(crate) fn limit_memory(mut self, megabytes: u32) -> Program {
        self.megabytes = Some(megabytes);
        self
    }

    /// The value behind a flag.
    pub(crate) fn value_of(&self, flag: &str) -> Option<&Path> {
        let at = self.arguments.iter().position(|argument| argument == flag)?;
        self.arguments.get(at + 1).map(Path::new)
    }

    /// Starts it.
    pub(crate) fn start(&self) -> Child {
        let program = env!("CARGO_BIN_EXE_handbill");
        let mut command = match self.megabytes {
            None => Command::new(program),
            Some(megabytes) => {
                let mut shell = Command::new("sh");
                let script = format!("ulimit -v {}; exec \"$0\" \"$@\"", megabytes * 1024);
                shell.args(["-c", &script, program]);
                shell
            }
        };
        command.args(&self.arguments).current_dir(&self.folder);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let input = self.input.as_ref().map(|bytes| {
            let mut file = tempfile::tempfile().expect("a temporary file");
            file.write_all(bytes).expect("it takes bytes");
            file.rewind().expect("it is a file");
            Stdio::from(file)
        });
        command.stdin(input.unwrap_or_else(Stdio::null)).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Runs it to its end. A panic, a signal and a run beyond the time limit fail the test, whatever it is about.
    #[track_caller]
    pub(crate) fn run(&self) -> Run {
        let run = self.finish(self.start());
        assert!(run.code != 101, "the program panicked: {:?}\n{}", self.arguments, run.stderr);
        run
    }

    #[track_caller]
    fn finish(&self, mut child: Child) -> Run {
        let (sender, receiver) = mpsc::channel();
        let stdout = gather(child.stdout.take().expect("it is piped"), 0, &sender);
        let stderr = gather(child.stderr.take().expect("it is piped"), 1, &sender);
        let mut texts = [String::new(), String::new()];
        for _ in 0..2 {
            let Ok((index, text)) = receiver.recv_timeout(LIMIT) else {
                let _ = child.kill();
                panic!("still running after {LIMIT:?}: {:?}", self.arguments);
            };
            texts[index] = text;
        }
        stdout.join().expect("reading does not panic");
        stderr.join().expect("reading does not panic");
        let status = child.wait().expect("it has ended");
        let [stdout, stderr] = texts;
        let code = status.code().unwrap_or_else(|| panic!("{status}: {:?}\n{stderr}", self.arguments));
        Run { code, stdout, stderr }
    }
}

/// Reads a stream to its end in a thread of its own.
fn gather(
    mut stream: impl Read + Send + 'static,
    index: usize,
    sender: &mpsc::Sender<(usize, String)>,
) -> std::thread::JoinHandle<()> {
    let sender = sender.clone();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // A broken pipe leaves what was read, which is what there is to see.
        let _ = stream.read_to_end(&mut bytes);
        let _ = sender.send((index, String::from_utf8_lossy(&bytes).into_owned()));
    })
}

impl Run {
    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn expect_exit(&self, code: i32) -> &Run {
        assert_eq!(self.code, code, "exit code; it said\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Expects texts on standard output.
    #[track_caller]
    pub(crate) fn expect_stdout<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> &Run {
        for part in parts {
            assert!(self.stdout.contains(part), "no {part:?} on standard output:\n{}", self.stdout);
        }
        self
    }

    /// Expects texts on standard error.
    #[track_caller]
    pub(crate) fn expect_stderr<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> &Run {
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} on standard error:\n{}", self.stderr);
        }
        self
    }

    /// Every line of standard output as JSON.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        self.stdout.lines().map(parse).collect()
    }
}
