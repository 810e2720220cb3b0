//! The outbox: sign-up and comment forms can be tried in the dev server. What they post is checked as the provider
//! would check it, and stored in `.handbill/outbox/` instead of being sent.
//!
//! [`form_endpoints`] lists the forms of a site, [`rewrite_forms`] redirects a page's forms to them, [`validate`]
//! checks a post and makes the response, [`store`] writes a copy to the outbox. Nothing here uses a network;
//! `http::guard` decides which requests may post.

mod body;
mod check;
mod page;
mod rewrite;

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

pub use body::{MAX_BODY_BYTES, fields};
pub use check::{FormProblem, check};
pub use rewrite::rewrite_forms;

use crate::build::cache_folder;
use crate::digest::Digest;
use crate::path::UrlPath;
use crate::providers::newsletter::{Field, Form};
use crate::publish::{Cache, PublishError};
use crate::site::SiteModel;

/// Path below the site's base URL to which forms post in the dev server.
pub const BASE_PATH: &str = "/.handbill/outbox/";

/// Greatest number of copies in the outbox.
const MAX_COPIES: usize = 200;

/// Kind of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "form", content = "newsletter", rename_all = "lowercase")]
pub enum FormKind {
    /// Sign-up form of one or several newsletters, by their ids.
    Newsletter(String),
    /// Comment form of an article.
    Comment,
}

/// The fields that a form must post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedForm {
    /// Kind of the form.
    pub kind: FormKind,
    /// Name of the field for the email address.
    pub email: String,
    /// Names of other required fields.
    pub needed: Vec<String>,
    /// Names of optional fields.
    pub optional: Vec<String>,
    /// Hidden fields with their values.
    pub hidden: Vec<Field>,
    /// Checkboxes, at least one of which must be checked.
    pub choices: Vec<Field>,
    /// Name of the field with the URL of the page.
    pub source: Option<String>,
    /// Greatest number of characters, by field name.
    pub limits: Vec<(String, usize)>,
    /// Name of the honeypot, a field that must stay empty.
    pub honeypot: Option<String>,
}

impl ExpectedForm {
    /// Returns the fields of a newsletter's sign-up form. `form` is the one in the pages.
    #[must_use]
    pub fn newsletter(id: &str, form: &Form) -> ExpectedForm {
        ExpectedForm {
            kind: FormKind::Newsletter(id.to_owned()),
            email: form.email.clone(),
            needed: Vec::new(),
            optional: form.name.iter().chain(&form.last_name).cloned().collect(),
            hidden: form.hidden.clone(),
            choices: Vec::new(),
            source: form.source.clone(),
            limits: (form.name.iter().chain(&form.last_name).map(|name| (name.clone(), form.name_limit)))
                .chain([(form.email.clone(), form.email_limit)])
                .filter(|(_, limit)| *limit > 0)
                .collect(),
            honeypot: form.honeypot.clone(),
        }
    }

    /// Returns the fields of a comment form, as the documentation of the settings promises them to services and
    /// scripts.
    #[must_use]
    pub fn comment() -> ExpectedForm {
        ExpectedForm {
            kind: FormKind::Comment,
            email: "email".to_owned(),
            needed: ["article", "text", "author"].map(str::to_owned).into(),
            optional: Vec::new(),
            hidden: Vec::new(),
            choices: Vec::new(),
            source: None,
            limits: Vec::new(),
            honeypot: Some("website".to_owned()),
        }
    }
}

/// A form of the site, and the path at which the dev server receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormEndpoint {
    /// Fields of the form.
    pub expected: ExpectedForm,
    /// Path of requests that post the form.
    pub path: String,
    /// URL in the `action` of the site's pages; `None` if it is `path`, because the site's own host receives the
    /// form.
    pub action: Option<String>,
    /// Link to the page that readers see after a sign-up; `None` after a comment.
    pub thanks: Option<String>,
}

