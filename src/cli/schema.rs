//! `handbill schema`

use clap::{Args, ValueEnum};
use schemars::schema_for;

use super::Exit;
use super::output::Output;
use crate::config::Config;
use crate::content::front_matter::{
    ArticleFront, AuthorFront, CommentFront, IssueFront, NewsletterFront, PageFront, SeriesFront, TopicFront,
};
use crate::theme::Manifest;

/// Print the JSON Schema of site.yaml or of a front matter, for editors
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Of what
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    Site,
    Article,
    Page,
    Author,
    Topic,
    Series,
    Newsletter,
    Issue,
    Comments,
    Theme,
}

impl Schema {
    pub(super) fn run(self, out: &Output) -> Exit {
        let schema = match self.of {
            Of::Site => schema_for!(Config),
            Of::Article => schema_for!(ArticleFront),
            Of::Page => schema_for!(PageFront),
            Of::Author => schema_for!(AuthorFront),
            Of::Topic => schema_for!(TopicFront),
            Of::Series => schema_for!(SeriesFront),
            Of::Newsletter => schema_for!(NewsletterFront),
            Of::Issue => schema_for!(IssueFront),
            Of::Comments => schema_for!(Vec<CommentFront>),
            Of::Theme => schema_for!(Manifest),
        };
        out.text(&format!("{:#}\n", schema.to_value()));
        Exit::Fine
    }
}
