//! Broken and hostile texts get a diagnostic or work: no panic, no hang (the harness sees to both), no memory without
//! bound, and nothing half published.

use crate::built::Built;
use crate::project::Project;

/// Megabytes of address space for a site with one bad file. Each thread's stack and heap count.
const MEMORY: u32 = 1_500;

fn bounded(project: &Project) -> Built {
    project.built(project.build_program(&["--jobs", "2"]).limit_memory(MEMORY))
}

/// Builds a site of one article with this text.
#[track_caller]
fn text(text: &str) -> (Project, Built) {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\nsummary: S", text);
    let built = bounded(&project);
    (project, built)
}

/// Builds a site with a file of these bytes, and expects an error in it with this text.
#[track_caller]
fn expect_error_in(path: &str, bytes: impl AsRef<[u8]>, text: &str) {
    let project = Project::new("");
    project.article("sound", "date: 2026-06-01", "Text.").write(path, bytes);
    let built = bounded(&project);
    let found = built.expect_exit(1).only(text);
    assert_eq!(found["file"], path, "{found}");
    built.expect_no_file("");
}

const EVERY_TEXT: [&str; 7] = [
    "content/articles/bad.md",
    "content/pages/bad.md",
    "content/authors/bad.md",
    "content/topics/bad.md",
    "content/series/bad.md",
    "content/newsletters/bad.md",
    "content/articles/bad/index.md",
];

const EVERY_YAML: [&str; 3] = ["site.yaml", "content/comments/sound.yaml", "content/data/table.yaml"];

#[test]
fn text_that_is_not_utf8_is_an_error_at_its_line() {
    for path in EVERY_TEXT {
        expect_error_in(path, b"---\ntitle: T\ndate: 2026-06-01\n---\n\nGood\nbad \xff\xfe\n", "not UTF-8");
    }
    for path in EVERY_YAML {
        expect_error_in(path, b"title: \xff\n", "not UTF-8");
    }
    expect_error_in("templates/404.html", b"<p>\xff</p>", "not UTF-8");
}

#[test]
fn empty_and_unfinished_files_are_errors() {
    for path in EVERY_TEXT {
        expect_error_in(path, "", "no front matter");
        expect_error_in(path, "Just words.\n", "no front matter");
        expect_error_in(path, "---", "opened and never closed");
        expect_error_in(path, "---\ntitle: T\n", "opened and never closed");
        expect_error_in(path, "---\n- a list\n---\n", "keys with values");
        expect_error_in(path, "---\njust words\n---\n", "keys with values");
    }
}

#[test]
fn byte_order_mark_and_windows_lines_are_fine() {
    let project = Project::new("");
    let article = "\u{feff}---\r\ntitle: \"Windows\"\r\ndate: 2026-06-01\r\ntopics:\r\n  - a\r\n---\r\n\r\n## Part\r\n\r\nText.\r\n";
    project.write("content/articles/a.md", article);
    project.write("site.yaml", "\u{feff}title: T\r\nbase_url: https://p.example/\r\n");
    project
        .write("content/comments/a.yaml", "\u{feff}- id: c1\r\n  author: A\r\n  date: 2026-06-02\r\n  text: Said.\r\n");
    let built = project.build();
    built.expect_exit(0).expect_file("news/2026/06/a/index.html", ["Windows", "id=\"part\"", "Said."]);
    project.write("content/articles/a.md", article.replace("title", "titel"));
    project.build().expect_error("front-matter", "content/articles/a.md", 2, 1, "unknown key `titel`");
}

#[test]
fn bombs_of_yaml_are_refused_everywhere() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..60 {
        let again = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{again}]\n"));
    }
    for path in EVERY_TEXT {
        expect_error_in(path, format!("---\n{bomb}---\n"), "anchors and aliases");
    }
    for path in EVERY_YAML {
        expect_error_in(path, &bomb, "anchors and aliases");
    }
    expect_error_in("i18n/en.yaml", &bomb, "anchors and aliases");
}

#[test]
fn yaml_nested_without_end_is_refused() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let indented: String = (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    for path in EVERY_YAML {
        let project = Project::new("");
        project.article("sound", "date: 2026-06-01", "Text.").write(path, format!("extra: {deep}\n"));
        bounded(&project).expect_exit(1);
        project.write(path, &indented);
        bounded(&project).expect_exit(1);
    }
    let project = Project::new("");
    project.article("a", &format!("date: 2026-06-01\nextra: {deep}"), "Text.");
    bounded(&project).expect_exit(1);
    let braces = "{a: ".repeat(5_000) + &"}".repeat(5_000);
    project.article("a", &format!("date: 2026-06-01\nextra: {braces}"), "Text.");
    bounded(&project).expect_exit(1);
}

#[test]
fn front_matter_beyond_any_reason_is_refused() {
    let long = "x".repeat(70_000);
    expect_error_in(
        "content/articles/bad.md",
        format!("---\ntitle: T\ndate: 2026-06-01\nsummary: {long}\n---\n"),
        "more than",
    );
}

