//! The live preview of `handbill serve`: a site watched while it is written, handed out as a good static host would,
//! to nobody but its author.
//!
//! [`watch`] says which files may have changed; the desk takes them in and holds the edition that stands. [`server`]
//! takes connections, bounds what each may cost, and asks the desk's handler: a plain function from a request to a
//! response. [`answer`](mod@answer) is the greater part of it, [`guard`] says which requests may be answered at all,
//! [`events`] tells open pages what has changed, [`outbox`] takes what forms post. `client/` is the browser's half.
//! This is the only asynchronous code, and has the only locks.

mod client;
pub mod http;
pub mod live;
pub mod outbox;
mod serve;
pub mod watch;

pub use self::serve::{ServeObserver, ServeOptions, serve};
