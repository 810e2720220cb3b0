//! Takes connections and hands requests to a handler: with limits to what any one may cost, and an end that comes when asked.
//!
//! One thread attends to every connection and never works: handlers run on threads of their own, a few at a time.
//! HTTP itself is hyper's. Nothing that comes over a connection ends the server, neither does a handler that panics.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::body::Body;
use super::connections::{ConnectionSlot, ConnectionState, Connections};
use super::guard;
use super::plain_response::plain;
use super::receive::receive;

/// How long what is under way may take to end when the server stops.
const GRACE: Duration = Duration::from_millis(400);

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
pub struct ShutdownHandle(watch::Sender<bool>);

impl ShutdownHandle {
    /// A stop that has not been called for.
    #[must_use]
    pub fn new() -> ShutdownHandle {
        ShutdownHandle(watch::Sender::new(false))
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

impl Default for ShutdownHandle {
    fn default() -> ShutdownHandle {
        ShutdownHandle::new()
    }
}

/// Serves until it is told to stop, then ends within half a second, whatever is open.
///
/// The handler is a plain function that may take its time; it runs on a thread of its own. It sees only requests for
/// this machine, POSTs only from pages of the preview, and whole bodies. A handler that is at work when the server
/// stops is left behind.
///
/// # Errors
/// When the machine has no thread or no sockets left to begin with.
pub fn serve<H>(listener: TcpListener, limits: Limits, stop: &ShutdownHandle, handler: H) -> io::Result<()>
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
    stop: ShutdownHandle,
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
async fn attend<H>(stream: TcpStream, server: Arc<Server<H>>, place: ConnectionSlot, closing: oneshot::Receiver<()>)
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
        guard::security_headers(response.headers_mut());
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

/// Has the handler answer, when it is this request's turn.
async fn work<H>(request: Request<Bytes>, server: &Server<H>, place: &ConnectionSlot) -> Response<Body>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    // Waiting here rather than among the threads' tasks lets a request go whose browser has gone.
    let turn = Arc::clone(&server.handlers).acquire_owned().await.expect("the semaphore is never closed");
    place.now(ConnectionState::Working);
    let handler = Arc::clone(&server.handler);
    let handled = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        handler(request)
    });
    let response = handled.await.unwrap_or_else(|_| {
        plain(StatusCode::INTERNAL_SERVER_ERROR, "the preview has a fault of its own; the terminal says more")
            .map(Body::from)
    });
    place.now(match response.body() {
        Body::Whole(_) => ConnectionState::Idling,
        Body::Events(_) => ConnectionState::Streaming,
    });
    response
}
