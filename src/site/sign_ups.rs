//! Newsletters in their places, and which of them share a form.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::views::view::SignUpView;
use super::{InvalidSources, Newsletter, Site, SourceFile};
use crate::content::ParsedSource;
use crate::csp::origin;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{SourcePath, UrlPath};
use crate::providers::newsletter::{Form, check_disclosures, sign_up};

/// The lists of a site, in their order. What is wrong with them goes into `diagnostics`.
pub(super) fn newsletters(
    inputs: &BTreeMap<SourcePath, SourceFile>,
    broken: &InvalidSources,
    language: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Newsletter> {
    let mut newsletters = Vec::new();
    for (path, source) in broken {
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

/// Tells when readers cannot find out what happens with their addresses.
pub(super) fn privacy(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let is_named = site.config.organization.policies.privacy.is_some();
    let is_about_publisher = |diagnostic: &Diagnostic| {
        diagnostic.location.as_ref().is_some_and(|place| {
            let key = match &place.span {
                Span::Key(path) | Span::Value(path) => path.first().map(String::as_str),
                _ => None,
            };
            place.file == crate::config::FILE && key == Some("organization")
        })
    };
    if is_named || site.newsletters.is_empty() || diagnostics.iter().any(is_about_publisher) {
        return;
    }
    let spot = Span::Key(["organization", "policies", "privacy"].map(str::to_owned).into());
    let message = "there are newsletters, but no page says who gets readers' email addresses, what for and \
                   how to have them removed";
    diagnostics.push(
        Diagnostic::error("newsletter", message)
            .at(crate::config::FILE, spot)
            .help("write such a page, and name it: `organization: { policies: { privacy: pages/privacy.md } }`"),
    );
}

/// Lists that readers sign up for together, and the form for it.
#[derive(Debug)]
pub struct CombinedSignUp<'s> {
    /// The lists: several only where their provider takes several at once.
    pub newsletters: Vec<&'s Newsletter>,
    /// The form for several, which lacks what says which list it is; none for one list.
    pub form: Option<Form>,
}

impl Site {
    /// All lists in their order, those together that one form can be for.
    #[must_use]
    pub fn sign_ups(&self) -> Vec<CombinedSignUp<'_>> {
        let mut joints: Vec<CombinedSignUp<'_>> = Vec::new();
        for newsletter in &self.newsletters {
            let form = newsletter.sign_up.form().and_then(Form::combined);
            match joints.iter_mut().find(|joint| form.is_some() && joint.form == form) {
                Some(joint) => joint.newsletters.push(newsletter),
                None => joints.push(CombinedSignUp { newsletters: vec![newsletter], form }),
            }
        }
        for joint in &mut joints {
            joint.form.take_if(|_| joint.newsletters.len() == 1);
        }
        joints
    }

    /// What the hub shows of them. `hub` is its own address.
    pub(super) fn sign_up_views<'s>(&'s self, hub: &UrlPath) -> Vec<SignUpView<'s>> {
        let view = |joint: CombinedSignUp<'s>| SignUpView {
            form: joint.form.map(|form| form.at("", "", Some(self.base.link(hub).as_str()))),
            newsletters: joint
                .newsletters
                .into_iter()
                .map(|newsletter| self.newsletter_view(newsletter, Some(hub)))
                .collect(),
        };
        self.sign_ups().into_iter().map(view).collect()
    }

    /// The page to name to a list's provider, if the list wants to know where readers sign up.
    #[must_use]
    pub fn source_of(&self, named: Option<&str>, page: &UrlPath) -> Option<UrlPath> {
        self.newsletter(named)?.sign_up.form()?.source.as_ref().map(|_| page.clone())
    }
}

impl Newsletter {
    /// The host of the provider's page, as readers know it.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let origin = origin(self.sign_up.page()?)?;
        origin.split_once("//").map(|(_, host)| host.to_owned())
    }
}
