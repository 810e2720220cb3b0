//! Handbill turns a folder of Markdown into a news site.

pub mod config;
pub mod content;
pub mod diagnostic;
pub mod digest;
pub mod path;
pub mod publish;
pub mod time;
pub mod yaml;
