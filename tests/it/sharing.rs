//! What a page says when it is shared.

use crate::project::Project;

#[test]
fn the_size_of_the_sites_picture_follows_its_file() {
    let picture = |width: u32| format!("<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='630'/>");
    let project = Project::new("");
    project.settings("organization: { social_image: /social.svg }");
    project.write("static/social.svg", picture(1200)).article("a", "date: 2026-06-01", "Text.");
    let page = "news/2026/06/a/index.html";
    project.build().expect_file(page, ["og:image:width\" content=\"1200\""]);
    project.write("static/social.svg", picture(1500));
    project.build().expect_file(page, ["og:image:width\" content=\"1500\""]);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn article_leads_readers_to_the_feeds_of_the_site() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.");
    let feed = ["rel=\"alternate\" href=\"/feed.xml\" type=\"application/rss+xml\""];
    project.build().expect_file("news/2026/06/a/index.html", feed);
}

#[test]
fn preview_of_what_is_to_come_dates_no_list_ahead_of_its_clock() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01", "Text.").article("b", "date: 2031-01-01", "Later.");
    project.build_args(&["--future"]).expect_file_without("sitemap.xml", ["<lastmod>2031"]);
}
