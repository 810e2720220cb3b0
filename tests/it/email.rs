//! Issues as emails: what is in them, what is not, and what must be there before one is made.

use crate::project::Project;

const LIST: &str = "---\ntitle: The Weekly\nfrequency: every week\nconsent: One mail a week.\nprovider: { kind: listmonk, root: \"https://lists.example\", list: \"8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01\" }\nfrom: \"The Paper <weekly@paper.example>\"\n---\n";

/// A site with a newsletter and an issue with these keys and this note.
fn sample_site(keys: &str, note: &str) -> Project {
    let project = Project::new("-- content/pages/privacy.md --\n---\ntitle: Privacy\n---\n");
    project.settings("organization: { policies: { privacy: pages/privacy.md }, address: \"1 Pier Road, Alder\" }");
    project.write("content/newsletters/weekly.md", LIST);
    project.article("a", "date: 2026-06-01\nsummary: What A is.", "Text.");
    project.article("c", "title: Marrowlight\ndate: 2026-06-03\ndraft: true", "Marrowlight.");
    project.write(
        "content/newsletters/weekly/2026-06-05-first.md",
        format!("---\ntitle: First\ndate: 2026-06-05\n{keys}\n---\n\n{note}\n"),
    );
    project
}

/// The HTML and the text of the email of the issue.
fn email(project: &Project) -> (String, String) {
    let arguments = ["newsletter", "render", "weekly/2026-06-05-first", "--output", "emails", "--as-of", "2026-06-15"];
    project.run(&arguments).expect_exit(0);
    let read = |ending: &str| project.read(&format!("emails/2026-06-05-first.{ending}"));
    (read("html"), read("txt"))
}

#[test]
fn email_of_a_draft_has_published_articles_and_no_other() {
    let project = sample_site(
        "draft: true\narticles: [articles/a.md, articles/c.md]",
        "On [it](../../articles/c.md) & <b>more</b>.",
    );
    let (html, text) = email(&project);
    for part in [&html, &text] {
        assert!(part.contains("What A is.") && part.contains("https://paper.example/news/2026/06/a/"), "{part}");
        assert!(part.contains("1 Pier Road, Alder") && part.contains("{{ UnsubscribeURL }}"), "{part}");
        assert!(!part.to_lowercase().contains("marrowlight"), "{part}");
    }
    assert!(text.contains("On it & more."), "{text}");
}

/// A build remembers what it parsed, but for the texts.
#[test]
fn email_made_after_a_build_is_the_same() {
    let project = sample_site("articles: [articles/a.md]", "Word-note.");
    let before = email(&project);
    assert!(before.0.contains("Word-note.") && before.1.contains("Word-note."), "{before:?}");
    project.build();
    assert_eq!(email(&project), before);
}

#[test]
fn every_block_has_text_in_both_parts() {
    let note = "
::: fact-box {title=\"Alpha\"}
Word-alpha.
:::

::: key-points {title=\"Beta\"}
- Word-beta.
:::

::: timeline {title=\"Gamma\"}
May 1
: Word-gamma.
:::

::: pull-quote {cite=\"Delta\"}
Word-delta.
:::

::: call-to-action {title=\"Epsilon\" url=\"https://act.example/\" button=\"Zeta\"}
Word-epsilon.
:::

::: figure {src=\"/p.svg\" alt=\"Eta\" caption=\"Theta\" credit=\"Iota\"}
:::

::: related {articles=\"../../articles/a.md\"}
:::

::: newsletter
:::
";
    let project = sample_site("articles: []", note);
    project.write("static/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>");
    let (html, text) = email(&project);
    for part in [&html, &text] {
        let words = "Alpha Word-alpha Beta Word-beta Gamma Word-gamma Delta Word-delta Epsilon Word-epsilon Zeta Eta Theta Iota";
        for word in words.split(' ').chain(["https://act.example/", "Title of a", "/newsletters/weekly/"]) {
            assert!(part.contains(word), "{word}: {part}");
        }
    }
}

#[test]
fn what_an_email_needs_is_reported_before_it_is_composed() {
    let arguments = ["newsletter", "render", "weekly/2026-06-05-first", "--output", "emails"];
    let project = sample_site("", "Text.");
    project.edit("site.yaml", "address: \"1 Pier Road, Alder\"", "name: The Paper");
    project.edit("content/newsletters/weekly.md", "from: \"The Paper <weekly@paper.example>\"", "");
    let run = project.run(&arguments);
    run.expect_exit(1).expect_stderr(["the newsletter has no sender", "the email has no postal address"]);
    assert!(!project.path("emails").exists());
    let project = sample_site("", &"Word and word. ".repeat(8000));
    project.run(&arguments).expect_exit(1).expect_stderr(["KB long", "shorten the note"]);
    let project = sample_site("", "Text.");
    let run = project.run(&["newsletter", "render", "weekly/2026-06-05-furst", "--output", "emails"]);
    run.expect_exit(2).expect_stderr(["there is no issue `weekly/2026-06-05-furst`"]);
    project.write("templates/email/issue.mjml", "<mjml>{{ letter.note }}</mjml>");
    let run = project.run(&arguments);
    run.expect_exit(1).expect_stderr(["`letter` is not a variable", "did you mean `email`?"]);
}

#[test]
fn new_issue_gathers_what_no_issue_carried() {
    let project = sample_site("draft: true\narticles: [articles/a.md]", "Text.");
    project.article("late", "date: 2026-06-08", "Text.");
    project.article("early", "date: 2026-06-02", "Text.");
    project.article("to-come", "date: 2026-06-20", "Text.");
    let new_issue = |arguments: &[&str]| {
        let run = project.run(&[&["new", "issue", "weekly", "--as-of", "2026-06-15 10:00"], arguments].concat());
        run.expect_exit(0);
        let path = run.stdout.trim_end().to_owned();
        let text = project.read(&path);
        project.remove(&path);
        (path, text)
    };
    let (path, text) = new_issue(&[]);
    assert_eq!(path, "content/newsletters/weekly/2026-06-15.md");
    assert!(text.contains("title: \"The Weekly, 2026-06-15\"") && text.contains("draft: true"), "{text}");
    assert!(text.contains("articles:\n  - articles/late.md\n---"), "{text}");
    let (path, text) = new_issue(&["A subject", "--since", "2026-06-01"]);
    assert!(path.ends_with("/2026-06-15-a-subject.md"), "{path}");
    assert!(text.contains("articles:\n  - articles/late.md\n  - articles/early.md\n---"), "{text}");
    let (_, text) = new_issue(&["--since", "2026-06-01", "--again"]);
    assert!(text.contains("articles/a.md") && !text.contains("to-come") && !text.contains("articles/c.md"), "{text}");
}
