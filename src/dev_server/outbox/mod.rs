//! Forms can be tried: what a sign-up or comment form posts in the preview goes into `.handbill/outbox/` in place of
//! the provider, checked as the provider would.
//!
//! [`sinks`] lists the forms of a site, [`rewritten`] turns a page's forms to them, [`receive`] judges what one posts
//! and says what to answer, [`keep`] puts a copy into the outbox. Nothing here speaks to any network; whether a
//! request may post at all is the server's to decide.

mod body;
mod check;
mod page;
mod rewrite;

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

pub use body::{LARGEST, fields};
pub use check::{FormProblem, check};
pub use rewrite::rewrite_forms;

use crate::build::cache_folder;
use crate::digest::Digest;
use crate::path::UrlPath;
use crate::providers::newsletter::{Field, Form};
use crate::publish::{Cache, PublishError};
use crate::site::Site;

/// Where the preview takes what forms post, below the site's own address.
pub const ADDRESS: &str = "/.handbill/outbox/";

/// How many copies are kept.
const NEWEST: usize = 200;

/// Which form it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "form", content = "list", rename_all = "lowercase")]
pub enum FormKind {
    /// The sign-up form of a newsletter, by its id.
    Newsletter(String),
    /// The form under an article.
    Comment,
}

/// What a form posts when all is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedForm {
    /// Which form it is.
    pub kind: FormKind,
    /// The field for the address.
    pub email: String,
    /// Other fields that must be filled in.
    pub needed: Vec<String>,
    /// Fields that may stay empty.
    pub optional: Vec<String>,
    /// Fields that readers do not see, with their values.
    pub hidden: Vec<Field>,
    /// Tick boxes, of which at least one is ticked.
    pub choices: Vec<Field>,
    /// A field whose value is the page with the form.
    pub source: Option<String>,
    /// The most characters that fields may have.
    pub limits: Vec<(String, usize)>,
    /// A field that must stay empty.
    pub honeypot: Option<String>,
}

impl ExpectedForm {
    /// What the sign-up form of a list posts; the form is the one in the pages, [`Form::at`] its place.
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

    /// What a comment form posts, as the guide to the settings promises it to services and scripts.
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

/// A form of the site, and where the preview takes what it posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormEndpoint {
    /// What it is to post.
    pub expected: ExpectedForm,
    /// The path that takes it, as in a request.
    pub address: String,
    /// Where it posts to in the site's pages; `None` when that is `address`, because the site's host takes it.
    pub action: Option<String>,
    /// The page that readers see afterwards, as a link; none after a comment.
    pub thanks: Option<String>,
}

/// The forms of a site.
#[must_use]
pub fn form_endpoints(site: &Site) -> Vec<FormEndpoint> {
    let local = |name: &str| {
        let url = UrlPath::new(&format!("{ADDRESS}{name}/")).expect("a slug is a part of a path");
        site.base.link(&url)
    };
    let mut sinks = Vec::new();
    for newsletter in &site.newsletters {
        let Some(form) = newsletter.sign_up.form() else { continue };
        let thanks = newsletter.page("thanks");
        let form = form.at(&site.base.link(&thanks), &site.base.absolute(&thanks), None);
        let thanks = site.base.link(&thanks);
        let is_elsewhere = form.action != thanks;
        let slug = newsletter.url.as_str().trim_matches('/');
        sinks.push(FormEndpoint {
            expected: ExpectedForm::newsletter(&newsletter.id, &form),
            address: if is_elsewhere {
                local(&slug.replacen("newsletters/", "newsletter/", 1))
            } else {
                thanks.clone()
            },
            action: is_elsewhere.then_some(form.action),
            thanks: Some(thanks),
        });
    }
    for (index, joint) in site.sign_ups().into_iter().enumerate() {
        let Some(form) = joint.form else { continue };
        let choices = joint.newsletters.iter().filter_map(|newsletter| newsletter.sign_up.form()?.choice.clone());
        let ids = joint.newsletters.iter().map(|newsletter| newsletter.id.as_str()).collect::<Vec<_>>().join(", ");
        sinks.push(FormEndpoint {
            expected: ExpectedForm { choices: choices.collect(), ..ExpectedForm::newsletter(&ids, &form) },
            address: local(&format!("newsletters/{index}")),
            action: Some(form.action),
            thanks: joint.newsletters.first().map(|newsletter| site.base.link(&newsletter.page("thanks"))),
        });
    }
    if let Some(form) = &site.config.comments.form {
        let is_elsewhere = !form.starts_with('/') || form.starts_with("//");
        let path = form.split(['?', '#']).next().unwrap_or(form);
        sinks.push(FormEndpoint {
            expected: ExpectedForm::comment(),
            address: if is_elsewhere { local("comment") } else { path.to_owned() },
            action: is_elsewhere.then(|| form.to_string()),
            thanks: None,
        });
    }
    sinks
}

