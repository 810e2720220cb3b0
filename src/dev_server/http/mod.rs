//! The HTTP side of the dev server: connections with limits, a guard against other sites, and responses like those of a
//! static host.

#![allow(clippy::disallowed_types, reason = "this module listens and takes connections")]

pub mod body;
pub(crate) mod conditional;
pub(crate) mod connections;
pub mod guard;
pub(crate) mod handler;
pub mod listen;
pub(crate) mod plain_response;
pub(crate) mod range;
pub(crate) mod receive;
pub mod respond;
pub mod server;
