//! Pictures: the variants that pages name, what is published of a picture, and what is encoded again.

use std::collections::BTreeSet;

use handbill::pictures::{VariantFormat, probe};

use crate::built::Built;
use crate::html::Html;
use crate::image_files::{jpeg, phone_jpeg, png};
use crate::project::Project;

/// A site with an article that has a lead image and another image in its text.
fn sample_site() -> Project {
    let project = Project::new("");
    project.write("content/articles/picket/line.jpg", jpeg(1300, 975, 1));
    project.write("content/articles/picket/gate.jpg", phone_jpeg(1000, 750, 6));
    project.write(
        "content/articles/picket/index.md",
        "---\ntitle: Picket\ndate: 2026-06-01\nimage: { src: line.jpg, alt: A line }\n---\n\n![A gate](gate.jpg)\n",
    );
    project
}

const PAGE: &str = "news/2026/06/picket/index.html";

/// Returns the paths of all variants in the output.
fn variants(built: &Built) -> BTreeSet<String> {
    built.files().0.keys().filter(|path| path.starts_with("assets/pictures/")).cloned().collect()
}

/// Returns the candidates of all `srcset` attributes of a page, and the `src` of all images.
fn named(built: &Built, page: &str) -> BTreeSet<String> {
    let html = Html::read(&built.file(page));
    let mut named = BTreeSet::new();
    for tag in html.all("source").chain(html.all("img")) {
        let candidates = tag.get("srcset").unwrap_or_default().split(", ");
        named.extend(candidates.filter_map(|candidate| candidate.split(' ').next()).map(str::to_owned));
        named.extend(tag.get("src").map(str::to_owned));
    }
    named.remove("");
    named.into_iter().map(|url| url.trim_start_matches('/').to_owned()).collect()
}

