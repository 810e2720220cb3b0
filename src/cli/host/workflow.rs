//! The workflow of a continuous integration that checks and deploys a site.

use clap::ValueEnum;

use super::repository::Repository;
use super::yaml;
use crate::providers::hosts::Target;

/// What runs the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Ci {
    Github,
    Gitlab,
    /// Forgejo, which Codeberg runs.
    Forgejo,
    /// A machine of your own.
    Cron,
}

/// A file to write.
pub(super) struct Workflow {
    /// Its path from the root of the repository.
    pub(super) path: &'static str,
    pub(super) text: String,
}

impl Ci {
    /// Returns what runs the workflow of a target if nothing else is said.
    pub(super) fn of(target: &Target) -> Ci {
        match target.kind() {
            "gitlab-pages" => Ci::Gitlab,
            "folder" => Ci::Cron,
            _ => Ci::Github,
        }
    }

    /// Returns the workflow for a target of the site in a repository; `None` for what has no file.
    pub(super) fn workflow(self, target: &Target, repository: &Repository) -> Option<Workflow> {
        let (path, template) = match (self, target.kind()) {
            (Ci::Github, "github-pages") => (".github/workflows/publish.yml", include_str!("github_pages.yml")),
            (Ci::Github, _) => (".github/workflows/publish.yml", include_str!("github.yml")),
            (Ci::Gitlab, "gitlab-pages") => (".gitlab-ci.yml", include_str!("gitlab_pages.yml")),
            (Ci::Gitlab, _) => (".gitlab-ci.yml", include_str!("gitlab.yml")),
            (Ci::Forgejo, _) => (".forgejo/workflows/publish.yml", include_str!("forgejo.yml")),
            (Ci::Cron, _) => return None,
        };
        let pushes_here = matches!(target.kind(), "git" | "github-pages");
        let (prefix, folder) = (&repository.prefix, repository.prefix.trim_end_matches('/'));
        let is_below = !prefix.is_empty();
        let text = fill(template, |name| {
            Some(match name {
                "version" => env!("CARGO_PKG_VERSION").to_owned(),
                "branch" => yaml::scalar(&without_globs(&repository.branch)),
                "target" => target.name.clone(),
                "contents" => if pushes_here { "write" } else { "read" }.to_owned(),
                "steps" => self.steps(target),
                "env" => environment(target),
                "defaults" if is_below => {
                    format!("defaults: {{ run: {{ working-directory: {} }} }}\n", yaml::scalar(folder))
                }
                "cd" if is_below => format!("    - {}\n", yaml::scalar(&format!("cd {}", shell(folder)))),
                "cache" if is_below => yaml::scalar(&without_globs(&format!("{prefix}.handbill"))),
                "cache" => ".handbill".to_owned(),
                "public" => yaml::scalar(&format!("{prefix}public")),
                // GitLab publishes `public` at the root only.
                "output" if is_below => " --output \"$CI_PROJECT_DIR/public\"".to_owned(),
                "defaults" | "cd" | "output" => String::new(),
                _ => return None,
            })
        });
        Some(Workflow { path, text })
    }

    /// Returns what has to be done before a deployment: install the host's own program, or write the key of a server.
    fn steps(self, target: &Target) -> String {
        let mut steps = String::new();
        if let Some(package) = target.npm_package() {
            steps.push_str(&self.step(
                "Install the program of the host",
                &[&format!("npm install --global {package}")],
                Vec::new(),
            ));
        }
        if uses_ssh(target) {
            // The images of GitHub have the programs; those of Debian's Node have ssh and git only.
            if self != Ci::Github && target.kind() == "rsync" {
                let install = "apt-get update -qq && apt-get install -y -qq rsync";
                steps.push_str(&self.step("Install rsync", &[install], Vec::new()));
            }
            let commands = [
                "mkdir -p ~/.ssh",
                r#"printf '%s\n' "$DEPLOY_KEY" > ~/.ssh/id_ed25519"#,
                "chmod 600 ~/.ssh/id_ed25519",
                r#"printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >> ~/.ssh/known_hosts"#,
            ];
            steps.push_str(&self.step("Write the key of the server", &commands, server_secrets(target)));
        }
        steps
    }

