//! What `docs/theming.md` promises to themes and what templates get are the same, name by name and type by type.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use handbill::plan::THEME_CONTRACT;
use serde_json::Value;

use crate::contract::Contract;
use crate::image_files::png;
use crate::project::Project;

/// Writes a value as JSON: its keys as they are, and of everything else the type.
const PROBE: &str = r#"
{%- component probe(value = none) -%}
{%- if value is none -%}null
{%- elif value is bool -%}true
{%- elif value is number -%}1
{%- elif value is string -%}"text"
{%- elif value is array -%}
[{%- for member in value %}{% if not loop.first %},{% endif %}{{ <probe value={member} /> }}{% endfor -%}]
{%- else -%}
{ {%- for key, member in value %}{% if not loop.first %},{% endif %}"{{ key }}":{{ <probe value={member} /> }}{% endfor -%} }
{%- endif -%}
{%- endcomponent probe -%}
"#;

/// What all templates see, under the names of their shapes.
const GLOBALS: [&str; 3] = ["site", "theme", "page"];

/// A site with something of everything.
const SITE: &str = r#"
-- site.yaml --
title: The Paper
base_url: https://paper.example/
description: News.
theme: probe
collections:
  guides:
    title: Guides
    summary: A summary.
    fields:
      text: { type: text }
      markdown: { type: markdown }
      url: { type: url }
      time: { type: time }
      number: { type: number }
      choice: { type: choice, choices: [one, two] }
      scan: { type: image }
      person: { type: ref, to: authors }
      coverage: { type: ref, to: articles, many: true }
sections:
  - { id: news, title: News, summary: All of it. }
  - { id: opinion, title: Opinion, label: opinion }
