//! Unpublished content is shown and marked as such, and the site can be seen at a later time.

use serde_json::Value;

use crate::dev_server::DevServer;
use crate::project::Project;

/// One article for each reason to be unpublished, each with a title of one word.
fn sample_site() -> Project {
    let project = Project::new("");
    project.article("plain", "title: Openword\ndate: 2026-06-01", "Text.");
    project.article("draft", "title: Draftword\ndate: 2026-06-02\ndraft: true", "Text.");
    project.article("coming", "title: Comingword\ndate: 2026-07-01", "Text.");
    project.article("embargo", "title: Embargoword\ndate: 2026-06-03\nembargo: 2026-06-20T09:00:00Z", "Text.");
    project.article("expired", "title: Expiredword\ndate: 2026-05-01\nexpires: 2026-06-10", "Text.");
    project
}

fn badges(server: &DevServer, path: &str) -> Value {
    server.events(path).last("about")["badges"].clone()
}

#[test]
fn unpublished_articles_are_shown_and_marked() {
    let project = sample_site();
    let server = DevServer::of(&project);
    for (path, title, state) in [
        ("/news/2026/06/draft/", "Draftword", "draft"),
        ("/news/2026/07/coming/", "Comingword", "scheduled"),
        ("/news/2026/06/embargo/", "Embargoword", "embargoed"),
    ] {
        let page = server.shows(path, [title, "noindex"]);
        assert!(page.text().contains("name=\"robots\""), "{}", page.text());
        server.shows("/news/", [title]);
        let badges = badges(&server, path);
        assert_eq!(badges[0]["state"], state);
        assert_eq!(badges[0]["until"].is_null(), state == "draft", "{badges}");
        assert!(!server.get("/sitemap.xml").text().contains(path));
    }
    server.lacks("/news/2026/06/plain/", ["noindex"]);
    assert_eq!(badges(&server, "/news/2026/06/plain/"), serde_json::json!([]));
    assert_eq!(server.get("/news/2026/05/expired/").status, 404);
}

#[test]
fn unpublished_pages_and_issues_are_shown_and_marked() {
    let project = sample_site();
    project.settings("organization: { policies: { privacy: pages/privacy.md } }");
    project.write("content/pages/privacy.md", "---\ntitle: Privacy\n---\n");
    project.write("content/pages/about.md", "---\ntitle: About\ndraft: true\n---\n");
    let newsletter = "title: The Weekly\nfrequency: every week\nconsent: One mail.\nprovider: { kind: netlify }";
    project.write("content/newsletters/weekly.md", format!("---\n{newsletter}\n---\n"));
    project.write("content/newsletters/weekly/first.md", "---\ntitle: First\ndate: 2026-06-20\n---\n");
    project.write("content/newsletters/weekly/next.md", "---\ntitle: Next\ndate: 2026-06-01\ndraft: true\n---\n");
    let server = DevServer::of(&project);
    for (path, state) in
        [("/about/", "draft"), ("/newsletters/weekly/first/", "scheduled"), ("/newsletters/weekly/next/", "draft")]
    {
        assert_eq!(badges(&server, path)[0]["state"], state, "{path}");
        server.shows(path, ["noindex"]);
        assert!(!server.get("/sitemap.xml").text().contains(path), "{path}");
    }
    for path in ["/privacy/", "/newsletters/weekly/"] {
        assert_eq!(badges(&server, path), serde_json::json!([]), "{path}");
    }
}

#[test]
fn it_can_be_ignored_as_a_build_ignores_it() {
    let project = sample_site();
    let server = DevServer::with(&project, &["--no-drafts", "--no-future"]);
    server.shows("/news/", ["Openword"]);
    for path in ["/news/2026/06/draft/", "/news/2026/07/coming/", "/news/2026/06/embargo/"] {
        assert_eq!(server.get(path).status, 404);
    }
    for word in ["Draftword", "Comingword", "Embargoword", "Expiredword"] {
        server.lacks("/news/", [word]);
        server.lacks("/feed.xml", [word]);
    }
    let server = DevServer::with(&project, &["--no-drafts"]);
    assert_eq!(server.get("/news/2026/06/draft/").status, 404);
    assert_eq!(server.get("/news/2026/07/coming/").status, 200);
}

#[test]
fn clock_is_set_from_the_command_line_and_from_the_page() {
    let project = sample_site();
    let server = DevServer::with(&project, &["--as-of", "2026-06-05T00:00:00Z"]);
    server.shows("/news/2026/05/expired/", ["Expiredword"]);
    let coming = server.events("/news/2026/07/coming/");
    let expired = server.events("/news/2026/05/expired/");
    assert_eq!(coming.last("about")["clock"]["value"], "2026-06-05T00:00");
    assert_eq!(server.post("/.handbill/clock", "as_of=2026-07-02T10%3A30").status, 200);
    coming.until("about", |about| about["clock"]["text"] == "2026-07-02 10:30" && about["clock"]["fixed"] == true);
    assert_eq!(coming.last("about")["badges"], serde_json::json!([]));
    server.lacks("/news/2026/07/coming/", ["noindex"]);
    server.becomes("/news/2026/05/expired/", 404);
    assert!(expired.last("gone")["why"].as_str().unwrap().contains("expired"));
    let wrong = server.post("/.handbill/clock", "as_of=soon");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("soon"), "{}", wrong.text());
    assert_eq!(server.get("/.handbill/clock").status, 405);
    assert_eq!(server.post("/.handbill/clock", "as_of=").status, 200);
    coming.until("about", |about| about["clock"]["fixed"] == false);
}

#[test]
fn mark_goes_when_the_draft_is_finished() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events("/news/2026/06/draft/");
    events.until("about", |about| about["badges"][0]["state"] == "draft");
    project.edit("content/articles/draft.md", "draft: true\n", "");
    events.until("about", |about| about["badges"].as_array().is_some_and(Vec::is_empty));
    server.lacks("/news/2026/06/draft/", ["noindex"]);
}

#[test]
fn bar_shows_what_a_page_is() {
    let project = sample_site();
    project.article("long", &format!("title: {}\ndate: 2026-06-04", "Word ".repeat(30)), "One two three.");
    let server = DevServer::with(&project, &["--editor", "zed"]);
    let about = server.events("/news/2026/06/long/").last("about");
    assert_eq!((&about["template"], &about["kind"]), (&"article.html".into(), &"article".into()));
    assert_eq!((&about["word_count"], &about["reading_time"]), (&3.into(), &1.into()));
    assert!(about["edit"].as_str().unwrap().starts_with("zed://file/"), "{about}");
    let warnings = about["warnings"].to_string();
    assert!(warnings.contains("no summary") && warnings.contains("the headline has"), "{warnings}");
    let front_page = server.events("/").last("about");
    assert_eq!((&front_page["kind"], &front_page["edit"]), (&"front-page".into(), &Value::Null));
}
