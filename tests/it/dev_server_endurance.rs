//! The dev server keeps running: a folder is removed and comes back, hundreds of edits in a moment, thousands of saves.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::dev_server::{DevServer, until};
use crate::project::Project;

const HEARING: &str = "/news/2026/06/hearing/";

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("hearing", "date: 2026-06-01", "The hearing begins.");
    project.article("strike", "date: 2026-06-02", "The strike goes on.");
    project
}

#[test]
fn content_folder_and_site_folder_may_go_and_come_back() {
    let project = sample_site();
    let mut server = DevServer::of(&project);
    server.shows(HEARING, ["begins"]);
    project.rename("content", "gone");
    server.becomes(HEARING, 404);
    project.rename("gone", "content");
    server.shows(HEARING, ["begins"]);
    project.edit("content/articles/hearing.md", "Title of hearing", "Called to order");
    server.shows("/", ["Called to order"]);
    let text = project.read("content/articles/hearing.md");
    project.remove("content");
    server.becomes(HEARING, 404);
    project.write("content/articles/hearing.md", text.replace("begins", "begins again"));
    server.shows(HEARING, ["begins again"]);
    // The whole site, and another in its place.
    let events = server.events("/");
    let aside = project.home().join("aside");
    fs::rename(project.root(), &aside).unwrap();
    events.until("diagnostics", |data| data["diagnostics"] != serde_json::json!([]));
    fs::rename(&aside, project.root()).unwrap();
    events.expect_diagnostics([]);
    project.edit("content/articles/hearing.md", "begins again", "is over");
    server.shows(HEARING, ["is over"]);
    project.edit("content/articles/hearing.md", "Called to order", "Adjourned");
    server.shows("/", ["Adjourned"]);
    assert!(server.is_running());
}

#[test]
fn hundreds_of_edits_end_in_the_right_state() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events(HEARING);
    let began = Instant::now();
    for number in 1..=500 {
        project.article("hearing", &format!("title: Edit {number}\ndate: 2026-06-01"), &format!("Text {number}."));
        match number % 50 {
            10 => drop(project.article("strike", "date: 2026-06-02\nsumary: x", "Broken.")),
            20 => drop(project.article("strike", &format!("title: Strike {number}\ndate: 2026-06-02"), "Mended.")),
            30 => drop(project.article(&format!("new{number}"), "date: 2026-05-02", "New.")),
            40 => drop(project.remove(&format!("content/articles/new{}.md", number - 10))),
            _ => {}
        }
        // As fast as a browser could request a page.
        server.get(HEARING);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    server.shows(HEARING, ["Edit 500", "Text 500."]);
    server.shows("/", ["Edit 500", "Strike 470"]);
    events.expect_diagnostics([]);
    let built = project.cold_output(&["--drafts", "--future"]);
    let page = String::from_utf8(built.0["news/2026/06/hearing/index.html"].clone()).unwrap();
    assert!(until(|| (server.get(HEARING).without_script() == page).then_some(())).is_some());
    // Whoever follows the events alone ends there too.
    let shown = server.get(HEARING);
    let digest = shown.text().split("data-page=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    events.until("page", |page| page["digest"] == digest);
}

/// What a process holds of the machine's memory, in KiB.
#[cfg(target_os = "linux")]
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_saves() {
    let project = Project::new("");
    for number in 0..40 {
        project.article(&format!("a{number}"), "date: 2026-05-01\ntopics: [housing]", &"Words. ".repeat(400));
    }
    let server = DevServer::of(&project);
    let _events = server.events("/news/2026/05/a1/");
    let save = |number: usize| {
        let which = number % 40;
        let keys =
            format!("title: Save {number}\ndate: 2026-05-01\ntopics: [{}]", ["housing", "wages"][number / 40 % 2]);
        // Most saves change the text alone, some change the assembled site, a few have errors.
        let text = format!("Save {number}. {}", "Words. ".repeat(400));
        match number % 10 {
            7 => drop(project.article(&format!("a{which}"), &(keys + "\nsumary: x"), &text)),
            _ => drop(project.article(&format!("a{which}"), &keys, &text)),
        }
        if number.is_multiple_of(20) {
            project.article("bell", &format!("title: Bell {number}\ndate: 2026-06-01"), "Ding.");
            (0..40).for_each(|at| drop(server.get(&format!("/news/2026/05/a{at}/"))));
        }
    };
    let run = |from: usize, to: usize| {
        (from..to).for_each(save);
        for at in 0..40 {
            project.article(&format!("a{at}"), "date: 2026-05-01\ntopics: [housing]", &"Words. ".repeat(400));
        }
        project.article("bell", &format!("title: Bell {to} rings\ndate: 2026-06-01"), "Ding.");
        server.shows("/", [format!("Bell {to} rings").as_str()]);
        resident(server.process())
    };
    let early = run(0, 500);
    let late = run(500, 2_000);
    assert!(late < early + early / 4, "{early} KiB after 500 saves, {late} KiB after 2000");
}
