//! `urls: files`: pages are files, `x.html`, and their URLs stay as they are.

use std::collections::BTreeMap;
use std::path::Path;

use handbill::path::{OutputLayout, OutputPath, UrlPath};

use crate::determinism::common_cause;
use crate::dev_server::DevServer;
use crate::project::Project;
use crate::snapshot::Snapshot;
use crate::urls::valid_odd_names;

const PAGE: &str = "/news/2026/06/a/";

/// A site whose page `/news/2026/06/a/` has aliases of every form.
fn paper() -> Project {
    let project = Project::new(
        "
        -- content/pages/about.md --
        ---
        title: About
        ---
        -- static/widget.html --
        <p>A widget</p>
        ",
    );
    project.settings("urls: files");
    let aliases = "aliases: [/old/, /was/here.html, /news/2026/06/a.html]";
    project.article("a", &format!("date: 2026-06-01\n{aliases}"), "Text, [itself](/news/2026/06/a.html).");
    project.article("b", "date: 2026-06-02", "Text.");
    project
}

fn use_folders(project: &Project) {
    project.edit("site.yaml", "urls: files", "urls: folders");
}

fn use_files(project: &Project) {
    project.edit("site.yaml", "urls: folders", "urls: files");
}

/// Where a file of an output of folders is in one of files.
fn moved(path: &str) -> String {
    let (original, encoding) = match path.strip_suffix(".gz") {
        Some(original) => (original, ".gz"),
        None => (path, ""),
    };
    let url = OutputPath::new(original).unwrap().url(OutputLayout::Folders);
    format!("{}{encoding}", UrlPath::new(&url).unwrap().output(OutputLayout::Files))
}

/// Returns the paths of folders that have nothing in them.
fn empty_folders(folder: &Path) -> Vec<String> {
    let entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let below = entries.iter().filter(|path| path.is_dir()).flat_map(|path| empty_folders(path));
    let own = entries.is_empty().then(|| folder.display().to_string());
    below.chain(own).collect()
}

#[test]
fn pages_become_files_with_the_same_bytes() {
    for project in [valid_odd_names(), common_cause()] {
        let settings = project.read("site.yaml");
        project.write("site.yaml", format!("{settings}\nurls: folders\ncompress: [gzip]\n"));
        project.build().expect_exit(0);
        let folders = project.output();
        use_files(&project);
        project.build().expect_exit(0);
        let expected: BTreeMap<String, Vec<u8>> =
            folders.0.iter().map(|(path, bytes)| (moved(path), bytes.clone())).collect();
        assert_eq!(expected.len(), folders.0.len());
        project.output().expect_same(&Snapshot(expected));
        let indexes: Vec<_> = project.output().0.into_keys().filter(|path| path.ends_with("index.html")).collect();
        assert_eq!(indexes, ["index.html"]);
    }
}

