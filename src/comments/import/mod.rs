//! Imports comments: exports of other systems become comments, and a plan says where each of them goes.
pub mod disqus;
pub mod export;
pub(crate) mod html;
pub mod isso;
pub mod plan;
pub mod wordpress;
pub(crate) mod xml;
