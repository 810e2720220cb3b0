//! Readers' comments as files: threads, counts, states, and how to send one in.

use crate::html::Html;
use crate::project::Project;

const PAGE: &str = "news/2026/06/a/index.html";

fn sample_site() -> Project {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    project
}

fn comment(id: &str, keys: &str) -> String {
    format!("- {{ id: {id}, author: Reader {id}, text: Said {id}., {keys} }}\n")
}

/// The texts that a page says, in the order in which it says them.
#[track_caller]
fn expect_in_order(page: &str, texts: &[&str]) {
    let mut at = 0;
    for text in texts {
        at += page[at..].find(text).unwrap_or_else(|| panic!("no {text:?} behind the others of {texts:?} in\n{page}"));
    }
}

#[test]
fn article_without_comments_shows_that_there_are_none() {
    sample_site().build().expect_clean().expect_file(PAGE, ["No comments yet"]);
}

#[test]
fn comments_are_threaded_and_in_the_order_of_their_times() {
    let project = sample_site();
    let comments = [
        comment("c3", "date: 2026-06-04"),
        comment("c2", "date: 2026-06-05, reply_to: c1"),
        comment("c1", "date: 2026-06-02, url: \"https://reader.example/\""),
        comment("c5", "date: 2026-06-06, reply_to: c2"),
        comment("c4", "date: 2026-06-03, reply_to: c1"),
    ];
    project.write("content/comments/a.yaml", comments.concat());
    let built = project.build();
    built.expect_clean().expect_file(PAGE, ["https://reader.example/"]);
    expect_in_order(&built.file(PAGE), &["Said c1.", "Said c4.", "Said c2.", "Said c5.", "Said c3."]);
    let html = Html::read(&built.file(PAGE));
    assert!(html.ids().iter().filter(|id| id.contains("c2")).count() == 1, "{:?}", html.ids());
}

#[test]
fn comments_are_counted_on_cards_and_in_structured_data() {
    let project = sample_site();
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02") + &comment("c2", "date: 2026-06-03"));
    project.article("b", "date: 2026-06-01", "Text.");
    let built = project.build();
    built.expect_file("news/index.html", ["2 comments"]).expect_file(PAGE, ["\"commentCount\":2", "2 comments"]);
    built.expect_file_without("news/2026/06/b/index.html", ["commentCount"]);
}

#[test]
fn closed_articles_keep_their_comments_and_take_no_more() {
    let project = sample_site();
    project.settings("comments: { form: \"https://forms.example/c\" }");
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02"));
    let forms = |page: &str| Html::read(page).all("form").count();
    assert_eq!(forms(&project.build().file(PAGE)), 1);
    project.article("a", "date: 2026-06-01\ncomments: closed", "Text.");
    let built = project.build();
    built.expect_clean().expect_file(PAGE, ["Said c1."]);
    assert_eq!(forms(&built.file(PAGE)), 0);
}

#[test]
fn articles_with_comments_off_show_none_and_no_way_to_send_one() {
    let project = sample_site();
    project.settings("comments: { email: letters@paper.example, default: \"off\" }");
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02"));
    let built = project.build();
    built.expect_clean().expect_absent_everywhere("Said c1.").expect_absent_everywhere("letters@paper.example");
    built.expect_absent_everywhere("1 comment").expect_absent_everywhere("commentCount");
    project.article("a", "date: 2026-06-01\ncomments: open", "Text.");
    project.build().expect_clean().expect_file(PAGE, ["Said c1.", "letters@paper.example"]);
    project.settings("comments: { provider: none, email: letters@paper.example }");
    project.build().expect_clean().expect_absent_everywhere("Said c1.");
}

#[test]
fn readers_learn_how_to_send_a_comment() {
    let project = sample_site();
    project.settings("comments: { email: letters@paper.example }");
    let built = project.build();
    let html = Html::read(&built.file(PAGE));
    let mail = html.urls().into_iter().find(|(_, _, to)| to.starts_with("mailto:letters@paper.example"));
    assert!(mail.is_some_and(|(_, _, to)| to.contains("news/2026/06/a")), "{mail:?}");
    project.settings("comments: { form: \"https://forms.example/c?list=1&x=2\" }");
    let built = project.build();
    let html = Html::read(&built.file(PAGE));
    let form = html.all("form").next().expect("a form");
    assert_eq!((form.get("action"), form.get("method")), (Some("https://forms.example/c?list=1&x=2"), Some("post")));
    let hidden = html.all("input").find(|tag| tag.get("name") == Some("article")).and_then(|tag| tag.get("value"));
    assert_eq!(hidden, Some("https://paper.example/news/2026/06/a/"));
}

