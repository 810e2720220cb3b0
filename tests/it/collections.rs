//! Collections: kinds of texts that a site declares, with fields of their own, checked and published like articles.

use serde_json::Value;

use crate::project::Project;

const SETTINGS: &str = "\
collections:
  rights:
    title: Know your rights
    summary: What to do first.
    page_size: 2
    order: -valid_until
    feed: true
    menu: footer
    schema_type: Guide
    fields:
      phone: { type: text, label: Call, required: true }
      valid_until: { type: time, required: true }
      steps: { type: markdown }
      site: { type: url }
      fee: { type: number }
      status: { type: choice, choices: [in force, repealed] }
      scan: { type: image }
      adviser: { type: ref, to: authors }
      coverage: { type: ref, to: articles, many: true }
";

/// A site with a collection and an entry with these keys and this text.
fn site(keys: &str, text: &str) -> Project {
    let project = Project::new("");
    project.settings(SETTINGS);
    project.write("content/authors/ana.md", "---\nname: Ana Ruiz\n---\n");
    project.write("content/topics/rent.md", "---\ntitle: Rent\n---\n");
    project.article("hearing", "date: 2026-06-01\ntopics: [rent]\nauthors: [ana]", "See [it](../rights/eviction.md).");
    project.write("content/rights/eviction.md", format!("---\ntitle: Eviction\n{keys}\n---\n\n{text}\n"));
    project
}

const KEYS: &str = "date: 2026-05-01\nphone: 555-0142\nvalid_until: 2027-01-01";

#[test]
fn entry_is_a_page_with_its_fields_in_a_listing_with_feeds() {
    let keys = format!(
        "{KEYS}\nsummary: A notice is a letter.\ntopics: [rent]\nauthors: [ana]\nstatus: in force\nfee: 35\n\
         site: tel:+15550142\nadviser: ana\ncoverage: [articles/hearing.md]\n\
         steps: |\n  Read [the hearing](../articles/hearing.md) *first*.\n\
         scan: {{ src: door.svg, alt: \"A paper on a door\" }}"
    );
    let project = site(&keys, "## At the door\n\nKeep the \"envelope\".");
    project
        .write("content/rights/door.svg", "<svg width=\"400\" height=\"300\" xmlns=\"http://www.w3.org/2000/svg\"/>");
    let built = project.build();
    built.expect_clean();
    built.expect_file(
        "rights/eviction/index.html",
        [
            "<h1>Eviction</h1>",
            "555-0142",
            "Valid until",
            "Jan. 1, 2027",
            "Read <a href=\"/news/2026/06/hearing/\">the hearing</a> <em>first</em>.",
            "href=\"tel:+15550142\">+15550142</a>",
            "<a href=\"/authors/ana/\"",
            "<a href=\"/news/2026/06/hearing/\">Title of hearing</a>",
            "in force",
            "35",
            "src=\"/rights/eviction/door.svg\"",
            "“envelope”",
            "\"@type\":\"Guide\"",
            "\"datePublished\":\"2026-05-01",
        ],
    );
    built.expect_file("rights/index.html", ["Know your rights", "What to do first.", "A notice is a letter."]);
    built.expect_file("index.html", ["<a href=\"/rights/\">Know your rights</a>"]);
    built.expect_file("news/2026/06/hearing/index.html", ["<a href=\"/rights/eviction/\">it</a>"]);
    built.expect_file("topics/rent/index.html", ["Know your rights", "/rights/eviction/"]);
    built.expect_file("authors/ana/index.html", ["/rights/eviction/"]);
    built.expect_file("sitemap.xml", ["/rights/</loc>", "/rights/eviction/</loc>"]);
    for feed in ["feed.xml", "atom.xml", "feed.json"] {
        built
            .expect_file(&format!("rights/{feed}"), ["Eviction", "555-0142", "envelope", "paper.example/news/2026/06"]);
    }
    assert_eq!(project.build().count("rendered"), 0, "a second build renders nothing");
}

