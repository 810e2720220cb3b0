//! A form posted in the dev server goes to the dev server, is checked as its provider would check it, and leaves a
//! copy.

use std::time::SystemTime;

use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, PreparedSite, prepare};
use handbill::dev_server::outbox::{FormEndpoint, FormResponse, form_endpoints, rewrite_forms, store, validate};
use handbill::digest::Digest;
use jiff::Timestamp;

use crate::html::Html;
use crate::project::Project;

/// A site under a sub-path with a newsletter of each provider and a comment form.
fn sample_site() -> Project {
    let project = Project::new("");
    project.write(
        "site.yaml",
        "title: The Paper\nbase_url: https://paper.example/sub/\ncomments: { form: \"https://c.example/post?a=1&b=2\" }\norganization: { policies: { privacy: pages/privacy.md } }\n",
    );
    project.write("content/pages/privacy.md", "---\ntitle: Privacy\n---\n");
    for (newsletter, provider) in [
        ("a", "{ kind: buttondown, username: cause, tags: [x] }"),
        (
            "b",
            "{ kind: listmonk, root: \"https://l.example\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01, redirect: true }",
        ),
        ("c", "{ kind: listmonk, root: \"https://l.example\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02 }"),
        ("d", "{ kind: netlify, ask_name: true }"),
        ("e", "{ kind: custom, url: \"https://x.example/join?a=1&b=2\", honeypot: trap, hidden: { k: \"v\" } }"),
        (
            "f",
            "{ kind: mailchimp, url: \"https://p.us21.list-manage.com/subscribe/post?u=0a&id=1b\", ask_name: true, ask_last_name: true }",
        ),
        ("g", "{ kind: kit, form: 123, ask_name: true, source: true }"),
        ("h", "{ kind: brevo, url: \"https://a.sibforms.com/serve/MUIFA\" }"),
        (
            "i",
            "{ kind: mailcoach, root: \"https://c.example\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01, tags: [a, b] }",
        ),
        ("j", "{ kind: formspree, form: xyz, source: true, redirect: true }"),
        ("k", "{ kind: listmonk, root: \"https://combined.example\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01 }"),
        ("l", "{ kind: listmonk, root: \"https://combined.example\", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02 }"),
        ("m", "{ kind: ghost, url: \"https://g.example\" }"),
    ] {
        let text = format!(
            "---\ntitle: List {newsletter}\nfrequency: every week\nconsent: One mail a week.\nprovider: {provider}\n---\n\nWhy.\n"
        );
        project.write(&format!("content/newsletters/{newsletter}.md"), text);
    }
    project.article("story", "date: 2026-06-01", "Text.");
    project
}

fn planned(project: &Project) -> PreparedSite {
    let options =
        BuildOptions::of(project.root(), Clock::At(1_781_524_800), Digest::of_bytes(b"program"), SystemTime::now());
    prepare(&options, &NoObserver, &mut Outcome::default()).expect("a sound site")
}

/// The forms of a page: where each posts to, and what it posts when a reader fills it in.
fn forms(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut forms: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for tag in Html::read(page).tags {
        let get = |name: &str| tag.get(name).unwrap_or_default().to_owned();
        match (tag.name.as_str(), forms.last_mut()) {
            ("form", _) => forms.push((get("action"), Vec::new())),
            ("input", Some((_, fields))) => {
                let value = match (tag.get("type"), tag.get("tabindex")) {
                    (Some("hidden"), _) => get("value"),
                    (Some("email"), _) => "ana@b.example".to_owned(),
                    (_, Some(_)) => String::new(),
                    _ => "Ana".to_owned(),
                };
                fields.push((get("name"), value));
            }
            ("textarea", Some((_, fields))) => fields.push((get("name"), "What I think".to_owned())),
            _ => {}
        }
    }
    forms
}

fn encoded(fields: &[(String, String)]) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields).finish()
}

fn endpoint_at<'s>(endpoints: &'s [FormEndpoint], url: &str) -> &'s FormEndpoint {
    endpoints
        .iter()
        .find(|endpoint| endpoint.path == url)
        .unwrap_or_else(|| panic!("no endpoint at {url}: {endpoints:#?}"))
}

const PLAIN: &str = "application/x-www-form-urlencoded";

#[test]
fn every_form_of_the_theme_posts_to_the_dev_server_and_is_accepted() {
    let project = sample_site();
    let built = project.build();
    built.expect_clean();
    let endpoints = form_endpoints(&planned(&project).site.model);
    for (newsletter, url) in [
        ("a", "/sub/.handbill/outbox/newsletter/a/"),
        ("b", "/sub/.handbill/outbox/newsletter/b/"),
        ("c", "/sub/.handbill/outbox/newsletter/c/"),
        ("d", "/sub/newsletters/d/thanks/"),
        ("e", "/sub/.handbill/outbox/newsletter/e/"),
        ("f", "/sub/.handbill/outbox/newsletter/f/"),
        ("g", "/sub/.handbill/outbox/newsletter/g/"),
        ("h", "/sub/.handbill/outbox/newsletter/h/"),
        ("i", "/sub/.handbill/outbox/newsletter/i/"),
        ("j", "/sub/.handbill/outbox/newsletter/j/"),
        ("k", "/sub/.handbill/outbox/newsletter/k/"),
        ("l", "/sub/.handbill/outbox/newsletter/l/"),
    ] {
        let page = built.file(&format!("newsletters/{newsletter}/index.html"));
        let forms = forms(&rewrite_forms(&page, &endpoints));
        let [(action, fields)] = forms.as_slice() else { panic!("{forms:?}") };
        assert_eq!(action, url);
        let (submission, answer) = validate(endpoint_at(&endpoints, action), PLAIN, encoded(fields).as_bytes(), "/");
        assert_eq!(answer, FormResponse::SeeOther(format!("/sub/newsletters/{newsletter}/thanks/")));
        assert_eq!(submission.expect("it is taken").notes, Vec::<String>::new(), "{newsletter}");
        built.file(&format!("newsletters/{newsletter}/thanks/index.html"));
    }
}