#[test]
fn markdown_of_readers_is_restricted() {
    let project = sample_site();
    let text = "*Well* **said**.\\n\\n> Quoted\\n\\n- one\\n- two\\n\\n# Loud\\n\\n<b>bold</b> [link](https://x.example/) <script>x</script>";
    project
        .write("content/comments/a.yaml", format!("- {{ id: c1, author: A, date: 2026-06-02, text: \"{text}\" }}\n"));
    let built = project.build();
    built.expect_clean().expect_file(PAGE, ["<em>Well</em>", "<strong>said</strong>", "<blockquote>", "<li>one</li>"]);
    let html = Html::read(&built.file(PAGE));
    assert_eq!(html.all("h1").count(), 1, "a reader makes no headline");
    let link = html.all("a").find(|tag| tag.get("href") == Some("https://x.example/")).expect("the link");
    let rel = link.get("rel").unwrap_or_default();
    assert!(rel.contains("nofollow") && rel.contains("noopener"), "{rel}");
}

#[test]
fn comments_follow_an_article_to_its_new_name_by_its_slug() {
    let project = sample_site();
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02"));
    project.rename("content/articles/a.md", "content/articles/2026/renamed.md");
    project.build().expect_warning("no article has the slug `a`");
    project.edit("content/articles/2026/renamed.md", "date:", "slug: a\ndate:");
    project.build().expect_clean().expect_file(PAGE, ["Said c1."]);
}

#[test]
fn errors_in_threads_are_reported_at_their_place() {
    let project = sample_site();
    let comments = [
        comment("c1", "date: 2026-06-02, reply_to: c9"),
        comment("c1", "date: 2026-06-02"),
        comment("c3", "date: 2026-06-02, reply_to: c4"),
        comment("c4", "date: 2026-06-02, reply_to: c3"),
        comment("\"c 5\"", "date: 2026-06-02"),
        comment("c6", "date: 2026-06-02, reply_to: c6"),
    ];
    project.write("content/comments/a.yaml", comments.concat());
    let built = project.build();
    let file = "content/comments/a.yaml";
    built.expect_exit(1).expect_error("comments", file, 1, 76, "`reply_to` names `c9`");
    built.expect_error("comments", file, 2, 9, "the id `c1` is used twice");
    built.expect_error("comments", file, 3, 76, "the comment `c3` answers itself in the end");
    built.expect_error("comments", file, 4, 76, "the comment `c4` answers itself in the end");
    built.expect_error("comments", file, 5, 9, "the id `c 5` may hold only");
    built.expect_error("comments", file, 6, 76, "the comment `c6` answers itself in the end");
}

#[test]
fn unsafe_links_of_readers_are_removed_and_reported() {
    let project = sample_site();
    let reported = [
        comment("c1", "date: 2026-06-02, url: reader.example"),
        comment("c2", "date: 2026-06-03, url: \"javascript:alert(1)\""),
        "- { id: c3, author: A, date: 2026-06-04, text: \"[x](javascript:alert(2)) and [y](/about/) <z@x.example>\" }\n"
            .to_owned(),
        comment("c4", "date: 2026-06-05, url: \"HTTPS://reader.example/\""),
    ];
    project.write("content/comments/a.yaml", reported.concat());
    let built = project.build();
    built.expect_exit(0).expect_file(PAGE, ["HTTPS://reader.example/", "mailto:z@x.example", "x and y"]);
    built.expect_file_without(PAGE, ["javascript:", "href=\"reader.example"]);
    for (line, column, text) in [
        (1, 71, "`reader.example` is not a web URL"),
        (2, 71, "`javascript:alert(1)` is not a web URL"),
        (3, 48, "the link to `javascript:alert(2)`"),
        (3, 48, "the link to `/about/`"),
    ] {
        let reported = built.only(text);
        assert_eq!(
            (reported["line"].as_u64(), reported["column"].as_u64()),
            (Some(line), Some(column)),
            "{reported:#}"
        );
        assert!(reported["level"] == "warning" && reported["help"].is_string(), "{reported:#}");
    }
    assert_eq!(built.diagnostics.len(), 4, "{:#?}", built.diagnostics);
}

const GISCUS: &str = "{ kind: giscus, repo: elm/talk, repo_id: R_1, category: Open, category_id: D_2 }";

/// The hosts that a page names in an attribute that loads something.
fn loads_elsewhere(html: &Html) -> Vec<String> {
    let loading = html.urls().into_iter().filter(|(tag, name, _)| *tag != "a" && *name != "content");
    let hosts = loading.map(|(_, _, to)| to).filter(|to| to.contains("//"));
    hosts.filter(|to| !to.contains("paper.example") && !to.contains("schema.org")).map(|to| to.to_owned()).collect()
}

