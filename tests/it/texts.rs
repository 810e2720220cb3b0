//! Errors in the texts of authors, each reported at its location.

use serde_json::Value;

use crate::built::Built;
use crate::project::Project;

const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>";

/// The diagnostics of a build, each as `level file:line: message; help`.
fn diagnostics_of(built: &Built) -> Vec<String> {
    let word = |reported: &Value, key: &str| reported[key].as_str().unwrap_or_default().to_owned();
    let line = |reported: &Value| {
        let (level, file, message) = (word(reported, "level"), word(reported, "file"), word(reported, "message"));
        let name = file.rsplit('/').next().unwrap_or_default();
        format!("{level} {name}:{}: {message}; {}", reported["line"], word(reported, "help"))
    };
    built.diagnostics.iter().map(line).collect()
}

#[test]
fn images_from_the_root_that_are_not_there_are_errors() {
    let project = Project::new(&format!(
        "
        -- static/images/hall.svg --
        {SVG}
        -- content/authors/ana.md --
        ---
        name: Ana
        image: {{ src: /images/ana.svg, alt: Ana }}
        ---
        -- content/topics/heat.md --
        ---
        title: Heat
        image: {{ src: /images/Hall.svg, alt: A hall }}
        ---
        -- content/articles/strike/index.md --
        ---
        title: Strike
        date: 2026-06-01
        ---

        ![P](picket.svg)
        -- content/articles/strike/picket.svg --
        {SVG}
        -- content/articles/later/index.md --
        ---
        title: Later
        date: 2026-07-01
        ---
        -- content/articles/later/plan.svg --
        {SVG}
        "
    ));
    project.article("a", "date: 2026-06-01\nauthors: [ana]\ntopics: [heat]\nimage: { src: /none/x.png, alt: X }", "");
    project.article(
        "b",
        "date: 2026-06-02",
        "![a](/images/hal.svg)\n\n::: figure {src=\"/picket.svg\" alt=\"b\"}\n:::\n\n\
         ![c](/news/2026/07/later/plan.svg)\n\n![d](/news/)\n\n![e](zzz.svg)",
    );
    project.article("c", "date: 2026-06-02", "![a](/images/hall.svg) ![b](/news/2026/06/strike/picket.svg)");
    let built = project.build();
    let near = "did you mean `/images/hall.svg`?";
    let put = "put the file beside the text, or into `static/`";
    let expected = [
        format!("error a.md:6: `/none/x.png` is not a file of this site; {put}"),
        format!("error b.md:6: `/images/hal.svg` is not a file of this site; {near}"),
        "error b.md:8: `/picket.svg` is not a file of this site; did you mean `strike/picket.svg`?".to_owned(),
        "note b.md:11: `/news/2026/07/later/plan.svg` is not published, so it is not shown; \
         the image is shown once it is published"
            .to_owned(),
        format!("error b.md:13: `/news/` is not a file of this site; {put}"),
        format!("error b.md:15: there is no file `content/articles/zzz.svg`; {put}"),
        format!("error ana.md:3: `/images/ana.svg` is not a file of this site; {put}"),
        format!("error heat.md:3: `/images/Hall.svg` is not a file of this site; {near}"),
    ];
    assert_eq!(diagnostics_of(&built), expected);
    built.expect_exit(1);
}

#[test]
fn links_that_lead_nowhere_get_advice_that_helps() {
    let project = Project::new(
        "
        -- content/pages/about.md --
        ---
        title: About
        ---
        ",
    );
    project.article("b", "date: 2026-06-01\ntopics: [housing]", "");
    project.settings("taxonomies: { topics: open }\n");
    let cases = [
        ("/content/pages/about.md", "did you mean `../pages/about.md`?"),
        ("/files/x.pdf", "put the file into `static/`, as `static/files/x.pdf`, or beside the text"),
        ("../pages/about", "did you mean `../pages/about.md`?"),
        ("../pages/about.html", "did you mean `../pages/about.md`?"),
        ("../topics/housing.md", "add that file, or link to `/topics/housing/`"),
        ("../../nowhere/at/all.md", "write links from this file's own folder, for example `../2024/strike.md`"),
        (
            "/nowhere/at/all/",
            "link to the other text's file, for example `../2024/strike.md`, and the link stays valid",
        ),
    ];
    let text: String = cases.iter().map(|(to, _)| format!("[x]({to})\n")).collect();
    project.article("a", "date: 2026-06-01", &text);
    let built = project.build();
    let mut errors: Vec<&Value> = built.diagnostics.iter().filter(|reported| reported["level"] == "error").collect();
    errors.sort_by_key(|reported| reported["line"].as_u64());
    for ((to, help), reported) in cases.iter().zip(&errors) {
        assert_eq!(reported["help"], *help, "{to}");
    }
    assert_eq!(errors.len(), cases.len());
}

