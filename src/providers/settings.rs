//! Settings of services as tables, and the check of given values against them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::csp::origin;
use crate::diagnostic::{Span, nearest};

/// A setting.
#[derive(Debug)]
pub(super) struct Setting<T> {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) takes: T,
    pub(super) help: &'static str,
}

/// Type of a setting.
pub(super) trait SettingType: Copy {
    /// Returns whether a value has this type.
    fn fits(self, value: &Value) -> bool;
    /// Describes the type for a diagnostic.
    fn describe(self) -> String;
}

pub(super) const fn required<T>(name: &'static str, takes: T, help: &'static str) -> Setting<T> {
    Setting { name, required: true, takes, help }
}

pub(super) const fn optional<T>(name: &'static str, takes: T, help: &'static str) -> Setting<T> {
    Setting { name, required: false, takes, help }
}

/// Receives an error: span, message and help.
pub(super) type Report<'r> = dyn FnMut(Span, String, String) + 'r;

/// Returns the valid settings among those given at a YAML path. Missing, unknown and invalid ones are reported; `noun`
/// is what messages call the service: `provider`.
pub(super) fn validate<T: SettingType>(
    noun: &str,
    kind: &str,
    table: &'static [Setting<T>],
    given: &Map<String, Value>,
    path: &[&str],
    report: &mut Report<'_>,
) -> BTreeMap<&'static str, Value> {
    let above = || path.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
    for setting in table.iter().filter(|setting| setting.required && !given.contains_key(setting.name)) {
        let message = format!("the {noun} `{kind}` requires the setting `{}`", setting.name);
        let key = path.last().copied().unwrap_or_default();
        let help = format!("`{key}: {{ kind: {kind}, {}: … }}`: {}", setting.name, setting.help);
        report(Span::Value(above()), message, help);
    }
    let mut values = BTreeMap::new();
    for (key, value) in given.iter().filter(|(key, _)| *key != "kind") {
        let below = [above(), vec![key.clone()]].concat();
        match table.iter().find(|setting| setting.name == key) {
            Some(setting) if setting.takes.fits(value) => {
                values.insert(setting.name, value.clone());
            }
            Some(setting) => {
                let message = format!("`{key}` takes {}", setting.takes.describe());
                report(Span::Value(below), message, setting.help.to_owned());
            }
            None => {
                let help = suggestion(key, || table.iter().map(|setting| setting.name));
                report(Span::Key(below), format!("the {noun} `{kind}` has no setting `{key}`"), help);
            }
        }
    }
    values
}

/// Returns help for an unknown name: the one that was probably meant, else all known ones.
pub(super) fn suggestion<'a, N: Iterator<Item = &'a str>>(written: &str, names: impl Fn() -> N) -> String {
    match nearest(written, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", names().collect::<Vec<_>>().join(", ")),
    }
}

/// Returns whether a text is an `https` URL, or an `http` URL of the local machine.
pub(super) fn is_https_url(text: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|start| text.starts_with(start));
    (text.starts_with("https://") || local)
        && origin(text).is_some()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
}
