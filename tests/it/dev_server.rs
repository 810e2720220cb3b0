//! `handbill serve` as a process: a site is edited on the disk and requested over HTTP, as a browser does.
//!
//! Nothing here waits for a fixed time: a test waits for a condition, and gives up after [`PATIENCE`].

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::project::{NOW, Project};

/// Longer than anything here takes; a test that waits for it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// A running dev server, which is killed when it is dropped.
pub(crate) struct DevServer {
    child: Child,
    address: SocketAddr,
    /// Below which path the site is, with a slash at both ends.
    pub(crate) base: String,
    stdout: Capture,
    stderr: Capture,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The status line and the headers, in lower case.
    pub(crate) head: String,
    /// What came behind.
    pub(crate) bytes: Vec<u8>,
}

impl DevServer {
    /// Serves a site at noon of June 15, 2026.
    #[track_caller]
    pub(crate) fn of(project: &Project) -> DevServer {
        DevServer::with(project, &[])
    }

    /// The same with further arguments.
    #[track_caller]
    pub(crate) fn with(project: &Project, arguments: &[&str]) -> DevServer {
        let clock = if arguments.contains(&"--as-of") { vec![] } else { vec!["--as-of", NOW] };
        DevServer::exactly(project, &[clock.as_slice(), arguments].concat())
    }

    /// Serves with these arguments and no others.
    #[track_caller]
    pub(crate) fn exactly(project: &Project, arguments: &[&str]) -> DevServer {
        let mut child = project.program(&[&["serve", "--format", "json"], arguments].concat()).start();
        let stdout = Capture::of(child.stdout.take().expect("it is piped"));
        let stderr = Capture::of(child.stderr.take().expect("it is piped"));
        let is_ready = |text: &str| text.lines().find(|line| line.contains("\"serving\"")).map(str::to_owned);
        let Some(line) = stdout.until(is_ready) else {
            let _ = child.kill();
            panic!("it does not serve:\n{}\n{}", stdout.text(), stderr.text());
        };
        let serving: Value = serde_json::from_str(&line).expect("a line of JSON");
        let text = |name: &str| serving["serving"][name].as_str().expect("a text").to_owned();
        let address = text("address").parse().expect("an address");
        let base = url::Url::parse(&text("url")).expect("a URL").path().to_owned();
        DevServer { child, address, base, stdout, stderr }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far, to people and to programs.
    pub(crate) fn output(&self) -> String {
        format!("{}\n{}", self.stdout.text(), self.stderr.text())
    }

    /// What is at a path.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), "", "")
    }

    /// Posts the fields of a form.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, form: &str) -> Answer {
        let headers = format!(
            "Origin: http://{0}\r\nReferer: http://{0}/\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.address
        );
        self.ask(&format!("POST {path}"), &headers, form)
    }

    /// A request of one's own: method and path, further headers, a body. It names the host unless a header does.
    #[track_caller]
    pub(crate) fn ask(&self, line: &str, headers: &str, body: &str) -> Answer {
        let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let mut stream = self.connect();
        let request = format!("{line} HTTP/1.1\r\n{host}{headers}{length}Connection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it can be asked");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap_or_else(|error| panic!("{line}: {error}\n{}", self.output()));
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{line}: no answer: {:?}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8_lossy(&bytes[..end + 2]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head, bytes: bytes.split_off(end + 4) }
    }

    /// A connection on which nothing was said yet.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit can be set");
        stream
    }

    /// The events of a page, from now on.
    #[track_caller]
    pub(crate) fn events(&self, page: &str) -> Events {
        self.stream(&self.base, page)
    }

    /// The events of the front page below a path, if that is where the site is.
    pub(crate) fn events_if_any(&self, base: &str) -> Option<Events> {
        let stranger = self.ask(&format!("GET {base}.handbill/events?page=nowhere"), "", "");
        (stranger.status == 400).then(|| self.stream(base, base))
    }

    fn stream(&self, base: &str, page: &str) -> Events {
        let mut stream = self.connect();
        stream.set_read_timeout(None).expect("a time limit can be taken off");
        // In the older version the stream is not cut into chunks.
        let request = format!("GET {base}.handbill/events?page={page}&digest= HTTP/1.0\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it can be asked");
        let events = Events { capture: Capture::of(stream.try_clone().expect("a second end")), stream };
        events.last("diagnostics");
        events
    }

    /// Waits until a page has this status and all these parts.
    #[track_caller]
    pub(crate) fn shows<'a>(&self, path: &str, parts: impl IntoIterator<Item = &'a str>) -> Answer {
        let parts: Vec<&str> = parts.into_iter().collect();
        self.until(path, |answer| answer.status == 200 && parts.iter().all(|part| answer.text().contains(part)))
    }

    /// Waits until a page is there and has none of these parts.
    #[track_caller]
    pub(crate) fn lacks<'a>(&self, path: &str, parts: impl IntoIterator<Item = &'a str>) -> Answer {
        let parts: Vec<&str> = parts.into_iter().collect();
        self.until(path, |answer| answer.status == 200 && !parts.iter().any(|part| answer.text().contains(part)))
    }

    /// Waits until a path has this status.
    #[track_caller]
    pub(crate) fn becomes(&self, path: &str, status: u16) -> Answer {
        self.until(path, |answer| answer.status == status)
    }

    #[track_caller]
    fn until(&self, path: &str, holds: impl Fn(&Answer) -> bool) -> Answer {
        let mut last = None;
        let answer = until(|| {
            let answer = self.get(path);
            if holds(&answer) {
                return Some(answer);
            }
            last = Some(answer);
            None
        });
        answer.unwrap_or_else(|| {
            let last = last.expect("it was asked");
            panic!("{path} stays {} {}\n{}\n{}", last.status, last.head, last.text(), self.output())
        })
    }

    /// Waits until its output on the terminal contains a text.
    #[track_caller]
    pub(crate) fn expect_output(&self, text: &str) {
        assert!(until(|| self.output().contains(text).then_some(())).is_some(), "no {text:?} in\n{}", self.output());
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_none()
    }

    /// Sends a signal, and returns with which status it ended and after how long.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn end(&mut self, signal: rustix::process::Signal) -> (ExitStatus, Duration) {
        let process = rustix::process::Pid::from_child(&self.child);
        let began = Instant::now();
        rustix::process::kill_process(process, signal).expect("it can be signalled");
        let status = until(|| self.child.try_wait().expect("it can be asked"));
        (status.unwrap_or_else(|| panic!("it goes on:\n{}", self.output())), began.elapsed())
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let said = self.output();
        if !thread::panicking() {
            assert!(!said.contains("panicked at"), "{said}");
        }
    }
}

