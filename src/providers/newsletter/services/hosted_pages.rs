//! Services without a form that others may show: readers go to a page of theirs. Ghost, Action Network.

use super::super::form::Way;
use super::super::settings::{Takes, required};
use super::Provider;

/// Ghost: the sign-up of its portal. Its own form needs its script.
pub(super) const GHOST: Provider = Provider {
    kind: "ghost",
    name: "Ghost",
    settings: &[required("url", Takes::Url, "the address of your Ghost site, https://letters.example.org")],
    confirms: true,
    unsubscribe: None,
    way: |values, _| Way::Page(format!("{}/#/portal/signup", values.root("url"))),
};

/// Action Network: the page of a form. Its widget needs its script.
pub(super) const ACTION_NETWORK: Provider = Provider {
    kind: "action-network",
    name: "Action Network",
    settings: &[required("form", Takes::Name, "the last part of the form's address, actionnetwork.org/forms/NAME")],
    confirms: false,
    unsubscribe: None,
    way: |values, _| Way::Page(format!("https://actionnetwork.org/forms/{}", values.text("form"))),
};
