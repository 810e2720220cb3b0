//! The output folder seen from outside: what is not ours stays, what is ours follows the site, and a build that fails
//! changes nothing.

use std::fs;

use crate::project::Project;

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.").article("b", "date: 2026-06-02", "Text.");
    project
}

#[test]
fn foreign_files_are_never_touched() {
    let project = sample_site();
    let foreign = ["public/CNAME", "public/.git/HEAD", "public/news/notes.txt", "public/own/page/index.html"];
    for path in foreign {
        project.write(path, "mine");
    }
    project.build().expect_clean();
    project.remove("content/articles/a.md").remove("content/articles/b.md").article("c", "date: 2025-01-01", "Text.");
    project.build().expect_clean();
    project.run(&["clean"]).expect_exit(0);
    for path in foreign {
        assert_eq!(project.read(path), "mine", "{path}");
    }
    assert_eq!(project.output().0.len(), foreign.len());
}

#[test]
fn page_over_a_foreign_file_is_an_error_and_changes_nothing() {
    let project = sample_site();
    project.write("public/news/2026/06/a/index.html", "mine").write("public/feed.xml", "mine");
    let before = project.output();
    let built = project.build();
    built.expect_exit(1);
    built.only("feed.xml");
    built.only("news/2026/06/a/index.html");
    project.output().expect_same(&before);
}

#[test]
fn foreign_file_with_the_very_same_bytes_is_taken_over() {
    let project = sample_site();
    project.build().expect_clean();
    project.remove(".handbill");
    project.build().expect_clean().expect_written(0);
    project.edit("content/articles/a.md", "Text.", "Other.");
    project.build().expect_clean().expect_file("news/2026/06/a/index.html", ["Other."]);
}

#[test]
fn failing_build_leaves_the_output_as_it_was() {
    let project = sample_site();
    project.build().expect_clean();
    let before = project.output();
    let problems = [
        ("content/articles/a.md", "Text.", "[x](nowhere.md)"),
        ("content/articles/a.md", "date: 2026-06-01", "date: soon"),
        ("site.yaml", "title:", "titel:"),
    ];
    for (path, from, to) in problems {
        project.edit(path, from, to);
        project.article("b", "date: 2026-06-02", "Changed.").article("new", "date: 2026-06-03", "New.");
        let built = project.build();
        built.expect_exit(1).expect_rendered(0).expect_written(0);
        project.output().expect_same(&before);
        project.edit(path, to, from).remove("content/articles/new.md");
    }
    project
        .write("templates/page.html", "{{ document.title | date }}")
        .write("content/pages/p.md", "---\ntitle: P\n---\n");
    project.build().expect_exit(1);
    project.output().expect_same(&before);
    project.remove("templates").remove("content/pages");
    project.build().expect_clean().expect_rendered_urls([
        "/news/2026/06/b/",
        "/feed.xml",
        "/atom.xml",
        "/feed.json",
        "/news/feed.xml",
        "/news/atom.xml",
        "/news/feed.json",
        "/",
        "/news/",
        "/archive/2026/06/",
        "/404.html",
        "/news/2026/06/a/",
    ]);
}

#[test]
fn moved_article_leaves_its_old_place() {
    let project = sample_site();
    project.build().expect_clean();
    project.edit("content/articles/a.md", "date: 2026-06-01", "date: 2026-06-01\nslug: other");
    let built = project.build();
    built.expect_clean().expect_removed(["/news/2026/06/a/"]).expect_no_file("news/2026/06/a");
    built.expect_file("news/2026/06/other/index.html", ["Title of a"]);
}

#[test]
fn file_becomes_a_folder_and_a_folder_a_file() {
    let project = sample_site();
    project.write("static/thing", "a file").write("static/other/inner.txt", "in a folder");
    project.build().expect_clean();
    project.remove("static").write("static/thing/inner.txt", "in a folder").write("static/other", "a file");
    let built = project.build();
    built.expect_clean().expect_removed(["/other/inner.txt", "/thing"]);
    built.expect_file("thing/inner.txt", ["in a folder"]).expect_file("other", ["a file"]);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn two_sources_of_one_url_are_an_error_that_names_both() {
    let cases = [
        ("content/articles/a.md", "content/articles/2026/a.md"),
        ("content/articles/a.md", "content/articles/a/index.md"),
        ("content/articles/a.md", "content/articles/b.md"),
    ];
    for (one, other) in cases {
        let project = Project::new("");
        let slug = if other.ends_with("b.md") { "slug: a\n" } else { "" };
        for path in [one, other] {
            project.write(path, format!("---\ntitle: T\ndate: 2026-06-01\n{slug}---\n"));
        }
        let built = project.build();
        let error = built.expect_exit(1).only("have the same URL, `/news/2026/06/a/`");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(one) && message.contains(other), "{message}");
        built.expect_no_file("");
    }
}

