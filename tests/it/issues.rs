//! Issues of newsletters: a page, an archive and a feed on the site, and no trace of unpublished ones.

use crate::project::Project;

/// A site with a newsletter, three articles, of which one is a draft, and an issue with these keys and this note.
fn sample_site(keys: &str, note: &str) -> Project {
    let project = Project::new("-- content/pages/privacy.md --\n---\ntitle: Privacy\n---\n");
    project.settings("organization: { policies: { privacy: pages/privacy.md } }");
    let newsletter = "title: The Weekly\nfrequency: every week\nconsent: One mail a week.\nprovider: { kind: netlify }";
    project.write("content/newsletters/weekly.md", format!("---\n{newsletter}\n---\n"));
    project.article("a", "date: 2026-06-01\nsummary: What A is.", "Text.");
    project.article("b", "date: 2026-06-02", "Text of B.");
    project.article("c", "title: Marrowlight\ndate: 2026-06-03\ndraft: true", "Marrowlight.");
    project
        .write("content/newsletters/weekly/2026-06-05-first.md", format!("---\ntitle: First\n{keys}\n---\n\n{note}\n"));
    project
}

const KEYS: &str = "date: 2026-06-05\npreheader: Two stories.\narticles: [articles/b.md, ../../articles/a.md]";

#[test]
fn issue_is_a_page_in_an_archive_with_a_feed() {
    let project = sample_site(KEYS, "See [A](../../articles/a.md).");
    let built = project.build();
    built.expect_clean();
    let page = "newsletters/weekly/first/index.html";
    built.expect_file(page, ["<h1>First</h1>", "Title of b", "What A is.", "/news/2026/06/a/", "\"Periodical\""]);
    let text = built.file(page);
    assert!(text.find("Title of b") < text.find("What A is."), "the issue's own order");
    built.expect_file("newsletters/weekly/archive/index.html", ["First", "Two stories."]);
    built.expect_file("newsletters/weekly/index.html", ["First", "/newsletters/weekly/archive/"]);
    for feed in ["feed.xml", "atom.xml", "feed.json"] {
        built.expect_file(
            &format!("newsletters/weekly/{feed}"),
            ["First", "What A is.", "https://paper.example/news/2026/06/a/"],
        );
    }
    built.expect_file("sitemap.xml", ["/newsletters/weekly/first/", "/newsletters/weekly/archive/"]);
}

#[test]
fn issue_that_is_unpublished_leaves_no_trace_until_its_time() {
    for keys in ["date: 2026-06-05\ndraft: true", "date: 2026-06-20"] {
        let project = sample_site(&format!("{keys}\nslug: quillfeather"), "Quillfeather.");
        let built = project.build();
        built.expect_exit(0).expect_absent_everywhere("quillfeather").expect_no_file("newsletters/weekly/feed.xml");
        assert_eq!(built.count("unpublished"), 2);
    }
    let project = sample_site("date: 2026-06-20\nslug: quillfeather", "Text.");
    project.build().expect_exit(0);
    project.build_args(&["--as-of", "2026-06-20"]).expect_file("newsletters/weekly/quillfeather/index.html", ["Text."]);
}

#[test]
fn article_that_is_unpublished_stays_out_of_the_issue() {
    let project =
        sample_site("date: 2026-06-05\narticles: [articles/c.md, articles/a.md]", "About [it](../../articles/c.md).");
    let built = project.build();
    built.expect_exit(0).expect_absent_everywhere("marrowlight");
    built.expect_file("newsletters/weekly/first/index.html", ["What A is.", "About it."]);
    let notes = built.diagnostics.iter().filter(|reported| reported["level"] == "note").count();
    assert_eq!((built.count("warnings"), notes), (0, 2), "the list of articles and the link");
}

#[test]
fn what_an_issue_names_must_be_there() {
    let check = |articles: &str, reported: &str| {
        let project = sample_site(&format!("date: 2026-06-05\narticles: [{articles}]"), "Text.");
        let built = project.build();
        built.expect_exit(1);
        assert!(built.run.stdout.contains(reported), "{articles}: {}", built.run.stdout);
    };
    check("articles/aa.md", "there is no file `content/articles/aa.md`");
    check("newsletters/weekly.md", "`newsletters/weekly.md` is not an article");
    check("articles/a.md, articles/a.md", "is named twice");
    check("../../../../a.md", "is not a path of this site");
    let project = sample_site(KEYS, "Text.");
    project.write("content/newsletters/weakly/x.md", "---\ntitle: X\ndate: 2026-06-05\n---\n");
    let built = project.build();
    built.expect_exit(1);
    assert!(built.run.stdout.contains("content/newsletters/weekly/"), "{}", built.run.stdout);
    let project = sample_site("date: 2026-06-05\nslug: archive", "Text.");
    project.build().expect_exit(1);
}

#[test]
fn edited_headline_rerenders_the_issue_that_carries_it() {
    let project = sample_site(KEYS, "Text.");
    project.build().expect_clean();
    project.edit("content/articles/a.md", "title: Title of a", "title: Anew").build();
    project.build().expect_file("newsletters/weekly/first/index.html", ["Anew"]);
}

#[test]
fn beginning_of_a_text_replaces_a_missing_summary() {
    for preheader in ["", "\npreheader: \"\""] {
        let project = sample_site(&format!("date: 2026-06-05{preheader}"), "How the note begins.");
        project.write("content/pages/about.md", "---\ntitle: About\n---\n\nHow the page begins.\n");
        let check = |text: &str| {
            let built = project.build();
            built.expect_file("newsletters/weekly/archive/index.html", ["How the note begins."]);
            built.expect_file("about/index.html", ["name=\"description\" content=\"How the page begins.\""]);
            built.expect_file(
                "news/2026/06/b/index.html",
                [format!("name=\"description\" content=\"{text}\"").as_str()],
            );
            built.expect_file("feed.json", [format!("\"summary\": \"{text}\"").as_str()]);
        };
        check("Text of B.");
        project.edit("content/articles/b.md", "date: 2026-06-02", "date: 2026-06-02\nsummary: What B is.");
        check("What B is.");
        project.edit("content/articles/b.md", "summary: What B is.\n", "");
        check("Text of B.");
    }
}
