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
