//! The HTTP headers of the site's pages: the Content-Security-Policy, derived from what the pages load, and the
//! lifetime of files in caches.

use super::{Newsletter, PublishedText, Site, SiteModel, SiteTheme, UrlIndex};
use crate::content::HEADERS;
use crate::content::body::{CspRequirement, LinkTarget};
use crate::content::fields::{Field, Fields, KeyPath};
use crate::csp::{Directive, Policy, SELF, is_among};
use crate::diagnostic::{Diagnostic, Span};
use crate::providers::comments::CommentProvider;
use crate::providers::hosts::Target;

impl Site {
    /// Returns the Content-Security-Policy of the pages: what theme, settings, newsletters, comments and texts load.
    #[must_use]
    pub fn content_policy(&self) -> Policy {
        content_policy(&self.model, &self.urls, &self.theme)
    }

    /// Returns the headers that a host should send with every response, as names and values.
    ///
    /// The permissions are those of features that no page of a theme uses; browsers ask readers for others by
    /// themselves. HTTP Strict Transport Security (RFC 6797) is for sites with `https`, for the host alone and not for
    /// those below it, which may have none.
    #[must_use]
    pub fn response_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.headers();
        headers.push(("Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=()".to_owned()));
        if self.model.base.origin.starts_with("https://") {
            headers.push(("Strict-Transport-Security", "max-age=31536000".to_owned()));
        }
        headers
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Content-Security-Policy", self.content_policy().to_string()),
            ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]
    }

    /// Returns the content of `_headers`, the file in which Netlify, Cloudflare Pages and others read headers, of a site
    /// that names no target.
    #[must_use]
    pub fn headers_file(&self) -> String {
        let path = self.model.base.path.trim_end_matches('/');
        let lines: String = self.headers().iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
        format!("{path}/*\n{lines}{path}/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n")
    }
}

impl SiteModel {
    /// Returns whether the build writes the headers into a file that a host reads, so that browsers get them.
    pub(super) fn sends_headers(&self) -> bool {
        self.config.security.headers || self.targets.iter().any(Target::sends_headers)
    }
}

fn content_policy(model: &SiteModel, urls: &UrlIndex, theme: &SiteTheme) -> Policy {
    let mut policy = policy_without_texts(model, theme);
    allow_texts(&mut policy, urls.texts());
    policy
}

/// Returns the Content-Security-Policy without the sources that texts load from.
pub(super) fn policy_without_texts(model: &SiteModel, theme: &SiteTheme) -> Policy {
    let mut policy = Policy::strict();
    policy.allow_all(&theme.csp_sources);
    policy.allow_all(&model.config.security.allow);
    allow_fields(&mut policy, &model.config);
    allow_sign_ups(&mut policy, &model.newsletters);
    allow_comments(&mut policy, &model.comment_provider);
    policy
}

/// Allows sign-up forms to post to their providers.
fn allow_sign_ups(policy: &mut Policy, newsletters: &[Newsletter]) {
    for newsletter in newsletters {
        if let Some(form) = newsletter.sign_up.form() {
            policy.allow_origin_of(Directive::FormAction, &form.action);
        }
    }
}

/// Allows the sources of the comment provider.
fn allow_comments(policy: &mut Policy, provider: &CommentProvider) {
    if matches!(provider, CommentProvider::Embedded(_)) {
        policy.allow(Directive::ScriptSrc, SELF);
        for (directive, source) in provider.csp_sources() {
            policy.allow(directive, &source);
        }
    }
}

/// Allows the images of texts on any host, and their audio and video on the site's own.
fn allow_texts(policy: &mut Policy, texts: &[PublishedText]) {
    for text in texts {
        allow_fields(policy, text.document.fields());
        for image in &text.analysis().images {
            if let LinkTarget::External(url) = &image.target {
                policy.allow_origin_of(Directive::ImgSrc, url);
            }
        }
        for CspRequirement { directive, source, .. } in &text.analysis().csp_requirements {
            if is_allowed_by_default(*directive, source) {
                policy.allow(*directive, source);
            }
        }
    }
}

/// Allows the hosts of images and form targets in front matter or settings.
fn allow_fields(policy: &mut Policy, fields: &dyn Fields) {
    fields.visit(&KeyPath::Root, &mut |_, field| match field {
        Field::Image(image) => policy.allow_origin_of(Directive::ImgSrc, &image.src),
        Field::Form(form) => policy.allow_origin_of(Directive::FormAction, form),
        // No other field is loaded or posted to.
        _ => {}
    });
}

/// Returns whether the policy allows a source because a text loads it, without a setting: images of any host, and the
/// site's own audio and video.
pub(super) fn is_allowed_by_default(directive: Directive, source: &str) -> bool {
    match directive {
        Directive::ImgSrc => true,
        Directive::MediaSrc => source == SELF,
        _ => false, // scripts, styles, frames and forms need a setting
    }
}

/// Warns if the `form-action` of the site's own file of headers prevents a form from posting to its target.
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

/// Returns the value of `form-action` that also allows the missing sources.
fn allowed_and(allowed: &[String], missing: &[&str]) -> String {
    let allowed = allowed.iter().map(String::as_str).filter(|source| *source != "'none'");
    allowed.chain(missing.iter().copied()).collect::<Vec<_>>().join(" ")
}
