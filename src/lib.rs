//! Handbill turns a folder of Markdown into a news site.
//!
//! One pipeline: [`source`] reads files, [`content`] parses them one at a time, [`site`] assembles them, [`plan`]
//! says which pages there are and what each needs, [`render`] makes their bytes, [`publish`] writes them.
//! [`build`] has all of it on one screen. `ARCHITECTURE.md` is the map.

pub mod build;
pub mod check;
pub mod cli;
pub mod comments;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod digest;
pub mod letter;
pub mod path;
pub mod plan;
pub mod policy;
pub mod preview;
pub mod publish;
pub mod render;
pub mod report;
pub mod site;
pub mod source;
pub mod theme;
pub mod time;
pub mod yaml;