#[test]
fn entries_are_listed_in_the_declared_order_and_in_pages() {
    let project = site(KEYS, "Text.");
    for (name, until) in [("bill", "2028-01-01"), ("wages", "2026-12-01"), ("picket", "2027-06-01")] {
        let keys = format!("title: {name}\ndate: 2026-05-02\nphone: \"1\"\nvalid_until: {until}");
        project.write(&format!("content/rights/{name}.md"), format!("---\n{keys}\n---\n"));
    }
    let built = project.build();
    built.expect_exit(0);
    let position = |file: &str, name: &str| built.file(file).find(&format!("/rights/{name}/\">")).expect(name);
    assert!(position("rights/index.html", "bill") < position("rights/index.html", "picket"));
    assert!(position("rights/page/2/index.html", "eviction") < position("rights/page/2/index.html", "wages"));
    built.expect_no_file("rights/page/3/index.html");
}

#[test]
fn unpublished_entry_leaves_no_trace_until_its_time() {
    for keys in ["draft: true", "embargo: 2026-06-20", "expires: 2026-06-02"] {
        let project = site(&format!("{KEYS}\n{keys}\nslug: quillfeather\ntopics: [rent]"), "Quillfeather.");
        let built = project.build();
        built.expect_exit(0).expect_absent_everywhere("quillfeather");
        built.expect_file("news/2026/06/hearing/index.html", ["See it."]);
        assert_eq!(built.count("unpublished"), 1, "{keys}");
    }
    let project = site(&format!("{KEYS}\nembargo: 2026-06-20"), "Text.");
    project.build_args(&["--as-of", "2026-06-20"]).expect_file("rights/eviction/index.html", ["Text."]);
    project.build_args(&["--future"]).expect_file("rights/eviction/index.html", ["Embargoed", "noindex"]);
}

#[test]
fn every_error_of_an_entry_is_reported_at_its_key() {
    let keys = "valid_until: soon\nfee: ten\nstatus: maybe\nsite: javascript:alert(1)\nphoen: 1\nadviser: anna\n\
                coverage: [articles/hearings.md]\nscan: { src: none.png, alt: \"\" }\nsteps: \"[x](nowhere.md)\"";
    let project = site(keys, "[y](nothing.md)");
    let built = project.build();
    built.expect_exit(1);
    for (line, message) in [
        (3, "`valid_until`"),
        (4, "`fee` takes a number, not a text"),
        (5, "`status` cannot be `maybe`"),
        (6, "`javascript:alert(1)` is not an absolute URL"),
        (7, "unknown key `phoen`"),
        (8, "there is no author with the id `anna`"),
        (9, "there is no file `content/articles/hearings.md`"),
        (10, "there is no file `content/rights/none.png`"),
        (10, "`alt` is empty"),
        (11, "there is no file `content/rights/nowhere.md`"),
        (14, "there is no file `content/rights/nothing.md`"),
        (2, "missing key `date`"),
    ] {
        let is_it = |reported: &&Value| {
            reported["message"].as_str().is_some_and(|text| text.contains(message)) && reported["line"] == line
        };
        assert!(built.diagnostics.iter().any(|reported| is_it(&reported)), "{line}: {message}: {}", built.run.stdout);
    }
}

#[test]
fn folder_that_is_not_declared_is_reported_and_not_published() {
    let project = Project::new("");
    project.write("content/rights/eviction.md", "---\ntitle: Quillfeather\n---\n");
    project.write("content/rights/quillfeather.pdf", "pdf");
    let built = project.build();
    built.expect_exit(0).expect_absent_everywhere("quillfeather");
    assert!(built.run.stdout.contains("one of your own needs `collections:` in site.yaml"), "{}", built.run.stdout);
    project.settings("collections: { right: { title: Rights } }");
    assert!(project.build().run.stdout.contains("did you mean `content/right/`?"));
}

#[test]
fn aliases_slugs_and_patterns_make_urls() {
    let project = site(&format!("{KEYS}\naliases: [/old/door/]\nslug: at-the-door"), "Text.");
    project.edit("site.yaml", "page_size: 2", "page_size: 2\n    permalink: /help/{year}/{slug}/\n    folder: rights");
    let built = project.build();
    built.expect_clean();
    built.expect_file("help/2026/at-the-door/index.html", ["Text."]);
    built.expect_file("old/door/index.html", ["/help/2026/at-the-door/"]);
    project.edit("site.yaml", "/help/{year}/{slug}/", "/news/2026/06/{slug}/");
    project.edit("content/rights/eviction.md", "slug: at-the-door", "slug: hearing");
    assert!(project.build().run.stdout.contains("collision"), "two pages at one URL");
}

