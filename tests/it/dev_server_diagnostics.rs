//! While the site has errors, the last snapshot without errors is served, all open pages get the errors, and the errors
//! go when they are fixed.

use serde_json::Value;

use crate::dev_server::{DevServer, diagnostics, until};
use crate::project::Project;

const HEARING: &str = "/news/2026/06/hearing/";
const STRIKE: &str = "/news/2026/06/strike/";

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("hearing", "date: 2026-06-01", "The hearing begins.");
    project.article("strike", "date: 2026-06-02", "The strike goes on.");
    project
}

#[test]
fn errors_in_several_files_are_reported_together_and_go_one_by_one() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let (hearing, front_page) = (server.events(HEARING), server.events("/"));
    project.edit("content/articles/hearing.md", "date:", "sumary: x\ndat:");
    project.edit("content/articles/strike.md", "goes on.", "[goes](nowhere.md) on.");
    project.edit("site.yaml", "title:", "titel: x\ntitle:");
    let diagnostics = hearing.expect_diagnostics(["`sumary`", "`dat`", "nowhere.md", "`titel`"]);
    front_page.expect_diagnostics(["`sumary`", "`dat`", "nowhere.md", "`titel`"]);
    let sumary = diagnostics.iter().find(|one| one["message"].to_string().contains("sumary")).unwrap();
    assert_eq!((&sumary["file"], &sumary["line"]), (&"content/articles/hearing.md".into(), &3.into()));
    assert!(sumary["snippet"].as_str().unwrap().contains("sumary: x"), "{sumary}");
    assert!(sumary["help"].as_str().unwrap().contains("`summary`"), "{sumary}");
    let place = format!("{}:3:1", project.root().canonicalize().unwrap().join("content/articles/hearing.md").display());
    assert_eq!(sumary["open"], Value::from(format!("vscode://file{place}")));
    for path in [STRIKE, "/"] {
        server.shows(path, ["Title of strike"]);
    }
    project.edit("site.yaml", "titel: x\n", "");
    hearing.expect_diagnostics(["`sumary`", "`dat`", "nowhere.md"]);
    project.edit("content/articles/hearing.md", "sumary: x\ndat:", "date:");
    hearing.expect_diagnostics(["nowhere.md"]);
    project.edit("content/articles/strike.md", "[goes](nowhere.md) on.", "is over.");
    for events in [&hearing, &front_page] {
        events.expect_diagnostics([]);
    }
    server.shows(STRIKE, ["is over."]);
}

#[test]
fn terminal_hears_of_each_error_once() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events("/");
    project.edit("content/articles/hearing.md", "date:", "sumary: x\ndate:");
    events.expect_diagnostics(["`sumary`"]);
    server.expect_output("`sumary`");
    project.edit("content/articles/strike.md", "goes", "went");
    project.edit("content/articles/strike.md", "title:", "titel: y\ntitle:");
    events.expect_diagnostics(["`sumary`", "`titel`"]);
    server.expect_output("`titel`");
    project.edit("content/articles/strike.md", "titel: y\n", "");
    events.expect_diagnostics(["`sumary`"]);
}

#[test]
fn page_that_no_one_opened_yet_stays_whole_when_its_source_breaks() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events("/");
    let text = project.read("content/articles/hearing.md");
    for (invalid, reported) in [
        (text.replace("date:", "sumary: x\ndate:"), "`sumary`"),
        (text.replace("\n---\n\n", "\n\n"), "front matter"),
        (text.replace("begins.", "begins.\n\n::: nonsense\n:::"), "nonsense"),
        (text.replace("begins.", "begins.\n\n![A mill](mill.jpg)"), "mill.jpg"),
        (text.replace("begins.", "begins.\n\n[It](../../../other.md#part)"), "other.md"),
    ] {
        project.write("content/articles/hearing.md", invalid);
        events.expect_diagnostics([reported]);
        let page = server.get(HEARING);
        assert!(page.text().contains("The hearing begins."), "{reported}:\n{}", page.text());
        assert!(!page.text().contains("nonsense"), "{}", page.text());
        project.write("content/articles/hearing.md", &text);
        events.expect_diagnostics([]);
    }
}

#[test]
fn open_page_stays_as_it_was_while_its_source_is_broken() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events(HEARING);
    let before = server.get(HEARING);
    let digest = events.last("page");
    project.write("content/articles/hearing.md", "---\ntitle: [\n---\nNew words.\n");
    events.until("diagnostics", |data| !diagnostics(data).is_empty());
    assert_eq!(server.get(HEARING).bytes, before.bytes);
    assert_eq!(events.last("page"), digest);
}

