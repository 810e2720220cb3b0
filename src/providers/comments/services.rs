//! The table of external comment services.

use pulldown_cmark_escape::escape_html;
use serde_json::{Map, Value, json};

use super::settings::{CommentSettingType, Setting, optional, required};
use super::{Embed, EmbeddedService, Script};
use crate::csp::Directive;

const LANGUAGE: Setting =
    optional("language", CommentSettingType::Name, "a language as the provider names it; the site's when absent");

const RECEIVER: Setting = optional(
    "receiver",
    CommentSettingType::Text,
    "the operator of the host, if it is not you: the button names them to readers",
);

const MAPPINGS: &[&str] = &["pathname", "url", "title", "og:title"];

/// Languages that each service supports: a tag, or `TAG=NAME` where the service has a name of its own.
const GISCUS: &[&str] = &[
    "ar", "be", "bg", "ca", "cs", "da", "de", "el=gr", "en", "eo", "es", "eu", "fa", "fr", "gsw", "he", "hu", "id",
    "it", "ja", "km=kh", "ko", "nl", "pl", "pt", "ro", "ru", "th", "tr", "uk", "uz", "vi", "zh-CN", "zh-TW",
    "zh=zh-CN",
];
const REMARK42: &[&str] = &[
    "be",
    "bg",
    "de",
    "en",
    "es",
    "fi",
    "fr",
    "it",
    "ja",
    "ko",
    "pl",
    "pt-BR=bp",
    "pt=bp",
    "ru",
    "tr",
    "uk=ua",
    "vi",
    "zh-TW=zh-tw",
    "zh",
];