#[test]
fn aliases_are_files_too_and_one_that_names_the_page_is_the_page() {
    let project = paper();
    let built = project.build();
    built.expect_clean().expect_file("news/2026/06/a.html", ["Title of a", "https://paper.example/news/2026/06/a/"]);
    for alias in ["old.html", "was/here.html"] {
        built.expect_file(alias, ["url=/news/2026/06/a/"]);
    }
    assert_eq!(built.file("_redirects"), "/old/ /news/2026/06/a/ 301\n/was/here.html /news/2026/06/a/ 301\n");
    let checked = project.run(&["check"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    for named in [PAGE, "/news/2026/06/a.html", "public/news/2026/06/a.html"] {
        let explained = project.run(&["explain", named]);
        assert!(explained.stdout.starts_with("/news/2026/06/a/\n  file      news/2026/06/a.html\n"), "{explained:?}");
    }
    // With folders, the name of the page's own file is the page too.
    use_folders(&project);
    project.edit("content/articles/a.md", "/news/2026/06/a.html]", "/news/2026/06/a/index.html]");
    project.edit("content/articles/a.md", "(/news/2026/06/a.html)", "(/old/)");
    project.build().expect_clean().expect_file("news/2026/06/a/index.html", ["Title of a"]);
}

#[test]
fn switch_and_back_leaves_nothing_and_gives_what_a_cold_build_gives() {
    let project = paper();
    project.edit("content/articles/a.md", "(/news/2026/06/a.html)", "(/old/)");
    project.write("public/foreign.txt", "not ours");
    project.build().expect_clean();
    let mut expected = vec![project.output()];
    for change in [use_folders, use_files, use_folders] {
        change(&project);
        let built = project.build();
        built.expect_clean();
        // The pages are elsewhere, and at the same URLs.
        assert!(built.count("removed") > 6, "{}", built.summary);
        assert_eq!(built.list("removed_urls"), Vec::<String>::new());
        assert_eq!(empty_folders(&project.path("public")), Vec::<String>::new());
        let mut cold = project.cold_output(&[]);
        cold.0.insert("foreign.txt".into(), b"not ours".to_vec());
        project.output().expect_same(&cold);
        project.build().expect_idle();
        expected.push(project.output());
    }
    expected[0].expect_same(&expected[2]);
    expected[1].expect_same(&expected[3]);
}

#[test]
fn removed_pages_are_reported_by_their_urls() {
    let project = paper();
    project.build().expect_clean();
    project.remove("content/articles/b.md");
    project.edit("content/articles/a.md", "/old/, /was/here.html, ", "");
    project.build().expect_clean().expect_removed(["/_redirects", "/news/2026/06/b/", "/old/", "/was/here.html"]);
    project.remove("content/pages/about.md");
    project.build_args(&["--force"]).expect_clean().expect_removed(["/about/"]);
}

#[test]
fn two_files_for_one_url_collide() {
    let project = paper();
    project.article("b", "date: 2026-06-02\naliases: [/about.html, /news/2026/06/a/index.html, /x/]", "Text.");
    project.article("c", "date: 2026-06-03\naliases: [/widget/]", "Text.");
    project.write("content/pages/404.md", "---\ntitle: Nothing\nslug: \"404\"\n---\n");
    let built = project.build();
    built.expect_exit(1);
    built.expect_error("collision", "content/articles/b.md", 4, 11, "have the same URL");
    built.expect_error("collision", "content/articles/b.md", 4, 24, "have the same URL, `/news/2026/06/a/index.html`");
    built.expect_error("collision", "content/articles/c.md", 4, 11, "`static/widget.html`");
    built.expect_error("collision", "content/pages/404.md", 3, 7, "a page of the kind `not-found`");
    assert_eq!(built.diagnostics.len(), 4, "{:#?}", built.diagnostics);
    use_folders(&project);
    let built = project.build();
    built.expect_error("collision", "content/articles/b.md", 4, 24, "`/news/2026/06/a/index.html`");
    assert_eq!(built.diagnostics.len(), 1, "{:#?}", built.diagnostics);
}

#[test]
fn page_whose_file_hosts_would_send_elsewhere_stays_a_folder() {
    let project = Project::new("");
    project.settings("urls: files");
    project.article("a", "date: 2026-06-01\nslug: index", "The index.");
    project.article("b", "date: 2026-06-01\nslug: b.html", "The second.");
    let built = project.build();
    built.expect_clean().expect_file("news/2026/06/index/index.html", ["The index."]);
    built.expect_file("news/2026/06/b.html/index.html", ["The second."]);
}

#[test]
fn dev_server_answers_the_same_urls() {
    let project = paper();
    let server = DevServer::of(&project);
    let moved = |path: &str, to: &str| {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("location")), (301, Some(to)), "{path}");
    };
    for path in ["/", "/about/", PAGE, "/news/", "/archive/2026/"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
    }
    server.shows("/widget.html", ["A widget"]);
    for path in ["/news/2026/06/a", "/news/2026/06/a.html", "/news/2026/06/a/index.html", "/was/here.html", "/old/"] {
        moved(path, PAGE);
    }
    moved("/old", PAGE);
    moved("/index.html", "/");
    for path in ["/nothing/", "/nothing.html", "/404/", "/404", "/widget/", "/news/2026/06/a.html/"] {
        let answer = server.get(path);
        assert!(answer.status == 404 && answer.text().contains("main."), "{path}: {}", answer.head);
    }
    project.edit("content/articles/a.md", "Text", "Another text");
    server.shows(PAGE, ["Another text"]);
    use_folders(&project);
    server.becomes("/news/2026/06/a/index.html", 301);
    server.shows(PAGE, ["Another text"]);
}

