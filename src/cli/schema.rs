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
    of: SchemaTarget,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SchemaTarget {
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
            SchemaTarget::Site => schema_for!(Config),
            SchemaTarget::Article => schema_for!(ArticleFrontMatter),
            SchemaTarget::Page => schema_for!(PageFrontMatter),
            SchemaTarget::Author => schema_for!(AuthorFrontMatter),
            SchemaTarget::Topic => schema_for!(TopicFrontMatter),
            SchemaTarget::Series => schema_for!(SeriesFrontMatter),
            SchemaTarget::Newsletter => schema_for!(NewsletterFrontMatter),
            SchemaTarget::Issue => schema_for!(IssueFrontMatter),
            SchemaTarget::Comments => schema_for!(Vec<CommentFrontMatter>),
            SchemaTarget::Theme => schema_for!(Manifest),
        };
        out.text(&format!("{:#}\n", schema.to_value()));
        Exit::Success
    }
}
