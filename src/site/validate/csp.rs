//! What pages ask other hosts for, and what the site's own policy keeps them from: neither may happen in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, SourceFile, bytes};
use crate::content::body::{LinkTarget, TextAnalysis};
use crate::content::fields::{Field, Fields, KeyPath};
use crate::csp::{Directive, Policy, SELF, UNSAFE_INLINE, origin};
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::site::headers::comes_by_itself;
use crate::site::{Site, own_headers};

/// What is allowed, and whether anything sees to it.
pub(super) struct CspRules {
    policy: Policy,
    /// Whether the build writes the policy for the host to send.
    is_sent: bool,
    /// The site's own host, as a policy names others.
    home: String,
}

impl CspRules {
    pub(super) fn of(site: &Site, inputs: &BTreeMap<SourcePath, SourceFile>) -> CspRules {
        let is_sent = site.config.security.headers && own_headers(inputs).is_none();
        CspRules { policy: site.named_policy(), is_sent, home: site.base.origin.clone() }
    }

    /// Whether a page may do this, or nobody minds that it does.
    fn lets(&self, directive: Directive, source: &str) -> bool {
        let source = if source == self.home { SELF } else { source };
        let is_elsewhere = source.contains("//");
        let is_heeded = match directive {
            Directive::FormAction => self.is_sent,
            _ => is_elsewhere || (self.is_sent && !comes_by_itself(directive, source)),
        };
        !is_heeded || self.policy.allows(directive, source)
    }
}

/// What a text wants of one source: for what, and where first.
type Wants<'a> = BTreeMap<&'a str, (Span, BTreeSet<Directive>)>;

impl Check<'_> {
    /// Warns of what a text's page asks for and nobody allowed, once for each source.
    pub(super) fn loads(&self, outline: &TextAnalysis, front_matter: &dyn Fields, diagnostics: &mut Vec<Diagnostic>) {
        let mut leads = Vec::new();
        front_matter.visit(&KeyPath::Root, &mut |key, field| {
            if let Field::Image(image) = field {
                leads.extend(origin(image).map(|source| (source, key.span())));
            }
        });
        let pictures = outline.images.iter().filter_map(|picture| match &picture.target {
            LinkTarget::External(address) => Some((origin(address)?, picture.span)),
            _ => None,
        });
        let pictures: Vec<(String, (u32, u32))> = pictures.collect();
        if leads.is_empty() && pictures.is_empty() && outline.csp_requirements.is_empty() {
            return;
        }
        let mut wants = Wants::new();
        let mut want = |directive, source, spot| {
            if !self.policy.lets(directive, source) {
                wants.entry(source).or_insert_with(|| (spot, BTreeSet::new())).1.insert(directive);
            }
        };
        leads.iter().for_each(|(source, span)| want(Directive::ImgSrc, source, span.clone()));
        pictures.iter().for_each(|(source, spot)| want(Directive::ImgSrc, source, bytes(*spot)));
        outline.csp_requirements.iter().for_each(|load| want(load.directive, &load.source, bytes(load.span)));
        for (source, (spot, directives)) in wants {
            let (message, help) = self.unallowed(source, &directives);
            diagnostics.push(Diagnostic::warning("headers", message).at(self.path, spot).help(help));
        }
    }

    fn unallowed(&self, source: &str, directives: &BTreeSet<Directive>) -> (String, String) {
        let is_kept_out = self.policy.is_sent && !directives.iter().all(|known| comes_by_itself(*known, source));
        let allow = setting(source, directives);
        match source {
            SELF if directives.contains(&Directive::FrameSrc) => (
                "the site's Content-Security-Policy forbids its pages in frames".to_owned(),
                format!("link to it, or {allow}"),
            ),
            SELF => (format!("the site's Content-Security-Policy forbids this ({})", names(directives)), allow),
            UNSAFE_INLINE if directives.contains(&Directive::ScriptSrc) => (
                "the site's Content-Security-Policy forbids scripts in the HTML of a text".to_owned(),
                format!(
                    "put it into a file of `static/`, and {}",
                    setting(SELF, &BTreeSet::from([Directive::ScriptSrc]))
                ),
            ),
            UNSAFE_INLINE => (
                "the site's Content-Security-Policy forbids styles in the HTML of a text".to_owned(),
                format!("add a `class` and put the style into the theme, or {allow}"),
            ),
            host if is_kept_out => (
                format!("the site's Content-Security-Policy forbids `{host}` on this page"),
                format!("link to it, or {allow}"),
            ),
            host => {
                let instead = match directives.contains(&Directive::ImgSrc) {
                    true => "put the image beside the text, or",
                    false => "link to it, or",
                };
                (format!("this page requests something from `{host}` when it is opened"), format!("{instead} {allow}"))
            }
        }
    }
}

fn names(directives: &BTreeSet<Directive>) -> String {
    directives.iter().map(|directive| directive.name()).collect::<Vec<_>>().join(", ")
}

/// The setting that allows it.
fn setting(source: &str, directives: &BTreeSet<Directive>) -> String {
    let source = if source.contains('\'') { format!("\"{source}\"") } else { source.to_owned() };
    let shown_within = directives.contains(&Directive::FrameSrc) && source.contains(SELF);
    let all = directives.iter().copied().chain(shown_within.then_some(Directive::FrameAncestors));
    let rules: Vec<String> = all.map(|directive| format!("{}: [{source}]", directive.name())).collect();
    format!("allow it in site.yaml: `security: {{ allow: {{ {} }} }}`", rules.join(", "))
}
