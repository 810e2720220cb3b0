//! What is verified of a finished plan: no two output files at one path, no link to a page that is not planned.
pub(crate) mod collisions;
pub(crate) mod root_links;
