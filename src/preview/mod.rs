//! The live preview of `handbill serve`: a site watched while it is written, handed out as a good static host would,
//! to nobody but its author.
//!
//! [`watch`] says which files may have changed. [`server`] listens, bounds what a connection may cost, and asks a
//! handler of the program's: a plain function from a request to a response. [`answer`](mod@answer) is the greater
//! part of such a handler, [`guard`] says which requests may be answered at all, [`events`] tells open pages what has
//! changed, [`outbox`] takes what forms post. This is the only asynchronous code; what it hands out is found and made elsewhere, behind
//! [`answer::Files`].

pub mod answer;
pub mod body;
mod client;
mod conditions;
mod connections;
mod desk;
mod edition;
pub mod editor;
pub mod events;
pub mod guard;
mod media_type;
pub mod outbox;
mod plain;
mod range;
pub mod server;
mod told;
pub mod watch;
