//! The slow road, taken when a block does not read as what it should be: reads it again and again, each time with
//! the mistake told last taken out, until nothing is wrong any more.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::{HELP_SEPARATOR, MAX_FRONT_MATTER_BYTES, TYPOGRAPHIC_QUOTES, YamlText, expected_shape};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::foundation::foreign_names;

/// Put where a required value is missing, so that the rest can be read: it passes for a text and for a time.
pub(crate) const DUMMY_VALUE: &str = "2000-01-01";

/// Put where [`DUMMY_VALUE`] is refused: it passes for a URL.
const DUMMY_URL: &str = "https://example.org/";

/// A mistake as serde tells it. The path leads to the value that is wrong, or to the one around the key.
struct SerdeError<'a> {
    path: Vec<String>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Unknown { key: &'a str, known: Vec<&'a str> },
    Missing { key: &'a str },
    Wrong { message: &'a str },
}

/// Tells every mistake. The value is what is left without them; `None` when not even that can be read.
pub(crate) fn explain<T: DeserializeOwned>(
    block: YamlText<'_>,
    mut tree: Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let mut reported = BTreeSet::new();
    let mut shown = BTreeSet::new();
    // Of a very long text the first mistakes are enough: each costs another reading.
    let rounds = (MAX_FRONT_MATTER_BYTES * 64 / block.text.len().max(1)).clamp(2, 200);
    for _ in 0..rounds {
        let error = match serde_path_to_error::deserialize::<_, T>(tree.clone()) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let problem = SerdeError::of(error.path(), &message);
        if (problem.is_of_choice() || problem.is_of_text()) && make_text(&mut tree, &problem.path) {
            continue;
        }
        // What lacks all keys because it is no mapping was told as that.
        let is_hollow = matches!(problem.kind, Kind::Missing { .. }) && reported.contains(&problem.path);
        let is_new = reported.insert(problem.place()) && !is_hollow;
        if is_new {
            let diagnostic = problem.describe(block);
            diagnostics.push(match problem.advice::<T>(&mut tree, &mut shown) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            });
        }
        if let Some(meant) = problem.meant().filter(|meant| value_at(&mut tree, meant).is_none()) {
            // That the key is missing under its right name is the same mistake.
            reported.insert(meant);
        }
        if !problem.mend(&mut tree, is_new) {
            return None;
        }
    }
    None
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

    /// The path of the value that it is about.
    fn place(&self) -> Vec<String> {
        let key = match &self.kind {
            Kind::Unknown { key, .. } | Kind::Missing { key } => Some((*key).to_owned()),
            Kind::Wrong { .. } => None,
        };
        self.path.iter().cloned().chain(key).collect()
    }

    /// The path of the key that an unknown one most likely misspells.
    fn meant(&self) -> Option<Vec<String>> {
        let Kind::Unknown { key, known } = &self.kind else { return None };
        let near = nearest(key, known.iter().copied())?;
        Some(self.path.iter().cloned().chain([near.to_owned()]).collect())
    }

    /// Whether one of some words is wanted. Which ones is told only when the value is a text.
    fn is_of_choice(&self) -> bool {
        matches!(&self.kind, Kind::Wrong { message } if message.ends_with(A_CHOICE))
    }

    /// Whether a text is wanted, which a number or `true` is, too, where the block is read as it should be.
    fn is_of_text(&self) -> bool {
        matches!(&self.kind, Kind::Wrong { message } if message.ends_with("expected a string"))
    }

    /// What to do about a value, where that is seen in the value or in the type that was wanted. Of the items of a list
    /// the first one's shape is shown: finding it out costs several readings.
    fn advice<T: DeserializeOwned>(&self, tree: &mut Value, shown: &mut BTreeSet<Vec<String>>) -> Option<String> {
        let Kind::Wrong { message } = &self.kind else { return None };
        if message.contains("expected struct ") {
            let keys = self.path.iter().filter(|part| part.parse::<usize>().is_err()).cloned().collect();
            return if shown.insert(keys) { expected_shape::advice::<T>(tree, &self.path) } else { None };
        }
        let text = value_at(tree, &self.path)?.as_str()?;
        let help = "typographic quotation marks are no quotes to YAML: write \"…\", or none";
        text.starts_with(TYPOGRAPHIC_QUOTES).then(|| help.to_owned())
    }

    /// Takes the mistake out of the tree; whether that changed anything. What is wrong though it was mended before
    /// goes with all that is under its top-level key.
    fn mend(&self, tree: &mut Value, is_new: bool) -> bool {
        let is_in_list = self.path.last().is_some_and(|last| last.parse::<usize>().is_ok());
        match &self.kind {
            Kind::Unknown { .. } => remove(tree, &self.place()),
            Kind::Missing { .. } if self.path.is_empty() || is_in_list => stand_in(tree, &self.place()),
            Kind::Missing { .. } => remove(tree, &self.path),
            Kind::Wrong { message } if is_new && is_in_list && message.contains("expected struct ") => {
                value_at(tree, &self.path).is_some_and(|item| {
                    *item = Value::Mapping(serde_yaml::Mapping::new());
                    true
                })
            }
            Kind::Wrong { .. } if is_new && is_in_list => stand_in(tree, &self.path),
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
        let error = |message: String, spot: Span| Diagnostic::error(block.code, message).at(block.file, spot);
        match &self.kind {
            Kind::Unknown { key, known } => {
                let diagnostic = error(format!("unknown key `{key}`"), Span::Key(self.place()));
                let ours: Vec<String> =
                    foreign_names::native_names(key, known).iter().map(|ours| format!("`{ours}`")).collect();
                if !ours.is_empty() {
                    return diagnostic.help(format!("Handbill calls this {}", ours.join(" or ")));
                }
                if block.code == "front-matter" && foreign_names::is_needless(key) {
                    return diagnostic.help("take it out: a file is what its folder says");
                }
                match nearest(key, known.iter().copied()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None if known.is_empty() => diagnostic.help("no keys are expected here"),
                    None if self.path.is_empty() && known.contains(&"extra") => {
                        diagnostic.help("what a site wants for itself goes under `extra:`")
                    }
                    None => diagnostic.help(format!("known here: {}", known.join(", "))),
                }
            }
            Kind::Missing { key } => {
                let at_top = self.path.is_empty();
                let spot = if at_top { Span::Line(block.line, 1) } else { Span::Key(self.path.clone()) };
                let place = if at_top { "here" } else { "to it" };
                error(format!("missing key `{key}`"), spot).help(format!("add `{key}:` {place}"))
            }
            Kind::Wrong { message } => {
                let spot =
                    if self.path.is_empty() { Span::Line(block.line, 1) } else { Span::Value(self.path.clone()) };
                let name = self.path.iter().rev().find(|part| part.parse::<usize>().is_err());
                wrong(name.map(String::as_str), message, |message| error(message, spot))
            }
        }
    }
}

/// Tells a value that does not fit, in our words.
fn wrong(name: Option<&str>, message: &str, error: impl FnOnce(String) -> Diagnostic) -> Diagnostic {
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
    let diagnostic = error(format!("{} takes {}, not {}", name_or("this"), taken(wanted), described_value(given)));
    match wanted {
        "a string" => diagnostic.help("put the text in quotes"),
        "a sequence" => diagnostic.help("write a list: `[one, two]`, or one line for each, beginning with `- `"),
        "a boolean" => diagnostic.help("write `true` or `false`, without quotes"),
        _ => diagnostic,
    }
}

/// An enum, in serde_yaml's words.
const A_CHOICE: &str = "a Value::Tagged enum";

/// What a value should be, from serde's words.
fn taken(wanted: &str) -> &str {
    match wanted {
        "a string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "`true` or `false`",
        "i64" | "u64" | "u32" | "u16" | "usize" => "a whole number",
        "a map" => "keys with values",
        A_CHOICE => "a word",
        other if other.starts_with("struct ") => "keys with values",
        other => other,
    }
}

/// What a value is, from serde's words.
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

/// A path as the names and numbers on it.
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

/// The value at a path.
pub(crate) fn value_at<'t>(tree: &'t mut Value, path: &[String]) -> Option<&'t mut Value> {
    path.iter().try_fold(tree, |value, part| match value {
        Value::Sequence(items) => items.get_mut(part.parse::<usize>().ok()?),
        Value::Mapping(map) => map.get_mut(part.as_str()),
        _ => None,
    })
}

/// Makes a text of `false`, `12` …; whether it was none.
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

/// Removes a key from the mapping around it; whether it was there.
fn remove(tree: &mut Value, path: &[String]) -> bool {
    let Some((key, above)) = path.split_last() else { return false };
    match value_at(tree, above) {
        Some(Value::Mapping(map)) => map.remove(key.as_str()).is_some(),
        _ => false,
    }
}

/// Puts a value in place of the one at a path, or where there is none.
fn stand_in(tree: &mut Value, path: &[String]) -> bool {
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
