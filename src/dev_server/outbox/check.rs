//! Checks a posted form as a provider would.
//!
//! The checks are those common to all providers: hidden fields unchanged, a valid email address, an empty honeypot. No
//! form has a consent box: the sentence beside the button is the consent.

use std::fmt;

use super::{CapturedForm, ExpectedForm};
use crate::providers::newsletter::Field;

/// Why a provider would not accept a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormProblem {
    /// The body cannot be parsed, with the reason.
    Unreadable(String),
    /// The field contains a file.
    Upload(String),
    /// The field is missing.
    Missing(String),
    /// The field is required and empty.
    Empty(String),
    /// The field (first) has a value (second) that is not an email address.
    InvalidEmail(String, String),
    /// The hidden field does not have the value that the provider needs.
    Hidden(Field),
    /// The field has more characters than the provider accepts.
    TooLong(String, usize),
    /// No checkbox with this name is checked.
    NoChoice(String),
    /// The honeypot is not empty.
    Trapped(String),
}

impl fmt::Display for FormProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormProblem::Unreadable(why) => write!(f, "the form cannot be read: {why}"),
            FormProblem::Upload(field) => {
                write!(f, "the field `{field}` contains a file; forms of the site send text only")
            }
            FormProblem::Missing(field) => write!(f, "the field `{field}` is missing in the theme's form"),
            FormProblem::Empty(field) => write!(f, "the field `{field}` is empty"),
            FormProblem::InvalidEmail(field, value) => {
                write!(f, "`{value}` is not an email address (field `{field}`)")
            }
            FormProblem::Hidden(Field { name, value }) => {
                write!(f, "the hidden field `{name}` with the value `{value}` is missing in the theme's form")
            }
            FormProblem::TooLong(field, limit) => write!(f, "the field `{field}` has more than {limit} characters"),
            FormProblem::NoChoice(field) => {
                write!(f, "no newsletter is ticked (field `{field}`): the provider would subscribe the reader to none")
            }
            FormProblem::Trapped(field) => {
                write!(
                    f,
                    "the field `{field}`, which readers do not see, is filled in: the provider would take the sender for a bot and drop the form silently"
                )
            }
        }
    }
}

/// Checks the posted fields against those expected.
///
/// # Errors
/// All reasons for which the provider would refuse or drop the form.
pub fn check(expected: &ExpectedForm, posted: &[(String, String)]) -> Result<CapturedForm, Vec<FormProblem>> {
    let mut problems = Vec::new();
    for field in &expected.hidden {
        if !values(posted, &field.name).any(|value| value == field.value.trim()) {
            problems.push(FormProblem::Hidden(field.clone()));
        }
    }
    for name in [&expected.email].into_iter().chain(&expected.needed) {
        match values(posted, name).next() {
            None => problems.push(FormProblem::Missing(name.clone())),
            Some("") => problems.push(FormProblem::Empty(name.clone())),
            Some(value) if name == &expected.email && !is_email_address(value) => {
                problems.push(FormProblem::InvalidEmail(name.clone(), value.to_owned()));
            }
            Some(_) => {}
        }
    }
    for (name, limit) in &expected.limits {
        if values(posted, name).any(|value| value.chars().count() > *limit) && name != &expected.email {
            problems.push(FormProblem::TooLong(name.clone(), *limit));
        }
    }
    let is_ticked = |choice: &Field| values(posted, &choice.name).any(|value| value == choice.value);
    if let Some(first) = expected.choices.first()
        && !expected.choices.iter().any(is_ticked)
    {
        problems.push(FormProblem::NoChoice(first.name.clone()));
    }
    if let Some(name) = &expected.honeypot
        && values(posted, name).any(|value| !value.is_empty())
    {
        problems.push(FormProblem::Trapped(name.clone()));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let fields = posted.to_vec();
    Ok(CapturedForm { kind: expected.kind.clone(), notes: notes(expected, posted), fields })
}

/// Returns the values posted under a name, trimmed.
fn values<'p>(posted: &'p [(String, String)], name: &str) -> impl Iterator<Item = &'p str> {
    posted.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.trim())
}

/// Returns hints: fields that the provider does not know, and a missing honeypot.
fn notes(expected: &ExpectedForm, posted: &[(String, String)]) -> Vec<String> {
    let known: Vec<&String> = expected.needed.iter().chain(&expected.optional).chain([&expected.email]).collect();
    let is_hidden = |name: &str, value: &str| {
        expected
            .hidden
            .iter()
            .chain(&expected.choices)
            .any(|field| field.name == name && field.value.trim() == value.trim())
    };
    let mut notes = Vec::new();
    for (name, value) in posted {
        let is_known = known.contains(&name)
            || [&expected.honeypot, &expected.source].contains(&&Some(name.clone()))
            || is_hidden(name, value);
        if !is_known {
            notes.push(format!("the provider is not known to expect `{name}`"));
        }
    }
    if let Some(name) = &expected.honeypot
        && !posted.iter().any(|(given, _)| given == name)
    {
        notes.push(format!("the form has no honeypot `{name}`, so bots are not recognized"));
    }
    notes
}

