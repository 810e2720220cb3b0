//! The dev server of `handbill serve` (live preview): watches a site, keeps a snapshot of it in memory, and serves it
//! like a static host, to its author only.
//!
//! [`watch`] reports which files may have changed; [`live`] applies the changes, holds the current snapshot and sends
//! events to open pages. [`http`] accepts connections, limits what each may cost, and answers requests. [`outbox`]
//! receives posted forms. `client/` is the browser part.
//!
//! This module has the only asynchronous code.

mod client;
pub mod http;
pub mod live;
pub mod outbox;
mod serve;
pub mod watch;

pub use self::serve::{ServeObserver, ServeOptions, serve};
