//! Foundation of all other modules: diagnostics and their report, digests, checked paths, times, YAML, the
//! Content-Security-Policy as data, the HTTP client and the HTML toolbox.
//!
//! The modules are re-exported at the root of the crate: `crate::path` is `crate::foundation::path`. Each uses only
//! those that are declared before it.

pub mod digest;

pub mod html;

pub mod path;

mod foreign_names;

pub mod diagnostic;

pub mod csp;

pub mod http_client;

pub mod time;

pub mod yaml;

pub mod report;
