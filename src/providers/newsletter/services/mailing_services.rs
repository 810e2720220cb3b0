//! Services that keep mailing lists and send the emails: Buttondown, Mailchimp, Kit, Brevo.

use url::Url;

use super::super::form::{Form, SignUpMethod, field};
use super::super::settings::{NewsletterSettingType, Values, group, optional, required};
use super::{ASK_LAST_NAME, ASK_NAME, CONFIRMS, Provider, SOURCE, form};
use crate::html::decode_attribute;

/// Buttondown: its form to embed.
pub(super) const BUTTONDOWN: Provider = Provider {
    kind: "buttondown",
    name: "Buttondown",
    settings: &[
        required("username", NewsletterSettingType::Name, "the name in your archive's URL, buttondown.com/NAME"),
        optional("tags", NewsletterSettingType::Texts, "tags that subscribers get"),
        optional("metadata", NewsletterSettingType::Pairs, "further data that is stored with subscribers"),
        ASK_NAME,
        SOURCE,
    ],
    confirms: true,
    unsubscribe: Some("{{ unsubscribe_url }}"),
    method: |values, _| {
        let mut hidden = vec![field("embed", "1")];
        let tags = values.list("tags");
        hidden.extend(tags.iter().map(|tag| field("tag", tag)));
        hidden.extend(values.pairs("metadata").iter().map(|pair| field(&metadata(&pair.name), &pair.value)));
        SignUpMethod::of(Form {
            action: format!("https://buttondown.com/api/emails/embed-subscribe/{}", values.text("username")),
            name: values.asks("ask_name", &metadata("name")),
            hidden,
            choice: only(&tags).map(|tag| field("tag", tag)),
            source: values.asks("source", &metadata("source")),
            ..form()
        })
    },
};

fn metadata(name: &str) -> String {
    format!("metadata__{name}")
}

/// Returns the only item of a list; `None` if there are none or several.
fn only(items: &[String]) -> Option<&String> {
    if let [one] = items { Some(one) } else { None }
}

/// Mailchimp: the form of an audience. The honeypot's name follows from the audience.
pub(super) const MAILCHIMP: Provider = Provider {
    kind: "mailchimp",
    name: "Mailchimp",
    settings: &[
        required(
            "url",
            NewsletterSettingType::UrlLike(is_mailchimp, MAILCHIMP_URL),
            "the form's `action` in the code for embedding",
        ),
        optional(
            "group",
            NewsletterSettingType::Group,
            "the name of this newsletter's tick box in the code for embedding",
        ),
        optional("tags", NewsletterSettingType::Numbers, "the numbers of tags, from the code for embedding"),
        optional("source_field", NewsletterSettingType::FieldName, "the merge tag that stores the page of the form"),
        ASK_NAME,
        ASK_LAST_NAME,
        CONFIRMS,
    ],
    confirms: false,
    unsubscribe: Some("*|UNSUB|*"),
    method: |values, _| {
        // A URL copied from HTML has `&amp;` for `&`.
        let action = decode_attribute(values.text("url")).into_owned();
        let choice = values.given("group").and_then(group).map(|(_, bit)| field(values.text("group"), bit));
        let tags = values.list("tags");
        let tags = (!tags.is_empty()).then(|| field("tags", &tags.join(",")));
        let part = |name: &str| Url::parse(&action).ok().and_then(|url| parameter(&url, name)).unwrap_or_default();
        SignUpMethod::of(Form {
            email: "EMAIL".into(),
            name: values.asks("ask_name", "FNAME"),
            last_name: values.asks("ask_last_name", "LNAME"),
            hidden: choice.iter().cloned().chain(tags).collect(),
            choice,
            honeypot: Some(format!("b_{}_{}", part("u"), part("id"))),
            source: values.given("source_field").map(str::to_owned),
            action,
            ..form()
        })
    },
};

const MAILCHIMP_URL: &str = "a URL such as https://NAME.us1.list-manage.com/subscribe/post?u=…&id=…";

fn is_mailchimp(url: &str) -> bool {
    let Ok(url) = Url::parse(&decode_attribute(url)) else { return false };
    let is_hex = |name: &str| {
        parameter(&url, name).is_some_and(|value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    url.host_str().is_some_and(|host| host.ends_with(".list-manage.com"))
        && url.path() == "/subscribe/post"
        && is_hex("u")
        && is_hex("id")
}

/// Returns the value of a parameter of a URL's query.
fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Kit, formerly ConvertKit: a form of an account.
pub(super) const KIT: Provider = Provider {
    kind: "kit",
    name: "Kit",
    settings: &[
        required("form", NewsletterSettingType::Number, "the number in the form's URL, app.kit.com/forms/NUMBER"),
        optional("tags", NewsletterSettingType::Numbers, "the numbers of tags that subscribers get"),
        ASK_NAME,
        SOURCE,
        CONFIRMS,
    ],
    confirms: true,
    unsubscribe: Some("{{ unsubscribe_url }}"),
    method: |values, _| {
        SignUpMethod::of(Form {
            action: format!("https://app.kit.com/forms/{}/subscriptions", values.list("form").concat()),
            email: "email_address".into(),
            name: values.asks("ask_name", "fields[first_name]"),
            hidden: values.list("tags").iter().map(|tag| field("tags[]", tag)).collect(),
            source: values.asks("source", "fields[source]"),
            ..form()
        })
    },
};

/// Brevo, formerly Sendinblue: a form of an account, in the site's language.
pub(super) const BREVO: Provider = Provider {
    kind: "brevo",
    name: "Brevo",
    settings: &[
        required(
            "url",
            NewsletterSettingType::UrlLike(is_brevo, BREVO_URL),
            "the form's `action` in the code for embedding",
        ),
        optional("name_field", NewsletterSettingType::FieldName, "the form's field for the name; none when absent"),
        CONFIRMS,
    ],
    confirms: false,
    unsubscribe: Some("{{ unsubscribe }}"),
    method: |values: &Values, newsletter| {
        SignUpMethod::of(Form {
            action: values.text("url").to_owned(),
            email: "EMAIL".into(),
            name: values.given("name_field").map(str::to_owned),
            hidden: vec![field("OPT_IN", "1"), field("locale", crate::time::primary_subtag(newsletter.language))],
            honeypot: Some("email_address_check".into()),
            ..form()
        })
    },
};

const BREVO_URL: &str = "a URL such as https://ACCOUNT.sibforms.com/serve/…";

fn is_brevo(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        url.host_str().is_some_and(|host| host.ends_with(".sibforms.com"))
            && url.path().strip_prefix("/serve/").is_some_and(|token| !token.is_empty())
    })
}
