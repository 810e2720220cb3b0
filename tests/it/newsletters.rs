//! Sign-up forms work without JavaScript: each posts what its provider expects, and a setting that is missing is named.

use crate::html::{Html, Tag};
use crate::project::Project;

/// A site with one newsletter of a provider, and an article.
fn sample_site(provider: &str) -> Project {
    let project = Project::new("-- content/pages/privacy.md --\n---\ntitle: Privacy\n---\n");
    project.settings("organization: { policies: { privacy: pages/privacy.md } }");
    let front_matter = "title: The Weekly\nsummary: Five stories\nfrequency: every Friday\nconsent: We send one letter a week.\nbutton: Sign me up";
    project.write(
        "content/newsletters/weekly.md",
        format!("---\n{front_matter}\nprovider: {provider}\n---\n\nWhy to read it.\n"),
    );
    project.article("a", "date: 2026-06-01", "Text.");
    project
}

/// The forms of a page: each with its fields by name.
fn forms(page: &str) -> Vec<(Tag, Vec<(String, String)>)> {
    let html = Html::read(page);
    let mut forms: Vec<(Tag, Vec<(String, String)>)> = Vec::new();
    for tag in html.tags {
        if tag.name == "form" {
            forms.push((tag, Vec::new()));
        } else if tag.name == "input"
            && let Some((_, fields)) = forms.last_mut()
        {
            let (kind, value) = (tag.get("type").unwrap_or("text"), tag.get("value").unwrap_or_default());
            fields.push((tag.get("name").unwrap_or_default().to_owned(), format!("{kind} {value}")));
        }
    }
    forms
}

/// Expects the one form of the sign-up page: where it posts to, and its fields.
#[track_caller]
fn expect_form(provider: &str, action: &str, fields: &[(&str, &str)]) {
    let project = sample_site(provider);
    let built = project.build();
    built.expect_clean();
    for page in ["newsletters/weekly/index.html", "news/2026/06/a/index.html"] {
        let forms = forms(&built.file(page));
        let [(form, given)] = forms.as_slice() else { panic!("not one form on {page}: {forms:?}") };
        assert_eq!((form.get("action"), form.get("method")), (Some(action), Some("post")), "{page}");
        let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
        assert_eq!(given, fields, "{page}");
    }
}

#[test]
fn buttondown_gets_what_it_expects() {
    expect_form(
        "{ kind: buttondown, username: cause, tags: [site, \"a&b\"] }",
        "https://buttondown.com/api/emails/embed-subscribe/cause",
        &[("embed", "hidden 1"), ("tag", "hidden site"), ("tag", "hidden a&b"), ("email", "email")],
    );
    expect_form(
        "{ kind: buttondown, username: cause, ask_name: true }",
        "https://buttondown.com/api/emails/embed-subscribe/cause",
        &[("embed", "hidden 1"), ("email", "email"), ("metadata__name", "text")],
    );
}

#[test]
fn listmonk_gets_what_it_expects() {
    expect_form(
        "{ kind: listmonk, root: \"https://lists.example/\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01, redirect: true, ask_name: true }",
        "https://lists.example/subscription/form",
        &[
            ("l", "hidden 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01"),
            ("next", "hidden https://paper.example/newsletters/weekly/thanks/"),
            ("email", "email"),
            ("name", "text"),
            ("nonce", "text"),
        ],
    );
}

#[test]
fn netlify_finds_the_form_in_the_page() {
    expect_form(
        "{ kind: netlify }",
        "/newsletters/weekly/thanks/",
        &[("form-name", "hidden weekly"), ("email", "email"), ("bot-field", "text")],
    );
    let project = sample_site("{ kind: netlify, form_name: letters }");
    let built = project.build();
    let forms = forms(&built.file("newsletters/weekly/index.html"));
    let form = &forms[0].0;
    assert_eq!((form.get("name"), form.get("data-netlify")), (Some("letters"), Some("true")));
    assert_eq!(form.get("data-netlify-honeypot"), Some("bot-field"));
}

#[test]
fn custom_provider_gets_the_fields_that_it_names() {
    expect_form(
        "{ kind: custom, url: \"https://x.example/join?a=1&b=2\", email_field: EMAIL, name_field: NAME, next_field: next, honeypot: trap, hidden: { list: \"7\" } }",
        "https://x.example/join?a=1&b=2",
        &[
            ("list", "hidden 7"),
            ("next", "hidden https://paper.example/newsletters/weekly/thanks/"),
            ("EMAIL", "email"),
            ("NAME", "text"),
            ("trap", "text"),
        ],
    );
}

#[test]
fn setting_that_is_missing_or_wrong_is_named() {
    let check = |provider: &str, words: &str| {
        let built = sample_site(provider).build();
        let error = built.expect_exit(1).only(words);
        assert_eq!((&error["file"], &error["line"]), (&"content/newsletters/weekly.md".into(), &7.into()), "{error}");
        assert!(error["help"].is_string(), "{error}");
    };
    check("{ kind: buttondown }", "requires the setting `username`");
    check("{ kind: listmonk, root: \"https://l.example\" }", "requires the setting `list`");
    check("{ kind: listmonk, list: x }", "requires the setting `root`");
    check("{ kind: custom }", "requires the setting `url`");
    check("{ kind: custom, url: \"http://x.example/\" }", "`url` takes a URL that begins with https://");
    check("{ kind: buttondown, username: \"a/b\" }", "`username` takes a name");
    check("{ kind: buttondown, usrname: a, username: b }", "no setting `usrname`");
    check("{ kind: mailchmp }", "no provider `mailchmp`");
    check("{}", "has no `kind`");
}

