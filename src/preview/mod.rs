//! The live preview of `handbill serve`: a site watched while it is written.

pub mod watch;