#[test]
fn deployment_knows_the_urls_of_files() {
    let project = paper();
    let settings = project.read("site.yaml");
    project.write("site.yaml", format!("{settings}\npublish: {{ live: {{ kind: folder, path: ../live }} }}\n"));
    project.edit("content/articles/a.md", "(/news/2026/06/a.html)", "(/old/)");
    let urls = || {
        let run = project.run(&["deploy", "--urls", &project.path("../urls.txt").display().to_string()]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let urls = project.read("../urls.txt");
        urls.lines().map(|url| url.strip_prefix("https://paper.example").unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = urls();
    for url in [PAGE, "/old/", "/was/here.html", "/widget.html", "/404.html", "/"] {
        assert!(first.iter().any(|known| known == url), "{url} is not among {first:#?}");
    }
    // The record of the target has the URLs of what is removed, also in a checkout without a cache.
    project.edit("content/articles/a.md", "/old/, /was/here.html, ", "");
    project.edit("content/articles/a.md", "(/old/)", "(/)");
    project.remove(".handbill").remove("public");
    let second = urls();
    for url in ["/old/", "/was/here.html"] {
        assert!(second.iter().any(|known| known == url), "{url} is not among {second:#?}");
    }
    assert!(second.iter().all(|url| !["/old.html", "/was/here/"].contains(&&**url)), "{second:#?}");
    // All pages are elsewhere, and none is gone.
    use_folders(&project);
    let third = urls();
    assert!(third.contains(&PAGE.to_owned()) && !third.contains(&"/news/2026/06/b.html".to_owned()), "{third:#?}");
    assert!(project.path("../live/about/index.html").exists() && !project.path("../live/about.html").exists());
}

#[test]
fn host_that_does_not_serve_files_as_pages_is_reported_at_the_key() {
    let project = Project::new("");
    let report = |target: &str, level: &str, text: &str| {
        project.settings(&format!("urls: files\npublish: {{ live: {{ {target} }} }}"));
        let built = project.build();
        let found = built.only(text);
        let place = (found["level"].as_str(), found["line"].as_u64(), found["column"].as_u64());
        assert_eq!(place, (Some(level), Some(3), Some(7)), "{target}: {found}");
        built.expect_exit(i32::from(level == "error"));
        project.edit("site.yaml", "urls: files", "urls: folders");
        project.build().expect_clean();
    };
    let targets =
        ["kind: github-pages", "kind: gitlab-pages", "kind: cloudflare, project: paper", "kind: s3, bucket: b"];
    for target in targets {
        report(target, "error", "the host of the target `live`, does not answer `/x/` with the file `x.html`");
    }
    for target in ["kind: netlify, site: paper", "kind: git, remote: origin, branch: pages"] {
        report(target, "note", "may not answer `/x/` with the file `x.html`");
    }
    let server = "host: paper.example, path: /srv/paper";
    let served = ["kind: vercel", "kind: azure", "kind: folder, path: /srv/paper"].map(str::to_owned);
    for target in served.into_iter().chain(["rsync", "sftp"].map(|kind| format!("kind: {kind}, {server}"))) {
        project.settings(&format!("urls: files\npublish: {{ live: {{ {target} }} }}"));
        project.build().expect_clean();
    }
    project.settings(
        "urls: files\npublish: { a: { kind: vercel }, b: { kind: github-pages }, c: { kind: s3, bucket: b } }",
    );
    assert_eq!(project.build().diagnostics.len(), 2);
    project.settings("urls: file");
    project.build().expect_error("settings", "site.yaml", 3, 7, "`file`");
}

#[test]
fn hosts_and_servers_get_rules_for_pages_that_are_files() {
    let project = paper();
    let explain = |server: &str| project.run(&["explain", "--host", server]).stdout;
    let (nginx, caddy) = (explain("nginx"), explain("caddy"));
    assert!(nginx.contains("location ~ \"^(.+)/$\" { try_files \"${uri}index.html\" \"$1.html\" =404; }"), "{nginx}");
    assert!(nginx.contains("location = \"/widget.html\" {}") && !nginx.contains("about"), "{nginx}");
    assert!(caddy.contains("rewrite @is_file \"{re.page.1}.html\""), "{caddy}");
    let settings = project.read("site.yaml");
    project.write("site.yaml", format!("{settings}\npublish: {{ live: {{ kind: vercel }} }}\n"));
    project.build().expect_clean().expect_file("vercel.json", ["\"cleanUrls\": true", "\"trailingSlash\": true"]);
    use_folders(&project);
    project.edit("content/articles/a.md", "(/news/2026/06/a.html)", "(/old/)");
    project.build().expect_clean().expect_file_without("vercel.json", ["cleanUrls"]);
    assert!(!explain("nginx").contains("widget") && !explain("caddy").contains("@page"));
}