listing: { page_size: 3, latest: 2 }
organization:
  logo: /logo.svg
  same_as: [https://social.example/@paper]
  policies:
    { ethics: pages/us.md, corrections: pages/us.md, stance: pages/us.md, funding: pages/us.md, privacy: pages/us.md }
promos:
  - { text: Come, url: /us/ }
comments: { email: letters@paper.example, form: https://forms.example/comment }
extra: { phone: "1" }
-- static/logo.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>
-- content/data/rents.yaml --
- 1
-- content/pages/us.md --
---
title: Us
image: { src: /hall.png, alt: A hall, caption: The hall, credit: Bo, license: "https://a.example/l" }
summary: Who we are.
menu: header
updated: 2026-05-01
aliases: [/about-us/]
extra: { a: 1 }
---
## A heading
-- content/pages/contact.md --
---
title: Contact
menu: footer
---
-- content/newsletters/weekly.md --
---
title: Weekly
image: { src: /hall.png, alt: A hall }
summary: News.
frequency: every week
consent: Yes.
button: Go
provider: { kind: mailcoach, root: "https://c.example", list: 8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01, ask_name: true, ask_last_name: true }
extra: { a: 1 }
---
-- content/newsletters/forms.md --
---
title: Forms
frequency: every week
consent: Yes.
provider: { kind: netlify }
---
-- content/newsletters/a.md --
---
title: A
frequency: every week
consent: Yes.
provider: { kind: buttondown, username: paper, tags: a }
---
-- content/newsletters/b.md --
---
title: B
frequency: every week
consent: Yes.
provider: { kind: buttondown, username: paper, tags: b }
---
-- content/newsletters/page.md --
---
title: Page
frequency: every week
consent: Yes.
provider: { kind: ghost, url: "https://g.example" }
---
The pitch.
-- content/newsletters/weekly/2026-05-08-first.md --
---
title: The first
date: 2026-05-08
---
A note.
-- content/newsletters/weekly/2026-05-15-second.md --
---
title: The second
preheader: Two stories.
date: 2026-05-15
draft: true
articles: [articles/rich.md]
extra: { a: 1 }
---
A note.
-- content/newsletters/weekly/2026-05-22-third.md --
---
title: The third
date: 2026-05-22
---
-- content/authors/ana.md --
---
name: Ana
role: Reporter
email: ana@paper.example
image: { src: /hall.png, alt: Ana }
fediverse: "@ana@social.example"
links: [{ label: Site, url: https://ana.example/ }]
extra: { a: 1 }
---
Her life.
-- content/topics/rents.md --
---
title: Rents
summary: What a home costs.
image: { src: /hall.png, alt: A house, caption: A house, credit: Bo, license: "https://a.example/l" }
extra: { a: 1 }
---
A text.
-- content/series/mill.md --
---
title: The mill
---
-- content/pages/draft.md --
---
title: A draft
draft: true
---
-- content/guides/all.md --
---
title: All
date: 2026-05-01
updated: 2026-05-02
summary: A summary.
authors: [ana]
topics: [rents]
image: { src: /hall.png, alt: A logo, caption: A caption, credit: Bo, license: "https://a.example/l" }
text: A text
markdown: A *text*
url: https://a.example/
time: 2026-05-01
number: 3
choice: one
scan: { src: /hall.png, alt: A logo }
person: ana
coverage: [articles/rich.md, articles/view.md]
draft: true
extra: { a: 1 }
---
## A heading

Text.
-- content/comments/rich.yaml --
- { id: a, author: Bo, date: 2026-05-02, text: Yes., url: https://bo.example/ }
- { id: b, author: Cy, date: 2026-05-03, text: No., reply_to: a }
-- content/articles/rich.md --
---
title: Rich
date: 2026-05-02 09:30
updated: 2026-05-04
kicker: Kicker
dateline: MILLRACE
summary: A summary.
authors: [ana]
topics: [rents]
series: [mill]
label: analysis
image: { src: /hall.png, alt: A logo, caption: A caption, credit: Bo, license: "https://a.example/l" }
canonical_url: https://first.example/
sources: [{ title: A paper, url: https://a.example/, archived: https://b.example/, note: p. 3 }]
corrections: [{ date: 2026-05-03, text: It was two. }]
extra: { a: 1 }
---
## A heading

Text.
-- content/articles/signed.md --
---
title: Signed
date: 2026-05-01
byline: A nurse
series: [mill]
draft: true
---
Text.
-- content/articles/second.md --
---
title: Second
date: 2026-04-30
series: [mill]
topics: [rents]
---
Text.
-- content/articles/view.md --
---
title: View
date: 2025-01-01
section: opinion
---
Text.
"#;

/// A site without anything optional.
const BARE: &str = r#"
-- site.yaml --
title: The Paper
base_url: https://paper.example/
theme: probe
comments: { default: closed }
organization: { policies: { privacy: pages/us.md } }
-- content/pages/us.md --
---
title: Us
---
-- content/newsletters/weekly.md --
---
title: Weekly
frequency: every week
consent: One mail a week.
provider: { kind: buttondown, username: paper }
---
-- content/authors/ana.md --
---
name: Ana
---
-- content/articles/a.md --
---
title: A
date: 2026-05-01
authors: [ana, bo]
topics: [rents]
series: [mill]
sources: [{ title: A paper }]
---
"#;

/// A site whose comments are kept elsewhere.
const EMBEDDED: &str = r#"
-- site.yaml --
title: The Paper
base_url: https://paper.example/
theme: probe
comments: { provider: { kind: giscus, repo: a/b, repo_id: R, category: C, category_id: D } }
-- content/articles/a.md --
---
title: A
date: 2026-05-01
---
"#;

/// A site without a text.
const EMPTY: &str = "
-- site.yaml --
title: The Paper
base_url: https://paper.example/
theme: probe
";

/// The theme that shows what it gets.
const THEME: &str = "name: probe
version: 1.0.0
parent: broadsheet
list_sizes: { front_page_secondary: 1, front_page_section: 1 }
";

/// The first site, with twenty more articles.
fn full() -> Project {
    let project = probed(SITE);
    for number in 1..=20 {
        project.article(&format!("n{number}"), &format!("date: 2026-03-{number:02}"), "Text.");
    }
    project
}

/// A site with a template of each kind that writes what it gets as JSON.
fn probed(site: &str) -> Project {
    let project = Project::new(site);
    project.write("themes/probe/theme.yaml", THEME).write("static/hall.png", png(1300, 700));
    let write = |name: &str, text: String| {
        project.write(&format!("themes/probe/templates/{name}"), text);
    };
    write("probe.html", PROBE.to_owned());
    let member = |name: &str| format!("\"{name}\":{{{{ <probe value={{{name}}} /> }}}}");
    for needs in THEME_CONTRACT.pages {
        let variables = needs.variables.iter().chain(&GLOBALS).chain(&["fragments"]).map(|name| member(name));
        let variables = variables.collect::<Vec<_>>().join(",");
        let probes = "{% for name, json in fragments %}{% if name is starting_with(pat=\"probe_\") %}\
             ,\"{{ name }}\":{{ json | safe }}{% endif %}{% endfor %}";
        let kind = "\"kind\":\"{{ page.kind }}\"";
        write(needs.template, format!("{{\"template\":\"{}\",{kind},{variables}{probes}}}", needs.template));
    }
    for name in THEME_CONTRACT.fragments {
        write(&format!("fragments/probe_{name}.html"), format!("{{{}}}", member(name)));
    }
    project
}

/// What the pages of a build got, each with the name of its template.
fn seen(project: &Project) -> Vec<(String, BTreeMap<String, Value>)> {
    let built = project.build_args(&["--drafts"]);
    built.expect_exit(0);
    let files = built.files();
    let pages = files.0.iter().filter(|(path, _)| path.ends_with(".html"));
    pages
        .map(|(path, bytes)| {
            let read: Result<BTreeMap<String, Value>, _> = serde_json::from_slice(bytes);
            let mut page = read.unwrap_or_else(|error| panic!("{path}: {error}: {}", String::from_utf8_lossy(bytes)));
            let template = page.remove("template").expect("each says its template");
            (template.as_str().expect("a name").to_owned(), page)
        })
        .collect()
}

fn document() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/theming.md")).unwrap()
}

#[test]
fn documented_variables_are_the_real_ones() {
    let mut contract = Contract::read(&document());
    let mut templates = BTreeSet::new();
    let mut fragments = serde_json::Map::new();
    for (template, mut page) in [full(), probed(BARE), probed(EMBEDDED), probed(EMPTY)].iter().flat_map(seen) {
        page.remove("kind");
        let globals = GLOBALS.iter().chain(&["fragments"]).map(|name| (*name, page.remove(*name)));
        let globals = globals.map(|(name, value)| (name.to_owned(), value.expect("it is written"))).collect();
        contract.hold("Variables of every template", &Value::Object(globals));
        for name in THEME_CONTRACT.fragments {
            let Some(mut probe) = page.remove(&format!("probe_{name}")) else { continue };
            assert_eq!(Some(&probe[name]), page.get(*name), "`{name}` in a fragment on {template}");
            if !probe[name].is_null() && probe[name] != serde_json::json!([]) {
                fragments.insert((*name).to_owned(), probe[name].take());
            }
        }
        contract.hold(&template, &Value::Object(page.into_iter().collect()));
        templates.insert(template);
    }
    contract.hold("Fragments", &Value::Object(fragments));
    let problems = contract.problems();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(templates, THEME_CONTRACT.pages.iter().map(|needs| needs.template.to_owned()).collect());
}

/// The rows of a table, each as its cells, by the table's first line.
fn rows(document: &str, header: &str) -> Vec<Vec<String>> {
    let table = document.split(header).nth(1).unwrap_or_else(|| panic!("there is a table {header}"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Returns the texts in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn documented_kinds_are_the_real_ones() {
    let document = document();
    let reported = rows(&document, "| kind | template | what it is |");
    let reported: BTreeSet<(String, String)> =
        reported.iter().map(|row| (row[0].trim_matches('`').to_owned(), row[1].trim_matches('`').to_owned())).collect();
    let seen = seen(&full()).into_iter().map(|(template, mut page)| (page.remove("kind").unwrap(), template));
    let seen: BTreeSet<(String, String)> =
        seen.map(|(kind, template)| (kind.as_str().unwrap().to_owned(), template)).collect();
    assert_eq!(reported, seen);
}

#[test]
fn documented_blocks_are_those_of_broadsheet() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/broadsheet/templates");
    let mut blocks = BTreeSet::new();
    for file in std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let named = text.replace("{%-", "{%");
        let named = named.split("{% block ").skip(1).filter_map(|rest| rest.split_whitespace().next());
        blocks.extend(named.map(str::to_owned));
    }
    let reported = rows(&document(), "| block | in | |");
    assert_eq!(reported.iter().map(|row| row[0].trim_matches('`').to_owned()).collect::<BTreeSet<_>>(), blocks);
}

#[test]
fn documented_filters_tests_and_functions_are_there() {
    let document = document();
    let part = document.split("## Functions and filters").nth(1).unwrap().split("\n## ").next().unwrap();
    let line = |start: &str| quoted(part.lines().find(|line| line.starts_with(start)).expect("such a line"));
    let mut template = String::from("{% if false %}");
    for filter in line("Filters:") {
        template += &format!("{{{{ site.title | {filter} }}}}");
    }
    for test in line("Tests,").iter().filter(|test| *test != "is") {
        template += &format!("{{% if site.title is {test} %}}{{% endif %}}");
    }
    for function in rows(part, "| function | gives |") {
        template += &format!("{{{{ {} }}}}", function[0].trim_matches('`').replace("by", "updated"));
    }
    let project = Project::new("");
    project.write("templates/404.html", template + "{% endif %}");
    project.build().expect_clean();
    project.edit("templates/404.html", "| urlencode", "| urlencoded").build().expect_exit(1);
}
