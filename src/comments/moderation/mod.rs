//! Moderation: submissions of comment forms, and the queue in which they wait for a decision.
pub mod queue;
pub mod submission;
