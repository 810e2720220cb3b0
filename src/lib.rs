//! Handbill turns a folder of Markdown into a news site.

pub mod config;
pub mod content;
pub mod diagnostic;
pub mod digest;
pub mod path;
pub mod plan;
pub mod render;
pub mod site;
pub mod source;
pub mod theme;
pub mod time;
pub mod yaml;
