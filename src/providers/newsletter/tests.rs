//! The exact sign-up form of each provider.

use super::*;
use crate::content::body::TextAnalysis;
use crate::digest::Digest;
use crate::path::SourcePath;

/// Makes a newsletter with a provider and nothing else.
fn newsletter(provider: &str) -> Document<NewsletterFrontMatter> {
    let front_matter = serde_yaml::from_str(&format!("title: Weekly\nprovider: {provider}\n")).unwrap();
    let path = SourcePath::new("content/newsletters/weekly.md").unwrap();
    let (text, metadata) = (Digest::default(), Digest::default());
    Document { path, front_matter, analysis: TextAnalysis::default(), text_digest: text, metadata_digest: metadata }
}

#[track_caller]
fn problems(provider: &str) -> Vec<String> {
    let mut diagnostics = Vec::new();
    assert_eq!(sign_up("weekly", &newsletter(provider), "en", &mut diagnostics), None);
    diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

#[track_caller]
fn sign_up_of(provider: &str) -> SignUp {
    let mut diagnostics = Vec::new();
    let read = sign_up("weekly", &newsletter(provider), "es-MX", &mut diagnostics);
    read.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}

/// Returns the form in its page as lines: its action, then each field, then the honeypot.
#[track_caller]
fn check(provider: &str, expected: &[&str]) {
    let sign_up = sign_up_of(provider);
    let form = sign_up.form().expect("a form").at("/t/", "https://p.example/t/", Some("/a/"));
    let mut lines = vec![format!("POST {}", form.action), form.email.clone()];
    lines.extend(form.name.iter().map(|name| format!("{name}?")));
    lines.extend(form.last_name.iter().map(|name| format!("{name}?")));
    lines.extend(form.hidden.iter().map(|field| format!("{}={}", field.name, field.value)));
    lines.extend(form.honeypot.iter().map(|name| format!("{name} stays empty")));
    lines.extend(sign_up.confirms.then(|| "confirms".to_owned()));
    assert_eq!(lines, expected, "{provider}");
}

const UUID: &str = "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01";

#[test]
fn buttondown() {
    let action = "POST https://buttondown.com/api/emails/embed-subscribe/cause";
    check("{ kind: buttondown, username: cause }", &[action, "email", "embed=1", "confirms"]);
    check(
        "{ kind: buttondown, username: cause, tags: [a, b], metadata: { paper: cause }, ask_name: true, source: true }",
        &[
            action,
            "email",
            "metadata__name?",
            "embed=1",
            "tag=a",
            "tag=b",
            "metadata__paper=cause",
            "metadata__source=/a/",
            "confirms",
        ],
    );
}

#[test]
fn mailchimp() {
    let action = "https://cause.us21.list-manage.com/subscribe/post?u=0a1b&id=2c3d&f_id=4e";
    check(
        &format!("{{ kind: mailchimp, url: '{action}' }}"),
        &[&format!("POST {action}"), "EMAIL", "b_0a1b_2c3d stays empty"],
    );
    let copied = action.replace('&', "&amp;");
    check(
        &format!(
            "{{ kind: mailchimp, url: '{copied}', group: 'group[77][4]', tags: [5, 6], source_field: SOURCE, ask_name: true, ask_last_name: true, confirms: true }}"
        ),
        &[
            &format!("POST {action}"),
            "EMAIL",
            "FNAME?",
            "LNAME?",
            "group[77][4]=4",
            "tags=5,6",
            "SOURCE=/a/",
            "b_0a1b_2c3d stays empty",
            "confirms",
        ],
    );
}

#[test]
fn kit() {
    check(
        "{ kind: kit, form: 1234567, tags: [8, '9'], ask_name: true, source: true }",
        &[
            "POST https://app.kit.com/forms/1234567/subscriptions",
            "email_address",
            "fields[first_name]?",
            "tags[]=8",
            "tags[]=9",
            "fields[source]=/a/",
            "confirms",
        ],
    );
}

#[test]
fn brevo() {
    check(
        "{ kind: brevo, url: 'https://a1b2.sibforms.com/serve/MUIFA', name_field: NOMBRE }",
        &[
            "POST https://a1b2.sibforms.com/serve/MUIFA",
            "EMAIL",
            "NOMBRE?",
            "OPT_IN=1",
            "locale=es",
            "email_address_check stays empty",
        ],
    );
}

#[test]
fn listmonk() {
    check(
        &format!("{{ kind: listmonk, root: 'https://l.example/', list: {UUID}, redirect: true, ask_name: true }}"),
        &[
            "POST https://l.example/subscription/form",
            "email",
            "name?",
            &format!("l={UUID}"),
            "next=https://p.example/t/",
            "nonce stays empty",
            "confirms",
        ],
    );
}

#[test]
fn mailcoach() {
    check(
        &format!(
            "{{ kind: mailcoach, root: 'https://c.example', list: {UUID}, tags: [a, b], ask_name: true, ask_last_name: true }}"
        ),
        &[
            &format!("POST https://c.example/mailcoach/subscribe/{UUID}"),
            "email",
            "first_name?",
            "last_name?",
            "tags=a;b",
            "redirect_after_subscribed=https://p.example/t/",
            "redirect_after_already_subscribed=https://p.example/t/",
            "redirect_after_subscription_pending=https://p.example/t/",
            "confirms",
        ],
    );
}

#[test]
fn formspree() {
    check(
        "{ kind: formspree, form: xyzabcde, redirect: true, ask_name: true, source: true }",
        &[
            "POST https://formspree.io/f/xyzabcde",
            "email",
            "name?",
            "_subject=Weekly",
            "_next=https://p.example/t/",
            "source=/a/",
            "_gotcha stays empty",
        ],
    );
}

#[test]
fn netlify() {
    check("{ kind: netlify }", &["POST /t/", "email", "form-name=weekly", "bot-field stays empty"]);
    let SignUp { method: SignUpMethod::Form(form), .. } = sign_up_of("{ kind: netlify, form_name: f }") else {
        panic!()
    };
    let attributes: Vec<_> = form.attributes.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    assert_eq!(attributes, [("name", "f"), ("data-netlify", "true"), ("data-netlify-honeypot", "bot-field")]);
}

#[test]
fn custom() {
    check(
        "{ kind: custom, url: 'https://x.example/s', email_field: E, name_field: N, last_name_field: L, next_field: go, source_field: from, honeypot: trap, hidden: { a: b }, confirms: true }",
        &[
            "POST https://x.example/s",
            "E",
            "N?",
            "L?",
            "a=b",
            "go=https://p.example/t/",
            "from=/a/",
            "trap stays empty",
            "confirms",
        ],
    );
}

#[test]
fn services_without_a_form_have_a_page() {
    let check = |provider: &str, page: &str| assert_eq!(sign_up_of(provider).page(), Some(page));
    check("{ kind: ghost, url: 'https://g.example/' }", "https://g.example/#/portal/signup");
    check("{ kind: action-network, form: join-us }", "https://actionnetwork.org/forms/join-us");
}

#[test]
fn several_newsletters_share_a_form_if_the_provider_supports_it() {
    let combined = |provider: &str| sign_up_of(provider).form().and_then(Form::combined);
    let listmonk = |newsletter: &str| {
        combined(&format!("{{ kind: listmonk, root: 'https://l.example', list: {newsletter}, redirect: true }}"))
    };
    assert_eq!(listmonk(UUID), listmonk("8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02"));
    assert_eq!(listmonk(UUID).unwrap().hidden, []);
    assert_eq!(listmonk(&format!("[{UUID}, {UUID}]")), None);
    let buttondown = |rest: &str| combined(&format!("{{ kind: buttondown, username: {rest} }}"));
    assert_eq!(buttondown("a, tags: x"), buttondown("a, tags: [y]"));
    assert_ne!(buttondown("a, tags: x"), buttondown("b, tags: y"));
    assert_eq!(buttondown("a"), None);
    assert_eq!(combined("{ kind: netlify }"), None);
}

#[test]
fn missing_and_malformed_settings_are_named() {
    let check = |provider: &str, part: &str| {
        let problems = problems(provider);
        assert!(problems.iter().any(|error| error.contains(part)), "{problems:?}");
    };
    for (kind, setting) in [
        ("buttondown", "username"),
        ("mailchimp", "url"),
        ("kit", "form"),
        ("brevo", "url"),
        ("listmonk", "list"),
        ("mailcoach", "root"),
        ("formspree", "form"),
        ("ghost", "url"),
        ("action-network", "form"),
        ("custom", "url"),
    ] {
        check(&format!("{{ kind: {kind} }}"), &format!("the provider `{kind}` requires the setting `{setting}`"));
    }
    check("{ kind: mailchimp, url: 'https://x.example/subscribe/post?u=1&id=2' }", "`url` takes a URL such as");
    check("{ kind: mailchimp, url: 'https://x.us1.list-manage.com/subscribe/post?u=1' }", "`url` takes");
    check("{ kind: brevo, url: 'https://sibforms.com.evil.example/serve/x' }", "`url` takes");
    check("{ kind: kit, form: weekly }", "`form` takes a whole number");
    check("{ kind: listmonk, root: 'https://l.example', list: weekly }", "`list` takes a UUID");
    check("{ kind: custom, url: 'javascript:alert(1)' }", "`url` takes");
    check("{ kind: buttondown, username: a, source: yes please }", "`source` takes `true` or `false`");
    check("{ kind: butondown }", "no provider `butondown`");
    check("{}", "has no `kind`");
}

#[test]
fn secret_is_all_that_is_reported_of_its_list() {
    let problems = problems("{ kind: buttondown, usrname: a, api_key: 12345 }");
    assert_eq!(problems, ["`api_key` is the name of a secret"]);
}

#[test]
fn newsletters_need_consent_and_frequency() {
    let mut diagnostics = Vec::new();
    let mut newsletter = newsletter("{ kind: netlify }");
    check_disclosures(&newsletter, &mut diagnostics);
    newsletter.front_matter.consent = Some("One mail a week.".into());
    newsletter.front_matter.frequency = Some(" ".into());
    check_disclosures(&newsletter, &mut diagnostics);
    let said: Vec<&str> = diagnostics.iter().filter_map(|diagnostic| diagnostic.message.split(':').next()).collect();
    assert_eq!(
        said,
        ["the newsletter has no `consent`", "the newsletter has no `frequency`", "the newsletter has no `frequency`"]
    );
}
