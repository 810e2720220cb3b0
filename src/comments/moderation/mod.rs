//! Moderation: what a form submits, and the queue in which it waits for a decision.
pub mod queue;
pub mod submission;