/// What a form posted and the provider would take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CapturedForm {
    /// Which form it is.
    #[serde(flatten)]
    pub kind: FormKind,
    /// Names and values, in the form's order.
    pub fields: Vec<(String, String)>,
    /// What is no mistake but worth a look.
    pub notes: Vec<String>,
}

/// What to answer to a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormResponse {
    /// 303, to this link.
    SeeOther(String),
    /// A status and a page of its own.
    Page(u16, String),
}

/// Judges what was posted to a sink: the submission, if the provider would take it, and the answer. `back` is the
/// path of the page with the form.
#[must_use]
pub fn validate(
    sink: &FormEndpoint,
    content_type: &str,
    body: &[u8],
    back: &str,
) -> (Option<CapturedForm>, FormResponse) {
    let judged = fields(content_type, body).map_err(|problem| vec![problem]);
    match judged.and_then(|posted| check(&sink.expected, &posted)) {
        Ok(submission) => {
            let answer = match &sink.thanks {
                Some(thanks) => FormResponse::SeeOther(thanks.clone()),
                None => FormResponse::Page(200, page::taken(&submission, back)),
            };
            (Some(submission), answer)
        }
        Err(problems) => (None, FormResponse::Page(422, page::refused(&sink.expected.kind, &problems, back))),
    }
}

/// Keeps a copy in the outbox of a site, among the newest two hundred.
///
/// # Errors
/// When the machine refuses.
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
    // Names in the order of time.
    let name = format!("{day}-{milliseconds:03}-{}.json", Digest::of_bytes(text.as_bytes()).short(8));
    Cache::new(&cache_folder(root)).keep_copy(&name, text.as_bytes(), NEWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sink(thanks: Option<&str>) -> FormEndpoint {
        let form = Form { email: "email".into(), ..Form::default() };
        let expected =
            if thanks.is_some() { ExpectedForm::newsletter("weekly", &form) } else { ExpectedForm::comment() };
        FormEndpoint { expected, address: "/x/".into(), action: None, thanks: thanks.map(str::to_owned) }
    }

    const PLAIN: &str = "application/x-www-form-urlencoded";

    #[test]
    fn sign_up_that_is_taken_leads_to_the_thank_you_page() {
        let (submission, answer) = validate(&sink(Some("/t/")), PLAIN, b"email=a%40b.example", "/");
        assert_eq!(answer, FormResponse::SeeOther("/t/".into()));
        assert_eq!(submission.unwrap().fields, [("email".to_owned(), "a@b.example".to_owned())]);
    }

    #[test]
    fn what_the_provider_would_refuse_is_said_in_words() {
        let check = |body: &str, words: &str| {
            let (submission, answer) = validate(&sink(Some("/t/")), PLAIN, body.as_bytes(), "/a?x=\"><script>");
            let FormResponse::Page(422, page) = answer else { panic!("{answer:?}") };
            assert!(page.contains(words) && !page.contains("<script>"), "{page}");
            assert_eq!(submission, None);
        };
        check("email=", "the field <code>email</code> is empty");
        check("email=<script>", "<code>&lt;script&gt;</code> is no address");
    }

    #[test]
    fn comment_that_is_taken_is_shown() {
        let body = b"article=https%3A%2F%2Fp.example%2Fa%2F&text=Well+%3Cb%3E&author=Ana&email=a%40b.example&website=";
        let (submission, answer) = validate(&sink(None), PLAIN, body, "/a/");
        let FormResponse::Page(200, page) = answer else { panic!("{answer:?}") };
        assert!(page.contains("Well &lt;b&gt;") && page.contains("href=\"/a/\""), "{page}");
        assert_eq!(submission.unwrap().kind, FormKind::Comment);
    }

    #[test]
    fn copies_are_kept_up_to_a_number() {
        let site = tempfile::tempdir().unwrap();
        let folder = site.path().join(".handbill/outbox");
        for second in 0..NEWEST as i64 + 5 {
            let fields = vec![("email".to_owned(), format!("{second}@b.example"))];
            let submission = CapturedForm { kind: FormKind::Newsletter("weekly".into()), fields, notes: Vec::new() };
            store(site.path(), &submission, Timestamp::from_second(second).unwrap()).unwrap();
        }
        let names = crate::publish::copies(&folder);
        assert_eq!(names.len(), NEWEST);
        assert!(names[0].starts_with("1970-01-01T00-00-05-000-"), "{}", names[0]);
    }

    #[test]
    fn copy_says_when_and_what() {
        let kind = FormKind::Newsletter("weekly".into());
        let submission = CapturedForm { kind, fields: vec![("a".into(), "b".into())], notes: vec!["n".into()] };
        let json = serde_json::to_string(&submission).unwrap();
        assert_eq!(json, r#"{"form":"newsletter","list":"weekly","fields":[["a","b"]],"notes":["n"]}"#);
        let comment = CapturedForm { kind: FormKind::Comment, fields: vec![], notes: vec![] };
        assert_eq!(serde_json::to_string(&comment).unwrap(), r#"{"form":"comment","fields":[],"notes":[]}"#);
    }
}
