//! Readers' comments on their way to the files in `content/comments/`: [`import`] of other services' exports,
//! [`moderation`] of submissions, and [`store`] for the files.
//!
//! Only `store` and `articles` read or write files; the rest consists of functions on bytes, values and YAML. Called by
//! `cli`; no build uses this module.

pub(crate) mod articles;
pub mod entry;
pub mod import;
pub mod moderation;
pub(crate) mod store;

pub use self::import::html::to_markdown;