#[test]
fn empty_blocks_are_built_and_reported() {
    let project = Project::new("");
    let names = ["fact-box", "key-points", "timeline", "pull-quote", "call-to-action", "newsletter"];
    let text: String = names.iter().map(|name| format!("::: {name}\n:::\n\n")).collect();
    project.article("a", "date: 2026-06-01", &text);
    let built = project.build();
    built.expect_exit(0).expect_file("news/2026/06/a/index.html", ["class=\"fact-box\"", "class=\"timeline\""]);
    for name in &names[..4] {
        built.expect_warning(&format!("the block `{name}` is empty"));
    }
    built.expect_warning("this site has no newsletter, so the block shows nothing");
    assert_eq!(built.diagnostics.len(), 5, "{:#?}", built.diagnostics);
}

#[test]
fn block_of_a_missing_newsletter_leaves_nothing_in_feeds() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Before.\n\n::: newsletter\n:::\n\nAfter.");
    let feed = project.build().file("feed.xml");
    let text = feed.split_once("Before.").and_then(|(_, rest)| rest.split_once("After.")).expect("the text").0;
    assert!(!text.contains("href"), "{text}");
}

const LOADS: &str = "<iframe src=\"https://v.example/x\"></iframe>\n\n<iframe src=\"https://v.example/y\"></iframe>\n\n\
     <video src=\"clip.mp4\"></video>\n\n<b style=\"color:red\" onclick=\"x()\">a</b>\n\n\
     ![m](https://maps.example/a.png)\n\n<script src=\"https://v.example/x.js\"></script>";

#[test]
fn hosts_that_a_page_asks_are_reported_unless_the_settings_name_them() {
    let project = Project::new("");
    project.write("content/articles/clip.mp4", "").article(
        "a",
        "date: 2026-06-01",
        &format!("{LOADS}\n![o](https://paper.example/feed.xml)"),
    );
    let built = project.build();
    let expected = [
        "warning a.md:6: this page requests something from `https://v.example` when it is opened; link to it, or \
         allow it in site.yaml: `security: { allow: { script-src: [https://v.example], frame-src: [https://v.example] } }`",
        "warning a.md:14: this page requests something from `https://maps.example` when it is opened; put the image \
         beside the text, or allow it in site.yaml: `security: { allow: { img-src: [https://maps.example] } }`",
    ];
    assert_eq!(diagnostics_of(&built), expected);
    project.settings(
        "
        security:
          allow: { script-src: [https://v.example], frame-src: [https://v.example], img-src: [https://maps.example] }
        ",
    );
    project.build().expect_clean();
}

#[test]
fn what_the_policy_keeps_from_a_page_is_reported() {
    let project = Project::new("");
    project.write("content/articles/clip.mp4", "").article("a", "date: 2026-06-01", LOADS);
    project.settings("security: { headers: true }\n");
    let built = project.build();
    let allow = |rules: &str| format!("allow it in site.yaml: `security: {{ allow: {{ {rules} }} }}`");
    let expected = [
        format!(
            "warning a.md:6: the site's Content-Security-Policy forbids `https://v.example` on this page; link to it, or {}",
            allow("script-src: [https://v.example], frame-src: [https://v.example]")
        ),
        format!(
            "warning a.md:12: the site's Content-Security-Policy forbids scripts in the HTML of a text; put it into a file of \
             `static/`, and {}",
            allow("script-src: [\"'self'\"]")
        ),
        format!(
            "warning a.md:14: this page requests something from `https://maps.example` when it is opened; put the image \
             beside the text, or {}",
            allow("img-src: [https://maps.example]")
        ),
    ];
    assert_eq!(diagnostics_of(&built), expected);
    built.expect_file("_headers", ["media-src 'self'", "img-src 'self' https://maps.example"]);
    project.write("static/_headers", "/*\n  X-Frame-Options: DENY\n");
    assert_eq!(project.build().diagnostics.len(), 2);
}

#[test]
fn fragments_of_files_are_found_as_other_programs_write_them() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "## Sección única");
    project.article("b", "date: 2026-06-01", "[x](a.md#sección-única) [y](#Übung)\n\n## Übung");
    let built = project.build();
    built.expect_clean();
    built.expect_file("news/2026/06/b/index.html", ["/a/#seccion-unica\">x", "href=\"#ubung\">y"]);
}

