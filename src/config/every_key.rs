//! Every key of front matter and settings, filled in by its JSON Schema, behaves as its type says. A new key is covered
//! without a change here.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};

use super::Config;
use crate::content::collection::{EntrySchema, FieldConfig, FieldType, RefTarget};
use crate::content::fields::{Field, Fields, KeyPath};
use crate::content::front_matter::FrontMatter;
use crate::content::kinds::{
    ArticleFrontMatter, AuthorFrontMatter, IssueFrontMatter, NewsletterFrontMatter, PageFrontMatter, SeriesFrontMatter,
    TopicFrontMatter,
};
use crate::content::{ParseOptions, document};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::yaml::YamlShape;

/// Returns a value with every key of a schema; arrays have two items.
fn filled(schema: &Value, root: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
        return filled(&root["$defs"][name], root);
    }
    if let Some(example) = schema["examples"].get(0).or_else(|| schema["enum"].get(0)).or_else(|| schema.get("const")) {
        return example.clone();
    }
    if let Some(choice) = schema["anyOf"].get(0).or_else(|| schema["oneOf"].get(0)) {
        return filled(choice, root);
    }
    match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
        Some("string") => json!(PROSE),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([filled(&schema["items"], root), filled(&schema["items"], root)]),
        Some("object") => {
            let keys = schema["properties"].as_object().into_iter().flatten();
            keys.map(|(key, schema)| (key.clone(), filled(schema, root))).collect::<Map<_, _>>().into()
        }
        other => panic!("a schema of type {other:?}: {schema}"),
    }
}

const PROSE: &str = "\"a\" -- b";
const SET: &str = "“a” – b";

/// The result of reading a file of keys: its fields with their paths, and the diagnostics.
type Read = (Vec<(Vec<String>, String, String)>, Vec<Diagnostic>);

/// A kind of file with keys.
struct Kind {
    name: &'static str,
    filled: Value,
    read: fn(&Value) -> Read,
}

fn kinds() -> Vec<Kind> {
    fn kind<F: FrontMatter + JsonSchema + serde::de::DeserializeOwned + serde::Serialize>(name: &'static str) -> Kind {
        let schema = schema_for!(F).to_value();
        let read = |keys: &Value| front_matter(keys, PhantomData::<F>);
        Kind { name, filled: filled(&schema, &schema), read }
    }
    let of_entries = entry_schema().json_schema().to_value();
    let entry = filled(&of_entries, &of_entries);
    let schema = schema_for!(Config).to_value();
    let mut settings = filled(&schema, &schema);
    for (key, value) in [
        ("base_url", json!("https://paper.example/")),
        ("language", json!("en")),
        ("time_zone", json!("UTC")),
        ("permalink", json!("/{slug}/")),
    ] {
        settings[key] = value;
    }
    settings["comments"]["provider"] = json!("files");
    settings["security"]["allow"] = json!({});
    settings["sections"][0]["id"] = json!("news");
    settings["sections"][1]["id"] = json!("views");
    settings["front_page"]["sections"] = json!(["news", "views"]);
    vec![
        kind::<ArticleFrontMatter>("article"),
        kind::<PageFrontMatter>("page"),
        kind::<AuthorFrontMatter>("author"),
        kind::<TopicFrontMatter>("topic"),
        kind::<SeriesFrontMatter>("series"),
        kind::<NewsletterFrontMatter>("newsletter"),
        kind::<IssueFrontMatter>("issue"),
        Kind { name: "entry", filled: entry, read: |keys| front_matter(keys, &entry_schema()) },
        Kind { name: "settings", filled: settings, read: config },
    ]
}

/// Returns a collection with a field of each type, and one of several values.
fn entry_schema() -> EntrySchema {
    let field = |field_type, to, many| FieldConfig {
        field_type,
        label: None,
        required: true,
        many,
        choices: if field_type == FieldType::Choice { vec!["yes".into(), "no".into()] } else { Vec::new() },
        to,
    };
    let fields = IndexMap::from([
        ("note".to_owned(), field(FieldType::Text, None, false)),
        ("steps".to_owned(), field(FieldType::Markdown, None, false)),
        ("form_url".to_owned(), field(FieldType::Url, None, false)),
        ("valid_until".to_owned(), field(FieldType::Time, None, false)),
        ("fee".to_owned(), field(FieldType::Number, None, false)),
        ("status".to_owned(), field(FieldType::Choice, None, false)),
        ("scan".to_owned(), field(FieldType::Image, None, false)),
        ("advisers".to_owned(), field(FieldType::Ref, Some(RefTarget::Authors), true)),
        ("subject".to_owned(), field(FieldType::Ref, Some(RefTarget::Topics), false)),
        ("report".to_owned(), field(FieldType::Ref, Some(RefTarget::Articles), false)),
    ]);
    EntrySchema { folder: "rights".to_owned(), is_dated: true, is_uncertain: false, fields }
}

