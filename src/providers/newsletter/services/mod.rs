//! The table of newsletter providers.
//!
//! Sources: the providers' documentation and programs, and the markup that they give their customers to embed.

mod form_services;
mod hosted_pages;
mod mailing_services;
mod self_hosted;

use super::form::{Form, SignUpMethod};
use super::settings::{NewsletterSettingType, Setting, Values, optional};

/// A newsletter provider.
pub(super) struct Provider {
    /// Value of `kind`.
    pub(super) kind: &'static str,
    /// Name for readers.
    pub(super) name: &'static str,
    pub(super) settings: &'static [Setting],
    /// Whether it confirms addresses by email; the setting `confirms` overrides it.
    pub(super) confirms: bool,
    /// Placeholder that it replaces by the unsubscribe URL; the setting `unsubscribe` overrides it.
    pub(super) unsubscribe: Option<&'static str>,
    pub(super) method: fn(&Values, NewsletterInfo<'_>) -> SignUpMethod,
}

/// What a sign-up method needs of the newsletter and its site.
#[derive(Clone, Copy)]
pub(super) struct NewsletterInfo<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// Language tag of the site (BCP 47).
    pub(super) language: &'a str,
}

/// All providers, in the order in which messages list them.
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
    "`true` if the service sends an email with a link to confirm, else `false`",
);

const SOURCE: Setting =
    optional("source", NewsletterSettingType::Bool, "`true` sends the service the page of the form");

/// Returns what most forms have in common: the greatest length of an email address (RFC 5321, section 4.5.3.1), and of
/// a name at most services.
fn form() -> Form {
    Form { email: "email".into(), email_limit: 254, name_limit: 100, ..Form::default() }
}