#[test]
fn plain_markdown_and_front_matter_give_variants_of_the_right_size() {
    let built = sample_site().build();
    built.expect_clean();
    let html = Html::read(&built.file(PAGE));
    let images: Vec<_> = html.all("img").collect();
    assert_eq!(images[0].get("fetchpriority"), Some("high"));
    assert_eq!(images[0].get("loading"), None);
    assert_eq!((images[0].get("width"), images[0].get("height")), (Some("1300"), Some("975")));
    assert_eq!(images[1].get("loading"), Some("lazy"));
    assert_eq!((images[1].get("width"), images[1].get("height")), (Some("750"), Some("1000")), "upright");
    let files = built.files();
    for path in variants(&built) {
        let picture = probe(&files.0[&path]).expect("a picture").expect("a picture");
        let width: u32 = path.split(['-', '.']).rev().nth(2).and_then(|width| width.parse().ok()).expect("a width");
        assert_eq!(picture.width, width, "{path}");
    }
    let all: BTreeSet<String> =
        files.0.keys().filter(|path| path.ends_with(".html")).flat_map(|path| named(&built, path)).collect();
    let missing: Vec<_> = all.iter().filter(|path| !files.0.contains_key(*path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    built.expect_no_file("news/2026/06/picket/line.jpg").expect_no_file("news/2026/06/picket/gate.jpg");
    built.expect_absent_everywhere("marrowlight");
}

#[test]
fn feeds_and_shared_links_get_one_absolute_picture_of_a_moderate_size() {
    let built = sample_site().build();
    let feed = built.file("feed.xml");
    let page = built.file(PAGE);
    let shared = "https://paper.example/assets/pictures/line-1200.";
    for text in [&feed, &page] {
        assert!(text.contains(shared), "{text}");
    }
    assert!(feed.contains("https://paper.example/assets/pictures/gate-750."), "{feed}");
    assert!(!feed.contains("srcset"));
    assert!(page.contains("og:image:width\" content=\"1200\""), "{page}");
}

#[test]
fn only_what_a_published_page_names_is_made() {
    let project = sample_site();
    let before = variants(&project.build());
    project.edit("content/articles/picket/index.md", "date:", "draft: true\ndate:");
    assert_eq!(variants(&project.build()), BTreeSet::new());
    project.edit("content/articles/picket/index.md", "draft: true\n", "");
    assert_eq!(variants(&project.build()), before);
    project.edit("content/articles/picket/index.md", "![A gate](gate.jpg)", "Text.");
    let built = project.build();
    assert!(variants(&built).iter().all(|path| path.contains("/line-")), "{:?}", variants(&built));
    built.expect_no_file("news/2026/06/picket/gate.jpg");
}

#[test]
fn second_build_encodes_nothing_and_renaming_neither() {
    let project = sample_site();
    let first = project.build();
    let again = project.build();
    again.expect_rendered(0);
    assert_eq!(variants(&again), variants(&first));
    // The cache holds bytes by what they are made of: without the output, and under another name.
    let cached = |project: &Project| {
        let folders = std::fs::read_dir(project.path(".handbill/pictures")).expect("a cache");
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect::<BTreeSet<_>>()
    };
    let entries = cached(&project);
    assert!(entries.len() <= variants(&first).len() && entries.len() > 12, "{entries:?}");
    let line = std::fs::read(project.path("content/articles/picket/line.jpg")).unwrap();
    std::fs::remove_file(project.path("content/articles/picket/line.jpg")).unwrap();
    project.write("content/articles/picket/march.jpg", line);
    project.edit("content/articles/picket/index.md", "line.jpg", "march.jpg");
    let renamed = project.build();
    renamed.expect_clean();
    assert!(variants(&renamed).iter().any(|path| path.contains("/march-800.")));
    assert_eq!(cached(&project), entries);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn linked_original_is_published_without_its_metadata() {
    let project = sample_site();
    project.edit("content/articles/picket/index.md", "![A gate](gate.jpg)", "[The gate](gate.jpg) ![A gate](gate.jpg)");
    let built = project.build();
    built.expect_clean().expect_file("news/2026/06/picket/gate.jpg", []).expect_absent_everywhere("marrowlight");
}

#[test]
fn site_without_variants_publishes_pictures_as_they_are() {
    let project = sample_site();
    project.settings("pictures: { variants: false }");
    let built = project.build();
    built.expect_clean().expect_file("news/2026/06/picket/gate.jpg", []);
    assert_eq!(variants(&built), BTreeSet::new());
    assert!(built.file(PAGE).contains("<img src=\"/news/2026/06/picket/line.jpg\" alt=\"A line\" width=\"1300\""));
}

#[test]
fn settings_decide_formats_widths_and_quality() {
    let project = sample_site();
    project.settings("pictures: { formats: [], widths: [300, 600], quality: 40 }");
    let built = project.build();
    built.expect_clean();
    let files = built.files();
    for path in variants(&built) {
        let info = probe(&files.0[&path]).unwrap().unwrap();
        assert!(path.ends_with(VariantFormat::Jpeg.extension()), "{path}");
        assert!([300, 600, 750, 1200].contains(&info.width), "{path}");
    }
    let page = built.file(PAGE);
    assert!(!page.contains("<picture>") && page.contains(" 300w, ") && page.contains(" 600w\""), "{page}");
    project.settings("pictures: { widths: [600, 300], quality: 0, max_megapixels: 0 }");
    let built = project.build();
    built.expect_exit(1);
    let of_settings = built.diagnostics.iter().filter(|diagnostic| diagnostic["code"] == "settings");
    assert_eq!(of_settings.count(), 3, "{:#?}", built.diagnostics);
    project.settings("pictures: { formats: [webp, tiff] }");
    project.build().expect_exit(1).only("`formats` cannot be `tiff`");
}

#[test]
fn what_the_file_beside_a_picture_says_holds_for_all_its_uses() {
    let project = sample_site();
    project.edit("content/articles/picket/index.md", ", alt: A line", "");
    project.build().only("an image without `alt`");
    project.write(
        "content/articles/picket/line.jpg.yaml",
        "alt: A line of nurses\ncaption: '\"At dawn\"'\ncredit: Ana\nlicense: https://creativecommons.org/licenses/by/4.0/\n",
    );
    let built = project.build();
    built.expect_clean();
    built.expect_file(PAGE, ["alt=\"A line of nurses\"", "“At dawn”", "Ana", "\"license\":\"https://creativecommons"]);
    built.expect_no_file("news/2026/06/picket/line.jpg.yaml");
    project.edit(
        "content/articles/picket/index.md",
        "![A gate](gate.jpg)",
        "![](line.jpg)\n\n::: figure {src=line.jpg}\n:::",
    );
    let again = project.build();
    again.expect_clean();
    assert_eq!(again.file(PAGE).matches("alt=\"A line of nurses\"").count(), 3);
    assert_eq!(again.file(PAGE).matches("“At dawn”").count(), 3, "lead, structured data, figure");
    project.edit("content/articles/picket/line.jpg.yaml", "credit: Ana", "credits: Ana\nfocus: [0.5, 3]");
    let built = project.build();
    built.expect_exit(1);
    assert_eq!(built.diagnostics.len(), 2, "{:#?}", built.diagnostics);
}

#[test]
fn file_of_data_without_an_image_is_reported() {
    let project = sample_site();
    project.write("content/articles/picket/lime.jpg.yaml", "alt: A line\n");
    let built = project.build();
    let found = built.expect_exit(0).only("there is no image `lime.jpg` beside this file");
    assert_eq!(found["file"], "content/articles/picket/lime.jpg.yaml");
}

#[test]
fn file_that_is_smaller_than_its_variant_is_taken() {
    let project = Project::new("");
    let original = jpeg(300, 200, 1);
    project.write("static/small.jpg", &original);
    project.settings("pictures: { quality: 100 }");
    project.article("a", "date: 2026-06-01", "![It](/small.jpg)");
    let built = project.build();
    let shared = variants(&built).into_iter().find(|path| path.ends_with(".jpg")).expect("one for sharing");
    assert_eq!(built.files().0[&shared], original);
}

#[test]
fn crops_follow_the_focus_of_the_use_or_of_the_file() {
    let project = sample_site();
    let cards = |built: &Built| -> BTreeSet<String> {
        variants(built).into_iter().filter(|path| path.contains("line-320.")).collect()
    };
    let centered = cards(&project.build());
    assert_eq!(centered.len(), 1);
    project.write("content/articles/picket/line.jpg.yaml", "focus: [0.5, 0]\n");
    let at_the_top = cards(&project.build());
    project.edit("content/articles/picket/index.md", "alt: A line }", "alt: A line, focus: [0.5, 1] }");
    let at_the_bottom = cards(&project.build());
    assert_eq!([&centered, &at_the_top, &at_the_bottom].into_iter().collect::<BTreeSet<_>>().len(), 3);
    project.edit("content/articles/picket/index.md", "[0.5, 1]", "[0.5, 1.01]");
    let built = project.build();
    let diagnostic = built.expect_exit(1).only("the second number of the focus is 1.01, and must be from 0 to 1");
    assert_eq!((&diagnostic["line"], &diagnostic["column"]), (&4.into(), &45.into()));
}

#[test]
fn pictures_that_cannot_be_used_are_reported_where_they_are_named() {
    let project = Project::new("");
    let photo = jpeg(800, 600, 1);
    let cut = &photo[..photo.len() / 2];
    project.write("static/cut.jpg", cut).write("static/dot.png", png(1, 1)).write("static/named.jpg", png(800, 600));
    project
        .write("static/phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
        .write("static/scan.tif", b"II*\0\x08\0\0\0");
    project.write("static/small.jpg", jpeg(300, 200, 1)).write("static/large.png", png(4000, 1000));
    project.settings("pictures: { max_megapixels: 3 }");
    project.article("a", "date: 2026-06-01\nimage: { src: /small.jpg, alt: Small }", "Text.");
    let text: Vec<String> = ["cut.jpg", "dot.png", "named.jpg", "phone.heic", "scan.tif", "large.png"]
        .iter()
        .map(|name| format!("![It](/{name})"))
        .collect();
    project.article("b", "date: 2026-06-01", &text.join("\n\n"));
    let built = project.build();
    built.expect_exit(1);
    let lines: Vec<String> = built
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic["code"] == "image")
        .map(|it| format!("{} {}:{} {}", it["level"], it["line"], it["column"], it["message"].as_str().unwrap()))
        .collect();
    for expected in [
        "\"warning\" 4:15 `small.jpg` is 300 pixels wide, and shown up to 840 wide",
        "\"error\" 6:7 `static/cut.jpg`: the picture is incomplete",
        "\"error\" 8:7 `static/dot.png`: the picture has a single pixel",
        "\"warning\" 10:7 `named.jpg` is named as another format: it is a PNG",
        "\"error\" 12:7 `static/phone.heic`: browsers do not show pictures of the format HEIC",
        "\"error\" 14:7 `static/scan.tif`: browsers do not show pictures of the format TIFF",
        "\"error\" 16:7 `large.png` has 4000 × 1000 pixels, more than the settings allow",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{expected} is not among {lines:#?}");
    }
}

#[test]
fn scripts_and_references_in_a_drawing_are_errors() {
    let project = Project::new("");
    project.write("static/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'>\n  <script>alert(1)</script>\n</svg>");
    let built = project.build();
    let diagnostic = built.expect_exit(1).only("a script in an SVG");
    assert_eq!((&diagnostic["file"], &diagnostic["line"]), (&"static/a.svg".into(), &2.into()));
}

#[test]
fn explain_says_what_a_variant_is_made_from() {
    let project = sample_site();
    let built = project.build();
    let card = variants(&built).into_iter().find(|path| path.contains("line-320.")).expect("a card");
    let said = project.run(&["explain", &format!("/{card}")]);
    said.expect_exit(0);
    for expected in
        ["for the slot `", "content/articles/picket/line.jpg", "320 × 213 pixels", "1300 × 867 pixels at 0, 54"]
    {
        assert!(said.stdout.contains(expected), "{}", said.stdout);
    }
}

#[test]
fn check_finds_the_variants_that_pages_name_and_encodes_none() {
    let project = sample_site();
    let checked = project.run(&["check"]);
    checked.expect_exit(0);
    assert!(!project.path(".handbill/pictures").exists());
}

#[test]
fn page_without_a_picture_has_a_card_that_is_drawn_again_only_when_it_looks_different() {
    let project = Project::new("");
    project.settings("pictures: { cards: true }");
    project.article("a", "date: 2026-06-01", "Text.").article("b", "date: 2026-06-02", "Text.");
    let card = |built: &Built, page: &str| {
        let html = Html::read(&built.file(&format!("news/2026/06/{page}/index.html")));
        let image = html.all("meta").find(|meta| meta.get("property") == Some("og:image")).expect("an image");
        image.get("content").expect("a URL").trim_start_matches("https://paper.example/").to_owned()
    };
    let first = project.build();
    first.expect_clean();
    let [a, b] = ["a", "b"].map(|page| card(&first, page));
    let bytes = first.files().0[&a].clone();
    let info = probe(&bytes).unwrap().unwrap();
    assert_eq!((info.width, info.height), (1200, 630));
    assert!(bytes.len() < 300_000, "{} bytes", bytes.len());
    project.edit("content/articles/a.md", "Text.", "Another text.");
    assert_eq!(card(&project.build(), "a"), a);
    project.edit("content/articles/a.md", "Title of a", "Another title");
    let edited = project.build();
    assert_ne!(card(&edited, "a"), a);
    assert_eq!(card(&edited, "b"), b);
    edited.expect_no_file(&a);
    project.edit("content/articles/b.md", "date:", "draft: true\ndate:");
    project.build().expect_no_file(&b);
    project.output().expect_same(&project.cold_output(&[]));
}

#[test]
fn card_names_the_characters_that_no_font_has() {
    let project = Project::new("");
    project.settings("pictures: { cards: true }");
    project.article("a", "title: The 家 of rents\ndate: 2026-06-01", "Text.");
    let built = project.build();
    assert_eq!(built.only("no font of the social cards has `家`")["file"], "content/articles/a.md");
    project.write("templates/social-card.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>");
    let built = project.build();
    built.expect_exit(1).only("the template `social-card.svg` gives no card: the SVG is 10 × 10, a card 1200 × 630");
}

#[test]
fn card_is_drawn_whatever_the_letters_of_a_text() {
    let project = Project::new("");
    project.write(
        "site.yaml",
        "title: 東京新聞\nbase_url: https://paper.example/\nsections: [{ id: news, title: ニュース }]\npictures: { cards: true }\n",
    );
    project.article("a", "title: \"<script>&\"\ndate: 2026-06-01\nkicker: \"🎉\"", "Text.");
    project.build().expect_exit(0);
}

#[test]
fn cache_removes_nothing_that_is_not_its_own() {
    let project = sample_site();
    project.settings("pictures: { cache: kept }");
    project.write("kept/notes/plan.txt", "mine").write("kept/ab/0123", "mine");
    let old = std::time::SystemTime::UNIX_EPOCH;
    for file in ["kept/notes/plan.txt", "kept/ab/0123"] {
        let file = std::fs::File::options().append(true).open(project.path(file)).unwrap();
        file.set_modified(old).unwrap();
    }
    project.build().expect_clean();
    assert!(project.path("kept/notes/plan.txt").exists() && project.path("kept/ab/0123").exists());
    for refused in ["content", "", ".", "..", "static/x", "public/x", "a/../../b"] {
        project.settings(&format!("pictures: {{ cache: \"{refused}\" }}"));
        project.build().expect_exit(1).only("this folder cannot hold the cache");
    }
}

#[test]
fn damaged_entry_of_the_cache_is_not_published() {
    let project = sample_site();
    let first = project.build();
    for folder in std::fs::read_dir(project.path(".handbill/pictures")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            std::fs::write(file.unwrap().path(), "broken").unwrap();
        }
    }
    std::fs::remove_dir_all(project.path("public")).unwrap();
    let again = project.build();
    for path in variants(&first) {
        assert!(first.files().0[&path] == again.files().0[&path], "{path}");
    }
}

#[test]
fn image_of_the_article_comes_before_the_card() {
    let project = sample_site();
    project.settings("pictures: { cards: true }");
    let built = project.build();
    assert!(built.file(PAGE).contains("og:image\" content=\"https://paper.example/assets/pictures/line-1200."));
    assert!(!variants(&built).iter().any(|path| path.contains("picket-card")));
}

#[test]
fn static_pages_and_newsletters_have_an_image_too() {
    let project = Project::new("");
    project.write("static/hall.jpg", jpeg(900, 600, 1));
    project
        .write("content/pages/about.md", "---\ntitle: About\nimage: { src: /hall.jpg, alt: A hall }\n---\n\nText.\n");
    project.article("a", "date: 2026-06-01", "Text.");
    project.build().expect_file(
        "about/index.html",
        ["og:image\" content=\"https://paper.example/assets/pictures/hall-900.", "alt=\"A hall\" width=\"900\""],
    );
}
