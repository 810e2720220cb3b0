//! The commands of theme authors: `handbill theme …` and `handbill explain --template`.

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
fn new_theme_can_extend_any_theme() {
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
    refused("mine", "`themes/mine` exists already");
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
        ("templates/article.html", "{#- Copied from the theme broadsheet "),
        ("base.html", "{#- Copied from the theme broadsheet "),
        ("broadsheet/blocks.html", "{#- Copied from the theme broadsheet "),
        ("assets/main.css", "/* Copied from the theme broadsheet "),
        ("i18n/en.yaml", "# Copied from the theme broadsheet "),
    ];
    for (file, note) in cases {
        let run = project.run(&["theme", "eject", file]);
        run.expect_exit(0).expect_stderr(["the site's file overrides the theme's"]);
        assert!(project.read(run.stdout.trim()).starts_with(note), "{file}");
    }
    project.build_args(&["--strict"]).expect_exit(0);
    assert!(project.output() == before);
    project.edit("i18n/en.yaml", "Nothing here yet.", "Come back on Friday.");
    project
        .run(&["theme", "eject", "article.html"])
        .expect_exit(2)
        .expect_stderr(["the site already has a file `templates/article.html`"]);
    assert!(project.read("i18n/en.yaml").contains("Come back on Friday."));
}

