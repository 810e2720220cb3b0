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
