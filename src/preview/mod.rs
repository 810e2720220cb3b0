//! The live preview of `handbill serve`: a site watched while it is written, and its forms tried on one machine.

pub mod outbox;
pub mod watch;
