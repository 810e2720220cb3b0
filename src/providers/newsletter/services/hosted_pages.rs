//! Services without a form to embed, where readers sign up on a page of the service: Ghost, Action Network.

use super::super::form::SignUpMethod;
use super::super::settings::{NewsletterSettingType, required};
use super::Provider;

/// Ghost: the sign-up of its portal. Its own form needs its script.
pub(super) const GHOST: Provider = Provider {
    kind: "ghost",
    name: "Ghost",
    settings: &[required("url", NewsletterSettingType::Url, "the URL of your Ghost site, https://letters.example.org")],
    confirms: true,
    unsubscribe: None,
    method: |values, _| SignUpMethod::Page(format!("{}/#/portal/signup", values.root("url"))),
};

/// Action Network: the page of a form. Its widget needs its script.
pub(super) const ACTION_NETWORK: Provider = Provider {
    kind: "action-network",
    name: "Action Network",
    settings: &[required(
        "form",
        NewsletterSettingType::Name,
        "the last segment of the form's URL, actionnetwork.org/forms/NAME",
    )],
    confirms: false,
    unsubscribe: None,
    method: |values, _| SignUpMethod::Page(format!("https://actionnetwork.org/forms/{}", values.text("form"))),
};
