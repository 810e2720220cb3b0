//! The theme leaflet: a campaign's site, with little of its own and broadsheet beneath.

use std::collections::BTreeSet;
use std::path::Path;

use crate::crawl::expect_sound;
use crate::html::Html;
use crate::project::{Project, copy_folder};
use crate::snapshot::Snapshot;

const DATA: &str = "content/data/campaign.yaml";

/// The campaign in `tests/leaflet/`, with the repository's themes beside it.
fn campaign() -> Project {
    let project = campaign_alone();
    copy_folder(&here().join("themes"), &project.path("themes"), &[]);
    project
}

/// The same for a program that has no other theme at hand than those it carries.
fn campaign_alone() -> Project {
    let project = Project::new("");
    copy_folder(&here().join("tests/leaflet"), &project.root(), &[]);
    project
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the theme that are its own, by their paths.
fn files() -> Snapshot {
    Snapshot::of(&here().join("themes/leaflet"))
}

#[test]
fn campaign_has_every_kind_of_page() {
    let project = campaign();
    let built = project.build_args(&["--strict"]);
    built.expect_clean();
    let files = built.files();
    expect_sound(&files, "https://nightbus.example/");
    let pages = files.0.keys().filter(|path| path.ends_with(".html"));
    let kinds: BTreeSet<String> = pages.filter_map(|path| kind_of(&built.file(path))).collect();
    let expected = [
        "archive",
        "archive-month",
        "article",
        "front-page",
        "newsletter",
        "newsletter-confirmed",
        "newsletter-thanks",
        "newsletters",
        "not-found",
        "page",
        "section",
    ];
    assert_eq!(kinds, expected.map(str::to_owned).into());
}

/// The kind of a page, by the class of its body.
fn kind_of(page: &str) -> Option<String> {
    let html = Html::read(page);
    let class = html.all("body").next()?.get("class")?;
    class.split(' ').find_map(|class| class.strip_prefix("page-")).map(str::to_owned)
}

#[test]
fn front_page_shows_the_campaigns_own_texts() {
    let project = campaign();
    project.build().expect_file(
        "index.html",
        [
            r#"<h1 class="claim">Bring back the night bus</h1>"#,
            r#"<a class="button" href="/sign/">Sign the letter</a>"#,
            "https://nightbus.example/sign/",
            r#"<h3><a href="/news/counting/">A bus every hour, all night</a></h3>"#,
            r#"<li class="done">"#,
            "Drivers back the letter, 61 to 4",
        ],
    );
    let below = ["--base-url", "https://example.org/bus/"];
    project.build_args(&below).expect_file("index.html", [r#"<a class="button" href="/bus/sign/">"#]);
}

#[test]
fn call_to_action_is_on_every_page_but_its_target() {
    let project = campaign();
    let built = project.build();
    built.expect_file("news/depot/index.html", [r#"<section class="action""#]);
    built.expect_file("404.html", [r#"<section class="action""#]);
    built.expect_file_without("sign/index.html", [r#"<section class="action""#]);
    project.edit("site.yaml", "theme: leaflet", "theme: leaflet\ntheme_settings: { act_everywhere: false }");
    project.build().expect_file_without("news/depot/index.html", [r#"<section class="action""#]);
}

#[test]
fn campaign_of_a_title_alone_can_be_shown() {
    let project = campaign();
    for folder in ["content/data", "content/articles"] {
        project.remove(folder);
    }
    project.edit("site.yaml", "url: /news/walk/", "url: /sign/");
    let built = project.build_args(&["--strict"]);
    built.expect_clean();
    built.expect_file(
        "index.html",
        [r#"<h1 class="claim">Night Bus Saltmere</h1>"#, "for a bus that runs", "Keep me posted", "Come back soon"],
    );
    expect_sound(&built.files(), "https://nightbus.example/");
}

#[test]
fn errors_in_a_campaign_say_what_it_takes() {
    let check = |from: &str, to: &str, text: &str| {
        let project = campaign();
        let built = project.edit(DATA, from, to).build();
        built.expect_exit(1);
        built.only(&format!("content/data/campaign.yaml: {text}"));
    };
    check("demands:", "demand:", "`campaign` takes claim, summary, action, demands, timeline, and not `demand`");
    check("done: true", "dome: true", "`timeline` takes date, text, url, done, and not `dome`");
    check("note:", "notes:", "`action` takes url, text, note, and not `notes`");
    check("  url: /sign/\n", "", "`action` needs `url`");
    check("- title: A bus every hour, all night\n    text:", "- text:", "`demands` needs `title`");
    check("- { date: July 10,", "- We walk\n  - { date: July 10,", "`timeline` has keys: date, text, url, done");
}

#[test]
fn guide_shows_a_campaign_that_builds_and_names_every_setting() {
    let project = campaign();
    let guide = project.read("themes/leaflet/README.md");
    let example = guide.split("```yaml\n").find(|part| part.starts_with("claim:")).expect("the guide has an example");
    project.write(DATA, example.split("```").next().expect("it ends"));
    project.build_args(&["--strict"]).expect_clean();
    let manifest: serde_json::Value = serde_yaml::from_str(&project.read("themes/leaflet/theme.yaml")).expect("YAML");
    for setting in manifest["settings"].as_object().expect("settings").keys() {
        assert!(guide.contains(&format!("| `{setting}` |")), "the guide does not name `{setting}`");
    }
}

#[test]
fn translations_are_complete_in_spanish() {
    let project = campaign();
    project.edit("site.yaml", "language: en", "language: es");
    project.build_args(&["--strict"]).expect_file("index.html", ["Lo que exigimos", "Paso a paso"]);
}

#[test]
fn leaflet_has_under_300_lines() {
    let files = files();
    let counted = files.0.iter().filter(|(path, _)| path.as_str() != "README.md");
    let lines = counted.map(|(_, bytes)| String::from_utf8_lossy(bytes).lines().count()).sum::<usize>();
    assert!(lines < 300, "{lines} lines");
}

/// What leaflet changes on a page that it has no template for is in three places. Without these the page is, byte for
/// byte, broadsheet's.
#[test]
fn whatever_leaflet_does_not_have_is_broadsheets() {
    let templates: Vec<String> =
        files().0.into_keys().filter_map(|path| path.strip_prefix("templates/").map(str::to_owned)).collect();
    assert_eq!(templates, ["base.html", "campaign.html", "fragments/action.html", "index.html"]);
    let project = campaign();
    project.edit("site.yaml", "theme: leaflet", "theme: leaflet\ntheme_settings: { accent: \"#123456\" }");
    let leaflet = project.build();
    project.edit("site.yaml", "theme: leaflet", "theme: broadsheet");
    let broadsheet = project.build();
    let without_additions = |page: &str| {
        let page = page.replacen(" capitals\"", "\"", 1);
        let page = cut(&page, "<link rel=\"stylesheet\" href=\"/assets/leaflet.", ">");
        cut(&page, "<section class=\"action\"", "</section>").replace('\n', "")
    };
    let pages = ["news/depot/index.html", "sign/index.html", "news/index.html", "newsletters/index.html", "404.html"];
    for path in pages {
        let expected = broadsheet.file(path).replace('\n', "");
        assert_eq!(without_additions(&leaflet.file(path)), expected, "{path}");
    }
}

/// A text without the piece that begins and ends so.
fn cut(text: &str, from: &str, to: &str) -> String {
    let Some((before, rest)) = text.split_once(from) else { return text.to_owned() };
    let (_, after) = rest.split_once(to).expect("the piece ends");
    format!("{before}{after}")
}

#[test]
fn program_alone_has_the_theme() {
    let alone = campaign_alone();
    alone.build_args(&["--strict"]).expect_clean();
    alone.output().expect_same(&campaign().cold_output(&[]));
}

#[test]
fn folder_of_the_name_goes_before_the_theme_of_the_program() {
    let project = campaign_alone();
    project.write("themes/leaflet/theme.yaml", "name: leaflet\nversion: 2.0.0\nparent: broadsheet\n");
    project.build().expect_file_without("index.html", [r#"class="claim""#]);
}