#[test]
fn errors_in_unfinished_texts_are_left_alone() {
    let text = "![](x.png) [a](javascript:x) [b](nowhere.md)\n\n::: fact-box\n\n> [!FOO]\n> c";
    let project = Project::new("");
    project.article("draft", "date: 2026-06-01\ndraft: true", text);
    project.article("over", "date: 2026-06-01\nexpires: 2026-06-10", text);
    project.write("content/pages/page.md", format!("---\ntitle: P\ndraft: true\n---\n\n{text}\n"));
    project.article("a", "date: 2026-06-01", "[d](draft.md)");
    for _ in 0..2 {
        let built = project.build();
        built.expect_exit(0).only("`content/articles/draft.md` is not published");
        assert_eq!(built.diagnostics.len(), 1, "{:#?}", built.diagnostics);
    }
    project.build_args(&["--drafts"]).expect_exit(1);
    project.build_args(&["--as-of", "2026-06-05"]).expect_exit(1).expect_error(
        "link",
        "content/articles/over.md",
        7,
        16,
        "`javascript:`",
    );
    project.edit("content/articles/draft.md", "draft: true", "drft: true");
    project.build().expect_exit(1).only("unknown key");
}

#[test]
fn links_to_the_site_itself_are_checked_when_they_are_written_in_full() {
    let project = Project::new("-- content/pages/about.md --\n---\ntitle: About\n---\n");
    project.article(
        "a",
        "date: 2026-06-01",
        "[x](https://paper.example/abuot/) [y](https://paper.example/about/#x)\n<a href=\"https://paper.example/no/\">z</a>\n\
         https://paper.example/about https://paper.example/nope/ https://paper.example.org/nope/ https://paper.example",
    );
    let built = project.build();
    let expected = [
        "warning a.md:6: `/abuot/` is not a URL of this site; did you mean `/about/`?",
        "warning a.md:7: `/no/` is not a URL of this site; link to the other text's file, for example \
         `../2024/strike.md`, and the link stays valid",
        "warning a.md:8: `/nope/` is not a URL of this site; link to the other text's file, for example \
         `../2024/strike.md`, and the link stays valid",
    ];
    assert_eq!(diagnostics_of(&built), expected);
    built.expect_exit(0).expect_file("news/2026/06/a/index.html", ["href=\"https://paper.example/abuot/\" rel"]);
}

#[test]
fn root_links_to_unpublished_pages_start_to_work_by_themselves() {
    let project = Project::new("-- content/pages/soon.md --\n---\ntitle: Soon\ndraft: true\n---\n");
    project.write("content/articles/later/index.md", "---\ntitle: Later\ndate: 2026-07-01\n---\n");
    project.write("content/articles/later/plan.svg", SVG);
    let text = "[x](/news/2026/07/later/) ![p](/news/2026/07/later/plan.svg) [y](/soon)";
    project.article("a", "date: 2026-06-01\nimage: { src: /news/2026/07/later/plan.svg, alt: P }", text);
    let built = project.build();
    built.expect_exit(0).expect_absent_everywhere("2026/07/later").expect_absent_everywhere("plan.svg");
    built.expect_absent_everywhere("/soon");
    assert_eq!(built.diagnostics.len(), 4, "{:#?}", built.diagnostics);
    let later = project.build_args(&["--as-of", "2026-07-02", "--drafts"]);
    later.expect_clean().expect_file("news/2026/06/a/index.html", ["/news/2026/07/later/plan.svg", "/soon\">y"]);
    project.write("content/pages/soon.md", "---\ntitle: Soon\naliases: [/news/2026/07/later/]\n---\n");
    project.article("a", "date: 2026-06-01", "[x](/news/2026/07/later/)");
    project.build().expect_clean().expect_file("news/2026/06/a/index.html", ["<a href=\"/news/2026/07/later/\">x"]);
}
