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
    refused("content` has files of the site");
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

/// Makes a symlink in place of the one that is there.
#[cfg(unix)]
fn link(target: impl AsRef<std::path::Path>, link: &std::path::Path) {
    let _ = std::fs::remove_file(link);
    std::os::unix::fs::symlink(target, link).unwrap();
}

#[cfg(unix)]
#[test]
fn a_current_release_is_found_however_its_symlink_is_written() {
    let project = site();
    project.edit("site.yaml", "path: ../live", "path: ../live, releases: true");
    assert_eq!(project.run(&["deploy"]).code, 0);
    let (live, current) = (project.path("../live"), project.path("../live/current"));
    let story = |number: u32| current.join(format!("news/2026/06/story-{number}/index.html"));
    let relative = std::fs::read_link(&current).unwrap();
    for written in [live.join(&relative), std::path::Path::new(".").join(&relative)] {
        link(&written, &current);
        project.edit("content/articles/story-1.md", "Text.", "Text, edited.");
        let run = project.run(&["deploy"]);
        assert!(run.code == 0 && story(1).exists() && story(6).exists(), "{written:?}: {}", run.stderr);
        assert!(live.join(&relative).exists(), "{written:?}: the release before is gone");
        project.run(&["deploy", "--rollback"]);
        let resolved = [live.join(&relative), current.clone()].map(|path| std::fs::canonicalize(path).unwrap());
        assert_eq!(resolved[0], resolved[1]);
        project.edit("content/articles/story-1.md", "Text, edited.", "Text.");
    }
    // What is no release is left alone, and so are the releases.
    for elsewhere in ["nowhere", "."] {
        link(elsewhere, &current);
        for arguments in [&["deploy"][..], &["deploy", "--force"], &["deploy", "--dry-run"], &["deploy", "--rollback"]]
        {
            let run = project.run(arguments);
            let is_refused = run.code != 0 && run.stderr.contains("leads to none of the releases");
            assert!(is_refused, "{elsewhere} {arguments:?}: {}", run.stderr);
            assert!(live.join(&relative).exists(), "{elsewhere} {arguments:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_second_rollback_undoes_the_first() {
    let project = site();
    project.edit("site.yaml", "path: ../live", "path: ../live, releases: true");
    let refused = |arguments: &[&str]| {
        let run = project.run(arguments);
        assert!(run.code != 0 && run.stderr.contains("has no earlier deployment"), "{}", run.stderr);
    };
    refused(&["deploy", "--rollback", "--dry-run"]);
    project.run(&["deploy"]);
    refused(&["deploy", "--rollback", "--dry-run"]);
    refused(&["deploy", "--rollback"]);
    let current = || std::fs::read_link(project.path("../live/current")).unwrap();
    let deploy = |from: &str, to: &str| {
        project.edit("content/articles/story-1.md", from, to);
        assert_eq!(project.run(&["deploy"]).code, 0);
        current()
    };
    let (second, third) = (deploy("Text.", "Second."), deploy("Second.", "Third."));
    for expected in [&second, &third, &second] {
        let run = project.run(&["deploy", "--rollback"]);
        assert_eq!((run.code, &current()), (0, expected), "{}", run.stderr);
    }
    let fourth = deploy("Third.", "Fourth.");
    for expected in [&second, &fourth] {
        project.run(&["deploy", "--rollback"]);
        assert_eq!(&current(), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_lock_that_is_no_file_ends_the_deployment() {
    let project = site();
    std::fs::create_dir_all(project.path("../live/.handbill")).unwrap();
    link("nowhere", &project.path("../live/.handbill/deploy.lock"));
    let run = project.run(&["deploy"]);
    assert!(run.code != 0 && run.stderr.contains("is not a file"), "{}", run.stderr);
}

#[test]
fn a_target_is_refused_in_words_of_the_target() {
    let project = site();
    project.write("../live", "a file");
    let run = project.run(&["deploy"]);
    assert!(run.code != 0 && run.stderr.contains("the target's `path` has to be a folder"), "{}", run.stderr);
    assert!(!run.stderr.contains("output"), "{}", run.stderr);
}

#[test]
fn a_target_may_be_in_the_home_folder() {
    let project = site();
    project.edit("site.yaml", "path: ../live", "path: ~/live");
    let run = project.run(&["deploy"]);
    assert!(run.code == 0 && project.home().join("live/index.html").exists(), "{}", run.stderr);
    assert!(!project.path("~").exists());
}

#[test]
fn what_a_stopped_deployment_left_in_the_place_of_a_file_is_no_obstacle_to_its_removal() {
    let project = site();
    project.write("static/docs", "a file").write("static/more/a.txt", "in a folder");
    assert_eq!(project.run(&["deploy"]).code, 0);
    std::fs::remove_file(project.path("../live/docs")).unwrap();
    std::fs::remove_dir_all(project.path("../live/more")).unwrap();
    project.write("../live/docs/a.txt", "in a folder").write("../live/more", "a file");
    project.remove("static/docs").remove("static/more/a.txt");
    let run = project.run(&["deploy"]);
    assert!(run.code == 0 && project.path("../live/docs/a.txt").exists(), "{}", run.stderr);
    assert!(project.path("../live/more").exists());
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

#[test]
fn a_file_of_the_site_may_become_a_folder_and_a_file_again() {
    let project = site();
    let deploy = || {
        let run = project.run(&["deploy"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    };
    project.write("static/docs", "one file");
    deploy();
    project.remove("static/docs").write("static/docs/a.txt", "in a folder");
    deploy();
    assert_eq!(project.read("../live/docs/a.txt"), "in a folder");
    project.remove("static/docs/a.txt");
    let _ = std::fs::remove_dir(project.path("static/docs"));
    project.write("static/docs", "one file again");
    deploy();
    assert_eq!(project.read("../live/docs"), "one file again");
}

#[test]
fn compressed_files_of_the_site_itself_have_urls() {
    let project = site();
    project.settings(&format!("compress: [gzip]\n{LIVE}"));
    project.write("static/data.csv.gz", "the site's own");
    let run = project.run(&["deploy", "--format", "json"]);
    let report = run.json_lines().pop().unwrap();
    let urls: Vec<&str> =
        report["deploy"]["changed_urls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
    assert!(urls.contains(&"https://paper.example/data.csv.gz"), "{urls:?}");
    assert!(!urls.iter().any(|url| url.ends_with("/index.html.gz")), "{urls:?}");
    assert!(project.path("../live/index.html.gz").exists());
}
