//! Every URL in the output leads to a file, whatever the base URL and whatever files are called.

use crate::crawl::expect_sound;
use crate::determinism::common_cause;
use crate::project::Project;

/// A site with everything, whose files have names that URLs must escape.
pub(crate) fn odd_names() -> Project {
    Project::new(
        "
        -- site.yaml --
        title: The Paper
        base_url: https://paper.example/
        listing: { page_size: 2 }
        sections: [{ id: news, title: News }, { id: häuser, title: Houses }]
        promos: [{ text: Come, url: /about us/ }, { text: Go, url: \"/über/?a=b#c\" }]
        organization: { policies: { privacy: pages/über.md }, logo: \"/logo 50%.svg\" }
        comments: { email: letters@paper.example, form: https://forms.example/c }
        -- content/articles/2026/50% off? #1 & more.md --
        ---
        title: Fifty
        date: 2026-06-01
        topics: [Häuser & Höfe, c++, 100%]
        authors: [Jörg O'Neill]
        series: [Teil 1]
        aliases: [/old path/50%25/, \"/2019/?p=1\", /häuser/alt]
        image: { src: a b#1.svg, alt: A picture }
        ---

        ![One](<a b%231.svg>) [two](<zwei/Ünï code/index.md#grosse>) ![three](</bilder/x y%2541.svg>)
        [four](<zwei/Ünï code/für später%3F.pdf>) <a href=\"zwei/%C3%9Cn%C3%AF%20code/index.md\">five</a>
        [six](/about%20us/) [seven](#grosse) [eight](<../../pages/über.md>)

        ## Größe

        Text[^1].

        [^1]: A note with [a link](../plain.md).

        ::: related {articles=\"../plain.md\"}
        :::

        ::: figure {src=\"a%20b%231.svg\" alt=\"x\" caption=\"y\"}
        :::

        ::: call-to-action {url=\"../plain.md\" title=\"Act\"}
        :::

        ::: newsletter
        :::
        -- content/articles/2026/a b#1.svg --
        <svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>
        -- content/articles/2026/zwei/Ünï code/index.md --
        ---
        title: Zwei
        date: 2026-06-02
        section: häuser
        series: [Teil 1]
        topics: [c++]
        corrections: [{ date: 2026-06-03, text: One }]
        ---

        ## Größe

        ![x](<deep er/ä%3F.svg>)
        -- content/articles/2026/zwei/Ünï code/für später?.pdf --
        %PDF
        -- content/articles/2026/zwei/Ünï code/deep er/ä?.svg --
        <svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>
        -- content/articles/plain.md --
        ---
        title: Plain
        date: 2026-06-03
        topics: [c++]
        ---

        Text.
        -- content/pages/about us.md --
        ---
        title: About
        slug: about us
        ---
        -- content/pages/über.md --
        ---
        title: Über
        menu: footer
        ---

        ## C
        -- content/newsletters/wöchentlich #1.md --
        ---
        title: Weekly
        frequency: every week
        consent: One mail a week.
        provider: { kind: netlify }
        ---

        Join.
        -- content/comments/plain.yaml --
        - { id: c1, author: A, date: 2026-06-04, text: Said. }
        -- static/bilder/x y%41.svg --
        <svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>
        -- static/logo 50%.svg --
        <svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>
        ",
    )
}

const BASES: [&str; 3] = ["https://paper.example/", "https://paper.example/sub/", "http://localhost:8000/a/b.c/d/"];

#[test]
fn every_url_of_the_sample_site_leads_to_a_file() {
    let project = common_cause();
    for base in BASES {
        let built = project.build_args(&["--base-url", base]);
        built.expect_exit(0);
        expect_sound(&built.files(), base);
    }
}

/// The same site without what is invalid.
pub(crate) fn valid_odd_names() -> Project {
    let project = odd_names();
    project.edit("content/pages/about us.md", "slug: about us", "slug: about-us");
    project.edit("site.yaml", "/about us/", "/about-us/").edit("site.yaml", "/über/?a=b#c", "/uber/?a=b");
    project.edit("content/articles/2026/50% off? #1 & more.md", "/about%20us/", "/about-us/");
    project.edit("content/articles/2026/50% off? #1 & more.md", ", \"/2019/?p=1\"", "");
    project
}

#[test]
fn every_url_leads_to_a_file_whatever_files_are_called() {
    let project = valid_odd_names();
    for base in BASES {
        let built = project.build_args(&["--base-url", base]);
        built.expect_exit(0);
        expect_sound(&built.files(), base);
    }
}

#[test]
fn invalid_url_of_a_page_is_an_error() {
    let built = odd_names().build();
    built.expect_exit(1);
    built.only("the slug `about us` may hold only letters");
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\naliases: [\"/2019/?p=1\"]", "Text.");
    project.build().expect_exit(1).only("has a query or fragment");
}

#[test]
fn names_are_transliterated() {
    let project = Project::new("");
    for (name, slug) in [
        ("Die Größe der Häuser", "die-grosse-der-hauser"),
        ("Забастовка", "zabastovka"),
        ("año_nuevo", "ano-nuevo"),
        ("Don't stop!", "dont-stop"),
        ("50% off? #1", "50-off-1"),
    ] {
        project.article(name, "title: T\ndate: 2026-06-01", "Text.");
        project.build().expect_exit(0).expect_file(&format!("news/2026/06/{slug}/index.html"), []);
    }
    project.article("письмо", "date: 2026-06-01\nslug: письмо", "Text.");
    let built = project.build();
    built.expect_exit(0).expect_file("news/2026/06/письмо/index.html", []);
    built.expect_file("sitemap.xml", ["/news/2026/06/%D0%BF%D0%B8%D1%81%D1%8C%D0%BC%D0%BE/"]);
}

#[test]
fn permalinks_follow_their_pattern() {
    let check = |pattern: &str, path: &str| {
        let project = Project::new("");
        project.settings(&format!("permalink: \"{pattern}\""));
        project.article("a", "date: 2026-06-05", "Text.");
        project.build().expect_clean().expect_file(path, ["Title of a"]);
    };
    check("/{slug}/", "a/index.html");
    check("/{year}/{month}/{day}/{slug}/", "2026/06/05/a/index.html");
    check("/archives/{section}-{slug}/", "archives/news-a/index.html");
    check("/{section}/{slug}/", "news/a/index.html");
}

#[test]
fn file_beside_a_text_is_published_with_each_text_that_names_it() {
    let project =
        Project::new("-- content/articles/plan.pdf --\n%PDF\n-- content/articles/unused.pdf --\nmarrowlight\n");
    project.article("a", "date: 2026-06-01", "The [plan](plan.pdf).").article(
        "b",
        "date: 2026-06-02",
        "[It](plan.pdf)",
    );
    let built = project.build();
    built
        .expect_clean()
        .expect_file("news/2026/06/a/plan.pdf", ["%PDF"])
        .expect_file("news/2026/06/b/plan.pdf", ["%PDF"]);
    built.expect_absent_everywhere("marrowlight");
    expect_sound(&built.files(), "https://paper.example/");
}

#[test]
fn fragments_of_links_from_the_root_are_checked() {
    let project = Project::new(
        "
        -- content/pages/about.md --
        ---
        title: About
        ---

        ## Team

        ## Über uns
        ",
    );
    project.article("a", "date: 2026-06-01", "## Part\n\n[one](/about/#teem) [two](/news/2026/06/a#prt \"x\").");
    project.article("b", "date: 2026-06-01", "[x](/about/#team) [y](/about#%75ber-uns) [z](/news/#main) [n](/about/#)");
    let built = project.build();
    built.expect_reported([
        "`content/pages/about.md` has no heading `#teem`",
        "`content/articles/a.md` has no heading `#prt`",
    ]);
    assert_eq!(built.only("#teem")["help"], "did you mean `#team`?");
}

#[test]
fn fragments_of_links_to_terms_are_checked() {
    let project = Project::new(
        "
        -- content/topics/housing.md --
        ---
        title: Housing
        ---

        ## Rents

        -- content/authors/ada.md --
        ---
        name: Ada
        ---

        ## Books

        -- content/series/strike.md --
        ---
        title: The strike
        ---

        ## Part one
        ",
    );
    let terms = "date: 2026-06-01\ntopics: [housing]\nauthors: [ada]\nseries: [strike]";
    let right = "[x](/topics/housing/#rents) [y](/authors/ada#books) [z](../series/strike.md#part-one)";
    let wrong = "[x](/topics/housing/#rent) [y](/authors/ada/#boks) [z](/series/strike/#part) [n](../authors/ada.md#x)";
    project.article("a", terms, right).article("b", terms, wrong);
    let built = project.build();
    built.expect_reported([
        "`content/topics/housing.md` has no heading `#rent`",
        "`content/authors/ada.md` has no heading `#boks`",
        "`content/series/strike.md` has no heading `#part`",
        "`content/authors/ada.md` has no heading `#x`",
    ]);
    assert_eq!(built.only("#boks")["help"], "did you mean `#books`?");
}

#[test]
fn urls_of_active_promos_are_checked() {
    let project = Project::new("-- content/pages/about.md --\n---\ntitle: About\n---\n\n## Team\n");
    project.settings(
        "
        promos:
          - { text: Come, url: /abuot/ }
          - { text: Come, url: \"/about/#teem\" }
          - { text: Come, url: \"/about/#team\" }
          - { text: Come, url: /not-yet/, starts: 2026-07-01 }
          - { text: Come, url: /no-more/, ends: 2026-06-01 }
          - { text: Come, url: \"https://else.example/\" }
          - { text: Come }
        ",
    );
    let built = project.build();
    built.expect_reported(["`/abuot/` is not a URL of this site", "`content/pages/about.md` has no heading `#teem`"]);
    built.expect_error("link", "site.yaml", 4, 24, "`/abuot/`").expect_error("settings", "site.yaml", 5, 24, "#teem");
    assert_eq!(built.only("/abuot/")["help"], "did you mean `/about/`?");
}
