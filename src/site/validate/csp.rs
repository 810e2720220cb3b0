//! Warns of requests to other hosts and of loads that the site's Content-Security-Policy forbids, unless the settings
//! allow them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, bytes};
use crate::content::body::{LinkTarget, TextAnalysis};
use crate::content::fields::{Field, Fields, KeyPath};
use crate::csp::{Directive, Policy, SELF, UNSAFE_INLINE, origin};
use crate::diagnostic::{Diagnostic, Span};
use crate::site::headers::{is_allowed_by_default, policy_without_texts};
use crate::site::{SiteInputs, SiteModel, SiteTheme};

/// The policy that texts are checked against.
pub(super) struct CspRules {
    /// The policy without the sources of texts.
    policy: Policy,
    /// Whether the build writes the policy into a file for a host, so that browsers enforce it.
    is_sent: bool,
    /// The origin of the site.
    origin: String,
}

impl CspRules {
    pub(super) fn of(model: &SiteModel, theme: &SiteTheme, inputs: &SiteInputs<'_>) -> CspRules {
        let is_sent = model.sends_headers() && inputs.own_headers().is_none();
        CspRules { policy: policy_without_texts(model, theme), is_sent, origin: model.base.origin.clone() }
    }

    /// Returns whether a page may load a source: the policy allows it, or it needs no permission, being neither on
    /// another host nor forbidden by an enforced policy.
    fn allows(&self, directive: Directive, source: &str) -> bool {
        let source = if source == self.origin { SELF } else { source };
        let is_elsewhere = source.contains("//");
        let needs_permission = match directive {
            Directive::FormAction => self.is_sent,
            _ => is_elsewhere || (self.is_sent && !is_allowed_by_default(directive, source)),
        };
        !needs_permission || self.policy.allows(directive, source)
    }
}

/// The sources that are not allowed, each with its first location and its directives.
type Violations<'a> = BTreeMap<&'a str, (Span, BTreeSet<Directive>)>;

impl Check<'_> {
    /// Warns of loads of a text's page that are not allowed, once for each source.
    pub(super) fn csp(&self, analysis: &TextAnalysis, front_matter: &dyn Fields, diagnostics: &mut Vec<Diagnostic>) {
        let mut lead_images = Vec::new();
        front_matter.visit(&KeyPath::Root, &mut |key, field| {
            if let Field::Image(image) = field {
                lead_images.extend(origin(&image.src).map(|source| (source, key.key("src").span())));
            }
        });
        let images = analysis.images.iter().filter_map(|image| match &image.target {
            LinkTarget::External(url) => Some((origin(url)?, image.span)),
            _ => None,
        });
        let images: Vec<(String, (u32, u32))> = images.collect();
        if lead_images.is_empty() && images.is_empty() && analysis.csp_requirements.is_empty() {
            return;
        }
        let mut violations = Violations::new();
        let mut load = |directive, source, span| {
            if !self.policy.allows(directive, source) {
                violations.entry(source).or_insert_with(|| (span, BTreeSet::new())).1.insert(directive);
            }
        };
        lead_images.iter().for_each(|(source, span)| load(Directive::ImgSrc, source, span.clone()));
        images.iter().for_each(|(source, span)| load(Directive::ImgSrc, source, bytes(*span)));
        analysis
            .csp_requirements
            .iter()
            .for_each(|required| load(required.directive, &required.source, bytes(required.span)));
        for (source, (span, directives)) in violations {
            let (message, help) = self.warning(source, &directives);
            diagnostics.push(Diagnostic::warning("headers", message).at(self.path, span).help(help));
        }
    }

    /// Returns the message and help of a warning.
    fn warning(&self, source: &str, directives: &BTreeSet<Directive>) -> (String, String) {
        let is_forbidden = self.policy.is_sent && !directives.iter().all(|known| is_allowed_by_default(*known, source));
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
            host if is_forbidden => (
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

/// Returns the names of directives, separated by commas.
fn names(directives: &BTreeSet<Directive>) -> String {
    directives.iter().map(|directive| directive.name()).collect::<Vec<_>>().join(", ")
}

/// Returns the advice to allow a source in the settings.
fn setting(source: &str, directives: &BTreeSet<Directive>) -> String {
    let source = if source.contains('\'') { format!("\"{source}\"") } else { source.to_owned() };
    let shown_within = directives.contains(&Directive::FrameSrc) && source.contains(SELF);
    let all = directives.iter().copied().chain(shown_within.then_some(Directive::FrameAncestors));
    let rules: Vec<String> = all.map(|directive| format!("{}: [{source}]", directive.name())).collect();
    format!("allow it in site.yaml: `security: {{ allow: {{ {} }} }}`", rules.join(", "))
}
