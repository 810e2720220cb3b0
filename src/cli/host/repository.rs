//! The repository that has a site's folder, as the system's `git` sees it.

use std::path::Path;
use std::process::{Command, Stdio};

/// Where a site is in its repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repository {
    /// The branch that is checked out.
    pub(super) branch: String,
    /// The site's folder, from the root: `sites/paper/`; empty if it is the root.
    pub(super) prefix: String,
}

/// Variables with which git, in its hooks, names another repository than that of the folder.
const VARIABLES: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

impl Repository {
    /// Finds the repository of a folder. Where there is none that has it, or no git, the folder is taken for the root of
    /// one with the branch `main`.
    pub(super) fn of(folder: &Path) -> Repository {
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
            VARIABLES.iter().for_each(|name| _ = command.env_remove(name));
            let output = command.output().ok().filter(|output| output.status.success())?;
            Some(String::from_utf8(output.stdout).ok()?.trim_end_matches(['\n', '\r']).to_owned())
        };
        let prefix = git(&["rev-parse", "--show-prefix"]).unwrap_or_default();
        // A site in a folder that the repository ignores is no part of it.
        if !prefix.is_empty() && git(&["check-ignore", "--quiet", "."]).is_some() {
            return Repository { branch: "main".to_owned(), prefix: String::new() };
        }
        let branch = git(&["symbolic-ref", "--quiet", "--short", "HEAD"]).unwrap_or_else(|| "main".to_owned());
        Repository { branch, prefix }
    }

    /// Returns the path of a file of the repository, from the site's folder: `../../.gitlab-ci.yml`.
    pub(super) fn path_from_site(&self, path: &str) -> String {
        "../".repeat(self.prefix.matches('/').count()) + path
    }
}
