//! `handbill deploy` into a folder, and `handbill host`. `tests/tools/deploy` has the other targets, and kills.

use crate::project::Project;

const LIVE: &str = "publish: { live: { kind: folder, path: ../live } }";

/// Returns a site with a target, some articles and the folder that it is deployed to.
fn site() -> Project {
    let project =
        Project::new(&format!("-- site.yaml --\ntitle: The Paper\nbase_url: https://paper.example/\n{LIVE}\n"));
    for number in 1..=6 {
        project.article(
            &format!("story-{number}"),
            &format!("title: Story {number}\ndate: 2026-06-0{number}"),
            "Text.",
        );
    }
    project
}

#[test]
fn what_may_not_be_public_is_not_deployed() {
    let project = site();
    let live = project.path("../live");
    let refused = |expected: &str| {
        let run = project.run(&["deploy"]);
        assert!(run.code != 0 && run.stderr.contains(expected), "{expected}: {}", run.stderr);
        assert!(!live.exists(), "{expected}: something was sent");
    };
    project.edit("site.yaml", "https://paper.example/", "http://localhost:1517/");
    refused("is a URL of this machine");
    project.edit("site.yaml", "http://localhost:1517/", "https://paper.example/");
    project.write("content/pages/broken.md", "---\ntitle: Broken\n---\n\n[nowhere](nowhere.md)\n");
    refused("nowhere.md");
    // A build finds no fault in this; only the check of finished pages does.
    project.write("content/pages/broken.md", "---\ntitle: Broken\n---\n\n<p id=main></p>\n");
    refused("`main` twice");
    project.remove("content/pages/broken.md");
    project.edit("site.yaml", "path: ../live", "path: public");
    refused("output folder");
    project.edit("site.yaml", "path: public", "path: content");
    refused("content");
    project.edit("site.yaml", "publish: { live: { kind: folder, path: content } }", "");
    refused("the site has no target");
}

#[test]
fn drafts_and_a_preview_in_the_output_are_not_deployed() {
    let project = site();
    project.article("secret", "title: Quillfeather\ndate: 2026-06-01\ndraft: true", "Quillfeather.");
    project.build_args(&["--drafts", "--future"]);
    assert!(project.path("public/news/2026/06/secret/index.html").exists());
    let run = project.run(&["deploy"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(project.path("../live/news/2026/06/story-1/index.html").exists());
    assert!(!project.path("../live/news/2026/06/secret").exists());
    let run = project.run(&["deploy", "--drafts"]);
    assert!(run.code == 2 && run.stderr.contains("--drafts"), "{}", run.stderr);
}

#[test]
fn a_page_that_expires_leaves_the_target_with_the_next_deployment() {
    let project = site();
    project.run(&["deploy"]);
    let page = project.path("../live/news/2026/06/story-2/index.html");
    assert!(page.exists());
    project.write("../live/notes.txt", "somebody else's");
    project.edit("content/articles/story-2.md", "date: 2026-06-02", "date: 2026-06-02\nexpires: 2026-06-03");
    let run = project.run(&["deploy", "--urls", &project.path("../urls.txt").display().to_string()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!page.exists() && project.path("../live/notes.txt").exists());
    let urls = project.read("../urls.txt");
    assert!(urls.lines().any(|url| url == "https://paper.example/news/2026/06/story-2/"), "{urls}");
    assert!(urls.lines().all(|url| url.starts_with("https://paper.example/")), "{urls}");
}

#[test]
fn host_is_added_once_and_nothing_is_replaced() {
    let project = Project::new("-- site.yaml --\ntitle: The Paper\nbase_url: https://paper.example/");
    let run = project.run(&["host", "add", "s3"]);
    assert!(run.code == 1 && run.stderr.contains("`bucket`") && run.stderr.contains("--set"), "{}", run.stderr);
    assert!(project.run(&["host", "add", "netlfy"]).stderr.contains("netlify"));
    assert_eq!(project.read("site.yaml").lines().count(), 2);
    let run = project.run(&["host", "add", "s3", "--set", "bucket=paper", "--set", "keep=3"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ".github/workflows/publish.yml\nsite.yaml\n"), "{}", run.stderr);
    assert!(project.read("site.yaml").ends_with("publish:\n  live: { kind: s3, bucket: paper, keep: 3 }\n"));
    let workflow = project.read(".github/workflows/publish.yml");
    assert!(workflow.contains("handbill deploy live") && workflow.contains("secrets.AWS_ACCESS_KEY_ID"), "{workflow}");
    let again = project.run(&["host", "add", "rsync", "--set", "host=a", "--set", "path=/b", "--target", "more"]);
    assert!(again.code == 2 && again.stderr.contains("publish.yml"), "{}", again.stderr);
    assert_eq!(project.read(".github/workflows/publish.yml"), workflow);
    let new = project.run(&["init", &project.path("../new").display().to_string(), "--host", "s3"]);
    assert!(new.code == 1 && !project.path("../new").exists(), "{}", new.stderr);
}
