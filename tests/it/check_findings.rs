//! What `handbill check` finds in finished files, each with its source and line where it has one.

use std::time::SystemTime;

use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
use handbill::check::FileReader;
use handbill::check::external::{Answer, Answers};
use handbill::digest::Digest;
use serde_json::Value;

use crate::project::Project;

/// A site with an article, and a template that adds HTML to the head or main part of all pages.
fn site(head: &str) -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\nsummary: On a.", "Text.");
    let template = format!("{{% extends \"broadsheet/base.html\" %}}{{% block head %}}{head}{{% endblock head %}}");
    project.write("templates/base.html", template);
    project
}

/// The diagnostics of a check, each as `level message (file:line)`.
#[track_caller]
fn check(project: &Project) -> Vec<String> {
    let run = project.run(&["check", "--format", "json", "--as-of", "2026-06-15"]);
    let mut lines = run.json_lines();
    lines.pop().expect("a summary");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let shown = lines.iter().map(|line| {
        format!("{} {} ({}:{})", text(&line["level"]), text(&line["message"]), text(&line["file"]), line["line"])
    });
    shown.collect()
}

/// Checks that one thing is reported, with all of these parts.
#[track_caller]
fn expect(project: &Project, parts: &[&str]) {
    let reported = check(project);
    let [one] = &reported[..] else { panic!("{parts:?}: {reported:#?}") };
    for part in parts {
        assert!(one.contains(part), "{part}: {one}");
    }
}