    fn step(self, name: &str, commands: &[&str], secrets: Vec<&str>) -> String {
        if self == Ci::Gitlab {
            return commands.iter().map(|command| format!("    - {command}\n")).collect();
        }
        let commands: String = commands.iter().map(|command| format!("\n          {command}")).collect();
        format!("      - name: {name}\n        run: |{commands}{}\n", variables(&secrets))
    }

    /// Returns what to set up by hand for the site in `folder`, in order.
    pub(super) fn instructions(self, target: &Target, folder: &str) -> Vec<String> {
        let mut steps = vec![target.setup().to_owned()];
        let secrets = target.secrets();
        let place = match self {
            Ci::Github => "In the repository on GitHub, under Settings → Secrets and variables → Actions",
            Ci::Gitlab => "In the project on GitLab, under Settings → CI/CD → Variables",
            Ci::Forgejo => "In the repository, under Settings → Actions → Secrets",
            Ci::Cron => "In the crontab of the user who deploys",
        };
        if let Some((last, others)) = secrets.split_last() {
            let others = if others.is_empty() { String::new() } else { format!("{} and ", others.join(", ")) };
            steps.push(format!("{place}, set {others}{last}."));
        }
        steps.push(match self {
            Ci::Cron => format!(
                "Deploy every hour: `7 * * * *  cd {} && handbill deploy {} --quiet` in the crontab.",
                // A percent sign would end the command.
                shell(folder).replace('%', r"\%"),
                target.name
            ),
            Ci::Gitlab => "Commit and push; then, under Build → Pipeline schedules, run it every hour.".to_owned(),
            Ci::Github | Ci::Forgejo => "Commit and push: the site is published, and again every hour.".to_owned(),
        });
        steps
    }
}

/// Returns whether a deployment reaches its target by SSH with a key.
fn uses_ssh(target: &Target) -> bool {
    matches!(target.kind(), "rsync" | "sftp")
}

/// Returns the credentials of the server itself, without those of the caches before it.
fn server_secrets(target: &Target) -> Vec<&'static str> {
    let caches = target.cache_secrets();
    target.secrets().into_iter().filter(|secret| !caches.contains(secret)).collect()
}

/// Returns the environment of the step that deploys, with its credentials. The key of a server is in a file by then.
fn environment(target: &Target) -> String {
    variables(&if uses_ssh(target) { target.cache_secrets() } else { target.secrets() })
}

fn variables(secrets: &[&str]) -> String {
    let lines: String = secrets.iter().map(|name| format!("\n          {name}: ${{{{ secrets.{name} }}}}")).collect();
    if secrets.is_empty() { lines } else { format!("\n        env:{lines}") }
}

/// Replaces each `<name>` of a template by its value, in which nothing is replaced.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let (mut filled, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once('<') {
        filled.push_str(before);
        let found = after.split_once('>').and_then(|(name, after)| Some((value(name)?, after)));
        rest = match found {
            Some((value, after)) => {
                filled.push_str(&value);
                after
            }
            None => {
                filled.push('<');
                after
            }
        };
    }
    filled + rest
}

/// Returns a text as a pattern that nothing else matches, for filters of branches and for paths of caches.
///
/// Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>
fn without_globs(text: &str) -> String {
    let escaped = |c: char| if matches!(c, '*' | '?' | '+' | '[' | ']' | '!' | '\\') { vec!['\\', c] } else { vec![c] };
    text.chars().flat_map(escaped).collect()
}

/// Returns a text as one word of a shell.
fn shell(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '+' | ',' | ':' | '%');
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
