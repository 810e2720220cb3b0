//! Whatever an author types, every page, feed, sitemap and block of structured data stays well formed, and nothing
//! breaks out of the place it is written in.

use serde_json::Value;

use crate::built::Built;
use crate::html::Html;
use crate::project::Project;
use crate::xml::Element;

/// Texts that break out of something, or that no XML may hold.
const NASTY: [&str; 17] = [
    "</script ><script x>alert(1)//",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></head><script>alert(1)</script>",
    "\"onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "]]><script>alert(1)</script>",
    "<!-- <script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "{{ site.title }} {% raw %} {# x #}",
    "&lt;script&gt; &amp;amp; &#0; &nosuch; &",
    "a\u{0}b\u{1}c\u{8}d\u{b}e\u{c}f\u{1f}g\u{7f}h\u{85}i\u{9f}j\u{fffe}k\u{ffff}l",
    "\u{202e}drawkcab\u{202c} \u{200b}\u{feff}\u{2028}\u{2029}",
    "``` <b> ~~~ *_[](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><a href=\"javascript:alert(1)\">x</a>",
    "\\\"; alert(1); // \\u003cscript\\u003e ${alert(1)} `x`",
];

/// A text as YAML reads it, whatever it holds.
fn yaml(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            c if c.is_ascii_graphic() || c == ' ' => written.push(c),
            c => written.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    written + "\""
}

/// A site that says a text everywhere it can be said.
fn saying(text: &str) -> Project {
    let project = Project::new("");
    let said = yaml(text);
    project.write(
        "site.yaml",
        format!(
            "title: {said}\nbase_url: https://paper.example/\ndescription: {said}\n\
             sections: [{{ id: news, title: {said}, summary: {said} }}]\n\
             promos: [{{ text: {said}, url: /about/ }}]\norganization: {{ name: {said}, policies: {{ privacy: pages/about.md }} }}\n\
             comments: {{ email: letters@paper.example }}\n"
        ),
    );
    let keys = format!(
        "title: {said}\nsummary: {said}\nkicker: {said}\ndateline: {said}\n\
         authors: [jane]\ntopics: [wages]\nseries: [mill]\n\
         image: {{ src: a.svg, alt: {said}, caption: {said}, credit: {said} }}\n\
         sources: [{{ title: {said}, note: {said} }}]\ncorrections: [{{ date: 2026-06-15, text: {said} }}]\n"
    );
    project.article("a/index", &format!("{keys}date: 2026-06-14"), "Text.");
    project.article("b", &format!("title: {said}\ndate: 2026-06-13\nbyline: {said}\nseries: [mill]"), "Text.");
    project.write("content/articles/a/a.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>");
    project.write("content/authors/jane.md", format!("---\nname: {said}\nrole: {said}\nlinks: [{{ label: {said}, url: \"https://x.example/\" }}]\nfediverse: {said}\n---\n"));
    for (folder, id) in [("topics", "wages"), ("series", "mill")] {
        project.write(&format!("content/{folder}/{id}.md"), format!("---\ntitle: {said}\nsummary: {said}\n---\n"));
    }
    project.write("content/pages/about.md", format!("---\ntitle: {said}\nsummary: {said}\nmenu: header\n---\n"));
    project.write(
        "content/newsletters/weekly.md",
        format!("---\ntitle: {said}\nsummary: {said}\nfrequency: {said}\nconsent: {said}\nbutton: {said}\nprovider: {{ kind: netlify }}\n---\n"),
    );
    project
        .write("content/comments/a.yaml", format!("- {{ id: c1, author: {said}, date: 2026-06-15, text: {said} }}\n"));
    project
}

/// Expects that every file can be read by those it is for, and that nothing runs.
#[track_caller]
fn expect_harmless(built: &Built, text: &str) {
    built.expect_exit(0);
    for (path, bytes) in &built.files().0 {
        let Ok(file) = std::str::from_utf8(bytes) else { continue };
        let name = path.rsplit('/').next().unwrap_or_default();
        if path.starts_with("assets/") || name.ends_with(".svg") {
            continue;
        }
        let control = file.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert!(control.is_none(), "{path} holds {control:?} for {text:?}");
        match name.rsplit('.').next().unwrap_or_default() {
            "html" => expect_harmless_html(path, file, text),
            "xml" => {
                let root = Element::read(file);
                for item in root.children.iter().flat_map(|channel| channel.all("item")) {
                    expect_nothing_runs(path, &Html::read(item.text_of("content:encoded")), text);
                }
            }
            "json" | "webmanifest" => {
                let value: Value = serde_json::from_str(file).unwrap_or_else(|error| panic!("{path}: {error}"));
                for item in value["items"].as_array().into_iter().flatten() {
                    let html = item["content_html"].as_str().expect("a text");
                    expect_nothing_runs(path, &Html::read(html), text);
                }
            }
            _ => {}
        }
    }
}

#[track_caller]
fn expect_harmless_html(path: &str, file: &str, text: &str) {
    let html = Html::read(file);
    assert!(html.errors.is_empty(), "{path} for {text:?}: {:?}", html.errors);
    expect_nothing_runs(path, &html, text);
    for data in &html.data {
        let parsed: Result<Value, _> = serde_json::from_str(data);
        assert!(parsed.is_ok(), "{path} for {text:?}: {data}");
    }
    assert_eq!(
        html.all("html").count() + html.all("head").count() + html.all("body").count(),
        3,
        "{path} for {text:?}"
    );
    assert_eq!(html.all("title").count(), 1, "{path} for {text:?}");
}

