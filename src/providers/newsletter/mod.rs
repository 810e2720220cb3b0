//! Sign-up: for each provider of mailing lists, what its form posts, where to, or where readers go instead.
//!
//! A provider is one entry of [`providers::PROVIDERS`]: its settings with what they take, and a function from their
//! values to the way onto a list. [`sign_up`] checks the settings of a list, [`owed`] what the list says to readers.

mod disclosures;
mod form;
mod secrets;
mod services;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

use serde_json::{Map, Value};

pub use self::disclosures::check_disclosures;
pub use self::form::{Field, Form, SignUp, SignUpMethod};
use self::services::{NewsletterInfo, PROVIDERS, Provider};
use self::settings::Values;
use super::settings::{Report, suggestion, validate};
use crate::content::document::Document;
use crate::content::front_matter::NewsletterFrontMatter;
use crate::diagnostic::{Diagnostic, Span};

/// The way onto a list, on a site in a language. Mistakes in its provider's settings go into `diagnostics`; then the
/// result is `None`. Where one of them is a secret, nothing else is told, so that its line is not shown.
pub fn sign_up(
    id: &str,
    document: &Document<NewsletterFrontMatter>,
    language: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<SignUp> {
    let before = diagnostics.len();
    let given = document.front_matter.provider.value();
    let empty = Map::new();
    let given = given.as_object().unwrap_or(&empty);
    let kind = given.get("kind").and_then(Value::as_str);
    let mut report = |spot: Span, message: String, help: String| {
        diagnostics.push(Diagnostic::error("newsletter", message).at(&document.path, spot).help(help));
    };
    let secrets = secrets::secrets(kind.unwrap_or_default(), given);
    if !secrets.is_empty() {
        for secret in secrets {
            let path = [vec!["provider".to_owned()], secret.path].concat();
            report(Span::Hidden(path), secret.what, REVOKE.to_owned());
        }
        return None;
    }
    let provider = provider(kind, &mut report)?;
    let values = Values(validate(provider.kind, provider.settings, given, &["provider"], &mut report));
    if diagnostics.len() > before {
        return None;
    }
    let confirms = if values.has("confirms") { values.is_on("confirms") } else { provider.confirms };
    let way = (provider.method)(&values, NewsletterInfo { id, title: &document.front_matter.title, language });
    let unsubscribe = values.given("unsubscribe").or(provider.unsubscribe).map(str::to_owned);
    Some(SignUp { provider: provider.name, method: way, confirms, unsubscribe })
}

const REVOKE: &str = "forms need no secret, and what stands here is in every copy of the site: take it out, and revoke \
                      it at the provider, since whoever has the file or its history has the key";

/// The provider of a list.
fn provider(kind: Option<&str>, report: &mut Report<'_>) -> Option<&'static Provider> {
    let kinds = || PROVIDERS.iter().map(|provider| provider.kind);
    let all = || kinds().collect::<Vec<_>>().join(", ");
    let Some(kind) = kind else {
        let help = format!("write `provider: {{ kind: … }}` with one of {}", all());
        report(Span::value("provider"), "the provider has no `kind`".into(), help);
        return None;
    };
    let found = PROVIDERS.iter().find(|provider| provider.kind == kind).copied();
    if found.is_none() {
        let help = suggestion(kind, kinds);
        report(Span::Value(vec!["provider".into(), "kind".into()]), format!("there is no provider `{kind}`"), help);
    }
    found
}
