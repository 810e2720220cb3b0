//! `handbill comments`

mod add;
mod import;
mod review;

use clap::{Args, Subcommand};

use super::output::Output;
use super::{Exit, GlobalArgs};

pub(super) const HELP: &str = "\
Comments are published from content/comments/SLUG.yaml. What readers send is queued in content/comments/queue/.

  handbill comments import export.xml --dry-run
  handbill comments add < submission.json
  handbill comments review";

/// Import comments, queue what readers send, moderate
#[derive(Debug, Args)]
pub(super) struct Comments {
    #[command(subcommand)]
    what: CommentsCommand,
}

#[derive(Debug, Subcommand)]
enum CommentsCommand {
    /// Import the comments of Disqus (XML), WordPress (WXR) or Isso (its database)
    Import(import::Import),
    /// Put a reader's comment, given on standard input, into the queue
    #[command(after_help = add::HELP)]
    Add(add::Add),
    /// Show the queue; approve or reject what is in it
    #[command(after_help = review::HELP)]
    Review(review::Review),
}

impl Comments {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        match self.what {
            CommentsCommand::Import(command) => command.run(shared, out),
            CommentsCommand::Add(command) => command.run(shared, out),
            CommentsCommand::Review(command) => command.run(shared, out),
        }
    }
}
