//! What should stand where something else does, learnt from the type itself: it is given mappings that are sure to be
//! wrong, and says what it wants.

use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use super::DUMMY_VALUE;
use super::recovery::{names, value_at};

/// The line to write in place of a value that is no mapping and should be one, and the keys that it may have.
///
/// What was written stands with the first key: most likely that is what it was meant for.
pub(crate) fn advice<T: DeserializeOwned>(tree: &Value, path: &[String]) -> Option<String> {
    let (last, _) = path.split_last()?;
    let known = known::<T>(tree, path)?;
    let mut shown = required::<T>(tree, path);
    if shown.is_empty() {
        shown.extend(known.first().cloned());
    }
    let mut copy = tree.clone();
    let given = value_at(&mut copy, path).and_then(|given| plain(given));
    let entries = shown.iter().enumerate().map(|(index, key)| match &given {
        Some(given) if index == 0 => format!("{key}: {given}"),
        _ => format!("{key}: …"),
    });
    let entries = entries.collect::<Vec<_>>().join(", ");
    let start = if last.parse::<usize>().is_ok() { "-".to_owned() } else { format!("{last}:") };
    Some(format!("write `{start} {{ {entries} }}`; keys here: {}", known.join(", ")))
}

/// The keys that it knows, in their order.
fn known<T: DeserializeOwned>(tree: &Value, path: &[String]) -> Option<Vec<String>> {
    let nobodys = Mapping::from_iter([(Value::from(""), Value::Null)]);
    let message = complaint::<T>(tree, path, nobodys)?;
    let known = message.strip_prefix("unknown field ``")?.split('`').skip(1).step_by(2);
    Some(known.map(str::to_owned).collect())
}

/// The keys without which it cannot be.
fn required<T: DeserializeOwned>(tree: &Value, path: &[String]) -> Vec<String> {
    let mut given = Mapping::new();
    let mut required = Vec::new();
    while required.len() < MOST {
        let message = complaint::<T>(tree, path, given.clone());
        let Some(key) = message.as_deref().and_then(missing) else { break };
        if given.insert(Value::from(key), Value::from(DUMMY_VALUE)).is_some() {
            break;
        }
        required.push(key.to_owned());
    }
    required
}

/// Each costs a reading, and a longer line would not help.
const MOST: usize = 4;

fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// What is said of a mapping at a path.
fn complaint<T: DeserializeOwned>(tree: &Value, path: &[String], mapping: Mapping) -> Option<String> {
    let mut tree = tree.clone();
    *value_at(&mut tree, path)? = Value::Mapping(mapping);
    let error = serde_path_to_error::deserialize::<_, T>(tree).err()?;
    // With all that it needs, the next mistake may be elsewhere.
    names(error.path()).starts_with(path).then(|| error.inner().to_string())
}

/// A value as it can stand between brackets.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() || text.len() > 60 || text.contains(['\n', '`']) => None,
        Value::String(text) if text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '/' | '-')) => {
            Some(text.clone())
        }
        Value::String(text) => serde_json::to_string(text).ok(),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
