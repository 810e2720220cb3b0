//! Hosts: the places to which a site is deployed, with the settings of each and the files that it reads from the output.
//!
//! A host is a row of [`HOSTS`] and a file of this folder. [`Target::read`] checks a target, which is a host with a
//! site's settings; `plan` writes the files that the hosts of a site's targets read, and no others.

mod azure;
mod cloudflare;
mod folder;
mod git;
mod github_pages;
mod gitlab_pages;
mod netlify;
mod rsync;
mod s3;
mod settings;
mod sftp;
#[cfg(test)]
mod tests;
mod vercel;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use self::s3::{S3_SERVICES, S3Service};
use self::settings::{HostSettingType, Setting, optional, required};
use super::secrets;
use super::settings::{suggestion, validate};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::Slug;

/// A host.
#[derive(Debug)]
struct Host {
    /// Value of `kind`.
    kind: &'static str,
    /// Name for readers.
    name: &'static str,
    /// Names of the files that it reads from the root of the output.
    reads: &'static [&'static str],
    /// Whether it answers the URL `/x/` with the file `x.html`.
    page_files: PageFileSupport,
    settings: &'static [Setting],
    /// Names of the environment variables with the credentials of a deployment.
    secrets: &'static [&'static str],
    /// The package of npm with the program that deploys to it, if Handbill does not do so itself.
    npm: Option<&'static str>,
    /// What to set up there by hand, as a sentence.
    setup: &'static str,
}

/// Whether a host answers `/x/` with the file `x.html`, if there is no `x/index.html`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageFileSupport {
    /// It does, with the configuration that Handbill writes or prints for it.
    Yes,
    /// It does under a condition, which Handbill cannot see: what to do, as a sentence without its full stop.
    If(&'static str),
    /// It does not.
    No,
}

/// All hosts, in the order in which messages list them.
const HOSTS: &[&Host] = &[
    &github_pages::GITHUB_PAGES,
    &gitlab_pages::GITLAB_PAGES,
    &netlify::NETLIFY,
    &cloudflare::CLOUDFLARE,
    &vercel::VERCEL,
    &azure::AZURE,
    &s3::S3,
    &rsync::RSYNC,
    &sftp::SFTP,
    &git::GIT,
    &folder::FOLDER,
];

const REMOTE_HELP: &str = "the repository: `git@example.org:paper.git`, or the name of a remote";

const REMOTE: Setting = optional("remote", HostSettingType::Remote, REMOTE_HELP);

const BRANCH: Setting = optional("branch", HostSettingType::Branch, "the branch that has the published site");

const HISTORY: Setting =
    optional("history", HostSettingType::Flag, "`false`: the branch has one commit, which each deployment replaces");

const MACHINE: Setting = required("host", HostSettingType::Machine, "the server: `example.org`, `paper@example.org`");

const FOLDER: Setting = required("path", HostSettingType::Path, "the folder on the server: `/srv/paper`");

/// The key of a server, and its public keys as `ssh-keyscan` prints them.
const SSH_SECRETS: &[&str] = &["DEPLOY_KEY", "DEPLOY_KNOWN_HOSTS"];

const SSH_SETUP: &str = "Make a key with `ssh-keygen -t ed25519 -f deploy_key`, and add `deploy_key.pub` to \
                         `~/.ssh/authorized_keys` on the server.";

/// Days for which what was replaced stays, unless a site says otherwise.
const KEEP_DAYS: i64 = 7;

const KEEP: Setting = optional("keep", HostSettingType::Days, "days for which replaced files of the theme stay: 7");

const CLOUDFLARE_ZONE: Setting =
    optional("cloudflare_zone", HostSettingType::Name, "the id of the zone of Cloudflare that caches the site");

const FASTLY: Setting = optional("fastly", HostSettingType::Flag, "whether Fastly caches the site");

/// The caches that may be before a target: the setting that says so, and the variable with the credentials.
const CACHES: &[(Setting, &str)] = &[(CLOUDFLARE_ZONE, "CLOUDFLARE_API_TOKEN"), (FASTLY, "FASTLY_API_TOKEN")];

const RELEASES: Setting = optional(
    "releases",
    HostSettingType::Flag,
    "whether each deployment is a folder of its own, to which `current` leads",
);

const PORT: Setting = optional("port", HostSettingType::Port, "the port of SSH, when it is not 22");

/// A target: a host to which the site is deployed, with the settings for it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The name that the site gives it.
    pub name: String,
    host: &'static Host,
    values: BTreeMap<&'static str, Value>,
}

