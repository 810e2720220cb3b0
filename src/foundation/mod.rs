//! Foundation of all other modules: diagnostics and their report, digests, checked paths, times, YAML, the
//! Content-Security-Policy as data and the HTML toolbox.
//!
//! The modules are re-exported at the root of the crate: `crate::path` is `crate::foundation::path`.
pub mod csp;
pub mod diagnostic;
pub mod digest;
mod foreign_names;
pub mod html;
pub mod path;
pub mod report;
pub mod time;
pub mod yaml;
