//! The workflow of a continuous integration that checks and deploys a site.

use clap::ValueEnum;

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

    /// Returns the workflow for a target; `None` for what has no file. `branch` is the branch of the sources.
    pub(super) fn workflow(self, target: &Target, branch: &str) -> Option<Workflow> {
        let (path, template) = match (self, target.kind()) {
            (Ci::Github, "github-pages") => (".github/workflows/publish.yml", include_str!("github_pages.yml")),
            (Ci::Github, _) => (".github/workflows/publish.yml", include_str!("github.yml")),
            (Ci::Gitlab, "gitlab-pages") => (".gitlab-ci.yml", include_str!("gitlab_pages.yml")),
            (Ci::Gitlab, _) => (".gitlab-ci.yml", include_str!("gitlab.yml")),
            (Ci::Forgejo, _) => (".forgejo/workflows/publish.yml", include_str!("forgejo.yml")),
            (Ci::Cron, _) => return None,
        };
        let pushes_here = matches!(target.kind(), "git" | "github-pages");
        let text = template
            .replace("<version>", env!("CARGO_PKG_VERSION"))
            .replace("<branch>", branch)
            .replace("<target>", &target.name)
            .replace("<contents>", if pushes_here { "write" } else { "read" })
            .replace("<steps>", &self.steps(target))
            .replace("<env>\n", &environment(target));
        Some(Workflow { path, text })
    }

    /// Returns what has to be done before a deployment: install the host's own program, or write the key of a server.
    fn steps(self, target: &Target) -> String {
        let mut steps = String::new();
        if let Some(package) = target.npm_package() {
            steps.push_str(&self.step(
                "Install the program of the host",
                &[&format!("npm install --global {package}")],
                &[],
            ));
        }
        if uses_ssh(target) {
            // The images of GitHub have the programs; those of Debian's Node have ssh and git only.
            if self != Ci::Github && target.kind() == "rsync" {
                let install = "apt-get update -qq && apt-get install -y -qq rsync";
                steps.push_str(&self.step("Install rsync", &[install], &[]));
            }
            let commands = [
                "mkdir -p ~/.ssh",
                r#"printf '%s\n' "$DEPLOY_KEY" > ~/.ssh/id_ed25519"#,
                "chmod 600 ~/.ssh/id_ed25519",
                r#"printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >> ~/.ssh/known_hosts"#,
            ];
            steps.push_str(&self.step("Write the key of the server", &commands, target.secrets()));
        }
        steps
    }

    fn step(self, name: &str, commands: &[&str], secrets: &[&str]) -> String {
        if self == Ci::Gitlab {
            return commands.iter().map(|command| format!("    - {command}\n")).collect();
        }
        let commands: String = commands.iter().map(|command| format!("          {command}\n")).collect();
        format!("      - name: {name}\n        run: |\n{commands}{}", variables(secrets))
    }

    /// Returns what to set up by hand, in order.
    pub(super) fn instructions(self, target: &Target) -> Vec<String> {
        let mut steps = vec![target.setup().to_owned()];
        let secrets = target.secrets();
        let place = match self {
            Ci::Github => "In the repository on GitHub, under Settings → Secrets and variables → Actions",
            Ci::Gitlab => "In the project on GitLab, under Settings → CI/CD → Variables",
            Ci::Forgejo => "In the repository, under Settings → Actions → Secrets",
            Ci::Cron => "In the crontab of the user who deploys",
        };
        if !secrets.is_empty() {
            steps.push(format!("{place}, set {}.", secrets.join(" and ")));
        }
        steps.push(match self {
            Ci::Cron => format!(
                "Deploy every hour: `7 * * * *  cd {{folder}} && handbill deploy {} --quiet` in the crontab.",
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

/// Returns the environment of the step that deploys, with its credentials.
fn environment(target: &Target) -> String {
    if uses_ssh(target) { String::new() } else { variables(target.secrets()) }
}

fn variables(secrets: &[&str]) -> String {
    let lines: String = secrets.iter().map(|name| format!("          {name}: ${{{{ secrets.{name} }}}}\n")).collect();
    if secrets.is_empty() { lines } else { format!("        env:\n{lines}") }
}