/// Returns the forms of a site.
#[must_use]
pub fn form_endpoints(model: &SiteModel) -> Vec<FormEndpoint> {
    let local = |name: &str| {
        let url = UrlPath::new(&format!("{BASE_PATH}{name}/")).expect("a slug is a part of a path");
        model.base.link(&url)
    };
    let mut endpoints = Vec::new();
    for newsletter in &model.newsletters {
        let Some(form) = newsletter.sign_up.form() else { continue };
        let thanks = newsletter.page("thanks");
        let form = form.at(&model.base.link(&thanks), &model.base.absolute(&thanks), None);
        let thanks = model.base.link(&thanks);
        let is_elsewhere = form.action != thanks;
        let slug = newsletter.url.as_str().trim_matches('/');
        endpoints.push(FormEndpoint {
            expected: ExpectedForm::newsletter(&newsletter.id, &form),
            path: if is_elsewhere { local(&slug.replacen("newsletters/", "newsletter/", 1)) } else { thanks.clone() },
            action: is_elsewhere.then_some(form.action),
            thanks: Some(thanks),
        });
    }
    for (index, group) in model.sign_ups().into_iter().enumerate() {
        let Some(form) = group.form else { continue };
        let choices = group.newsletters.iter().filter_map(|newsletter| newsletter.sign_up.form()?.choice.clone());
        let ids = group.newsletters.iter().map(|newsletter| newsletter.id.as_str()).collect::<Vec<_>>().join(", ");
        endpoints.push(FormEndpoint {
            expected: ExpectedForm { choices: choices.collect(), ..ExpectedForm::newsletter(&ids, &form) },
            path: local(&format!("newsletters/{index}")),
            action: Some(form.action),
            thanks: group.newsletters.first().map(|newsletter| model.base.link(&newsletter.page("thanks"))),
        });
    }
    if let Some(form) = &model.config.comments.form {
        let is_elsewhere = !form.starts_with('/') || form.starts_with("//");
        let path = form.split(['?', '#']).next().unwrap_or(form);
        endpoints.push(FormEndpoint {
            expected: ExpectedForm::comment(),
            path: if is_elsewhere { local("comment") } else { path.to_owned() },
            action: is_elsewhere.then(|| form.to_string()),
            thanks: None,
        });
    }
    endpoints
}

/// A form that the provider would accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CapturedForm {
    /// Kind of the form.
    #[serde(flatten)]
    pub kind: FormKind,
    /// Names and values, in the form's order.
    pub fields: Vec<(String, String)>,
    /// Hints that are not errors.
    pub notes: Vec<String>,
}

/// Response to a posted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormResponse {
    /// 303 to this link.
    SeeOther(String),
    /// A status code and a page.
    Page(u16, String),
}

/// Checks a post to an endpoint; returns the form, if the provider would accept it, and the response. `back` is the
/// path of the page with the form.
#[must_use]
pub fn validate(
    endpoint: &FormEndpoint,
    content_type: &str,
    body: &[u8],
    back: &str,
) -> (Option<CapturedForm>, FormResponse) {
    let parsed = fields(content_type, body).map_err(|problem| vec![problem]);
    match parsed.and_then(|posted| check(&endpoint.expected, &posted)) {
        Ok(submission) => {
            let answer = match &endpoint.thanks {
                Some(thanks) => FormResponse::SeeOther(thanks.clone()),
                None => FormResponse::Page(200, page::taken(&submission, back)),
            };
            (Some(submission), answer)
        }
        Err(problems) => (None, FormResponse::Page(422, page::refused(&endpoint.expected.kind, &problems, back))),
    }
}

