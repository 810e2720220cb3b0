//! What theme makers type: `handbill theme …` and `handbill explain --template`.

use crate::project::Project;

/// A site with a theme of its own, `mine`, on top of `broadsheet`.
fn themed() -> Project {
    let project = Project::new("");
    project.settings("theme: mine\n").article("one", "date: 2026-06-01", "Text.");
    project.run(&["theme", "new", "mine"]).expect_exit(0);
    project
}

#[test]
fn new_theme_builds_and_its_stylesheet_is_on_every_page() {
    let project = Project::new("");
    project.article("one", "date: 2026-06-01", "Text.");
    let run = project.run(&["theme", "new", "mine"]);
    run.expect_exit(0).expect_stdout(["themes/mine/theme.yaml", "themes/mine/templates/base.html"]);
    run.expect_stderr(["write `theme: mine` into site.yaml"]);
    project.settings("theme: mine\n");
    project.build_args(&["--strict"]).expect_exit(0);
    let output = project.output();
    let stylesheet = output.0.keys().find(|name| name.starts_with("assets/mine.")).expect("the stylesheet").clone();
    for page in ["index.html", "news/2026/06/one/index.html", "404.html"] {
        let html = String::from_utf8_lossy(&output.0[page]).into_owned();
        assert!(html.contains("/assets/main.") && html.contains(&stylesheet), "{page}: {html}");
    }
}

#[test]
fn new_theme_stands_on_any_theme() {
    let project = themed();
    project.remove("themes/mine/templates/base.html");
    project.run(&["theme", "new", "yours", "--parent", "mine"]).expect_exit(0);
    let base = project.read("themes/yours/templates/base.html");
    assert!(base.contains("{% extends \"broadsheet/base.html\" %}"), "{base}");
    project.settings("theme: yours\n").build_args(&["--strict"]).expect_exit(0);
    project
        .run(&["theme", "new", "ours", "--parent", "yuors"])
        .expect_exit(1)
        .expect_stderr(["error[theme]: there is no theme `yuors`", "did you mean `yours`?"]);
}

#[test]
fn new_theme_overwrites_nothing_and_has_a_name_of_its_own() {
    let project = themed();
    let refused = |name: &str, words: &str| {
        project.run(&["theme", "new", name]).expect_exit(2).expect_stderr([words]);
    };
    refused("mine", "`themes/mine` is there already");
    refused("My Theme", "hyphens: `my-theme`");
    refused("../../elsewhere", "hyphens: `elsewhere`");
    refused("site", "choose another name");
    refused("broadsheet", "choose another name");
    refused("partials", "is a folder of templates");
    project.program(&["theme", "new", "mine"]).within(&project.home()).run().expect_exit(2);
}

#[test]
fn ejected_files_win_say_where_they_come_from_and_change_nothing_yet() {
    let project = Project::new("");
    project.article("one", "date: 2026-06-01", "Text.\n\n::: fact-box\nA fact.\n:::\n");
    project.build().expect_exit(0);
    let before = project.output();
    let cases = [
        ("templates/article.html", "{#- From the theme broadsheet "),
        ("base.html", "{#- From the theme broadsheet "),
        ("broadsheet/blocks.html", "{#- From the theme broadsheet "),
        ("assets/main.css", "/* From the theme broadsheet "),
        ("i18n/en.yaml", "# From the theme broadsheet "),
    ];
    for (file, note) in cases {
        let run = project.run(&["theme", "eject", file]);
        run.expect_exit(0).expect_stderr(["wins from now on"]);
        assert!(project.read(run.stdout.trim()).starts_with(note), "{file}");
    }
    project.build_args(&["--strict"]).expect_exit(0);
    assert!(project.output() == before);
    project.edit("i18n/en.yaml", "Nothing here yet.", "Come back on Friday.");
    project
        .run(&["theme", "eject", "article.html"])
        .expect_exit(2)
        .expect_stderr(["the site has a file `templates/article.html` already"]);
    assert!(project.read("i18n/en.yaml").contains("Come back on Friday."));
}

#[test]
fn what_cannot_be_ejected_is_told_with_the_nearest_file() {
    let project = themed();
    let refused = |file: &str, words: &str| {
        project.run(&["theme", "eject", file]).expect_exit(2).expect_stderr([words]);
    };
    refused("templates/artcle.html", "did you mean `templates/article.html`?");
    refused("heda.html", "files of themes are in");
    refused("i18n/fr.yaml", "for a new language");
    refused("theme.yaml", "files of themes are in");
    refused("../site.yaml", "files of themes are in");
}

#[test]
fn ejecting_says_what_smaller_override_would_do() {
    let project = themed();
    project.run(&["theme", "eject", "base.html"]).expect_stderr(["{% extends \"mine/base.html\" %}"]);
    project.run(&["theme", "eject", "i18n/es.yaml"]).expect_stderr(["Single words are enough"]);
}

