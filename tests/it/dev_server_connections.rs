//! The HTTP server of the dev server over real sockets, with a site in memory: one connection does not harm another,
//! and no request costs much memory.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use handbill::dev_server::http::body::Body;
use handbill::dev_server::http::listen::{Port, listen};
use handbill::dev_server::http::respond::{FileKind, FileLookup, ServedFile, respond};
use handbill::dev_server::http::server::{Limits, ShutdownHandle, serve};
use handbill::dev_server::live::event_stream::{self, Event, Hub};
use handbill::path::{OutputLayout, UrlPath};
use http::{Method, Request, Response, StatusCode};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Longer than anything here takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pages at the root of a site, by the path of their file.
struct Shelf(BTreeMap<String, ServedFile>);

impl FileLookup for Shelf {
    fn base_path(&self) -> &str {
        "/"
    }

    fn file(&self, url: &UrlPath) -> Option<ServedFile> {
        self.0.get(url.output(OutputLayout::Folders).as_str()).cloned()
    }

    fn redirect(&self, url: &UrlPath) -> Option<String> {
        (url.as_str() == "/old/").then(|| "/news/".to_owned())
    }

    fn takes_form(&self, url: &UrlPath) -> bool {
        url.as_str() == "/form/"
    }
}

/// A handler over the shelf: the stream of a page's events at `/events?PAGE`, a form at `/form/` that answers with the
/// length of what was posted, a page at `/slow/` that is ready when `ready` says so, and one at `/panic/` that never is.
fn handler(
    shelf: Shelf,
    hub: Hub,
    ready: Receiver<()>,
) -> impl Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static {
    let ready = Mutex::new(ready);
    move |request| match request.uri().path() {
        "/events" => match request.uri().query().and_then(|page| UrlPath::new(page).ok()) {
            Some(page) => event_stream::answer(&request, &hub, page, |page| {
                vec![Event { name: "hello", data: format!("{:?}", page.as_str()) }]
            }),
            None => respond(&request, &shelf).map(Body::from),
        },
        "/form/" if request.method() == Method::POST => {
            Response::new(Body::from(Bytes::from(request.body().len().to_string())))
        }
        "/slow/" => {
            let in_time = ready.lock().unwrap().recv_timeout(PATIENCE).is_ok();
            Response::new(Body::from(Bytes::from(if in_time { "at last" } else { "nobody cared" })))
        }
        "/panic/" => panic!("a handler that panics on purpose"),
        _ => respond(&request, &shelf).map(Body::from),
    }
}

