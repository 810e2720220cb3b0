//! The HTTP server: accepts connections, limits what each may cost, calls a handler, and stops on request.
//!
//! One thread drives all connections and does no other work; handlers run on threads of their own, a few at a time.
//! HTTP itself is implemented by hyper. Neither input from a connection nor a panic in a handler ends the server.

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

/// Time that open connections have to finish when the server stops.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(400);

/// Limits of connections and requests.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Greatest number of connections. One more closes the one that has been idle longest.
    pub connections: usize,
    /// Greatest number of concurrent handlers. Further requests wait.
    pub handlers: usize,
    /// Time for a connection to send the head of a request, which is also the idle timeout.
    pub head_time: Duration,
    /// Greatest length of a head, in bytes.
    pub head_bytes: usize,
    /// Greatest number of headers.
    pub headers: usize,
    /// Time for a connection to send the body of a request.
    pub body_time: Duration,
    /// Greatest length of a body, in bytes.
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

/// Stops a server from any thread. Clones stop the same server.
#[derive(Clone, Debug)]
pub struct ShutdownHandle(watch::Sender<bool>);

impl ShutdownHandle {
    /// A handle that has not been used.
    #[must_use]
    pub fn new() -> ShutdownHandle {
        ShutdownHandle(watch::Sender::new(false))
    }

    /// Asks the server to stop.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Waits until the server is asked to stop.
    async fn called(&self) {
        self.0.subscribe().wait_for(|called| *called).await.expect("the sender is here");
    }
}

impl Default for ShutdownHandle {
    fn default() -> ShutdownHandle {
        ShutdownHandle::new()
    }
}

/// Serves until asked to stop, then ends within half a second, whatever is open.
///
/// The handler is a blocking function and runs on a thread of its own. It gets only requests for this machine, POSTs
/// only from pages of this server, and complete bodies. A handler that is running when the server stops is not waited
/// for.
///
/// # Errors
/// If the operating system provides no thread or no sockets at the start.
pub fn serve<H>(listener: TcpListener, limits: Limits, stop: &ShutdownHandle, handler: H) -> io::Result<()>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    listener.set_nonblocking(true)?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_io().enable_time().max_blocking_threads(limits.handlers).build()?;
    let server = Arc::new(Server {
        handlers: Arc::new(Semaphore::new(limits.handlers)),
        pictures: Arc::new(Semaphore::new(limits.handlers.div_ceil(2))),
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
    /// For requests of pictures, before they take a handler: half of the handlers.
    pictures: Arc<Semaphore>,
    handler: Arc<H>,
}

/// Accepts connections until asked to stop, then waits briefly for the open ones to end.
async fn accept<H>(listener: TcpListener, server: Arc<Server<H>>) -> io::Result<()>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let connections = Arc::new(Connections::default());
    let mut tasks = JoinSet::new();
    let mut stopped = pin!(server.stop.called());
    loop {
        // At the limit one connection is closed in advance, so that a new one need not wait for that.
        let full = tasks.len() >= server.limits.connections;
        if full {
            connections.close_one();
        }
        tokio::select! {
            () = &mut stopped => break,
            Some(_) = tasks.join_next() => {}
            // All connections were working; one may have ended since.
            () = sleep(Duration::from_millis(50)), if full => {}
            accepted = listener.accept(), if !full => match accepted {
                Ok((stream, _)) => {
                    let (slot, closing) = connections.admit();
                    tasks.spawn(serve_connection(stream, Arc::clone(&server), slot, closing));
                }
                // Most likely too many files are open.
                Err(_) => {
                    connections.close_one();
                    sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }
    drop(listener);
    let ended = async { while tasks.join_next().await.is_some() {} };
    // Connections that remain are closed with the runtime.
    let _ = timeout(SHUTDOWN_GRACE, ended).await;
    Ok(())
}

/// Serves one connection until its client closes it, it is asked to close, or the server stops.
async fn serve_connection<H>(
    stream: TcpStream,
    server: Arc<Server<H>>,
    slot: ConnectionSlot,
    closing: oneshot::Receiver<()>,
) where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    let Ok(local) = stream.local_addr() else { return };
    // Sends small responses at once; if this cannot be set, they are only delayed.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| async {
        let mut response = match receive(request, local.ip(), &server.limits).await {
            Ok(request) => work(request, &server, &slot).await,
            Err(response) => response.map(Body::from),
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
        // A broken connection is not an error to report.
        _ = &mut connection => return,
        _ = closing => return,
        () = server.stop.called() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Runs the handler when a slot is free.
async fn work<H>(request: Request<Bytes>, server: &Server<H>, slot: &ConnectionSlot) -> Response<Body>
where
    H: Fn(Request<Bytes>) -> Response<Body> + Send + Sync + 'static,
{
    // Pictures may take long to make: a page never waits for all of them.
    let is_picture = request.uri().path().contains(crate::pictures::FOLDER);
    let _place = match is_picture {
        true => Some(Arc::clone(&server.pictures).acquire_owned().await.expect("the semaphore is never closed")),
        false => None,
    };
    // Waiting here, and not in the queue of threads, drops a request whose client has gone.
    let turn = Arc::clone(&server.handlers).acquire_owned().await.expect("the semaphore is never closed");
    slot.set_state(ConnectionState::Working);
    let handler = Arc::clone(&server.handler);
    let handled = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        handler(request)
    });
    let response = handled.await.unwrap_or_else(|_| {
        plain(StatusCode::INTERNAL_SERVER_ERROR, "an error in the dev server itself; the terminal says more")
            .map(Body::from)
    });
    slot.set_state(match response.body() {
        Body::Whole(_) => ConnectionState::Idling,
        Body::Events(_) => ConnectionState::Streaming,
    });
    response
}
