//! Self-hosted programs: listmonk, Mailcoach, and any other that accepts a form.

use super::super::form::{Form, SignUpMethod, THANKS_URL_TOKEN, field};
use super::super::settings::{NewsletterSettingType, optional, required};
use super::{ASK_LAST_NAME, ASK_NAME, CONFIRMS, Provider, form};

/// listmonk: its public subscription form.
pub(super) const LISTMONK: Provider = Provider {
    kind: "listmonk",
    name: "listmonk",
    settings: &[
        required("root", NewsletterSettingType::Url, "the URL of your listmonk, https://lists.example.org"),
        required("list", NewsletterSettingType::Uuids, "the UUID of the list in listmonk, from its page there"),
        optional(
            "redirect",
            NewsletterSettingType::Bool,
            "`true` sends readers back to the site; listmonk must trust that URL",
        ),
        ASK_NAME,
        CONFIRMS,
    ],
    confirms: true,
    unsubscribe: Some("{{ UnsubscribeURL }}"),
    method: |values, _| {
        let lists = values.list("list");
        let hidden = lists.iter().map(|uuid| field("l", uuid));
        SignUpMethod::of(Form {
            action: format!("{}/subscription/form", values.root("root")),
            name: values.asks("ask_name", "name"),
            hidden: hidden.chain(values.is_on("redirect").then(|| field("next", THANKS_URL_TOKEN))).collect(),
            choice: if let [uuid] = lists.as_slice() { Some(field("l", uuid)) } else { None },
            honeypot: Some("nonce".into()),
            ..form()
        })
    },
};

/// Mailcoach: the form of a list, self-hosted or not. Readers return to the site in every subscription state.
pub(super) const MAILCOACH: Provider = Provider {
    kind: "mailcoach",
    name: "Mailcoach",
    settings: &[
        required("root", NewsletterSettingType::Url, "the URL of your Mailcoach, https://NAME.mailcoach.app"),
        required("list", NewsletterSettingType::Uuid, "the UUID of the list in Mailcoach, from its settings"),
        optional("tags", NewsletterSettingType::Texts, "tags that subscribers get; the list must allow them in forms"),
        ASK_NAME,
        ASK_LAST_NAME,
        CONFIRMS,
    ],
    confirms: true,
    unsubscribe: Some("{{ unsubscribeUrl }}"),
    method: |values, _| {
        let tags = values.list("tags");
        let tags = (!tags.is_empty()).then(|| field("tags", &tags.join(";")));
        let pages = ["subscribed", "already_subscribed", "subscription_pending"];
        let pages = pages.map(|state| field(&format!("redirect_after_{state}"), THANKS_URL_TOKEN));
        SignUpMethod::of(Form {
            action: format!("{}/mailcoach/subscribe/{}", values.root("root"), values.text("list")),
            name: values.asks("ask_name", "first_name"),
            last_name: values.asks("ask_last_name", "last_name"),
            hidden: tags.into_iter().chain(pages).collect(),
            ..form()
        })
    },
};

/// Any other service that accepts a form.
pub(super) const CUSTOM: Provider = Provider {
    kind: "custom",
    name: "",
    settings: &[
        required("url", NewsletterSettingType::Url, "the URL to which the form posts"),
        optional(
            "email_field",
            NewsletterSettingType::FieldName,
            "the name of the field for the email address; `email` when absent",
        ),
        optional(
            "name_field",
            NewsletterSettingType::FieldName,
            "the name of the field for the reader's name; none when absent",
        ),
        optional(
            "last_name_field",
            NewsletterSettingType::FieldName,
            "the name of the field for the last name; none when absent",
        ),
        optional(
            "next_field",
            NewsletterSettingType::FieldName,
            "the hidden field that names the page to show afterwards",
        ),
        optional(
            "source_field",
            NewsletterSettingType::FieldName,
            "the hidden field that names the page with the form",
        ),
        optional("honeypot", NewsletterSettingType::FieldName, "the name of a field that must stay empty"),
        optional("hidden", NewsletterSettingType::Pairs, "further fields with their values"),
        optional(
            "unsubscribe",
            NewsletterSettingType::Text,
            "the placeholder that the service replaces with the unsubscribe link",
        ),
        CONFIRMS,
    ],
    confirms: false,
    unsubscribe: None,
    method: |values, _| {
        let named = |setting: &str| values.given(setting).map(str::to_owned);
        let mut hidden = values.pairs("hidden");
        hidden.extend(values.given("next_field").map(|name| field(name, THANKS_URL_TOKEN)));
        SignUpMethod::of(Form {
            action: values.text("url").to_owned(),
            email: named("email_field").unwrap_or_else(|| "email".into()),
            name: named("name_field"),
            last_name: named("last_name_field"),
            hidden,
            honeypot: named("honeypot"),
            source: named("source_field"),
            ..form()
        })
    },
};