fn front_matter<F: FrontMatter + serde::Serialize>(keys: &Value, shape: impl YamlShape<F>) -> Read {
    let mut diagnostics = Vec::new();
    let path = SourcePath::new("content/articles/a.md").unwrap();
    let options = ParseOptions { tag: "en".into(), smart_punctuation: true, ..ParseOptions::default() };
    let text = format!("---\n{keys}\n---\n");
    let document = document::parse(&path, &text, shape, &options, |_| String::new(), &mut diagnostics);
    (document.map(|(document, _)| fields(&document.front_matter)).unwrap_or_default(), diagnostics)
}

fn config(keys: &Value) -> Read {
    let mut diagnostics = Vec::new();
    let config = Config::parse(&keys.to_string(), &mut diagnostics);
    (config.map(|config| fields(&config)).unwrap_or_default(), diagnostics)
}

/// Returns the fields of a value, each with its path, the name of its variant, and its text.
fn fields(value: &dyn Fields) -> Vec<(Vec<String>, String, String)> {
    let mut found = Vec::new();
    value.visit(&KeyPath::Root, &mut |key, field| {
        let name = format!("{field:?}");
        let text = match field {
            Field::Prose(text) | Field::Url(text) => text.to_owned(),
            _ => String::new(),
        };
        found.push((key.parts(), name.split('(').next().unwrap().to_owned(), text));
    });
    found
}

fn errors(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect()
}

/// Collects the path of every string in a value.
fn strings(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut below = |key: String, value: &Value| {
        path.push(key);
        strings(value, path, found);
        path.pop();
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| below(index.to_string(), item)),
        Value::Object(keys) => keys.iter().for_each(|(key, value)| below(key.clone(), value)),
        Value::String(_) => found.push(path.clone()),
        _ => {}
    }
}

fn pointer(path: &[String]) -> String {
    path.iter().map(|part| format!("/{part}")).collect()
}

#[test]
fn every_key_can_be_filled_in() {
    for kind in kinds() {
        let (fields, diagnostics) = (kind.read)(&kind.filled);
        assert!(errors(&diagnostics).is_empty(), "{}: {diagnostics:#?}", kind.name);
        assert!(!fields.is_empty(), "{}", kind.name);
    }
}

#[test]
fn every_prose_key_gets_smart_punctuation() {
    for kind in kinds() {
        let (fields, _) = (kind.read)(&kind.filled);
        let prose: Vec<_> = fields.iter().filter(|(_, variant, _)| variant == "Prose").collect();
        assert!(!prose.is_empty(), "{}", kind.name);
        for (path, _, text) in prose {
            assert_eq!(text, SET, "{}: {path:?}", kind.name);
        }
    }
}

#[test]
fn every_url_key_refuses_what_a_browser_would_run() {
    let mut refused = BTreeSet::new();
    for kind in kinds() {
        let (fields, _) = (kind.read)(&kind.filled);
        for (path, ..) in fields.iter().filter(|(_, variant, _)| matches!(&**variant, "Url" | "SiteUrl" | "Form")) {
            let mut keys = kind.filled.clone();
            *keys.pointer_mut(&pointer(path)).unwrap() = json!("javascript:alert(1)");
            let (_, diagnostics) = (kind.read)(&keys);
            let [error] = errors(&diagnostics)[..] else { panic!("{}: {path:?}: {diagnostics:#?}", kind.name) };
            assert_eq!(error.message, "`javascript:alert(1)` is not an absolute URL", "{path:?}");
            assert_eq!(error.location.as_ref().map(|at| &at.span), Some(&Span::Value(path.clone())));
            assert!(error.help.is_some(), "{path:?}");
            refused.insert((kind.name, path.last().unwrap().clone()));
        }
    }
    assert!(refused.len() >= 7, "{refused:?}");
}

/// Keys whose names look like URLs have a URL type.
#[test]
fn every_key_named_like_a_url_has_a_type_that_checks_it() {
    for kind in kinds() {
        let (fields, _) = (kind.read)(&kind.filled);
        let mut all = Vec::new();
        strings(&kind.filled, &mut Vec::new(), &mut all);
        let named = all.iter().filter(|path| {
            let name = path.iter().rev().find(|part| part.parse::<usize>().is_err()).unwrap();
            name == "url" || name.ends_with("_url") || name.ends_with("href")
        });
        // `base_url` is parsed by `BaseUrl`.
        for path in named.filter(|path| *path != &["base_url"]) {
            let is_checked = fields.iter().any(|(known, variant, _)| known == path && variant.ends_with("Url"));
            assert!(is_checked, "{}: {path:?}", kind.name);
        }
    }
}

