//! Hosts that are deployed to by a program of their own, which finds out itself what has changed.
//!
//! The program gets a folder that has the files of the site and no others. What it sends is not known here, so that a
//! deployment counts all files.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::deploy::cache::DeployCache;
use crate::deploy::files::SiteFile;
use crate::deploy::host::{Rollback, TargetHost};
use crate::deploy::lock::Lock;
use crate::deploy::program::{Hints, Program};
use crate::deploy::record::Record;
use crate::deploy::{DeployContext, DeployObserver, Result, error};
use crate::path::OutputPath;
use crate::providers::hosts::Target;
use crate::source::io_error_text;

/// A program that deploys a folder.
struct Tool {
    /// The kind of target.
    kind: &'static str,
    program: &'static str,
    /// Returns the arguments for a folder.
    arguments: fn(&Target, &str) -> Vec<String>,
    /// A variable of the environment without which the program does nothing, and ends as if it had; with help.
    required: Option<(&'static str, &'static str)>,
    /// Variables that keep the program from reporting its use.
    variables: &'static [(&'static str, &'static str)],
    hints: Hints,
    /// Help for who wants to go back.
    rollback: &'static str,
}

const TOOLS: &[Tool] = &[
    // https://developers.cloudflare.com/workers/wrangler/commands/#pages
    Tool {
        kind: "cloudflare",
        program: "wrangler",
        arguments: |target, folder| {
            let project = target.text("project").unwrap_or_default();
            let arguments = ["pages", "deploy", folder, "--project-name", project, "--branch", "main"];
            [&arguments[..], &["--commit-dirty=true"]].concat().into_iter().map(str::to_owned).collect()
        },
        required: None,
        variables: &[("WRANGLER_SEND_METRICS", "false")],
        hints: &[
            ("cloudflare_api_token", CLOUDFLARE_TOKEN),
            ("authentication error", CLOUDFLARE_TOKEN),
            ("project not found", "make the project once: `wrangler pages project create NAME`"),
        ],
        rollback: "choose an earlier deployment of the project in Cloudflare's dashboard",
    },
    // https://azure.github.io/static-web-apps-cli/docs/cli/swa-deploy
    Tool {
        kind: "azure",
        program: "swa",
        arguments: |target, folder| {
            let app = target.text("app").map_or(Vec::new(), |app| vec!["--app-name", app]);
            let arguments = ["deploy", folder, "--env", "production", "--no-use-keychain"];
            [&arguments[..], &app].concat().into_iter().map(str::to_owned).collect()
        },
        required: Some((
            "SWA_CLI_DEPLOYMENT_TOKEN",
            "set it to the deployment token of the app, which Azure shows under Overview, Manage deployment token",
        )),
        variables: &[],
        hints: &[("no matching static web app", "the token is that of another app, or was replaced")],
        rollback: "build the site of then, and deploy that",
    },
    // https://vercel.com/docs/cli/deploy
    Tool {
        kind: "vercel",
        program: "vercel",
        arguments: |_, folder| ["deploy", folder, "--prod", "--yes"].map(str::to_owned).to_vec(),
        required: None,
        variables: &[("VERCEL_TELEMETRY_DISABLED", "1")],
        hints: &[("credentials", "set `VERCEL_TOKEN`, with a current Vercel CLI, or run `vercel login` once")],
        rollback: "run `vercel rollback`, or choose an earlier deployment in Vercel's dashboard",
    },
];

const CLOUDFLARE_TOKEN: &str = "set `CLOUDFLARE_API_TOKEN`, to a token that may edit Cloudflare Pages, and \
                                `CLOUDFLARE_ACCOUNT_ID`; or run `wrangler login` once";