/// Returns whether a text can be an email address: the check of browsers (HTML standard), with letters of any script
/// after the `@`, and a domain of at least two labels.
fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=64).contains(&local.len())
        && text.len() <= 254 // RFC 5321, section 4.5.3.1.3, without the angle brackets
        && local.chars().all(is_local)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::body::TextAnalysis;
    use crate::content::document::Document;
    use crate::digest::Digest;
    use crate::path::SourcePath;

    /// Returns the form of a newsletter with this provider, as it is in the pages.
    fn form(provider: &str) -> ExpectedForm {
        let front_matter = serde_yaml::from_str(&format!("title: Weekly\nprovider: {provider}\n")).unwrap();
        let path = SourcePath::new("content/newsletters/weekly.md").unwrap();
        let (text, metadata) = (Digest::default(), Digest::default());
        let document = Document {
            path,
            front_matter,
            analysis: TextAnalysis::default(),
            text_digest: text,
            metadata_digest: metadata,
        };
        let sign_up = crate::providers::newsletter::sign_up("weekly", &document, "en", &mut Vec::new()).unwrap();
        let form = sign_up.form().expect("a form").at("/t/", "https://p.example/t/", None);
        ExpectedForm::newsletter("weekly", &form)
    }

    fn posted(text: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }

    #[track_caller]
    fn taken(expected: &ExpectedForm, text: &str) -> Vec<String> {
        check(expected, &posted(text)).unwrap().notes
    }

    #[track_caller]
    fn refused(expected: &ExpectedForm, text: &str) -> Vec<FormProblem> {
        check(expected, &posted(text)).unwrap_err()
    }

    fn hidden(name: &str, value: &str) -> FormProblem {
        FormProblem::Hidden(Field { name: name.into(), value: value.into() })
    }

    #[test]
    fn buttondown() {
        let form = form("{ kind: buttondown, username: cause, tags: [a, b], ask_name: true }");
        assert!(taken(&form, "embed=1&tag=a&tag=b&email=x%40y.example&metadata__name=").is_empty());
        let problems = refused(&form, "tag=a&email=x%40y&metadata__name=Ana");
        let address = FormProblem::InvalidEmail("email".into(), "x@y".into());
        assert_eq!(problems, [hidden("embed", "1"), hidden("tag", "b"), address]);
        assert_eq!(taken(&form, "embed=1&tag=a&tag=b&tag=c&email=x%40y.example").len(), 1);
    }

    #[test]
    fn listmonk() {
        let form = form(
            "{ kind: listmonk, root: 'https://l.example/', list: [8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01, 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02], redirect: true, ask_name: true }",
        );
        let lists = "l=8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01&l=8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02&next=https%3A%2F%2Fp.example%2Ft%2F";
        assert!(taken(&form, &format!("{lists}&email=x%40y.example&name=Ana&nonce=")).is_empty());
        let trapped = refused(&form, &format!("{lists}&email=x%40y.example&nonce=buy"));
        assert_eq!(trapped, [FormProblem::Trapped("nonce".into())]);
        assert!(trapped[0].to_string().contains("drop the form silently"));
        let next = hidden("next", "https://p.example/t/");
        assert_eq!(
            refused(
                &form,
                "l=8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01&l=8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02&email=x%40y.example&nonce="
            ),
            [next]
        );
        assert_eq!(taken(&form, &format!("{lists}&email=x%40y.example")).len(), 1);
    }

    #[test]
    fn netlify() {
        let form = form("{ kind: netlify }");
        assert!(taken(&form, "form-name=weekly&email=x%40y.example&bot-field=").is_empty());
        assert_eq!(
            refused(&form, "email=&bot-field="),
            [hidden("form-name", "weekly"), FormProblem::Empty("email".into())]
        );
    }

    #[test]
    fn custom() {
        let form = form(
            "{ kind: custom, url: 'https://x.example/s', email_field: EMAIL, name_field: NAME, next_field: next, honeypot: trap, hidden: { list: '7' } }",
        );
        let hidden = "list=7&next=https%3A%2F%2Fp.example%2Ft%2F";
        assert!(taken(&form, &format!("{hidden}&EMAIL=x%40y.example&NAME=&trap=")).is_empty());
        assert_eq!(refused(&form, &format!("{hidden}&email=x%40y.example")), [FormProblem::Missing("EMAIL".into())]);
    }

    #[test]
    fn comments() {
        let form = ExpectedForm::comment();
        let article = "article=https%3A%2F%2Fp.example%2Fa%2F";
        assert!(taken(&form, &format!("{article}&text=Hi&author=Ana&email=x%40y.example&website=")).is_empty());
        let problems = refused(&form, "text=+&author=Ana&email=x&website=http%3A%2F%2Fspam.example");
        let address = FormProblem::InvalidEmail("email".into(), "x".into());
        let (missing, empty) = (FormProblem::Missing("article".into()), FormProblem::Empty("text".into()));
        assert_eq!(problems, [address, missing, empty, FormProblem::Trapped("website".into())]);
    }

    #[test]
    fn addresses() {
        for good in ["a@b.example", "a.b+c@d-e.example", "o'neil@x.co.uk", "a@bücher.example"] {
            assert!(is_email_address(good), "{good}");
        }
        let long = format!("{}@b.example", "a".repeat(65));
        for bad in
            ["", "a", "a@", "@b.example", "a@b", "a b@c.example", "a@b..example", "a@-b.example", "a@b.example.", &long]
        {
            assert!(!is_email_address(bad), "{bad}");
        }
    }
}
