//! The metadata of pages for social media (Open Graph).

use crate::image_files::png;
use crate::project::Project;

#[test]
fn the_size_of_the_sites_image_follows_its_file() {
    let image = |width: u32| png(width, 630);
    let project = Project::new("");
    project.settings("organization: { social_image: /social.png }\npictures: { variants: false }");
    project.write("static/social.png", image(1200)).article("a", "date: 2026-06-01", "Text.");
    let page = "news/2026/06/a/index.html";
    project.build().expect_file(page, ["og:image:width\" content=\"1200\""]);
    project.write("static/social.png", image(1500));
    project.build().expect_file(page, ["og:image:width\" content=\"1500\""]);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn small_image_is_not_shared() {
    let image = |width: u32| png(width, 630);
    let project = Project::new("");
    project.settings("organization: { social_image: /social.png }\npictures: { variants: false }");
    project.write("static/social.png", image(1200)).write("static/own.png", image(199));
    project.article("a", "date: 2026-06-01\nimage: { src: ../../static/own.png, alt: It }", "Text.");
    let page = "news/2026/06/a/index.html";
    project.build().expect_file(page, ["og:image\" content=\"https://paper.example/social.png\""]);
    project.write("static/own.png", image(200));
    project.build().expect_file(page, ["og:image\" content=\"https://paper.example/own.png\""]);
}

#[test]
fn author_is_described_by_the_beginning_of_the_biography_else_by_the_role() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\nauthors: [ana]", "Text.");
    for (text, description) in [("She *writes*.", "She writes."), ("", "Editor")] {
        project.write("content/authors/ana.md", format!("---\nname: Ana\nrole: Editor\n---\n\n{text}\n"));
        let expected = format!("<meta name=\"description\" content=\"{description}\">");
        project.build().expect_file("authors/ana/index.html", [expected.as_str()]);
    }
}

#[test]
fn byline_replaces_the_authors_wherever_they_would_be_shown() {
    let project = Project::new("");
    let author = "---\nname: Ana Ruiz\nfediverse: \"@ana@social.example\"\n---\n\nShe writes.\n";
    project.write("content/authors/ana.md", author);
    let page = "news/2026/06/a/index.html";
    project.article("a", "date: 2026-06-01\nauthors: [ana]", "Text.");
    project.build().expect_file(page, ["Ana Ruiz", "@ana@social.example", "She writes."]);
    project.article("a", "date: 2026-06-01\nauthors: [ana]\nbyline: A nurse", "Text.");
    project.build().expect_file_without(page, ["Ana Ruiz", "@ana@social.example", "She writes."]);
}

#[test]
fn what_first_appeared_elsewhere_takes_its_comments_here() {
    let project = Project::new("");
    project.settings("comments: { provider: files, form: \"https://forms.example/c\" }");
    project.article("a", "date: 2026-06-01\ncanonical_url: \"https://else.example/a\"", "Text.");
    let own = "name=\"article\" value=\"https://paper.example/news/2026/06/a/\"";
    let built = project.build();
    built.expect_file("news/2026/06/a/index.html", [own, "rel=\"canonical\" href=\"https://else.example/a\""]);
}

#[test]
fn not_found_page_names_no_url() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    project.build().expect_file_without("404.html", ["canonical", "og:url", "404.html", "\"WebPage\""]);
}

#[test]
fn article_leads_readers_to_the_feeds_of_the_site() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let feed = ["rel=\"alternate\" href=\"/feed.xml\" type=\"application/rss+xml\""];
    project.build().expect_file("news/2026/06/a/index.html", feed);
}

#[test]
fn build_of_future_content_dates_no_listing_ahead_of_its_clock() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.").article("b", "date: 2031-01-01", "Later.");
    project.build_args(&["--future"]).expect_file_without("sitemap.xml", ["<lastmod>2031"]);
}
