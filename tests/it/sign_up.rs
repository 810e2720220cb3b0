//! The forms of all providers in pages, one form for several newsletters, links to sign-up pages of providers, and the
//! page on which readers sign up.

use crate::built::Built;
use crate::project::Project;

const UUID: &str = "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e0";

/// A site with one newsletter for each of these providers, `list-1` and on, and an article that offers the first.
fn sample_site(providers: &[&str]) -> Project {
    let project = Project::new("-- content/pages/privacy.md --\n---\ntitle: Privacy\n---\n");
    project.settings("organization: { policies: { privacy: pages/privacy.md } }");
    for (index, provider) in providers.iter().enumerate() {
        let number = index + 1;
        let front_matter = format!(
            "title: List {number}\nsummary: Promise {number}\nfrequency: every week\nconsent: Consent {number}.\norder: {number}\nprovider: {provider}"
        );
        project.write(&format!("content/newsletters/list-{number}.md"), format!("---\n{front_matter}\n---\n"));
    }
    project.article("a", "date: 2026-06-01", "Text.");
    project.article("b", "date: 2026-06-02", "Text.");
    project
}

/// The forms of a page as they are written.
fn forms(built: &Built, page: &str) -> Vec<String> {
    let html = built.file(page);
    let parts = html.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    parts.map(|form| format!("<form {form}</form>\n")).collect()
}

#[test]
fn forms_of_all_providers_are_in_pages_as_expected() {
    let providers = [
        "{ kind: buttondown, username: cause, tags: [a&b], metadata: { paper: cause }, ask_name: true, source: true }".to_owned(),
        "{ kind: mailchimp, url: \"https://cause.us21.list-manage.com/subscribe/post?u=0a1b&id=2c3d\", group: \"group[7][4]\", tags: 5, ask_name: true, ask_last_name: true }".to_owned(),
        "{ kind: kit, form: 1234567, tags: [8], ask_name: true }".to_owned(),
        "{ kind: brevo, url: \"https://a1b2.sibforms.com/serve/MUIFA\" }".to_owned(),
        format!("{{ kind: listmonk, root: \"https://l.example\", list: {UUID}1, redirect: true, ask_name: true }}"),
        format!("{{ kind: mailcoach, root: \"https://c.example\", list: {UUID}2, tags: [a, b] }}"),
        "{ kind: formspree, form: xyzabcde, redirect: true }".to_owned(),
        "{ kind: netlify }".to_owned(),
        "{ kind: custom, url: \"https://x.example/s?a=1&b=2\", honeypot: trap, hidden: { a: \"<b>\" } }".to_owned(),
    ];
    let project = sample_site(&providers.iter().map(String::as_str).collect::<Vec<_>>());
    project.settings("organization: { policies: { privacy: pages/privacy.md } }\nsecurity: { headers: true }");
    let built = project.build();
    built.expect_clean();
    let mut all = String::new();
    for (index, provider) in providers.iter().enumerate() {
        let page = format!("newsletters/list-{}/index.html", index + 1);
        let [form] = forms(&built, &page).try_into().expect("one form a page");
        all += &format!("{provider}\n{form}\n");
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/forms.html");
    if std::env::var_os("HANDBILL_BLESS").is_some() {
        std::fs::write(golden, &all).unwrap();
    }
    assert_eq!(all, std::fs::read_to_string(golden).unwrap_or_default(), "HANDBILL_BLESS=1 renews them");
    let hosts = "'self' https://a1b2.sibforms.com https://app.kit.com https://buttondown.com https://c.example \
                 https://cause.us21.list-manage.com https://formspree.io https://l.example https://x.example;";
    built.expect_file("_headers", [format!("form-action {hosts}").as_str()]);
}

#[test]
fn newsletters_of_one_account_share_a_form_on_the_hub_and_no_box_is_checked() {
    let listmonk = |number: u8| format!("{{ kind: listmonk, root: \"https://l.example\", list: {UUID}{number} }}");
    let project = sample_site(&[&listmonk(1), "{ kind: netlify }", &listmonk(3)]);
    let built = project.build();
    built.expect_clean();
    let forms = forms(&built, "newsletters/index.html");
    assert_eq!(forms.len(), 2, "{forms:#?}");
    let combined = &forms[0];
    for number in [1, 3] {
        let tick = format!(
            "<input type=\"checkbox\" id=\"newsletter-list-{number}\" name=\"l\" value=\"{UUID}{number}\" aria-describedby=\"newsletter-list-{number}-about\">"
        );
        assert!(combined.contains(&tick), "{combined}");
        for words in ["Promise", "Consent"] {
            assert!(combined.contains(&format!("{words} {number}")), "{combined}");
        }
    }
    assert!(!combined.contains("checked") && !combined.contains("type=\"hidden\""), "{combined}");
    assert!(combined.contains("put on none of these lists") && combined.contains("name=\"nonce\""), "{combined}");
}

#[test]
fn service_without_a_form_gets_a_link_and_nothing_is_loaded_from_it() {
    let project = sample_site(&["{ kind: action-network, form: join-us }"]);
    project.settings("organization: { policies: { privacy: pages/privacy.md } }\nsecurity: { headers: true }");
    let built = project.build();
    built.expect_clean();
    for page in ["newsletters/list-1/index.html", "news/2026/06/a/index.html", "newsletters/index.html"] {
        assert!(forms(&built, page).is_empty());
        let link = "href=\"https://actionnetwork.org/forms/join-us\"";
        let words = ["You sign up at actionnetwork.org. Nothing is loaded from there", "Consent 1.", "every week"];
        built.expect_file(page, [&[link], words.as_slice()].concat());
    }
    built.expect_file("_headers", ["form-action 'self';"]);
}

#[test]
fn page_url_is_sent_only_where_the_newsletter_asks_for_it() {
    let project = sample_site(&["{ kind: buttondown, username: cause, source: true }"]);
    let built = project.build();
    let source = |page: &str| format!("name=\"metadata__source\" value=\"{page}\"");
    for page in ["/news/2026/06/a/", "/news/2026/06/b/", "/", "/newsletters/list-1/", "/topics/x/"] {
        if page != "/topics/x/" {
            built.expect_file(&format!("{}index.html", &page[1..]), [source(page).as_str()]);
        }
    }
    project.edit("content/newsletters/list-1.md", ", source: true", "");
    let built = project.build();
    assert!(!built.file("news/2026/06/a/index.html").contains("metadata__source"));
}

#[test]
fn secret_is_refused_and_not_shown() {
    let project = sample_site(&["{ kind: custom, url: \"https://x.example\", hidden: { api_key: geheim42 } }"]);
    let run = project.run(&["build"]);
    run.expect_exit(1).expect_stderr(["`api_key` is the name of a secret", "list-1.md:7:", "revoke"]);
    assert!(!run.stderr.contains("geheim42"), "{}", run.stderr);
}

#[test]
fn newsletter_without_a_privacy_page_is_an_error_with_its_reason() {
    let project = sample_site(&["{ kind: netlify }"]);
    project.settings("organization: { name: The Paper }");
    let built = project.build();
    let error = built.expect_exit(1).only("no page says who gets readers' email addresses");
    assert_eq!((&error["file"], &error["line"]), (&"site.yaml".into(), &3.into()), "{error}");
}
