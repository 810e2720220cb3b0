//! A Content-Security-Policy as data: for each directive, the sources that a page may use.
//!
//! It begins with what every site has and grows by what its parts need; it never shrinks. Which parts a site has is
//! for others to say. The words are those of Content Security Policy Level 3 (W3C).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a rule is about, in the order in which a policy tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Directive {
    /// Everything that no other directive is about.
    DefaultSrc,
    /// Scripts.
    ScriptSrc,
    /// Stylesheets.
    StyleSrc,
    /// Pictures.
    ImgSrc,
    /// Fonts.
    FontSrc,
    /// Sound and film.
    MediaSrc,
    /// Pages within a page.
    FrameSrc,
    /// What a plugin shows: `<embed>`, `<object>`.
    ObjectSrc,
    /// What scripts ask for.
    ConnectSrc,
    /// The web manifest.
    ManifestSrc,
    /// Where forms post to, and where that leads.
    FormAction,
    /// What `<base>` may name.
    BaseUri,
    /// Who may show a page within one of theirs.
    FrameAncestors,
}

impl Directive {
    /// Its name in a policy.
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

/// A source as a policy writes it: `'self'`, `https://example.org`. It holds nothing that would end a rule.
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
            Err(format!("`{text}` is no source of a policy; write one such as https://example.org or 'self'"))
        }
    }
}

impl From<SourceExpression> for String {
    fn from(source: SourceExpression) -> String {
        source.0
    }
}

/// The site itself, as a policy names it.
pub const SELF: &str = "'self'";
/// Styles and scripts that stand in the page, as a policy names them.
pub const UNSAFE_INLINE: &str = "'unsafe-inline'";

/// Directives with their sources, as settings and themes add them.
pub type SourceLists = BTreeMap<Directive, Vec<SourceExpression>>;

/// The sources of each directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(BTreeMap<Directive, BTreeSet<String>>);

impl Policy {
    /// What a site needs that asks no other host for anything and runs no script.
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

    /// Allows one more source.
    pub fn allow(&mut self, directive: Directive, source: &str) {
        self.0.entry(directive).or_default().insert(source.to_owned());
    }

    /// Allows the host of an address, by its scheme, name and port. What is no http address changes nothing.
    pub fn allow_origin_of(&mut self, directive: Directive, address: &str) {
        if let Some(origin) = origin(address) {
            self.allow(directive, &origin);
        }
    }

    /// Allows all that settings or a theme add.
    pub fn allow_all(&mut self, sources: &SourceLists) {
        for (directive, sources) in sources {
            sources.iter().for_each(|source| self.allow(*directive, &source.0));
        }
    }

    /// Whether a page may use a source: what a directive has, else what holds for all (Content Security Policy
    /// Level 3, section 6.8.3).
    #[must_use]
    pub fn allows(&self, directive: Directive, source: &str) -> bool {
        let own = self.0.get(&directive).or_else(|| self.0.get(&Directive::DefaultSrc));
        own.is_some_and(|own| is_among(own.iter().map(String::as_str), source))
    }

    /// Whether a source is allowed for anything at all.
    #[must_use]
    pub fn allows_anywhere(&self, source: &str) -> bool {
        is_among(self.0.values().flatten().map(String::as_str), source)
    }

    /// The sources of a directive.
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

/// Whether rules allow a source: it stands there, with or without a path, or a pattern for hosts does.
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

/// Scheme, host and port of an absolute http address, or of one that takes the page's scheme.
#[must_use]
pub fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = match address.split_once("//")? {
        ("", rest) => ("https:", rest),
        (scheme @ ("http:" | "https:"), rest) => (scheme, rest),
        _ => return None,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']' | '_');
    (!host.is_empty() && host.chars().all(is_host)).then(|| format!("{scheme}//{}", host.to_ascii_lowercase()))
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
        for address in ["https://b.example/form?x", "https://A.example", "https://b.example/", "/here", "mailto:x"] {
            policy.allow_origin_of(Directive::FormAction, address);
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
        let check = |address: &str, expected: Option<&str>| assert_eq!(origin(address).as_deref(), expected);
        check("https://x.example:8080/a?b#c", Some("https://x.example:8080"));
        check("//x.example/a", Some("https://x.example"));
        check("http://user:word@[::1]:99/", Some("http://[::1]:99"));
        check("https://x.example; script-src *", None);
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
