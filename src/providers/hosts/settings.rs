//! Types of the settings of hosts.

use serde_json::Value;

use super::s3::S3_SERVICES;
use crate::providers::settings::{self, is_https_url};

pub(super) use crate::providers::settings::{optional, required};

/// A setting of a host.
pub(super) type Setting = settings::Setting<HostSettingType>;

/// Type of a setting.
#[derive(Clone, Copy, Debug)]
pub(super) enum HostSettingType {
    /// Letters, digits, `-`, `_` and `.`.
    Name,
    /// An `https` URL (`http` for the local machine).
    Url,
    /// A machine as SSH names it: `example.org`, or `user@example.org`.
    Machine,
    /// A folder of a machine.
    Path,
    /// A folder in a bucket: names with `/` between them.
    Prefix,
    /// A port of TCP.
    Port,
    /// A number of days, up to a year.
    Days,
    /// `true` or `false`.
    Flag,
    /// A service of [`S3_SERVICES`].
    S3Service,
    /// The name of a branch (`git check-ref-format`).
    Branch,
    /// A repository: the name of a remote, a URL, or `git@example.org:paper.git`.
    Remote,
}

impl HostSettingType {
    /// Returns what a text stands for as the value of a setting: a number or a flag only where that is its type, else
    /// the text itself. Whether it [fits](settings::SettingType::fits) is not said.
    pub(super) fn value(self, text: &str) -> Value {
        let value = match self {
            HostSettingType::Port | HostSettingType::Days => text.parse::<u64>().ok().map(Value::from),
            HostSettingType::Flag => text.parse::<bool>().ok().map(Value::from),
            HostSettingType::Name
            | HostSettingType::Url
            | HostSettingType::Machine
            | HostSettingType::Path
            | HostSettingType::Prefix
            | HostSettingType::S3Service
            | HostSettingType::Branch
            | HostSettingType::Remote => None,
        };
        value.unwrap_or_else(|| Value::from(text))
    }
}

impl settings::SettingType for HostSettingType {
    fn fits(self, value: &Value) -> bool {
        let is_in = |range: std::ops::RangeInclusive<u64>| value.as_u64().is_some_and(|number| range.contains(&number));
        match self {
            HostSettingType::Port => return is_in(1..=65_535),
            HostSettingType::Days => return is_in(0..=366),
            HostSettingType::Flag => return value.is_boolean(),
            _ => {}
        }
        value.as_str().is_some_and(|text| match self {
            HostSettingType::Name => is_name(text),
            HostSettingType::Url => is_https_url(text) && !text.contains(['?', '#', '@']),
            HostSettingType::Machine => {
                let (user, host) = text.split_once('@').unwrap_or(("user", text));
                is_name(user) && is_name(host)
            }
            HostSettingType::Path => is_argument(text),
            HostSettingType::Prefix => text.split('/').all(|part| is_name(part) && !matches!(part, "." | "..")),
            HostSettingType::Port | HostSettingType::Days | HostSettingType::Flag => false, // no text, above
            HostSettingType::Branch => is_branch(text),
            HostSettingType::S3Service => S3_SERVICES.iter().any(|service| service.name == text),
            HostSettingType::Remote => is_argument(text) && !text.contains(' '),
        })
    }

    fn describe(self) -> String {
        if let HostSettingType::S3Service = self {
            let names: Vec<&str> = S3_SERVICES.iter().map(|service| service.name).collect();
            return format!("one of {}", names.join(", "));
        }
        let words = match self {
            HostSettingType::Name => "a name of letters, digits, `-`, `_` and `.`",
            HostSettingType::Url => "a URL that begins with https:// and has no `?` or `#`",
            HostSettingType::Machine => "a host, or a user and a host: `paper@example.org`",
            HostSettingType::Path => "the path of a folder",
            HostSettingType::Prefix => "names with `/` between them: `sites/paper`",
            HostSettingType::Port => "a number from 1 to 65535",
            HostSettingType::Days => "a number of days from 0 to 366",
            HostSettingType::Flag => "`true` or `false`",
            HostSettingType::S3Service => "", // above
            HostSettingType::Branch => "the name of a branch",
            HostSettingType::Remote => "the URL of a repository, or the name of a remote",
        };
        words.to_owned()
    }
}

/// Returns whether a text is a name that no program takes for an option.
fn is_name(text: &str) -> bool {
    is_argument(text) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Returns whether a text is on one line, and none that a program takes for an option.
fn is_argument(text: &str) -> bool {
    !text.trim().is_empty() && !text.starts_with('-') && !text.contains(char::is_control)
}

/// Returns whether a text can name a branch (`git check-ref-format`).
fn is_branch(text: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | '#');
    is_argument(text)
        && text.chars().all(is_plain)
        && !text.contains("..")
        && text.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"))
        && !text.ends_with('.')
}