#[test]
fn thousand_errors_are_reported_without_end_neither_in_time_nor_in_number() {
    let keys: String = (0..3_000).map(|key| format!("wrong{key}: x\n")).collect();
    let project = Project::new("");
    project.article("a", &format!("date: 2026-06-01\n{keys}"), "Text.");
    let comments: String = (0..20_000).map(|id| format!("- {{ id: c{id}, athor: A }}\n")).collect();
    project.write("content/comments/a.yaml", comments);
    bounded(&project).expect_exit(1);
}

#[test]
fn nesting_without_end_works_or_is_reported() {
    let wraps = [
        ("> ", ""),
        ("- ", ""),
        ("1. ", ""),
        ("*", "*"),
        ("**", "**"),
        ("[", "](x)"),
        ("![", "](x)"),
        ("<div>", "</div>"),
        ("<b>", ""),
        ("`", "`"),
        ("~~", "~~"),
        ("[^a", "]"),
        ("\"", "\""),
        ("(", ")"),
        ("<", ">"),
        ("&", ";"),
        ("\\", ""),
        ("::: fact-box\n", ":::\n"),
    ];
    for (open, close) in wraps {
        for times in [100, 10_000] {
            let (_project, built) = text(&format!("{}x{}\n", open.repeat(times), close.repeat(times)));
            assert!(matches!(built.run.code, 0 | 1), "{open:?} {times}");
        }
    }
}

#[test]
fn nesting_in_comments_works() {
    for open in ["> ", "- ", "*", "[", "<div>", "<a>"] {
        let project = Project::new("");
        let said = open.repeat(5_000);
        project.article("a", "date: 2026-06-01", "Text.");
        project.write(
            "content/comments/a.yaml",
            format!("- {{ id: c, author: A, date: 2026-06-02, text: \"{said}x\" }}\n"),
        );
        bounded(&project).expect_exit(0);
    }
}

#[test]
fn many_equal_headings_get_ids_of_their_own() {
    let (_project, built) = text(&"## Same\n\n".repeat(20_000));
    built
        .expect_exit(0)
        .expect_file("news/2026/06/a/index.html", ["id=\"same\"", "id=\"same-2\"", "id=\"same-20000\""]);
}

#[test]
fn many_footnotes_links_and_definitions_work() {
    let notes: String = (0..5_000).map(|n| format!("Word[^{n}] and [^{n}].\n\n[^{n}]: Note.\n\n")).collect();
    text(&notes).1.expect_exit(0);
    let links: String = (0..20_000).map(|n| format!("[a{n}](#x) ")).collect();
    text(&format!("{links}\n\n## X\n")).1.expect_exit(0);
    let references: String = (0..20_000).map(|n| format!("[a{n}]\n\n[a{n}]: https://x.example/{n}\n\n")).collect();
    text(&references).1.expect_exit(0);
}

#[test]
fn huge_tables_work() {
    let row = "| x ".repeat(1_000) + "|\n";
    let table = format!("{row}{}|\n{}", "|---".repeat(1_000), row.repeat(300));
    text(&table).1.expect_exit(0).expect_file("news/2026/06/a/index.html", ["<table"]);
    // A short row is filled up to the width of the head: many of them would grow without bound.
    let ragged = format!("{}|\n{}|\n{}", "|x".repeat(3_000), "|-".repeat(3_000), "|\n".repeat(30_000));
    let built = text(&ragged).1;
    assert!(matches!(built.run.code, 0 | 1));
}

#[test]
fn line_of_a_megabyte_works() {
    for unit in ["x", "word ", "é", "https://example.org/", "a_b*c", "\"q\" ", "-", "@a", "&amp;", "[x] "] {
        let line = unit.repeat(1_000_000 / unit.len());
        let (_project, built) = text(&line);
        assert!(matches!(built.run.code, 0 | 1), "{unit:?}");
    }
}

#[test]
fn file_of_fifty_megabytes_works() {
    let project = Project::new("");
    let paragraph = "A paragraph of words that says little.\n".repeat(500) + "\n";
    project.settings("feeds: { items: 0 }");
    project.article("a", "date: 2026-06-01\nsummary: S", &paragraph.repeat(50_000_000 / paragraph.len()));
    project.write("static/big.bin", vec![7; 50_000_000]);
    bounded(&project).expect_exit(0);
}

#[test]
fn error_in_a_very_long_line_is_shown_shortly() {
    let line = format!("{}[x](nowhere.md){}", "word ".repeat(100_000), " word".repeat(100_000));
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", &line);
    let run = project.run(&["build"]);
    run.expect_exit(1).expect_stderr(["nowhere.md"]);
    assert!(run.stderr.len() < 4_000, "{} bytes", run.stderr.len());
}

