//! Forms can be tried in the dev server: they are checked, a copy is stored, and nothing else happens.

use std::fs;

use crate::dev_server::DevServer;
use crate::project::Project;
use crate::snapshot::Snapshot;

fn sample_site() -> Project {
    let project = Project::new(
        "
        -- content/newsletters/weekly.md --
        ---
        title: Weekly
        summary: Every week.
        frequency: every week
        consent: One mail a week.
        provider: { kind: custom, url: \"https://lists.example/join\", hidden: { list: \"7\" } }
        ---
        Join.
        -- content/newsletters/daily.md --
        ---
        title: Daily
        summary: Every day.
        frequency: every week
        consent: One mail a week.
        provider: { kind: netlify }
        ---
        Join.
        -- content/pages/privacy.md --
        ---
        title: Privacy
        ---
        ",
    );
    project.settings(
        "comments: { provider: files, form: \"https://comments.example/take\" }\norganization: { policies: { privacy: pages/privacy.md } }",
    );
    project.article("hearing", "date: 2026-06-01", "The hearing begins.");
    project
}

fn copies(project: &Project) -> Vec<String> {
    let Ok(entries) = fs::read_dir(project.path(".handbill/outbox")) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn sign_up_is_checked_kept_and_thanked_for() {
    let project = sample_site();
    let before = Snapshot::of(&project.root());
    let server = DevServer::of(&project);
    let page = server.shows("/newsletters/weekly/", ["/.handbill/outbox/newsletter/weekly/"]);
    assert!(!page.text().contains("action=\"https://lists.example"), "{}", page.text());
    let events = server.events("/newsletters/weekly/");
    assert_eq!(events.last("about")["outbox"], 0);
    for (url, fields, thanks) in [
        ("/.handbill/outbox/newsletter/weekly/", "list=7&email=ana%40b.example", "/newsletters/weekly/thanks/"),
        ("/newsletters/daily/thanks/", "form-name=daily&email=ana%40b.example", "/newsletters/daily/thanks/"),
    ] {
        let kept = copies(&project).len();
        let answer = server.post(url, fields);
        assert_eq!((answer.status, answer.header("location")), (303, Some(thanks)), "{}", answer.text());
        assert_eq!(server.get(thanks).status, 200);
        assert_eq!(copies(&project).len(), kept + 1);
        let wrong = server.post(url, "email=ana");
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("ana"), "{}", wrong.text());
        assert_eq!(copies(&project).len(), kept + 1);
    }
    events.until("about", |about| about["outbox"] == 2);
    let comment = "article=https%3A%2F%2Fpaper.example%2F&text=Well&author=Ana&email=a%40b.example&website=";
    let taken = server.post("/.handbill/outbox/comment/", comment);
    assert_eq!(taken.status, 200);
    assert!(taken.text().contains("This comment would be sent"), "{}", taken.text());
    assert_eq!(server.post("/.handbill/outbox/comment/", "text=Well").status, 422);
    assert_eq!(copies(&project).len(), 3);
    // In the order in which they were posted.
    let copy = project.read(&format!(".handbill/outbox/{}", copies(&project)[0]));
    assert!(copy.contains("ana@b.example") && copy.contains("weekly"), "{copy}");
    let others = |path: &&String| !path.starts_with(".handbill/outbox/") && !before.0.contains_key(*path);
    let after = Snapshot::of(&project.root());
    let new: Vec<&String> = after.0.keys().filter(others).collect();
    assert!(
        new.iter().all(|path| path.as_str() == ".handbill/.gitignore" || path.as_str() == ".handbill/CACHEDIR.TAG"),
        "{new:?}"
    );
}

#[test]
fn form_of_another_origin_is_refused_and_other_urls_accept_none() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let url = "POST /.handbill/outbox/newsletter/weekly/";
    let plain = "Content-Type: application/x-www-form-urlencoded\r\n";
    let evil = format!("{plain}Origin: http://evil.example\r\n");
    assert_eq!(server.ask(url, &evil, "list=7&email=ana%40b.example").status, 403);
    assert_eq!(server.ask(url, "Content-Type: application/json\r\n", "{}").status, 422);
    assert_eq!(server.get("/.handbill/outbox/newsletter/weekly/").status, 405);
    assert_eq!(server.post("/.handbill/outbox/newsletter/monthly/", "email=ana%40b.example").status, 404);
    assert_eq!(server.post("/news/2026/06/hearing/", "email=ana%40b.example").status, 405);
    assert_eq!(copies(&project), Vec::<String>::new());
}
