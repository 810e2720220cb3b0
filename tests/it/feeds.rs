//! Feeds, sitemaps and structured data, read by programs that know nothing of Handbill.

use serde_json::Value;

use crate::built::Built;
use crate::html::Html;
use crate::image_files::png;
use crate::project::Project;
use crate::xml::Element;

fn sample_site() -> Project {
    let project = Project::new(
        "
        -- site.yaml --
        title: The Paper
        base_url: https://paper.example/sub/
        time_zone: America/Los_Angeles
        description: News & views
        sections: [{ id: news, title: News }, { id: views, title: Views, label: opinion }]
        organization:
          name: Paper Inc.
          logo: /logo.svg
          policies: { ethics: pages/ethics.md }
        pictures: { variants: false }
        -- static/logo.svg --
        <svg xmlns='http://www.w3.org/2000/svg' width='30' height='20'/>
        -- content/pages/ethics.md --
        ---
        title: Ethics
        ---
        -- content/authors/jane.md --
        ---
        name: Jane Doe
        role: Reporter
        links: [{ label: Site, url: \"https://jane.example/\" }]
        ---

        She writes.
        -- content/topics/wages.md --
        ---
        title: Wages & Hours
        ---
        -- content/articles/a/index.md --
        ---
        title: A “hearing” & <more>
        date: 2026-06-14 18:30
        updated: 2026-06-15 01:00
        summary: What happened
        authors: [jane, joe]
        topics: [wages]
        dateline: ALDER
        image: { src: hall.png, alt: The hall, caption: At night, credit: Jo }
        sources: [{ title: Minutes, url: \"https://alder.example/m\" }]
        corrections: [{ date: 2026-06-15, text: \"It was two, not <three>\" }]
        ---

        First *paragraph*.

        ::: fact-box {title=\"Facts\"}
        A fact.
        :::

        ::: pull-quote {cite=\"Somebody\"}
        Quoted words.
        :::

        ::: key-points
        - A point
        :::

        Last [paragraph](../b.md), see [above](#part).

        ## Part
        -- content/articles/b.md --
        ---
        title: B
        date: 2026-06-10
        section: views
        byline: The Editors
        ---

        Text of B.
        -- content/comments/a.yaml --
        - { id: c1, author: A, date: 2026-06-15, text: Said. }
        ",
    );
    project.write("content/articles/a/hall.png", png(300, 200));
    project
}

#[track_caller]
fn json(built: &Built, path: &str) -> Value {
    serde_json::from_str(&built.file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a feed must contain of an article's text and of its frame.
const FULL_TEXT: [&str; 13] = [
    "<p><strong>ALDER</strong> — First",
    "<figcaption>At night Jo</figcaption>",
    "<strong>Correction</strong> (June 15, 2026):",
    "<a href=\"https://alder.example/m\">Minutes</a>",
    "First <em>paragraph</em>",
    "Facts",
    "A fact.",
    "Quoted words.",
    "Somebody",
    "A point",
    "https://paper.example/sub/views/2026/06/b/",
    "https://paper.example/sub/news/2026/06/a/hall.png",
    "It was two, not &lt;three&gt;",
];

#[track_caller]
fn expect_full(html: &str) {
    for part in FULL_TEXT {
        assert!(html.contains(part), "no {part:?} in {html}");
    }
    assert!(!html.contains("loading="), "a feed reader knows nothing of the page: {html}");
}

#[test]
fn rss_is_what_readers_expect() {
    let project = sample_site();
    let built = project.build();
    built.expect_exit(0);
    for (path, home) in [
        ("feed.xml", "/sub/"),
        ("news/feed.xml", "/sub/news/"),
        ("topics/wages/feed.xml", "/sub/topics/wages/"),
        ("authors/jane/feed.xml", "/sub/authors/jane/"),
    ] {
        let rss = Element::read(&built.file(path));
        assert_eq!((rss.name.as_str(), rss.get("version")), ("rss", Some("2.0")));
        let channel = rss.one("channel");
        assert_eq!(channel.text_of("link"), format!("https://paper.example{home}"));
        assert_eq!(channel.one("atom:link").get("href"), Some(format!("https://paper.example/sub/{path}").as_str()));
        assert_eq!(channel.text_of("language"), "en");
        assert!(!channel.text_of("title").is_empty() && !channel.text_of("description").is_empty());
        let item = channel.all("item").next().expect("an item");
        let url = "https://paper.example/sub/news/2026/06/a/";
        assert_eq!((item.text_of("link"), item.text_of("guid")), (url, url));
        assert_eq!(item.one("guid").get("isPermaLink"), Some("true"));
        assert_eq!(item.text_of("title"), "A “hearing” & <more>");
        assert_eq!(item.text_of("pubDate"), "Sun, 14 Jun 2026 18:30:00 -0700");
        let creators: Vec<&str> = item.all("dc:creator").map(|creator| creator.text.as_str()).collect();
        assert_eq!(creators, ["Jane Doe", "Joe"]);
        let categories: Vec<&str> = item.all("category").map(|tag| tag.text.as_str()).collect();
        assert_eq!(categories, ["News", "Wages & Hours"]);
        assert_eq!(item.text_of("description"), "What happened");
        expect_full(item.text_of("content:encoded"));
    }
    let views = Element::read(&built.file("views/feed.xml"));
    let item = views.one("channel").one("item");
    assert_eq!(item.text_of("dc:creator"), "The Editors");
}

#[test]
fn atom_is_what_readers_expect() {
    let project = sample_site();
    let built = project.build();
    let feed = Element::read(&built.file("atom.xml"));
    assert_eq!((feed.name.as_str(), feed.get("xmlns")), ("feed", Some("http://www.w3.org/2005/Atom")));
    assert_eq!(feed.text_of("updated"), "2026-06-15T01:00:00-07:00");
    let own = feed.all("link").find(|link| link.get("rel") == Some("self")).and_then(|link| link.get("href"));
    assert_eq!(own, Some("https://paper.example/sub/atom.xml"));
    let ids: Vec<&str> = feed.all("entry").map(|entry| entry.text_of("id")).collect();
    assert_eq!(ids, ["https://paper.example/sub/news/2026/06/a/", "https://paper.example/sub/views/2026/06/b/"]);
    let entry = feed.all("entry").next().expect("an entry");
    assert_eq!(entry.text_of("published"), "2026-06-14T18:30:00-07:00");
    assert_eq!(entry.text_of("updated"), "2026-06-15T01:00:00-07:00");
    let authors: Vec<&str> = entry.all("author").map(|author| author.text_of("name")).collect();
    assert_eq!(authors, ["Jane Doe", "Joe"]);
    assert_eq!(entry.one("content").get("type"), Some("html"));
    expect_full(entry.text_of("content"));
}

#[test]
fn json_feed_is_what_readers_expect() {
    let project = sample_site();
    let built = project.build();
    let feed = json(&built, "feed.json");
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], "https://paper.example/sub/feed.json");
    let item = &feed["items"][0];
    assert_eq!(item["id"], "https://paper.example/sub/news/2026/06/a/");
    assert_eq!(item["date_published"], "2026-06-14T18:30:00-07:00");
    assert_eq!(item["authors"][0]["name"], "Jane Doe");
    assert_eq!(item["authors"][0]["url"], "https://paper.example/sub/authors/jane/");
    assert_eq!(item["image"], "https://paper.example/sub/news/2026/06/a/hall.png");
    expect_full(item["content_html"].as_str().expect("a text"));
}

#[test]
fn corrections_have_a_feed_of_their_own() {
    let project = sample_site();
    let built = project.build();
    let feed = Element::read(&built.file("corrections/feed.xml"));
    let item = feed.one("channel").one("item");
    assert!(item.text_of("content:encoded").contains("It was two, not &lt;three&gt;"));
    assert_eq!(item.text_of("link"), "https://paper.example/sub/news/2026/06/a/");
    assert_eq!(item.one("guid").get("isPermaLink"), Some("false"));
    project.edit("content/articles/a/index.md", "corrections:", "extra: { a: 1 }\n#");
    project.build().expect_no_file("corrections");
}

#[test]
fn feeds_hold_as_many_items_as_the_settings_say_the_latest_first() {
    let project = Project::new("");
    project.settings("feeds: { items: 3 }");
    for day in 1..=5 {
        project.article(&format!("a{day}"), &format!("date: 2026-06-0{day}\npinned: {day}"), "Text.");
    }
    let built = project.build();
    let titles: Vec<String> =
        json(&built, "feed.json")["items"].as_array().unwrap().iter().map(|item| item["title"].to_string()).collect();
    assert_eq!(titles, ["\"Title of a5\"", "\"Title of a4\"", "\"Title of a3\""]);
}

#[test]
fn sitemap_lists_pages_for_search_engines_and_nothing_else() {
    let project = sample_site();
    project.article("hidden", "date: 2026-06-01\nnoindex: true\naliases: [/old/]", "Text.");
    project.article("else", "date: 2026-06-01\ncanonical_url: \"https://else.example/x\"", "Text.");
    let built = project.build();
    let sitemap = Element::read(&built.file("sitemap.xml"));
    assert_eq!(sitemap.get("xmlns"), Some("http://www.sitemaps.org/schemas/sitemap/0.9"));
    let found: Vec<(&str, Option<&str>)> = sitemap
        .all("url")
        .map(|url| (url.text_of("loc"), url.all("lastmod").next().map(|at| at.text.as_str())))
        .collect();
    let url = |path: &str| format!("https://paper.example/sub/{path}");
    let at = |path: &str| found.iter().find(|(loc, _)| *loc == url(path)).map(|(_, at)| *at);
    assert_eq!(at("news/2026/06/a/"), Some(Some("2026-06-15T01:00:00-07:00")));
    assert_eq!(at(""), Some(Some("2026-06-14T18:30:00-07:00")));
    for path in ["topics/wages/", "authors/jane/", "ethics/", "archive/", "archive/2026/06/", "corrections/"] {
        assert!(at(path).is_some(), "{path}: {found:?}");
    }
    for path in ["404.html", "news/2026/06/hidden/", "news/2026/06/else/", "old/", "feed.xml"] {
        assert!(at(path).is_none(), "{path}: {found:?}");
    }
    assert_eq!(found.len(), found.iter().map(|(loc, _)| loc).collect::<std::collections::BTreeSet<_>>().len());
}

#[test]
fn sponsored_article_is_no_news() {
    let project = Project::new("");
    project.article("paid", "date: 2026-06-14\nlabel: sponsored", "Text.").article("a", "date: 2026-06-13", "Text.");
    let built = project.build();
    built.expect_file_without("news-sitemap.xml", ["/paid/"]).expect_file("sitemap.xml", ["/paid/"]);
    let front_page = built.file("index.html");
    assert!(front_page.find("/a/") < front_page.find("/paid/"), "the lead is the news");
}

#[test]
fn news_sitemap_holds_the_last_two_days_by_the_clock() {
    let project = sample_site();
    let titles = |clock: &str| -> Vec<String> {
        let built = project.build_args(&["--as-of", clock]);
        let map = Element::read(&built.file("news-sitemap.xml"));
        let news = |url: &Element| url.one("news:news").text_of("news:title").to_owned();
        map.all("url").map(news).collect()
    };
    project.article("else", "date: 2026-06-14\ncanonical_url: \"https://else.example/x\"", "Text.");
    project.article("hidden", "date: 2026-06-14\nnoindex: true", "Text.");
    assert_eq!(titles("2026-06-14 18:29:59"), Vec::<String>::new());
    assert_eq!(titles("2026-06-14 18:30"), ["A “hearing” & <more>"]);
    assert_eq!(titles("2026-06-16 18:29:59"), ["A “hearing” & <more>"]);
    assert_eq!(titles("2026-06-16 18:30"), Vec::<String>::new());
    let built = project.build();
    let map = Element::read(&built.file("news-sitemap.xml"));
    let news = map.one("url").one("news:news");
    assert_eq!(news.one("news:publication").text_of("news:name"), "The Paper");
    assert_eq!(news.one("news:publication").text_of("news:language"), "en");
    assert_eq!(news.text_of("news:publication_date"), "2026-06-14T18:30:00-07:00");
}

/// The members of a page's structured data of a type.
#[track_caller]
fn data(built: &Built, path: &str, kind: &str) -> Value {
    let html = Html::read(&built.file(path));
    assert_eq!(html.data.len(), 1, "{path}: {:?}", html.data);
    let data: Value = serde_json::from_str(&html.data[0]).expect("structured data are JSON");
    assert_eq!(data["@context"], "https://schema.org");
    let graph = data["@graph"].as_array().expect("a graph");
    graph.iter().find(|node| node["@type"] == kind).unwrap_or_else(|| panic!("no {kind} in {data:#}")).clone()
}

#[test]
fn structured_data_agree_with_the_page() {
    let project = sample_site();
    let built = project.build();
    let article = data(&built, "news/2026/06/a/index.html", "NewsArticle");
    assert_eq!(article["headline"], "A “hearing” & <more>");
    assert_eq!(article["datePublished"], "2026-06-14T18:30:00-07:00");
    assert_eq!(article["dateModified"], "2026-06-15T01:00:00-07:00");
    assert_eq!(article["author"][0]["name"], "Jane Doe");
    assert_eq!(article["author"][0]["url"], "https://paper.example/sub/authors/jane/");
    assert_eq!(article["image"]["url"], "https://paper.example/sub/news/2026/06/a/hall.png");
    assert_eq!((&article["image"]["width"], &article["articleSection"]), (&300.into(), &"News".into()));
    assert_eq!(article["correction"][0]["text"], "It was two, not <three>");
    assert_eq!((&article["commentCount"], &article["isAccessibleForFree"]), (&1.into(), &true.into()));
    assert_eq!(article["publisher"]["@id"], "https://paper.example/sub/#publisher");
    let publisher = data(&built, "news/2026/06/a/index.html", "NewsMediaOrganization");
    assert_eq!(publisher["ethicsPolicy"], "https://paper.example/sub/ethics/");
    assert_eq!(publisher["logo"]["url"], "https://paper.example/sub/logo.svg");
    let trail = data(&built, "news/2026/06/a/index.html", "BreadcrumbList");
    assert_eq!(trail["itemListElement"][1]["item"], "https://paper.example/sub/news/");
    data(&built, "views/2026/06/b/index.html", "OpinionNewsArticle");
    data(&built, "index.html", "WebSite");
    let person = data(&built, "authors/jane/index.html", "ProfilePage");
    assert_eq!(person["mainEntity"]["sameAs"][0], "https://jane.example/");
}

#[test]
fn byline_is_a_person_unless_an_organization_sent_the_text() {
    for (label, page, kind) in
        [("opinion", "OpinionNewsArticle", "Person"), ("press-release", "Article", "Organization")]
    {
        let project = Project::new("");
        project.article("a", &format!("date: 2026-06-01\nbyline: Workers' Assembly\nlabel: {label}"), "Text.");
        assert_eq!(data(&project.build(), "news/2026/06/a/index.html", page)["author"][0]["@type"], kind, "{label}");
    }
}

#[test]
fn feeds_say_what_kind_of_text_an_entry_is_and_where_it_first_appeared() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\nlabel: sponsored\ncanonical_url: \"https://else.example/a\"", "Text.");
    let built = project.build();
    let rss = Element::read(&built.file("feed.xml"));
    let item = rss.one("channel").one("item");
    assert!(item.all("category").any(|tag| tag.text == "Sponsored"), "{item:?}");
    assert!(item.text_of("content:encoded").starts_with("<p><strong>Sponsored</strong></p>"), "{item:?}");
    assert!(item.text_of("content:encoded").contains("<a href=\"https://else.example/a\">"), "{item:?}");
}

#[test]
fn structured_data_name_a_dateline_of_news_articles_alone() {
    for (label, kind, dateline) in
        [("analysis", "AnalysisNewsArticle", "ALDER".into()), ("sponsored", "AdvertiserContentArticle", Value::Null)]
    {
        let project = Project::new("");
        project.article("a", &format!("date: 2026-06-01\ndateline: ALDER\nlabel: {label}"), "Text.");
        assert_eq!(data(&project.build(), "news/2026/06/a/index.html", kind)["dateline"], dateline, "{label}");
    }
}

#[test]
fn pages_name_their_url_and_their_feeds() {
    let project = sample_site();
    let built = project.build();
    let html = Html::read(&built.file("news/2026/06/a/index.html"));
    let link = |rel: &str| html.all("link").find(|tag| tag.get("rel") == Some(rel)).and_then(|tag| tag.get("href"));
    assert_eq!(link("canonical"), Some("https://paper.example/sub/news/2026/06/a/"));
    let meta = |property: &str| {
        let found = html.all("meta").find(|tag| tag.get("property").or(tag.get("name")) == Some(property));
        found.and_then(|tag| tag.get("content")).unwrap_or_else(|| panic!("no {property}"))
    };
    assert_eq!(meta("og:url"), "https://paper.example/sub/news/2026/06/a/");
    assert_eq!(meta("og:image"), "https://paper.example/sub/news/2026/06/a/hall.png");
    assert_eq!(meta("og:title"), "A “hearing” & <more>");
    assert_eq!(meta("description"), "What happened");
    assert_eq!(meta("article:published_time"), "2026-06-14T18:30:00-07:00");
    let feeds: Vec<_> = Html::read(&built.file("topics/wages/index.html"))
        .all("link")
        .filter(|tag| tag.get("rel") == Some("alternate"))
        .filter_map(|tag| tag.get("href").map(str::to_owned))
        .collect();
    assert!(feeds.contains(&"/sub/topics/wages/feed.xml".to_owned()), "{feeds:?}");
}