#[test]
fn comment_provider_gets_no_request_before_the_reader_asks() {
    let project = sample_site();
    for (provider, host) in [
        (GISCUS, "giscus.app"),
        ("{ kind: utterances, repo: elm/talk }", "utteranc.es"),
        ("{ kind: isso, host: \"https://talk.example\" }", "talk.example"),
        ("{ kind: remark42, host: \"https://talk.example\", site_id: elm }", "talk.example"),
    ] {
        project.settings(&format!("comments: {{ provider: {provider}, email: letters@paper.example }}"));
        let built = project.build();
        let load = format!("Load the comments from {host}");
        built.expect_clean().expect_file(PAGE, [&*load, "then learn", "your IP address", "<noscript>"]);
        built.expect_file_without(PAGE, ["letters@paper.example", "No comments yet"]);
        let html = Html::read(&built.file(PAGE));
        assert_eq!(loads_elsewhere(&html), Vec::<String>::new(), "{provider}");
        let scripts: Vec<_> = html.all("script").filter_map(|tag| tag.get("src").map(str::to_owned)).collect();
        assert!(scripts.len() == 1 && scripts[0].starts_with("/assets/comments."), "{scripts:?}");
        assert!(Html::read(&built.file("index.html")).all("script").all(|tag| tag.get("src").is_none()));
    }
}

#[test]
fn comments_in_files_are_shown_whatever_the_provider() {
    let project = sample_site();
    project.settings(&format!("comments: {{ provider: {GISCUS} }}"));
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02"));
    project.build().expect_clean().expect_file(PAGE, ["Said c1.", "1 comment", "data-embed"]);
    project.article("a", "date: 2026-06-01\ncomments: closed", "Text.");
    let built = project.build();
    built.expect_clean().expect_file(PAGE, ["Said c1.", "1 comment", "are closed"]);
    built.expect_file_without(PAGE, ["data-embed", "comments.js", "giscus"]);
    project.article("a", "date: 2026-06-01\ncomments: \"off\"", "Text.");
    project.build().expect_clean().expect_file_without(PAGE, ["Said c1.", "data-embed", "<script src"]);
}

#[test]
fn errors_of_a_provider_are_reported_at_their_place() {
    let project = sample_site();
    project.settings("comments:\n  provider:\n    kind: giscus\n    repo: elm\n    theem: dark\n");
    let built = project.build();
    built.expect_exit(1).expect_error("settings", "site.yaml", 6, 11, "`repo` takes a repository");
    built.expect_error("settings", "site.yaml", 7, 5, "the provider `giscus` has no setting `theem`");
    built.expect_error("settings", "site.yaml", 5, 5, "requires the setting `repo_id`");
    project.settings("comments: { provider: discus }");
    project.build().expect_exit(1).expect_error("settings", "site.yaml", 3, 23, "there is no provider `discus`");
}

const FEEDS: [&str; 3] = ["comments/feed.xml", "comments/atom.xml", "comments/feed.json"];

#[test]
fn feeds_carry_the_latest_comments_of_all_articles_with_links_to_them() {
    let project = sample_site();
    project.settings("feeds: { items: 2 }");
    project.article("b", "date: 2026-06-02", "Text.");
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-04") + &comment("c2", "date: 2026-06-02"));
    project.write("content/comments/b.yaml", comment("d1", "date: 2026-06-03, url: \"https://reader.example/\""));
    let built = project.build();
    built.expect_clean();
    for feed in FEEDS {
        let text = built.file(feed);
        expect_in_order(&text, &["Said c1.", "Said d1."]);
        expect_in_order(&text, &["Reader c1 on “", "Reader d1 on “"]);
        assert!(text.contains("https://paper.example/news/2026/06/a/#comment-c1"), "{text}");
        assert!(!text.contains("Said c2.") && !text.contains("reader.example"), "{text}");
    }
    built.expect_file(PAGE, ["href=\"/comments/feed.xml\""]);
    built.expect_file_without("index.html", ["/comments/feed.xml"]);
}

#[test]
fn without_comments_to_show_there_are_no_feeds_of_them() {
    let project = sample_site();
    let none = |built: &crate::built::Built| {
        built.expect_clean().expect_file_without(PAGE, ["/comments/feed.xml"]);
        for feed in FEEDS {
            built.expect_no_file(feed);
        }
    };
    none(&project.build());
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02"));
    project.build().expect_clean().expect_file(FEEDS[0], ["Said c1."]);
    project.article("a", "date: 2026-06-01\ncomments: \"off\"", "Text.");
    none(&project.build());
    for held in ["draft: true", "embargo: 2027-01-01", "expires: 2026-06-10"] {
        project.article("a", &format!("date: 2026-06-01\n{held}"), "Text.");
        let built = project.build();
        for feed in FEEDS {
            built.expect_no_file(feed);
        }
        built.expect_absent_everywhere("Said c1.").expect_absent_everywhere("Reader c1");
    }
}

#[test]
fn feeds_of_comments_are_made_again_when_one_changes_and_left_when_none_does() {
    let project = sample_site();
    project.write("content/comments/a.yaml", comment("c1", "date: 2026-06-02"));
    project.build().expect_clean();
    project.edit("content/comments/a.yaml", "Said c1.", "Said otherwise.");
    project.build().expect_clean().expect_file(FEEDS[1], ["Said otherwise."]);
    assert_eq!(project.build().count("rendered"), 0);
}