#[test]
fn form_for_several_newsletters_is_accepted_with_a_checked_box_and_refused_without() {
    let project = sample_site();
    let built = project.build();
    let endpoints = form_endpoints(&planned(&project).site.model);
    let forms = forms(&rewrite_forms(&built.file("newsletters/index.html"), &endpoints));
    let combined = forms.iter().find(|(action, _)| action.contains("/outbox/newsletters/"));
    let (action, fields) = combined.unwrap_or_else(|| panic!("no form for several newsletters: {forms:#?}"));
    let endpoint = endpoint_at(&endpoints, action);
    let unticked: Vec<_> = fields.iter().filter(|(name, _)| name != "l").cloned().collect();
    let (submission, answer) = validate(endpoint, PLAIN, encoded(&unticked).as_bytes(), "/");
    let FormResponse::Page(422, page) = answer else { panic!("{answer:?}") };
    assert!(submission.is_none() && page.contains("no newsletter is ticked"), "{page}");
    let tick = ("l".to_owned(), "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02".to_owned());
    let ticked: Vec<_> = unticked.iter().cloned().chain([tick]).collect();
    let (submission, answer) = validate(endpoint, PLAIN, encoded(&ticked).as_bytes(), "/");
    assert!(matches!(answer, FormResponse::SeeOther(_)), "{answer:?}");
    assert_eq!(submission.expect("it is taken").notes, Vec::<String>::new());
    let long = [ticked, vec![("name".to_owned(), "a".repeat(101))]].concat();
    assert!(validate(endpoint, PLAIN, encoded(&long).as_bytes(), "/").0.is_some(), "this form asks for no name");
}

#[test]
fn comment_form_posts_to_the_dev_server_and_is_taken() {
    let project = sample_site();
    let built = project.build();
    let endpoints = form_endpoints(&planned(&project).site.model);
    let forms = forms(&rewrite_forms(&built.file("news/2026/06/story/index.html"), &endpoints));
    let (action, fields) = forms.last().expect("the comment form");
    assert_eq!(action, "/sub/.handbill/outbox/comment/");
    let endpoint = endpoint_at(&endpoints, action);
    let (submission, answer) = validate(endpoint, PLAIN, encoded(fields).as_bytes(), "/sub/news/2026/06/story/");
    let FormResponse::Page(200, page) = answer else { panic!("{answer:?}") };
    assert!(page.contains("What I think") && page.contains("https://paper.example/sub/news/2026/06/story/"), "{page}");
    assert_eq!(submission.expect("it is taken").notes, Vec::<String>::new());
}

#[test]
fn nothing_but_urls_of_forms_differs_in_a_page() {
    let project = sample_site();
    let built = project.build();
    let endpoints = form_endpoints(&planned(&project).site.model);
    let page = built.file("news/2026/06/story/index.html");
    let turned = rewrite_forms(&page, &endpoints);
    for part in turned.split("/sub/.handbill/outbox/").flat_map(|part| part.split(['<', '>'])).filter(|p| p.len() > 60)
    {
        assert!(page.contains(part), "{part}");
    }
    for elsewhere in ["action=\"https://", "action='https://"] {
        assert!(!turned.contains(elsewhere), "{turned}");
    }
}

#[test]
fn copies_are_in_the_outbox_until_they_are_cleaned_away() {
    let project = sample_site();
    project.build().expect_clean();
    let endpoints = form_endpoints(&planned(&project).site.model);
    let body = b"article=https%3A%2F%2Fpaper.example%2F&text=T&author=A&email=a%40b.example&website=";
    let endpoint = endpoint_at(&endpoints, "/sub/.handbill/outbox/comment/");
    let submission = validate(endpoint, PLAIN, body, "/").0.expect("it is taken");
    store(&project.root(), &submission, Timestamp::from_second(1_781_524_800).unwrap()).unwrap();
    let names: Vec<String> = std::fs::read_dir(project.path(".handbill/outbox"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    assert!(name.starts_with("2026-06-15T12-00-00-000-") && name.ends_with(".json"), "{name}");
    let copy: serde_json::Value = serde_json::from_str(&project.read(&format!(".handbill/outbox/{name}"))).unwrap();
    assert_eq!((&copy["form"], &copy["time"]), (&"comment".into(), &"2026-06-15T12:00:00Z".into()));
    // It makes no difference to a build, and goes with everything else that Handbill wrote.
    project.build().expect_idle();
    project.run(&["clean"]);
    assert!(!project.path(".handbill").exists() && !project.path("public").exists());
}
