//! Every kind of change is shown by the dev server, however an editor saves the file.

use std::fs;
use std::io::Write;

use crate::dev_server::{DevServer, until};
use crate::project::{Project, copy_folder};

const HEARING: &str = "/news/2026/06/hearing/";
const STRIKE: &str = "/news/2026/06/strike/";

/// A site with two articles.
fn sample_site() -> Project {
    let project = Project::new("");
    project.article("hearing", "date: 2026-06-01\ntopics: [housing]\nauthors: [jane]", "The hearing begins.");
    project.article("strike", "date: 2026-06-02\ntopics: [wages]", "The strike goes on.");
    project
}

#[test]
fn edited_text_is_shown() {
    let project = sample_site();
    let server = DevServer::of(&project);
    server.shows(HEARING, ["The hearing begins."]);
    project.edit("content/articles/hearing.md", "begins", "is over");
    server.shows(HEARING, ["The hearing is over."]);
}

#[test]
fn edited_title_is_shown_on_every_page_that_has_it() {
    let project = sample_site();
    let server = DevServer::of(&project);
    for path in [HEARING, STRIKE, "/", "/topics/housing/", "/feed.xml"] {
        server.shows(path, ["Title of hearing"]);
    }
    project.edit("content/articles/hearing.md", "Title of hearing", "Called to order");
    for path in [HEARING, STRIKE, "/", "/topics/housing/", "/feed.xml"] {
        server.shows(path, ["Called to order"]);
        server.lacks(path, ["Title of hearing"]);
    }
}

#[test]
fn edited_title_is_shown_where_the_text_of_an_author_lists_the_article() {
    let project = sample_site();
    let bio = "::: related {articles=\"../articles/strike.md\" title=\"By Jane\"}\n:::";
    project.write("content/authors/jane.md", format!("---\nname: Jane\n---\n\n{bio}\n"));
    let server = DevServer::of(&project);
    for path in [HEARING, "/authors/jane/"] {
        server.shows(path, ["Title of strike"]);
    }
    project.edit("content/articles/strike.md", "Title of strike", "Back to work");
    for path in [HEARING, "/authors/jane/"] {
        server.shows(path, ["Back to work"]);
        server.lacks(path, ["Title of strike"]);
    }
}

#[test]
fn new_article_is_shown_and_goes_at_once_when_it_is_deleted() {
    let project = sample_site();
    let server = DevServer::of(&project);
    project.article("vote", "date: 2026-06-03", "They vote.");
    server.shows("/news/2026/06/vote/", ["They vote."]);
    server.shows("/", ["Title of vote"]);
    project.remove("content/articles/vote.md");
    server.becomes("/news/2026/06/vote/", 404);
    server.lacks("/", ["Title of vote"]);
}

#[test]
fn deleted_article_is_gone_though_another_links_to_it() {
    let project = sample_site();
    project.article("vote", "date: 2026-06-03", "After [the hearing](hearing.md).");
    let server = DevServer::of(&project);
    server.shows(HEARING, ["begins"]);
    let events = server.events(HEARING);
    project.remove("content/articles/hearing.md");
    server.becomes(HEARING, 404);
    events.expect_diagnostics(["content/articles/vote.md"]);
    events.last("gone");
    project.edit("content/articles/vote.md", "[the hearing](hearing.md)", "the hearing");
    events.expect_diagnostics([]);
    server.becomes(HEARING, 404);
    server.lacks("/", ["Title of hearing"]);
}

#[test]
fn renamed_article_moves() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events(HEARING);
    project.rename("content/articles/hearing.md", "content/articles/session.md");
    server.shows("/news/2026/06/session/", ["The hearing begins."]);
    server.becomes(HEARING, 404);
    assert_eq!(events.last("gone")["to"], serde_json::Value::Null);
    project.edit("content/articles/session.md", "date:", "aliases: [/news/2026/06/hearing/]\ndate:");
    let moved = server.becomes(HEARING, 301);
    assert_eq!(moved.header("location"), Some("/news/2026/06/session/"));
    events.until("gone", |gone| gone["to"] == "/news/2026/06/session/");
}