#[test]
fn urls_that_differ_only_by_case_are_one() {
    let project = Project::new("");
    project.article("one", "date: 2026-06-01\nslug: Strike", "Text.");
    project.article("two", "date: 2026-06-01\nslug: strike", "Text.");
    let built = project.build();
    let error = built.expect_exit(1).only("have the same URL");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("articles/one.md") && message.contains("articles/two.md"), "{message}");
}

#[test]
fn files_and_pages_of_one_url_are_an_error() {
    let cases = [
        ("static/index.html", "index.html", "static/index.html"),
        ("static/news/2026/06/a/index.html", "", "content/articles/a.md"),
        ("static/news", "for a file and a folder", "static/news"),
        ("static/feed.xml", "", "static/feed.xml"),
        ("content/pages/news.md", "", "content/pages/news.md"),
        ("static/assets/x", "", ""),
    ];
    for (path, words, named) in cases {
        let project = sample_site();
        project.write(path, if path.ends_with(".md") { "---\ntitle: News\n---\n" } else { "mine" });
        let built = project.build();
        if path == "static/assets/x" {
            built.expect_clean();
            continue;
        }
        built.expect_exit(1);
        let words = if words.is_empty() || words == "index.html" { "have the same URL" } else { words };
        let message = built.diagnostics.iter().map(|found| found["message"].as_str().unwrap_or_default());
        let message: Vec<&str> = message.filter(|message| message.contains(words)).collect();
        assert!(message.iter().any(|message| message.contains(named)), "{path}: {:?}", built.diagnostics);
    }
}

#[test]
fn alias_over_a_page_is_an_error_and_two_equal_ones_too() {
    let project = sample_site();
    project.article("c", "date: 2026-06-03\naliases: [/news/2026/06/a/]", "Text.");
    project.build().expect_exit(1).only("have the same URL, `/news/2026/06/a/`");
    project.article("c", "date: 2026-06-03\naliases: [/old/]", "Text.");
    project.article("a", "date: 2026-06-01\naliases: [/old]", "Text.");
    project.build().expect_exit(1).only("have the same URL, `/old/`");
}

#[test]
fn alias_leads_on_and_is_listed_for_hosts() {
    let project = sample_site();
    project.article(
        "c",
        "date: 2026-06-03\naliases: [/old, /feed/rss.php, \"https://paper.example/2019/x/\"]",
        "Text.",
    );
    let built = project.build();
    built.expect_clean().expect_file("old/index.html", ["/news/2026/06/c/"]);
    built.expect_file("feed/rss.php", ["/news/2026/06/c/"]).expect_file("2019/x/index.html", ["/news/2026/06/c/"]);
    built.expect_file("_redirects", ["/old/ /news/2026/06/c/ 301", "/2019/x/ /news/2026/06/c/ 301"]);
    built.expect_file_without("sitemap.xml", ["/old/"]);
}

#[test]
fn dangerous_output_folders_are_refused() {
    let project = sample_site();
    let home = project.home();
    let (root, home) = (project.root(), home.to_str().unwrap().to_owned());
    let above = root.parent().unwrap().to_str().unwrap().to_owned();
    let root = root.to_str().unwrap().to_owned();
    for output in [
        "/",
        ".",
        "..",
        "content",
        "content/articles",
        "static",
        "themes",
        "templates",
        "assets",
        "i18n",
        ".git",
        &home,
        &above,
        &root,
    ] {
        let built = project.build_args(&["--output", output]);
        built.expect_exit(1);
        assert_eq!(built.diagnostics.len(), 1, "{output}: {:?}", built.diagnostics);
        assert_eq!(built.diagnostics[0]["code"], "output", "{output}");
    }
    assert_eq!(project.read("content/articles/a.md").lines().count(), 6);
    project.build_args(&["--output", "../elsewhere"]).expect_clean().expect_file("index.html", ["Title of b"]);
}

#[test]
fn output_that_is_a_file_or_a_symlink_is_refused() {
    let project = sample_site();
    project.write("taken", "mine");
    project.build_args(&["--output", "taken"]).expect_exit(1);
    assert_eq!(project.read("taken"), "mine");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(project.path("elsewhere"), project.path("link")).unwrap();
        project.build_args(&["--output", "link"]).expect_exit(1);
        assert!(!project.path("elsewhere").exists());
    }
}

