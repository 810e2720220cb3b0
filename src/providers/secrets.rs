//! Finds secrets in the settings of newsletters and of targets of a deployment. A form needs none, a deployment takes its
//! own from the environment, and a site's sources are copied to every machine that builds it, so the key must be revoked
//! and not only removed.

use serde_json::{Map, Value};

/// Common names of keys, without separators.
const NAMES: &[&str] = &[
    "apikey",
    "apitoken",
    "apisecret",
    "accesskeyid",
    "accesstoken",
    "authtoken",
    "awsaccesskeyid",
    "awssecretaccesskey",
    "clientsecret",
    "cloudflareapitoken",
    "netlifyauthtoken",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "secretkey",
    "token",
];

/// Prefixes of services' keys, with what they are.
const PREFIXES: &[(&str, &str)] = &[
    ("xkeysib-", "an API key of Brevo"),
    ("xsmtpsib-", "an SMTP key of Brevo"),
    ("kit_", "an API key of Kit"),
    ("sk_", "a secret key"),
    ("rk_", "a restricted key"),
    ("re_", "an API key of Resend"),
    ("SG.", "an API key of SendGrid"),
    ("key-", "an API key of Mailgun"),
    ("ghp_", "a token of GitHub"),
    ("github_pat_", "a token of GitHub"),
    ("glpat-", "a token of GitLab"),
    ("AKIA", "an access key of AWS"),
    ("nfp_", "a token of Netlify"),
    ("eyJ", "a signed token"),
];

/// A secret: the path of keys to it, and what it seems to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) path: Vec<String>,
    pub(super) what: String,
}

/// Returns the secrets in the settings of a service.
pub(super) fn secrets(kind: &str, given: &Map<String, Value>) -> Vec<Secret> {
    let mut found = Vec::new();
    search(kind, given, &[], &mut found);
    found
}

fn search(kind: &str, map: &Map<String, Value>, path: &[String], found: &mut Vec<Secret>) {
    for (key, value) in map {
        let path: Vec<String> = path.iter().chain([key]).cloned().collect();
        let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        if NAMES.contains(&plain.as_str()) {
            found.push(Secret { path, what: format!("`{key}` is the name of a secret") });
            continue;
        }
        let texts = match value {
            Value::Object(inner) => {
                search(kind, inner, &path, found);
                continue;
            }
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            value => value.as_str().into_iter().collect::<Vec<_>>(),
        };
        if let Some(what) = texts.into_iter().find_map(|text| what(kind, key, text)) {
            found.push(Secret { path, what: format!("the value of `{key}` looks like {what}") });
        }
    }
}

/// Returns what kind of secret a value seems to be; `None` if it seems to be none.
fn what(kind: &str, key: &str, text: &str) -> Option<&'static str> {
    let text = text.trim();
    let has_prefix = |(start, what): &(&str, &'static str)| {
        let rest = text.strip_prefix(start)?;
        let is_random = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        (rest.len() >= 16 && rest.chars().all(is_random)).then_some(*what)
    };
    let is_hex =
        |text: &str, lengths: &[usize]| lengths.contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    let mailchimp = |text: &str| {
        let (key, center) = text.split_once('-')?;
        let number = center.strip_prefix("us")?;
        (is_hex(key, &[32]) && number.parse::<u8>().is_ok()).then_some("an API key of Mailchimp")
    };
    let ghost = |text: &str| {
        let (id, secret) = text.split_once(':')?;
        (is_hex(id, &[24]) && is_hex(secret, &[64])).then_some("an Admin API key of Ghost")
    };
    let own = match (kind, key) {
        ("buttondown", "username") if is_uuid(text) => Some("an API key of Buttondown"),
        ("kit", "form") if text.len() >= 20 && !text.contains('/') => Some("an API key of Kit"),
        _ => None,
    };
    let known = PREFIXES.iter().find_map(has_prefix);
    known.or_else(|| mailchimp(text)).or_else(|| ghost(text)).or(own).or_else(|| in_url(text)).or_else(|| {
        (text.contains("-----BEGIN") || text.to_ascii_lowercase().starts_with("bearer ")).then_some("a key")
    })
}

