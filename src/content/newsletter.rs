//! Sign-up forms: for each provider of mailing lists, what its form posts, where to.
//!
//! A provider is one entry of [`PROVIDERS`]: its settings with what they take, and a function from their values to
//! the form. Sources: the providers' own documentation of their embedded forms.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::document::Document;
use super::front_matter::NewsletterFront;
use crate::diagnostic::{Diagnostic, Spot, nearest};

/// A form that works without JavaScript.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Where it posts to; empty for the list's own thank-you page.
    pub action: String,
    /// Further attributes of the form element.
    pub attributes: Vec<Field>,
    /// The name of the field for the address.
    pub email: String,
    /// The name of the field for the reader's name, when it is asked for.
    pub name: Option<String>,
    /// Fields that readers do not see.
    pub hidden: Vec<Field>,
    /// The name of a field that people leave empty and robots fill.
    pub honeypot: Option<String>,
    /// Whether the provider sends a mail with a link, and puts on the list who follows it.
    #[serde(skip)]
    pub confirms: bool,
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Form {
    /// The form with the address of the thank-you page in its place, as a link and as an absolute URL.
    #[must_use]
    pub fn at(&self, thanks: &str, thanks_absolute: &str) -> Form {
        let mut form = self.clone();
        if form.action.is_empty() {
            form.action = thanks.to_owned();
        }
        for field in &mut form.hidden {
            if field.value == THANKS {
                field.value = thanks_absolute.to_owned();
            }
        }
        form
    }
}

/// Stands for the thank-you page's absolute URL until the site is known.
const THANKS: &str = "{thanks}";

/// A setting of a provider.
struct Setting {
    name: &'static str,
    required: bool,
    takes: Takes,
    help: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Words without spaces, as they stand in a URL.
    Name,
    /// An https address (http for a machine of one's own).
    Url,
    /// The name of a form field.
    FieldName,
    /// One or several texts.
    Texts,
    /// Names and texts.
    Pairs,
    /// `true` or `false`.
    Bool,
}

/// A provider of mailing lists.
struct Provider {
    kind: &'static str,
    settings: &'static [Setting],
    /// Whether it asks by mail for confirmation, where its setting `confirms` does not say otherwise.
    confirms: bool,
    form: fn(&Values, &str) -> Form,
}

const fn required(name: &'static str, takes: Takes, help: &'static str) -> Setting {
    Setting { name, required: true, takes, help }
}

const fn optional(name: &'static str, takes: Takes, help: &'static str) -> Setting {
    Setting { name, required: false, takes, help }
}

const ASK_NAME: Setting = optional("ask_name", Takes::Bool, "`true` adds a field for the reader's name");

const CONFIRMS: Setting =
    optional("confirms", Takes::Bool, "`true` when the service sends a mail with a link to confirm, else `false`");