#[test]
fn broken_template_and_theme_leave_the_last_snapshot() {
    let project = sample_site();
    let server = DevServer::of(&project);
    server.shows(HEARING, ["begins"]);
    let events = server.events(HEARING);
    project.write("templates/article.html", "{% block main %}{{ oops");
    events.expect_diagnostics(["templates/article.html"]);
    server.shows(HEARING, ["The hearing begins."]);
    project.write("templates/article.html", "<p>Plain: {{ content | safe }}</p>");
    events.expect_diagnostics([]);
    server.shows(HEARING, ["<p>Plain: "]);
    project.write("site.yaml", project.read("site.yaml") + "theme: nowhere\n");
    events.expect_diagnostics(["nowhere"]);
    server.shows(HEARING, ["<p>Plain: "]);
    project.edit("site.yaml", "theme: nowhere\n", "");
    events.expect_diagnostics([]);
}

#[test]
fn site_that_begins_broken_is_shown_when_it_is_fixed() {
    let project = sample_site();
    project.settings("titel: x");
    project.edit("site.yaml", "paper.example/", "paper.example/sub/");
    let server = DevServer::of(&project);
    let waiting = server.get("/");
    assert_eq!(waiting.status, 503);
    assert!(waiting.text().contains("/.handbill/client/main.js"), "{}", waiting.text());
    assert_eq!(server.get("/.handbill/client/main.js").status, 200);
    let events = server.events("/");
    events.expect_diagnostics(["`titel`"]);
    server.expect_output("`titel`");
    project.edit("site.yaml", "titel: x", "");
    events.expect_diagnostics([]);
    events.last("page");
    let front_page = server.shows("/sub/", ["Title of hearing"]);
    assert!(front_page.text().contains("data-base=\"/sub/\""));
    assert_eq!(server.get("/").header("location"), Some("/sub/"));
}

#[test]
fn site_without_settings_begins_when_they_come() {
    let project = sample_site();
    let settings = project.read("site.yaml");
    project.remove("site.yaml");
    let server = DevServer::exactly(&project, &["--root", "."]);
    server.becomes("/", 503);
    project.write("site.yaml", settings);
    server.shows("/", ["Title of hearing"]);
}

#[test]
fn template_that_fails_on_one_page_shows_on_that_page_alone() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let (hearing, strike) = (server.events(HEARING), server.events(STRIKE));
    let template = "{% extends \"base.html\" %}{% block main %}{% if article.title == \"Title of hearing\" %}{{ article.title + 1 }}{% endif %}{{ content | safe }}{% endblock main %}";
    project.write("templates/article.html", template);
    let failure = hearing.until("failure", |data| !diagnostics(data).is_empty());
    assert_eq!(diagnostics(&failure)[0]["file"], "templates/article.html", "{failure}");
    server.shows(STRIKE, ["The strike goes on."]);
    server.shows(HEARING, ["cannot be shown"]);
    assert!(strike.all().iter().all(|(name, data)| name != "failure" || diagnostics(data).is_empty()));
    assert!(
        diagnostics(&hearing.last("diagnostics")).is_empty() && diagnostics(&strike.last("diagnostics")).is_empty()
    );
    server.expect_output("templates/article.html");
    // An unchanged page gets its event again too, since a browser may show the error page instead of it.
    project.remove("templates");
    hearing.until("failure", |data| diagnostics(data).is_empty());
    assert!(until(|| (hearing.count("page") == 2).then_some(())).is_some());
    project.write("templates/article.html", template.replace("{{ article.title + 1 }}", "Mended"));
    hearing.until("failure", |data| diagnostics(data).is_empty());
    server.shows(HEARING, ["Mended", "The hearing begins."]);
}

#[test]
fn theme_file_that_collides_with_another_is_an_error() {
    let project = sample_site();
    project.write("assets/note.txt", "Theme");
    let built = project.build();
    let name = built.files().0.into_keys().find(|path| path.starts_with("assets/note.")).unwrap();
    project.remove("assets/note.txt").write(&format!("static/{name}"), "Static");
    let server = DevServer::of(&project);
    server.shows(&format!("/{name}"), ["Static"]);
    let events = server.events("/");
    project.write("assets/note.txt", "Theme");
    events.expect_diagnostics(["have the same URL"]);
    project.remove("assets/note.txt");
    events.expect_diagnostics([]);
}

#[cfg(unix)]
#[test]
fn link_out_of_the_site_is_an_error_and_is_not_followed() {
    let project = sample_site();
    std::fs::write(project.home().join("secret.txt"), "secret").unwrap();
    let server = DevServer::of(&project);
    let events = server.events("/");
    for path in ["static/secret.txt", "assets/secret.txt", "content/articles/secret.md"] {
        std::fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(project.home().join("secret.txt"), project.path(path)).unwrap();
        events.expect_diagnostics([path]);
        assert_eq!(server.get("/secret.txt").status, 404);
        assert_eq!(server.get("/assets/secret.txt").status, 404);
        project.remove(path);
        events.expect_diagnostics([]);
    }
}
