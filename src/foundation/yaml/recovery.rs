//! Error recovery for YAML that does not fit its type: deserializes again and again, each time with the error reported
//! last removed from the tree, until nothing is wrong.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::{HELP_SEPARATOR, MAX_FRONT_MATTER_BYTES, TYPOGRAPHIC_QUOTES, YamlShape, YamlText, expected_shape};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::foundation::foreign_names;

/// Dummy for a missing required value, so that the rest can be deserialized. It is valid as a text and as a time.
pub(crate) const DUMMY_VALUE: &str = "2000-01-01";

/// Dummy where [`DUMMY_VALUE`] is refused: it is valid as a URL.
const DUMMY_URL: &str = "https://example.org/";

/// An error of serde. The path leads to the invalid value, or to the mapping that contains the key.
struct SerdeError<'a> {
    path: Vec<String>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Unknown { key: &'a str, known: Vec<&'a str> },
    Missing { key: &'a str },
    Wrong { message: &'a str },
}

/// Reports every error. Returns the value without them; `None` if no valid value remains.
pub(crate) fn explain<T>(
    shape: impl YamlShape<T>,
    block: YamlText<'_>,
    mut tree: Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let mut reported = BTreeSet::new();
    let mut shown = BTreeSet::new();
    // In a very long text only the first errors are reported: each costs one deserialization.
    let rounds = (MAX_FRONT_MATTER_BYTES * 64 / block.text.len().max(1)).clamp(2, 200);
    for _ in 0..rounds {
        let error = match deserialize(shape, tree.clone()) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let problem = SerdeError::of(error.path(), &message);
        if (problem.is_of_choice() || problem.is_of_text()) && make_text(&mut tree, &problem.path) {
            continue;
        }
        // A value that is no mapping was reported as such; it is not reported again for each missing key.
        let is_hollow = matches!(problem.kind, Kind::Missing { .. }) && reported.contains(&problem.path);
        let is_new = reported.insert(problem.value_path()) && !is_hollow;
        if is_new {
            let diagnostic = problem.describe(block);
            diagnostics.push(match problem.advice(shape, &mut tree, &mut shown) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            });
        }
        if let Some(meant_path) = problem.meant_path().filter(|meant_path| value_at(&mut tree, meant_path).is_none()) {
            // The misspelled key is also missing under its right name; only the misspelling is reported.
            reported.insert(meant_path);
        }
        if !problem.remove_from(&mut tree, is_new) {
            return None;
        }
    }
    None
}

/// Deserializes a tree by a shape; an error has the path of its value.
pub(crate) fn deserialize<T>(
    shape: impl YamlShape<T>,
    tree: Value,
) -> Result<T, serde_path_to_error::Error<serde_yaml::Error>> {
    let mut track = serde_path_to_error::Track::new();
    let deserializer = serde_path_to_error::Deserializer::new(tree, &mut track);
    shape.deserialize(deserializer).map_err(|error| serde_path_to_error::Error::new(track.path(), error))
}

