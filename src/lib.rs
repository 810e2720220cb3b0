//! Handbill turns a folder of Markdown into a news site.
//!
//! One pipeline: [`source`] reads files, [`content`] parses them one at a time, [`site`] assembles them, [`plan`]
//! lists the output files and the queries of each, [`render`] makes their bytes, [`publish`] writes them.
//! [`build`] has all of it on one screen. `ARCHITECTURE.md` is the map.

// In the module order: each module uses only those before it.

pub mod foundation;
pub use foundation::{csp, diagnostic, digest, html, path, report, time, yaml};

pub mod source;

pub mod content;

pub mod providers;

pub mod config;

pub mod theme;

pub mod feeds;

pub mod site;

pub mod plan;

pub mod render;

pub mod publish;

pub mod check;

pub mod build;

pub mod email;

pub mod dev_server;

pub mod comments;

pub mod cli;
