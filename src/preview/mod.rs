//! The live preview's server: it hands out the site as a good static host would, to nobody but its author.
//!
//! [`answer`](mod@answer) says what becomes of a request; what it hands out is found and made elsewhere, behind
//! [`answer::Files`].

pub mod answer;
pub mod body;
mod conditions;
pub mod events;
pub mod guard;
mod media_type;
mod plain;
mod range;
