//! Texts as YAML has them, on one line.

use serde_json::{Map, Value, json};

/// Words that YAML 1.1, which GitLab reads, takes for something else than texts.
const YAML_1_1: &[&str] = &["y", "n", "yes", "no", "on", "off"];

/// Returns a text as a scalar, which is in quotes unless every parser reads the text without them.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@');
    let is_same = || serde_yaml::from_str::<Value>(&format!("[{text}]")).is_ok_and(|read| read == json!([text]));
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(is_plain)
        && !YAML_1_1.contains(&text.to_lowercase().as_str());
    if is_word && is_same() { text.to_owned() } else { json!(text).to_string() }
}

/// Returns the line of the settings for a target: `live: { kind: s3, bucket: paper }`.
pub(super) fn target(name: &str, kind: &str, settings: &Map<String, Value>) -> String {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), scalar);
    let settings: String = settings.iter().map(|(key, given)| format!(", {}: {}", scalar(key), value(given))).collect();
    format!("{}: {{ kind: {kind}{settings} }}", scalar(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_back_as_it_was() {
        let quoted = [
            "", "True", "NULL", "null", "yes", "Off", "2024", "1.0", "0x1f", ".inf", "-", "x],y", "{a}", "!r", "&a",
            "*a", "o'x", "a: b", "a #b", "~", "\u{e9}", "a\"b\\", "@a",
        ];
        for text in quoted {
            assert!(scalar(text).starts_with('"'), "{text}");
            assert_eq!(serde_yaml::from_str::<Value>(&format!("[{}]", scalar(text))).unwrap(), json!([text]));
        }
        for text in ["paper", "/srv/paper", "me@example.org", "eu-central-1", "truest"] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn target_is_a_line_of_the_settings() {
        let set = json!({ "bucket": "paper", "endpoint": "https://s3.example", "gzip": true });
        let line = target("live", "s3", set.as_object().unwrap());
        assert_eq!(line, "live: { kind: s3, bucket: paper, endpoint: \"https://s3.example\", gzip: true }");
        assert_eq!(target("2024", "vercel", &Map::new()), "\"2024\": { kind: vercel }");
    }
}
