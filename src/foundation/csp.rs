//! Content-Security-Policy (Content Security Policy Level 3, W3C) as data: the source expressions of each directive.
//!
//! A [`Policy`] begins with what every site needs and grows by what its parts need; it never shrinks. Which parts a
//! site has is decided in `site`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// A directive, in the order in which a policy lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Directive {
    /// The default of all fetch directives.
    DefaultSrc,
    /// Scripts.
    ScriptSrc,
    /// Stylesheets.
    StyleSrc,
    /// Images.
    ImgSrc,
    /// Fonts.
    FontSrc,
    /// Audio and video.
    MediaSrc,
    /// Frames: `<iframe>`.
    FrameSrc,
    /// Plugin content: `<embed>`, `<object>`.
    ObjectSrc,
    /// Requests by scripts: `fetch`, `XMLHttpRequest`, `EventSource`.
    ConnectSrc,
    /// The web manifest.
    ManifestSrc,
    /// Targets of forms, redirects included.
    FormAction,
    /// Values of `<base href>`.
    BaseUri,
    /// Sites that may show a page in a frame.
    FrameAncestors,
}

impl Directive {
    /// Returns the directive's name in a policy: `img-src`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Directive::DefaultSrc => "default-src",
            Directive::ScriptSrc => "script-src",
            Directive::StyleSrc => "style-src",
            Directive::ImgSrc => "img-src",
            Directive::FontSrc => "font-src",
            Directive::MediaSrc => "media-src",
            Directive::FrameSrc => "frame-src",
            Directive::ObjectSrc => "object-src",
            Directive::ConnectSrc => "connect-src",
            Directive::ManifestSrc => "manifest-src",
            Directive::FormAction => "form-action",
            Directive::BaseUri => "base-uri",
            Directive::FrameAncestors => "frame-ancestors",
        }
    }
}

/// A source expression: `'self'`, `https://example.org`.
///
/// Invariant: contains no `;`, `,` or space, so that it cannot end a directive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct SourceExpression(String);

impl TryFrom<String> for SourceExpression {
    type Error = String;

    fn try_from(text: String) -> Result<SourceExpression, String> {
        let is_plain = text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, ';' | ','));
        if is_plain && !text.is_empty() {
            Ok(SourceExpression(text))
        } else {
            Err(format!("`{text}` is not a source expression; write one such as https://example.org or 'self'"))
        }
    }
}

impl From<SourceExpression> for String {
    fn from(source: SourceExpression) -> String {
        source.0
    }
}

/// Source expression for the site's own origin.
pub const SELF: &str = "'self'";
/// Source expression for styles and scripts inside the page.
pub const UNSAFE_INLINE: &str = "'unsafe-inline'";

/// Source expressions per directive, as settings and themes add them.
pub type SourceLists = BTreeMap<Directive, Vec<SourceExpression>>;

/// A policy: the source expressions of each directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(BTreeMap<Directive, BTreeSet<String>>);

impl Policy {
    /// Returns the policy of a site that asks no other host for anything and runs no script.
    #[must_use]
    pub fn strict() -> Policy {
        let mut policy = Policy(BTreeMap::new());
        for directive in [Directive::DefaultSrc, Directive::BaseUri, Directive::FrameAncestors] {
            policy.0.insert(directive, BTreeSet::new());
        }
        for directive in
            [Directive::ImgSrc, Directive::StyleSrc, Directive::FontSrc, Directive::ManifestSrc, Directive::FormAction]
        {
            policy.allow(directive, SELF);
        }
        policy
    }

    /// Adds a source expression to a directive.
    pub fn allow(&mut self, directive: Directive, source: &str) {
        self.0.entry(directive).or_default().insert(source.to_owned());
    }

    /// Adds the origin (scheme, host, port) of an absolute `http` or `https` URL to a directive. Other URLs change
    /// nothing.
    pub fn allow_origin_of(&mut self, directive: Directive, url: &str) {
        if let Some(origin) = origin(url) {
            self.allow(directive, &origin);
        }
    }

    /// Adds the source expressions of settings or a theme.
    pub fn allow_all(&mut self, sources: &SourceLists) {
        for (directive, sources) in sources {
            sources.iter().for_each(|source| self.allow(*directive, &source.0));
        }
    }

    /// Returns whether a page may use a source. A directive that is absent falls back to `default-src` (Content
    /// Security Policy Level 3, section 6.8.3).
    #[must_use]
    pub fn allows(&self, directive: Directive, source: &str) -> bool {
        let own = self.0.get(&directive).or_else(|| self.0.get(&Directive::DefaultSrc));
        own.is_some_and(|own| is_among(own.iter().map(String::as_str), source))
    }