/// Stores a copy in the outbox of a site and removes the oldest beyond two hundred.
///
/// # Errors
/// If the copy cannot be written.
pub fn store(root: &Path, submission: &CapturedForm, at: Timestamp) -> Result<(), PublishError> {
    #[derive(Serialize)]
    struct Copy<'a> {
        time: Timestamp,
        #[serde(flatten)]
        submission: &'a CapturedForm,
    }
    let mut text = serde_json::to_string_pretty(&Copy { time: at, submission }).expect("texts and lists encode");
    text.push('\n');
    let (day, milliseconds) = (at.strftime("%Y-%m-%dT%H-%M-%S"), at.as_millisecond().rem_euclid(1000));
    // The names sort by time.
    let name = format!("{day}-{milliseconds:03}-{}.json", Digest::of_bytes(text.as_bytes()).short(8));
    Cache::new(&cache_folder(root)).keep_copy(&name, text.as_bytes(), MAX_COPIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(thanks: Option<&str>) -> FormEndpoint {
        let form = Form { email: "email".into(), ..Form::default() };
        let expected =
            if thanks.is_some() { ExpectedForm::newsletter("weekly", &form) } else { ExpectedForm::comment() };
        FormEndpoint { expected, path: "/x/".into(), action: None, thanks: thanks.map(str::to_owned) }
    }

    const PLAIN: &str = "application/x-www-form-urlencoded";

    #[test]
    fn sign_up_that_is_taken_leads_to_the_thank_you_page() {
        let (submission, answer) = validate(&endpoint(Some("/t/")), PLAIN, b"email=a%40b.example", "/");
        assert_eq!(answer, FormResponse::SeeOther("/t/".into()));
        assert_eq!(submission.unwrap().fields, [("email".to_owned(), "a@b.example".to_owned())]);
    }

    #[test]
    fn reasons_of_a_refusal_are_named() {
        let check = |body: &str, words: &str| {
            let (submission, answer) = validate(&endpoint(Some("/t/")), PLAIN, body.as_bytes(), "/a?x=\"><script>");
            let FormResponse::Page(422, page) = answer else { panic!("{answer:?}") };
            assert!(page.contains(words) && !page.contains("<script>"), "{page}");
            assert_eq!(submission, None);
        };
        check("email=", "the field <code>email</code> is empty");
        check("email=<script>", "<code>&lt;script&gt;</code> is not an email address");
    }

    #[test]
    fn comment_that_is_taken_is_shown() {
        let body = b"article=https%3A%2F%2Fp.example%2Fa%2F&text=Well+%3Cb%3E&author=Ana&email=a%40b.example&website=";
        let (submission, answer) = validate(&endpoint(None), PLAIN, body, "/a/");
        let FormResponse::Page(200, page) = answer else { panic!("{answer:?}") };
        assert!(page.contains("Well &lt;b&gt;") && page.contains("href=\"/a/\""), "{page}");
        assert_eq!(submission.unwrap().kind, FormKind::Comment);
    }

    #[test]
    fn copies_are_kept_up_to_a_number() {
        let site = tempfile::tempdir().unwrap();
        let folder = site.path().join(".handbill/outbox");
        for second in 0..MAX_COPIES as i64 + 5 {
            let fields = vec![("email".to_owned(), format!("{second}@b.example"))];
            let submission = CapturedForm { kind: FormKind::Newsletter("weekly".into()), fields, notes: Vec::new() };
            store(site.path(), &submission, Timestamp::from_second(second).unwrap()).unwrap();
        }
        let names = crate::publish::copies(&folder);
        assert_eq!(names.len(), MAX_COPIES);
        assert!(names[0].starts_with("1970-01-01T00-00-05-000-"), "{}", names[0]);
    }

    #[test]
    fn copy_has_time_and_fields() {
        let kind = FormKind::Newsletter("weekly".into());
        let submission = CapturedForm { kind, fields: vec![("a".into(), "b".into())], notes: vec!["n".into()] };
        let json = serde_json::to_string(&submission).unwrap();
        assert_eq!(json, r#"{"form":"newsletter","newsletter":"weekly","fields":[["a","b"]],"notes":["n"]}"#);
        let comment = CapturedForm { kind: FormKind::Comment, fields: vec![], notes: vec![] };
        assert_eq!(serde_json::to_string(&comment).unwrap(), r#"{"form":"comment","fields":[],"notes":[]}"#);
    }
}
