//! The `handbill` command.
fn main() {}