#[test]
fn every_time_is_found() {
    for kind in kinds() {
        let (fields, _) = (kind.read)(&kind.filled);
        let mut all = Vec::new();
        strings(&kind.filled, &mut Vec::new(), &mut all);
        let is_time = |path: &&Vec<String>| kind.filled.pointer(&pointer(path)) == Some(&json!("2026-11-24"));
        let times: Vec<&Vec<String>> = all.iter().filter(is_time).collect();
        let found: BTreeSet<_> = fields.iter().filter(|(_, v, _)| v == "Time").map(|(path, ..)| path).collect();
        assert_eq!(times.into_iter().collect::<BTreeSet<_>>(), found, "{}", kind.name);
    }
}

#[test]
fn every_declared_field_is_checked_by_its_type() {
    let schema = entry_schema();
    let json = schema.json_schema().to_value();
    let given = filled(&json, &json);
    let check = |key: &str, value: Value, message: &str| {
        let mut keys = given.clone();
        keys[key] = value;
        let (_, diagnostics) = front_matter(&keys, &schema);
        let [error] = errors(&diagnostics)[..] else { panic!("{key}: {diagnostics:#?}") };
        assert_eq!(error.message, message, "{key}");
        assert!(
            matches!(&error.location.as_ref().unwrap().span, Span::Value(path) | Span::Key(path) if path[0] == key)
        );
    };
    check("note", json!(["a"]), "`note` takes a text, not a list");
    check("steps", json!(""), "`steps` is empty");
    check("form_url", json!("form.pdf"), "`form.pdf` is not an absolute URL");
    check("fee", json!("ten"), "`fee` takes a number, not a text");
    check("status", json!("maybe"), "`status` cannot be `maybe`");
    check("scan", json!("a.png"), "`scan` takes keys with values, not a text");
    check("advisers", json!("ana"), "`advisers` takes a list, not a text");
    check("foe", json!(1), "unknown key `foe`");
    for key in schema.fields.keys().map(String::as_str).chain(["date", "title"]) {
        let mut keys = given.clone();
        keys.as_object_mut().unwrap().remove(key);
        let (_, diagnostics) = front_matter(&keys, &schema);
        let [error] = errors(&diagnostics)[..] else { panic!("{key}: {diagnostics:#?}") };
        assert_eq!(error.message, format!("missing key `{key}`"));
    }
}

#[test]
fn errors_in_declared_collections_are_reported_together() {
    let check = |collection: &str, message: &str, help: &str| {
        let mut diagnostics = Vec::new();
        let head = "title: T\nbase_url: https://a.example/\ncollections:\n  ";
        Config::parse(&format!("{head}{collection}\n"), &mut diagnostics).unwrap();
        let [error] = errors(&diagnostics)[..] else { panic!("{collection}: {diagnostics:#?}") };
        assert_eq!((&*error.message, error.help.as_deref()), (message, Some(help)), "{collection}");
    };
    let names = "names are words in lower case joined by underscores, so that templates can use them";
    check(
        "My Rights: { title: x }",
        "the id `My Rights` may hold only letters, digits, `-`, `_` and `.`",
        "ids are part of URLs: write `my-rights`",
    );
    check("rights: { title: x, page_size: 0 }", "`page_size` is 0", "a page of a listing has at least one entry");
    check(
        "rights: { title: x, order: fee }",
        "entries cannot be ordered by `fee`",
        "write one of title, date; `-` before it reverses",
    );
    check(
        "rights: { title: x, permalink: /rights/ }",
        "a permalink without `{slug}` gives every text the same URL",
        "add `{slug}`",
    );
    check(
        "rights: { title: x, template: entry }",
        "`template` is not the name of a template",
        "write the name of a file in `templates/`, `entry.html` say",
    );
    check(
        "a: { title: x }\n  b: { title: x, folder: a }",
        "two collections have the folder `content/a/`",
        "give one of them a `folder` of its own",
    );
    check(
        "rights: { title: x, fields: { title: { type: text } } }",
        "every entry has the key `title` already",
        "give the field another name",
    );
    check(
        "rights: { title: x, fields: { valid-until: { type: time } } }",
        "`valid-until` is not the name of a field",
        &format!("{names}: write `valid_until`"),
    );
    check(
        "rights: { title: x, fields: { a: { type: choice } } }",
        "the field `a` is a choice of nothing",
        "add `choices: [one, two]`",
    );
    check(
        "rights: { title: x, fields: { a: { type: ref } } }",
        "the field `a` does not say what it refers to",
        "add `to: authors`, `to: topics` or `to: articles`",
    );
    check(
        "rights: { title: x, fields: { a: { type: text, to: topics } } }",
        "`to` has no effect on a field of the type `text`",
        "write `type: ref`, or remove it",
    );
    check("rights: { title: x, fields: { a: { type: txt } } }", "`type` cannot be `txt`", "did you mean `text`?");
}
