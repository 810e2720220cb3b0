//! Checks of a complete plan: no two output files have the same path, and every root-relative link leads to an output
//! file.

pub(crate) mod collisions;
pub(crate) mod root_links;
