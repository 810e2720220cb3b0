//! What the documents and schemas say and what the program does are the same; and the repository's own site builds.

use std::path::Path;

use serde_json::Value;

use crate::determinism::common_cause;
use crate::project::Project;

fn document(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn guides_name_every_key_of_the_schemas() {
    let guides = ["docs/authors.md", "docs/settings.md", "docs/newsletters.md", "docs/comments.md", "docs/theming.md"]
        .map(document)
        .concat();
    for of in ["article", "page", "author", "topic", "series", "newsletter", "issue", "site", "theme"] {
        let schema = schema(of);
        for key in schema["properties"].as_object().expect("an object").keys() {
            assert!(
                guides.contains(&format!("`{key}`")) || guides.contains(&format!("{key}:")),
                "no guide names `{key}` of {of}"
            );
        }
    }
}

fn schema(of: &str) -> Value {
    let run = Project::new("").run(&["schema", of]);
    run.expect_exit(0);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{of}: {error}"))
}

/// What a schema finds wrong with a value: types, keys, choices, as far as the schemas of Handbill go.
fn problems(schema: &Value, value: &Value, root: &Value, path: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
        return problems(target, value, root, path);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(options) = schema[key].as_array() {
            let best = options.iter().map(|option| problems(option, value, root, path)).min_by_key(Vec::len);
            return best.unwrap_or_default();
        }
    }
    let mut found = Vec::new();
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = |kind: &&str| match *kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("the type {other}"),
    };
    if !kinds.is_empty() && !kinds.iter().any(fits) {
        found.push(format!("{path}: {value} is not {kinds:?}"));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        found.push(format!("{path}: {value} is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|choices| !choices.contains(value)) {
        found.push(format!("{path}: {value} is none of {}", schema["enum"]));
    }
    if let Some(map) = value.as_object() {
        for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(required) {
                found.push(format!("{path}: no `{required}`"));
            }
        }
        for (key, inner) in map {
            match (schema["properties"].get(key), &schema["additionalProperties"]) {
                (Some(property), _) => found.extend(problems(property, inner, root, &format!("{path}.{key}"))),
                (None, Value::Bool(false)) => found.push(format!("{path}: unknown `{key}`")),
                (None, other @ Value::Object(_)) => {
                    found.extend(problems(other, inner, root, &format!("{path}.{key}")))
                }
                (None, _) => {}
            }
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(problems(&schema["items"], item, root, &format!("{path}[{index}]")));
    }
    found
}

/// The front matter of a file, or the whole of a YAML file, as JSON.
fn yaml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a text");
    let block = text.strip_prefix("---\n").and_then(|rest| rest.split("\n---").next()).unwrap_or(&text).to_owned();
    serde_yaml::from_str(&block).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn schemas_fit_the_repositorys_own_site() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let check = |of: &str, folder: &str| {
        let schema = schema(of);
        let mut checked = 0;
        // The issues of a newsletter are in a folder beside it.
        let depth = if of == "newsletter" { 1 } else { usize::MAX };
        for entry in walkdir::WalkDir::new(root.join(folder)).max_depth(depth).into_iter().filter_map(Result::ok) {
            let is_text = entry.path().extension().is_some_and(|end| end == "md" || end == "yaml");
            if is_text {
                let found = problems(&schema, &yaml(entry.path()), &schema, "");
                assert!(found.is_empty(), "{}: {found:#?}", entry.path().display());
                checked += 1;
            }
        }
        assert!(checked > 0, "no files in {folder}");
    };
    check("article", "content/articles");
    check("page", "content/pages");
    check("author", "content/authors");
    check("topic", "content/topics");
    check("series", "content/series");
    check("newsletter", "content/newsletters");
    check("issue", "content/newsletters/weekly");
    check("comments", "content/comments");
    check("site", "site.yaml");
    check("theme", "themes/broadsheet/theme.yaml");
}

#[test]
fn schemas_find_what_the_program_finds() {
    let schema = schema("article");
    let found = |yaml: &str| {
        let value: Value = serde_yaml::from_str(yaml).expect("it is YAML");
        problems(&schema, &value, &schema, "").len()
    };
    assert_eq!(found("{ title: T, date: 2026-06-01 }"), 0);
    assert_eq!(found("{ title: T }"), 1);
    assert_eq!(
        found("{ title: T, date: 2026-06-01, sumary: S, draft: \"yes\", label: opinon, image: { src: a.png } }"),
        3
    );
}

#[test]
fn repositorys_own_site_builds_without_a_warning() {
    let project = common_cause();
    for clock in ["2026-11-24", "2027-02-01"] {
        project.build_args(&["--as-of", clock, "--strict"]).expect_clean();
    }
}

#[test]
fn repositorys_own_site_keeps_its_draft_and_its_scheduled_article_to_itself() {
    let project = common_cause();
    let built = project.build_args(&["--as-of", "2026-11-24"]);
    built.expect_clean().expect_absent_everywhere("marrowlight").expect_absent_everywhere("quillfeather");
    assert_eq!(built.count("unpublished"), 3);
    let later = project.build_args(&["--as-of", "2027-01-13"]);
    later.expect_clean().expect_file("index.html", ["arrowlight"]).expect_file("feed.xml", ["arrowlight"]);
    later.expect_file("sitemap.xml", ["marrowlight"]).expect_file("archive/2027/01/index.html", ["arrowlight"]);
    later.expect_absent_everywhere("quillfeather");
}