impl Target {
    /// Parses a target of the settings, `publish.NAME`, in `file`. Errors are added to `diagnostics`; with any, the
    /// result is `None`. If a setting is a secret, only that is reported, so that no snippet shows its line.
    pub fn read(name: &str, given: &Value, file: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Target> {
        let before = diagnostics.len();
        let path = ["publish", name];
        let below = |keys: &[&str]| path.iter().chain(keys).map(|&key| key.to_owned()).collect::<Vec<_>>();
        let mut report = |spot: Span, message: String, help: String| {
            diagnostics.push(Diagnostic::error("settings", message).at(file, spot).help(help));
        };
        if let Err(reason) = Slug::new(name) {
            let message = reason.to_string().replacen("the slug", "the name of the target", 1);
            report(Span::Key(below(&[])), message, "targets are named like `live` or `test-server`".into());
        }
        let example =
            || format!("write `{name}: {{ kind: … }}` with one of {}", kinds().collect::<Vec<_>>().join(", "));
        let Some(given) = given.as_object() else {
            report(Span::Value(below(&[])), "a target is a host with its settings".into(), example());
            return None;
        };
        let kind = given.get("kind").and_then(Value::as_str);
        let found = secrets::secrets(kind.unwrap_or_default(), given);
        if !found.is_empty() {
            for secret in found {
                let keys: Vec<&str> = secret.path.iter().map(String::as_str).collect();
                report(Span::Hidden(below(&keys)), secret.what, REVOKE.into());
            }
            return None;
        }
        let Some(kind) = kind else {
            report(Span::Key(below(&[])), "the target has no `kind`".into(), example());
            return None;
        };
        let Some(host) = HOSTS.iter().find(|host| host.kind == kind) else {
            report(Span::Value(below(&["kind"])), format!("there is no host `{kind}`"), suggestion(kind, kinds));
            return None;
        };
        let values = validate("host", kind, host.settings, given, &path, &mut report);
        (diagnostics.len() == before).then(|| Target { name: name.to_owned(), host, values })
    }

    /// Returns the name of the host for readers: `Netlify`.
    #[must_use]
    pub fn host(&self) -> &'static str {
        self.host.name
    }

    /// Returns the key of the host: `netlify`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.host.kind
    }

    /// Returns the names of the environment variables with the credentials of a deployment.
    #[must_use]
    pub fn secrets(&self) -> Vec<&'static str> {
        [self.host.secrets, &self.cache_secrets()].concat()
    }

    /// Returns the names of those among them with the credentials of the caches before the target.
    #[must_use]
    pub fn cache_secrets(&self) -> Vec<&'static str> {
        let is_given = |name: &str| self.flag(name) || self.text(name).is_some();
        CACHES.iter().filter(|(setting, _)| is_given(setting.name)).map(|&(_, secret)| secret).collect()
    }

    /// Returns the package of npm with the program that deploys to the host, if there is one.
    #[must_use]
    pub fn npm_package(&self) -> Option<&'static str> {
        self.host.npm
    }

    /// Returns what to set up at the host by hand, as a sentence.
    #[must_use]
    pub fn setup(&self) -> &'static str {
        self.host.setup
    }

    /// Returns whether the host answers `/x/` with the file `x.html`.
    pub(crate) fn page_files(&self) -> PageFileSupport {
        self.host.page_files
    }

    /// Returns whether the host reads a file at the root of the output: `_headers`.
    #[must_use]
    pub fn reads(&self, file: &str) -> bool {
        self.host.reads.contains(&file)
    }

    /// Returns whether the host reads the headers of pages from a file.
    #[must_use]
    pub fn sends_headers(&self) -> bool {
        ["_headers", "vercel.json", "staticwebapp.config.json"].iter().any(|file| self.reads(file))
    }

    /// Returns the time for which replaced files of the theme, and releases, stay at the target, in seconds.
    #[must_use]
    pub fn keep_seconds(&self) -> i64 {
        self.setting("keep").and_then(Value::as_i64).unwrap_or(KEEP_DAYS) * 24 * 60 * 60
    }

    /// Returns a setting that is a text; `None` if it is not given.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.setting(name).and_then(Value::as_str)
    }

    /// Returns whether a setting is `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.setting(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns a setting; `None` if it is not given.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }
}

/// Returns what a text stands for as the value of a host's setting: a number, `true` or `false` only where the setting
/// takes that. Of a setting that does not exist it is a text.
pub(crate) fn setting_value(kind: &str, setting: &str, text: &str) -> Value {
    let settings = HOSTS.iter().find(|host| host.kind == kind).map_or(&[][..], |host| host.settings);
    let known = settings.iter().find(|known| known.name == setting);
    known.map_or_else(|| Value::from(text), |known| known.takes.value(text))
}

/// Returns the values that `kind` accepts.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    HOSTS.iter().map(|host| host.kind)
}

/// Returns the names of the files that any host reads.
#[cfg(test)]
pub(crate) fn files_of_hosts() -> std::collections::BTreeSet<&'static str> {
    HOSTS.iter().flat_map(|host| host.reads).copied().collect()
}

const REVOKE: &str = "a target needs no secret here, and what stands here is in every copy of the site: remove it, and \
                      revoke it at the host, since whoever has the file or its history has the key";
