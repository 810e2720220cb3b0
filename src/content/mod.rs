//! What authors write, one file a kind. Parsing is pure and looks at one file at a time.

pub mod body;
pub mod front_matter;
pub mod markdown;