impl SerdeError<'_> {
    fn of<'a>(path: &serde_path_to_error::Path, message: &'a str) -> SerdeError<'a> {
        let mut path = names(path);
        let message = message.rsplit_once(" at line ").map_or(message, |(head, _)| head);
        let mut quoted = message.split('`').skip(1).step_by(2);
        let kind = if message.starts_with("unknown field ") {
            let key = quoted.next().unwrap_or_default();
            path.pop_if(|last| last == key);
            Kind::Unknown { key, known: quoted.collect() }
        } else if message.starts_with("missing field ") {
            Kind::Missing { key: quoted.next().unwrap_or_default() }
        } else {
            Kind::Wrong { message }
        };
        SerdeError { path, kind }
    }

    /// Returns the path of the value that the error is about.
    fn value_path(&self) -> Vec<String> {
        let key = match &self.kind {
            Kind::Unknown { key, .. } | Kind::Missing { key } => Some((*key).to_owned()),
            Kind::Wrong { .. } => None,
        };
        self.path.iter().cloned().chain(key).collect()
    }

    /// Returns the path of the known key that an unknown one most likely misspells.
    fn meant_path(&self) -> Option<Vec<String>> {
        let Kind::Unknown { key, known } = &self.kind else { return None };
        let near = nearest(key, known.iter().copied())?;
        Some(self.path.iter().cloned().chain([near.to_owned()]).collect())
    }

    /// Returns whether one of several words is expected. serde names them only if the value is a text.
    fn is_of_choice(&self) -> bool {
        matches!(&self.kind, Kind::Wrong { message } if message.ends_with(A_CHOICE))
    }

    /// Returns whether a text is expected. The deserializer accepts numbers and booleans as texts when it reads YAML,
    /// but not when it reads a tree.
    fn is_of_text(&self) -> bool {
        matches!(&self.kind, Kind::Wrong { message } if message.ends_with("expected a string"))
    }

    /// Returns help that follows from the value or from the expected type. In a list, only the first item's shape is
    /// shown: finding it costs several deserializations.
    fn advice<T>(
        &self,
        shape: impl YamlShape<T>,
        tree: &mut Value,
        shown: &mut BTreeSet<Vec<String>>,
    ) -> Option<String> {
        let Kind::Wrong { message } = &self.kind else { return None };
        if message.contains("expected struct ") {
            let keys = self.path.iter().filter(|part| part.parse::<usize>().is_err()).cloned().collect();
            return if shown.insert(keys) { expected_shape::suggest(shape, tree, &self.path) } else { None };
        }
        let text = value_at(tree, &self.path)?.as_str()?;
        let help = "typographic quotation marks are not YAML quotes: write \"…\", or none";
        text.starts_with(TYPOGRAPHIC_QUOTES).then(|| help.to_owned())
    }

    /// Removes the error from the tree and returns whether that changed anything. If a value is still wrong after a
    /// first repair, its whole top-level key is removed.
    fn remove_from(&self, tree: &mut Value, is_new: bool) -> bool {
        let is_in_list = self.path.last().is_some_and(|last| last.parse::<usize>().is_ok());
        match &self.kind {
            Kind::Unknown { .. } => remove(tree, &self.value_path()),
            Kind::Missing { .. } if self.path.is_empty() || is_in_list => insert_dummy(tree, &self.value_path()),
            Kind::Missing { .. } => remove(tree, &self.path),
            Kind::Wrong { message } if is_new && is_in_list && message.contains("expected struct ") => {
                value_at(tree, &self.path).is_some_and(|item| {
                    *item = Value::Mapping(serde_yaml::Mapping::new());
                    true
                })
            }
            Kind::Wrong { .. } if is_new && is_in_list => insert_dummy(tree, &self.path),
            Kind::Wrong { .. } if is_new => remove(tree, &self.path),
            Kind::Wrong { .. } => match value_at(tree, &self.path) {
                Some(value) if *value == DUMMY_VALUE => {
                    *value = DUMMY_URL.into();
                    true
                }
                _ => self.path.first().is_some_and(|top| remove(tree, std::slice::from_ref(top))),
            },
        }
    }

    fn describe(&self, block: YamlText<'_>) -> Diagnostic {
        let error = |message: String, span: Span| Diagnostic::error(block.code, message).at(block.file, span);
        match &self.kind {
            Kind::Unknown { key, known } => {
                let diagnostic = error(format!("unknown key `{key}`"), Span::Key(self.value_path()));
                let ours: Vec<String> =
                    foreign_names::native_names(key, known).iter().map(|ours| format!("`{ours}`")).collect();
                if !ours.is_empty() {
                    return diagnostic.help(format!("Handbill calls this {}", ours.join(" or ")));
                }
                if block.code == "front-matter" && foreign_names::is_needless(key) {
                    return diagnostic.help("delete it: the folder of a file decides its kind");
                }
                match nearest(key, known.iter().copied()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None if known.is_empty() => diagnostic.help("no keys are expected here"),
                    None if self.path.is_empty() && known.contains(&"extra") => {
                        diagnostic.help("data of your own goes under `extra:`")
                    }
                    None => diagnostic.help(format!("known keys: {}", known.join(", "))),
                }
            }
            Kind::Missing { key } => {
                let at_top = self.path.is_empty();
                let span = if at_top { Span::Line(block.line, 1) } else { Span::Key(self.path.clone()) };
                let value_path = if at_top { "here" } else { "to it" };
                error(format!("missing key `{key}`"), span).help(format!("add `{key}:` {value_path}"))
            }
            Kind::Wrong { message } => {
                let span =
                    if self.path.is_empty() { Span::Line(block.line, 1) } else { Span::Value(self.path.clone()) };
                let name = self.path.iter().rev().find(|part| part.parse::<usize>().is_err());
                wrong_value(name.map(String::as_str), message, |message| error(message, span))
            }
        }
    }
}

