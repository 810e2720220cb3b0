//! Diagnostics as SARIF 2.1.0 (OASIS), which code scanners exchange.

use serde_json::{Value, json};

use super::ResolvedDiagnostic;
use crate::path::encode_path;

/// Returns the document of a run. `folder` is the path of the site's folder from that of the repository, empty or with a
/// slash at its end; `settings` is the file that stands for the site, for diagnostics without a file: viewers show
/// nothing that has no location.
#[must_use]
pub fn document(diagnostics: &[ResolvedDiagnostic], folder: &str, settings: &str) -> String {
    let mut codes: Vec<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules = codes.iter().map(|code| {
        let text = json!({ "text": format!("Diagnostics of Handbill with the code `{code}`.") });
        json!({ "id": code, "shortDescription": text, "fullDescription": text, "help": text })
    });
    let results = diagnostics.iter().map(|diagnostic| {
        let path = format!("{folder}{}", diagnostic.file().unwrap_or(settings));
        let mut place = json!({ "artifactLocation": { "uri": encode_path(&path), "uriBaseId": "%SRCROOT%" } });
        if let (Some(line), Some(column)) = (diagnostic.line, diagnostic.column) {
            place["region"] = json!({ "startLine": line, "startColumn": column });
        }
        json!({
            "ruleId": diagnostic.diagnostic.code,
            "level": diagnostic.diagnostic.level,
            "message": { "text": diagnostic.message_and_help() },
            "locations": [{ "physicalLocation": place }],
        })
    });
    let driver = json!({
        "name": "Handbill",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.collect::<Vec<Value>>(),
    });
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<Value>>(),
        }],
    });
    format!("{document:#}\n")
}
