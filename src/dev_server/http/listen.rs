//! Opens the port of the dev server.

#![allow(clippy::disallowed_methods, reason = "this file listens on the author's machine")]

use std::io::{self, ErrorKind};
use std::net::{IpAddr, TcpListener};

use socket2::SockRef;

/// Default port; the next free one is taken if it is used.
pub const PORT: u16 = 1517;

/// Number of ports that are tried.
const TRIES: u16 = 32;

/// Number of connections that may wait to be accepted. Browsers do not notice the wait, but a refused connection is
/// retried only after a delay.
const BACKLOG: i32 = 1024;

/// Port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// This port only; 0 for one chosen by the operating system.
    Exactly(u16),
    /// The first free port, starting with this one.
    FirstFree(u16),
}

/// Listens on a port. The listener's address tells which one it is.
///
/// # Errors
/// If the given port is used, if none of the tried ones is free, or if the address is not one of this machine.
pub fn listen(address: IpAddr, port: Port) -> io::Result<TcpListener> {
    let (first, last) = match port {
        Port::Exactly(port) => (port, port),
        Port::FirstFree(port) => (port, port.saturating_add(TRIES - 1)),
    };
    for port in first..last {
        match TcpListener::bind((address, port)) {
            Err(error) if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => {}
            outcome => return outcome.inspect(raise_backlog),
        }
    }
    TcpListener::bind((address, last)).inspect(raise_backlog)
}

/// Raises the queue of a listener above the standard library's 128. If that fails, the shorter queue is used.
fn raise_backlog(listener: &TcpListener) {
    let _ = SockRef::from(listener).listen(BACKLOG);
}
