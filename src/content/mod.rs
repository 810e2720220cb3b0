//! What authors write, one file a kind. Parsing is pure and looks at one file at a time.
//!
//! [`kind`] says what a file is by where it stands; [`parse`] reads it as that.

pub mod body;
pub mod comment;
pub mod document;
pub mod front_matter;
pub mod markdown;
