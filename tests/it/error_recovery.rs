//! Several errors are reported in one run: none hides another, and none causes a false one.

use crate::project::Project;

#[test]
fn wrong_slug_hides_no_wrong_alias_and_no_unknown_topic() {
    let project = Project::new(
        "
        -- content/topics/housing.md --
        ---
        title: Housing
        ---
        -- content/pages/about.md --
        ---
        title: About
        slug: About us
        aliases: [nowhere]
        ---
        ",
    );
    project.article("a", "date: 2026-06-01\nslug: A slug\naliases: [old/a/, \"/b/?c\"]\ntopics: [housng]", "Text.");
    project.article("b", "date: 2026-06-01\nsumary: x\naliases: [old/b/]\ntopics: [huosing]", "Text.");
    project.build().expect_reported([
        "`A slug`",
        "`old/a/` is not a root-relative URL",
        "`/b/?c` has a query",
        "there is no topic with the id `housng`",
        "unknown key `sumary`",
        "`old/b/` is not a root-relative URL",
        "there is no topic with the id `huosing`",
        "`About us`",
        "`nowhere` is not a root-relative URL",
    ]);
}

#[test]
fn unknown_section_hides_no_unknown_topic_and_blames_no_link() {
    let project = Project::new("-- content/comments/a.yaml --\n- { id: c1, author: A, date: 2026-06-02, text: T }\n");
    project.settings("taxonomies: { topics: strict, authors: strict }");
    project.article("a", "date: 2026-06-01\nsection: opinon\ntopics: [x]\nauthors: [y]", "Text.");
    project.article("b", "date: 2026-06-01", "[A](a.md)");
    project.build().expect_reported([
        "there is no section `opinon`",
        "there is no topic with the id `x`",
        "there is no author with the id `y`",
    ]);
}

#[test]
fn unpublished_articles_with_errors_are_asked_for_no_topics() {
    let project = Project::new("");
    project.article("a", "date: 2026-06-01\ndraft: true\nsumary: x\ntopics: [x]", "Text.");
    project.build().expect_reported(["unknown key `sumary`"]);
}

#[test]
fn wrong_key_and_time_hide_no_error_of_a_comment() {
    let project = Project::new(
        "
        -- content/comments/a.yaml --
        - { id: c1, author: A, date: soon, text: One }
        - { id: \"c 2\", author: B, date: 2026-06-02, text: Two, mail: x }
        - { id: c3, author: C, date: 2026-06-02, text: Three, reply_to: c9 }
        ",
    );
    project.article("a", "date: 2026-06-01", "Text.");
    project.build().expect_reported(["`soon` is not a time", "unknown key `mail`", "the id `c 2`", "names `c9`"]);
}

#[test]
fn comment_whose_id_cannot_be_read_blames_no_other() {
    let project = Project::new(
        "
        -- content/comments/a.yaml --
        - { idd: c1, author: A, date: 2026-06-02, text: One }
        - { author: B, date: 2026-06-02, text: Two }
        - { id: c3, author: C, date: 2026-06-02, text: Three, reply_to: c1 }
        ",
    );
    project.article("a", "date: 2026-06-01", "Text.");
    project.build().expect_reported(["unknown key `idd`", "missing key `id`"]);
}

#[test]
fn errors_of_templates_are_reported_together() {
    let project = Project::new(
        "
        -- templates/404.html --
        {% component mine(a: string) %}x{% endcomponent mine %}
        {% block extra %}{% endblock %}
        {{ page.title
        -- templates/page.html --
        {% extends \"bse.html\" %}
        {% block main %}{{ <unheard /> }}{{ page.title | shout }}{{ documnt.title }}{% endblock main %}
        -- templates/archive.html --
        {% include \"partials/serch.html\" %}{{ <mine a=\"1\" /> }}
        -- templates/author.html --
        {% extends \"author.html\" %}
        -- templates/listing.html --
        {% extends \"404.html\" %}
        {% block extra %}{{ nothing() }}{% include \"listing.html\" %}{% endblock %}
        -- templates/corrections.html --
        {{ corections }}{% if 1 is odder %}{% endif %}
        -- templates/one.html --
        {% component twice() %}x{% endcomponent twice %}
        -- templates/two.html --
        {% component twice() %}x{% endcomponent twice %}
        ",
    );
    project.article("a", "date: 2026-06-01", "Text.");
    let built = project.build();
    built.expect_reported([
        "unexpected end of input",
        "this extends `bse.html`, which does not exist",
        "unknown component `unheard`",
        "unknown filter `shout`",
        "`documnt` is not a variable",
        "unknown template `partials/serch.html`",
        "this extends itself",
        "unknown function `nothing`",
        "this includes itself",
        "`corections` is not a variable",
        "unknown test `odder`",
        "the component `twice` is also defined in `templates/one.html`",
    ]);
    for reported in &built.diagnostics {
        let is_syntax = reported["file"] == "templates/404.html";
        assert!(reported["line"].is_u64() && (is_syntax || reported["help"].is_string()), "{reported:#}");
    }
}

#[test]
fn wrong_sections_and_permalink_hide_no_error_elsewhere() {
    let project = Project::new(
        "
        -- site.yaml --
        title: The Paper
        base_url: https://paper.example/
        permalink: /{section}/{yaer}/{slug}/
        sections:
          - { id: news, title: News, newsletter: weekley }
          - { id: news, title: News again }
          - { id: a b, title: Spaces, newsletter: nothing }
          - { idd: opinion, title: Opinion }
        organization: { logo: /logo.png }
        -- content/pages/about.md --
        ---
        title: About
        ---
        ",
    );
    let text = "[b](b.md) [c](c.md) [d](/opinion/2026/d/)\n\n::: fact-bx\n:::";
    project.article("a", "date: 2026-06-01\nsection: opinion\ntopics: [x]", text);
    project.article("b", "date: 2026-06-01\nsection: a b\naliases: [x]", "Text.");
    project.build().expect_reported([
        "unknown part `{yaer}` in a permalink",
        "there is no newsletter `weekley`",
        "the section `news` is given twice",
        "`a b`",
        "there is no newsletter `nothing`",
        "unknown key `idd`",
        "there is no file `static/logo.png`",
        "there is no topic with the id `x`",
        "there is no file `content/articles/c.md`",
        "there is no block `fact-bx`",
        "`x` is not a root-relative URL",
    ]);
    project
        .settings("sections: [news, { idd: opinion, title: Opinion }, { id: views }]")
        .write("content/articles/a.md", "");
    project.build().expect_reported([
        "`sections` takes",
        "unknown key `idd`",
        "missing key `title`",
        "no front matter",
        "`x` is not a root-relative URL",
    ]);
    for settings in ["sections: nope\n", "sectoins: [{ id: opinion, title: Opinion }]\n"] {
        project.settings(settings).write("content/articles/a.md", "---\ntitle: A\n---\n");
        project.build().expect_reported([
            settings.split(':').next().unwrap(),
            "missing key `date`",
            "`x` is not a root-relative URL",
        ]);
    }
}