const PROVIDERS: &[Provider] = &[
    Provider {
        kind: "buttondown",
        settings: &[
            required("username", Takes::Name, "the name in your archive's address, buttondown.com/NAME"),
            optional("tags", Takes::Texts, "tags that subscribers get"),
            ASK_NAME,
        ],
        confirms: true,
        form: |values, _| Form {
            action: format!("https://buttondown.com/api/emails/embed-subscribe/{}", values.text("username")),
            email: "email".into(),
            name: values.is_on("ask_name").then(|| "metadata__name".into()),
            hidden: [field("embed", "1")]
                .into_iter()
                .chain(values.texts("tags").map(|tag| field("tag", tag)))
                .collect(),
            ..Form::default()
        },
    },
    Provider {
        kind: "listmonk",
        settings: &[
            required("root", Takes::Url, "the address of your listmonk, https://lists.example.org"),
            required("list", Takes::Texts, "the UUID of the list, from its page in listmonk"),
            optional(
                "redirect",
                Takes::Bool,
                "`true` sends readers back to the site; listmonk must trust that address",
            ),
            ASK_NAME,
            CONFIRMS,
        ],
        confirms: true,
        form: |values, _| Form {
            action: format!("{}/subscription/form", values.text("root").trim_end_matches('/')),
            email: "email".into(),
            name: values.is_on("ask_name").then(|| "name".into()),
            hidden: values
                .texts("list")
                .map(|uuid| field("l", uuid))
                .chain(values.is_on("redirect").then(|| field("next", THANKS)))
                .collect(),
            honeypot: Some("nonce".into()),
            ..Form::default()
        },
    },
    Provider {
        kind: "netlify",
        settings: &[
            optional("form_name", Takes::Name, "the form's name in Netlify; the list's id when absent"),
            ASK_NAME,
        ],
        confirms: false,
        form: |values, id| {
            let name = if values.has("form_name") { values.text("form_name") } else { id };
            Form {
                attributes: vec![
                    field("name", name),
                    field("data-netlify", "true"),
                    field("data-netlify-honeypot", "bot-field"),
                ],
                email: "email".into(),
                name: values.is_on("ask_name").then(|| "name".into()),
                hidden: vec![field("form-name", name)],
                honeypot: Some("bot-field".into()),
                ..Form::default()
            }
        },
    },
    Provider {
        kind: "custom",
        settings: &[
            required("url", Takes::Url, "where the form posts to"),
            optional("email_field", Takes::FieldName, "the name of the field for the address; `email` when absent"),
            optional("name_field", Takes::FieldName, "the name of the field for the reader's name; none when absent"),
            optional("next_field", Takes::FieldName, "the hidden field that names the page to show afterwards"),
            optional("honeypot", Takes::FieldName, "the name of a field that must stay empty"),
            optional("hidden", Takes::Pairs, "further fields with their values"),
            CONFIRMS,
        ],
        confirms: false,
        form: |values, _| Form {
            action: values.text("url").to_owned(),
            email: if values.has("email_field") { values.text("email_field").to_owned() } else { "email".into() },
            name: values.has("name_field").then(|| values.text("name_field").to_owned()),
            hidden: values
                .pairs("hidden")
                .into_iter()
                .chain(values.has("next_field").then(|| field(values.text("next_field"), THANKS)))
                .collect(),
            honeypot: values.has("honeypot").then(|| values.text("honeypot").to_owned()),
            ..Form::default()
        },
    },
];

fn field(name: &str, value: &str) -> Field {
    Field { name: name.to_owned(), value: value.to_owned() }
}

/// The settings of a provider as they were checked.
struct Values(BTreeMap<String, Value>);

impl Values {
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn is_on(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let value = self.0.get(name);
        let list = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        list.chain(value.and_then(Value::as_str))
    }

    fn pairs(&self, name: &str) -> Vec<Field> {
        let map = self.0.get(name).and_then(Value::as_object).into_iter().flatten();
        map.filter_map(|(key, value)| Some(field(key, value.as_str()?))).collect()
    }
}

impl Takes {
    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Takes::Name => text.is_some_and(|text| {
                !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            }),
            Takes::Url => text.is_some_and(is_url),
            Takes::FieldName => text.is_some_and(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
            Takes::Texts => match value {
                Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_string),
                value => text.is_some_and(|text| !text.is_empty()) && value.is_string(),
            },
            Takes::Pairs => value.as_object().is_some_and(|map| map.values().all(Value::is_string)),
            Takes::Bool => value.is_boolean(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Takes::Name => "a name of letters, digits, `-`, `_` and `.`",
            Takes::Url => "an address that begins with https://",
            Takes::FieldName => "the name of a form field",
            Takes::Texts => "a text or a list of texts",
            Takes::Pairs => "names with texts in quotes",
            Takes::Bool => "`true` or `false`",
        }
    }
}

fn is_url(text: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|start| text.starts_with(start));
    let rest = text.strip_prefix("https://").or_else(|| local.then(|| &text["http://".len()..]));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
}