    /// Returns whether any directive allows a source.
    #[must_use]
    pub fn allows_anywhere(&self, source: &str) -> bool {
        is_among(self.0.values().flatten().map(String::as_str), source)
    }

    /// Returns the source expressions of a directive in alphabetical order; nothing if the policy does not have it.
    pub fn source_expressions(&self, directive: Directive) -> impl Iterator<Item = &str> {
        self.0.get(&directive).into_iter().flatten().map(String::as_str)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (directive, sources)) in self.0.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{}", directive.name())?;
            if sources.is_empty() {
                f.write_str(" 'none'")?;
            }
            sources.iter().try_for_each(|source| write!(f, " {source}"))?;
        }
        Ok(())
    }
}

/// Returns whether one of the source expressions `rules` matches `source`: an equal expression, a URL of the same
/// origin, a host without scheme, `*`, `https:`, or a `*.` wildcard.
pub fn is_among<'a>(rules: impl IntoIterator<Item = &'a str>, source: &str) -> bool {
    let host = source.split_once("//").map(|(_, host)| host);
    rules.into_iter().any(|rule| {
        let rule = rule.to_ascii_lowercase();
        (rule == "*" && host.is_some())
            || rule == source
            || origin(&rule).as_deref() == Some(source)
            || (rule == "https:" && source.starts_with("https:"))
            || Some(rule.as_str()) == host
            || rule.split_once("*.").is_some_and(|(_, domain)| {
                host.is_some_and(|host| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
            })
    })
}

/// Returns the origin (scheme, host, port) of an absolute `http` or `https` URL as browsers read it (WHATWG URL, section
/// 4.7), or of one without a scheme, which counts as `https`; `None` for other URLs and for hosts that a policy cannot
/// name.
#[must_use]
pub fn origin(url: &str) -> Option<String> {
    let url = match url.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(url),
    };
    let url = url.ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']' | '_');
    url.host_str()?.chars().all(is_plain).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_policy_allows_the_site_itself_and_no_script() {
        let expected = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; \
                        form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        assert_eq!(Policy::strict().to_string(), expected);
    }

    #[test]
    fn sources_are_added_once_and_in_order() {
        let mut policy = Policy::strict();
        for url in ["https://b.example/form?x", "https://A.example", "https://b.example/", "/here", "mailto:x"] {
            policy.allow_origin_of(Directive::FormAction, url);
        }
        let sources: Vec<&str> = policy.source_expressions(Directive::FormAction).collect();
        assert_eq!(sources, ["'self'", "https://a.example", "https://b.example"]);
    }

    #[test]
    fn sources_are_allowed_by_name_and_by_pattern() {
        let mut policy = Policy::strict();
        for source in ["https://v.example/embed/", "https://*.tube.example", "player.example"] {
            policy.allow(Directive::FrameSrc, source);
        }
        let check =
            |directive, source: &str, expected| assert_eq!(policy.allows(directive, source), expected, "{source}");
        check(Directive::FrameSrc, "https://v.example", true);
        check(Directive::FrameSrc, "https://a.tube.example", true);
        check(Directive::FrameSrc, "https://player.example", true);
        check(Directive::FrameSrc, "https://w.example", false);
        check(Directive::FrameSrc, SELF, false);
        check(Directive::ImgSrc, SELF, true);
        check(Directive::ScriptSrc, UNSAFE_INLINE, false);
    }

    #[test]
    fn origins() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(origin(url).as_deref(), expected);
        check("https://x.example:8080/a?b#c", Some("https://x.example:8080"));
        check("//x.example/a", Some("https://x.example"));
        check("http://user:word@[::1]:99/", Some("http://[::1]:99"));
        check("HTTPS://X.example:443/", Some("https://x.example"));
        check("https:\\\\münchen.example", Some("https://xn--mnchen-3ya.example"));
        check("https://x.example; script-src *", None);
        check("https://x.example;script-src", None);
        check("https://*.x.example", None);
        check("/here", None);
        check("javascript://x.example", None);
        check("https:///", None);
    }

    #[test]
    fn source_that_would_end_its_rule_is_refused() {
        for bad in ["", "https://x.example; script-src *", "a b", "a,b", "é"] {
            assert!(SourceExpression::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        assert!(SourceExpression::try_from("'self'".to_owned()).is_ok());
    }
}
