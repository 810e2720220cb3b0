//! What a host should send with the site's pages: the policy that its parts need, and how long files may be kept.

use super::Site;
use crate::content::HEADERS;
use crate::content::body::{Outline, Target};
use crate::content::discussion::Discussion;
use crate::diagnostic::{Diagnostic, Spot};
use crate::policy::{Directive, Policy, origin};

impl Site {
    /// The Content-Security-Policy of the pages: what the theme, the settings, the lists, the comments and the
    /// pictures of other hosts need, and no more.
    #[must_use]
    pub fn content_policy(&self) -> Policy {
        let mut policy = Policy::strict();
        policy.allow_all(&self.theme_policy);
        policy.allow_all(&self.config.security.allow);
        self.sign_up_policy(&mut policy);
        self.comments_policy(&mut policy);
        self.pictures_policy(&mut policy);
        policy
    }

    /// Sign-up forms post to their providers.
    fn sign_up_policy(&self, policy: &mut Policy) {
        for list in &self.newsletters {
            if let Some(form) = list.sign_up.form() {
                policy.allow_host_of(Directive::FormAction, &form.action);
            }
        }
    }

    /// What the comments need: to be sent in by a form, or the hosts of the system that keeps them.
    fn comments_policy(&self, policy: &mut Policy) {
        match &self.discussion {
            Discussion::Files => {
                if let Some(form) = &self.config.comments.form {
                    policy.allow_host_of(Directive::FormAction, form);
                }
            }
            Discussion::Embedded(_) => {
                policy.allow(Directive::ScriptSrc, "'self'");
                for (directive, source) in self.discussion.sources() {
                    policy.allow(directive, &source);
                }
            }
            Discussion::None => {}
        }
    }

    /// Pictures in texts may stand on other hosts.
    fn pictures_policy(&self, policy: &mut Policy) {
        let articles = self.articles.iter().map(|article| &article.document.outline);
        let pages = self.pages.iter().map(|page| &page.document.outline);
        let lists = self.newsletters.iter().map(|list| &list.document.outline);
        let pictures = |outline: &Outline, policy: &mut Policy| {
            for image in &outline.images {
                if let Target::External(address) = &image.target {
                    policy.allow_host_of(Directive::ImgSrc, address);
                }
            }
        };
        articles.chain(pages).chain(lists).for_each(|outline| pictures(outline, policy));
        let images = self.articles.iter().filter_map(|article| article.document.front.image.as_ref());
        images.for_each(|image| policy.allow_host_of(Directive::ImgSrc, &image.src));
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
        let path = self.base.path.trim_end_matches('/');
        let lines: String = self.headers().iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
        format!("{path}/*\n{lines}{path}/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n")
    }
}

/// Warns when the site's own file of headers keeps a form from posting to where it has to.
pub(super) fn check(site: &Site, own: Option<&str>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(own) = own else { return };
    let policy = site.content_policy();
    for (number, line) in own.lines().enumerate() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if !name.trim().eq_ignore_ascii_case("content-security-policy") {
            continue;
        }
        let rule = value.split(';').map(str::trim).find_map(|rule| rule.strip_prefix("form-action"));
        let Some(rule) = rule else { continue };
        let allowed: Vec<String> = rule.split_whitespace().map(str::to_ascii_lowercase).collect();
        let missing: Vec<&str> =
            policy.sources(Directive::FormAction).filter(|source| !allows(&allowed, source)).collect();
        if !missing.is_empty() {
            let column = line.find("form-action").map_or(1, |at| line[..at].chars().count() + 1);
            let message = format!("`form-action` keeps forms of this site from posting to `{}`", missing.join("`, `"));
            diagnostics.push(
                Diagnostic::warning("headers", message)
                    .at(HEADERS, Spot::Line(number + 1, column))
                    .help(format!("write `form-action {}`", allowed_and(&allowed, &missing))),
            );
        }
    }
}

fn allowed_and(allowed: &[String], missing: &[&str]) -> String {
    let allowed = allowed.iter().map(String::as_str).filter(|source| *source != "'none'");
    allowed.chain(missing.iter().copied()).collect::<Vec<_>>().join(" ")
}

/// Whether sources allow one: it stands there, with or without a path, or a pattern for hosts does.
fn allows(allowed: &[String], source: &str) -> bool {
    let host = source.split_once("//").map(|(_, host)| host);
    allowed.iter().any(|rule| {
        rule == "*"
            || rule == source
            || origin(rule).as_deref() == Some(source)
            || (rule == "https:" && source.starts_with("https:"))
            || Some(rule.as_str()) == host
            || rule.split_once("*.").is_some_and(|(_, domain)| {
                host.is_some_and(|host| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
            })
    })
}
