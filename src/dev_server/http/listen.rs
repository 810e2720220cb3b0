//! Takes the port that the preview is on.

#![allow(clippy::disallowed_methods, reason = "this file listens on the author's machine")]

use std::io::{self, ErrorKind};
use std::net::{IpAddr, TcpListener};

use socket2::SockRef;

/// Where the preview is unless told otherwise: on this port, or on the next that is free.
pub const PORT: u16 = 1517;

/// How many ports are tried before there is said to be none.
const TRIES: u16 = 32;

/// How many connections may wait to be accepted: a browser does not notice the wait, but it does a second try.
const BACKLOG: i32 = 1024;

/// Which port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// This one or nothing; 0 means whichever the system gives.
    Exactly(u16),
    /// The first one that is free, from this one up.
    FirstFree(u16),
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
