use serde_json::json;

use super::*;

#[track_caller]
fn check(given: &Value, expected: &[&str]) {
    let mut diagnostics = Vec::new();
    let target = Target::read("live", given, "site.yaml", &mut diagnostics);
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(messages, expected);
    assert_eq!(target.is_some(), expected.is_empty());
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.help.is_some() && diagnostic.location.is_some()));
}

#[test]
fn targets_as_they_should_be_are_taken() {
    for given in [
        json!({ "kind": "github-pages" }),
        json!({ "kind": "github-pages", "history": false }),
        json!({ "kind": "gitlab-pages", "remote": "origin", "branch": "pages" }),
        json!({ "kind": "netlify", "site": "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01" }),
        json!({ "kind": "cloudflare", "project": "paper" }),
        json!({ "kind": "vercel" }),
        json!({ "kind": "azure", "app": "paper" }),
        json!({ "kind": "s3", "bucket": "paper.example.org", "endpoint": "https://s3.example/", "prefix": "a/b" }),
        json!({ "kind": "rsync", "host": "me@example.org", "path": "/srv/my paper/", "port": 2222 }),
        json!({ "kind": "sftp", "host": "example.org", "path": "www" }),
        json!({ "kind": "git", "remote": "git@codeberg.example:me/pages.git", "branch": "main" }),
        json!({ "kind": "git", "remote": "ssh://git@codeberg.example/me/pages.git" }),
        json!({ "kind": "folder", "path": "/srv/paper", "releases": true, "keep": 0 }),
    ] {
        check(&given, &[]);
    }
    let mut none = Vec::new();
    let target = Target::read("live", &json!({ "kind": "netlify", "site": "paper" }), "site.yaml", &mut none).unwrap();
    assert_eq!((target.kind(), target.host(), target.setting("site")), ("netlify", "Netlify", Some(&json!("paper"))));
}

#[test]
fn what_a_target_lacks_or_has_wrong_is_named() {
    check(&json!("netlify"), &["a target is a host with its settings"]);
    check(&json!({ "site": "x" }), &["the target has no `kind`"]);
    check(&json!({ "kind": "netlfy" }), &["there is no host `netlfy`"]);
    check(&json!({ "kind": "netlify" }), &["the host `netlify` requires the setting `site`"]);
    check(&json!({ "kind": "vercel", "site": "x" }), &["the host `vercel` has no setting `site`"]);
    check(
        &json!({ "kind": "sftp", "host": "a", "path": "b", "releases": true }),
        &["the host `sftp` has no setting `releases`"],
    );
    check(
        &json!({ "kind": "rsync", "host": "-oProxyCommand=x", "path": "-x", "port": 0 }),
        &[
            "`host` takes a host, or a user and a host: `paper@example.org`",
            "`path` takes the path of a folder",
            "`port` takes a number from 1 to 65535",
        ],
    );
    check(&json!({ "kind": "git", "remote": "origin", "history": "no" }), &["`history` takes `true` or `false`"]);
    for branch in ["a..b", "/a", "a//b", ".a", "a.lock", "a b", "a~1", "-a", "a."] {
        check(
            &json!({ "kind": "git", "remote": "origin", "branch": branch }),
            &["`branch` takes the name of a branch"],
        );
    }
}

#[test]
fn secrets_of_targets_are_refused_and_nothing_else_is_said() {
    let key = format!("AKIA{}", "0123456789abcdef");
    check(&json!({ "kind": "s3", "bucket": key }), &["the value of `bucket` looks like an access key of AWS"]);
    check(&json!({ "kind": "s3", "secret_access_key": "x" }), &["`secret_access_key` is the name of a secret"]);
    check(&json!({ "kind": "sftp", "password": "x" }), &["`password` is the name of a secret"]);
    for remote in ["https://me:word@example.org/a.git", "ssh://me:word@example.org/a.git"] {
        check(&json!({ "kind": "git", "remote": remote }), &["the value of `remote` looks like a URL with a password"]);
    }
}

#[test]
fn name_of_a_target_is_a_word() {
    let mut diagnostics = Vec::new();
    assert!(Target::read("my live", &json!({ "kind": "vercel" }), "site.yaml", &mut diagnostics).is_none());
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
}

#[test]
fn secrets_of_a_target_are_those_of_its_host_and_of_its_caches() {
    let secrets = |given: &Value| Target::read("live", given, "site.yaml", &mut Vec::new()).unwrap().secrets();
    let folder = |zone: &str, fastly: bool| {
        secrets(&json!({ "kind": "sftp", "host": "a", "path": "b", "cloudflare_zone": zone, "fastly": fastly }))
    };
    assert_eq!(secrets(&json!({ "kind": "vercel" })), ["VERCEL_TOKEN"]);
    assert_eq!(folder("z", false), ["DEPLOY_KEY", "DEPLOY_KNOWN_HOSTS", "CLOUDFLARE_API_TOKEN"]);
    assert_eq!(folder("z", true), ["DEPLOY_KEY", "DEPLOY_KNOWN_HOSTS", "CLOUDFLARE_API_TOKEN", "FASTLY_API_TOKEN"]);
}

#[test]
fn text_is_a_number_or_a_flag_where_the_setting_takes_one() {
    assert_eq!(setting_value("s3", "bucket", "2024"), json!("2024"));
    assert_eq!(setting_value("s3", "bucket", "true"), json!("true"));
    assert_eq!(setting_value("s3", "keep", "3"), json!(3));
    assert_eq!(setting_value("s3", "gzip", "true"), json!(true));
    assert_eq!(setting_value("s3", "gzip", "yes"), json!("yes"));
    assert_eq!(setting_value("rsync", "port", "x"), json!("x"));
    assert_eq!(setting_value("no-such-host", "port", "22"), json!("22"));
}
