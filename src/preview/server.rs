//! Listens, and hands requests to a handler: with limits to what any one may cost, and an end that comes when asked.
//!
//! One thread attends to every connection and never works: handlers run on threads of their own, a few at a time.
//! HTTP itself is hyper's. Nothing that comes over a connection ends the server, neither does a handler that panics.

#![allow(clippy::disallowed_methods, reason = "this file listens on the author's machine")]

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Method, Request, Response, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::body::Body;
use super::connections::{Connections, Doing, Place};
use super::guard;
use super::plain::plain;

/// Where the preview is unless told otherwise: on this port, or on the next that is free.
pub const PORT: u16 = 1517;

/// How many ports are tried before there is said to be none.
const TRIES: u16 = 32;

/// How many connections may wait to be accepted: a browser does not notice the wait, but it does a second try.
const BACKLOG: i32 = 1024;

/// How long what is under way may take to end when the server stops.
const GRACE: Duration = Duration::from_millis(400);

/// Which port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// This one or nothing; 0 means whichever the system gives.
    Exactly(u16),
    /// The first one that is free, from this one up.
    FirstFree(u16),
}

/// What connections and requests may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once. One more closes the one that has idled longest.
    pub connections: usize,
    /// Handlers at once. A request that finds them all at work waits.
    pub handlers: usize,
    /// How long a connection may take to send the head of a request, or to begin one.
    pub head_time: Duration,
    /// How many bytes of a head are read.
    pub head_bytes: usize,
    /// How many headers there may be.
    pub headers: usize,
    /// How long a connection may take to send the body of a request.
    pub body_time: Duration,
    /// How many bytes of a body are taken.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 512,
            handlers: 16,
            head_time: Duration::from_secs(15),
            head_bytes: 32 * 1024,
            headers: 100,
            body_time: Duration::from_secs(10),
            body_bytes: 64 * 1024,
        }
    }
}

/// Tells a server from any thread to stop. Copies tell the same server.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// A stop that has not been called for.
    #[must_use]
    pub fn new() -> Stop {
        Stop(watch::Sender::new(false))
    }

    /// Calls for it.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is called for.
    async fn called(&self) {
        self.0.subscribe().wait_for(|called| *called).await.expect("the sender is here");
    }
}

impl Default for Stop {
    fn default() -> Stop {
        Stop::new()
    }
}

/// Takes a port. The listener's own address tells which, if another was to be had than the first.
///
/// # Errors
/// When the port that was asked for is taken, none is free, or the address is not this machine's.
pub fn listen(address: IpAddr, port: Port) -> io::Result<TcpListener> {
    let (first, last) = match port {
        Port::Exactly(port) => (port, port),
        Port::FirstFree(port) => (port, port.saturating_add(TRIES - 1)),
    };
    for port in first..last {
        match TcpListener::bind((address, port)) {
            Err(error) if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => {}
            outcome => return outcome.inspect(widen),
        }
    }
    TcpListener::bind((address, last)).inspect(widen)
}

/// Gives a listener a longer queue than the standard library's 128. The shorter one does, where this cannot be.
fn widen(listener: &TcpListener) {
    let _ = SockRef::from(listener).listen(BACKLOG);
}

/// Serves until it is told to stop, then ends within half a second, whatever is open.
///
/// The handler is a plain function that may take its time; it runs on a thread of its own. It sees only requests for
/// this machine, POSTs only from pages of the preview, and whole bodies. A handler that is at work when the server
/// stops is left behind.
///
/// # Errors
/// When the machine has no thread or no sockets left to begin with.
pub fn serve<H>(listener: TcpListener, limits: Limits, stop: &Stop, handler: H) -> io::Result<()>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    listener.set_nonblocking(true)?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_io().enable_time().max_blocking_threads(limits.handlers).build()?;
    let server = Arc::new(Server {
        handlers: Arc::new(Semaphore::new(limits.handlers)),
        limits,
        stop: stop.clone(),
        handler: Arc::new(handler),
    });
    let outcome = runtime.block_on(accept(listener, server));
    runtime.shutdown_background();
    outcome
}

/// What all connections share.
struct Server<H> {
    limits: Limits,
    stop: Stop,
    handlers: Arc<Semaphore>,
    handler: Arc<H>,
}

