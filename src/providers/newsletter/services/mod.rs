//! The table of providers: each with its settings and the way onto its lists.
//!
//! Sources are the providers' own documentation and programs, and the markup that they give their customers to embed.

mod form_services;
mod hosted_pages;
mod mailing_services;
mod self_hosted;

use super::form::{Form, SignUpMethod};
use super::settings::{NewsletterSettingType, Setting, Values, optional};

/// A provider of mailing lists.
pub(super) struct Provider {
    /// How `kind` names it.
    pub(super) kind: &'static str,
    /// How readers may read of it.
    pub(super) name: &'static str,
    pub(super) settings: &'static [Setting],
    /// Whether it asks by mail for confirmation, where its setting `confirms` does not say otherwise.
    pub(super) confirms: bool,
    /// What it puts the address for leaving in the place of, where its setting `unsubscribe` does not say otherwise.
    pub(super) unsubscribe: Option<&'static str>,
    pub(super) method: fn(&Values, NewsletterInfo<'_>) -> SignUpMethod,
}

/// What the way onto a list takes from the list and its site.
#[derive(Clone, Copy)]
pub(super) struct NewsletterInfo<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// The site's language tag.
    pub(super) language: &'a str,
}

/// All of them, in the order in which they are told.
pub(super) const PROVIDERS: &[&Provider] = &[
    &mailing_services::BUTTONDOWN,
    &mailing_services::MAILCHIMP,
    &mailing_services::KIT,
    &mailing_services::BREVO,
    &self_hosted::LISTMONK,
    &self_hosted::MAILCOACH,
    &form_services::FORMSPREE,
    &form_services::NETLIFY,
    &hosted_pages::GHOST,
    &hosted_pages::ACTION_NETWORK,
    &self_hosted::CUSTOM,
];

const ASK_NAME: Setting =
    optional("ask_name", NewsletterSettingType::Bool, "`true` adds a field for the reader's name");

const ASK_LAST_NAME: Setting =
    optional("ask_last_name", NewsletterSettingType::Bool, "`true` adds a field for the reader's last name");

const CONFIRMS: Setting = optional(
    "confirms",
    NewsletterSettingType::Bool,
    "`true` when the service sends a mail with a link to confirm, else `false`",
);

const SOURCE: Setting = optional(
    "source",
    NewsletterSettingType::Bool,
    "`true` tells the service on which page of the site somebody signed up",
);

/// What most forms have in common: addresses as long as mail has them (RFC 5321, section 4.5.3.1), names as long as
/// services keep them.
fn form() -> Form {
    Form { email: "email".into(), email_limit: 254, name_limit: 100, ..Form::default() }
}