#[test]
fn explain_tells_which_file_wins_and_what_it_shadows_in_order() {
    let project = themed();
    project.write("templates/base.html", "{% extends \"mine/base.html\" %}");
    let run = project.run(&["explain", "--template", "base.html"]);
    run.expect_exit(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "templates/base.html",
            "  wins      templates/base.html (the site)",
            "  extends   mine/base.html",
            "  shadows   themes/mine/templates/base.html (mine 0.1.0)",
            "  shadows   themes/broadsheet/templates/base.html (broadsheet 1.0.0, in the program)",
        ]
    );
    project.run(&["explain", "--template", "en.yaml"]).expect_stdout(["wins", "i18n/en.yaml"]);
    project.run(&["explain", "--template", "bsae.html"]).expect_exit(2).expect_stderr(["did you mean"]);
    project.run(&["explain", "--template", "base.html", "/"]).expect_exit(2);
    project.run(&["explain"]).expect_exit(2);
    project.write("content/articles/broken.md", "---\ntitel: x\n---\n");
    project.run(&["explain", "--template", "base.html"]).expect_exit(0);
}

#[test]
fn preview_builds_every_kind_of_page_with_the_sites_theme_settings_and_overrides() {
    let project = themed();
    let settings =
        "theme: mine\nlanguage: es\ntheme_settings: { accent: \"#123456\" }\nextra: { phone: \"555 0100\" }\n";
    project.settings(settings);
    project.write(
        "templates/404.html",
        "{% extends \"broadsheet/404.html\" %}{% block main %}<h1>Call {{ site.extra.phone }}</h1>{% endblock main %}",
    );
    project.write("assets/settings.css", ":root { --accent: /*setting:accent*/#000; --mine: 1; }");
    let run = project.run(&["theme", "preview"]);
    run.expect_exit(0).expect_stderr(["pages in .handbill/specimen/public"]);
    let page = |path: &str| project.read(&format!(".handbill/specimen/public/{path}"));
    assert!(page("404.html").contains("Call 555 0100"));
    assert!(page("index.html").contains("<html lang=\"es\">") && page("index.html").contains("/assets/mine."));
    let built = crate::snapshot::Snapshot::of(&project.path(".handbill/specimen/public"));
    let stylesheet = built.0.iter().find(|(name, _)| name.starts_with("assets/main.")).expect("a stylesheet").1;
    assert!(String::from_utf8_lossy(stylesheet).contains("--accent:#123456"));
    for folder in ["authors/", "topics/", "series/", "newsletters/", "archive/", "corrections/"] {
        assert!(built.0.keys().any(|name| name.starts_with(folder)), "{folder}");
    }
    assert!(!project.path("public").exists());
    project.build().expect_exit(0);
}

#[test]
fn preview_renders_only_what_changed_and_forgets_what_is_gone() {
    let project = themed();
    let preview = || {
        let run = project.run(&["theme", "preview", "--format", "json"]);
        run.expect_exit(0);
        run.json_lines().pop().expect("a summary")["summary"].clone()
    };
    assert!(preview()["rendered"].as_u64() > Some(30));
    assert_eq!(preview()["rendered"], 0);
    project.write("templates/404.html", "{% extends \"broadsheet/404.html\" %}");
    project.write("assets/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    assert_eq!(preview()["written"], 1);
    project.remove("assets/mark.svg");
    assert_eq!(preview()["removed"], 1);
    project.run(&["clean"]).expect_exit(0);
    assert!(!project.path(".handbill").exists());
}

#[test]
fn preview_shows_broadsheet_where_there_is_no_site() {
    let project = Project::new("");
    let here = project.home();
    let run = project.program(&["theme", "preview"]).within(&here).run();
    run.expect_exit(0).expect_stderr([".handbill/specimen/public"]);
    assert!(here.join(".handbill/specimen/public/index.html").is_file());
    let elsewhere = project.program(&["theme", "preview", "--output", "shown"]).within(&here).run();
    elsewhere.expect_exit(0).expect_stderr(["pages in shown"]);
    assert!(here.join("shown/404.html").is_file());
}

#[test]
fn preview_tells_mistakes_of_the_theme() {
    let project = themed();
    project.write(
        "themes/mine/templates/404.html",
        "{% extends \"base.html\" %}{% block main %}{{ titel }}{% endblock main %}",
    );
    let run = project.run(&["theme", "preview"]);
    run.expect_exit(1).expect_stderr(["`titel` is no variable", "themes/mine/templates/404.html:1"]);
    project.write("site.yaml", "title: [\n");
    project.run(&["theme", "preview"]).expect_exit(1).expect_stderr(["site.yaml"]);
}

#[test]
fn words_take_the_plural_form_of_the_language() {
    let project = Project::new("");
    project.settings("language: pl\nsections: [{ id: news, title: News }]\n");
    project.write(
        "i18n/pl.yaml",
        "articles_count: { one: \"{n} jeden\", few: \"{n} kilka\", many: \"{n} wiele\", other: \"{n} inne\" }\n",
    );
    let count = |articles: usize, expected: &str| {
        for number in 0..articles {
            project.article(&format!("a{number}"), "date: 2026-06-01\ntopics: [wages]", "Text.");
        }
        project.write("templates/author.html", "{{ t(key=\"articles_count\", n=term.count) }}");
        project.write("templates/listing.html", "{{ t(key=\"articles_count\", n=term.count) }}");
        let built = project.build();
        built.expect_exit(0).expect_file("topics/wages/index.html", [expected]);
        built.expect_warning("words of the theme are missing in `pl`");
    };
    count(1, "1 jeden");
    count(3, "3 kilka");
    count(5, "5 wiele");
}
