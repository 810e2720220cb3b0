//! Finds the shape that a type expects where a value has another: the type is given mappings that cannot fit, and its
//! error messages name the keys.

use serde_yaml::{Mapping, Value};

use super::recovery::{deserialize, names, value_at};
use super::{DUMMY_VALUE, YamlShape};

/// Returns the line to write in place of a value that should be a mapping, and the allowed keys.
///
/// The written value is shown with the first key, for which it was most likely meant.
pub(crate) fn suggest<T>(shape: impl YamlShape<T>, tree: &Value, path: &[String]) -> Option<String> {
    let (last, _) = path.split_last()?;
    let known = known(shape, tree, path)?;
    let mut shown = required(shape, tree, path);
    if shown.is_empty() {
        shown.extend(known.first().cloned());
    }
    let mut copy = tree.clone();
    let given = value_at(&mut copy, path).and_then(|given| flow_value(given));
    let entries = shown.iter().enumerate().map(|(index, key)| match &given {
        Some(given) if index == 0 => format!("{key}: {given}"),
        _ => format!("{key}: …"),
    });
    let entries = entries.collect::<Vec<_>>().join(", ");
    let start = if last.parse::<usize>().is_ok() { "-".to_owned() } else { format!("{last}:") };
    Some(format!("write `{start} {{ {entries} }}`; keys here: {}", known.join(", ")))
}

/// Returns the allowed keys, in the order of the type. The type lists them in its error about an unknown one.
fn known<T>(shape: impl YamlShape<T>, tree: &Value, path: &[String]) -> Option<Vec<String>> {
    let unknown_key = Mapping::from_iter([(Value::from(""), Value::Null)]);
    let message = error_about(shape, tree, path, unknown_key)?;
    let known = message.strip_prefix("unknown field ``")?.split('`').skip(1).step_by(2);
    Some(known.map(str::to_owned).collect())
}

/// Returns the required keys, at most [`MOST`]. The type names one in each error about a missing key.
fn required<T>(shape: impl YamlShape<T>, tree: &Value, path: &[String]) -> Vec<String> {
    let mut given = Mapping::new();
    let mut required = Vec::new();
    while required.len() < MOST {
        let message = error_about(shape, tree, path, given.clone());
        let Some(key) = message.as_deref().and_then(missing) else { break };
        if given.insert(Value::from(key), Value::from(DUMMY_VALUE)).is_some() {
            break;
        }
        required.push(key.to_owned());
    }
    required
}

/// Greatest number of required keys that are found: each costs one deserialization, and a longer line would not help.
const MOST: usize = 4;

fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// Returns the type's error about `mapping` in place of the value at `path`.
fn error_about<T>(shape: impl YamlShape<T>, tree: &Value, path: &[String], mapping: Mapping) -> Option<String> {
    let mut tree = tree.clone();
    *value_at(&mut tree, path)? = Value::Mapping(mapping);
    let error = deserialize(shape, tree).err()?;
    // Once the mapping has all required keys, the next error may be at another path.
    names(error.path()).starts_with(path).then(|| error.inner().to_string())
}

/// Formats a value for a flow mapping; `None` for values too long or nested.
fn flow_value(value: &Value) -> Option<String> {
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
