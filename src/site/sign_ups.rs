//! Newsletters with their URLs, and which of them share a sign-up form.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::views::view::SignUpView;
use super::{InvalidSources, Newsletter, Site, SourceFile};
use crate::content::ParsedSource;
use crate::csp::origin;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{SourcePath, UrlPath};
use crate::providers::newsletter::{Form, check_disclosures, sign_up};

/// Returns the newsletters of a site by their key `order`. Errors in them go into `diagnostics`.
pub(super) fn newsletters(
    inputs: &BTreeMap<SourcePath, SourceFile>,
    invalid_sources: &InvalidSources,
    language: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Newsletter> {
    let mut newsletters = Vec::new();
    for (path, source) in invalid_sources {
        if let Some(ParsedSource::Newsletter(document)) = source
            && document.front_matter.provider.value().is_object()
        {
            sign_up(crate::content::document::name(path), document, language, diagnostics);
        }
    }
    for input in inputs.values() {
        let ParsedSource::Newsletter(document) = &input.parsed else { continue };
        let id = crate::content::document::name(&document.path).to_owned();
        let Some(slug) = crate::path::Slug::slugify(&id) else { continue };
        let Ok(url) = UrlPath::new(&format!("/newsletters/{slug}/")) else { continue };
        check_disclosures(document, diagnostics);
        let Some(sign_up) = sign_up(&id, document, language, diagnostics) else { continue };
        newsletters.push(Newsletter { document: Arc::clone(document), id, url, sign_up });
    }
    newsletters.sort_by_key(|newsletter| newsletter.document.front_matter.order);
    newsletters
}

/// Reports newsletters without a privacy page, which says how readers' email addresses are used.
pub(super) fn privacy(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let is_named = site.config.organization.policies.privacy.is_some();
    let is_about_publisher = |diagnostic: &Diagnostic| {
        diagnostic.location.as_ref().is_some_and(|location| {
            let key = match &location.span {
                Span::Key(path) | Span::Value(path) => path.first().map(String::as_str),
                _ => None,
            };
            location.file == crate::config::FILE && key == Some("organization")
        })
    };
    if is_named || site.newsletters.is_empty() || diagnostics.iter().any(is_about_publisher) {
        return;
    }
    let span = Span::Key(["organization", "policies", "privacy"].map(str::to_owned).into());
    let message = "there are newsletters, but no page says who gets readers' email addresses, what for and \
                   how to have them removed";
    diagnostics.push(
        Diagnostic::error("newsletter", message)
            .at(crate::config::FILE, span)
            .help("write such a page, and name it: `organization: { policies: { privacy: pages/privacy.md } }`"),
    );
}

/// Newsletters that readers subscribe to in one form, and that form.
#[derive(Debug)]
pub struct CombinedSignUp<'s> {
    /// The newsletters: several only if their provider takes several in one request.
    pub newsletters: Vec<&'s Newsletter>,
    /// The form for several newsletters, without the field that selects one; `None` for a single newsletter.
    pub form: Option<Form>,
}

impl Site {
    /// Returns all newsletters in their order, grouped where one form can subscribe to several.
    #[must_use]
    pub fn sign_ups(&self) -> Vec<CombinedSignUp<'_>> {
        let mut groups: Vec<CombinedSignUp<'_>> = Vec::new();
        for newsletter in &self.newsletters {
            let form = newsletter.sign_up.form().and_then(Form::combined);
            match groups.iter_mut().find(|group| form.is_some() && group.form == form) {
                Some(group) => group.newsletters.push(newsletter),
                None => groups.push(CombinedSignUp { newsletters: vec![newsletter], form }),
            }
        }
        for group in &mut groups {
            group.form.take_if(|_| group.newsletters.len() == 1);
        }
        groups
    }

    /// Returns the views of all sign-ups for the page of all newsletters, whose URL is `hub`.
    pub(super) fn sign_up_views<'s>(&'s self, hub: &UrlPath) -> Vec<SignUpView<'s>> {
        let view = |group: CombinedSignUp<'s>| SignUpView {
            form: group.form.map(|form| form.at("", "", Some(self.base.link(hub).as_str()))),
            newsletters: group
                .newsletters
                .into_iter()
                .map(|newsletter| self.newsletter_view(newsletter, Some(hub)))
                .collect(),
        };
        self.sign_ups().into_iter().map(view).collect()
    }

    /// Returns the URL to send to the newsletter's provider as the source of the sign-up; `None` if the provider does
    /// not record it.
    #[must_use]
    pub fn source_of(&self, named: Option<&str>, page: &UrlPath) -> Option<UrlPath> {
        self.newsletter(named)?.sign_up.form()?.source.as_ref().map(|_| page.clone())
    }
}

impl Newsletter {
    /// Returns the host of the provider's sign-up page; `None` when readers sign up in a form.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let origin = origin(self.sign_up.page()?)?;
        origin.split_once("//").map(|(_, host)| host.to_owned())
    }
}
