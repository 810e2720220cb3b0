//! Types of the settings of comment services, and their checked values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::providers::settings::{self, is_https_url};

pub(super) use crate::providers::settings::{optional, required};

/// A setting of a comment service.
pub(super) type Setting = settings::Setting<CommentSettingType>;

/// Type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommentSettingType {
    /// Text.
    Text,
    /// Text without spaces, for an attribute or a URL.
    Name,
    /// An `https` URL without query and fragment (`http` for the local machine).
    Root,
    /// A repository as `OWNER/NAME`.
    Repository,
    /// One of several words.
    OneOf(&'static [&'static str]),
    /// Attribute names with texts.
    Options,
    /// `true` or `false`.
    Bool,
}

impl settings::SettingType for CommentSettingType {
    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            CommentSettingType::Text => {
                text.is_some_and(|text| !text.trim().is_empty() && !text.contains(char::is_control))
            }
            CommentSettingType::Name => text.is_some_and(is_name),
            CommentSettingType::Root => text.is_some_and(is_root),
            CommentSettingType::Repository => {
                text.and_then(|text| text.split_once('/')).is_some_and(|(owner, name)| {
                    let plain = |part: &str| {
                        !part.is_empty()
                            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
                    };
                    plain(owner) && plain(name)
                })
            }
            CommentSettingType::OneOf(words) => text.is_some_and(|text| words.contains(&text)),
            CommentSettingType::Options => value.as_object().is_some_and(|map| {
                let plain = |key: &str| {
                    !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                };
                map.iter().all(|(key, value)| plain(key) && value.is_string())
            }),
            CommentSettingType::Bool => value.is_boolean(),
        }
    }

    fn describe(self) -> String {
        match self {
            CommentSettingType::Text => "a text".into(),
            CommentSettingType::Name => "a word without spaces".into(),
            CommentSettingType::Root => "a URL that begins with https:// and has no `?` or `#`".into(),
            CommentSettingType::Repository => "a repository as `OWNER/NAME`".into(),
            CommentSettingType::OneOf(words) => {
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            }
            CommentSettingType::Options => "names in lower case, with texts in quotes".into(),
            CommentSettingType::Bool => "`true` or `false`".into(),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Returns whether a URL cannot end an attribute in a page or a directive of the policy.
fn is_root(text: &str) -> bool {
    is_https_url(text) && !text.contains(['\'', '?', '#', ';', ',', '@'])
}

/// The checked settings of a service.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(pub(super) BTreeMap<&'static str, Value>);

impl Values {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(super) fn text_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.text(name).unwrap_or(default)
    }

    /// Returns a boolean setting as `1` or `0`, for an attribute.
    pub(super) fn digit(&self, name: &str, default: bool) -> String {
        let is_on = self.0.get(name).and_then(Value::as_bool).unwrap_or(default);
        if is_on { "1".into() } else { "0".into() }
    }

    pub(super) fn options(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let map = self.0.get(name).and_then(Value::as_object).into_iter().flatten();
        map.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
    }

    /// Returns a URL without its trailing slash.
    pub(super) fn root(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default().trim_end_matches('/')
    }

    /// Returns scheme, host and port of a URL.
    pub(super) fn origin(&self, name: &str) -> String {
        crate::csp::origin(self.root(name)).unwrap_or_default()
    }

    /// Returns host and port of a URL.
    pub(super) fn host(&self, name: &str) -> String {
        self.origin(name).split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default()
    }
}
