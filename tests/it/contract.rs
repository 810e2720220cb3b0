//! The tables of `docs/theming.md` as types, and values compared with them.
//!
//! A heading `### card` begins a shape, `### article.html` the variables of a template. It is followed by a table whose
//! first line is `| member | type | |` or `| variable | type | |`, by a line `All of [card](#card)`, optionally with
//! ``but `member` `` after it, or by both. Small shapes are rows of a table `| shape | members |`. Types are `card`,
//! `list of card`, `map of text`, each optionally with `or none` after it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Members or variables with their types, by name.
type Members = BTreeMap<String, String>;

/// The shapes and the templates' variables that a document describes, by name.
pub(crate) struct Contract {
    shapes: BTreeMap<String, Members>,
    /// The parts that values have had: a member of a shape, or an element of its list or map.
    seen: BTreeSet<(String, String)>,
    error: BTreeSet<String>,
}

/// The types of values that have no members.
const PLAIN: [&str; 6] = ["text", "link", "html", "number", "bool", "anything"];

impl Contract {
    /// Reads a document.
    pub(crate) fn read(document: &str) -> Contract {
        let mut contract = Contract { shapes: BTreeMap::new(), seen: BTreeSet::new(), error: BTreeSet::new() };
        for part in document.split("\n#").map(|part| part.trim_start_matches('#')) {
            let (heading, body) = part.split_once('\n').unwrap_or((part, ""));
            contract.read_shape(heading.trim(), body);
        }
        let shapes: Vec<(String, String)> = contract.types().collect();
        for (place, kind) in shapes {
            let name = element(&kind).unwrap_or(bare(&kind));
            if !PLAIN.contains(&name) && !contract.shapes.contains_key(name) {
                contract.error.insert(format!("{place} is a `{kind}`, and nothing says what that is"));
            }
        }
        contract
    }

    fn read_shape(&mut self, heading: &str, body: &str) {
        let mut members = Members::new();
        if let Some(rest) = body.split("All of [").nth(1) {
            let below = rest.split(']').next().unwrap_or_default();
            members.extend(self.shapes.get(below).cloned().unwrap_or_default());
            let line = rest.lines().next().unwrap_or_default();
            let lacks = line.split_once(" but `").and_then(|(_, name)| name.split('`').next());
            lacks.and_then(|name| members.remove(name));
        }
        let mut table = "";
        for line in body.lines() {
            let cells: Vec<&str> = line.split('|').skip(1).map(str::trim).collect();
            match (table, &cells[..]) {
                (_, []) => table = "",
                (_, [line, ..]) if line.starts_with("---") => {}
                (_, ["shape", "members", ..]) => table = "members",
                (_, ["variable" | "member", "type", ..]) => table = "type",
                ("type", [name, kind, ..]) => drop(members.insert(name.trim_matches('`').to_owned(), kind.to_string())),
                ("members", [name, list, ..]) => drop(self.shapes.insert(name.to_string(), inline(list))),
                _ => {}
            }
        }
        if !members.is_empty() {
            self.shapes.insert(heading.to_owned(), members);
        }
    }

    /// Every member, as `card.title`, with its type.
    fn types(&self) -> impl Iterator<Item = (String, String)> {
        let shapes = self.shapes.iter();
        shapes.flat_map(|(shape, members)| {
            members.iter().map(move |(name, kind)| (format!("`{shape}.{name}`"), kind.clone()))
        })
    }

    /// Holds a map against a shape: each has the members of the other, and they have their types.
    pub(crate) fn hold(&mut self, shape: &str, value: &Value) {
        let empty = serde_json::Map::new();
        let value = value.as_object().unwrap_or(&empty);
        let Some(members) = self.shapes.get(shape).cloned() else {
            self.error.insert(format!("the document does not describe `{shape}`"));
            return;
        };
        for name in value.keys().filter(|name| !members.contains_key(*name)) {
            self.error.insert(format!("`{shape}.{name}` is not in the document"));
        }
        for (name, kind) in &members {
            match value.get(name) {
                Some(value) => self.hold_member(shape, name, kind, value),
                None => drop(self.error.insert(format!("`{shape}.{name}` is in the document, and templates lack it"))),
            }
        }
    }