#[test]
fn folders_come_move_and_go() {
    let project = sample_site();
    let server = DevServer::of(&project);
    project.article("2026/spring/march", "date: 2026-03-01", "It rains.");
    server.shows("/news/2026/03/march/", ["It rains."]);
    project.article("2026/spring/april", "date: 2026-04-01", "It still rains.");
    server.shows("/news/2026/04/april/", ["It still rains."]);
    project.rename("content/articles/2026", "content/articles/old");
    project.edit("content/articles/old/spring/march.md", "rains", "snows");
    server.shows("/news/2026/03/march/", ["It snows."]);
    project.remove("content/articles/old");
    server.becomes("/news/2026/03/march/", 404);
    server.becomes("/news/2026/04/april/", 404);
    // One that was filled elsewhere.
    let filled = project.home().join("filled/deep");
    fs::create_dir_all(&filled).unwrap();
    fs::write(filled.join("may.md"), "---\ntitle: May\ndate: 2026-05-01\n---\nSun.\n").unwrap();
    fs::rename(project.home().join("filled"), project.path("content/articles/filled")).unwrap();
    server.shows("/news/2026/05/may/", ["Sun."]);
    project.write("content/articles/filled/deep/may.md", "---\ntitle: May\ndate: 2026-05-01\n---\nMore sun.\n");
    server.shows("/news/2026/05/may/", ["More sun."]);
}

#[test]
fn settings_change_and_may_vanish() {
    let project = sample_site();
    let server = DevServer::of(&project);
    server.shows("/", ["The Paper"]);
    let events = server.events("/");
    project.edit("site.yaml", "The Paper", "The Broadside");
    server.shows(HEARING, ["The Broadside"]);
    let settings = project.read("site.yaml");
    project.remove("site.yaml");
    events.expect_diagnostics(["site.yaml"]);
    server.shows("/", ["The Broadside"]);
    project.write("site.yaml", settings.replace("Broadside", "Herald"));
    events.expect_diagnostics([]);
    server.shows("/", ["The Herald"]);
}

#[test]
fn warning_goes_with_the_file_that_it_is_about() {
    let project = sample_site();
    let server = DevServer::of(&project);
    project.write("content/article/lost.md", "Lost.");
    server.expect_output("did you mean `content/articles/`");
    project.remove("content/article");
    // A title on a card is shown only after the change was applied.
    project.edit("content/articles/hearing.md", "Title of hearing", "Called to order");
    server.shows("/", ["Called to order"]);
    project.write("content/article/lost.md", "Lost.");
    let twice = || (server.output().matches("did you mean `content/articles/`").count() == 2).then_some(());
    assert!(until(twice).is_some(), "{}", server.output());
}

#[test]
fn site_may_move_below_a_path_while_it_is_served() {
    let project = sample_site();
    let server = DevServer::of(&project);
    server.shows(HEARING, ["begins"]);
    project.edit("site.yaml", "paper.example/", "paper.example/sub/");
    let there = format!("/sub{HEARING}");
    server.shows(&there, ["begins", "/sub/topics/housing/"]);
    assert_eq!(server.get("/").header("location"), Some("/sub/"));
}

#[test]
fn theme_of_the_site_and_its_parent_change() {
    let project = sample_site();
    project.settings("theme: gazette");
    project.write("themes/gazette/theme.yaml", "name: gazette\nversion: 1.0.0\nparent: press\n");
    project.write("themes/press/theme.yaml", "name: press\nversion: 1.0.0\nparent: broadsheet\n");
    project.write("themes/press/templates/fragments/footer.html", "<footer>Pressed</footer>");
    let server = DevServer::of(&project);
    server.shows(HEARING, ["<footer>Pressed</footer>"]);
    project.write("themes/press/templates/fragments/footer.html", "<footer>Pressed again</footer>");
    server.shows(HEARING, ["<footer>Pressed again</footer>"]);
    project.write("themes/gazette/templates/fragments/footer.html", "<footer>Gazetted</footer>");
    server.shows(HEARING, ["<footer>Gazetted</footer>"]);
    project.write("templates/fragments/footer.html", "<footer>{{ site.title }}</footer>");
    server.shows(HEARING, ["<footer>The Paper</footer>"]);
    project.remove("templates");
    project.remove("themes/gazette/templates");
    server.shows(HEARING, ["<footer>Pressed again</footer>"]);
    project.write("themes/gazette/theme.yaml", "name: gazette\nversion: 1.0.0\nparent: broadsheet\n");
    server.lacks(HEARING, ["Pressed"]);
}

#[test]
fn translations_stylesheets_and_files_change() {
    let project = sample_site();
    project.write("static/robots-only.txt", "Robots");
    let server = DevServer::of(&project);
    let events = server.events("/");
    project.write("i18n/en.yaml", "latest_articles: Lately\n");
    server.shows(HEARING, ["Lately"]);
    let link = |page: &str| {
        let from = page.find("/assets/main.").or_else(|| page.find("/assets/")).expect("a stylesheet");
        page[from..].split('"').next().expect("a link").to_owned()
    };
    let before = link(&server.get("/").text());
    project.write("assets/settings.css", ":root { --own: 7px }");
    let changed = server.shows("/", ["/assets/"]).text();
    assert!(server.get(&link(&changed)).status == 200, "{before}");
    project.edit("static/robots-only.txt", "Robots", "People");
    server.shows("/robots-only.txt", ["People"]);
    events.until("files", |files| files["urls"] == serde_json::json!(["/robots-only.txt"]));
    project.write("static/new/file.txt", "New");
    server.shows("/new/file.txt", ["New"]);
    project.remove("static/new");
    server.becomes("/new/file.txt", 404);
}