fn is_uuid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// Recognizes a URL with a password, or with a key in its query.
fn in_url(text: &str) -> Option<&'static str> {
    let (scheme, rest) = text.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Over SSH a user's name is no secret, and stands before every host: `ssh://git@example.org/paper.git`.
    if host.split_once('@').is_some_and(|(user, _)| scheme != "ssh" || user.contains(':')) {
        return Some("a URL with a password");
    }
    let (_, query) = rest.split_once('?')?;
    let names = query.split(['&', ';']).filter_map(|pair| pair.split('=').next());
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    names.map(plain).any(|name| NAMES.contains(&name.as_str())).then_some("a URL with a key")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: &str, given: serde_json::Value) -> Vec<String> {
        secrets(kind, given.as_object().unwrap()).into_iter().map(|secret| secret.what).collect()
    }

    #[track_caller]
    fn check(kind: &str, key: &str, value: &str, expected: &str) {
        let reported = found(kind, serde_json::json!({ "kind": kind, key: value }));
        assert!(reported.len() == 1 && reported[0].contains(expected) && !reported[0].contains(value), "{reported:?}");
    }

    /// Makes up a key.
    fn key(start: &str, length: usize, end: &str) -> String {
        format!("{start}{}{end}", "0123456789abcdef".repeat(8).get(..length).unwrap())
    }

    #[test]
    fn names_of_secrets_are_refused_in_any_spelling() {
        for name in ["api_key", "apiKey", "API-KEY", "token", "secret", "password", "access_token"] {
            check("custom", name, "x", "the name of a secret");
        }
        let reported = found("custom", serde_json::json!({ "hidden": { "api_key": "x" }, "url": "https://x.example" }));
        assert_eq!(reported, ["`api_key` is the name of a secret"]);
    }

    #[test]
    fn keys_of_services_are_known_under_names_that_are_settings() {
        check("mailchimp", "url", &key("", 32, "-us21"), "Mailchimp");
        check("brevo", "url", &key("xkeysib-", 64, "-abcdefgh"), "Brevo");
        check("custom", "url", &key("sk_live_", 24, ""), "a secret key");
        check("kit", "form", &key("kit_", 32, ""), "Kit");
        check("kit", "form", &key("", 43, ""), "Kit");
        check("buttondown", "username", "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01", "Buttondown");
        let ghost = format!("{}:{}", key("", 24, ""), key("", 64, ""));
        check("ghost", "url", &ghost, "Ghost");
        check("custom", "url", "https://me:word@x.example/", "a password");
        check("custom", "url", "https://x.example/?list=1&api_key=2", "with a key");
        let reported = found("custom", serde_json::json!({ "hidden": { "list": key("xkeysib-", 64, "") } }));
        assert_eq!(reported.len(), 1);
    }

    #[test]
    fn settings_as_they_should_be_are_no_secrets() {
        let nothing = |kind: &str, given: serde_json::Value| assert_eq!(found(kind, given), Vec::<String>::new());
        nothing("buttondown", serde_json::json!({ "username": "sk_tenants", "tags": ["key-holders", "re_read"] }));
        let list = "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01";
        nothing("listmonk", serde_json::json!({ "root": "https://l.example", "list": list }));
        let form = "https://x.us21.list-manage.com/subscribe/post?u=0123456789abcdef01234567&id=0123456789";
        nothing("mailchimp", serde_json::json!({ "url": form, "group": "group[1][2]" }));
        nothing(
            "brevo",
            serde_json::json!({ "url": format!("https://a1b2.sibforms.com/serve/MUIFA{}", "aZ09".repeat(40)) }),
        );
        nothing("kit", serde_json::json!({ "form": 1234567 }));
        nothing("custom", serde_json::json!({ "hidden": { "access_key": list }, "confirms": true }));
    }
}