/// The form of a list. Mistakes in its provider's settings go into `diagnostics`; then the result is `None`.
pub fn form(id: &str, document: &Document<NewsletterFront>, diagnostics: &mut Vec<Diagnostic>) -> Option<Form> {
    let before = diagnostics.len();
    let file = &document.path;
    let given = document.front.provider.value();
    let empty = serde_json::Map::new();
    let given = given.as_object().unwrap_or(&empty);
    let mut report = |spot: Spot, message: String, help: String| {
        diagnostics.push(Diagnostic::error("newsletter", message).at(file, spot).help(help));
    };
    let spot = |key: &str| Spot::Value(vec!["provider".into(), key.to_owned()]);
    let kinds = || PROVIDERS.iter().map(|provider| provider.kind);
    let Some(kind) = given.get("kind").and_then(Value::as_str) else {
        let help = format!("write `provider: {{ kind: … }}` with one of {}", kinds().collect::<Vec<_>>().join(", "));
        report(Spot::value("provider"), "the provider has no `kind`".into(), help);
        return None;
    };
    let Some(provider) = PROVIDERS.iter().find(|provider| provider.kind == kind) else {
        let help = match nearest(kind, kinds()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", kinds().collect::<Vec<_>>().join(", ")),
        };
        report(spot("kind"), format!("there is no provider `{kind}`"), help);
        return None;
    };
    for setting in provider.settings.iter().filter(|setting| setting.required && !given.contains_key(setting.name)) {
        let message = format!("the provider `{kind}` needs the setting `{}`", setting.name);
        report(Spot::value("provider"), message, setting.help.to_owned());
    }
    let mut values = BTreeMap::new();
    for (key, value) in given.iter().filter(|(key, _)| *key != "kind") {
        match provider.settings.iter().find(|setting| setting.name == key) {
            Some(setting) if setting.takes.fits(value) => {
                values.insert(key.clone(), value.clone());
            }
            Some(setting) => {
                let message = format!("`{key}` takes {}", setting.takes.words());
                report(spot(key), message, setting.help.to_owned());
            }
            None => {
                let names = || provider.settings.iter().map(|setting| setting.name);
                let help = nearest(key, names()).map(|near| format!("did you mean `{near}`?"));
                let help = help.unwrap_or_else(|| format!("known: {}", names().collect::<Vec<_>>().join(", ")));
                let spot = Spot::Key(vec!["provider".into(), key.clone()]);
                report(spot, format!("the provider `{kind}` has no setting `{key}`"), help);
            }
        }
    }
    let values = Values(values);
    let confirms = if values.has("confirms") { values.is_on("confirms") } else { provider.confirms };
    (diagnostics.len() == before).then(|| Form { confirms, ..(provider.form)(&values, id) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::body::Outline;
    use crate::digest::Digest;
    use crate::path::ContentPath;

    fn made(provider: &str) -> Result<Form, Vec<String>> {
        let front = serde_yaml::from_str(&format!("title: Weekly\nprovider: {provider}\n")).unwrap();
        let path = ContentPath::new("content/newsletters/weekly.md").unwrap();
        let (text, facts) = (Digest::default(), Digest::default());
        let document = Document { path, front, outline: Outline::default(), text, facts };
        let mut diagnostics = Vec::new();
        form("weekly", &document, &mut diagnostics).ok_or(diagnostics.into_iter().map(|d| d.message).collect())
    }

    fn hidden(form: &Form) -> Vec<(&str, &str)> {
        form.hidden.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect()
    }

    #[test]
    fn forms_post_what_providers_expect() {
        let form = made("{ kind: buttondown, username: cause, tags: [a, b] }").unwrap();
        assert_eq!(form.action, "https://buttondown.com/api/emails/embed-subscribe/cause");
        assert_eq!(hidden(&form), [("embed", "1"), ("tag", "a"), ("tag", "b")]);

        let form =
            made("{ kind: listmonk, root: 'https://lists.example.org/', list: [u1, u2], redirect: true }").unwrap();
        let form = form.at("/t/", "https://example.org/t/");
        assert_eq!(form.action, "https://lists.example.org/subscription/form");
        assert_eq!(hidden(&form), [("l", "u1"), ("l", "u2"), ("next", "https://example.org/t/")]);
        assert_eq!(form.honeypot.as_deref(), Some("nonce"));

        let form = made("{ kind: netlify }").unwrap().at("/t/", "https://example.org/t/");
        assert_eq!((form.action.as_str(), hidden(&form)), ("/t/", vec![("form-name", "weekly")]));

        let form = made("{ kind: custom, url: 'https://x.example/s', email_field: EMAIL, hidden: { a: b } }").unwrap();
        assert_eq!((form.email.as_str(), hidden(&form)), ("EMAIL", vec![("a", "b")]));
    }

    #[test]
    fn missing_settings_are_named() {
        let check = |provider: &str, part: &str| {
            let faults = made(provider).unwrap_err();
            assert!(faults.iter().any(|fault| fault.contains(part)), "{faults:?}");
        };
        check("{ kind: buttondown }", "needs the setting `username`");
        check("{ kind: listmonk, root: x }", "needs the setting `list`");
        check("{ kind: listmonk, root: x, list: u }", "`root` takes an address");
        check("{ kind: butondown }", "no provider `butondown`");
        check("{}", "has no `kind`");
        check("{ kind: custom, url: 'javascript:alert(1)' }", "`url` takes");
    }
}
