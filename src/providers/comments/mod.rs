//! Comment systems: for each, its settings, the markup that loads it, and what a page's policy must allow for it.
//!
//! A system is one entry of [`SYSTEMS`]. Nothing of it is in a page but data: the theme's script makes the markup when
//! a reader asks for it. Sources: the systems' own documentation of their embedding.

mod services;
mod settings;

use serde::Serialize;
use serde_json::{Map, Value};

use self::services::EMBEDDED_SERVICES;
use self::settings::Values;
use super::settings::{suggestion, validate};
use crate::csp::Directive;
use crate::diagnostic::{Diagnostic, Span};

/// Where readers discuss an article.
#[derive(Clone, Debug, Default)]
pub enum CommentProvider {
    /// In files that editors keep.
    #[default]
    Files,
    /// Nowhere.
    None,
    /// In a system that pages load when a reader asks.
    Embedded(Embedded),
}

/// A system with its settings.
#[derive(Clone, Debug)]
pub struct Embedded {
    system: &'static EmbeddedService,
    values: Values,
}

/// A comment system.
#[derive(Debug)]
struct EmbeddedService {
    kind: &'static str,
    settings: &'static [settings::Setting],
    embed: fn(&Values, &EmbedContext<'_>) -> Embed,
    sources: fn(&Values) -> Vec<(Directive, String)>,
}

/// What is discussed.
#[derive(Clone, Copy, Debug)]
pub struct EmbedContext<'a> {
    /// Its path on the site, with the leading `/`.
    pub path: &'a str,
    /// Its absolute URL.
    pub url: &'a str,
    /// Its headline.
    pub title: &'a str,
    /// The site's language tag.
    pub language: &'a str,
}

/// How a page loads a system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Embed {
    /// The system: `giscus`.
    pub kind: &'static str,
    /// The host that is asked first: `giscus.app`.
    pub host: String,
    /// Who else learns of the reader, if anybody.
    pub receiver: Option<String>,
    /// Where the discussion can be read without a script.
    pub url: Option<String>,
    /// The element that the system fills in, as HTML; empty when it makes its own.
    pub place: String,
    /// What the theme's script needs, as JSON: [`Script`].
    pub load: String,
}

/// The script element that loads a system, and what it finds when it runs.
#[derive(Clone, Debug, Default, Serialize)]
struct Script {
    /// Its attributes, in their order.
    script: Vec<(String, String)>,
    /// A global variable that must be there first.
    #[serde(skip_serializing_if = "Map::is_empty")]
    config: Map<String, Value>,
}

impl CommentProvider {
    /// Reads what the settings say: `files`, `none`, or a system with its settings.
    ///
    /// Mistakes go into `diagnostics`, each at its place below `comments.provider`.
    pub fn read(given: &Value, file: &str, diagnostics: &mut Vec<Diagnostic>) -> CommentProvider {
        let before = diagnostics.len();
        let above = || vec!["comments".to_owned(), "provider".to_owned()];
        let below = |key: &str| above().into_iter().chain([key.to_owned()]).collect::<Vec<_>>();
        let mut report = |spot: Span, message: String, help: String| {
            diagnostics.push(Diagnostic::error("settings", message).at(file, spot).help(help));
        };
        let (kind, spot) = match given {
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
                report(Span::Value(above()), "`provider` takes a name, or a name with settings".into(), help);
                return CommentProvider::None;
            }
        };
        let nothing = Map::new();
        let map = given.as_object().unwrap_or(&nothing);
        let system = EMBEDDED_SERVICES.iter().find(|system| system.kind == kind);
        let Some(system) = system else {
            let discussion = match kind {
                "files" => CommentProvider::Files,
                "none" => CommentProvider::None,
                _ => {
                    let help = suggestion(kind, || kinds().into_iter());
                    report(spot, format!("there is no provider `{kind}`"), help);
                    return CommentProvider::None;
                }
            };
            for key in map.keys().filter(|key| *key != "kind") {
                let message = format!("the provider `{kind}` has no setting `{key}`");
                report(Span::Key(below(key)), message, "take it out".into());
            }
            return discussion;
        };
        let path = ["comments", "provider"];
        let values = Values(validate(kind, system.settings, map, &path, &mut report));
        if diagnostics.len() > before {
            return CommentProvider::None;
        }
        CommentProvider::Embedded(Embedded { system, values })
    }

    /// What a Content-Security-Policy must allow on pages with comments: pairs of a directive and a source.
    #[must_use]
    pub fn csp_sources(&self) -> Vec<(Directive, String)> {
        match self {
            CommentProvider::Files | CommentProvider::None => Vec::new(),
            CommentProvider::Embedded(embedded) => (embedded.system.sources)(&embedded.values),
        }
    }
}

impl Embedded {
    /// How the page of an article loads the system.
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

/// The words that `provider` takes.
fn kinds() -> Vec<&'static str> {
    ["files", "none"].into_iter().chain(EMBEDDED_SERVICES.iter().map(|system| system.kind)).collect()
}

#[cfg(test)]
mod tests;