impl Answer {
    /// What came, as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The value of a header, named in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let value = |line: &'_ str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(": "));
        self.head.lines().find(|line| value(line)).map(|line| &line[name.len() + 2..])
    }

    /// A page without the line that starts the browser's half.
    #[track_caller]
    pub(crate) fn without_script(&self) -> String {
        let text = self.text();
        let from = text.rfind("<script type=\"module\" src=\"").expect("the line is there");
        let line = text[from..].split_inclusive('\n').next().expect("it begins there");
        assert!(line.contains(".handbill/client/main.js") && line.ends_with("></script>\n"), "{line}");
        text[..from].to_owned() + &text[from + line.len()..]
    }
}

/// The events of an open page as they come.
pub(crate) struct Events {
    capture: Capture,
    stream: TcpStream,
}

impl Events {
    /// All so far: name and data.
    pub(crate) fn all(&self) -> Vec<(String, Value)> {
        parse(&self.capture.text())
    }

    /// The newest of a name, once there is one.
    #[track_caller]
    pub(crate) fn last(&self, name: &str) -> Value {
        self.until(name, |_| true)
    }

    /// Waits until the newest event of a name passes.
    #[track_caller]
    pub(crate) fn until(&self, name: &str, passes: impl Fn(&Value) -> bool) -> Value {
        let newest = |text: &str| parse(text).into_iter().rfind(|(known, _)| known == name).map(|(_, data)| data);
        let found = self.capture.until(|text| newest(text).filter(|data| passes(data)));
        found.unwrap_or_else(|| panic!("no such `{name}`:\n{}", self.capture.text()))
    }

    /// Waits until exactly these errors are reported, whatever the warnings: each by its location or a part of its
    /// message.
    #[track_caller]
    pub(crate) fn expect_diagnostics<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Vec<Value> {
        let parts: Vec<&str> = parts.into_iter().collect();
        let reported = self.until("diagnostics", |data| {
            let diagnostics = errors(data);
            let holds = |part: &&str| diagnostics.iter().any(|diagnostic| diagnostic.to_string().contains(*part));
            diagnostics.len() == parts.len() && parts.iter().all(holds)
        });
        errors(&reported)
    }

    /// How many events of a name there were so far.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.all().iter().filter(|(known, _)| known == name).count()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// The array in the data of an event.
pub(crate) fn diagnostics(event: &Value) -> Vec<Value> {
    event["diagnostics"].as_array().cloned().unwrap_or_default()
}

/// Those of it that are no mere warnings.
fn errors(event: &Value) -> Vec<Value> {
    diagnostics(event).into_iter().filter(|diagnostic| diagnostic["level"] == "error").collect()
}

fn parse(text: &str) -> Vec<(String, Value)> {
    let blocks = text.split_once("\r\n\r\n").map_or("", |(_, body)| body).split("\n\n");
    let event = |block: &str| {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        // The last block may still be on its way.
        Some((field("event: ")?, serde_json::from_str(&field("data: ")?).ok()?))
    };
    blocks.filter_map(event).collect()
}

/// What a stream has said so far, read by a thread of its own.
#[derive(Clone)]
struct Capture(Arc<(Mutex<(String, bool)>, Condvar)>);

impl Capture {
    fn of(stream: impl Read + Send + 'static) -> Capture {
        let capture = Capture(Arc::default());
        let reported = capture.clone();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while matches!(stream.read_until(b'\n', &mut line), Ok(1..)) {
                reported.lock().0.push_str(&String::from_utf8_lossy(&line));
                reported.0.1.notify_all();
                line.clear();
            }
            reported.lock().1 = true;
            reported.0.1.notify_all();
        });
        capture
    }

    fn lock(&self) -> MutexGuard<'_, (String, bool)> {
        self.0.0.lock().expect("no reader panics")
    }

    fn text(&self) -> String {
        self.lock().0.clone()
    }

    /// Waits until something can be found in it; `None` when it ends or takes too long.
    fn until<T>(&self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.lock();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match find(&state.0) {
                Some(found) => return Some(found),
                None if state.1 || left.is_zero() => return None,
                None => state = self.0.1.wait_timeout(state, left).expect("no reader panics").0,
            }
        }
    }
}

/// Looks again and again until there is something, for as long as patience lasts.
pub(crate) fn until<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = look() {
            return Some(found);
        }
        thread::park_timeout(Duration::from_millis(4));
    }
    None
}
