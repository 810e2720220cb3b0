//! The protocols of targets.

mod aws_credentials;
mod folder;
mod git;
mod netlify;
mod releases;
mod rsync;
mod s3;
mod sftp;
mod ssh;
mod tools;

use super::host::{Rollback, TargetHost};
use super::{DeployContext, Result, error};
use crate::providers::hosts::Target;

/// How a target goes back that has its first deployment, or none.
const NO_EARLIER_DEPLOYMENT: Rollback =
    Rollback::Impossible("has no earlier deployment to go back to", "what it has is its first deployment, or none");

/// Opens a target for a deployment. Nothing is requested yet.
///
/// # Errors
/// If a credential or a program is missing, or the host cannot be deployed to.
pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<Box<dyn TargetHost>> {
    match target.kind() {
        "folder" => folder::FolderHost::open(target, context),
        "git" | "github-pages" => Ok(Box::new(git::GitHost::open(target, context)?)),
        "netlify" => Ok(Box::new(netlify::NetlifyHost::open(target, context)?)),
        "rsync" => rsync::RsyncHost::open(target, context),
        "s3" => Ok(Box::new(s3::S3Host::open(target, context)?)),
        "sftp" => Ok(Box::new(sftp::SftpHost::open(target, context)?)),
        "gitlab-pages" => {
            Err(error("GitLab publishes the folder that its own pipeline has built, and takes no deployments")
                .help("add the job `pages` to `.gitlab-ci.yml`, as docs/publishing.md has it"))
        }
        kind => match tools::ToolHost::open(target, context) {
            Some(host) => Ok(Box::new(host?)),
            None => Err(error(format!("`handbill deploy` cannot send to `{kind}`"))),
        },
    }
}