/// Takes connections until it is told to stop, then gives the open ones a moment to end.
async fn accept<H>(listener: TcpListener, server: Arc<Server<H>>) -> io::Result<()>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let connections = Arc::new(Connections::default());
    let mut tasks = JoinSet::new();
    let mut stopped = pin!(server.stop.called());
    loop {
        // One place is kept free, so that a new connection need not wait for an old one to close.
        let full = tasks.len() >= server.limits.connections;
        if full {
            connections.close_one();
        }
        tokio::select! {
            () = &mut stopped => break,
            Some(_) = tasks.join_next() => {}
            // All were at work; one of them may have ended since.
            () = sleep(Duration::from_millis(50)), if full => {}
            accepted = listener.accept(), if !full => match accepted {
                Ok((stream, _)) => {
                    let (place, closing) = connections.admit();
                    tasks.spawn(attend(stream, Arc::clone(&server), place, closing));
                }
                // Most likely there are too many files open.
                Err(_) => {
                    connections.close_one();
                    sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }
    drop(listener);
    let ended = async { while tasks.join_next().await.is_some() {} };
    // Whoever is left is closed with the runtime.
    let _ = timeout(GRACE, ended).await;
    Ok(())
}

/// Serves one connection: until its browser closes it, it has to make room, or the server stops.
async fn attend<H>(stream: TcpStream, server: Arc<Server<H>>, place: Place, closing: oneshot::Receiver<()>)
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    let Ok(local) = stream.local_addr() else { return };
    // Small responses go out at once. Where that cannot be had, they go out a little later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| async {
        let mut response = match receive(request, local.ip(), &server.limits).await {
            Ok(request) => work(request, &server, &place).await,
            Err(refusal) => refusal.map(Body::from),
        };
        guard::shield(response.headers_mut());
        Ok::<_, Infallible>(response)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(server.limits.head_time)
            .max_header_size(server.limits.head_bytes)
            .max_headers(server.limits.headers)
            .max_buf_size(server.limits.head_bytes.max(8 * 1024))
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        // A connection that breaks is nobody's mistake.
        _ = &mut connection => return,
        _ = closing => return,
        () = server.stop.called() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Checks a request and reads its body.
async fn receive(
    request: Request<Incoming>,
    local: IpAddr,
    limits: &Limits,
) -> Result<Request<Bytes>, Response<Bytes>> {
    guard::host(&request, local)?;
    if request.method() == Method::POST {
        guard::same_origin(request.headers())?;
    }
    let (head, body) = request.into_parts();
    let body = timeout(limits.body_time, read(body, limits.body_bytes)).await;
    let body = body.unwrap_or_else(|_| Err(plain(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")))?;
    Ok(Request::from_parts(head, body))
}

/// Reads a body of at most `most` bytes.
async fn read(mut body: Incoming, most: usize) -> Result<Bytes, Response<Bytes>> {
    // A little more is read and thrown away: a browser that is still sending would not see why it is refused.
    let patience = most as u64 * 16;
    let too_large = || plain(StatusCode::PAYLOAD_TOO_LARGE, &format!("a body may have {most} bytes"));
    if body.size_hint().lower() > patience {
        return Err(too_large());
    }
    let (mut taken, mut seen) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| plain(StatusCode::BAD_REQUEST, "the body is cut short"))?;
        let Some(data) = frame.data_ref() else { continue };
        seen += data.len() as u64;
        if seen > patience {
            return Err(too_large());
        }
        if seen <= most as u64 {
            taken.extend_from_slice(data);
        }
    }
    if seen > most as u64 { Err(too_large()) } else { Ok(taken.freeze()) }
}

/// Has the handler answer, when it is this request's turn.
async fn work<H>(request: Request<Bytes>, server: &Server<H>, place: &Place) -> Response<Body>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    // Waiting here rather than among the threads' tasks lets a request go whose browser has gone.
    let turn = Arc::clone(&server.handlers).acquire_owned().await.expect("the semaphore is never closed");
    place.now(Doing::Working);
    let handler = Arc::clone(&server.handler);
    let made = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        handler(request)
    });
    let response = made.await.unwrap_or_else(|_| {
        plain(StatusCode::INTERNAL_SERVER_ERROR, "the preview has a fault of its own; the terminal says more")
            .map(Body::from)
    });
    place.now(match response.body() {
        Body::Whole(_) => Doing::Idling,
        Body::Events(_) => Doing::Streaming,
    });
    response
}
