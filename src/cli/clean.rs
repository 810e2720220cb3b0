//! `handbill clean`

use clap::Args;

use super::output::Output;
use super::{Exit, GlobalArgs, OutputArgs, root};
use crate::build::output_folder;
use crate::publish::{PublishError, clean};

/// Remove what Handbill wrote into public/, and only that
#[derive(Debug, Args)]
pub(super) struct Clean {
    #[command(flatten)]
    output: OutputArgs,
}

impl Clean {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        if !site.join(crate::config::FILE).is_file() {
            out.error("there is no `site.yaml` here", Some("name the site's folder with `--root`"));
            return Exit::EnvironmentFailed;
        }
        let site = site.canonicalize().unwrap_or(site);
        let output = output_folder(&site, self.output.absolute().as_deref());
        // This folder contains only files of ours.
        let _ = std::fs::remove_dir_all(super::theme::demo_folder(&site));
        match clean(&output, &crate::build::cache_folder(&site), &site) {
            Ok(cleaned) => {
                if out.json {
                    let removed: Vec<String> = cleaned.removed.iter().map(ToString::to_string).collect();
                    out.object(&serde_json::json!({ "removed": removed, "left": cleaned.left }));
                }
                out.info(&format!("{} files removed", cleaned.removed.len()));
                for left in &cleaned.left {
                    out.info(&format!("  left  {left} (not written by Handbill)"));
                }
                Exit::Success
            }
            Err(error) => {
                let exit =
                    if matches!(error, PublishError::Io(_)) { Exit::EnvironmentFailed } else { Exit::SiteHasErrors };
                out.diagnostics(&error.diagnostics(), |_| None);
                exit
            }
        }
    }
}
