//! Foundation of all other modules: diagnostics and their report, digests, checked paths, times, YAML and the
//! Content-Security-Policy as data.
//!
//! The modules are re-exported at the root of the crate: `crate::path` is `crate::foundation::path`.
pub mod csp;
pub mod diagnostic;
pub mod digest;
mod foreign_names;
pub mod path;
pub mod report;
pub mod time;
pub mod yaml;