#[test]
fn form_is_labelled_and_explains_what_happens() {
    let project = sample_site("{ kind: buttondown, username: cause }");
    let built = project.build();
    built.expect_file(
        "newsletters/weekly/index.html",
        ["Five stories", "We send one letter a week.", "Sign me up", "Why to read it."],
    );
    let html = Html::read(&built.file("newsletters/weekly/index.html"));
    assert!(html.urls().contains(&("a", "href", "/privacy/")), "the form links to the privacy page");
    let email = html.all("input").find(|tag| tag.get("type") == Some("email")).expect("a field for the address");
    assert!(email.get("required").is_some());
    built.expect_file("newsletters/weekly/thanks/index.html", ["noindex"]);
    built.expect_file("newsletters/weekly/confirmed/index.html", ["noindex"]);
    built.expect_file("newsletters/index.html", ["The Weekly", "/newsletters/weekly/"]);
}

#[test]
fn article_offers_its_own_newsletter_its_sections_the_sites_or_none() {
    let project = sample_site("{ kind: netlify }");
    for (id, order) in [("alerts", 2), ("strikes", 3)] {
        project.write(
            &format!("content/newsletters/{id}.md"),
            format!("---\ntitle: List {id}\norder: {order}\nfrequency: every week\nconsent: One mail a week.\nprovider: {{ kind: netlify }}\n---\n"),
        );
    }
    project.settings("organization: { policies: { privacy: pages/privacy.md } }\nnewsletters: { default: alerts }\nsections: [{ id: news, title: N }, { id: work, title: W, newsletter: strikes }]");
    project.article("own", "date: 2026-06-02\nnewsletter: weekly", "Text.");
    project.article("work", "date: 2026-06-02\nsection: work", "Text.");
    project.article("none", "date: 2026-06-02\nnewsletter: none\nsection: work", "Text.");
    project.article("block", "date: 2026-06-02\nnewsletter: none", "::: newsletter {id=\"strikes\"}\n:::");
    let built = project.build();
    built.expect_clean();
    let newsletters_on = |page: &str| -> Vec<String> {
        let forms = forms(&built.file(page));
        forms.iter().map(|(form, _)| form.get("name").unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(newsletters_on("news/2026/06/a/index.html"), ["alerts"]);
    assert_eq!(newsletters_on("news/2026/06/own/index.html"), ["weekly"]);
    assert_eq!(newsletters_on("work/2026/06/work/index.html"), ["strikes"]);
    assert_eq!(newsletters_on("work/2026/06/none/index.html"), Vec::<String>::new());
    assert_eq!(newsletters_on("news/2026/06/block/index.html"), ["strikes"]);
    let feed = built.file("feed.xml");
    assert!(feed.contains("List strikes"), "no block comes out empty in feeds: {feed}");
}

#[test]
fn site_without_newsletters_has_no_newsletter_pages() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let built = project.build();
    built.expect_clean().expect_no_file("newsletters");
    assert!(forms(&built.file("news/2026/06/a/index.html")).is_empty());
    project.article("b", "date: 2026-06-01", "::: newsletter\n:::");
    assert!(matches!(project.build().run.code, 0 | 1));
}

#[test]
fn mail_to_confirm_is_promised_only_where_one_comes() {
    let promises = |provider: &str| {
        let built = sample_site(provider).build();
        built.expect_clean();
        let pages =
            ["newsletters/weekly/index.html", "newsletters/weekly/thanks/index.html"].map(|page| built.file(page));
        pages.map(|page| page.contains("make sure that the address is yours") || page.contains("Check your inbox"))
    };
    let custom = "{ kind: custom, url: \"https://forms.example/f\"";
    assert_eq!(promises("{ kind: buttondown, username: cause }"), [true, true]);
    let listmonk = "{ kind: listmonk, root: \"https://lists.example\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01";
    assert_eq!(promises(&format!("{listmonk} }}")), [true, true]);
    assert_eq!(promises(&format!("{listmonk}, confirms: false }}")), [false, false]);
    assert_eq!(promises("{ kind: netlify }"), [false, false]);
    assert_eq!(promises(&format!("{custom} }}")), [false, false]);
    assert_eq!(promises(&format!("{custom}, confirms: true }}")), [true, true]);
}

#[test]
fn thank_you_page_without_confirmation_explains_what_comes() {
    let project = sample_site("{ kind: netlify }");
    let page = "newsletters/weekly/thanks/index.html";
    project
        .build()
        .expect_file(page, ["<title>Thank you for signing up", "<h1>Thank you for signing up</h1>", "The Weekly"]);
    project.edit("site.yaml", "title:", "language: es\ntitle:");
    project.build().expect_file(page, ["<h1>Gracias por suscribirte</h1>", "The Weekly"]);
}
