//! `handbill host`: sets up where a site is published.

mod repository;
mod workflow;
mod yaml;

use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use self::repository::Repository;
use self::workflow::Ci;
use super::new::write_new;
use super::output::Output;
use super::{Exit, GlobalArgs, root};
use crate::config::{Config, FILE};
use crate::diagnostic::Diagnostic;
use crate::providers::hosts::{Target, setting_value};
use crate::source::io_error_text;

pub(super) const HELP: &str = "\
  handbill host add github-pages
  handbill host add s3 --set bucket=paper --set region=eu-central-1
  handbill host add rsync --set host=paper@example.org --set path=/srv/paper --ci gitlab

Adds the host to `publish` in site.yaml, writes the workflow that checks and deploys the site at each push and every
hour, and says what is left to set up by hand.";

/// Set up where the site is published
#[derive(Debug, Args)]
pub(super) struct Host {
    #[command(subcommand)]
    what: HostCommand,
}

#[derive(Debug, Subcommand)]
enum HostCommand {
    /// Add a host to site.yaml, and write the workflow that deploys to it
    #[command(after_help = HELP)]
    Add {
        /// The kind of host: github-pages, gitlab-pages, netlify, cloudflare, vercel, azure, s3, rsync, sftp, git, folder
        kind: String,
        #[command(flatten)]
        setup: HostArgs,
    },
}

/// How a host is added.
#[derive(Debug, Args, Default)]
pub(super) struct HostArgs {
    /// A setting of the host: `--set bucket=paper`; can be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// The name of the target [default: live]
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// What runs the workflow [default: the host's own, else github]
    #[arg(long, value_enum)]
    ci: Option<Ci>,
}

impl HostArgs {
    /// Returns whether nothing is given.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.target.is_none() && self.ci.is_none()
    }

    /// Returns the settings for a kind of host. Of a setting that is given twice, the last one counts.
    fn settings(&self, kind: &str) -> Map<String, Value> {
        self.set.iter().map(|(key, text)| (key.clone(), setting_value(kind, key, text))).collect()
    }
}

/// Parses `key=value`.
fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write `key=value`")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

impl Host {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let HostCommand::Add { kind, setup } = self.what;
        let folder = root(shared);
        let Some(text) = crate::source::text(&folder, FILE) else {
            out.error("there is no `site.yaml` here", Some("name the site's folder with `--root`"));
            return Exit::EnvironmentFailed;
        };
        add(&kind, &setup, &folder, &text, out)
    }
}

/// Adds a host to the settings of the site in `folder`, whose text is `settings`, and writes its workflow.
pub(super) fn add(kind: &str, setup: &HostArgs, folder: &Path, settings: &str, out: &Output) -> Exit {
    let name = setup.target.as_deref().unwrap_or("live");
    let entry = yaml::target(name, kind, &setup.settings(kind));
    let Some(target) = check(kind, setup, settings, out) else { return Exit::SiteHasErrors };
    let ci = setup.ci.unwrap_or_else(|| Ci::of(&target));
    let repository = Repository::of(folder);
    let mut written = Vec::new();
    if let Some(workflow) = ci.workflow(&target, &repository) {
        let path = repository.path_from_site(workflow.path);
        if let Err(error) = write_new(&folder.join(&path), &workflow.text) {
            let help = "remove the file, or move what it does elsewhere, then try again: it is never replaced";
            out.error(&format!("`{path}` cannot be written: {}", io_error_text(&error)), Some(help));
            return Exit::EnvironmentFailed;
        }
        written.push(path);
    }
    let has_it = Config::parse(settings, &mut Vec::new()).is_some_and(|config| config.publish.contains_key(name));
    if !has_it {
        match with_entry(settings, &entry) {
            Some(text) => {
                if let Err(error) = std::fs::write(folder.join(FILE), text) {
                    out.error(&format!("`{FILE}` cannot be written: {}", io_error_text(&error)), None);
                    return Exit::EnvironmentFailed;
                }
                written.push(FILE.to_owned());
            }
            None => out.info(&format!("Add to `publish` in {FILE}:\n\n  {entry}\n")),
        }
    }
    let shown = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf()).display().to_string();
    let steps = ci.instructions(&target, &shown);
    if out.json {
        out.object(&json!({ "written": written, "target": name, "kind": kind, "steps": steps }));
        return Exit::Success;
    }
    for path in written {
        out.text(&format!("{path}\n"));
    }
    out.info(&format!("{} is set up: {}. What is left:", out.bold(name), target.host()));
    steps.iter().zip(1..).for_each(|(step, number)| out.info(&format!("  {number}. {step}")));
    Exit::Success
}

/// Checks a host that is to be added to settings, and returns it as a target; `None` if it has errors, which are
/// reported.
pub(super) fn check(kind: &str, setup: &HostArgs, settings: &str, out: &Output) -> Option<Target> {
    let name = setup.target.as_deref().unwrap_or("live");
    let reported = target(name, kind, setup, settings).map_err(|errors| {
        // They are about settings that are in no file yet.
        let here = |error: Diagnostic| Diagnostic { location: None, ..error };
        out.diagnostics(&errors.into_iter().map(here).collect::<Vec<_>>(), |_| None);
    });
    reported.ok()
}

/// Checks the target as the settings would have it.
fn target(name: &str, kind: &str, setup: &HostArgs, settings: &str) -> Result<Target, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let mut given = setup.settings(kind);
    given.insert("kind".to_owned(), json!(kind));
    let known = Config::parse(settings, &mut Vec::new());
    let known = known.and_then(|config| config.targets(&mut Vec::new()).into_iter().find(|target| target.name == name));
    let target = match known {
        // A target that the settings have already needs its workflow only.
        Some(known) if known.kind() == kind && setup.set.is_empty() => Some(known),
        known => Target::read(name, &Value::Object(given), FILE, &mut errors).filter(|_| known.is_none()),
    };
    target.ok_or_else(|| {
        if errors.is_empty() {
            let message = format!("`{FILE}` has a target `{name}` already, with other settings");
            errors.push(Diagnostic::error("settings", message).help("choose another name: `--target test`"));
        }
        let missing = |error: &mut Diagnostic| {
            let set = "give each setting with `--set key=value`";
            error.help = Some(error.help.take().map_or_else(|| set.to_owned(), |help| format!("{help}; {set}")));
        };
        errors.iter_mut().filter(|error| error.message.contains("requires the setting")).for_each(missing);
        errors
    })
}

/// Returns the settings with a target more; `None` if they have targets already, among which it has to be put by hand.
fn with_entry(settings: &str, entry: &str) -> Option<String> {
    let has_targets = settings.lines().any(|line| line.starts_with("publish:"));
    let end = if settings.ends_with('\n') { "" } else { "\n" };
    let text = format!("{settings}{end}publish:\n  {entry}\n");
    let mut errors = Vec::new();
    let is_read = Config::parse(&text, &mut errors).is_some_and(|config| !config.publish.is_empty());
    (!has_targets && is_read).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_is_added_to_settings_that_have_none() {
        let settings = "title: A\nbase_url: https://a.example/";
        let text = with_entry(settings, "live: { kind: vercel }").unwrap();
        assert!(text.ends_with("example/\npublish:\n  live: { kind: vercel }\n"));
        assert!(with_entry(&text, "test: { kind: vercel }").is_none());
        assert!(setting("port").is_err());
    }
}
