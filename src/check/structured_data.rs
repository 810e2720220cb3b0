//! The members that search engines ask of structured data (JSON-LD), by type.
//!
//! From Google's documentation of structured data (Search Central), as of November 2026. What it only recommends is
//! reported as far as every page can have it: an image is not.

use serde_json::{Map, Value};

/// A type of schema.org with the members that a search engine asks of it.
struct TypeRow {
    /// Names of the type and of its subtypes.
    names: &'static [&'static str],
    /// Members without which a search engine takes no notice of it. `a.b` is the member `b` of the member `a`.
    required: &'static [&'static str],
    /// Members that it recommends.
    recommended: &'static [&'static str],
}

const TYPES: &[TypeRow] = &[
    TypeRow {
        names: &[
            "Article",
            "NewsArticle",
            "AnalysisNewsArticle",
            "OpinionNewsArticle",
            "BackgroundNewsArticle",
            "ReportageNewsArticle",
            "ReviewNewsArticle",
            "AdvertiserContentArticle",
            "BlogPosting",
        ],
        required: &[],
        recommended: &["headline", "datePublished", "author"],
    },
    TypeRow { names: &["BreadcrumbList"], required: &["itemListElement"], recommended: &[] },
    TypeRow { names: &["ListItem"], required: &["position"], recommended: &[] },
    TypeRow {
        names: &["Organization", "NewsMediaOrganization", "NGO", "Corporation"],
        required: &[],
        recommended: &["name"],
    },
    TypeRow { names: &["WebSite"], required: &["name", "url"], recommended: &[] },
    TypeRow { names: &["ProfilePage"], required: &["mainEntity.name"], recommended: &[] },
    TypeRow {
        names: &["Event", "BusinessEvent", "EducationEvent", "Festival", "SocialEvent"],
        required: &["name", "startDate", "location"],
        recommended: &[],
    },
    TypeRow { names: &["VideoObject"], required: &["name", "thumbnailUrl", "uploadDate"], recommended: &[] },
];

/// What is wrong with structured data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DataProblem {
    /// The text is not JSON.
    Syntax(String),
    /// A node of this type lacks a required member.
    Required(String, &'static str),
    /// A node of this type lacks a recommended member.
    Recommended(String, &'static str),
}

/// Adds the problems of all nodes in a value to `problems`.
pub(super) fn problems(value: &Value, problems: &mut impl Extend<DataProblem>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| self::problems(item, problems)),
        Value::Object(node) => {
            of_node(node, problems);
            node.values().for_each(|member| self::problems(member, problems));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn of_node(node: &Map<String, Value>, problems: &mut impl Extend<DataProblem>) {
    let names: Vec<&str> = match node.get("@type") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name],
        _ => return,
    };
    for (name, row) in names.iter().filter_map(|name| Some((*name, row(name)?))) {
        let missing = |path: &&&'static str| !has(node, path);
        let required = row.required.iter().filter(missing);
        problems.extend(required.map(|member| DataProblem::Required(name.to_owned(), member)));
        let recommended = row.recommended.iter().filter(missing);
        problems.extend(recommended.map(|member| DataProblem::Recommended(name.to_owned(), member)));
    }
    // The name of a list item may be that of its item, and the last item of breadcrumbs is the page itself.
    if names.contains(&"ListItem") && !has(node, "name") && !has(node, "item.name") {
        problems.extend([DataProblem::Required("ListItem".to_owned(), "name")]);
    }
    if names.contains(&"BreadcrumbList")
        && let Some(Value::Array(items)) = node.get("itemListElement")
        && items.iter().rev().skip(1).any(|item| item.as_object().is_some_and(|item| !has(item, "item")))
    {
        problems.extend([DataProblem::Required("ListItem".to_owned(), "item")]);
    }
}

fn row(name: &str) -> Option<&'static TypeRow> {
    let name = name.strip_prefix("https://schema.org/").or_else(|| name.strip_prefix("schema:")).unwrap_or(name);
    TYPES.iter().find(|row| row.names.contains(&name))
}

/// Returns whether a node has a value at a path of members. What is named by its id only is described elsewhere.
fn has(node: &Map<String, Value>, path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (node.get(first), rest) {
        (None | Some(Value::Null), _) => false,
        (Some(Value::String(text)), None) => !text.trim().is_empty(),
        (Some(Value::Array(items)), None) => !items.is_empty(),
        (Some(_), None) => true,
        (Some(Value::Object(node)), Some(rest)) => has(node, rest) || (node.len() == 1 && node.contains_key("@id")),
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Value, expected: &[DataProblem]) {
        let mut found = Vec::new();
        problems(&value, &mut found);
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn missing_members_are_named_by_type() {
        use DataProblem::{Recommended, Required};
        let graph = serde_json::json!({ "@context": "https://schema.org", "@graph": [
            { "@type": ["NewsArticle", "Thing"], "headline": "H", "datePublished": null, "author": [] },
            { "@type": "https://schema.org/Event", "name": " ", "startDate": "2026-01-01", "location": { "@id": "x" } },
            { "@type": "ProfilePage", "mainEntity": { "@type": "Person" } },
            { "@type": "WebSite", "name": "N", "url": "U", "publisher": { "@type": "Organization" } },
        ] });
        let required = |name: &str, member| Required(name.to_owned(), member);
        let recommended = |name: &str, member| Recommended(name.to_owned(), member);
        check(
            graph,
            &[
                recommended("NewsArticle", "datePublished"),
                recommended("NewsArticle", "author"),
                required("https://schema.org/Event", "name"),
                required("ProfilePage", "mainEntity.name"),
                recommended("Organization", "name"),
            ],
        );
    }

    #[test]
    fn breadcrumbs_have_names_and_all_but_the_last_a_url() {
        let item = |item: Value| serde_json::json!({ "@type": "ListItem", "position": 1, "name": "A", "item": item });
        let list = |items: [Value; 2]| serde_json::json!({ "@type": "BreadcrumbList", "itemListElement": items });
        check(list([item("x".into()), item(Value::Null)]), &[]);
        check(list([item(Value::Null), item("x".into())]), &[DataProblem::Required("ListItem".to_owned(), "item")]);
        let unnamed = serde_json::json!({ "@type": "ListItem", "position": 1, "item": { "@id": "x", "url": "x" } });
        check(unnamed, &[DataProblem::Required("ListItem".to_owned(), "name")]);
    }
}