/// A running server, which is stopped when it is dropped.
struct Server {
    address: SocketAddr,
    hub: Hub,
    stop: ShutdownHandle,
    slow_page_is_ready: Sender<()>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl Server {
    fn start(limits: Limits) -> Server {
        Server::with(limits, Bytes::new())
    }

    /// A server with a file at `/big.bin`.
    fn with(limits: Limits, big: Bytes) -> Server {
        let page = |text: &str| ServedFile::new(FileKind::Page, text.to_owned());
        let shelf = Shelf(BTreeMap::from([
            ("index.html".to_owned(), page("home")),
            ("news/index.html".to_owned(), page(&"news ".repeat(20_000))),
            ("404.html".to_owned(), page("no such page")),
            ("film.mp4".to_owned(), ServedFile::new(FileKind::Asset, "0123456789")),
            ("big.bin".to_owned(), ServedFile::new(FileKind::Asset, big)),
        ]));
        let listener = listen(LOOPBACK, Port::Exactly(0)).unwrap();
        let (address, hub, stop) = (listener.local_addr().unwrap(), Hub::new(), ShutdownHandle::new());
        let (slow_page_is_ready, ready) = mpsc::channel();
        let handler = handler(shelf, hub.clone(), ready);
        let thread = thread::spawn({
            let stop = stop.clone();
            move || serve(listener, limits, &stop, handler)
        });
        Server { address, hub, stop, slow_page_is_ready, thread: Some(thread) }
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Connection(BufReader::new(stream))
    }

    /// Sends a request with its host and further lines, over a connection of its own.
    #[track_caller]
    fn request(&self, line: &str, headers: &str) -> Answer {
        let mut connection = self.connect();
        connection.send(&format!("{line} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.address));
        connection.answer(line.starts_with("HEAD"))
    }

    #[track_caller]
    fn expect_home(&self) {
        let answer = self.request("GET /", "");
        assert_eq!((answer.status, answer.body.as_str()), (200, "home"));
    }

    /// Opens the stream of a page's events and reads its beginning.
    fn open_events(&self, page: &str) -> Connection {
        let mut stream = self.connect();
        stream.send(&format!("GET /events?{page} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address));
        stream.read_until(&format!("data: {page:?}"));
        stream
    }

    /// Stops it and says how long that took.
    fn stop(&mut self) -> Duration {
        let began = Instant::now();
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap().unwrap();
        }
        began.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.now();
    }
}

struct Connection(BufReader<TcpStream>);

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Connection {
    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line
    }

    /// Reads lines until one contains a text, and gives all of them.
    #[track_caller]
    fn read_until(&mut self, text: &str) -> String {
        let mut read = String::new();
        while !read.contains(text) {
            let line = self.line();
            assert!(!line.is_empty(), "the connection ended before {text:?}:\n{read}");
            read += &line;
        }
        read
    }

    /// Reads an answer with a length; that to a HEAD has no body.
    #[track_caller]
    fn answer(&mut self, headless: bool) -> Answer {
        let head = self.read_until("\r\n\r\n").to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        let length = if headless { 0 } else { length.map_or(0, |length| length.parse().unwrap()) };
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Answer { status, head, body: String::from_utf8(body).unwrap() }
    }

    /// Waits until the server has closed the connection, whatever it says before.
    #[track_caller]
    fn expect_end(&mut self) {
        let mut rest = Vec::new();
        if let Err(error) = self.0.read_to_end(&mut rest) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
        }
    }
}

#[test]
fn host_answers_as_a_good_one_does() {
    let server = Server::start(Limits::default());
    let mut connection = server.connect();
    let mut ask = |line: &str, headers: &str, status: u16| {
        connection.send(&format!("{line} HTTP/1.1\r\nHost: localhost:1517\r\n{headers}\r\n"));
        let answer = connection.answer(line.starts_with("HEAD"));
        assert_eq!(answer.status, status, "{line} {headers}\n{}", answer.head);
        answer
    };
    let page = ask("GET /", "", 200);
    assert_eq!(page.body, "home");
    for header in ["x-content-type-options: nosniff", "cross-origin-resource-policy: same-origin", "etag: \"", "date: "]
    {
        assert!(page.head.contains(header), "{}", page.head);
    }
    assert!(ask("HEAD /news/", "", 200).head.contains("content-length: 100000\r\n"));
    assert!(ask("GET /news?a=b", "", 301).head.contains("location: /news/?a=b\r\n"));
    assert!(ask("GET /old", "", 301).head.contains("location: /news/\r\n"));
    assert_eq!(ask("GET /none/", "", 404).body, "no such page");
    let film = ask("GET /film.mp4", "Range: bytes=3-5\r\n", 206);
    assert!(film.head.contains("content-range: bytes 3-5/10\r\n"), "{}", film.head);
    assert_eq!(film.body, "345");
    assert!(ask("GET /film.mp4", "Range: bytes=99-\r\n", 416).head.contains("content-range: bytes */10\r\n"));
    let tag = film.head.split("etag: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let same = ask("GET /film.mp4", &format!("If-None-Match: {tag}\r\n"), 304);
    assert!(!same.head.contains("content-length"), "{}", same.head);
    assert!(ask("DELETE /", "", 405).head.contains("allow: get, head\r\n"));
    assert_eq!(ask("POST /form/", "Content-Length: 0\r\n", 200).body, "0");
}

#[test]
fn encoded_climbing_is_refused() {
    let server = Server::start(Limits::default());
    for path in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/..%5cboot.ini", "/%00"] {
        assert_eq!(server.request(&format!("GET {path}"), "").status, 404, "{path}");
    }
}

#[test]
fn host_of_another_name_is_refused() {
    let server = Server::start(Limits::default());
    let check = |request: &str, status: u16| {
        let mut connection = server.connect();
        connection.send(request);
        assert_eq!(connection.answer(false).status, status, "{request}");
    };
    check("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
    check("GET / HTTP/1.1\r\nHost: 192.0.2.1:1517\r\n\r\n", 421);
    check("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 421);
    check("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400);
    check("GET / HTTP/1.1\r\n\r\n", 400);
    check("GET / HTTP/1.0\r\n\r\n", 200);
    check("GET / HTTP/1.1\r\nHost: paper.localhost:80\r\n\r\n", 200);
}

#[test]
fn pages_of_another_origin_get_no_events_and_post_no_forms() {
    let server = Server::start(Limits::default());
    let evil = "Origin: http://evil.example\r\n";
    assert_eq!(server.request("GET /events?/news/", evil).status, 403);
    assert_eq!(server.request("GET /events?/news/", "Sec-Fetch-Site: cross-site\r\n").status, 403);
    assert_eq!(server.request("POST /form/", &format!("{evil}Content-Length: 0\r\n")).status, 403);
    assert!(server.hub.is_empty());
    let own = format!("Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n", server.address);
    assert_eq!(server.request("POST /form/", &own).status, 200);
}

#[test]
fn event_reaches_the_pages_that_it_is_for() {
    let server = Server::start(Limits::default());
    let (mut home, mut news) = (server.open_events("/"), server.open_events("/news/"));
    assert_eq!(server.hub.pages().len(), 2);
    server.hub.send(&Event { name: "changed", data: "1".into() }, |page| page.as_str() == "/news/");
    server.hub.send(&Event { name: "changed", data: "2".into() }, |_| true);
    assert!(news.read_until("data: 2\n").contains("event: changed\ndata: 1\n\n"));
    assert!(!home.read_until("data: 2\n").contains("data: 1\n"));
    drop(home);
    let began = Instant::now();
    while server.hub.len() > 1 && began.elapsed() < PATIENCE {
        thread::yield_now();
    }
    assert_eq!(server.hub.pages().len(), 1, "a page that was closed has left");
}

#[test]
fn idle_connections_stop_no_request() {
    let server = Server::start(Limits::default());
    let idle: Vec<Connection> = (0..200).map(|_| server.connect()).collect();
    let began = Instant::now();
    server.expect_home();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    drop(idle);
}

#[test]
fn new_connection_takes_the_place_of_the_longest_idle() {
    let server = Server::start(Limits { connections: 20, ..Limits::default() });
    let mut events = server.open_events("/news/");
    let mut first = server.connect();
    let idle: Vec<Connection> = (0..100).map(|_| server.connect()).collect();
    server.expect_home();
    first.expect_end();
    server.hub.send(&Event { name: "changed", data: "1".into() }, |_| true);
    events.read_until("data: 1\n");
    drop(idle);
}

#[test]
fn head_that_comes_in_drops_is_cut() {
    let server = Server::start(Limits { head_time: Duration::from_millis(300), ..Limits::default() });
    let mut slow = server.connect();
    slow.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    slow.0.get_ref().set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let ended = (0..200).any(|_| {
        let sent = slow.0.get_mut().write_all(b"X-Drop: 1\r\n");
        let heard = slow.0.read(&mut [0; 1024]).map_err(|error| error.kind());
        sent.is_err() || matches!(heard, Ok(0) | Err(ErrorKind::ConnectionReset))
    });
    assert!(ended, "the server went on listening");
    server.expect_home();
}

#[test]
fn heads_and_bodies_have_a_largest_size() {
    let server = Server::start(Limits::default());
    assert_eq!(server.request("GET /", &format!("X-Long: {}\r\n", "x".repeat(40_000))).status, 431);
    assert_eq!(server.request("GET /", &"X-Many: 1\r\n".repeat(200)).status, 431);
    let post = |length: usize| {
        let mut connection = server.connect();
        let head = format!("POST /form/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
        connection.send(&head);
        connection.send(&"x".repeat(length.min(200_000)));
        connection.answer(false)
    };
    assert_eq!(post(64 * 1024).body, "65536");
    assert_eq!(post(64 * 1024 + 1).status, 413);
    assert_eq!(post(200_000).status, 413);
    let mut endless = server.connect();
    endless.send("POST /form/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000000\r\n\r\n");
    assert_eq!(endless.answer(false).status, 413);
    let mut chunked = server.connect();
    chunked.send("POST /form/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    chunked.send(&format!("{:x}\r\n{}\r\n0\r\n\r\n", 70_000, "x".repeat(70_000)));
    assert_eq!(chunked.answer(false).status, 413);
    server.expect_home();
}

#[test]
fn body_that_never_comes_is_given_up() {
    let server = Server::start(Limits { body_time: Duration::from_millis(200), ..Limits::default() });
    let answer = server.request("POST /form/", "Content-Length: 10\r\n");
    assert_eq!(answer.status, 408);
}

#[test]
fn handler_at_work_stops_no_other() {
    let server = Server::start(Limits { connections: 8, ..Limits::default() });
    let mut slow = server.connect();
    slow.send("GET /slow/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // Each takes the place of an idle connection, and none that of the one that is being answered.
    for _ in 0..20 {
        server.expect_home();
        server.connect();
    }
    server.slow_page_is_ready.send(()).unwrap();
    assert_eq!(slow.answer(false).body, "at last");
}

#[test]
fn handler_that_panics_is_an_answer() {
    let server = Server::start(Limits { handlers: 1, ..Limits::default() });
    for _ in 0..3 {
        assert_eq!(server.request("GET /panic/", "").status, 500);
        server.expect_home();
    }
}

#[test]
fn page_that_does_not_read_is_let_go() {
    let server = Server::start(Limits::default());
    let unread = server.open_events("/");
    let event = Event { name: "changed", data: "x".repeat(1_000_000) };
    let sent = (0..1000).take_while(|_| server.hub.send(&event, |_| true) == 1).count();
    assert!((1..1000).contains(&sent) && server.hub.is_empty(), "{sent} events of a megabyte wait for one page");
    drop(unread);
}

#[test]
fn thousands_of_requests_cost_bounded_memory() {
    let server = Server::with(Limits::default(), vec![7; 20_000_000].into());
    let served = AtomicUsize::new(0);
    // A quarter of them leaves as soon as it has asked, for a file that no socket's buffer holds.
    let ask = |count: usize| {
        for number in 0..count {
            if number % 4 == 0 {
                let mut connection = server.connect();
                connection.send("GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
            } else {
                assert_eq!(server.request("GET /news/", "Connection: close\r\n").body.len(), 100_000);
            }
            served.fetch_add(1, Ordering::Relaxed);
        }
    };
    ask(200);
    let before = resident_memory();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ask(1200));
        }
    });
    assert_eq!(served.load(Ordering::Relaxed), 5000);
    if let (Some(before), Some(after)) = (before, resident_memory()) {
        assert!(after < before + 100_000_000, "{before} bytes became {after}");
    }
    server.expect_home();
}

/// The memory of this process, on systems that report it.
fn resident_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    kilobytes.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}

#[test]
fn server_stops_within_a_second_whatever_is_open() {
    let mut server = Server::with(Limits::default(), vec![7; 20_000_000].into());
    let idle: Vec<Connection> = (0..120).map(|_| server.connect()).collect();
    let mut streams: Vec<Connection> = (0..80).map(|_| server.open_events("/news/")).collect();
    let mut half = server.connect();
    half.send("GET / HTTP/1.1\r\nHost: loc");
    let mut unread = server.connect();
    unread.send("GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut slow = server.connect();
    slow.send("GET /slow/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    server.expect_home();
    let took = server.stop();
    assert!(took < Duration::from_secs(1), "{took:?}");
    streams.iter_mut().for_each(Connection::expect_end);
    assert!(TcpStream::connect(server.address).is_err(), "it still listens");
    drop(idle);
}

#[test]
fn taken_port_gives_way_unless_it_was_asked_for() {
    let taken = listen(LOOPBACK, Port::Exactly(0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = listen(LOOPBACK, Port::Exactly(port)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    if let Ok(next) = listen(LOOPBACK, Port::FirstFree(port)) {
        let next = next.local_addr().unwrap().port();
        assert!(next > port && next < port + 32, "{port} gave way to {next}");
    }
}

#[test]
fn one_page_too_many_is_asked_to_wait() {
    let server = Server::start(Limits::default());
    let streams: Vec<Connection> = (0..event_stream::MOST_STREAMS).map(|_| server.open_events("/")).collect();
    assert_eq!(server.request("GET /events?/", "").status, StatusCode::SERVICE_UNAVAILABLE.as_u16());
    server.expect_home();
    drop(streams);
}
