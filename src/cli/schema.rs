//! `handbill schema`

use clap::Args;
use clap::builder::PossibleValuesParser;
use schemars::{Schema, schema_for};

use super::Exit;
use super::output::Output;
use crate::config::Config;
use crate::content::kinds::CONTENT_KINDS;
use crate::theme::Manifest;

/// Print the JSON Schema of site.yaml or of a front matter, for editors
#[derive(Debug, Args)]
pub(super) struct PrintSchema {
    /// Of what
    #[arg(value_parser = PossibleValuesParser::new(schemas().map(|(name, _)| name)))]
    of: String,
}

/// Every schema by its name.
fn schemas() -> impl Iterator<Item = (&'static str, fn() -> Schema)> {
    let site: fn() -> Schema = || schema_for!(Config);
    let theme: fn() -> Schema = || schema_for!(Manifest);
    let of_content = CONTENT_KINDS.iter().filter_map(|row| Some((row.name, row.schema?)));
    [("site", site)].into_iter().chain(of_content).chain([("theme", theme)])
}

impl PrintSchema {
    pub(super) fn run(self, out: &Output) -> Exit {
        let mut schemas = schemas();
        let (_, schema) = schemas.find(|(name, _)| *name == self.of).expect("clap takes no other name");
        out.text(&format!("{:#}\n", schema().to_value()));
        Exit::Success
    }
}
