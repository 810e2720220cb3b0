//! Newsletters with their URLs, and which of them share a sign-up form.

use std::sync::Arc;

use super::inputs::SiteInputs;
use super::model::SiteModel;
use super::views::view::SignUpView;
use crate::content::document::{self, Document};
use crate::content::kinds::NewsletterFrontMatter;
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::csp::origin;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{Slug, SourcePath, UrlPath};
use crate::providers::newsletter::{Form, SignUp, check_disclosures, sign_up};

/// A newsletter with its URL and the way in which readers sign up.
#[derive(Clone, Debug)]
pub struct Newsletter {
    /// The source file.
    pub document: Arc<Document<NewsletterFrontMatter>>,
    /// The id: the name of the file.
    pub id: String,
    /// The URL of the sign-up page.
    pub url: UrlPath,
    /// The provider's form, or its sign-up page.
    pub sign_up: SignUp,
}

/// Returns the newsletters of a site by their key `order`. Errors in them go into `diagnostics`.
pub(super) fn newsletters(inputs: &SiteInputs<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Newsletter> {
    let SiteInputs { config, sources, invalid, .. } = *inputs;
    let language = &config.language;
    let mut newsletters = Vec::new();
    for (path, source) in invalid {
        if let Some(ParsedSource::Newsletter(document)) = source
            && document.front_matter.provider.value().is_object()
        {
            sign_up(document::name(path), document, language, diagnostics);
        }
    }
    for source in sources.values() {
        let ParsedSource::Newsletter(document) = &source.parsed else { continue };
        let id = document::name(&document.path).to_owned();
        let Some(slug) = Slug::slugify(&id) else { continue };
        let Ok(url) = UrlPath::new(&format!("/newsletters/{slug}/")) else { continue };
        check_disclosures(document, diagnostics);
        let Some(sign_up) = sign_up(&id, document, language, diagnostics) else { continue };
        newsletters.push(Newsletter { document: Arc::clone(document), id, url, sign_up });
    }
    newsletters.sort_by_key(|newsletter| newsletter.document.front_matter.order);
    newsletters
}

/// Returns the ids of newsletters whose file has errors.
pub(super) fn invalid_ids(inputs: &SiteInputs<'_>, valid: &[Newsletter]) -> Vec<String> {
    let is_newsletter = |path: &&SourcePath| source_kind(path) == SourceKind::Newsletter;
    let all = inputs.sources.keys().chain(inputs.invalid.keys()).filter(is_newsletter).map(document::name);
    all.filter(|id| !valid.iter().any(|newsletter| newsletter.id == *id)).map(str::to_owned).collect()
}

/// Reports newsletters without a privacy page, which says how readers' email addresses are used.
pub(super) fn check_privacy(model: &SiteModel, diagnostics: &mut Vec<Diagnostic>) {
    let is_named = model.config.organization.policies.privacy.is_some();
    let is_about_publisher = |diagnostic: &Diagnostic| {
        diagnostic.location.as_ref().is_some_and(|location| {
            let key = match &location.span {
                Span::Key(path) | Span::Value(path) => path.first().map(String::as_str),
                _ => None,
            };
            location.file == crate::config::FILE && key == Some("organization")
        })
    };
    if is_named || model.newsletters.is_empty() || diagnostics.iter().any(is_about_publisher) {
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

impl SiteModel {
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
    /// Returns the URL of a page below the sign-up page: `thanks`, `confirmed`.
    #[must_use]
    pub fn page(&self, name: &str) -> UrlPath {
        UrlPath::new(&format!("{}{name}/", self.url)).expect("a page below a page")
    }

    /// Returns the URL of a page of the archive; pages are counted from 1.
    #[must_use]
    pub fn archive_page(&self, number: usize) -> UrlPath {
        if number <= 1 { self.page("archive") } else { self.page(&format!("archive/page/{number}")) }
    }

    /// Returns the host of the provider's sign-up page; `None` when readers sign up in a form.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let origin = origin(self.sign_up.page()?)?;
        origin.split_once("//").map(|(_, host)| host.to_owned())
    }
}