#[test]
fn urls_of_stylesheets_are_checked() {
    let project = site("");
    project.write("static/extra.css", "a { background: url(pictures/gone.svg) } b { background: url(#filter) }");
    expect(&project, &["error `/extra.css` links to `pictures/gone.svg`", "(static/extra.css:1)"]);
    project.write("static/pictures/gone.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    assert_eq!(check(&project), [""; 0]);
    project.write("static/extra.css", "@import \"https://fonts.example/a.css\";");
    expect(&project, &["warning `/extra.css` requests something from `https://fonts.example`", "(static/extra.css:1)"]);
    expect(&site("<style>a{b:url('/gone.svg')}</style>"), &["error", "links to `/gone.svg`"]);
    let project = site("");
    project.article("b", "date: 2026-06-02\nsummary: On b.", "One.\n\n<p style=\"background: url(/gone.svg)\">Two</p>");
    let reported = check(&project);
    assert!(reported.iter().any(|one| one.contains("`/gone.svg`") && one.ends_with("b.md:9)")), "{reported:#?}");
}

#[test]
fn what_an_https_page_loads_without_encryption_is_an_error() {
    let head = "<script src=\"http://other.example/s.js\"></script>";
    expect(&site(head), &["error", "loads `http://other.example/s.js` without encryption"]);
    let project = site(head);
    project.edit("site.yaml", "https://paper.example/", "http://paper.example/");
    expect(&project, &["warning", "requests something from `http://other.example`"]);
}

#[test]
fn structured_data_has_what_search_engines_ask() {
    let data = |json: &str| site(&format!("<script type=\"application/ld+json\">{json}</script>"));
    expect(&data("{\"@type\": \"Event\", \"name\": \"Rally\", \"location\": \"Here\"}"), &["error", "`startDate`"]);
    expect(
        &data("{\"@type\": \"NewsArticle\", \"headline\": \"H\", \"author\": \"A\"}"),
        &["warning", "`datePublished`"],
    );
    expect(&data("{\"@type\": "), &["error", "structured data that is no JSON"]);
    expect(&data("{\"url\": \"https://paper.example/gone/\"}"), &["error", "names `https://paper.example/gone/`"]);
    let fine = "{\"@id\": \"https://paper.example/#publisher\", \"url\": \"https://other.example/\"}";
    assert_eq!(check(&data(fine)), [""; 0]);
}

#[test]
fn headings_labels_and_language_are_checked() {
    let article = |text: &str| {
        let project = site("");
        project.article("b", "date: 2026-06-02\nsummary: On b.", text);
        project
    };
    let skip = article("Text.\n\n## One\n\n#### Two");
    expect(&skip, &["warning `/news/2026/06/b/` goes from a heading of level 2 to level 4 at “Two”", "b.md:11)"]);
    let form = "<form action=\"/\"><input type=\"text\" name=\"wish\"><input type=\"submit\"></form>";
    expect(&article(form), &["warning", "whose field `wish` has no label", "b.md:7)"]);
    let project = site("");
    project.write("templates/404.html", "<title>T</title><p>Nothing here.");
    let reported = check(&project);
    assert!(reported.iter().any(|one| one.contains("`/404.html` has no `<h1>`")), "{reported:#?}");
    assert!(reported.iter().any(|one| one.contains("`/404.html` does not say its language")), "{reported:#?}");
    project.write("templates/404.html", "<html lang=en><title>T</title><h1>A</h1><h1>B</h1>");
    expect(&project, &["warning `/404.html` has more than one `<h1>`"]);
}

#[test]
fn redirects_of_the_authors_own_are_checked() {
    let project = site("");
    project.write(
        "static/_redirects",
        "/old /news/ 301\n/older /gone/ 301\n/x/* /y/:splat\n/away https://other.example/\n",
    );
    expect(&project, &["error `/_redirects` redirects `/older` to `/gone/`", "(static/_redirects:2)"]);
    project.write("static/_redirects", "/one /two\n/two/ /three\n/three /news/\n/a /b\n/b /a/\n");
    let reported = check(&project);
    assert!(reported.len() == 2 && reported.iter().all(|one| one.contains("in a circle")), "{reported:#?}");
}

#[test]
fn page_to_which_nothing_links_is_an_orphan() {
    let project = site("");
    project.write("content/pages/alone.md", "---\ntitle: Alone\nsummary: Alone.\n---\n\n[Me](/alone/)\n");
    expect(
        &project,
        &["warning `/alone/` is in the sitemap, but no other page links to it", "(content/pages/alone.md:"],
    );
    project.write("content/pages/alone.md", "---\ntitle: Alone\nsummary: Alone.\nmenu: footer\n---\n\nText.\n");
    assert_eq!(check(&project), [""; 0]);
}

#[test]
fn titles_and_descriptions_say_what_a_page_is() {
    let project = site("");
    project.article("b", "title: Title of a\ndate: 2026-06-02\nsummary: On a.", "Text.");
    let reported = check(&project);
    assert_eq!(reported.len(), 2, "{reported:#?}");
    for what in ["description as another page, “On a.”", "title as another page, “Title of a"] {
        let message = format!("note `/news/2026/06/a/` has the same {what}");
        assert!(reported.iter().any(|one| one.starts_with(&message)), "{reported:#?}");
    }
    let project = site("");
    let long = "words ".repeat(70);
    project.article("b", &format!("title: {}\ndate: 2026-06-02\nsummary: {long}", &long[..130]), "Text.");
    let reported = check(&project);
    assert!(reported.iter().any(|one| one.contains("a title of more than 120 characters")), "{reported:#?}");
    assert!(reported.iter().any(|one| one.contains("a description of more than 320 characters")), "{reported:#?}");
    let project = site("");
    project.write("content/pages/list.md", "---\ntitle: A list\nmenu: footer\n---\n\n- one\n");
    let reported = check(&project);
    assert!(reported.iter().all(|one| one.contains("has no description for search engines")), "{reported:#?}");
}

#[test]
fn further_pages_of_a_listing_are_not_doubles_of_the_first() {
    let project = site("");
    project.edit("site.yaml", "title: The Paper", "listing: { page_size: 2 }\ntitle: The Paper");
    for name in ["b", "c", "d", "e", "f", "g"] {
        project.article(name, &format!("date: 2026-06-02\nsummary: On {name}.\ntopics: [rent]"), "Text.");
    }
    project.write("content/topics/rent.md", "---\ntitle: Rent\nsummary: On rents.\n---\n");
    assert_eq!(check(&project), [""; 0]);
}

/// A site with an unpublished article, and another file that may mention it.
fn with_secret(keys: &str) -> Project {
    let project = site("");
    project.article("secret-plan", &format!("title: The mayor’s secret plan\n{keys}"), "Text.");
    project
}

#[test]
fn mention_of_what_is_unpublished_is_reported_with_its_line() {
    let reasons = [("date: 2026-06-20", "scheduled"), ("date: 2026-06-01\ndraft: true", "draft")];
    for (keys, state) in reasons {
        let project = with_secret(keys);
        assert_eq!(check(&project), [""; 0]);
        project.article("b", "date: 2026-06-02\nsummary: On b.", "One.\n\nRead “The mayor's secret plan” soon.");
        let title = format!("secret-plan.md`, which is unpublished ({state})");
        expect(&project, &["warning", "contains “The mayor’s secret plan”, the title of", &title, "b.md:9)"]);
    }
    let project = with_secret("date: 2026-06-20\naliases: [/plan-of-the-mayor/]");
    project
        .write("static/notes.txt", "Soon:\n/news/2026/06/secret-plan/ and https://paper.example/plan-of-the-mayor\n");
    let reported = check(&project);
    assert_eq!(reported.len(), 2, "{reported:#?}");
    for (url, line) in [("/news/2026/06/secret-plan/", 2), ("/plan-of-the-mayor/", 2)] {
        let found = |one: &String| one.starts_with(&format!("error `/notes.txt` contains `{url}`"));
        assert!(reported.iter().any(|one| found(one) && one.contains(&format!("notes.txt:{line})"))), "{reported:#?}");
    }
}

#[test]
fn other_urls_and_short_titles_are_no_mention() {
    let project = with_secret("date: 2026-06-20");
    project.article("plan", "title: Rent\ndate: 2026-06-20", "Text.");
    project.write(
        "static/a.txt",
        "/es/news/2026/06/secret-plan/ /news/2026/06/secret-plan-b/ /news/2026/06/plan.png Rent\n",
    );
    assert_eq!(check(&project), [""; 0]);
    project.article("b", "title: The mayor’s secret plan\ndate: 2026-06-02\nsummary: Another.", "Text.");
    assert_eq!(check(&project), [""; 0], "a published text has the same title");
}

#[test]
fn what_pictures_carry_is_searched_too() {
    let project = with_secret("date: 2026-06-20");
    let mut picture = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
    picture.extend(b"The mayor\xe2\x80\x99s secret plan");
    project.write("static/picture.gif", &picture);
    expect(&project, &["warning `/picture.gif` contains “The mayor’s secret plan”", "(static/picture.gif:"]);
}

#[test]
fn urls_of_feeds_and_sitemaps_are_those_of_the_site() {
    let project = site("");
    let clock = Clock::At(1_781_524_800);
    let options = BuildOptions::of(project.root(), clock, Digest::default(), SystemTime::now());
    let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
    let outputs = &prepared.plan.outputs;
    let reader = FileReader::new(&prepared.site, &prepared.plan);
    let fine = "<html lang=en><title>T</title><h1>H</h1>";
    let cases = [
        ("/sitemap.xml", "<urlset><url><loc>https://paper.example/gone/</loc></url></urlset>"),
        ("/news-sitemap.xml", "<urlset><url><loc>https://paper.example/gone/</loc></url></urlset>"),
        ("/feed.xml", "<rss><item><link>https://paper.example/gone/</link></item></rss>"),
        ("/feed.xml", "<rss><x>&lt;a href=\"https://paper.example/gone/\"></x></rss>"),
        (
            "/atom.xml",
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><link href=\"https://paper.example/gone/\"/></feed>",
        ),
        ("/feed.json", "{\"items\": [{\"url\": \"https://paper.example/gone/\"}]}"),
        ("/feed.json", "{\"items\": [{\"content_html\": \"<img src='/gone/' alt>\"}]}"),
    ];
    for (url, bytes) in cases {
        let mut is_there = false;
        let findings: Vec<_> = outputs
            .iter()
            .map(|file| {
                is_there |= file.url.as_str() == url;
                reader.read(file, if file.url.as_str() == url { bytes.as_bytes() } else { fine.as_bytes() })
            })
            .collect();
        assert!(is_there, "{url}");
        let reported = reader.check(&findings, &|_| None, &Answers::new());
        let dead = reported.iter().filter(|one| one.message.contains("which is not a URL of this site"));
        let dead: Vec<_> = dead.collect();
        assert!(dead.len() == 1 && dead[0].is_error() && dead[0].message.starts_with(&format!("`{url}`")), "{dead:#?}");
    }
}

#[test]
fn answers_of_other_hosts_are_reported_at_the_links() {
    let project = site("");
    project.article(
        "b",
        "date: 2026-06-02\nsummary: On b.",
        "One.\n\n[A](https://other.example/a#part), [b](https://other.example/b).",
    );
    let clock = Clock::At(1_781_524_800);
    let options = BuildOptions::of(project.root(), clock, Digest::default(), SystemTime::now());
    let prepared = prepare(&options, &NoObserver, &mut Outcome::default()).expect("a valid site");
    let reader = FileReader::new(&prepared.site, &prepared.plan);
    let html = b"<a href='https://other.example/a#part'></a><a href='https://other.example/b'></a><a href='/'></a>\
                 <link rel=canonical href='https://elsewhere.example/'><img src='//third.example/c.png'>";
    let findings: Vec<_> = prepared.plan.outputs.iter().map(|file| reader.read(file, html)).collect();
    let urls: Vec<String> = reader.external_urls(&findings).iter().map(ToString::to_string).collect();
    assert_eq!(urls, ["https://other.example/a", "https://other.example/b", "https://third.example/c.png"]);
    let answers = Answers::from([
        (urls[0].clone(), Answer::Broken("the host answers 404".to_owned())),
        (urls[1].clone(), Answer::Unknown("timeout".to_owned())),
        (urls[2].clone(), Answer::Good),
    ]);
    let source = |path: &handbill::path::SourcePath| Some(project.read(path.as_str()));
    let reported = reader.check(&findings, &source, &answers);
    let of = |what: &str| reported.iter().find(|one| one.message.contains(what)).unwrap_or_else(|| panic!("{what}"));
    let broken = of("`https://other.example/a#part`, which is broken: the host answers 404");
    assert_eq!(broken.level, handbill::diagnostic::Level::Warning);
    assert_eq!(broken.location.as_ref().map(|place| place.file.as_str()), Some("content/articles/b.md"));
    let unknown = of("`https://other.example/b`, of which nobody can tell whether it is broken: timeout");
    assert_eq!(unknown.level, handbill::diagnostic::Level::Note);
    assert!(!reported.iter().any(|one| one.message.contains("links to `//third.example/c.png`")), "{reported:#?}");
    assert!(!reader.check(&findings, &source, &Answers::new()).iter().any(|one| one.message.contains("broken")));
}

#[test]
fn other_hosts_are_asked_on_request_only() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let project = site("");
    let url = format!("http://{}/", listener.local_addr().unwrap());
    project.article("b", "date: 2026-06-02\nsummary: On b.", &format!("[A]({url})"));
    project.build().expect_exit(0);
    assert_eq!(check(&project), [""; 0]);
    let run = project.run(&["check", "--external", "--as-of", "2026-06-15"]);
    run.expect_exit(0).expect_stderr(["private address", "content/articles/b.md:7"]);
    assert!(listener.accept().is_err(), "nobody connected");
}

#[test]
fn known_problem_of_another_host_stays_until_its_date() {
    let project = site("");
    let entry = "code: external\n    digest: 0123456789abcdef\n    until: 2026-09-01\n";
    project.write("known-problems.yaml", format!("problems:\n  - file: content/articles/a.md\n    {entry}"));
    assert_eq!(check(&project), [""; 0], "nobody was asked");
    assert!(project.build().expect_exit(0).diagnostics.is_empty());
    project.run(&["check", "--accept", "--as-of", "2026-06-15"]).expect_exit(0);
    assert!(project.read("known-problems.yaml").contains("code: \"external\""));
}
