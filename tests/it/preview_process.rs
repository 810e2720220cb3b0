//! What the preview is as a process: it serves what a build would publish, leaves the output alone, and ends at once.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;

use crate::preview::Preview;
use crate::project::{NOW, Project};

fn paper() -> Project {
    let project = Project::new("");
    project.article("hearing", "date: 2026-06-01\ntopics: [housing]\nauthors: [jane]", "The hearing begins.");
    project.article("strike", "date: 2026-06-02\ntopics: [wages]", "The [hearing](hearing.md) goes on.");
    project.article("vote", "date: 2026-06-03\ntopics: [housing]", "## Before\n\nNobody knows.");
    project
}

/// Every page of a fresh build, and what the preview serves in its place.
#[track_caller]
fn serves_what_a_build_makes(project: &Project, preview: &Preview, told: &str) {
    let copy = project.fresh_copy();
    copy.run(&["build", "--as-of", NOW, "--drafts", "--future"]).expect_exit(0);
    let output = copy.path("public");
    let mut folders = vec![output.clone()];
    let mut pages = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(&output).unwrap().to_str().unwrap().to_owned();
            let Some(url) = relative.strip_suffix("index.html") else { continue };
            let served = preview.get(&format!("/{url}"));
            let built = fs::read_to_string(&path).unwrap();
            assert_eq!(served.without_script(), built, "{told}: /{url}");
            pages += 1;
        }
    }
    assert!(pages > 10, "{pages} pages");
}

#[test]
fn preview_serves_what_a_build_makes_after_any_kind_of_edit() {
    let project = paper();
    let preview = Preview::of(&project);
    let strike = "/news/2026/06/strike/";
    preview.shows(strike, ["goes on"]);
    serves_what_a_build_makes(&project, &preview, "at the start");
    project.edit("content/articles/strike.md", "goes on", "is called off");
    preview.shows(strike, ["is called off"]);
    serves_what_a_build_makes(&project, &preview, "a text");
    project.edit("content/articles/strike.md", "Title of strike", "A title of its own");
    preview.shows("/", ["A title of its own"]);
    serves_what_a_build_makes(&project, &preview, "a title");
    project.edit("content/articles/vote.md", "## Before", "## Long before");
    preview.shows("/news/2026/06/vote/", ["Long before"]);
    serves_what_a_build_makes(&project, &preview, "a heading");
    project.edit("content/articles/vote.md", "date: 2026-06-03", "date: 2026-05-03\nsummary: Short.");
    preview.shows("/news/2026/05/vote/", ["Short."]);
    serves_what_a_build_makes(&project, &preview, "a date");
    project.write("templates/fragments/footer.html", "<footer>{{ site.title }} ends</footer>");
    preview.shows(strike, ["The Paper ends"]);
    serves_what_a_build_makes(&project, &preview, "a template");
    project.write("i18n/en.yaml", "latest_articles: Lately\n");
    preview.shows(strike, ["Lately"]);
    serves_what_a_build_makes(&project, &preview, "a word");
    project.edit("content/articles/strike.md", "called off", "on again");
    preview.shows(strike, ["on again"]);
    serves_what_a_build_makes(&project, &preview, "a text with another theme");
}

#[test]
fn output_is_left_alone() {
    let project = paper();
    project.build().expect_exit(0);
    let before = project.read("public/news/2026/06/strike/index.html");
    let preview = Preview::of(&project);
    project.edit("content/articles/strike.md", "goes on", "is called off");
    preview.shows("/news/2026/06/strike/", ["is called off"]);
    assert_eq!(project.read("public/news/2026/06/strike/index.html"), before);
    drop(preview);
    project.edit("content/articles/strike.md", "is called off", "goes on");
    project.build().expect_rendered(0);
}

#[test]
fn signals_end_it_within_a_second_whatever_is_open() {
    for signal in [Signal::INT, Signal::TERM] {
        let project = paper();
        let mut preview = Preview::of(&project);
        let idle: Vec<_> = (0..180).map(|_| preview.connect()).collect();
        let events: Vec<_> = (0..20).map(|_| preview.events("/")).collect();
        assert_eq!(preview.get("/").status, 200);
        assert!(preview.is_running() && preview.process() > 0);
        let (status, took) = preview.end(signal);
        assert!(status.success() && took < Duration::from_secs(3), "{status} after {took:?}");
        drop((idle, events));
    }
}

#[test]
fn port_in_use_is_passed_over_unless_it_was_asked_for() {
    let project = paper();
    let preview = Preview::of(&project);
    let port = preview.address().port().to_string();
    let other = Preview::of(&project);
    assert_ne!(other.address(), preview.address());
    project.run(&["serve", "--port", &port]).expect_exit(2).expect_stderr([format!("port {port}").as_str()]);
}

#[test]
fn forms_are_tried_on_this_machine() {
    let project = paper();
    let list = "---\ntitle: Weekly\nprovider: { kind: buttondown, username: paper }\n---\n\nAll of it.\n";
    project.write("content/newsletters/weekly.md", list);
    let preview = Preview::of(&project);
    let page = preview.shows("/newsletters/weekly/", ["/.handbill/outbox/newsletter/weekly/"]);
    assert!(!page.text().contains("buttondown.com"), "{}", page.text());
    let refused = preview.post("/.handbill/outbox/newsletter/weekly/", "email=&embed=1");
    assert_eq!(refused.status, 422, "{}", refused.text());
    let taken = preview.post("/.handbill/outbox/newsletter/weekly/", "email=nurse%40example.org&embed=1");
    assert_eq!((taken.status, taken.header("location")), (303, Some("/newsletters/weekly/thanks/")));
    let kept = fs::read_dir(project.path(".handbill/outbox")).unwrap().count();
    assert_eq!(kept, 1);
}
