//! The live preview's server: it hands out the site as a good static host would, to nobody but its author.
//!
//! [`answer`](mod@answer) says what becomes of a request; what it hands out is found and made elsewhere, behind
//! [`answer::Files`].

pub mod answer;
mod conditions;
pub mod guard;
mod media_type;
mod plain;
mod range;