#[test]
fn what_cannot_be_ejected_is_reported_with_the_nearest_file() {
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
fn ejecting_suggests_a_smaller_override() {
    let project = themed();
    project.run(&["theme", "eject", "base.html"]).expect_stderr(["{% extends \"mine/base.html\" %}"]);
    project.run(&["theme", "eject", "i18n/es.yaml"]).expect_stderr(["Single translations are enough"]);
}

#[test]
fn explain_shows_which_file_wins_and_what_it_shadows_in_order() {
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
            "  shadows   themes/broadsheet/templates/base.html (broadsheet 1.0.0, built in)",
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
fn theme_demo_builds_every_kind_of_page_with_the_sites_theme_settings_and_overrides() {
    let project = themed();
    let settings =
        "theme: mine\nlanguage: es\ntheme_settings: { accent: \"#123456\" }\nextra: { phone: \"555 0100\" }\n";
    project.settings(settings);
    project.write(
        "templates/404.html",
        "{% extends \"broadsheet/404.html\" %}{% block main %}<h1>Call {{ site.extra.phone }}</h1>{% endblock main %}",
    );
    project.write("assets/settings.css", ":root { --accent: /*setting:accent*/#000; --mine: 1; }");
    let run = project.run(&["theme", "demo"]);
    run.expect_exit(0).expect_stderr(["pages in .handbill/demo/public"]);
    let page = |path: &str| project.read(&format!(".handbill/demo/public/{path}"));
    assert!(page("404.html").contains("Call 555 0100"));
    assert!(page("index.html").contains("<html lang=\"es\">") && page("index.html").contains("/assets/mine."));
    let built = crate::snapshot::Snapshot::of(&project.path(".handbill/demo/public"));
    let stylesheet = built.0.iter().find(|(name, _)| name.starts_with("assets/main.")).expect("a stylesheet").1;
    assert!(String::from_utf8_lossy(stylesheet).contains("--accent:#123456"));
    for folder in ["authors/", "topics/", "series/", "newsletters/", "archive/", "corrections/"] {
        assert!(built.0.keys().any(|name| name.starts_with(folder)), "{folder}");
    }
    assert!(!project.path("public").exists());
    project.build().expect_exit(0);
}

#[test]
fn theme_demo_renders_only_what_changed_and_forgets_what_is_gone() {
    let project = themed();
    let demo = || {
        let run = project.run(&["theme", "demo", "--format", "json"]);
        run.expect_exit(0);
        run.json_lines().pop().expect("a summary")["summary"].clone()
    };
    assert!(demo()["rendered"].as_u64() > Some(30));
    assert_eq!(demo()["rendered"], 0);
    project.write("templates/404.html", "{% extends \"broadsheet/404.html\" %}");
    project.write("assets/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    assert_eq!(demo()["written"], 1);
    project.remove("assets/mark.svg");
    assert_eq!(demo()["removed"], 1);
    project.run(&["clean"]).expect_exit(0);
    assert!(!project.path(".handbill").exists());
}

#[test]
fn theme_demo_shows_broadsheet_where_there_is_no_site() {
    let project = Project::new("");
    let here = project.home();
    let run = project.program(&["theme", "demo"]).within(&here).run();
    run.expect_exit(0).expect_stderr([".handbill/demo/public"]);
    assert!(here.join(".handbill/demo/public/index.html").is_file());
    let elsewhere = project.program(&["theme", "demo", "--output", "shown"]).within(&here).run();
    elsewhere.expect_exit(0).expect_stderr(["pages in shown"]);
    assert!(here.join("shown/404.html").is_file());
}

#[test]
fn theme_demo_reports_errors_of_the_theme() {
    let project = themed();
    project.write(
        "themes/mine/templates/404.html",
        "{% extends \"base.html\" %}{% block main %}{{ titel }}{% endblock main %}",
    );
    let run = project.run(&["theme", "demo"]);
    run.expect_exit(1).expect_stderr(["`titel` is not a variable", "themes/mine/templates/404.html:1"]);
    project.write("site.yaml", "title: [\n");
    project.run(&["theme", "demo"]).expect_exit(1).expect_stderr(["site.yaml"]);
}

#[test]
fn translations_take_the_plural_form_of_the_language() {
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
        built.expect_warning("translations of the theme are missing in `pl`");
    };
    count(1, "1 jeden");
    count(3, "3 kilka");
    count(5, "5 wiele");
}

/// What `theme check` finds: level, file, line, column and message of each.
fn findings(project: &Project, code: i32) -> Vec<(String, String, u64, u64, String)> {
    let run = project.run(&["theme", "check", "--format", "json"]);
    run.expect_exit(code);
    let mut lines = run.json_lines();
    let summary = lines.pop().expect("a summary");
    assert!(summary["summary"]["theme"].is_string(), "{summary}");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let found = lines.iter().map(|line| {
        let number = |key: &str| line[key].as_u64().unwrap_or(0);
        (text(&line["level"]), text(&line["file"]), number("line"), number("column"), text(&line["message"]))
    });
    found.collect()
}

#[track_caller]
fn expect_finding(project: &Project, level: &str, place: (&str, u64, u64), message: &str) {
    let code = i32::from(level == "error");
    let found = findings(project, code);
    let is_it = |one: &&(String, String, u64, u64, String)| {
        one.0 == level && (one.1.as_str(), one.2, one.3) == place && one.4.contains(message)
    };
    assert!(found.iter().any(|one| is_it(&one)), "no {level} `{message}` at {place:?} in {found:#?}");
}

#[test]
fn check_finds_nothing_wrong_with_the_programs_theme_and_a_new_one() {
    let project = Project::new("");
    assert_eq!(findings(&project, 0), []);
    project
        .program(&["theme", "check"])
        .within(&project.home())
        .run()
        .expect_exit(0)
        .expect_stderr(["broadsheet: 0 errors, 0 warnings"]);
    let project = themed();
    assert_eq!(findings(&project, 0), []);
    assert!(!project.path("public").exists());
}

#[test]
fn check_reports_all_findings_in_one_run() {
    let project = themed();
    project.settings("theme: mine\ntheme_settings: { accent: \"#00ff00\" }\n");
    project.write(
        "themes/mine/templates/404.html",
        "{% extends \"base.html\" %}\n{% block main %}{{ page.titel }}{% endblock main %}\n",
    );
    project.write(
        "themes/mine/templates/page.html",
        "{% extends \"base.html\" %}\n{% block main %}{{ t(key=\"lost_sumary\") }}{% endblock main %}\n",
    );
    project.write(
        "themes/mine/templates/author.html",
        "{% extends \"base.html\" %}\n{% block main %}{{ asset(path=\"man.css\") }}{% endblock main %}\n",
    );
    project.write("themes/mine/assets/never.css", "b { color: red }");
    project.write("themes/mine/assets/settings.css", ":root { --accent: /*setting:accent*/#a4161a; }");
    let tinted = "@import \"settings.css\";\na { color: oklch(from var(--accent) min(l, .53) c h); }\n";
    project.write("themes/mine/assets/main.css", tinted);
    project.write("themes/mine/i18n/en.yaml", "never_asked: x\n");
    let reported = findings(&project, 1);
    let words = reported.iter().map(|one| one.4.as_str()).collect::<Vec<_>>().join("\n");
    for part in [
        "no member `titel`",
        "no translation `lost_sumary`",
        "no file `man.css`",
        "`never.css`",
        "`never_asked`",
        "4.31:1",
    ] {
        assert_eq!(words.matches(part).count(), 1, "{part} in {reported:#?}");
    }
}

#[test]
fn check_finds_unknown_variables_and_members_even_in_conditions() {
    let project = themed();
    let page = "themes/mine/templates/article.html";
    project.write(page, "{% extends \"broadsheet/article.html\" %}\n{% block rail %}{% if article.sumary %}x{% endif %}{% endblock rail %}\n");
    expect_finding(&project, "error", (page, 2, 31), "`article` has no member `sumary`");
    project.write(page, "{% extends \"broadsheet/article.html\" %}\n{% block rail %}{% for one in related %}{{ one.titel }}{% endfor %}{% endblock rail %}\n");
    expect_finding(&project, "error", (page, 2, 48), "`one` has no member `titel`");
    project.write(
        page,
        "{% extends \"broadsheet/article.html\" %}\n{% block rail %}{% if artcle %}x{% endif %}{% endblock rail %}\n",
    );
    expect_finding(&project, "error", (page, 2, 23), "`artcle` is not a variable of the page kind `article`");
}

#[test]
fn check_finds_blocks_that_a_theme_owes() {
    let project = themed();
    let base = "themes/mine/templates/base.html";
    let full = "<html lang=\"en\">{% block head %}{% endblock head %}<body class=\"{% block body_class %}{% endblock body_class %}\">\
                {% block masthead %}{% endblock masthead %}{% block main %}{% endblock main %}";
    project.write(base, format!("{full}<link rel=\"stylesheet\" href=\"{{{{ asset(path=\"mine.css\") }}}}\">"));
    expect_finding(&project, "error", (base, 0, 0), "pages of the kind `front-page` lack the block `footer`");
    project.write(
        base,
        "{% extends \"broadsheet/base.html\" %}{% block head %}{{ asset(path=\"mine.css\") }}{% endblock head %}",
    );
    project.write("templates/petition.html", "{% component block.petition(goal: integer, title: string = \"\") %}{{ goal }}{{ body }}{% endcomponent block.petition %}");
    expect_finding(
        &project,
        "warning",
        ("templates/petition.html", 1, 14),
        "feeds do not show `goal` of the block `petition`",
    );
}

#[test]
fn check_finds_missing_translations_and_wrong_plural_forms() {
    let project = themed();
    project.write("themes/mine/i18n/en.yaml", "motto: Read it\npeople: { one: a, few: b, other: c }\n");
    project.write("themes/mine/i18n/pl.yaml", "people: { one: a, other: c }\n");
    let masthead = "{% extends \"broadsheet/base.html\" %}\n{% block head %}{{ asset(path=\"mine.css\") }}{{ t(key=\"motto\") }}{{ t(key=\"people\", n=2) }}{% endblock head %}";
    project.write("themes/mine/templates/base.html", masthead);
    expect_finding(&project, "error", ("themes/mine/i18n/en.yaml", 2, 19), "`en` has no plural form `few`");
    expect_finding(
        &project,
        "error",
        ("themes/mine/i18n/pl.yaml", 0, 0),
        "1 translation of the theme is missing in `pl`: `motto`",
    );
    expect_finding(&project, "error", ("themes/mine/i18n/pl.yaml", 1, 1), "`people` has no plural form `few` of `pl`");
    project.settings("theme: mine\nlanguage: fr\n");
    expect_finding(&project, "error", ("site.yaml", 4, 11), "missing in `fr`");
}

#[test]
fn check_finds_what_no_one_asks_for() {
    let project = themed();
    let manifest = "name: mine\nversion: 0.1.0\nparent: broadsheet\nsettings:\n  motto: { type: text, default: x }\n";
    project.write("themes/mine/theme.yaml", manifest);
    project.write("templates/partials/lost.html", "x");
    project.write("assets/lost.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    project.write("assets/LICENSE", "free");
    project.write("i18n/en.yaml", "lost: x\n");
    let found = findings(&project, 0);
    let lines: Vec<String> = found.iter().map(|one| format!("{} {}:{} {}", one.0, one.1, one.2, one.4)).collect();
    assert_eq!(
        lines,
        [
            "warning assets/lost.svg:0 no template and no stylesheet uses `lost.svg`",
            "warning i18n/en.yaml:1 no template uses the translation `lost`",
            "warning templates/partials/lost.html:0 no page uses `partials/lost.html`, and no template includes or extends it",
            "warning themes/mine/theme.yaml:5 no template and no stylesheet uses the setting `motto`",
        ]
    );
}

#[test]
fn check_looks_at_the_theme_that_is_named() {
    let project = Project::new("");
    project.settings("theme_settings: { accent: \"#123456\" }\n");
    project.run(&["theme", "new", "mine"]).expect_exit(0);
    project.run(&["theme", "check", "mine"]).expect_exit(0).expect_stderr(["mine: 0 errors, 0 warnings"]);
    project.edit("themes/mine/templates/base.html", "mine.css", "mein.css");
    project.run(&["theme", "check"]).expect_exit(0).expect_stderr(["broadsheet: 0 errors"]);
    project
        .run(&["theme", "check", "mine"])
        .expect_exit(1)
        .expect_stderr(["there is no file `mein.css` in assets/", "themes/mine/templates/base.html:4:"]);
    let run = project.run(&["theme", "check", "mien"]);
    run.expect_exit(1).expect_stderr(["error[theme]: there is no theme `mien`", "did you mean `mine`?"]);
    assert!(!run.stderr.contains("site.yaml"), "{}", run.stderr);
    let nowhere = project.program(&["theme", "check", "mine"]).within(&project.home()).run();
    nowhere.expect_exit(1).expect_stderr(["there is no theme `mine`"]);
}

#[test]
fn colours_that_no_tint_makes_legible_are_reported_at_their_place() {
    let project = Project::new("");
    project.settings("theme_settings:\n  accent: \"#00ff00\"\n").build().expect_exit(0).expect_clean();
    project.write("assets/settings.css", ":root { --accent: /*setting:accent*/#a4161a; }");
    let tinted = "@import \"settings.css\";\na { color: oklch(from var(--accent) min(l, .53) c h); }\n";
    project.write("assets/main.css", tinted);
    let even = "`accent` has a contrast of 4.31:1 to white, even in the theme's darker tint";
    project.build().expect_exit(0).expect_warning(even);
    project.settings("theme_settings:\n  accent: \"#ffd400\"\n");
    project.write("assets/main.css", "@import \"settings.css\";\na { color: var(--accent); }\n");
    project.build().expect_exit(0).expect_warning("`accent` has a contrast of 1.43:1 to white");
}

/// A translation that only the program uses must not be reported as unused by `theme check`.
#[test]
fn every_word_that_the_program_asks_for_is_listed() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut asked = std::collections::BTreeSet::new();
    for module in ["plan", "site", "render"] {
        let entries = walkdir::WalkDir::new(source.join(module)).into_iter().map(Result::unwrap);
        for entry in entries.filter(|entry| entry.file_type().is_file()) {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            for call in ["translate(\"", "translate(&format!(\""] {
                let words = text.split(call).skip(1).map(|rest| rest.split(['"', '{']).next().unwrap_or_default());
                asked.extend(words.map(str::to_owned));
            }
        }
    }
    let listed = handbill::plan::THEME_CONTRACT.translations;
    let is_listed = |word: &String| listed.iter().any(|known| known.strip_suffix('*').unwrap_or(known) == word);
    let missing: Vec<&String> = asked.iter().filter(|word| !is_listed(word)).collect();
    assert!(asked.len() > 5 && missing.is_empty(), "{missing:?} of {asked:?}");
}
