//! The integration tests: sites in temporary folders, built by the real program and looked at from outside.
//! `tests/README.md` explains the harness.

mod built;
mod held_back;
mod project;
mod publication;
mod rebuild;
mod run;
mod snapshot;
mod stale;
mod warm;
mod world;
