//! Ids of topics, authors and series: with and without files, in any spelling.

use crate::project::Project;

#[test]
fn ids_that_differ_only_by_case_are_an_error_where_they_are_written() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-02\ntopics: [housing]", "Text.");
    project.article("b", "date: 2026-06-01\ntopics: [Housing]", "Text.");
    let built = project.build();
    built.expect_exit(1);
    built.expect_error(
        "front-matter",
        "content/articles/b.md",
        4,
        10,
        "the topic `Housing` is written `housing` elsewhere",
    );
    assert_eq!(built.count("errors"), 1, "{:#?}", built.diagnostics);
    project.write("content/topics/Housing.md", "---\ntitle: Housing\n---\n");
    project.build().expect_error("front-matter", "content/articles/a.md", 4, 10, "is written `Housing` elsewhere");
    project.write("content/topics/housing.md", "---\ntitle: Housing\n---\n");
    project
        .build()
        .expect_exit(1)
        .only("`content/topics/housing.md` and `content/topics/Housing.md` are the same topic");
}

#[test]
fn id_without_a_file_is_reported_once_and_gets_its_page() {
    let project = Project::new("");
    for name in ["a", "b", "c"] {
        project.article(name, "date: 2026-06-01\nauthors: [jane-doe]\ntopics: [NUHW, \"Wages & Hours\"]", "Text.");
    }
    let built = project.build();
    assert_eq!(built.count("warnings"), 3, "{:#?}", built.diagnostics);
    built.only("there is no author with the id `jane-doe`, and 3 texts name it");
    built.expect_file("authors/jane-doe/index.html", ["Jane Doe"]).expect_file("topics/NUHW/index.html", ["NUHW"]);
    built.expect_file("topics/wages-hours/index.html", ["Wages &amp; Hours"]);
    project.settings("taxonomies: { authors: strict }");
    project.build().expect_exit(1).expect_error("unknown-id", "content/articles/a.md", 4, 11, "jane-doe");
}

#[test]
fn text_of_an_author_may_list_articles() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\nauthors: [jane]", "Text.");
    project.article("b", "date: 2026-06-02", "Text.");
    let bio = "::: related {articles=\"../articles/b.md\" title=\"Read on\"}\n:::";
    project.write("content/authors/jane.md", format!("---\nname: Jane\n---\n\n{bio}\n"));
    project.build().expect_clean().expect_file("authors/jane/index.html", ["Read on", "Title of b"]);
    project.edit("content/articles/b.md", "Title of b", "Back to work");
    project.build().expect_clean().expect_file("authors/jane/index.html", ["Read on", "Back to work"]);
}

#[test]
fn accented_ids_are_one_however_their_letters_are_written() {
    let project = Project::new("");
    project.write("content/topics/cafe\u{301}.md", "---\ntitle: The café\n---\n\nIts story.\n");
    project.article("a", "date: 2026-06-01\ntopics: [caf\u{e9}]", "See [it](../topics/cafe\u{301}.md).");
    project.article("b", "date: 2026-06-01\ntopics: [cafe\u{301}]", "Text.");
    let built = project.build();
    built
        .expect_clean()
        .expect_file("topics/caf\u{e9}/index.html", ["The café", "Its story.", "Title of a", "Title of b"]);
    built.expect_file("news/2026/06/a/index.html", ["/topics/caf%C3%A9/"]);
}

#[test]
fn text_where_no_one_reads_it_is_a_warning_and_never_published() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let cases = [
        ("content/artikles/x.md", "did you mean `content/articles/`?"),
        ("content/authors/jane/index.md", "an author is a file `content/authors/ID.md`"),
        ("content/articles/x.MD", "each in a file that ends in `.md`"),
        ("content/pages/x.markdown", "each in a file that ends in `.md`"),
        ("content/comments/deep/a.yaml", "content/comments/SLUG.yaml"),
        ("content/notes.txt", "the folders of `content/` are articles"),
    ];
    for (path, help) in cases {
        project.write(path, "---\ntitle: Marrowlight\n---\n\nMarrowlight.\n");
        let built = project.build();
        built.expect_exit(0).expect_absent_everywhere("marrowlight");
        let warning = built.only("this file has no effect");
        assert_eq!(warning["file"], path);
        assert!(warning["help"].as_str().unwrap_or_default().contains(help), "{warning}");
        project.remove(path);
    }
    for name in ["x.md", "y.md", "z.md"] {
        project.write(&format!("content/artikles/{name}"), "---\ntitle: T\n---\n");
    }
    project.build().expect_warning("this file has no effect (and 2 more beside it)");
    project.write("content/authors/jane/index.md", "---\nname: Marrowlight\n---\n");
    project.article("a", "date: 2026-06-01", "A [link](../authors/jane/index.md).");
    project.build().expect_exit(1).only("there is no file `content/authors/jane/index.md`");
}