#[test]
fn second_build_at_the_same_time_is_reported() {
    let project = sample_site();
    project.build().expect_clean();
    let outputs = project.path(".handbill/outputs");
    let lock = fs::read_dir(outputs).unwrap().next().unwrap().unwrap().path().join("lock");
    let held = fs::File::options().append(true).open(lock).unwrap();
    held.lock().unwrap();
    let built = project.build();
    built.expect_exit(2).only("another build is publishing into");
    let elsewhere = project.build_args(&["--output", "elsewhere"]);
    elsewhere.expect_clean().expect_file("index.html", ["Title of a"]);
    drop(held);
    project.build().expect_clean().expect_idle();
}

#[test]
fn many_builds_at_once_leave_a_whole_site() {
    let project = sample_site();
    let programs: Vec<_> = (0..4).map(|_| project.build_program(&[])).collect();
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let runs: Vec<_> = programs.iter().map(|program| scope.spawn(|| program.run().code)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(codes.contains(&0) && codes.iter().all(|code| matches!(code, 0 | 2)), "{codes:?}");
    project.build().expect_clean().expect_idle();
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn damaged_memory_costs_time_and_no_page() {
    let project = sample_site();
    project.build().expect_clean();
    let cold = project.output();
    let mut files = Vec::new();
    collect(&project.path(".handbill"), &mut files);
    for file in files {
        let good = fs::read(&file).unwrap();
        let flipped: Vec<u8> = good.iter().map(|byte| byte ^ 0x5a).collect();
        for damaged in [Vec::new(), b"garbage".to_vec(), good[..good.len() / 2].to_vec(), flipped] {
            fs::write(&file, damaged).unwrap();
            let built = project.build();
            built.expect_clean();
            project.output().expect_same(&cold);
        }
    }
    project.build().expect_idle();
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

#[test]
fn changes_to_the_output_are_undone() {
    let project = sample_site();
    project.build().expect_clean();
    let whole = project.output();
    project.remove("public");
    project.build().expect_clean();
    project.output().expect_same(&whole);
    project.write("public/index.html", "changed by hand").remove("public/feed.xml").remove("public/news");
    project.build().expect_clean();
    project.output().expect_same(&whole);
    project.write("public/index.html", "changed by hand");
    let built = project.build();
    built.expect_rendered_urls(["/"]).expect_written(1);
}

#[test]
fn site_that_is_moved_builds_on() {
    let project = sample_site();
    project.build().expect_clean();
    let moved = Project::new("");
    crate::project::copy_folder(&project.root(), &moved.root(), &[]);
    moved.build().expect_clean().expect_written(0);
    moved.edit("content/articles/a.md", "Text.", "Other.");
    moved.build().expect_clean().expect_file("news/2026/06/a/index.html", ["Other."]);
}

#[test]
fn two_outputs_of_one_site_know_nothing_of_each_other() {
    let project = sample_site();
    project.build().expect_clean();
    let preview = ["--output", "preview", "--base-url", "https://preview.example/"];
    project.build_args(&preview).expect_clean().expect_file("feed.xml", ["https://preview.example/news/"]);
    project.build().expect_clean().expect_idle();
    project.build_args(&preview).expect_clean().expect_idle();
}

#[cfg(target_os = "linux")]
#[test]
fn site_that_cannot_be_written_to_is_built_elsewhere_with_a_note() {
    let project = sample_site();
    // Nobody can make anything here, not even root.
    std::os::unix::fs::symlink("/sys/kernel", project.path(".handbill")).expect("a link can be made");
    for arguments in [["--output", "../one", "--strict"], ["--output", "../two", "--force"]] {
        let built = project.build_args(&arguments);
        built.expect_exit(0).expect_file("news/2026/06/a/index.html", ["Text."]);
        let note = built.only("nothing is remembered of this build: cannot write to the cache folder");
        assert!(note["level"] == "note" && note["help"].is_string() && built.diagnostics.len() == 1, "{note:#}");
        assert_eq!((built.count("warnings"), built.count("errors")), (0, 0));
    }
    project.build_args(&["--output", "../one"]).expect_exit(0).expect_written(0);
}

#[test]
fn lost_cache_leaves_no_page_behind() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "One.").article("b", "date: 2026-06-02", "Two.");
    project.build().expect_exit(0);
    project.remove(".handbill").remove("content/articles/b.md");
    let built = project.build();
    built.expect_exit(0);
    assert_eq!(built.list("removed_urls"), ["/news/2026/06/b/"]);
    built.files().expect_same(&project.cold_output(&[]));
}
