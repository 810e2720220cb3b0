//! Imports comments: parses exports of other services, and plans where each comment goes.
pub mod disqus;
pub mod export;
pub(crate) mod html;
pub mod isso;
pub mod plan;
pub mod wordpress;
pub(crate) mod xml;