pub(super) const EMBEDDED_SERVICES: &[EmbeddedService] = &[
    EmbeddedService {
        kind: "isso",
        settings: &[
            required("host", CommentSettingType::Root, "the URL of your Isso, https://comments.example.org"),
            LANGUAGE,
            optional("options", CommentSettingType::Options, "further `data-isso-…` attributes, without this prefix"),
            RECEIVER,
        ],
        embed: |values, subject| Embed {
            host: values.host("host"),
            place: place(
                "section",
                &[("id", "isso-thread"), ("data-title", subject.title), ("data-isso-id", subject.path)],
            ),
            load: load(
                [
                    ("data-isso", format!("{}/", values.root("host"))),
                    ("src", format!("{}/js/embed.min.js", values.root("host"))),
                    ("data-isso-lang", values.text_or("language", subject.language).to_owned()),
                    // Its avatars have inline styles, which a strict policy does not allow.
                    ("data-isso-avatar", "false".to_owned()),
                ]
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .filter(|(name, _)| {
                    values.options("options").all(|(key, _)| name.strip_prefix("data-isso-") != Some(key))
                })
                .chain(values.options("options").map(|(name, text)| (format!("data-isso-{name}"), text.to_owned()))),
                Map::new(),
            ),
            ..Embed::default()
        },
        sources: |values| {
            each(
                &[Directive::ScriptSrc, Directive::ConnectSrc, Directive::StyleSrc, Directive::ImgSrc],
                &values.origin("host"),
            )
        },
    },
    EmbeddedService {
        kind: "giscus",
        settings: &[
            required("repo", CommentSettingType::Repository, "the public repository whose discussions are shown"),
            required("repo_id", CommentSettingType::Name, "`data-repo-id` of the markup that giscus.app shows"),
            required("category", CommentSettingType::Text, "the name of a category of discussions"),
            required("category_id", CommentSettingType::Name, "`data-category-id` of the markup that giscus.app shows"),
            optional(
                "mapping",
                CommentSettingType::OneOf(MAPPINGS),
                "how a discussion is found; `pathname` when absent",
            ),
            optional(
                "strict",
                CommentSettingType::Bool,
                "`true` finds discussions by a digest of their title, so never a similar one",
            ),
            optional("reactions", CommentSettingType::Bool, "`false` removes the row of reactions"),
            optional(
                "input_position",
                CommentSettingType::OneOf(&["top", "bottom"]),
                "the position of the form; `bottom` when absent",
            ),
            optional(
                "theme",
                CommentSettingType::Name,
                "a theme of giscus, or the URL of a stylesheet; follows the page when absent",
            ),
            LANGUAGE,
        ],
        embed: |values, subject| {
            let repo = values.text_or("repo", "");
            let language = language(subject.language, GISCUS);
            let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            Embed {
                host: "giscus.app".into(),
                receiver: Some("GitHub".into()),
                url: Some(format!("https://github.com/{repo}/discussions")),
                place: place("div", &[("class", "giscus")]),
                load: load(
                    [
                        attribute("src", "https://giscus.app/client.js"),
                        attribute("data-repo", repo),
                        attribute("data-repo-id", values.text_or("repo_id", "")),
                        attribute("data-category", values.text_or("category", "")),
                        attribute("data-category-id", values.text_or("category_id", "")),
                        attribute("data-mapping", values.text_or("mapping", "pathname")),
                        attribute("data-strict", &values.digit("strict", false)),
                        attribute("data-reactions-enabled", &values.digit("reactions", true)),
                        attribute("data-emit-metadata", "0"),
                        attribute("data-input-position", values.text_or("input_position", "bottom")),
                        attribute("data-theme", values.text_or("theme", "preferred_color_scheme")),
                        attribute("data-lang", values.text_or("language", &language)),
                        attribute("data-loading", "lazy"),
                        attribute("crossorigin", "anonymous"),
                        attribute("async", ""),
                    ],
                    Map::new(),
                ),
                ..Embed::default()
            }
        },
        sources: |_| each(&[Directive::ScriptSrc, Directive::FrameSrc, Directive::StyleSrc], "https://giscus.app"),
    },
    EmbeddedService {
        kind: "remark42",
        settings: &[
            required("host", CommentSettingType::Root, "the URL of your Remark42, https://remark.example.org"),
            required("site_id", CommentSettingType::Name, "the site's id in Remark42, its `SITE`"),
            optional(
                "theme",
                CommentSettingType::OneOf(&["light", "dark"]),
                "the colours; those of the page when absent",
            ),
            LANGUAGE,
            RECEIVER,
        ],
        embed: |values, subject| {
            let host = values.root("host");
            let language = language(subject.language, REMARK42);
            let mut config = json!({
                "host": host,
                "site_id": values.text_or("site_id", ""),
                "components": ["embed"],
                "url": subject.url,
                "page_title": subject.title,
                "locale": values.text_or("language", &language),
            });
            if let Some(theme) = values.text("theme") {
                config["theme"] = json!(theme);
            }
            let config = if let Value::Object(map) = config { map } else { Map::new() };
            Embed {
                host: values.host("host"),
                place: place("div", &[("id", "remark42")]),
                load: load(
                    [("type", "module".to_owned()), ("src", format!("{host}/web/embed.mjs"))]
                        .map(|(name, value)| (name.to_owned(), value)),
                    config,
                ),
                ..Embed::default()
            }
        },
        sources: |values| {
            each(
                &[Directive::ScriptSrc, Directive::FrameSrc, Directive::ConnectSrc, Directive::ImgSrc],
                &values.origin("host"),
            )
        },
    },
    EmbeddedService {
        kind: "utterances",
        settings: &[
            required("repo", CommentSettingType::Repository, "the public repository whose issues hold the comments"),
            optional(
                "issue_term",
                CommentSettingType::OneOf(MAPPINGS),
                "how an issue is found; `pathname` when absent",
            ),
            optional("label", CommentSettingType::Text, "a label for the issues that it opens"),
            optional("theme", CommentSettingType::Name, "a theme of utterances; follows the page when absent"),
        ],
        embed: |values, _| {
            let repo = values.text_or("repo", "");
            let label = values.text("label").map(|label| ("label", label));
            let attributes = [
                ("src", "https://utteranc.es/client.js"),
                ("repo", repo),
                ("issue-term", values.text_or("issue_term", "pathname")),
            ];
            let rest = [
                ("theme", values.text_or("theme", "preferred-color-scheme")),
                ("crossorigin", "anonymous"),
                ("async", ""),
            ];
            let all = attributes.into_iter().chain(label).chain(rest);
            Embed {
                host: "utteranc.es".into(),
                receiver: Some("GitHub".into()),
                url: Some(format!("https://github.com/{repo}/issues")),
                load: load(all.map(|(name, value)| (name.to_owned(), value.to_owned())), Map::new()),
                ..Embed::default()
            }
        },
        sources: |_| each(&[Directive::ScriptSrc, Directive::FrameSrc], "https://utteranc.es"),
    },
];

/// Returns an empty element as HTML.
fn place(tag: &str, attributes: &[(&str, &str)]) -> String {
    let mut html = format!("<{tag}");
    for (name, value) in attributes {
        html.push_str(&format!(" {name}=\""));
        escape_html(&mut html, value).expect("a String takes everything");
        html.push('"');
    }
    html + &format!("></{tag}>")
}

fn load(attributes: impl IntoIterator<Item = (String, String)>, config: Map<String, Value>) -> String {
    let script = Script { script: attributes.into_iter().collect(), config };
    serde_json::to_string(&script).expect("plain data")
}

/// Pairs one source expression with several directives.
fn each(directives: &[Directive], source: &str) -> Vec<(Directive, String)> {
    directives.iter().map(|directive| (*directive, source.to_owned())).collect()
}

/// Returns a service's name of a language tag: that of the whole tag, else of the primary subtag, else English.
fn language(tag: &str, known: &[&str]) -> String {
    let word = |tag: &str| {
        let mut pairs = known.iter().map(|entry| entry.split_once('=').unwrap_or((entry, entry)));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(tag)).map(|(_, word)| word.to_owned())
    };
    word(tag).or_else(|| word(crate::time::primary_subtag(tag))).unwrap_or_else(|| "en".to_owned())
}
