//! Services that collect form submissions and send no email to subscribers: Formspree, Netlify Forms.

use super::super::form::{Form, SignUpMethod, THANKS_URL_TOKEN, field};
use super::super::settings::{NewsletterSettingType, optional, required};
use super::{ASK_NAME, Provider, SOURCE, form};

/// Formspree: a form of an account. The subject tells which newsletter a submission is for.
pub(super) const FORMSPREE: Provider = Provider {
    kind: "formspree",
    name: "Formspree",
    settings: &[
        required("form", NewsletterSettingType::Name, "the id at the end of the form's URL, formspree.io/f/ID"),
        optional(
            "subject",
            NewsletterSettingType::Text,
            "the subject of the emails that you receive; the newsletter's title when absent",
        ),
        optional("redirect", NewsletterSettingType::Bool, "`true` sends readers to the newsletter's thank-you page"),
        ASK_NAME,
        SOURCE,
    ],
    confirms: false,
    unsubscribe: None,
    method: |values, newsletter| {
        let subject = values.given("subject").unwrap_or(newsletter.title);
        let next = values.is_on("redirect").then(|| field("_next", THANKS_URL_TOKEN));
        SignUpMethod::of(Form {
            action: format!("https://formspree.io/f/{}", values.text("form")),
            name: values.asks("ask_name", "name"),
            hidden: [field("_subject", subject)].into_iter().chain(next).collect(),
            honeypot: Some("_gotcha".into()),
            source: values.asks("source", "source"),
            ..form()
        })
    },
};

/// Netlify Forms: Netlify finds the form in the published pages.
pub(super) const NETLIFY: Provider = Provider {
    kind: "netlify",
    name: "Netlify",
    settings: &[
        optional(
            "form_name",
            NewsletterSettingType::Name,
            "the form's name in Netlify; the newsletter's id when absent",
        ),
        ASK_NAME,
        SOURCE,
    ],
    confirms: false,
    unsubscribe: None,
    method: |values, newsletter| {
        let name = values.given("form_name").unwrap_or(newsletter.id);
        SignUpMethod::of(Form {
            attributes: vec![
                field("name", name),
                field("data-netlify", "true"),
                field("data-netlify-honeypot", "bot-field"),
            ],
            name: values.asks("ask_name", "name"),
            hidden: vec![field("form-name", name)],
            honeypot: Some("bot-field".into()),
            source: values.asks("source", "source"),
            ..form()
        })
    },
};
