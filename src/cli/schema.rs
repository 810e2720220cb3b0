//! `handbill schema`

use clap::Args;
use schemars::{Schema, schema_for};

use super::output::Output;
use super::{Exit, GlobalArgs, root};
use crate::config::Config;
use crate::content::kinds::CONTENT_KINDS;
use crate::diagnostic::nearest;
use crate::theme::Manifest;

/// Print the JSON Schema of site.yaml or of a front matter, for editors
#[derive(Debug, Args)]
pub(super) struct PrintSchema {
    /// Of what: site, article, page, author, topic, series, newsletter, issue, comments, theme, or a collection's id
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
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        if let Some((_, schema)) = schemas().find(|(name, _)| *name == self.of) {
            out.text(&format!("{:#}\n", schema().to_value()));
            return Exit::Success;
        }
        let text = crate::source::text(&root(shared), crate::config::FILE).unwrap_or_default();
        let collections = Config::parse(&text, &mut Vec::new()).map(|config| config.collections).unwrap_or_default();
        if let Some(collection) = collections.get(&self.of) {
            out.text(&format!("{:#}\n", collection.entry_schema(&self.of).json_schema().to_value()));
            return Exit::Success;
        }
        let known: Vec<&str> = schemas().map(|(name, _)| name).chain(collections.keys().map(String::as_str)).collect();
        let help = match nearest(&self.of, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        out.error(&format!("there is no schema of `{}`", self.of), Some(&help));
        Exit::EnvironmentFailed
    }
}