/// Makes the diagnostic for a value that does not fit, with serde's message reworded.
fn wrong_value(name: Option<&str>, message: &str, error: impl FnOnce(String) -> Diagnostic) -> Diagnostic {
    let name_or = |default: &str| name.map_or_else(|| default.to_owned(), |name| format!("`{name}`"));
    if message.starts_with("unknown variant ") {
        let mut quoted = message.split('`').skip(1).step_by(2);
        let given = quoted.next().unwrap_or_default();
        let known: Vec<&str> = quoted.collect();
        let diagnostic = error(format!("{} cannot be `{given}`", name_or("this")));
        return match nearest(given, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("it is one of {}", known.join(", "))),
        };
    }
    if let Some((message, help)) = message.rsplit_once(HELP_SEPARATOR) {
        return error(message.to_owned()).help(help);
    }
    let is_empty = message.starts_with("invalid length 0,") || message == "invalid type: unit value, expected a string";
    if is_empty {
        return error(format!("{} is empty", name_or("this"))).help("write something, in quotes if need be");
    }
    let types = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let Some((given, wanted)) = types.and_then(|types| types.rsplit_once(", expected ")) else {
        return error(name.map_or_else(|| message.to_owned(), |name| format!("`{name}`: {message}")));
    };
    let diagnostic =
        error(format!("{} takes {}, not {}", name_or("this"), expected_name(wanted), described_value(given)));
    match wanted {
        "a string" => diagnostic.help("put the text in quotes"),
        "a sequence" => diagnostic.help("write a list: `[one, two]`, or one line for each, beginning with `- `"),
        "a boolean" => diagnostic.help("write `true` or `false`, without quotes"),
        _ => diagnostic,
    }
}

/// How serde_yaml names an enum in its messages.
const A_CHOICE: &str = "a Value::Tagged enum";

/// Returns the name of an expected type, from serde's name of it.
fn expected_name(wanted: &str) -> &str {
    match wanted {
        "a string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "`true` or `false`",
        "i64" | "u64" | "u32" | "u16" | "usize" => "a whole number",
        "f64" => "a number",
        "a map" => "keys with values",
        A_CHOICE => "a word",
        other if other.starts_with("struct ") => "keys with values",
        other => other,
    }
}

/// Returns the name of a given value, from serde's description.
fn described_value(given: &str) -> String {
    match given.split([' ', '`']).next().unwrap_or_default() {
        "string" => "a text".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "keys with values".to_owned(),
        "unit" | "null" => "nothing".to_owned(),
        "integer" | "floating" | "boolean" => given.split('`').nth(1).map_or("this", |value| value).to_owned(),
        _ => given.to_owned(),
    }
}

/// Returns a path as keys and indices.
pub(crate) fn names(path: &serde_path_to_error::Path) -> Vec<String> {
    path.iter().filter_map(segment_name).collect()
}

fn segment_name(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Returns the value at a path; `None` if there is none.
pub(crate) fn value_at<'t>(tree: &'t mut Value, path: &[String]) -> Option<&'t mut Value> {
    path.iter().try_fold(tree, |value, part| match value {
        Value::Sequence(items) => items.get_mut(part.parse::<usize>().ok()?),
        Value::Mapping(map) => map.get_mut(part.as_str()),
        _ => None,
    })
}

/// Replaces a boolean or number by its text; returns whether the value was one.
fn make_text(tree: &mut Value, path: &[String]) -> bool {
    let Some(value) = value_at(tree, path) else { return false };
    let text = match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return false,
    };
    *value = Value::String(text);
    true
}

/// Removes a key from its mapping; returns whether it was there.
fn remove(tree: &mut Value, path: &[String]) -> bool {
    let Some((key, above)) = path.split_last() else { return false };
    match value_at(tree, above) {
        Some(Value::Mapping(map)) => map.remove(key.as_str()).is_some(),
        _ => false,
    }
}

/// Puts [`DUMMY_VALUE`] at a path, in place of the value or where there is none; returns whether that changed anything.
fn insert_dummy(tree: &mut Value, path: &[String]) -> bool {
    let Some((key, above)) = path.split_last() else { return false };
    let value = Value::String(DUMMY_VALUE.to_owned());
    match value_at(tree, above) {
        Some(Value::Mapping(map)) => map.insert(key.as_str().into(), value).is_none(),
        Some(Value::Sequence(items)) => {
            let item = key.parse::<usize>().ok().and_then(|index| items.get_mut(index));
            item.is_some_and(|item| std::mem::replace(item, value) != Value::String(DUMMY_VALUE.to_owned()))
        }
        _ => false,
    }
}
