//! The integration tests: sites in temporary folders, built by the real program and looked at from outside.
//! `tests/README.md` explains the harness.

#![allow(clippy::disallowed_methods, reason = "tests write sites and look at what became of them")]

mod built;
mod golden;
mod held_back;
mod hostile;
mod project;
mod publication;
mod rebuild;
mod run;
mod sameness;
mod snapshot;
mod stale;
mod warm;
mod world;