#[test]
fn new_stylesheet_has_a_new_url_on_every_page() {
    let project = sample_site();
    project.write("assets/site.css", "h1 { color: red }");
    project
        .write("templates/partials/site-head.html", "<link rel=\"stylesheet\" href=\"{{ asset(path='site.css') }}\">");
    let head =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/broadsheet/templates/base.html")).unwrap();
    project.write(
        "templates/base.html",
        head.replace(
            "{% include \"partials/head.html\" %}",
            "{% include \"partials/head.html\" %}{% include \"partials/site-head.html\" %}",
        ),
    );
    let server = DevServer::of(&project);
    let link = |answer: &str| {
        let from = answer.find("/assets/site.").expect("the link is there");
        answer[from..].split('"').next().expect("a link").to_owned()
    };
    let events = server.events(HEARING);
    let before = link(&server.get(HEARING).text());
    assert_eq!(server.get(&before).status, 200);
    let reported = events.count("page");
    project.write("assets/site.css", "h1 { color: blue }");
    let answer = server.lacks(HEARING, [before.as_str()]);
    let now = link(&answer.text());
    assert!(server.get(&now).text().contains("#00f"), "{}", server.get(&now).text());
    assert!(until(|| (events.count("page") > reported).then_some(())).is_some());
    server.becomes(&before, 404);
}

#[test]
fn image_of_a_bundle_changes_under_its_url() {
    let project = Project::new("");
    let svg = |width: u32| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"5\"><path d=\"M0 0h1\"/></svg>")
    };
    project.write("content/articles/mill/mill.svg", svg(40));
    project.article("mill/index", "title: The mill\ndate: 2026-06-01", "![The mill](mill.svg)");
    let server = DevServer::of(&project);
    let page = "/news/2026/06/mill/";
    let image = "/news/2026/06/mill/mill.svg";
    server.shows(page, ["width=\"40\""]);
    let events = server.events(page);
    project.write("content/articles/mill/mill.svg", svg(70));
    server.shows(image, ["width=\"70\""]);
    server.shows(page, ["width=\"70\""]);
    events.until("files", |files| files["urls"] == serde_json::json!([image]));
}

#[test]
fn files_around_articles_change() {
    let project = sample_site();
    project.write("content/authors/jane.md", "---\nname: Jane Doe\n---\nShe writes.\n");
    project.write(
        "content/newsletters/weekly.md",
        "---\ntitle: Weekly\nsummary: Every week.\nfrequency: every week\nconsent: One mail a week.\nprovider: { kind: netlify }\n---\nJoin.\n",
    );
    project.settings("organization: { policies: { privacy: pages/about.md } }");
    project.write("content/data/prices.yaml", "bread: 3\n");
    project.write("content/pages/about.md", "---\ntitle: About\n---\nUs.\n");
    project.write(
        "templates/page.html",
        "{% extends \"base.html\" %}{% block main %}{{ page.heading }} {{ site.data.prices.bread }}{% endblock main %}",
    );
    let server = DevServer::of(&project);
    server.shows(HEARING, ["Jane Doe"]);
    project.write("content/comments/hearing.yaml", "- { id: a, author: Ana, date: 2026-06-02, text: I was there. }\n");
    server.shows(HEARING, ["I was there."]);
    project.edit("content/comments/hearing.yaml", "there", "not there");
    server.shows(HEARING, ["I was not there."]);
    project.edit("content/authors/jane.md", "Jane Doe", "Jane Roe");
    server.shows(HEARING, ["Jane Roe"]);
    project.edit("content/newsletters/weekly.md", "Every week", "Each Friday");
    server.shows("/newsletters/weekly/", ["Each Friday"]);
    server.shows("/about/", ["About 3"]);
    project.write("content/data/prices.yaml", "bread: 4\n");
    server.shows("/about/", ["About 4"]);
    project.write("content/topics/housing.md", "---\ntitle: Homes\n---\nOn homes.\n");
    server.shows(HEARING, ["Homes"]);
    project.remove("content/comments");
    server.lacks(HEARING, ["not there"]);
}

