//! What the output has for the hosts of a site's targets, and only for them.

use crate::project::Project;

/// A site with an article that has an old URL, and these settings.
fn site(settings: &str) -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\naliases: [/old/, \"/b c$d/\"]", "Text.");
    project.settings(settings);
    project
}

/// The files that hosts read.
const FILES: [&str; 6] = ["_headers", "_redirects", ".nojekyll", "CNAME", "vercel.json", "staticwebapp.config.json"];

/// Expects these of the files for hosts, and no others.
#[track_caller]
fn check(targets: &str, expected: &[&str]) {
    let project = site(&format!("publish: {{ {targets} }}"));
    let output = {
        project.build().expect_clean();
        project.output()
    };
    let found: Vec<&str> = FILES.into_iter().filter(|file| output.0.contains_key(*file)).collect();
    assert_eq!(found, expected, "{targets}");
    let without = site("");
    without.build().expect_clean();
    let without = without.output();
    for (path, bytes) in &output.0 {
        assert!(FILES.contains(&&**path) || without.0.get(path) == Some(bytes), "{targets}: {path}");
    }
}

#[test]
fn netlify_gets_headers_and_redirects() {
    let project = site("publish: { live: { kind: netlify, site: my-paper } }");
    let built = project.build();
    built.expect_clean();
    assert_eq!(
        built.file("_headers"),
        "/*\n  Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\n  \
         Referrer-Policy: strict-origin-when-cross-origin\n  X-Content-Type-Options: nosniff\n  \
         Permissions-Policy: camera=(), geolocation=(), microphone=(), usb=()\n  \
         Strict-Transport-Security: max-age=31536000\n\
         /assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    );
    assert_eq!(built.file("_redirects"), "/b%20c$d/ /news/2026/06/a/ 301!\n/old/ /news/2026/06/a/ 301!\n");
    project.build().expect_idle();
}

#[test]
fn each_host_gets_what_it_reads_and_no_more() {
    check("a: { kind: github-pages }", &[".nojekyll", "CNAME"]);
    check("a: { kind: gitlab-pages }", &["_redirects"]);
    check("a: { kind: cloudflare, project: paper }", &["_headers", "_redirects"]);
    check("a: { kind: vercel }", &["vercel.json"]);
    check("a: { kind: azure }", &["staticwebapp.config.json"]);
    check("a: { kind: s3, bucket: paper }, b: { kind: rsync, host: paper.example, path: /srv/paper }", &[]);
    check("a: { kind: folder, path: /srv/paper }, b: { kind: git, remote: origin, branch: pages }", &[]);
    check(
        "a: { kind: netlify, site: paper }, b: { kind: github-pages }",
        &["_headers", "_redirects", ".nojekyll", "CNAME"],
    );
}

#[test]
fn redirect_from_a_page_is_written_as_all_readers_know_it() {
    let netlify = "publish: { a: { kind: netlify, site: x } }";
    site(netlify).build().expect_file("_redirects", ["/old/ /news/2026/06/a/ 301!\n"]);
    let both = "publish: { a: { kind: netlify, site: x }, b: { kind: cloudflare, project: x } }";
    site(both).build().expect_file("_redirects", ["/old/ /news/2026/06/a/ 301\n"]);
}

#[test]
fn domain_of_the_site_is_named_to_github() {
    let project = site("publish: { live: { kind: github-pages } }");
    project.build().expect_file(".nojekyll", []);
    assert_eq!(project.build().file("CNAME"), "paper.example\n");
    for other in ["https://me.github.io/", "https://me.github.io/paper/", "https://paper.example/weekly/"] {
        project.build_args(&["--base-url", other]).expect_exit(0).expect_no_file("CNAME");
    }
}

#[test]
fn files_for_vercel_and_azure_have_headers_caching_and_redirects() {
    let project = site("publish: { a: { kind: vercel }, b: { kind: azure } }");
    let built = project.build();
    built.expect_clean();
    let json = |file: &str| serde_json::from_str::<serde_json::Value>(&built.file(file)).unwrap();
    let (vercel, azure) = (json("vercel.json"), json("staticwebapp.config.json"));
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; \
                  form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(vercel["headers"][0]["source"], "/(.*)");
    assert_eq!(vercel["headers"][0]["headers"][0]["value"], policy);
    assert_eq!(vercel["headers"][0]["headers"][5]["value"], "public, max-age=0, must-revalidate");
    assert_eq!(vercel["headers"][1]["source"], "/assets/(.*)");
    assert_eq!(vercel["headers"][1]["headers"][0]["value"], "public, max-age=31536000, immutable");
    assert_eq!(vercel["redirects"][0]["source"], "/b%20c\\$d/");
    assert_eq!(vercel["redirects"][1]["destination"], "/news/2026/06/a/");
    assert_eq!(azure["globalHeaders"]["Content-Security-Policy"], policy);
    assert_eq!(azure["globalHeaders"]["Strict-Transport-Security"], "max-age=31536000");
    assert_eq!(
        azure["routes"][1],
        serde_json::json!({ "route": "/old/", "redirect": "/news/2026/06/a/", "statusCode": 301 })
    );
    assert_eq!(azure["routes"][2]["route"], "/assets/*");
}

#[test]
fn own_file_of_a_host_wins() {
    let project = site("publish: { live: { kind: netlify, site: my-paper } }");
    project.write("static/_headers", "/*\n  X-Frame-Options: DENY\n").write("static/_redirects", "/a /b 302\n");
    let built = project.build();
    built.expect_clean().expect_file("_redirects", ["/a /b 302"]);
    assert_eq!(built.file("_headers"), "/*\n  X-Frame-Options: DENY\n");
}

#[test]
fn only_fingerprinted_files_are_kept_for_a_year() {
    let project = site("publish: { live: { kind: netlify, site: my-paper } }");
    project.write("static/assets/map.txt", "A map.");
    let built = project.build();
    let headers = built.file("_headers");
    assert!(!headers.contains("/assets/*") && !headers.contains("map.txt"), "{headers}");
    let fingerprinted = built.files().0.keys().filter(|path| path.starts_with("assets/")).count() - 1;
    assert_eq!(headers.matches("immutable").count(), fingerprinted);
}

#[test]
fn what_the_policy_for_a_host_blocks_is_reported() {
    let project = site("publish: { live: { kind: netlify, site: my-paper } }");
    project.article("b", "date: 2026-06-01", "<p style=\"color: red\">Text.</p>");
    project.build().expect_warning("Content-Security-Policy forbids styles");
    project.settings("publish: { live: { kind: github-pages } }");
    project.build().expect_clean();
}

#[test]
fn strict_transport_is_for_sites_with_https() {
    let project = site("publish: { live: { kind: netlify, site: my-paper } }");
    let built = project.build_args(&["--base-url", "http://paper.example/weekly/"]);
    built.expect_exit(0).expect_file_without("_headers", ["Strict-Transport-Security"]);
    built.expect_file("_headers", ["/weekly/*\n", "/weekly/assets/*\n"]);
    built.expect_file("_redirects", ["/weekly/old/ /weekly/news/2026/06/a/ 301!\n"]);
}

#[test]
fn targets_are_checked_and_their_secrets_never_shown() {
    let key = format!("nfp_{}", "0123456789abcdef".repeat(2));
    let project = site(&format!("publish:\n  live: {{ kind: netlify, site: {key} }}\n  test: {{ kind: netlfy }}\n"));
    let built = project.build();
    built.expect_exit(1);
    let secret = built.only("the value of `site` looks like a token of Netlify");
    assert!(!secret.to_string().contains(&key), "{secret}");
    assert_eq!(secret["file"], "site.yaml");
    let unknown = built.only("there is no host `netlfy`");
    assert_eq!((&unknown["help"], &unknown["file"]), (&"did you mean `netlify`?".into(), &"site.yaml".into()));
}

#[test]
fn configuration_of_a_server_is_printed() {
    let project = site("");
    for (server, parts) in [
        ("nginx", ["location \"/\" {", "location ^~ \"/assets/\" {", "return 301 \"/news/2026/06/a/\";"]),
        ("caddy", ["@site path \"/*\"", "@immutable path \"/assets/*\"", "redir @old1 \"/news/2026/06/a/\" 301"]),
    ] {
        let run = project.run(&["explain", "--host", server, "--as-of", crate::project::NOW]);
        run.expect_exit(0);
        for part in parts {
            assert!(run.stdout.contains(part), "{server} lacks {part}: {}", run.stdout);
        }
    }
    project.run(&["explain", "--host", "apache"]).expect_exit(2);
}

#[test]
fn nothing_unpublished_is_in_files_for_hosts() {
    let project = site("publish: { a: { kind: netlify, site: x }, b: { kind: vercel }, c: { kind: azure } }");
    for (name, keys) in [
        ("marrowlight-1", "date: 2026-06-01\nexpires: 2026-06-02\naliases: [/marrowlight-2/]"),
        ("marrowlight-3", "date: 2026-06-01\ndraft: true\naliases: [/marrowlight-4/]"),
        ("marrowlight-5", "date: 2027-06-01\naliases: [/marrowlight-6/]"),
    ] {
        project.article(name, keys, "Text.");
    }
    project.build().expect_exit(0).expect_absent_everywhere("marrowlight");
}
