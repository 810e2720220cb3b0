//! Handbill turns a folder of Markdown into a news site.

pub mod diagnostic;
pub mod digest;
pub mod path;
pub mod yaml;
