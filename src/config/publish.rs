//! The targets of a deployment: hosts, each under a name of the site's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Config;
use crate::content::fields::inert;
use crate::content::front_matter::Extra;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::OutputLayout;
use crate::providers::hosts::{PageFileSupport, Target, kinds};

/// A target as written in the settings, `{ kind: netlify, site: … }`; [`Target::read`] parses it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TargetConfig(Extra);

inert!(TargetConfig, OutputLayout);

impl JsonSchema for TargetConfig {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Target".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let kinds: Vec<&str> = kinds().collect();
        schemars::json_schema!({
            "type": "object",
            "properties": { "kind": { "enum": kinds } },
            "required": ["kind"],
        })
    }
}

impl Config {
    /// Parses the targets. Errors go into `diagnostics`; a target with errors is left out.
    pub(crate) fn targets(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Target> {
        let read =
            |(name, given): (&String, &TargetConfig)| Target::read(name, &given.0.value(), super::FILE, diagnostics);
        self.publish.iter().filter_map(read).collect()
    }

    /// Reports the targets whose hosts do not answer `/x/` with `x.html`, or only under a condition, if pages are files.
    pub(super) fn check_urls(&self, targets: &[Target], diagnostics: &mut Vec<Diagnostic>) {
        if self.urls == OutputLayout::Folders {
            return;
        }
        for target in targets {
            let (name, host) = (&target.name, target.host());
            let diagnostic = match target.page_files() {
                PageFileSupport::Yes => continue,
                PageFileSupport::No => Diagnostic::error(
                    "settings",
                    format!("{host}, the host of the target `{name}`, does not answer `/x/` with the file `x.html`"),
                )
                .help("write `urls: folders`, which every host serves"),
                PageFileSupport::If(condition) => Diagnostic::note(
                    "settings",
                    format!("the target `{name}` ({host}) may not answer `/x/` with the file `x.html`"),
                )
                .help(condition),
            };
            diagnostics.push(diagnostic.at(super::FILE, Span::value("urls")));
        }
    }
}
