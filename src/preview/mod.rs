//! The live preview's server: it hands out the site as a good static host would, to nobody but its author.
//!
//! [`server`] takes connections, bounds what each may cost, and asks a handler of the program's: a plain function from
//! a request to a response. [`answer`](mod@answer) is the greater part of such a handler, [`guard`] says which requests
//! may be answered at all, [`events`] tells open pages what has changed. This is the only asynchronous code; what it
//! hands out is found and made elsewhere, behind [`answer::Files`].

pub mod answer;
pub mod body;
mod conditions;
mod connections;
pub mod events;
pub mod guard;
pub mod listen;
mod media_type;
mod plain;
mod range;
mod receive;
pub mod server;
