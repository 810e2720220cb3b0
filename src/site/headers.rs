//! What a host should send with the site's pages: the policy that its parts need, and how long files may be kept.

use super::{Newsletter, PublishedText, Site, SiteModel, SiteTheme, UrlIndex};
use crate::content::HEADERS;
use crate::content::body::{CspRequirement, LinkTarget};
use crate::content::fields::{Field, Fields, KeyPath};
use crate::csp::{Directive, Policy, SELF, is_among};
use crate::diagnostic::{Diagnostic, Span};
use crate::providers::comments::CommentProvider;

impl Site {
    /// The Content-Security-Policy of the pages.
    #[must_use]
    pub fn content_policy(&self) -> Policy {
        content_policy(&self.model, &self.urls, &self.theme)
    }

    /// The headers of all pages, each a name and a value.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Content-Security-Policy", self.content_policy().to_string()),
            ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]
    }

    /// The headers as a file that Netlify, Cloudflare Pages and others read: `_headers`.
    #[must_use]
    pub fn headers_file(&self) -> String {
        let path = self.model.base.path.trim_end_matches('/');
        let lines: String = self.headers().iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
        format!("{path}/*\n{lines}{path}/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n")
    }
}

/// The Content-Security-Policy of the pages: what the theme, the settings, the lists, the comments and the
/// pictures, films and sounds in texts need, and no more.
fn content_policy(model: &SiteModel, urls: &UrlIndex, theme: &SiteTheme) -> Policy {
    let mut policy = policy_without_texts(model, theme);
    allow_texts(&mut policy, urls.texts());
    policy
}

/// The same without what texts bring along.
pub(super) fn policy_without_texts(model: &SiteModel, theme: &SiteTheme) -> Policy {
    let mut policy = Policy::strict();
    policy.allow_all(&theme.csp_sources);
    policy.allow_all(&model.config.security.allow);
    allow_fields(&mut policy, &model.config);
    allow_sign_ups(&mut policy, &model.newsletters);
    allow_comments(&mut policy, &model.comment_provider);
    policy
}

/// Sign-up forms post to their providers.
fn allow_sign_ups(policy: &mut Policy, newsletters: &[Newsletter]) {
    for newsletter in newsletters {
        if let Some(form) = newsletter.sign_up.form() {
            policy.allow_origin_of(Directive::FormAction, &form.action);
        }
    }
}

/// The hosts of the system that keeps the comments.
fn allow_comments(policy: &mut Policy, provider: &CommentProvider) {
    if matches!(provider, CommentProvider::Embedded(_)) {
        policy.allow(Directive::ScriptSrc, SELF);
        for (directive, source) in provider.csp_sources() {
            policy.allow(directive, &source);
        }
    }
}

/// Pictures in texts may stand on other hosts, films and sounds on this one.
fn allow_texts(policy: &mut Policy, texts: &[PublishedText]) {
    for text in texts {
        allow_fields(policy, text.document.fields());
        for image in &text.analysis().images {
            if let LinkTarget::External(address) = &image.target {
                policy.allow_origin_of(Directive::ImgSrc, address);
            }
        }
        for CspRequirement { directive, source, .. } in &text.analysis().csp_requirements {
            if comes_by_itself(*directive, source) {
                policy.allow(*directive, source);
            }
        }
    }
}

/// Allows the hosts of images, and those that forms post to.
fn allow_fields(policy: &mut Policy, fields: &dyn Fields) {
    fields.visit(&KeyPath::Root, &mut |_, field| match field {
        Field::Image(image) => policy.allow_origin_of(Directive::ImgSrc, image),
        Field::Form(form) => policy.allow_origin_of(Directive::FormAction, form),
        // Nothing else is loaded, or posted to.
        _ => {}
    });
}

/// What the policy takes in without being told: pictures, wherever they are, and the site's own films and sounds.
pub(super) fn comes_by_itself(directive: Directive, source: &str) -> bool {
    match directive {
        Directive::ImgSrc => true,
        Directive::MediaSrc => source == SELF,
        _ => false, // what else a page uses comes from scripts, frames and forms
    }
}

/// Warns when the site's own file of headers keeps a form from posting to where it has to.
pub(super) fn check(
    own: &str,
    model: &SiteModel,
    urls: &UrlIndex,
    theme: &SiteTheme,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let policy = content_policy(model, urls, theme);
    for (number, line) in own.lines().enumerate() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if !name.trim().eq_ignore_ascii_case("content-security-policy") {
            continue;
        }
        let rule = value.split(';').map(str::trim).find_map(|rule| rule.strip_prefix("form-action"));
        let Some(rule) = rule else { continue };
        let allowed: Vec<String> = rule.split_whitespace().map(str::to_ascii_lowercase).collect();
        let missing: Vec<&str> = policy
            .source_expressions(Directive::FormAction)
            .filter(|source| !is_among(allowed.iter().map(String::as_str), source))
            .collect();
        if !missing.is_empty() {
            let column = line.find("form-action").map_or(1, |at| line[..at].chars().count() + 1);
            let message =
                format!("`form-action` prevents forms of this site from posting to `{}`", missing.join("`, `"));
            diagnostics.push(
                Diagnostic::warning("headers", message)
                    .at(HEADERS, Span::Line(number + 1, column))
                    .help(format!("write `form-action {}`", allowed_and(&allowed, &missing))),
            );
        }
    }
}

fn allowed_and(allowed: &[String], missing: &[&str]) -> String {
    let allowed = allowed.iter().map(String::as_str).filter(|source| *source != "'none'");
    allowed.chain(missing.iter().copied()).collect::<Vec<_>>().join(" ")
}
