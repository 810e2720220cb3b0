//! What readers wrote, on its way into the files under `content/comments/`: exports of other systems, submissions of
//! forms, the queue that moderators go through.
//!
//! Everything here is a function from bytes to values or from values to YAML. Who reads and writes the files is `cli`.

pub mod disqus;
pub mod entry;
pub mod export;
mod html;
pub mod isso;
pub mod queue;
pub mod settle;
pub mod submission;
pub mod wordpress;
mod xml;

pub use self::html::to_markdown;