#[track_caller]
fn expect_nothing_runs(path: &str, html: &Html, text: &str) {
    for tag in &html.tags {
        let is_data = tag.get("type") == Some("application/ld+json") || tag.get("src").is_some();
        let runs = tag.name == "script" && !is_data
            || tag.attributes.iter().any(|(name, _)| name.starts_with("on"))
            || tag.attributes.iter().any(|(_, value)| value.trim().to_lowercase().starts_with("javascript:"));
        assert!(!runs, "{path} for {text:?}: {tag:?}");
    }
}

#[test]
fn whatever_front_matter_holds_everything_stays_well_formed() {
    for text in NASTY {
        let project = saying(text);
        expect_harmless(&project.build(), text);
    }
}

#[test]
fn whatever_front_matter_holds_is_shown_as_it_is_written() {
    for text in [NASTY[1], NASTY[4], NASTY[9], NASTY[10], NASTY[14]] {
        let project = saying(text);
        project.settings(
            "markdown: { smart_punctuation: false }\norganization: { policies: { privacy: pages/about.md } }",
        );
        let built = project.build();
        let html = Html::read(&built.file("news/2026/06/a/index.html"));
        assert!(html.text.contains(text), "{text:?} is not in {}", html.text);
        let feed: Value = serde_json::from_str(&built.file("feed.json")).expect("a feed is JSON");
        assert_eq!(feed["items"][0]["title"], text);
        let rss = Element::read(&built.file("feed.xml"));
        assert_eq!(rss.one("channel").all("item").next().expect("an item").text_of("title"), text);
    }
}

#[test]
fn whatever_a_text_holds_everything_stays_well_formed() {
    for text in NASTY {
        let project = Project::new("");
        project.settings("markdown: { raw_html: false }");
        project.article(
            "a",
            "date: 2026-06-14",
            &format!("## {text}\n\n{text}\n\n> {text}\n\n`{text}`\n\n| a |\n|---|\n| {text} |\n"),
        );
        project.article("b", "date: 2026-06-14", &format!("::: fact-box {{title={}}}\n{text}\n:::\n", quoted(text)));
        let built = project.build();
        if built.run.code == 0 {
            expect_harmless(&built, text);
        } else {
            built.expect_exit(1);
        }
    }
}

/// A block's argument in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[test]
fn scripts_in_html_of_authors_stay_and_urls_that_run_scripts_do_not() {
    let project = Project::new("");
    for url in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:x",
        "data:text/html,alert",
    ] {
        for text in [
            format!("[x](<{url}>)"),
            format!("<a href=\"{url}\">x</a>"),
            format!("<{url}>"),
            format!("![x](<{url}>)"),
            format!("<iframe src=\"{url}\"></iframe>"),
            format!("<form action=\"{url}\"></form>"),
            format!("[x]\n\n[x]: <{url}>"),
        ] {
            project.article("a", "date: 2026-06-14", &text);
            let built = project.build();
            if built.run.code == 0 {
                expect_nothing_runs(&text, &Html::read(&built.file("news/2026/06/a/index.html")), &text);
                let held = Html::read(&built.file("news/2026/06/a/index.html"));
                let risky = held.urls().into_iter().find(|(_, _, to)| to.trim_start().starts_with("data:text"));
                assert!(risky.is_none(), "{text}: {risky:?}");
            } else {
                built.expect_exit(1);
            }
        }
    }
}

#[test]
fn comments_of_readers_hold_no_markup_of_theirs() {
    for text in NASTY {
        let project = Project::new("");
        project.article("a", "date: 2026-06-14", "Text.");
        let said = yaml(&format!(
            "{text}\n\n[x](javascript:alert(1)) <iframe src=\"https://x.example/\"></iframe> ![p](https://x.example/p.png) <style>*{{}}</style>"
        ));
        project.write(
            "content/comments/a.yaml",
            format!("- {{ id: c1, author: A, date: 2026-06-15, text: {said}, url: \"javascript:alert(1)\" }}\n"),
        );
        let built = project.build();
        expect_harmless(&built, text);
        let html = Html::read(&built.file("news/2026/06/a/index.html"));
        assert_eq!(html.all("iframe").count(), 0);
        let foreign = html.urls().into_iter().find(|(tag, _, to)| *tag == "img" && to.contains("x.example"));
        assert!(foreign.is_none(), "a comment makes pages ask other hosts: {foreign:?}");
    }
}

#[test]
fn footnotes_of_an_article_and_of_its_author_have_ids_of_their_own() {
    let project = Project::new("");
    let text = "Text.[^1] Again.[^1]\n\n[^1]: A note.\n";
    project.write("content/authors/jane.md", format!("---\nname: Jane\n---\n\n{text}"));
    project.write("content/pages/about us.md", format!("---\ntitle: About\n---\n\n{text}"));
    project.article("jane", "date: 2026-06-01\nauthors: [jane]", text);
    let built = project.build();
    built.expect_clean();
    for page in ["news/2026/06/jane/index.html", "about-us/index.html"] {
        let html = Html::read(&built.file(page));
        let ids: Vec<&str> = html.tags.iter().filter_map(|tag| tag.get("id")).collect();
        assert_eq!(html.ids().len(), ids.len(), "{page}: {ids:?}");
        assert!(
            ids.iter().any(|id| id.starts_with("fn-")) && !ids.iter().any(|id| id.contains(' ')),
            "{page}: {ids:?}"
        );
    }
}
