//! Comment providers: for each, its settings, the markup that loads it, and what the Content-Security-Policy must allow
//! for it.
//!
//! A provider is a row of [`EMBEDDED_SERVICES`]. A page contains only data: the theme's script makes the markup when a
//! reader asks for it. Sources: the providers' documentation of embedding.

mod services;
mod settings;

use serde::Serialize;
use serde_json::{Map, Value};

use self::services::EMBEDDED_SERVICES;
use self::settings::Values;
use super::settings::{suggestion, validate};
use crate::csp::Directive;
use crate::diagnostic::{Diagnostic, Span};

/// Where readers comment on articles.
#[derive(Clone, Debug, Default)]
pub enum CommentProvider {
    /// In files of the site, kept by its editors.
    #[default]
    Files,
    /// Nowhere.
    None,
    /// In an external service that pages load when a reader asks.
    Embedded(Embedded),
}

/// An external service with its settings.
#[derive(Clone, Debug)]
pub struct Embedded {
    system: &'static EmbeddedService,
    values: Values,
}

/// An external comment service.
#[derive(Debug)]
struct EmbeddedService {
    kind: &'static str,
    settings: &'static [settings::Setting],
    embed: fn(&Values, &EmbedContext<'_>) -> Embed,
    sources: fn(&Values) -> Vec<(Directive, String)>,
}

/// What is commented on.
#[derive(Clone, Copy, Debug)]
pub struct EmbedContext<'a> {
    /// Path on the site, with the leading `/`.
    pub path: &'a str,
    /// Absolute URL.
    pub url: &'a str,
    /// Headline.
    pub title: &'a str,
    /// Language tag of the site (BCP 47).
    pub language: &'a str,
}

/// How a page loads a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Embed {
    /// Key of the service: `giscus`.
    pub kind: &'static str,
    /// Host that is contacted first: `giscus.app`.
    pub host: String,
    /// Who else receives data of the reader; `None` if nobody does.
    pub receiver: Option<String>,
    /// URL at which the comments can be read without a script; `None` if there is none.
    pub url: Option<String>,
    /// Element that the service fills, as HTML; empty if it creates its own.
    pub place: String,
    /// Input of the theme's script as JSON: [`Script`].
    pub load: String,
}

/// The script element that loads a service, and a variable that it reads.
#[derive(Clone, Debug, Default, Serialize)]
struct Script {
    /// Attributes in order.
    script: Vec<(String, String)>,
    /// Global variable that must be set before the script runs.
    #[serde(skip_serializing_if = "Map::is_empty")]
    config: Map<String, Value>,
}

impl CommentProvider {
    /// Parses `comments.provider` of the settings: `files`, `none`, or a service with its settings.
    ///
    /// Errors are added to `diagnostics`, each located below `comments.provider`; with any, the result is
    /// [`CommentProvider::None`].
    pub fn read(given: &Value, file: &str, diagnostics: &mut Vec<Diagnostic>) -> CommentProvider {
        let before = diagnostics.len();
        let above = || vec!["comments".to_owned(), "provider".to_owned()];
        let below = |key: &str| above().into_iter().chain([key.to_owned()]).collect::<Vec<_>>();
        let mut report = |span: Span, message: String, help: String| {
            diagnostics.push(Diagnostic::error("settings", message).at(file, span).help(help));
        };
        let (kind, span) = match given {
            Value::String(kind) => (kind.as_str(), Span::Value(above())),
            Value::Object(map) => match map.get("kind").and_then(Value::as_str) {
                Some(kind) => (kind, Span::Value(below("kind"))),
                None => {
                    let help = format!("write `provider: {{ kind: … }}` with one of {}", kinds().join(", "));
                    report(Span::Value(above()), "the provider has no `kind`".into(), help);
                    return CommentProvider::None;
                }
            },
            _ => {
                let help = format!("name one of {}", kinds().join(", "));
                report(Span::Value(above()), "`provider` is a name, or a name with settings".into(), help);
                return CommentProvider::None;
            }
        };
        let nothing = Map::new();
        let map = given.as_object().unwrap_or(&nothing);
        let system = EMBEDDED_SERVICES.iter().find(|system| system.kind == kind);
        let Some(system) = system else {
            let provider = match kind {
                "files" => CommentProvider::Files,
                "none" => CommentProvider::None,
                _ => {
                    let help = suggestion(kind, || kinds().into_iter());
                    report(span, format!("there is no provider `{kind}`"), help);
                    return CommentProvider::None;
                }
            };
            for key in map.keys().filter(|key| *key != "kind") {
                let message = format!("the provider `{kind}` has no setting `{key}`");
                report(Span::Key(below(key)), message, "remove it".into());
            }
            return provider;
        };
        let path = ["comments", "provider"];
        let values = Values(validate("provider", kind, system.settings, map, &path, &mut report));
        if diagnostics.len() > before {
            return CommentProvider::None;
        }
        CommentProvider::Embedded(Embedded { system, values })
    }

    /// Returns what the Content-Security-Policy must allow on pages with comments: directives with source expressions.
    #[must_use]
    pub fn csp_sources(&self) -> Vec<(Directive, String)> {
        match self {
            CommentProvider::Files | CommentProvider::None => Vec::new(),
            CommentProvider::Embedded(embedded) => (embedded.system.sources)(&embedded.values),
        }
    }
}

impl Embedded {
    /// Returns how the page of an article loads the service.
    #[must_use]
    pub fn embed(&self, subject: &EmbedContext<'_>) -> Embed {
        let mut embed = (self.system.embed)(&self.values, subject);
        embed.kind = self.system.kind;
        if let Some(receiver) = self.values.text("receiver") {
            embed.receiver = Some(receiver.to_owned());
        }
        embed
    }
}

/// Returns the values that `provider` accepts.
fn kinds() -> Vec<&'static str> {
    ["files", "none"].into_iter().chain(EMBEDDED_SERVICES.iter().map(|system| system.kind)).collect()
}

#[cfg(test)]
mod tests;