#[test]
fn times_at_the_ends_of_time_work_or_are_reported() {
    for date in [
        "-9999-01-01",
        "0000-01-01",
        "0001-01-01",
        "1582-10-10",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
        "-009999-01-02T00:00:00Z",
        "10000-01-01",
        "99999999999999999999-01-01",
        "2026-06-01T24:00:00",
        "2026-06-31",
    ] {
        for key in ["date", "updated", "expires", "embargo"] {
            let project = Project::new("");
            let other = if key == "date" { "" } else { "date: 2026-06-01\n" };
            project.article("a", &format!("{other}{key}: {date}"), "Text.").settings("time_zone: Asia/Tokyo");
            let built = bounded(&project);
            assert!(matches!(built.run.code, 0 | 1), "{key}: {date}");
        }
        let run = project_with(date);
        assert!(matches!(run, 0..=2), "--as-of {date}");
    }
}

fn project_with(date: &str) -> i32 {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    project.run(&["build", &format!("--as-of={date}")]).code
}

#[test]
fn settings_beyond_any_reason_work_or_are_reported() {
    for yaml in [
        "listing: { page_size: 18446744073709551615, latest: 18446744073709551615, related: 18446744073709551615 }",
        "feeds: { items: 18446744073709551615 }",
        "listing: { page_size: -1 }",
        "permalink: /{slug}/{slug}/{slug}/{slug}/",
        "permalink: \"/{slug}/../../{slug}/\"",
        "permalink: //{slug}/",
        "sections: []",
        "sections: [{ id: \"..\", title: X }]",
        "sections: [{ id: topics, title: X }]",
        "theme: ../../etc",
        "theme: \"\"",
        "organization: { logo: ../../../etc/passwd, policies: { ethics: ../../../etc/passwd } }",
        "promos: [{ text: \"\", url: \"javascript:alert(1)\" }]",
        "extra: { a: .nan, b: .inf, c: 1e999, 1: 2, true: x, null: y }",
    ] {
        let project = Project::new("");
        project.article("a", "date: 2026-06-01", "Text.").article("b", "date: 2026-06-01", "Text.").settings(yaml);
        let built = bounded(&project);
        assert!(matches!(built.run.code, 0 | 1), "{yaml}");
        if built.run.code == 0 {
            assert!(built.files().holding("javascript:").is_empty(), "{yaml}");
        }
    }
}

#[test]
fn thread_of_ten_thousand_answers_works() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let first = "- { id: c0, author: A, date: 2026-06-02, text: Said. }\n".to_owned();
    let answer =
        |id: usize| format!("- {{ id: c{id}, author: A, date: 2026-06-02, text: Said., reply_to: c{} }}\n", id - 1);
    project.write("content/comments/a.yaml", first + &(1..10_000).map(answer).collect::<String>());
    bounded(&project).expect_exit(0).expect_file("news/2026/06/a/index.html", ["c9999"]);
}

#[test]
fn slugs_that_are_none_are_errors_and_nothing_is_written_outside() {
    let long = "x".repeat(300);
    for slug in
        ["../up", "/etc/passwd", "..", ".", "a/b", "a\\\\b", "con", "nul.txt", "\"a\\0b\"", "\"\"", "\" \"", &long]
    {
        let project = Project::new("");
        project.article("a", &format!("date: 2026-06-01\nslug: {slug}"), "Text.");
        let built = bounded(&project);
        built.expect_exit(1).expect_no_file("");
        assert_eq!(built.diagnostics[0]["line"], 4, "{slug}: {:?}", built.diagnostics);
    }
    let project = Project::new("");
    project.article(&"y".repeat(250), "date: 2026-06-01", "Text.");
    bounded(&project).expect_exit(0);
}

#[test]
fn component_that_calls_itself_does_not_end_the_program() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "::: loop\n:::\n");
    project
        .write("templates/own.html", "{% component block.loop() %}{{ <block.loop /> }}{% endcomponent block.loop %}");
    let built = bounded(&project);
    built.expect_exit(1);
}

#[test]
fn thousands_of_links_that_lead_nowhere_are_reported_soon() {
    let project = Project::new("");
    for number in 0..500 {
        project.article(&format!("some-long-name-{number:04}"), "date: 2026-06-01\nsummary: S", "Text.");
    }
    let link =
        |number: usize| format!("[a](sme-long-name-{number:04}.md) [b](/news/2026/06/sme-long-name-{number:04}/)\n\n");
    project.article("bad", "date: 2026-06-01", &(0..3_000).map(link).collect::<String>());
    let built = bounded(&project);
    built.expect_exit(1);
    assert_eq!(built.count("errors"), 6_000);
    assert_eq!(built.diagnostics[0]["help"], "did you mean `some-long-name-0000.md`?");
    assert_eq!(built.diagnostics[1]["help"], "did you mean `/news/2026/06/some-long-name-0000/`?");
    assert!(built.diagnostics.iter().all(|reported| reported["help"].is_string()));
}
