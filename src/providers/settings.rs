//! Settings of providers as tables: what each takes, and the check of what is given.

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

/// What a setting takes.
pub(super) trait SettingType: Copy {
    /// Whether it takes a value.
    fn fits(self, value: &Value) -> bool;
    /// What it takes, in words for a diagnostic.
    fn words(self) -> String;
}

pub(super) const fn required<T>(name: &'static str, takes: T, help: &'static str) -> Setting<T> {
    Setting { name, required: true, takes, help }
}

pub(super) const fn optional<T>(name: &'static str, takes: T, help: &'static str) -> Setting<T> {
    Setting { name, required: false, takes, help }
}

/// Takes a mistake: its place, what it is, and help.
pub(super) type Report<'r> = dyn FnMut(Span, String, String) + 'r;

/// The settings of a provider that hold, of those given at a YAML path. What is missing, unknown or malformed is
/// reported.
pub(super) fn validate<T: SettingType>(
    kind: &str,
    table: &'static [Setting<T>],
    given: &Map<String, Value>,
    path: &[&str],
    report: &mut Report<'_>,
) -> BTreeMap<&'static str, Value> {
    let above = || path.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
    for setting in table.iter().filter(|setting| setting.required && !given.contains_key(setting.name)) {
        let message = format!("the provider `{kind}` needs the setting `{}`", setting.name);
        let help = format!("`provider: {{ kind: {kind}, {}: … }}`: {}", setting.name, setting.help);
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
                let message = format!("`{key}` takes {}", setting.takes.words());
                report(Span::Value(below), message, setting.help.to_owned());
            }
            None => {
                let help = suggestion(key, || table.iter().map(|setting| setting.name));
                report(Span::Key(below), format!("the provider `{kind}` has no setting `{key}`"), help);
            }
        }
    }
    values
}

/// The name that was probably meant, else all of them.
pub(super) fn suggestion<'a, N: Iterator<Item = &'a str>>(written: &str, names: impl Fn() -> N) -> String {
    match nearest(written, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", names().collect::<Vec<_>>().join(", ")),
    }
}

/// Whether a text is an https address, or an http one of a machine of one's own.
pub(super) fn is_address(text: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|start| text.starts_with(start));
    (text.starts_with("https://") || local)
        && origin(text).is_some()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
}