#[test]
fn collection_can_name_templates_of_the_site() {
    let project = site(KEYS, "Text.");
    project.edit(
        "site.yaml",
        "page_size: 2",
        "page_size: 2\n    template: right.html\n    listing_template: rights.html",
    );
    let built = project.build();
    built.expect_exit(1);
    assert!(built.run.stdout.contains("there is no template `right.html`"), "{}", built.run.stdout);
    project.write("templates/right.html", "{{ entry.title }}: {{ entry.fields.phone.text }}{{ content | safe }}");
    project.write("templates/rights.html", "{% for entry in entries %}[{{ entry.title }}]{% endfor %}");
    let built = project.build();
    built.expect_exit(0);
    built.expect_file("rights/eviction/index.html", ["Eviction: 555-0142<p>Text.</p>"]);
    built.expect_file("rights/index.html", ["[Eviction]"]);
    let checked = project.run(&["theme", "check"]);
    checked.expect_exit(0);
    assert!(!checked.stdout.contains("right.html") && !checked.stderr.contains("right.html"), "{}", checked.stderr);
    project.write("templates/right.html", "{{ article.title }}");
    assert!(project.build().run.stdout.contains("`article` is not a variable of the page kind `entry`"));
}

#[test]
fn commands_know_collections() {
    let project = site(KEYS, "Text.");
    let run = project.run(&["new", "rights", "Wages not paid"]);
    run.expect_exit(0).expect_stdout(["content/rights/wages-not-paid.md"]);
    let text = std::fs::read_to_string(project.path("content/rights/wages-not-paid.md")).unwrap();
    for line in
        ["title: \"Wages not paid\"", "date: ", "phone: # Call (text)", "# status: # Status (in force, repealed)"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
    project.build().expect_exit(1).run.expect_stdout(["missing key `phone`"]);
    project.edit("content/rights/wages-not-paid.md", "phone: #", "phone: \"1\" #");
    project.edit("content/rights/wages-not-paid.md", "valid_until: #", "valid_until: 2027-01-01 #");
    project.build().expect_exit(0);
    project
        .run(&["new", "right", "X"])
        .expect_exit(2)
        .expect_stderr(["no kind of text `right`", "did you mean `rights`?"]);
    project.run(&["new", "rights"]).expect_exit(2).expect_stderr(["`handbill new rights` takes a title"]);
    let run = project.run(&["list", "--kind", "rights"]);
    run.expect_exit(0).expect_stdout(["content/rights/eviction.md", "draft", "wages-not-paid.md"]);
    assert!(!run.stdout.contains("hearing"), "{}", run.stdout);
    project.run(&["list"]).expect_stdout(["hearing"]);
    project.run(&["list", "--kind", "all", "published"]).expect_stdout([
        "hearing",
        "eviction",
        "content/authors/ana.md",
    ]);
    project.run(&["list", "--kind", "right"]).expect_exit(2).expect_stderr(["did you mean `rights`?"]);
    let schema: Value = serde_json::from_str(&project.run(&["schema", "rights"]).stdout).unwrap();
    assert_eq!(schema["properties"]["status"]["enum"][0], "in force");
    assert!(schema["required"].as_array().unwrap().iter().any(|key| key == "phone"));
    project.run(&["schema", "rigths"]).expect_exit(2).expect_stderr(["did you mean `rights`?"]);
    project.run(&["explain", "content/rights/eviction.md"]).expect_exit(0).expect_stdout(["/rights/eviction/"]);
}

#[test]
fn null_and_empty_values_are_missing() {
    let fields = "fields: { t: { type: text, required: true }, m: { type: markdown }, l: { type: text, many: true, required: true }, \
                  n: { type: number } }";
    let project = Project::new("");
    project.settings(&format!("collections: {{ rights: {{ title: R, order: -date, {fields} }} }}"));
    project.write("content/rights/a.md", "---\ntitle: A\ndate: ~\nt: ~\nl: []\nm: \"\"\nn:\n---\n");
    let built = project.build();
    built.expect_exit(1);
    for key in ["date", "t", "l"] {
        assert!(built.run.stdout.contains(&format!("missing key `{key}`")), "{key}: {}", built.run.stdout);
    }
    assert_eq!(built.count("errors"), 3, "{}", built.run.stdout);
    project.write("content/rights/a.md", "---\ntitle: A\ndate: 2026-06-01\nt: x\nl: [y]\nm: \"\"\nn:\n---\n");
    let built = project.build();
    built.expect_clean();
    assert!(!built.file("rights/a/index.html").contains("<h2>M</h2>"), "a field without a value has no heading");
}

#[test]
fn numbers_that_cannot_be_shown_or_ordered_are_errors() {
    let project = Project::new("");
    project.settings("collections: { rights: { title: R, order: n, fields: { n: { type: number } } } }");
    for (index, number) in [".nan", ".inf", "1e300"].iter().enumerate() {
        project.write(&format!("content/rights/a{index}.md"), format!("---\ntitle: A\nn: {number}\n---\n"));
    }
    let built = project.build();
    built.expect_exit(1);
    assert_eq!(built.count("errors"), 3, "{}", built.run.stdout);
    assert!(built.run.stdout.contains("write at most 15 digits"), "{}", built.run.stdout);
}

#[test]
fn what_an_entry_hides_is_in_no_page_and_no_feed() {
    let project = Project::new("");
    let fields = "fields: { m: { type: markdown }, i: { type: image }, u: { type: url } }";
    project.settings(&format!("collections: {{ rights: {{ title: R, feed: true, {fields} }} }}"));
    project.write("content/rights/sec/index.md", "---\ntitle: S\ndate: 2026-06-01\ndraft: true\n---\n");
    project.write("content/rights/sec/q.svg", "<svg width=\"4\" height=\"3\" xmlns=\"http://www.w3.org/2000/svg\"/>");
    let keys = "m: \"<!-- ask Quillfeather -->\"\ni: { src: sec/q.svg, alt: Quillfeather }\nu: /rights/sec/";
    project.write("content/rights/a.md", format!("---\ntitle: A\ndate: 2026-06-01\n{keys}\n---\n\nText.\n"));
    let built = project.build();
    built.expect_exit(0).expect_absent_everywhere("quillfeather").expect_absent_everywhere("rights/sec");
}

#[test]
fn author_whom_only_an_entry_names_has_a_page() {
    let project = site(&format!("{KEYS}\nadviser: bo"), "Text.");
    project.write("content/authors/bo.md", "---\nname: Bo Lind\n---\n");
    let built = project.build();
    built.expect_clean();
    built.expect_file("rights/eviction/index.html", ["<a href=\"/authors/bo/\">Bo Lind</a>"]);
    built.expect_file("authors/bo/index.html", ["/rights/eviction/"]);
    assert!(!built.file("authors/bo/index.html").contains("0 articles"));
}

#[test]
fn text_and_fields_of_a_page_link_to_each_others_headings() {
    let keys =
        format!("{KEYS}\nsteps: |\n  See [below](#the-notice).\n\n  ## First\nscan: {{ src: /d.svg, alt: A door }}");
    let project = site(&keys, "## The notice");
    project.write("static/d.svg", "<svg width=\"4\" height=\"3\" xmlns=\"http://www.w3.org/2000/svg\"/>");
    let built = project.build();
    built.expect_clean();
    let page = built.file("rights/eviction/index.html");
    assert!(page.contains("<a href=\"#the-notice\">below</a>") && !page.contains("<p><figure"), "{page}");
}

#[test]
fn declaration_with_errors_causes_none_in_entries() {
    let project = site(&format!("{KEYS}\nother: 1"), "Text.");
    project.edit("site.yaml", "fee: { type: number }", "fee: { type: nomber }\n      other: { type: tex }");
    let built = project.build();
    built.expect_exit(1);
    assert!(built.diagnostics.iter().all(|reported| reported["file"] == "site.yaml"), "{}", built.run.stdout);
    for (from, to, message) in [
        ("rights:\n", "article:\n", "`article` is a name of Handbill's own"),
        ("menu: footer", "folder: news", "the section `news` has the URL `/news/` already"),
        ("menu: footer", "folder: assets", "`/assets/` is a URL of Handbill's own"),
        ("fee: { type: number }", "fee: { type: text }\n      fee: { type: number }", "given twice"),
        ("[in force, repealed]", "[in force, in force]", "`in force` is empty or given twice"),
    ] {
        let project = site(KEYS, "Text.");
        project.edit("site.yaml", from, to);
        let built = project.build();
        built.expect_exit(1);
        assert!(built.run.stdout.contains(message), "{message}: {}", built.run.stdout);
    }
}
