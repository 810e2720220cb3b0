//! `handbill schema`

use clap::{Args, ValueEnum};
use schemars::schema_for;

use super::Exit;
use super::output::Output;
use crate::config::Config;
use crate::content::front_matter::{
    ArticleFrontMatter, AuthorFrontMatter, CommentFrontMatter, IssueFrontMatter, NewsletterFrontMatter,
    PageFrontMatter, SeriesFrontMatter, TopicFrontMatter,
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
            Of::Article => schema_for!(ArticleFrontMatter),
            Of::Page => schema_for!(PageFrontMatter),
            Of::Author => schema_for!(AuthorFrontMatter),
            Of::Topic => schema_for!(TopicFrontMatter),
            Of::Series => schema_for!(SeriesFrontMatter),
            Of::Newsletter => schema_for!(NewsletterFrontMatter),
            Of::Issue => schema_for!(IssueFrontMatter),
            Of::Comments => schema_for!(Vec<CommentFrontMatter>),
            Of::Theme => schema_for!(Manifest),
        };
        out.text(&format!("{:#}\n", schema.to_value()));
        Exit::Fine
    }
}
