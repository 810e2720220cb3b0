//! Invariant 7: the output has no trace of unpublished content, in any form, and every build reports what is
//! unpublished.

use crate::project::Project;

/// An unpublished page bundle: its text, slug, topic, author, series, alias, images, comments and correction all
/// contain one word. A published article links to it, and has it in a block.
fn sample_site(keys: &str) -> Project {
    let project = Project::new(
        "
        -- content/articles/known.md --
        ---
        title: A known thing
        date: 2026-06-01
        summary: Known
        ---

        It was [told](2026/marrowlight/index.md) elsewhere, with ![a map](2026/marrowlight/marrowlight-map.svg).

        ::: related {articles=\"2026/marrowlight/index.md\"}
        :::
        -- content/articles/2026/marrowlight/marrowlight-map.svg --
        <svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'><title>marrowlight</title></svg>
        -- content/articles/2026/marrowlight/deep/marrowlight.txt --
        marrowlight
        -- content/comments/marrowlight.yaml --
        - { id: c1, author: Marrowlight, date: 2026-06-02, text: marrowlight }
        -- content/topics/marrowlight.md --
        ---
        title: On marrowlight
        ---
        -- content/authors/marrowlight.md --
        ---
        name: Mary Marrowlight
        ---
        -- content/series/marrowlight.md --
        ---
        title: The marrowlight papers
        ---
        ",
    );
    let text = "Of *marrowlight*, see [above](#marrowlight).\n\n## Marrowlight\n\n![map](marrowlight-map.svg)";
    let front_matter = "title: Marrowlight rises\nkicker: marrowlight\nsummary: marrowlight\nauthors: [marrowlight]\n\
                 topics: [marrowlight]\nseries: [marrowlight]\naliases: [/marrowlight/]\n\
                 image: { src: marrowlight-map.svg, alt: marrowlight }\n\
                 corrections: [{ date: 2026-06-03, text: marrowlight }]\n";
    project.write("content/articles/2026/marrowlight/index.md", format!("---\n{front_matter}{keys}\n---\n\n{text}\n"));
    project
}

const ARTICLE: &str = "content/articles/2026/marrowlight/index.md";

/// The output where the article is shown.
fn expect_shown(built: &crate::built::Built) {
    built.expect_exit(0).expect_file("news/2026/06/marrowlight/index.html", ["Marrowlight rises", "<img"]);
    built.expect_file("feed.xml", ["Marrowlight rises"]).expect_file("sitemap.xml", ["/marrowlight/"]);
    built.expect_file("topics/marrowlight/index.html", ["Marrowlight rises"]);
    built.expect_file("marrowlight/index.html", ["/news/2026/06/marrowlight/"]);
    built.expect_file("news/2026/06/marrowlight/deep/marrowlight.txt", ["marrowlight"]);
    built.expect_file("news/2026/06/known/index.html", ["/news/2026/06/marrowlight/"]);
    built.expect_file("corrections/index.html", ["Marrowlight rises"]);
    built.expect_file("comments/feed.xml", ["Marrowlight on “Marrowlight rises”"]);
}

#[test]
fn published_article_is_everywhere() {
    expect_shown(&sample_site("date: 2026-06-10").build());
}

#[test]
fn article_unpublished_for_any_reason_leaves_no_trace() {
    let cases = [
        ("date: 2026-06-10\ndraft: true", "draft"),
        ("date: 2026-06-16", "scheduled"),
        ("date: 2026-06-15 12:00:01", "scheduled"),
        ("date: 2026-06-10\nembargo: 2026-06-16", "embargoed"),
        ("date: 2026-06-10\nexpires: 2026-06-14", "expired"),
        ("date: 2026-06-10\nexpires: 2026-06-15T12:00:00Z", "expired"),
        ("date: 2026-06-16\ndraft: true", "draft"),
        ("date: 2026-06-16\nembargo: 2026-06-17", "embargoed"),
        ("date: 2026-06-17\nembargo: 2026-06-16", "embargoed"),
        ("date: 2026-06-16\nembargo: 2026-06-10", "scheduled"),
        ("date: 2026-06-10\nembargo: 2026-06-16\ndraft: true", "draft"),
        ("date: 2026-06-10\nexpires: 2026-06-14\ndraft: true", "draft"),
        ("date: 2026-06-16\nexpires: 2026-06-20", "scheduled"),
        ("date: 2026-06-10\nembargo: 2026-06-16\nexpires: 2026-06-20", "embargoed"),
        ("date: 2026-06-10\nembargo: 2026-06-16\nexpires: 2026-06-14", "embargoed"),
        ("date: 2026-06-16\nexpires: 2026-06-14\ndraft: true\nembargo: 2026-07-01", "draft"),
    ];
    for (keys, state) in cases {
        let built = sample_site(keys).build();
        built.expect_exit(0).expect_absent_everywhere("marrowlight");
        built.expect_unpublished([format!("{ARTICLE}: {state}").as_str()]);
    }
}

#[test]
fn article_that_goes_back_leaves_no_trace_of_it() {
    for keys in ["draft: true", "embargo: 2026-06-16", "expires: 2026-06-14"] {
        let project = sample_site("date: 2026-06-10");
        expect_shown(&project.build());
        project.edit(ARTICLE, "date: 2026-06-10", &format!("date: 2026-06-10\n{keys}"));
        project.build().expect_exit(0).expect_absent_everywhere("marrowlight");
    }
}

#[test]
fn scheduled_article_appears_when_its_time_comes() {
    for keys in ["date: 2026-06-15 12:00:01", "date: 2026-06-10\nembargo: 2026-06-15 12:00:01"] {
        let project = sample_site(keys);
        project.build().expect_exit(0).expect_absent_everywhere("marrowlight");
        expect_shown(&project.build_args(&["--as-of", "2026-06-15 12:00:01"]));
        project.build().expect_exit(0).expect_absent_everywhere("marrowlight");
    }
}

#[test]
fn expiring_article_is_withdrawn_when_its_time_comes() {
    let project = sample_site("date: 2026-06-10\nexpires: 2026-06-15 12:00:01");
    expect_shown(&project.build());
    let built = project.build_args(&["--as-of", "2026-06-15 12:00:01"]);
    built.expect_exit(0).expect_absent_everywhere("marrowlight");
    built.expect_unpublished([format!("{ARTICLE}: expired").as_str()]);
}

#[test]
fn time_of_day_is_that_of_the_sites_zone() {
    let project = sample_site("date: 2026-06-15");
    project.write("site.yaml", "title: P\nbase_url: https://p.example/\ntime_zone: America/Los_Angeles\n");
    project.build_args(&["--as-of", "2026-06-15T06:59:59Z"]).expect_absent_everywhere("marrowlight");
    expect_shown(&project.build_args(&["--as-of", "2026-06-15T07:00:00Z"]));
}

#[test]
fn drafts_and_future_show_what_they_name_and_keep_it_from_search_engines() {
    let drafts = sample_site("date: 2026-06-10\ndraft: true");
    drafts.build_args(&["--future"]).expect_exit(0).expect_absent_everywhere("marrowlight");
    let shown = drafts.build_args(&["--drafts"]);
    shown.expect_exit(0).expect_file("news/2026/06/marrowlight/index.html", ["Marrowlight rises", "noindex"]);
    shown.expect_file_without("sitemap.xml", ["/news/2026/06/marrowlight/</loc>"]);
    drafts.build().expect_absent_everywhere("marrowlight");

    let future = sample_site("date: 2026-06-16");
    future.build_args(&["--drafts"]).expect_exit(0).expect_absent_everywhere("marrowlight");
    let shown = future.build_args(&["--future"]);
    shown.expect_exit(0).expect_file("news/2026/06/marrowlight/index.html", ["Marrowlight rises", "noindex"]);
    shown.expect_file_without("news-sitemap.xml", ["arrowlight"]);
}

#[test]
fn expired_article_is_shown_by_no_flag() {
    let built = sample_site("date: 2026-06-10\nexpires: 2026-06-14").build_args(&["--drafts", "--future"]);
    built.expect_exit(0).expect_absent_everywhere("marrowlight");
}

#[test]
fn link_to_something_unpublished_is_noted_and_keeps_its_text() {
    let built = sample_site("date: 2026-06-16").build();
    built.expect_file("news/2026/06/known/index.html", ["It was told elsewhere"]);
    let reported: Vec<_> = built
        .diagnostics
        .iter()
        .map(|reported| (&reported["level"], &reported["line"], &reported["message"]))
        .collect();
    let note = |line: u64, words: &str| format!("(\"note\", {line}, \"`content/articles/2026/marrowlight/{words}\")");
    let expected = [
        note(7, "index.md` is not published, so its text is shown without the link"),
        note(7, "marrowlight-map.svg` is not published, so it is not shown"),
        note(9, "index.md` is not published, so its text is shown without the link"),
    ];
    let reported: Vec<String> =
        reported.iter().map(|(level, line, message)| format!("({level}, {line}, {message})")).collect();
    assert_eq!(reported, expected);
}

#[test]
fn unpublished_series_part_is_not_counted() {
    let project = Project::new("");
    project.article("one", "date: 2026-06-01\nseries: [mill]\ntopics: [mill]", "One.");
    project.article("two", "date: 2026-06-16\nseries: [mill]\ntopics: [mill]", "Two.");
    let without = project.build();
    without.expect_exit(0).expect_absent_everywhere("Title of two").expect_no_file("news/2026/06/two");
    project.remove("content/articles/two.md");
    let before = project.output();
    project.build().expect_exit(0).expect_written(0);
    project.output().expect_same(&before);
}

#[test]
fn unpublished_article_changes_no_byte_of_the_output() {
    let project = sample_site("date: 2026-06-16");
    project.edit("content/articles/known.md", "[told](2026/marrowlight/index.md)", "told");
    project.edit("content/articles/known.md", "with ![a map](2026/marrowlight/marrowlight-map.svg)", "with ");
    project.edit("content/articles/known.md", "\n::: related {articles=\"2026/marrowlight/index.md\"}\n:::\n", "");
    project.build().expect_exit(0);
    let with = project.output();
    project.remove("content/articles/2026").remove("content/comments").remove("content/topics");
    project.remove("content/authors").remove("content/series").remove("public").remove(".handbill");
    project.build().expect_clean();
    project.output().expect_same(&with);
}

#[test]
fn draft_page_and_its_bundle_are_unpublished() {
    let project = Project::new(
        "
        -- content/pages/marrowlight/index.md --
        ---
        title: Marrowlight
        menu: header
        aliases: [/marrowlight-old/]
        draft: true
        ---

        Marrowlight.
        -- content/pages/marrowlight/plan.txt --
        marrowlight
        -- content/articles/known.md --
        ---
        title: Known
        date: 2026-06-01
        ---

        See [the page](../pages/marrowlight/index.md) and [its file](../pages/marrowlight/plan.txt).
        ",
    );
    project.build().expect_exit(0).expect_absent_everywhere("marrowlight");
    project.build_args(&["--drafts"]).expect_exit(0).expect_file("marrowlight/plan.txt", ["marrowlight"]);
}

#[test]
fn drafts_may_be_half_done() {
    let project = Project::new("-- content/pages/plan.md --\n---\ntitle: Plan\ndraft: true\n---\n\n[x](nowhere.md)\n");
    project.article("a", "date: 2026-06-01\ndraft: true\nnewsletter: nothing", "No links.");
    project.article("b", "date: 2026-06-01\ndraft: true\nnewsletter: nothing", "A [link](nowhere.md).");
    project.article("c", "date: 2026-06-01", "Text.").build().expect_clean();
    project.build_args(&["--drafts"]).expect_exit(1);
}

#[test]
fn draft_that_is_no_boolean_is_an_error_and_nothing_is_published() {
    for written in ["\"yes\"", "yes", "\"true\"", "1", "True-ish"] {
        let project = Project::new("");
        project.article("secret", &format!("date: 2026-06-01\ndraft: {written}"), "Marrowlight.");
        let built = project.build();
        built.expect_exit(1).expect_error("front-matter", "content/articles/secret.md", 4, 8, "`draft`");
        built.expect_no_file("");
    }
}

#[test]
fn time_that_does_not_parse_is_an_error_and_nothing_is_published() {
    for key in ["date", "embargo", "expires", "updated"] {
        let date = if key == "date" { "" } else { "date: 2026-06-01\n" };
        let project = Project::new("");
        project.article("secret", &format!("{date}{key}: 2026-13-01"), "Marrowlight.");
        let line = if key == "date" { 3 } else { 4 };
        let column = key.len() as u64 + 3;
        let built = project.build();
        built.expect_exit(1).expect_error("front-matter", "content/articles/secret.md", line, column, "is not a time");
        built.expect_no_file("");
    }
}