#[test]
fn every_way_of_saving_is_taken_in() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let article = project.path("content/articles/hearing.md");
    let beside = |name: &str| project.path("content/articles").join(name);
    let text = |words: &str| format!("---\ntitle: Title of hearing\ndate: 2026-06-01\n---\n\nSaved {words}.\n");
    type Save<'a> = (&'a str, Box<dyn Fn(&str) + 'a>);
    let ways: [Save; 7] = [
        ("in place", Box::new(|text| fs::write(&article, text).unwrap())),
        // VS Code: truncated, then written, twice when it formats.
        (
            "twice in place",
            Box::new(|text| {
                for part in [text.replace("Saved", "Unformatted"), text.to_owned()] {
                    let mut file = fs::File::create(&article).unwrap();
                    file.write_all(part.as_bytes()).unwrap();
                    file.sync_all().unwrap();
                }
            }),
        ),
        (
            "by a rename over it",
            Box::new(|text| {
                fs::write(beside(".hearing.md.new"), text).unwrap();
                fs::rename(beside(".hearing.md.new"), &article).unwrap();
            }),
        ),
        (
            "as vim does",
            Box::new(|text| {
                fs::write(beside("4913"), "").unwrap();
                fs::remove_file(beside("4913")).unwrap();
                fs::rename(&article, beside("hearing.md~")).unwrap();
                fs::write(&article, text).unwrap();
                fs::remove_file(beside("hearing.md~")).unwrap();
            }),
        ),
        (
            "as JetBrains do",
            Box::new(|text| {
                fs::write(beside("hearing.md___jb_tmp___"), text).unwrap();
                fs::rename(&article, beside("hearing.md___jb_old___")).unwrap();
                fs::rename(beside("hearing.md___jb_tmp___"), &article).unwrap();
                fs::remove_file(beside("hearing.md___jb_old___")).unwrap();
            }),
        ),
        (
            "by deleting it first",
            Box::new(|text| {
                fs::remove_file(&article).unwrap();
                fs::write(&article, text).unwrap();
            }),
        ),
        (
            "in drops",
            Box::new(|text| {
                let mut file = fs::File::create(&article).unwrap();
                for part in text.as_bytes().chunks(7) {
                    file.write_all(part).unwrap();
                }
            }),
        ),
    ];
    for (name, save) in ways {
        save(&text(name));
        server.shows(HEARING, [format!("Saved {name}.").as_str()]);
    }
}

#[test]
fn what_an_editor_leaves_beside_a_file_causes_nothing() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let events = server.events(HEARING);
    events.last("about");
    let before = events.all().len();
    for name in [".hearing.md.swp", "hearing.md~", "#hearing.md#", "4913", "hearing.md.tmp", ".git/HEAD"] {
        project.write(&format!("content/articles/{name}"), "---\nbroken");
        project.remove(&format!("content/articles/{name}"));
    }
    project.write("public/index.html", "x").write(".git/index", "x").write(".handbill/x", "x");
    project.edit("content/articles/hearing.md", "begins", "is heard");
    server.shows(HEARING, ["is heard"]);
    assert!(until(|| (events.count("page") == 2).then_some(())).is_some());
    let names: Vec<String> = events.all().into_iter().skip(before).map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| ["page", "about", "follow"].contains(&name.as_str())), "{names:?}");
}

#[test]
fn many_files_change_at_once() {
    let project = Project::new("");
    for number in 0..200 {
        project.article(&format!("a{number}"), "date: 2026-05-01", "Before.");
    }
    let server = DevServer::of(&project);
    server.shows("/news/2026/05/a7/", ["Before."]);
    let other = project.fresh_copy();
    for number in 0..200 {
        other.article(&format!("a{number}"), "date: 2026-05-01", "After.");
    }
    other.remove("content/articles/a199.md").article("b0", "date: 2026-05-02", "Come.");
    // As when a branch is checked out.
    project.remove("content/articles/a199.md");
    copy_folder(&other.path("content"), &project.path("content"), &[]);
    server.shows("/news/2026/05/b0/", ["Come."]);
    for number in 0..199 {
        server.shows(&format!("/news/2026/05/a{number}/"), ["After."]);
    }
    server.becomes("/news/2026/05/a199/", 404);
}

#[test]
fn open_pages_get_their_own_events_alone() {
    let project = sample_site();
    let server = DevServer::of(&project);
    let (hearing, strike) = (server.events(HEARING), server.events(STRIKE));
    hearing.last("about");
    strike.last("about");
    let (before, others) = (hearing.count("page"), strike.all().len());
    project.edit("content/articles/hearing.md", "begins", "is over");
    assert!(until(|| (hearing.count("page") > before).then_some(())).is_some());
    project.edit("content/articles/strike.md", "goes on", "is won");
    assert!(until(|| (strike.count("page") > 1).then_some(())).is_some());
    let names: Vec<String> = strike.all().into_iter().skip(others).map(|(name, _)| name).collect();
    assert_eq!(names.iter().filter(|name| *name == "page").count(), 1, "{names:?}");
    assert_eq!(hearing.count("page"), before + 1);
}
