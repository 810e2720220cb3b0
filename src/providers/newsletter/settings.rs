//! Types of the settings of newsletter providers, and their checked values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::{Field, field};
use crate::providers::settings::{self, is_https_url};

pub(super) use crate::providers::settings::{optional, required};

/// A setting of a newsletter provider.
pub(super) type Setting = settings::Setting<NewsletterSettingType>;

/// Type of a setting.
#[derive(Clone, Copy)]
pub(super) enum NewsletterSettingType {
    /// Letters, digits, `-`, `_` and `.`, for a URL.
    Name,
    /// An `https` URL (`http` for the local machine).
    Url,
    /// An `https` URL that satisfies the function; the text describes it.
    UrlLike(fn(&str) -> bool, &'static str),
    /// A UUID.
    Uuid,
    /// One or several UUIDs.
    Uuids,
    /// A whole number.
    Number,
    /// One or several whole numbers.
    Numbers,
    /// Name of a form field.
    FieldName,
    /// Name of a checkbox in a Mailchimp group.
    Group,
    /// Text.
    Text,
    /// One or several texts.
    Texts,
    /// Names with texts.
    Pairs,
    /// `true` or `false`.
    Bool,
}

impl settings::SettingType for NewsletterSettingType {
    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        let all = |fits: fn(&Value) -> bool| match value {
            Value::Array(items) => !items.is_empty() && items.iter().all(fits),
            value => fits(value),
        };
        match self {
            NewsletterSettingType::Name => text.is_some_and(is_name),
            NewsletterSettingType::Url => text.is_some_and(is_https_url),
            NewsletterSettingType::UrlLike(is_one, _) => text.is_some_and(|text| is_https_url(text) && is_one(text)),
            NewsletterSettingType::Uuid => is_uuid(value),
            NewsletterSettingType::Uuids => all(is_uuid),
            NewsletterSettingType::Number => is_number(value),
            NewsletterSettingType::Numbers => all(is_number),
            NewsletterSettingType::FieldName => text.is_some_and(is_field_name),
            NewsletterSettingType::Group => text.is_some_and(|text| group(text).is_some()),
            NewsletterSettingType::Text => is_text(value),
            NewsletterSettingType::Texts => all(is_text),
            NewsletterSettingType::Pairs => value.as_object().is_some_and(|map| map.values().all(Value::is_string)),
            NewsletterSettingType::Bool => value.is_boolean(),
        }
    }

    fn describe(self) -> String {
        let words = match self {
            NewsletterSettingType::Name => "a name of letters, digits, `-`, `_` and `.`",
            NewsletterSettingType::Url => "a URL that begins with https://",
            NewsletterSettingType::UrlLike(_, words) => words,
            NewsletterSettingType::Uuid => "a UUID, 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01 for example",
            NewsletterSettingType::Uuids => {
                "a UUID or a list of them, 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01 for example"
            }
            NewsletterSettingType::Number => "a whole number",
            NewsletterSettingType::Numbers => "a whole number or a list of them",
            NewsletterSettingType::FieldName => "the name of a form field",
            NewsletterSettingType::Group => "the name of a tick box, `group[1234][1]` for example",
            NewsletterSettingType::Text => "a text",
            NewsletterSettingType::Texts => "a text or a list of texts",
            NewsletterSettingType::Pairs => "names with texts in quotes",
            NewsletterSettingType::Bool => "`true` or `false`",
        };
        words.to_owned()
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn is_field_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty() && !text.contains(char::is_control))
}

fn is_number(value: &Value) -> bool {
    let digits = |text: &str| !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    value.is_u64() || value.as_str().is_some_and(digits)
}

/// Returns whether a value has the form of a UUID (RFC 9562, section 4).
fn is_uuid(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let lengths = text.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
    })
}

/// Returns the two numbers of `group[1234][1]`.
pub(super) fn group(text: &str) -> Option<(&str, &str)> {
    let (group, bit) = text.strip_prefix("group[")?.strip_suffix(']')?.split_once("][")?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(group) && is_number(bit)).then_some((group, bit))
}

/// The checked settings of a provider.
pub(super) struct Values(pub(super) BTreeMap<&'static str, Value>);

impl Values {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns a text setting; empty if it is not set.
    pub(super) fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Returns a URL without its trailing slash.
    pub(super) fn root(&self, name: &str) -> &str {
        self.text(name).trim_end_matches('/')
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns the name of a field if a setting is on.
    pub(super) fn asks(&self, setting: &str, field: &str) -> Option<String> {
        self.is_on(setting).then(|| field.to_owned())
    }

    /// Returns one or several texts or numbers as texts.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        match self.0.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
            Some(value) => text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    pub(super) fn pairs(&self, name: &str) -> Vec<Field> {
        let map = self.0.get(name).and_then(Value::as_object).into_iter().flatten();
        map.filter_map(|(key, value)| Some(field(key, value.as_str()?))).collect()
    }
}