/// A host with a program of its own.
pub(super) struct ToolHost {
    tool: &'static Tool,
    program: PathBuf,
    target: Target,
    /// The credentials of the host that the environment has, by the names of their variables.
    secrets: Vec<(&'static str, String)>,
    root: PathBuf,
    /// The folder, while the deployment runs.
    cache: Option<DeployCache>,
    runs: u64,
}

impl ToolHost {
    /// Opens a target; `None` if its host has no program here.
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Option<Result<ToolHost>> {
        let tool = TOOLS.iter().find(|tool| tool.kind == target.kind())?;
        let secrets = target.secrets().into_iter();
        let host = find(tool, target, context).map(|program| ToolHost {
            tool,
            program,
            target: target.clone(),
            secrets: secrets.filter_map(|name| Some((name, (context.variable)(name)?))).collect(),
            root: context.root.to_owned(),
            cache: None,
            runs: 0,
        });
        Some(host)
    }

    /// Returns the folder for the files of the site. Vercel takes its name for that of the project.
    fn folder(&self) -> Result<PathBuf> {
        let cache = self.cache.as_ref().ok_or_else(|| error("the deployment has not begun"))?;
        Ok(cache.folder.join(self.target.text("project").unwrap_or(&self.target.name)))
    }
}

/// Finds a program: in `node_modules` of the site, as npm does, or in `PATH`.
fn find(tool: &Tool, target: &Target, context: &DeployContext<'_>) -> Result<PathBuf> {
    if let Some((name, help)) = tool.required
        && (context.variable)(name).is_none()
    {
        return Err(error(format!("the environment has no `{name}`")).help(help));
    }
    let name = if cfg!(windows) { format!("{}.cmd", tool.program) } else { tool.program.to_owned() };
    let local = context.root.join("node_modules/.bin").join(&name);
    let path = (context.variable)("PATH").unwrap_or_default();
    let is_installed = || std::env::split_paths(&path).any(|folder| folder.join(&name).is_file());
    match std::path::absolute(local) {
        Ok(local) if local.is_file() => Ok(local),
        _ if is_installed() => Ok(name.into()),
        _ => Err(error(format!("there is no program `{}` here", tool.program))
            .help(format!("install it: `npm install --global {}`", target.npm_package().unwrap_or(tool.program)))),
    }
}

impl TargetHost for ToolHost {
    fn is_atomic(&self) -> bool {
        true
    }

    fn record(&mut self) -> Result<Option<Record>> {
        Ok(None)
    }

    fn same(&mut self, _files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        Ok(BTreeSet::new())
    }

    fn lock(&mut self, _lock: &Lock, _may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        self.cache = Some(DeployCache::take(&self.root, &self.target.name)?);
        Ok(None)
    }

    fn unlock(&mut self) -> Result<()> {
        // What cannot be removed now is removed by the next deployment.
        self.cache.take().map_or(Ok(()), |cache| Ok(_ = fs::remove_dir_all(&cache.folder)))
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        let folder = self.folder()?;
        for file in files {
            let (path, bytes) = (folder.join(file.path.as_str()), file.read()?);
            let write = || path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &bytes));
            write().map_err(|cause| {
                error(format!("cannot write `{}`: {}", path.display(), io_error_text(&cause)))
                    .help("check the permissions of the folder, and the space there")
            })?;
            observer.sent(file.length);
        }
        Ok(Vec::new())
    }

    fn remove(&mut self, _paths: &[&OutputPath]) -> Result<()> {
        Ok(())
    }

    fn write_record(&mut self, _record: &Record) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.runs += 1;
        let folder = self.folder()?;
        let arguments = (self.tool.arguments)(&self.target, &folder.to_string_lossy());
        let program = Program::new(&self.program).arguments(arguments);
        let program = program.folder(&self.root).hints(self.tool.hints);
        let program = self.tool.variables.iter().fold(program, |program, (name, value)| program.variable(name, value));
        self.secrets.iter().fold(program, |program, (name, value)| program.secret(name, value)).run().map(drop)
    }

    fn rollback(&mut self) -> Result<Rollback> {
        Ok(Rollback::Impossible("has its earlier deployments at the host, and not here", self.tool.rollback))
    }

    fn requests(&self) -> u64 {
        self.runs
    }
}