    fn hold_member(&mut self, shape: &str, name: &str, kind: &str, value: &Value) {
        if value.is_null() && kind.ends_with(" or none") {
            return;
        }
        let fits = match bare(kind) {
            "text" | "link" | "html" => value.is_string(),
            "number" => value.is_number(),
            "bool" => value.is_boolean(),
            "anything" => true,
            list if list.starts_with("list of ") => value.is_array(),
            _ => value.is_object(),
        };
        if !fits {
            self.error.insert(format!("`{shape}.{name}` is a `{kind}` in the document, and was {value}"));
            return;
        }
        let elements: Vec<&Value> = match (element(kind), value) {
            (Some(_), Value::Array(list)) => list.iter().collect(),
            (Some(_), Value::Object(map)) => map.values().collect(),
            _ => vec![value],
        };
        for value in elements {
            self.seen.insert((shape.to_owned(), name.to_owned()));
            match element(kind) {
                Some(kind) if PLAIN.contains(&kind) => self.hold_member(&format!("{shape}.{name}"), "…", kind, value),
                Some(kind) => self.hold(kind, value),
                None if PLAIN.contains(&bare(kind)) => {}
                None => self.hold(bare(kind), value),
            }
        }
    }

    /// Everything on which document and values differ, and every member of which no value was seen.
    pub(crate) fn problems(&self) -> Vec<String> {
        let unseen = self.shapes.iter().flat_map(|(shape, members)| {
            let unseen = members.keys().filter(|name| !self.seen.contains(&(shape.clone(), (*name).clone())));
            unseen.map(move |name| format!("no page showed a value of `{shape}.{name}`"))
        });
        self.error.iter().cloned().chain(unseen).collect()
    }
}

/// A type without `or none`.
fn bare(kind: &str) -> &str {
    kind.strip_suffix(" or none").unwrap_or(kind)
}

/// The type of the elements of a list or map.
fn element(kind: &str) -> Option<&str> {
    let kind = bare(kind);
    kind.strip_prefix("list of ").or_else(|| kind.strip_prefix("map of "))
}

/// Members in a line: `` `title` (text), `url`, `archived` (link or none): text ``. A name without a type has the type
/// of the next one.
fn inline(text: &str) -> Members {
    let text = text.split("): ").next().unwrap_or_default();
    let mut members = Members::new();
    let mut names = Vec::new();
    for piece in text.split('`').skip(1) {
        match piece.split_once('(') {
            Some((_, kind)) => {
                let kind = kind.split(')').next().unwrap_or_default();
                members.extend(names.drain(..).map(|name| (name, kind.to_owned())));
            }
            None if piece.trim_matches([',', ' ']).is_empty() => {}
            None => names.push(piece.to_owned()),
        }
    }
    members
}

#[test]
fn tables_are_read_and_differences_found() {
    let document = "
### tree
| member | type | |
|---|---|---|
| `name` | text | `oak` |
| `birds` | list of bird | |
| `leaves` | number | |
### pine
All of [tree](#tree) but `leaves`, and:
| member | type | |
|---|---|---|
| `cones` | number or none | |

| word | meaning |
| `bark` | the rind |
### Small ones
| shape | members |
|---|---|
| bird | `song`, `nest` (text or none), `old` (bool): a bird |
";
    let check = |value: Value, expected: &[&str]| {
        let mut contract = Contract::read(document);
        contract.hold("pine", &value);
        assert_eq!(contract.error.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    };
    let bird = serde_json::json!({ "song": null, "nest": "reed", "old": true });
    check(serde_json::json!({ "name": "n", "birds": [bird], "cones": null }), &[]);
    let expected = [
        "`bird.nest` is in the document, and templates lack it",
        "`bird.old` is a `bool` in the document, and was 3",
        "`bird.song` is in the document, and templates lack it",
        "`pine.cones` is in the document, and templates lack it",
        "`pine.needles` is not in the document",
    ];
    check(serde_json::json!({ "name": "n", "birds": [{ "old": 3 }], "needles": 2 }), &expected);
}
