//! Newsletter providers: for each, what its sign-up form posts and where to, or the page where readers sign up.
//!
//! A provider is a row of [`PROVIDERS`]: its settings with their types, and a function from their values to the sign-up
//! method. [`sign_up`] checks the settings of a newsletter, [`check_disclosures`] what it tells readers.

mod disclosures;
mod form;
mod services;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

use serde_json::{Map, Value};

pub use self::disclosures::check_disclosures;
pub use self::form::{Field, Form, SignUp, SignUpMethod};
use self::services::{NewsletterInfo, PROVIDERS, Provider};
use self::settings::Values;
use super::secrets;
use super::settings::{Report, suggestion, validate};
use crate::content::document::Document;
use crate::content::kinds::NewsletterFrontMatter;
use crate::diagnostic::{Diagnostic, Span};

/// Returns how readers subscribe to a newsletter, on a site in `language`. Errors in the provider's settings are added
/// to `diagnostics`; with any, the result is `None`. If a setting is a secret, only that is reported, so that no
/// snippet shows its line.
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
    let mut report = |span: Span, message: String, help: String| {
        diagnostics.push(Diagnostic::error("newsletter", message).at(&document.path, span).help(help));
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
    let values = Values(validate("provider", provider.kind, provider.settings, given, &["provider"], &mut report));
    if diagnostics.len() > before {
        return None;
    }
    let confirms = if values.has("confirms") { values.is_on("confirms") } else { provider.confirms };
    let method = (provider.method)(&values, NewsletterInfo { id, title: &document.front_matter.title, language });
    let unsubscribe = values.given("unsubscribe").or(provider.unsubscribe).map(str::to_owned);
    Some(SignUp { provider: provider.name, method, confirms, unsubscribe })
}

const REVOKE: &str = "forms need no secret, and what stands here is in every copy of the site: remove it, and revoke \
                      it at the provider, since whoever has the file or its history has the key";

/// Returns the provider that a newsletter names.
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
