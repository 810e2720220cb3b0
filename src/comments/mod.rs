//! What readers wrote, on its way into the files under `content/comments/`: exports of other systems, submissions of
//! forms, the queue that moderators go through.
//!
//! Everything here is a function from bytes to values or from values to YAML. Who reads and writes the files is `cli`.

pub(crate) mod articles;
pub mod entry;
pub mod import;
pub mod moderation;
pub(crate) mod store;

pub use self::import::html::to_markdown;
